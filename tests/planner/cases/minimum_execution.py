"""The smallest world of the clause `minimum_execution`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, patch, scenario

CASE = ClauseCase(
    Ledger((patch("A", cost_yuan=80), patch("B", cost_yuan=79))),
    scenario(
        clauses={"minimum_execution": hard()},
        budgets=[{"source": "municipal", "year": FIRST, "yuan": 100}],
    ),
    (pick("A", FIRST), pick("B", FIRST + 1)),
    (pick("A", FIRST + 1), pick("B", FIRST)),
    f"municipal/{FIRST}", 1, "yuan",
    stricter=scenario(
        clauses={"minimum_execution": hard()},
        budgets=[{"source": "municipal", "year": FIRST, "yuan": 101}],
    ),
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {
        "mode": "hard",
        "percent": rng.choice([1, 5, 20]),
        "sources": rng.choice([None, ["municipal"], ["municipal"], ["district"]]),
        "each_purse": rng.choice([True, False, False]),
        "years": rng.choice([None, [FIRST], [FIRST], [FIRST + 1, FIRST + 2]]),
    }
