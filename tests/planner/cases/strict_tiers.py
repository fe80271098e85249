"""The smallest world of the clause `strict_tiers`."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, LAST, patch, scenario

CASE = ClauseCase(
    Ledger((
        patch("A", tier=1), patch("B", tier=2), patch("C", tier=3), patch("D", tier=3, ever_licensed=False),
        patch("E", tier=2, tenure_clear_from=LAST),
    )),
    scenario(clauses={"strict_tiers": hard(), "tenure": hard()}),
    (pick("A", FIRST + 1), pick("B", FIRST + 1), pick("C", FIRST + 1), pick("D", FIRST), pick("E", LAST)),
    (pick("A", FIRST + 1), pick("B", FIRST), pick("C", FIRST + 1), pick("D", FIRST), pick("E", LAST)),
    f"B/{FIRST}", 1, "patches",
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Settings for a random world."""
    return {"mode": "hard"}


def stir(rng: random.Random, ledger: Ledger) -> Ledger:
    """Patches of one district, mostly of the same payers and of different tiers; some have begun."""
    licensed = rng.random() < 0.5
    patches = tuple(
        replace(
            patch,
            district="North",
            ever_licensed=licensed if rng.random() < 0.85 else not licensed,
            district_shares=patch.district_shares if rng.random() < 0.2 else (),
            tier=1 + i % 3 if rng.random() < 0.7 else patch.tier,
            actual_start=rng.choice([None] * 6 + [dt.date(FIRST - 1, 1, 1), dt.date(FIRST + 1, 1, 1)]),
        )
        for i, patch in enumerate(ledger.patches)
    )
    return replace(ledger, patches=patches)
