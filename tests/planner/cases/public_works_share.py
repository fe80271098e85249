"""The smallest world of the clause `public_works_share`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, patch, scenario

CASE = ClauseCase(
    Ledger((patch("A", cost_yuan=100), patch("B", cost_yuan=101, cash_flow=True))),
    scenario(clauses={"public_works_share": hard(each_year=True)}),
    (pick("A", FIRST),),
    (pick("A", FIRST), pick("B", FIRST)),
    str(FIRST), 1, "yuan",
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {"mode": "hard", "percent": rng.choice([30, 50, 67, 100]), "each_year": rng.choice([True, False])}
