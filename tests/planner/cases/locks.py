"""The smallest world of the clause `locks`."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, patch, scenario

CASE = ClauseCase(
    Ledger((patch("A"), patch("B"), patch("C", actual_start=dt.date(FIRST, 3, 1)))),
    scenario(
        clauses={"locks": hard()},
        locks=[
            {"patch": "A", "kind": "year", "year": FIRST + 1, "reason": "agreed"},
            {"patch": "B", "kind": "excluded", "reason": "disputed"},
        ],
    ),
    (pick("A", FIRST + 1), pick("C", FIRST)),
    (pick("A", FIRST + 2), pick("C", FIRST)),
    "A", 1, "year",
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {"mode": "hard"}
