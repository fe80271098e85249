"""The smallest world of the clause `verification`."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from planner.ledger import Ledger, Treatment
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, patch, scenario

MOVED = Treatment.NATURAL
CASE = ClauseCase(
    Ledger((
        patch("A", reclassified_from=MOVED, verified_on=dt.date(FIRST + 1, 12, 31)),
        patch("B", reclassified_from=MOVED),
        patch("C"),
    )),
    scenario(clauses={"verification": hard()}),
    (pick("A", FIRST + 1), pick("C", FIRST)),
    (pick("A", FIRST), pick("C", FIRST)),
    "A", 1, "year",
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {"mode": "hard"}


def world(rng: random.Random, ledger: Ledger) -> dict[str, Any]:
    """Whether what failed its verification moves to artificial restoration, and at what rates."""
    return {
        "failed_recovery": {
            "to_artificial": rng.choice([True, True, False]),
            "mine_yuan_per_hectare": rng.choice([0, 31]),
            "rock_face_yuan_per_hectare": 77,
            "hazard_point_yuan": rng.choice([0, 5]),
        }
    }
