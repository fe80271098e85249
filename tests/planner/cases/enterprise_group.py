"""The smallest world of the clause `enterprise_group`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger, PatchKind
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, LAST, patch, scenario

SITE: dict[str, Any] = {"kind": PatchKind.CLOSED_OR_PRODUCING_MINE, "cost_yuan": 0, "enterprise_group": "G1"}
CASE = ClauseCase(
    Ledger((patch("M", **SITE), patch("N", **SITE))),
    scenario(clauses={"enterprise_group": hard(within_years=1)}),
    (pick("M", LAST), pick("N", FIRST + 1)),
    (pick("M", LAST), pick("N", FIRST)),
    "G1", 1, "year",
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {"mode": "hard", "within_years": rng.choice([0, 0, 1, 2])}
