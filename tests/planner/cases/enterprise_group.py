"""The smallest world of the clause `enterprise_group`."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from planner.ledger import Ledger, PatchKind, Treatment
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


def stir(rng: random.Random, ledger: Ledger) -> Ledger:
    """The last two patches of a larger ledger become sites of one enterprise."""
    if len(ledger.patches) < 3:
        return ledger
    sites = {
        patch.patch: replace(
            patch, kind=PatchKind.CLOSED_OR_PRODUCING_MINE, cost_yuan=0, treatment=Treatment.ARTIFICIAL, bundle="",
            enterprise_group="G1", core_reserve=False, district_shares=(), special_candidate=False,
            hazard_removal_yuan=None, land_levelling_yuan=None, revegetation_yuan=None, rock_face_yuan=None,
        )
        for patch in ledger.patches[-2:]
    }  # fmt: skip
    return replace(
        ledger,
        patches=tuple(sites.get(patch.patch, patch) for patch in ledger.patches),
        options=tuple(option for option in ledger.options if option.patch not in sites),
    )
