"""The benchmark set: synthetic ledgers of 500 to 100,000 patches with scenarios, made from a seed.

Every 500 patches are one city of the shipped calibration (``data/beijing/calibration.toml``), thrown with a seed of its
own: its eleven districts and their townships, renamed so that no two cities share one. The cities share the purse
``municipal``, and nothing else but what a clause ties together.

Money is feasible by construction. A reference schedule takes the patches of each purse by priority and fills the years
in the proportion 7/3/3/3/3; what it spends, with some slack, is the budget, and what it reaches, less some slack, is
what the clauses ask for. Variants are named ``PATCHES-LEAD-MONEY-CLAUSES``, and ``-short`` for the infeasible ones:

- lead: ``waiting`` (then cost) or ``cost`` (then waiting);
- money: ``tight`` (1 % above what the reference spends) or ``loose`` (20 %);
- clauses: ``sparse`` (completion, payers, purses, tenure), or ``all``: besides, mobilisation of 300,000 yuan for each
  township and year and aftercare in the cost, shares of tiers 1 and 2 by year, the first year's task, hazards, and a
  yearly limit of a city's task;
- short: every budget is 94 % of what the reference spends.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from planner import Ledger, Scenario
from planner.ledger import Option, Patch, Treatment
from planner.ledger.sample import read_calibration, works_years
from planner.ledger.sample.amounts import draft_amounts
from planner.ledger.sample.attributes import describe, options_of
from planner.ledger.sample.geometry import read_districts
from planner.ledger.sample.places import place
from planner.ledger.types import META_DEFAULTS
from planner.plan.works import Purse
from planner.scenario import load_scenario

SHIPPED = Path(__file__).parents[1] / "data" / "beijing"
CITY = 500
SIZES = (500, 5_000, 50_000, 100_000)
SHAPE = (7, 3, 3, 3, 3)
PERCENT = {"tight": 101, "loose": 120, "short": 94}
MOBILISATION_YUAN = 300_000
AFTERCARE_YUAN = 20_000


@dataclass(frozen=True, slots=True)
class Case:
    """One member of the set."""

    patches: int
    lead: str
    money: str
    clauses: str
    feasible: bool = True

    @property
    def name(self) -> str:
        """As above."""
        return f"{self.patches}-{self.lead}-{self.money}-{self.clauses}" + ("" if self.feasible else "-short")

    @classmethod
    def named(cls, name: str) -> Case:
        """The case of a name."""
        size, lead, money, clauses, *short = name.split("-")
        return cls(int(size), lead, money, clauses, not short)


def cases(sizes: tuple[int, ...] = SIZES) -> Iterator[Case]:
    """The whole set, small ones first; at each size eight feasible variants and two infeasible ones."""
    for size in sizes:
        for lead in ("waiting", "cost"):
            for money in ("tight", "loose"):
                for clauses in ("sparse", "all"):
                    yield Case(size, lead, money, clauses)
        for clauses in ("sparse", "all"):
            yield Case(size, "waiting", "tight", clauses, feasible=False)


def make(case: Case, seed: int = 0) -> tuple[Ledger, Scenario]:
    """The ledger and the scenario of a case; the same seed gives the same."""
    ledger = national_ledger(case.patches, seed)
    return ledger, scenario_of(case, ledger)


@functools.lru_cache(maxsize=4)
def national_ledger(patches: int, seed: int) -> Ledger:
    """So many cities side by side."""
    calibration = read_calibration(SHIPPED / "calibration.toml")
    boundaries = _boundaries(calibration["boundaries"])
    rows: list[Patch] = []
    options: list[Option] = []
    for city in range(max(1, patches // CITY)):
        own = {**calibration, "seed": 1000 * seed + city + 1}
        drafts = draft_amounts(own)
        place(own, drafts, boundaries)
        describe(own, drafts)
        made = [
            Patch(
                area_m2=d.area_m2, treatment=d.treatment, ever_licensed=d.licensed, cost_yuan=d.cost, kind=d.kind,
                **d.fields,
            )
            for d in drafts
        ]  # fmt: skip
        rows += [_renamed(patch, city) for patch in made]
        options += [replace(option, patch=f"{city:03d}-{option.patch}") for option in options_of(own, made)]
    if patches < CITY:  # a town, for trying things out: patches evenly taken from a city
        rows = [rows[k * len(rows) // patches] for k in range(patches)]
        named = {row.patch for row in rows}
        options = [option for option in options if option.patch in named]
    return Ledger(tuple(rows), tuple(options), {**META_DEFAULTS, "data_nature": "合成"})


def _boundaries(path: str) -> dict[str, Any]:
    import json

    return read_districts(json.loads(Path(path).read_text(encoding="utf-8")))


def _renamed(patch: Patch, city: int) -> Patch:
    return replace(
        patch,
        patch=f"{city:03d}-{patch.patch}",
        district=f"{city:03d}-{patch.district}",
        responsible_id=patch.responsible_id and f"{city:03d}-{patch.responsible_id}",
        district_shares=tuple((f"{city:03d}-{name}", weight) for name, weight in patch.district_shares),
    )


def reference(ledger: Ledger, years: range, one_year_below_m2: int) -> dict[str, int]:
    """Start years by priority, each purse's spending as near the shape as its patches allow."""
    by_purse: dict[Purse, list[Patch]] = {}
    for patch in ledger.patches:
        if patch.treatment is not Treatment.NATURAL and not patch.by_enterprise:
            by_purse.setdefault(_purse(patch), []).append(patch)
    starts: dict[str, int] = {}
    for own in by_purse.values():
        whole = sum(patch.cost_yuan for patch in own)
        room = [whole * part / sum(SHAPE) for part in SHAPE]
        own.sort(key=lambda p: (not (p.focal or p.hazard_points), p.tier, -p.bottom_line, p.patch))
        for patch in own:
            first = max(years.start, patch.tenure_clear_from or 0, patch.assessed_from or 0)
            last = years.stop - works_years(patch, one_year_below_m2)
            window = [year - years.start for year in range(first, last + 1)]
            at = next((y for y in window if room[y] >= patch.cost_yuan / 2), max(window, key=room.__getitem__))
            room[at] -= patch.cost_yuan
            starts[patch.patch] = years.start + at
    return starts


def _purse(patch: Patch) -> Purse:
    """Whose money it is, as the reference groups it (agreed shares are worked out in the budgets)."""
    return Purse("municipal", None) if patch.ever_licensed else Purse("district", patch.district)


def scenario_of(case: Case, ledger: Ledger) -> Scenario:
    """Budgets and clauses that the reference schedule keeps (or, where it is short, cannot)."""
    base = load_scenario(SHIPPED / "scenarios" / "base.toml")
    data: dict[str, Any] = base.model_dump(mode="json", serialize_as_any=True)
    years = base.horizon.years
    starts = reference(ledger, years, base.durations.one_year_below_m2)
    data |= {"name": case.name, "title": {}, "note": {}, "goals": _goals(case.lead)}
    data["budgets"] = list(_budgets(ledger, starts, PERCENT[case.money if case.feasible else "short"], years))
    data["holding"] = {"cover_yuan_per_hectare_year": 5_000}
    clauses = data["clauses"]
    for name in ("first_year_task", "hazards", "special_project"):
        clauses[name] = {"mode": "off"}
    if case.clauses == "all":
        data["holding"] |= {
            "mobilisation_yuan": MOBILISATION_YUAN, "aftercare_yuan_per_hectare_year": AFTERCARE_YUAN,
        }  # fmt: skip
        clauses |= _clauses(ledger, starts, base)
    return Scenario.model_validate(data)


def _goals(lead: str) -> list[dict[str, Any]]:
    names = ("waiting", "cost") if lead == "waiting" else ("cost", "waiting")
    return [{"name": name, "tolerance": 0.001} for name in names]


def _budgets(ledger: Ledger, starts: Mapping[str, int], percent: int, years: range) -> Iterator[dict[str, Any]]:
    spent: dict[Purse, dict[int, int]] = {}
    for name, year in starts.items():
        patch = ledger.by_id[name]
        shares = {_purse(patch): 1.0}
        if patch.district_shares and not patch.ever_licensed:
            whole = float(sum(weight for _, weight in patch.district_shares))
            shares = {Purse("district", name): float(weight) / whole for name, weight in patch.district_shares}
        for purse, share in shares.items():
            own = spent.setdefault(purse, dict.fromkeys(years, 0))
            own[year] += round(patch.cost_yuan * share) + (1 if share < 1 else 0)
    for purse, by_year in spent.items():
        for year, yuan in by_year.items():
            row = {"source": purse.source, "year": year, "yuan": yuan * percent // 100}
            yield row if purse.district is None else row | {"district": purse.district}


def _clauses(ledger: Ledger, starts: Mapping[str, int], base: Scenario) -> dict[str, Any]:
    years = base.horizon.years
    task = [ledger.by_id[name] for name in starts]
    first = [patch for patch in task if starts[patch.patch] == years.start]
    done = {p.patch: starts[p.patch] + works_years(p, base.durations.one_year_below_m2) - 1 for p in task}
    shares = []
    for tier, by_year in ((1, years.start), (1, years.start + 1), (1, years.start + 2), (2, years.start + 3)):
        own = [p for p in task if p.tier == tier]
        reached = sum(p.area_m2 for p in own if done[p.patch] <= by_year) * 100 // sum(p.area_m2 for p in own)
        if reached > 2:
            shares.append({"tier": tier, "by_year": by_year, "percent": reached - 2, "counted": "finished"})
    yearly = {year: sum(p.area_m2 for p in task if starts[p.patch] == year) for year in years}
    return {
        "tier_shares": {"mode": "hard", "entries": shares},
        "first_year_task": {
            "mode": "hard",
            "min_area_m2": yearly[years.start] * 98 // 100,
            "max_area_m2": yearly[years.start] * 103 // 100,
            "min_yuan": sum(p.cost_yuan for p in first) * 95 // 100,
        },
        "hazards": {"mode": "hard", "required_points": sum(p.hazard_points for p in task)},
        "special_project": {"mode": "hard", "minimum": min(1, sum(o.special for o in ledger.options))},
        "quotas": {
            "mode": "hard",
            "entries": [{"year": year, "max_area_m2": yearly[year] * 115 // 100} for year in list(years)[1:]],
        },
    }
