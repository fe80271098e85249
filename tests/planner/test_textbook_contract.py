"""The plan's JSON as other programs read it: its keys, and sums that must agree."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pandas as pd
import pytest

from planner import Ledger, Scenario, audit, make_plan
from tests.planner.in_process import in_process  # noqa: F401

pytestmark = pytest.mark.usefixtures("in_process")

PATCHES = pd.DataFrame(
    [
        ("a", "East", 5, "artificial", True, 100),
        ("b", "East", 30_000, "artificial", False, 333),
        ("c", "West", 40_000, "artificial", False, 1),
    ],
    columns=["patch", "district", "area_m2", "treatment", "ever_licensed", "cost_yuan"],
)
OPTIONS = pd.DataFrame(
    [
        {"patch": "a", "option": "dear", "cost_yuan": 120, "cash_yuan": [0, 120], "duration_years": 1,
         "first_start": 2031, "last_start": 2031, "benefit": 2.5},
        {"patch": "a", "option": "cheap", "cost_yuan": 101, "cash_yuan": [1, 50, 50], "duration_years": 2,
         "first_start": 2030, "last_start": 2031, "benefit": -1.25},
    ]
)  # fmt: skip


def wishes(**fields: Any) -> dict[str, Any]:
    budgets = [("municipal", None, 2030, 60), ("municipal", None, 2031, 60), ("municipal", None, 2032, 1),
               ("district", "East", 2031, 400), ("district", "West", 2030, 1)]  # fmt: skip
    return {
        "horizon": {"first": 2030, "last": 2032},
        "basis": "commitments",
        "budgets": [dict(zip(("source", "district", "year", "yuan"), row, strict=True)) for row in budgets],
        "carry": {"years": 1, "scope": "purse"},
        "clauses": {"default": "off", "completion": {"mode": "hard"}, "purse_accounts": {"mode": "hard"}},
        "goals": [{"name": "cost", "tolerance": 0}],
        "mode": "complete",
        **fields,
    }


def planned(**fields: Any) -> dict[str, Any]:
    ledger, scenario = Ledger.from_frames(PATCHES, OPTIONS), Scenario.model_validate(wishes(**fields))
    plan = make_plan(ledger, scenario)
    data = json.loads(json.dumps(plan.to_dict()))
    assert data == plan.to_dict()
    assert audit(ledger, scenario, data).clean
    assert data["certificate"]["ledger_digest"] == ledger.digest
    assert data["certificate"]["scenario_digest"] == scenario.digest
    return data


KEYS = {
    "schedule": {"patch", "district", "option", "treatment", "start", "finish", "task_area_m2", "finished_area_m2"},
    "commitments": {"patch", "source", "district", "vintage", "year", "yuan"},
    "cash": {"patch", "source", "district", "year", "yuan"},
    "accounts": {"source", "district", "vintage", "budget", "used", "lapsed"},
}
CERTIFICATE = {"status", "goals", "solver", "seconds", "ledger_digest", "scenario_digest", "audit"}


@pytest.mark.parametrize("basis", ["commitments", "cash"])
def test_every_key_that_was_promised(basis: str) -> None:
    plan = planned(basis=basis)
    assert plan["format"] == "shanfu-plan/1"
    assert {"certificate", "metrics", "auxiliary", *KEYS} <= plan.keys()
    for name, keys in KEYS.items():
        assert plan[name], name
        for row in plan[name]:
            assert keys <= row.keys(), name
    certificate = plan["certificate"]
    assert certificate.keys() >= CERTIFICATE
    assert certificate["audit"] == {"clean": True, "findings": []}
    assert certificate["solver"] == "highs"
    (goal,) = certificate["goals"]
    assert {"name", "value", "bound", "gap"} <= goal.keys()


def test_the_cheapest_plan_by_hand() -> None:
    """`cheap` is 101 and fits 2031 with what is left of 2030; its works end in 2032, in time."""
    plan = planned()
    assert plan["certificate"]["status"] == "optimal"
    (goal,) = plan["certificate"]["goals"]
    assert (goal["name"], goal["value"], goal["bound"], goal["gap"]) == ("cost", 435, 435, 0)
    rows = {row["patch"]: row for row in plan["schedule"]}
    assert rows.keys() == {"a", "b", "c"}
    assert rows["a"] == {
        "patch": "a", "district": "East", "option": "cheap", "treatment": "artificial", "start": 2031, "finish": 2032,
        "task_area_m2": 5, "finished_area_m2": 5,
    }  # fmt: skip
    own = [row for row in plan["commitments"] if row["patch"] == "a"]
    assert [(row["source"], row["district"], row["vintage"], row["year"], row["yuan"]) for row in own] == [
        ("municipal", None, 2030, 2031, 60),
        ("municipal", None, 2031, 2031, 41),
    ]
    paid = Counter({row["year"]: 0 for row in plan["cash"]})
    for row in plan["cash"]:
        if row["patch"] == "a":
            paid[row["year"]] += row["yuan"]
    assert +paid == Counter({2031: 1, 2032: 50, 2033: 50})


@pytest.mark.parametrize("mode", ["complete", "rationed"])
@pytest.mark.parametrize("basis", ["commitments", "cash"])
@pytest.mark.parametrize("goal", ["cost", "benefit"])
def test_sums(basis: str, goal: str, mode: str) -> None:
    plan = planned(basis=basis, goals=[{"name": goal, "tolerance": 0}], mode=mode)
    cost = {("a", "dear"): 120, ("a", "cheap"): 101, ("b", "standard"): 333, ("c", "standard"): 1}
    chosen = {row["patch"]: cost[row["patch"], row["option"]] for row in plan["schedule"]}
    for series in ("commitments", "cash"):
        by_patch: Counter[str] = Counter()
        for row in plan[series]:
            by_patch[row["patch"]] += row["yuan"]
        assert {patch: yuan for patch, yuan in by_patch.items() if yuan} == chosen, series
    start = {row["patch"]: row["start"] for row in plan["schedule"]}
    assert all(row["year"] == start[row["patch"]] for row in plan["commitments"])
    assert plan["metrics"]["total_yuan"] == sum(chosen.values())
    bound = plan[basis]
    used: Counter[tuple[Any, ...]] = Counter()
    for row in bound:
        if row["year"] <= 2032:
            used[row["source"], row["district"], row["vintage"], row["year"]] += row["yuan"]
    booked: Counter[tuple[Any, ...]] = Counter()
    for account in plan["accounts"]:
        assert account["budget"] == sum(account["used"].values()) + account["lapsed"]
        for year, yuan in account["used"].items():
            booked[account["source"], account["district"], account["vintage"], int(year)] += yuan
            assert account["vintage"] <= int(year) <= account["vintage"] + 1
    assert +used == +booked
    given = {(row["source"], row["district"], row["year"]): row["yuan"] for row in wishes()["budgets"]}
    assert {(a["source"], a["district"], a["vintage"]): a["budget"] for a in plan["accounts"]} == given


def test_the_most_beneficial_by_hand() -> None:
    """2.5 of `dear`, and the areas of the other two in hectares: 3 and 4; the money is there for all."""
    plan = planned(goals=[{"name": "benefit", "tolerance": 0}])
    (goal,) = plan["certificate"]["goals"]
    assert (goal["value"], goal["bound"]) == (9.5, 9.5)


def test_impossible() -> None:
    """`West` needs 1 yuan in 2030 or 2031 and has none."""
    fewer = [row for row in wishes()["budgets"] if row["district"] != "West"]
    plan = planned(budgets=fewer)
    assert plan["certificate"]["status"] == "impossible"
    assert (plan["schedule"], plan["commitments"], plan["cash"], plan["metrics"]) == ([], [], [], None)
    assert plan["certificate"]["shortfall"]["yuan"] == 1
