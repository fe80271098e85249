"""A small city for the stories: ten sites of two districts, named in the reader's language, and money by year.

What is expensive early is worked out by hand: with 550 in 2021 the two urgent sites of tier 1 start, and no more fits.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from planner.ledger import Ledger, Option, Patch, Treatment
from planner.ledger.types import META_DEFAULTS
from planner.planning import make_plan
from planner.scenario import Scenario
from planner.service import open_service
from planner.texts import Language
from tests.planner.worlds import patch, scenario

FIRST, LAST = 2021, 2023
WAN = 10_000
"""Yuan in the unit that is shown."""

WORDS: dict[str, dict[Language, str]] = {
    "north": {"zh": "北山区", "en": "North"}, "south": {"zh": "南岭区", "en": "South"},
    "city": {"zh": "样例市", "en": "Aldrun"}, "ledger": {"zh": "样例台账", "en": "Sample ledger"},
    "site": {"zh": "号采石场", "en": " quarry"}, "township": {"zh": "镇", "en": " town"},
}  # fmt: skip
TITLES = {"zh": "样例方案", "en": "Sample scenario"}


def word(key: str, lang: Language) -> str:
    """A name of the data in a language."""
    return WORDS[key][lang]


def world(lang: Language) -> tuple[Ledger, Scenario]:
    """The ledger and its scenario; costs in whole 万元."""
    north, south = word("north", lang), word("south", lang)

    def site(name: str, tier: int, cost: int, area: float, **more: Any) -> Patch:
        district = north if name.startswith("N") else south
        fields = {
            "district": district, "tier": tier, "cost_yuan": cost * WAN, "area_m2": round(area * 10_000),
            "township": "ABC"[tier - 1] + word("township", lang),
            "longitude": 115.5 + tier / 10, "latitude": 39.5 + len(name) / 10, "duration_years": 1,
        }  # fmt: skip
        return replace(patch(name, **{**fields, **more}), name=name + word("site", lang))

    mixed = {"treatment": Treatment.COMPREHENSIVE}
    rows = (
        site("N01", 1, 300, 3.0, hazard_points=2), site("N02", 2, 200, 2.5), site("N03", 3, 150, 2.0),
        site("N04", 3, 210, 2.4, **mixed), site("N05", 3, 0, 1.2, treatment=Treatment.NATURAL),
        site("S01", 1, 250, 2.2, hazard_points=1), site("S02", 2, 180, 1.8, ever_licensed=False),
        site("S03", 3, 120, 1.5, ever_licensed=False), site("S04", 2, 160, 1.6, **mixed),
    )  # fmt: skip
    options = tuple(
        option
        for name, cost, quick in (("N04", 210, 260), ("S04", 160, 195))
        for option in (
            Option(patch=name, option="standard", cost_yuan=cost * WAN, first_start=FIRST + 1),
            Option(patch=name, option="quick", cost_yuan=quick * WAN),
        )
    )
    meta = META_DEFAULTS | {
        "title": word("ledger", lang), "city": word("city", lang), "data_nature": "synthetic",
    }  # fmt: skip
    return Ledger(rows, options, meta), scenario(
        name="sample",
        title=TITLES,
        horizon={"first": FIRST, "last": LAST},
        carry={"years": 1},
        goals=[{"name": "waiting_tier_1"}, {"name": "waiting"}, {"name": "cost"}],
        budgets=[
            {"source": source, "year": year, "yuan": wan * WAN} | ({"district": south} if source == "district" else {})
            for source, by_year in (("municipal", (550, 500, 400)), ("district", (180, 120, 0)))
            for year, wan in zip(range(FIRST, LAST + 1), by_year, strict=True)
        ],
        clauses={
            name: "hard"
            for name in ("completion", "basic_treatment", "purse_accounts", "natural_recovery", "payer", "locks")
        },
    )


def fresh(place: Path, lang: Language) -> int:
    """A new installation of this machine's one person, with the city's ledger, scenario and first plan; its version."""
    place.mkdir(parents=True, exist_ok=True)
    ledger, under = world(lang)
    service = open_service(place)
    try:
        desk = service.desk()
        kept = desk.keeping.keep_made(ledger, under, make_plan(ledger, under))
    finally:
        service.close()
    return kept.id
