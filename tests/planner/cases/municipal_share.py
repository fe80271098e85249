"""The smallest world of the clause `municipal_share`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, LAST, patch, scenario

CASE = ClauseCase(
    Ledger((patch("A", cost_yuan=100), patch("B", cost_yuan=100, ever_licensed=False))),
    scenario(
        clauses={"municipal_share": hard(percent=60)},
        sources=[{"source": "social", "require": {"ever_licensed": False}, "max_share_percent": 10}],
        budgets=[{"source": "social", "year": FIRST, "yuan": 20}],
    ),
    (pick("A", FIRST),),
    (pick("A", FIRST), pick("B", FIRST)),
    f"{FIRST}-{LAST}", 20, "yuan",
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {"mode": "hard", "percent": rng.choice([30, 50, 67, 100]), "each_year": rng.choice([True, False])}
