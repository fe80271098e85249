"""The smallest world of the clause `tenure`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, patch, scenario

CASE = ClauseCase(
    Ledger((patch("A", tenure_clear_from=FIRST + 1),)),
    scenario(clauses={"tenure": hard()}),
    (pick("A", FIRST + 1),),
    (pick("A", FIRST),),
    "A", 1, "year",
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {"mode": "hard"}
