"""The smallest world of the clause `bundles`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, patch, scenario

CASE = ClauseCase(
    Ledger((patch("A", bundle="B1"), patch("B", bundle="B1"), patch("C"))),
    scenario(clauses={"bundles": hard()}),
    (pick("A", FIRST + 1), pick("B", FIRST + 1), pick("C", FIRST)),
    (pick("A", FIRST + 1), pick("B", FIRST), pick("C", FIRST)),
    "B1", 1, "year",
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {"mode": "hard", "same_start": rng.choice([True, False])}
