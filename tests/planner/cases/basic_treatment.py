"""The smallest world of the clause `basic_treatment`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger, Treatment
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import LAST, patch, scenario

CASE = ClauseCase(
    Ledger((patch("A", treatment=Treatment.COMPREHENSIVE),)),
    scenario(clauses={"basic_treatment": hard()}),
    (pick("A", LAST),),
    (),
    "A", 1, "patches",
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {"mode": "hard"}
