"""The smallest world of the clause `tier_shares`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, LAST, patch, scenario

CASE = ClauseCase(
    Ledger((patch("A", area_m2=6, tier=1), patch("B", area_m2=4, tier=1), patch("C", area_m2=30_000, tier=2))),
    scenario(
        clauses={
            "tier_shares": hard(
                entries=[
                    {"tier": 1, "by_year": FIRST, "percent": 60},
                    {"tier": 2, "by_year": LAST, "percent": 100, "counted": "started"},
                ]
            )
        }
    ),
    (pick("A", FIRST), pick("C", LAST)),
    (pick("B", FIRST), pick("C", LAST)),
    f"tier_1/{FIRST}/finished", 2, "m2",
    stricter=scenario(clauses={"tier_shares": hard(entries=[{"tier": 1, "by_year": FIRST, "percent": 61}])}),
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    entries = [
        {
            "tier": tier,
            "percent": rng.choice([1, 33, 50, 100]),
            "by_year": rng.choice([FIRST, FIRST, FIRST + 1, LAST]),
            "counted": rng.choice(["started", "finished", "finished"]),
        }
        for tier in rng.sample([1, 2, 3], k=rng.choice([1, 2, 3]))
    ]
    return {"mode": "hard", "entries": entries}
