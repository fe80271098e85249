"""The smallest world of the clause `natural_recovery`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger, Treatment
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, patch, scenario

CASE = ClauseCase(
    Ledger((patch("A"), patch("N", treatment=Treatment.NATURAL))),
    scenario(clauses={"natural_recovery": hard()}),
    (pick("A", FIRST),),
    (pick("A", FIRST), pick("N", FIRST)),
    "N", 1, "patches",
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {"mode": "hard"}
