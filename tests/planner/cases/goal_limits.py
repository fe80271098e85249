"""The smallest world of the clause `goal_limits`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, patch, scenario


def _at_most(cost: int) -> Any:
    return scenario(clauses={"goal_limits": hard()}, goals=[{"name": "benefit"}, {"name": "cost", "at_most": cost}])


CASE = ClauseCase(
    Ledger((patch("A", cost_yuan=60), patch("B", cost_yuan=40))),
    _at_most(60),
    (pick("A", FIRST),),
    (pick("A", FIRST), pick("B", FIRST)),
    "cost", 40, "yuan",
    stricter=_at_most(59),
)  # fmt: skip

LIMITS: dict[str, list[float | str]] = {
    "waiting": [0, 4_000_000, 9_000_000], "cost": [99, 150, 400], "benefit": ["0.5", "1.25"], "area": [30_000],
    "tier_area": [60_000], "evenness": [9_999, 30_000], "scattered": [1, 2], "moves": [0, 1],
}  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {"mode": "hard"}


def world(rng: random.Random, ledger: Ledger) -> dict[str, Any]:
    """Limits to some goals."""
    goals = []
    for name in rng.sample(sorted(LIMITS), k=2):
        side = "at_least" if name in ("benefit", "area", "tier_area") else "at_most"
        goals.append({"name": name, side: rng.choice(LIMITS[name])})
    return {"goals": goals}
