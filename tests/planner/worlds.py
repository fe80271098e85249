"""Small worlds for tests: ledgers and scenarios that are easy to work out by hand or to enumerate."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from planner.ledger import Ledger, Option, Patch, PatchKind, Treatment
from planner.plan import Pick
from planner.scenario import Scenario

FIRST, LAST = 2031, 2033


def patch(name: str, **fields: Any) -> Patch:
    """An artificial patch of 1 ha and 100 yuan, ever licensed, in district North."""
    standard: dict[str, Any] = {
        "patch": name, "district": "North", "area_m2": 10_000, "treatment": Treatment.ARTIFICIAL,
        "ever_licensed": True, "cost_yuan": 100,
    }  # fmt: skip
    return Patch(**{**standard, **fields})


def scenario(**fields: Any) -> Scenario:
    """Three years, every clause off but those given."""
    clauses = {"default": "off", **fields.pop("clauses", {})}
    return Scenario.model_validate({"horizon": {"first": FIRST, "last": LAST}, "clauses": clauses, **fields})


def random_ledger(rng: random.Random, patches: int) -> Ledger:
    """A ledger that stirs every clause of the baseline."""
    rows, options = [], []
    for i in range(patches):
        treatment = rng.choice([Treatment.ARTIFICIAL] * 4 + [Treatment.COMPREHENSIVE] * 3 + [Treatment.NATURAL])
        enterprise = rng.random() < 0.12
        licensed = rng.random() < 0.6
        name = f"P{i}"
        rows.append(
            patch(
                name,
                district=rng.choice(["North", "South"]),
                area_m2=rng.choice([7, 9_999, 29_999, 30_000, 45_000]),
                treatment=treatment,
                kind=PatchKind.CLOSED_OR_PRODUCING_MINE if enterprise else rng.choice(list(PatchKind)[:2]),
                ever_licensed=licensed,
                licence_until=dt.date(rng.choice([FIRST, FIRST + 1]), 6, 30) if enterprise and licensed else None,
                cost_yuan=0 if enterprise else rng.choice([1, 50, 99, 100, 101, 333]),
                hazard_points=rng.choice([0, 0, 1, 2]),
                tier=rng.choice([1, 2, 3]),
                focal=rng.random() < 0.3,
                bottom_line=rng.randrange(101),
                resident_impact=rng.randrange(101),
                landscape_damage=rng.randrange(101),
                tenure_clear_from=rng.choice([None, None, FIRST + 1]),
                core_reserve=treatment is not Treatment.ARTIFICIAL and rng.random() < 0.6,
                district_shares=rng.choice([(), (("North", Decimal(1)), ("South", Decimal(2)))])
                if not enterprise
                else (),
                special_candidate=treatment is Treatment.COMPREHENSIVE,
                benefit=rng.choice([None, Decimal("-0.5"), Decimal("2.25")]),
                actual_start=dt.date(FIRST, 5, 1) if rng.random() < 0.05 else None,
            )
        )
        if treatment is Treatment.COMPREHENSIVE and not enterprise and rng.random() < 0.6:
            cost = rows[-1].cost_yuan
            options.append(Option(patch=name, option="basic", cost_yuan=cost, last_start=rng.choice([None, LAST - 1])))
            options.append(
                Option(patch=name, option="special", cost_yuan=cost + 3, special=True, other_yuan=9,
                       duration_years=rng.choice([1, 2]), benefit=Decimal("1.5"))
            )  # fmt: skip
    return Ledger(tuple(rows), tuple(options))


CLAUSE_DRAWS: dict[str, Any] = {
    "completion": lambda rng: {"mode": "hard"},
    "basic_treatment": lambda rng: {"mode": "hard"},
    "hazards": lambda rng: {"mode": "hard", "required_points": rng.choice([None, 1, 2]),
                            "by_year": rng.choice([None, LAST - 1])},
    "special_project": lambda rng: {"mode": "hard", "minimum": rng.choice([0, 1]), "maximum": rng.choice([None, 1]),
                                    "by_year": rng.choice([None, LAST - 1])},
    "purse_accounts": lambda rng: {"mode": "hard"},
    "first_year_task": lambda rng: {"mode": "hard", "year": rng.choice([None, FIRST + 1]),
                                    "min_area_m2": rng.choice([None, 9_999]),
                                    "max_area_m2": rng.choice([None, 39_999]), "min_yuan": rng.choice([None, 100]),
                                    "max_yuan": rng.choice([None, 200])},
    "core_reserve": lambda rng: {"mode": "hard"},
    "natural_recovery": lambda rng: {"mode": "hard"},
    "tenure": lambda rng: {"mode": "hard"},
    "enterprise_mines": lambda rng: {"mode": "hard", "by_year": rng.choice([None, LAST - 1])},
    "locks": lambda rng: {"mode": "hard"},
}  # fmt: skip


def random_scenario(rng: random.Random, ledger: Ledger, clauses: list[str], **fields: Any) -> Scenario:
    """A scenario with these clauses on, money about enough, and a few locks."""
    need = sum(p.cost_yuan for p in ledger.patches)
    years = range(FIRST, LAST + 1)
    budgets = []
    for source, district in (("municipal", None), ("district", "North"), ("district", "South"), ("municipal", "South")):
        if source == "municipal" and district and rng.random() < 0.7:
            continue
        budgets += [
            {"source": source, "district": district, "year": year, "yuan": rng.choice([0, need // 6, need // 3, need])}
            for year in years
        ]
    locks, free = [], [p.patch for p in ledger.patches]
    if "locks" in clauses:
        for name in rng.sample(free, k=rng.choice([0, 1, 2])):
            kind = rng.choice(["year", "not_before", "not_after", "excluded"])
            year = None if kind == "excluded" else rng.choice(years)
            locks.append({"patch": name, "kind": kind, "year": year, "reason": "test"})
    frozen = []
    if "locks" in clauses and rng.random() < 0.2:
        locked = {lock["patch"] for lock in locks}
        listed = [name for name in free if name not in locked][:1]
        if all(lock["year"] != FIRST for lock in locks):
            frozen.append({"year": FIRST, "patches": listed, "reason": "approved"})
    return scenario(
        clauses={
            **{name: CLAUSE_DRAWS[name](rng) for name in clauses},
            "payer": {"mode": "hard", "municipal_share_percent": rng.choice([100, 100, 50, 33])},
        },
        budgets=budgets,
        locks=locks,
        frozen=frozen,
        carry={"years": rng.choice([0, 1, 1, 2]), "scope": rng.choice(["purse", "patch"])},
        basis=rng.choice(["commitments", "cash"]),
        mode=rng.choice(["complete", "rationed"]),
        price_index={"rate": rng.choice(["0", "0.03", "-0.01"])},
        holding={"cover_yuan_per_hectare_year": rng.choice([0, 7])},
        **fields,
    )


def assignments(ledger: Ledger) -> Iterator[tuple[Pick, ...]]:
    """Every way to decide on every patch: not planned, or an option and a start within its window."""
    ways: list[list[Pick | None]] = []
    for row in ledger.patches:
        own: list[Pick | None] = [None]
        for option in ledger.options_of(row):
            first, last = max(FIRST, option.first_start or FIRST), min(LAST, option.last_start or LAST)
            own += [Pick(row.patch, option.option, year) for year in range(first, last + 1)]
        ways.append(own)
    for chosen in itertools.product(*ways):
        yield tuple(pick for pick in chosen if pick is not None)


ALL_ON = {
    "completion": "hard", "basic_treatment": "hard", "hazards": "hard", "purse_accounts": "hard", "tenure": "hard",
    "core_reserve": "hard", "natural_recovery": "hard", "enterprise_mines": "hard", "locks": "hard",
}  # fmt: skip


def small() -> tuple[Ledger, Scenario]:
    """Three patches, 300 yuan, enough money for one a year."""
    ledger = Ledger((patch("A", hazard_points=1, tier=1), patch("B", tier=2), patch("C", ever_licensed=False)))
    money = [{"source": "municipal", "year": year, "yuan": 100} for year in (FIRST, FIRST + 1)]
    money.append({"source": "district", "district": "North", "year": LAST, "yuan": 100})
    return ledger, scenario(clauses=ALL_ON, budgets=money, goals=[{"name": "waiting_focal"}, {"name": "waiting"}])


def hard_problem() -> tuple[Ledger, Scenario]:
    """A knapsack that no solver proves in a blink: strongly correlated, three purses at once."""
    rng = random.Random(7)
    rows = []
    for i in range(120):
        cost = rng.randrange(10_000, 99_999)
        rows.append(patch(f"K{i:03}", cost_yuan=cost, benefit=Decimal(cost + 1_000), ever_licensed=bool(i % 3)))
    budgets: list[dict[str, Any]] = [
        {"source": "municipal", "year": y, "yuan": 701_003} for y in range(FIRST, LAST + 1)
    ]
    budgets += [{"source": "district", "district": "North", "year": FIRST, "yuan": 900_001}]
    return Ledger(tuple(rows)), scenario(
        clauses={"completion": "hard", "purse_accounts": "hard"}, mode="rationed", budgets=budgets,
        goals=[{"name": "benefit"}, {"name": "cost"}],
    )  # fmt: skip
