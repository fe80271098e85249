"""The smallest world of the clause `hazards`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, LAST, patch, scenario

CASE = ClauseCase(
    Ledger((patch("A", hazard_points=2), patch("B", hazard_points=1, area_m2=30_000))),
    scenario(clauses={"hazards": hard(required_points=3)}),
    (pick("A", FIRST), pick("B", LAST - 1)),
    (pick("A", FIRST), pick("B", LAST)),
    str(LAST), 1, "points",
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {"mode": "hard", "required_points": rng.choice([None, 1, 2]), "by_year": rng.choice([None, LAST - 1])}
