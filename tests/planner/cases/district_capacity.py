"""The smallest world of the clause `district_capacity`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, patch, scenario

CASE = ClauseCase(
    Ledger((
        patch("A", area_m2=30_000), patch("B", area_m2=10_000), patch("C", district="South", area_m2=10_000),
        patch("D", district="South", area_m2=10_000),
    )),
    scenario(
        clauses={
            "district_capacity": hard(
                max_area_m2=40_000, max_sites=2, entries=[{"district": "South", "max_sites": 1}]
            )
        }
    ),
    (pick("A", FIRST), pick("B", FIRST + 1), pick("C", FIRST), pick("D", FIRST + 1)),
    (pick("A", FIRST), pick("B", FIRST + 1), pick("C", FIRST), pick("D", FIRST)),
    f"South/{FIRST}", 1, "patches",
    stricter=scenario(clauses={"district_capacity": hard(max_area_m2=39_999)}),
)  # fmt: skip


def draw_for(rng: random.Random, ledger: Ledger) -> dict[str, Any]:
    """Settings for a random world."""
    own = {"max_area_m2": rng.choice([None, 29_999, 60_000]), "max_sites": rng.choice([0, 1, 2])}
    return {
        "mode": "hard",
        "max_area_m2": rng.choice([None, 45_000, 59_999]),
        "max_sites": rng.choice([None, 1, 2]),
        "entries": [{"district": rng.choice(ledger.districts), **own}] if rng.random() < 0.5 else [],
    }
