"""The smallest world of the clause `robust_accounts`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, patch, scenario

LEDGER = Ledger((patch("A", cost_yuan=100), patch("B", cost_yuan=60)))


def _with_money(yuan: int) -> Any:
    budgets = [{"source": "municipal", "year": year, "yuan": yuan} for year in (FIRST, FIRST + 1)]
    return scenario(clauses={"robust_accounts": hard(gamma=1, percent=10)}, budgets=budgets)


CASE = ClauseCase(
    LEDGER,
    _with_money(110),
    (pick("A", FIRST), pick("B", FIRST + 1)),
    (pick("A", FIRST), pick("B", FIRST)),  # 160 and 10 % of the dearer one, 170, where there are 110
    f"municipal/{FIRST}-{FIRST}", 60, "yuan",
    stricter=_with_money(109),
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {"mode": "hard", "gamma": rng.choice([0, 1, 1, 2]), "percent": rng.choice([7, 10, 50])}
