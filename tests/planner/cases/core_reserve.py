"""The smallest world of the clause `core_reserve`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger, Treatment
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, patch, scenario

CASE = ClauseCase(
    Ledger((
        patch("A", treatment=Treatment.COMPREHENSIVE, core_reserve=True),
        patch("B", treatment=Treatment.COMPREHENSIVE, core_reserve=True, irreversible_damage=True),
    )),
    scenario(clauses={"core_reserve": hard()}),
    (pick("B", FIRST),),
    (pick("A", FIRST), pick("B", FIRST)),
    "A", 1, "patches",
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {"mode": "hard"}
