"""The smallest world of the clause `purse_accounts`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, patch, scenario

CASE = ClauseCase(
    Ledger((patch("A", cost_yuan=60), patch("B", cost_yuan=40))),
    scenario(
        clauses={"purse_accounts": hard()}, carry={"years": 1},
        budgets=[{"source": "municipal", "year": FIRST, "yuan": 100}],
    ),
    (pick("A", FIRST), pick("B", FIRST + 1)),
    (pick("A", FIRST), pick("B", FIRST + 2)),
    f"municipal/{FIRST + 2}", 40, "yuan",
    stricter=scenario(
        clauses={"purse_accounts": hard()}, carry={"years": 1},
        budgets=[{"source": "municipal", "year": FIRST, "yuan": 99}],
    ),
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {"mode": "hard", "reserve_percent": rng.choice([0, 0, 10])}
