"""The smallest world of the clause `reserve_assessment`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, LAST, patch, scenario

CASE = ClauseCase(
    Ledger((
        patch("A", ecological_redline=True, assessed_from=FIRST + 1),
        patch("B", reserve="park"),
        patch("C", reserve="park", assessed=True, assessed_from=LAST),
        patch("D", reserve="无", core_reserve=False),
        patch("E", ecological_redline=True, core_reserve=True, irreversible_damage=True),
    )),
    scenario(clauses={"reserve_assessment": hard()}),
    (pick("A", FIRST + 1), pick("C", FIRST), pick("D", FIRST), pick("E", FIRST)),
    (pick("A", FIRST), pick("B", LAST)),
    "A", 1, "year",
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {"mode": "hard"}
