"""The smallest world of the clause `first_year_task`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, patch, scenario

CASE = ClauseCase(
    Ledger((patch("A", area_m2=6), patch("B", area_m2=4))),
    scenario(clauses={"first_year_task": hard(min_area_m2=10, max_area_m2=10, min_yuan=200, max_yuan=200)}),
    (pick("A", FIRST), pick("B", FIRST)),
    (pick("A", FIRST), pick("B", FIRST + 1)),
    str(FIRST), 4, "m2",
    stricter=scenario(clauses={"first_year_task": hard(min_area_m2=11)}),
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {
        "mode": "hard",
        "year": rng.choice([None, FIRST + 1]),
        "min_area_m2": rng.choice([None, 9_999]),
        "max_area_m2": rng.choice([None, 39_999]),
        "min_yuan": rng.choice([None, 100]),
        "max_yuan": rng.choice([None, 200]),
    }
