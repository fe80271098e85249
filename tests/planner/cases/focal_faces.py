"""The smallest world of the clause `focal_faces`."""

from __future__ import annotations

import random
from typing import Any

from planner.ledger import Ledger, PatchKind
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, LAST, patch, scenario

FACE = PatchKind.EXPOSED_ROCK_FACE

CASE = ClauseCase(
    Ledger((
        patch("A", kind=FACE, focal=True, area_m2=6), patch("B", kind=FACE, focal=True, area_m2=4),
        patch("C", kind=FACE), patch("D", focal=True),
    )),
    scenario(clauses={"focal_faces": hard(percent=60)}),
    (pick("A", FIRST), pick("B", LAST)),
    (pick("A", FIRST + 1), pick("B", FIRST)),
    str(FIRST), 2, "m2",
    stricter=scenario(clauses={"focal_faces": hard(percent=61)}),
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {
        "mode": "hard",
        "percent": rng.choice([1, 50, 100]),
        "by_year": rng.choice([None, FIRST + 1, LAST]),
    }
