"""Random small worlds, and every assignment of them."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from planner.ledger import Ledger, Option, Patch, PatchKind, Recovery, Treatment
from planner.plan import Pick
from planner.scenario import Scenario
from tests.planner.cases import DRAWS, STIRS, WORLDS
from tests.planner.worlds import FIRST, LAST, patch, scenario


def random_ledger(rng: random.Random, patches: int, clause: str = "") -> Ledger:
    """A ledger that stirs every clause of the baseline, and one clause more than the others."""
    rows, options = [], []
    for i in range(patches):
        treatment = rng.choice([Treatment.ARTIFICIAL] * 4 + [Treatment.COMPREHENSIVE] * 2 + [Treatment.NATURAL] * 2)
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
                **_place_and_nature(random.Random(rng.random()), treatment, enterprise=enterprise),
            )
        )
        rows[-1] = _divided(random.Random(f"{name}-{rows[-1].cost_yuan}-{rows[-1].bottom_line}"), rows[-1])
        if treatment is Treatment.COMPREHENSIVE and not enterprise and rng.random() < 0.6:
            cost = rows[-1].cost_yuan
            options.append(Option(patch=name, option="basic", cost_yuan=cost, last_start=rng.choice([None, LAST - 1])))
            options.append(
                Option(patch=name, option="special", cost_yuan=cost + 3, special=True, other_yuan=9,
                       duration_years=rng.choice([1, 2]), benefit=Decimal("1.5"))
            )  # fmt: skip
        elif rows[-1].hazard_points and not enterprise and rng.random() < 0.5:
            cost = rows[-1].cost_yuan
            options.append(Option(patch=name, option="whole", cost_yuan=cost))
            options.append(Option(patch=name, option="hazards", cost_yuan=cost // 3, hazard_only=True))
    drawn = Ledger(tuple(rows), tuple(options))
    if clause in STIRS:
        return STIRS[clause](rng, drawn)
    own = random.Random(drawn.digest)
    return STIRS["enterprise_group"](own, drawn) if clause in ("", "all") and own.random() < 0.2 else drawn


def _divided(rng: random.Random, row: Patch) -> Patch:
    """The cost by kind of works, on most patches."""
    if row.treatment is Treatment.NATURAL or rng.random() < 0.2:
        return row
    cuts = sorted(rng.randrange(row.cost_yuan + 1) for _ in range(3))
    parts = [b - a for a, b in itertools.pairwise([0, *cuts, row.cost_yuan])]
    names = ("hazard_removal_yuan", "land_levelling_yuan", "revegetation_yuan", "rock_face_yuan")
    return replace(row, **dict(zip(names, parts, strict=True)))


def _place_and_nature(rng: random.Random, treatment: Treatment, *, enterprise: bool) -> dict[str, Any]:
    """Fields that only some clauses look at."""
    works = treatment is not Treatment.NATURAL
    reserve = works and rng.random() < 0.4
    return {
        "township": rng.choice(["", "East", "West"]),
        "corridor": rng.choice(["", "", "C1", "C2"]),
        "arable_potential": works and rng.random() < 0.4,
        "cash_flow": works and rng.random() < 0.4,
        "ecological_redline": reserve,
        "reserve": rng.choice(["", "park"]) if reserve else "",
        "assessed": reserve and rng.random() < 0.5,
        "bundle": rng.choice(["", "B1", "B1", "B1", "B1"]) if works and not enterprise else "",
        "responsible_id": rng.choice(["", "M1", "M1"]),
        "enterprise_group": rng.choice(["", "G1"]) if enterprise else "",
        "afforestation_only": works and rng.random() < 0.3,
        "planned_year": rng.choice([None, FIRST, LAST]),
        "recovery": rng.choice([None, *Recovery]),
        "verified_on": rng.choice([None, dt.date(FIRST - 1, 9, 1), dt.date(FIRST + 1, 3, 1)]),
        "reclassified_from": rng.choice([None, Treatment.NATURAL, Treatment.NATURAL]) if works else None,
        "approved_yuan": rng.choice([None, 45, 92, 100, 303]),
        "urban_growth_boundary": works and rng.random() < 0.3,
        "named_user": rng.choice(["", "user", "user", "无"]),
        "assessed_from": rng.choice([None, FIRST, FIRST + 1, LAST]),
    }


def _upkeep(rng: random.Random) -> dict[str, Any]:
    """What sites cost beside their works, who is charged with it, and what is set aside for the unforeseen."""
    rates = {
        "cover_yuan_per_hectare_year": rng.choice([0, 7]),
        "enclosure_yuan_per_hectare_year": rng.choice([0, 3]),
        "aftercare_yuan_per_hectare_year": rng.choice([0, 11]),
        "aftercare_years": rng.choice([1, 3]),
        "mobilisation_yuan": rng.choice([0, 5]),
    }
    return {
        "holding": rates,
        "charge_holding": rng.random() < 0.3,
        "contingency_percent": rng.choice(["0", "0", "2.5"]),
    }


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
            kind = rng.choice(["year", "not_before", "not_after", "by", "excluded"])
            year = None if kind == "excluded" else rng.choice(years)
            locks.append({"patch": name, "kind": kind, "year": year, "reason": "test"})
    frozen = []
    if "locks" in clauses and rng.random() < 0.2:
        locked = {lock["patch"] for lock in locks}
        listed = [name for name in free if name not in locked][:1]
        if all(lock["year"] != FIRST for lock in locks):
            frozen.append({"year": FIRST, "patches": listed, "reason": "approved"})
    for name in clauses:
        if name in WORLDS:
            fields = {**WORLDS[name](rng, ledger), **fields}
    return scenario(
        clauses={
            **{name: DRAWS[name](rng, ledger) for name in clauses},
            "payer": {
                "mode": "hard",
                "municipal_share_percent": rng.choice([100, 100, 50, 33]),
                "user_pays": random.Random(ledger.digest).random() < 0.8,
            },
        },
        budgets=budgets,
        locks=locks,
        frozen=frozen,
        carry={"years": rng.choice([0, 1, 1, 2]), "scope": rng.choice(["purse", "patch"])},
        basis=rng.choice(["commitments", "cash"]),
        mode=rng.choice(["complete", "rationed"]),
        price_index={"rate": rng.choice(["0", "0.03", "-0.01"])},
        **_upkeep(rng),
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
