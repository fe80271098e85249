"""The smallest world of the clause `cross_district`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, patch, scenario

CASE = ClauseCase(
    Ledger((
        patch("A", responsible_id="M1"),
        patch("B", responsible_id="M1", district="South"),
        patch("C", responsible_id="M2"),
        patch("D", responsible_id="M2"),
    )),
    scenario(clauses={"cross_district": hard()}),
    (pick("A", FIRST), pick("B", FIRST), pick("C", FIRST)),
    (pick("A", FIRST), pick("C", FIRST)),
    "M1", 1, "patches",
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {"mode": "hard"}
