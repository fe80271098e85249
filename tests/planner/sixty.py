"""Sixty patches, every clause on, and a schedule that keeps them all by construction.

A reference schedule comes first; whatever a clause limits is then set from that schedule, with little room. So there is
a plan, and hardly any choice is free.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

from planner.clauses import clauses
from planner.ledger import Ledger, Option, Patch, PatchKind, Recovery, Treatment
from planner.plan import Body, Pick, build_body
from planner.scenario import Scenario, overridden
from tests.planner.worlds import FIRST, LAST, patch, scenario

DISTRICTS = ("North", "South", "West")
SECOND = FIRST + 1
PAYER = {"mode": "hard", "municipal_share_percent": 90}
PARTS = ("hazard_removal_yuan", "land_levelling_yuan", "revegetation_yuan", "rock_face_yuan")


def sixty() -> tuple[Ledger, Scenario]:
    """The ledger and its scenario."""
    ledger, _ = _ledger(random.Random(60))
    plain = scenario(clauses={"payer": PAYER}, **_wishes())
    body = build_body(overridden(ledger, plain), plain, reference_picks())
    return ledger, scenario(**_wishes(), **_limits(ledger, body))


def reference_picks() -> list[Pick]:
    """The schedule that the limits are made from."""
    _, reference = _ledger(random.Random(60))
    return [Pick(name, option, start) for name, (option, start) in reference.items()]


def _ledger(rng: random.Random) -> tuple[Ledger, dict[str, tuple[str, int]]]:
    rows: list[Patch] = []
    options: list[Option] = []
    reference: dict[str, tuple[str, int]] = {}
    for i in range(49):
        name, tier = f"P{i:02}", 1 + i % 3
        start = (FIRST, SECOND, LAST)[tier - 1]
        long = tier < 3 and rng.random() < 0.3
        cost = 1_000 * rng.randrange(20, 90)
        treatment = Treatment.COMPREHENSIVE if i % 6 == 5 else Treatment.ARTIFICIAL
        rock = treatment is Treatment.ARTIFICIAL and i % 5 == 0
        cuts = sorted(rng.sample(range(1, cost), 3))
        rows.append(
            patch(
                name, district=DISTRICTS[rng.randrange(3)], tier=tier, treatment=treatment, cost_yuan=cost,
                area_m2=rng.randrange(5_000, 60_000), duration_years=2 if long else 1, ever_licensed=rng.random() < 0.7,
                kind=PatchKind.EXPOSED_ROCK_FACE if rock else PatchKind.ABANDONED_MINE, focal=rock and tier == 1,
                hazard_points=rng.choice([0, 0, 1, 2]), township=rng.choice(["East", "Mid"]),
                corridor=rng.choice(["", "C1", "C2"]), arable_potential=tier < 3 and i % 7 == 0,
                cash_flow=treatment is Treatment.COMPREHENSIVE, ecological_redline=i % 4 == 0,
                reserve="park" if i % 8 == 0 else "", assessed=i % 8 != 0,
                assessed_from=start if i % 8 == 0 else None,
                tenure_clear_from=start if i % 9 == 2 else None, planned_year=start if i % 2 else None,
                approved_yuan=cost + 1_000 if i % 3 else None, urban_growth_boundary=i == 7,
                named_user="developer" if i == 7 else "",
                afforestation_only=i % 10 == 1,
                district_shares=(("North", Decimal(2)), ("South", Decimal(1))) if i == 9 else (),
                bottom_line=rng.randrange(101),
                resident_impact=rng.randrange(101), landscape_damage=rng.randrange(101),
                **dict(zip(PARTS, (cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1], cost - cuts[2]), strict=True)),
            )
        )  # fmt: skip
        reference[name] = ("standard", start)
        if treatment is Treatment.COMPREHENSIVE:
            options += [Option(patch=name, option="standard", cost_yuan=cost)]
            options += [Option(patch=name, option="special", cost_yuan=cost + 1_000, special=True, other_yuan=9_000)]
    reference["P05"] = ("special", reference["P05"][1])
    for group, places in {"bundle": (1, 4), "responsible_id": (0, 3)}.items():  # of one tier each
        for place in places:
            rows[place] = _with(
                rows[place], **{group: "G"}, district=DISTRICTS[places.index(place)], ever_licensed=True
            )
    for i in range(3):
        name = f"M{i}"
        rows.append(
            patch(name, kind=PatchKind.CLOSED_OR_PRODUCING_MINE, cost_yuan=0, enterprise_group="E",
                  licence_until=dt.date(FIRST, 6, 30) if i == 0 else None)
        )  # fmt: skip
        reference[name] = ("standard", SECOND)
    for i in range(8):
        failed = i < 3
        rows.append(
            patch(f"N{i}", treatment=Treatment.NATURAL, cost_yuan=0, area_m2=4_000 + i, district="West",
                  recovery=Recovery.POOR if failed else Recovery.GOOD, core_reserve=i > 5,
                  verified_on=dt.date(SECOND if failed else FIRST, 5, 1))
        )  # fmt: skip
        if failed:
            reference[f"N{i}"] = ("standard", LAST)
    rows[2], rows[10] = _with(rows[2], planned_year=FIRST), _with(rows[10], planned_year=LAST)  # two moves
    return Ledger(tuple(rows), tuple(options)), reference


def _with(row: Patch, **fields: Any) -> Patch:
    return replace(row, **fields)


def _wishes() -> dict[str, Any]:
    """What does not follow from the reference schedule."""
    return {
        "goals": [{"name": "waiting", "tolerance": 0.05}, {"name": "cost"}],
        "carry": {"years": 1},
        "price_index": {"rate": "0.02"},
        "contingency_percent": "1",
        "charge_holding": True,
        "holding": {
            "cover_yuan_per_hectare_year": 50, "enclosure_yuan_per_hectare_year": 10,
            "aftercare_yuan_per_hectare_year": 100, "mobilisation_yuan": 500,
        },
        "failed_recovery": {
            "mine_yuan_per_hectare": 50_000, "rock_face_yuan_per_hectare": 50_000, "hazard_point_yuan": 1_000,
        },
        "sources": [
            {"source": "central", "require": {"ecological_redline": True}, "max_share_percent": 50},
            {"source": "programme:levelling", "works": ["land_levelling"], "max_yuan_per_patch": 20_000},
            {"source": "programme:planting", "require": {"afforestation_only": True}, "hazard_free": True,
             "last_start": SECOND},
            {"source": "social", "treatments": ["comprehensive"], "max_share_percent": 30},
        ],
    }  # fmt: skip


def _limits(ledger: Ledger, body: Body) -> dict[str, Any]:
    """Every clause held as the reference schedule holds it, with little room."""
    by_id = ledger.by_id
    spent: dict[tuple[str, str | None, int], int] = {}
    for row in (*body.commitments, *body.holding):
        if row.source not in ("enterprise", "user") and row.year <= LAST:
            key = (row.source, row.district, row.year)
            spent[key] = spent.get(key, 0) + row.yuan
    budgets = [
        {"source": source, "district": district, "year": year, "yuan": -(-yuan * 103 // 100 // 1_000) * 1_000}
        for (source, district, year), yuan in sorted(spent.items(), key=str)
    ]
    further = ("central", "programme:levelling", "programme:planting", "social")
    budgets += [{"source": source, "year": SECOND, "yuan": 60_000} for source in further]
    tasks = [task for task in body.schedule if task.task_area_m2]
    first = [task for task in tasks if task.start == FIRST]
    quotas = [
        {"district": district, "year": year, "min_area_m2": area * 9 // 10, "max_area_m2": area * 11 // 10}
        for district in DISTRICTS
        for year in (FIRST, SECOND)
        if (area := sum(task.task_area_m2 for task in tasks if (task.district, task.start) == (district, year)))
    ]
    under_way = {
        (district, year): [task for task in tasks if task.district == district and task.start <= year <= task.finish]
        for district in DISTRICTS
        for year in range(FIRST, LAST + 1)
    }
    public = sum(row.yuan for row in body.commitments if row.source in ("municipal", "district"))
    municipal = sum(row.yuan for row in body.commitments if row.source == "municipal")
    earning = sum(row.yuan for row in body.commitments if by_id[row.patch].cash_flow)
    settings: dict[str, dict[str, Any]] = {
        "first_year_task": {"min_area_m2": sum(task.task_area_m2 for task in first) * 95 // 100},
        "special_project": {"minimum": 1, "maximum": 3},
        "purse_accounts": {"reserve_percent": 1},
        "payer": PAYER,
        "quotas": {"entries": quotas},
        "tier_shares": {
            "entries": [
                {"tier": 1, "by_year": FIRST, "percent": 60}, {"tier": 2, "by_year": SECOND, "percent": 50},
            ]
        },
        "focal_faces": {"percent": 50},
        "arable_first": {"percent": 90, "by_year": SECOND},
        "corridors": {"percent": 50, "by_year": SECOND},
        "district_capacity": {
            "max_area_m2": max(sum(task.task_area_m2 for task in own) for own in under_way.values()) + 20_000,
            "max_sites": max(len(own) for own in under_way.values()) + 1,
        },
        "enterprise_group": {"within_years": 1},
        "municipal_share": {"percent": 100 * municipal // public - 4},
        "public_works_share": {"percent": 100 - 100 * earning // public - 3},
        "minimum_execution": {"percent": 60, "each_purse": False},
        "overspending": {"percent": 6},
        "moves": {"maximum": 4},
        "robust_accounts": {"gamma": 1, "percent": 3},
    }  # fmt: skip
    locks = [
        {"patch": "P11", "kind": "not_before", "year": SECOND, "reason": "road first"},
        {"patch": "P13", "kind": "year", "year": SECOND, "reason": "agreed"},
    ]
    return {
        "clauses": {name: {"mode": "hard", **settings.get(name, {})} for name in clauses()},
        "budgets": budgets,
        "locks": locks,
    }
