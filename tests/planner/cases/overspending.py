"""The smallest world of the clause `overspending`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, patch, scenario

CASE = ClauseCase(
    Ledger((patch("A", cost_yuan=109, approved_yuan=100), patch("B", cost_yuan=500))),
    scenario(clauses={"overspending": hard()}, price_index={"rate": "0.009"}),
    (pick("A", FIRST + 1), pick("B", FIRST)),
    (pick("A", FIRST + 2), pick("B", FIRST)),
    "A", 1, "yuan",
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {"mode": "hard", "percent": rng.choice([0, 1, 10])}
