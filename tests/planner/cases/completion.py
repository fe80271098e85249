"""The smallest world of the clause `completion`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import LAST, patch, scenario

CASE = ClauseCase(
    Ledger((patch("A", area_m2=30_000),)),
    scenario(clauses={"completion": hard()}),
    (pick("A", LAST - 1),),
    (pick("A", LAST),),
    "A", 1, "year",
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {"mode": "hard"}
