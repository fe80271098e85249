"""The smallest world of the clause `enterprise_mines`."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from planner.ledger import Ledger, PatchKind
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, LAST, patch, scenario

CASE = ClauseCase(
    Ledger((patch("M", licence_until=dt.date(FIRST, 12, 11), kind=PatchKind.CLOSED_OR_PRODUCING_MINE, cost_yuan=0),)),
    scenario(clauses={"enterprise_mines": hard()}),
    (pick("M", FIRST + 1),),
    (pick("M", FIRST),),
    "M", 1, "year",
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {"mode": "hard", "by_year": rng.choice([None, LAST - 1])}
