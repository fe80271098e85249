"""The smallest world of the clause `arable_first`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, LAST, patch, scenario

CASE = ClauseCase(
    Ledger((
        patch("A", arable_potential=True, area_m2=30_000), patch("B", arable_potential=True), patch("C"),
    )),
    scenario(clauses={"arable_first": hard(percent=75)}),
    (pick("A", FIRST + 1), pick("B", LAST)),
    (pick("A", LAST), pick("B", FIRST + 1)),
    str(FIRST + 1), 20_000, "m2",
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {
        "mode": "hard",
        "percent": rng.choice([1, 50, 100]),
        "by_year": rng.choice([None, FIRST, LAST]),
    }
