"""The smallest world of the clause `moves`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger, Treatment
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, LAST, patch, scenario

CASE = ClauseCase(
    Ledger((
        patch("A", planned_year=FIRST), patch("B", planned_year=FIRST + 1), patch("C"),
        patch("N", planned_year=FIRST, treatment=Treatment.NATURAL),
    )),
    scenario(clauses={"moves": hard(maximum=1)}),
    (pick("A", FIRST), pick("B", LAST)),
    (pick("A", LAST), pick("B", LAST)),
    f"{FIRST}-{LAST}", 1, "patches",
    stricter=scenario(clauses={"moves": hard()}),
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {"mode": "hard", "maximum": rng.choice([0, 1, 1])}
