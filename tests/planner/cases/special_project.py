"""The smallest world of the clause `special_project`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger, Option, Treatment
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, LAST, patch, scenario

CASE = ClauseCase(
    Ledger(
        (patch("A", treatment=Treatment.COMPREHENSIVE, special_candidate=True),),
        (
            Option(patch="A", option="basic", cost_yuan=100),
            Option(patch="A", option="special", cost_yuan=100, special=True, other_yuan=5),
        ),
    ),
    scenario(clauses={"special_project": hard(minimum=1)}),
    (pick("A", FIRST, "special"),),
    (pick("A", FIRST, "basic"),),
    str(LAST), 1, "projects",
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {
        "mode": "hard",
        "minimum": rng.choice([0, 1]),
        "maximum": rng.choice([None, 1]),
        "by_year": rng.choice([None, LAST - 1]),
    }
