"""The smallest world of the clause `corridors`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, LAST, patch, scenario

CASE = ClauseCase(
    Ledger((
        patch("A", corridor="C1", area_m2=6), patch("B", corridor="C1", area_m2=4), patch("C", corridor="C2"),
        patch("D"),
    )),
    scenario(clauses={"corridors": hard(percent=60, by_year=FIRST + 1, names=["C1"])}),
    (pick("A", FIRST + 1),),
    (pick("A", LAST), pick("B", FIRST), pick("C", FIRST)),
    f"C1/{FIRST + 1}", 2, "m2",
    stricter=scenario(clauses={"corridors": hard(percent=61, by_year=FIRST + 1, names=["C1"])}),
)  # fmt: skip


def draw_for(rng: random.Random, ledger: Ledger) -> dict[str, Any]:
    """Settings for a random world."""
    known = sorted({patch.corridor for patch in ledger.patches if patch.corridor})
    return {
        "mode": "hard",
        "percent": rng.choice([1, 50, 100]),
        "by_year": rng.choice([None, None, FIRST + 1]),
        "names": rng.choice([[], known[:1]]),
    }
