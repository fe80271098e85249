"""A small city for the stories: ten sites of two districts, named in the reader's language, and money by year.

What is expensive early is worked out by hand: with 550 in 2021 the two urgent sites of tier 1 start, and no more fits.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from planner.advice.answer import changed
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
CLAUSES = ("completion", "basic_treatment", "purse_accounts", "natural_recovery", "payer", "locks")
EARLIER, EARLIER_TITLES = (750, 300, 400), {"zh": "资金提前", "en": "Money earlier"}
TITLES = {"zh": "样例方案", "en": "Sample scenario"}


def word(key: str, lang: Language) -> str:
    """A name of the data in a language."""
    return WORDS[key][lang]


def world(lang: Language, municipal: tuple[int, ...] = (550, 500, 400)) -> tuple[Ledger, Scenario]:
    """The ledger and its scenario; costs and the municipal money of each year in whole 万元."""
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
    meta = META_DEFAULTS | {"title": word("ledger", lang), "city": word("city", lang), "data_nature": "synthetic"}
    return Ledger(rows, options, meta), scenario(
        name="sample",
        title=TITLES,
        horizon={"first": FIRST, "last": LAST},
        carry={"years": 1},
        goals=[{"name": "waiting_tier_1"}, {"name": "waiting"}, {"name": "cost"}],
        budgets=[
            {"source": source, "year": year, "yuan": wan * WAN} | ({"district": south} if source == "district" else {})
            for source, by_year in (("municipal", municipal), ("district", (180, 120, 0)))
            for year, wan in zip(range(FIRST, LAST + 1), by_year, strict=True)
        ],
        clauses=dict.fromkeys(CLAUSES, "hard"),
    )


def fresh(place: Path, lang: Language, *, begun: bool = False, earlier: bool = False) -> None:
    """A new installation of this machine's one person, with the city's ledger, scenario and first plan.

    Parameters
    ----------
    place : Path
    lang : {"zh", "en"}
        Of the data.
    begun : bool
        Whether leadership has adopted that plan and the years are worked by it.
    earlier : bool
        Whether there is a second plan, of a scenario that has the same money a year earlier.
    """
    place.mkdir(parents=True, exist_ok=True)
    ledger, under = world(lang)
    service = open_service(place)
    try:
        desk = service.desk()
        kept = desk.keeping.keep_made(ledger, under, make_plan(ledger, under))
        if begun:
            desk.deciding.adopt(kept.id, TITLES[lang])
            desk.year.begin(kept.id)
        if earlier:
            _, other = world(lang, EARLIER)
            other = changed(other, name="earlier", title=EARLIER_TITLES)
            desk.keeping.keep_made(ledger, other, make_plan(ledger, other))
    finally:
        service.close()
