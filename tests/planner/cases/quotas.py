"""The smallest world of the clause `quotas`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, LAST, patch, scenario

CASE = ClauseCase(
    Ledger((
        patch("A", area_m2=6, cost_yuan=70), patch("B", area_m2=4, cost_yuan=30),
        patch("C", area_m2=9, cost_yuan=50, district="South"),
    )),
    scenario(
        clauses={
            "quotas": hard(
                entries=[
                    {"district": "North", "year": FIRST, "min_area_m2": 10, "max_yuan": 100},
                    {"year": FIRST, "max_area_m2": 10},
                    {"district": "South", "min_area_m2": 9, "max_area_m2": 9, "min_yuan": 50, "max_yuan": 50},
                ]
            )
        }
    ),
    (pick("A", FIRST), pick("B", FIRST), pick("C", LAST)),
    (pick("A", FIRST), pick("B", FIRST + 1), pick("C", LAST)),
    f"North/{FIRST}", 4, "m2",
    stricter=scenario(clauses={"quotas": hard(entries=[{"district": "North", "year": FIRST, "max_yuan": 99}])}),
)  # fmt: skip


def draw_for(rng: random.Random, ledger: Ledger) -> dict[str, Any]:
    """Settings for a random world."""
    places = [(district, year) for district in (None, *ledger.districts) for year in (None, FIRST, FIRST + 1)]
    entries = []
    for district, year in rng.sample(places, k=rng.choice([1, 2])):
        limits = {
            "min_area_m2": rng.choice([None, None, None, 7]),
            "max_area_m2": rng.choice([None, 30_000, 45_006]),
            "min_yuan": rng.choice([None, None, None, 50]),
            "max_yuan": rng.choice([100, 200, 333]),
        }
        entries.append({"district": district, "year": year, **limits})
    return {"mode": "hard", "entries": entries}
