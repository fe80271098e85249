"""The baseline's plan against a script that was written from the documents and shares no code with the product."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from planner.ledger import load_ledger
from planner.planning import make_plan
from planner.scenario import load_scenario

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("plain_pulp.py")
LEDGER = ROOT / "data" / "beijing" / "ledger.xlsx"
SCENARIO = ROOT / "data" / "beijing" / "scenarios" / "base.toml"
Goals = dict[str, dict[str, Any]]
PROVED = ["waiting_focal", "waiting_tier_1"]

pytestmark = pytest.mark.slow


def run_script(*arguments: str) -> dict[str, Any]:
    """What the script prints."""
    command = [sys.executable, str(SCRIPT), str(LEDGER), str(SCENARIO), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def plan() -> dict[str, Any]:
    return make_plan(load_ledger(LEDGER), load_scenario(SCENARIO), seconds=60).to_dict()


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return run_script("--seconds", "20", "20", "20", "15")


@pytest.fixture
def examine(tmp_path: Path) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def examined(plan: dict[str, Any]) -> dict[str, Any]:
        file = tmp_path / "plan.json"
        file.write_text(json.dumps(plan), encoding="utf-8")
        return run_script("--examine", str(file))

    return examined


def by_name(goals: list[dict[str, Any]]) -> Goals:
    return {goal["name"]: goal for goal in goals}


def test_the_script_shares_no_code() -> None:
    imported = set()
    for node in ast.walk(ast.parse(SCRIPT.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module).split(".")[0])
    assert not imported & {"planner", "solvers", "tests"}


def test_the_same_answer_or_brackets_that_overlap(plan: dict[str, Any], script: dict[str, Any]) -> None:
    """One test for all goals, so that parallel runs solve the baseline once."""
    assert [goal["name"] for goal in plan["certificate"]["goals"]] == [goal["name"] for goal in script["goals"]]
    ours, theirs = by_name(plan["certificate"]["goals"]), by_name(script["goals"])
    same_optimum_of_the_first_goals(ours, theirs)
    same_optimum_by_a_second_solver(theirs)
    brackets_of_the_third_goal(ours["waiting_tiers_2_3"], theirs["waiting_tiers_2_3"])
    brackets_of_cost(ours, theirs, script["final"]["waiting_tiers_2_3"])


def same_optimum_of_the_first_goals(ours: Goals, theirs: Goals) -> None:
    for goal in PROVED:
        assert ours[goal]["reached"] == ours[goal]["bound"] == theirs[goal]["value"] == theirs[goal]["bound"]


def same_optimum_by_a_second_solver(theirs: Goals) -> None:
    """CBC, of another family than the solver that plans by default."""
    second = run_script("--solver", "cbc", "--seconds", "30", "30")
    assert [goal["name"] for goal in second["goals"]] == PROVED
    for goal in second["goals"]:
        assert goal["value"] == goal["bound"] == theirs[goal["name"]]["value"]


def brackets_of_the_third_goal(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Both optima of the goals before are proved and equal, so both sides search the same box."""
    assert ours["reached"] >= theirs["bound"]
    assert theirs["value"] >= ours["bound"]
    for best, bound in ((theirs["value"], theirs["bound"]), (ours["reached"], ours["bound"])):
        assert best - bound <= 0.01 * best  # or the two lines above would say little


def brackets_of_cost(ours: Goals, theirs: Goals, their_third: int) -> None:
    """Who got less far in the third goal leaves more room for cost: each bound holds for what lies in its own box."""
    third = ours["waiting_tiers_2_3"]
    our_limit = third["reached"] + int(Fraction(str(third["tolerance"])) * third["reached"])
    their_limit = theirs["waiting_tiers_2_3"]["limit"]
    held = 0
    if their_third <= our_limit:
        assert theirs["cost"]["value"] >= ours["cost"]["bound"]
        held += 1
    if third["value"] <= their_limit:
        assert ours["cost"]["value"] >= theirs["cost"]["bound"]
        held += 1
    assert held


def test_the_plan_is_sound_by_the_script_s_own_arithmetic(
    plan: dict[str, Any], examine: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    found = examine(plan)
    assert found["wrong"] == []
    assert found["final"] == {goal["name"]: goal["value"] for goal in plan["certificate"]["goals"]}
    totals = found["totals"]
    assert 4_340_000 <= totals["first_year_m2"] <= 4_560_000
    assert 665_000_000 <= totals["first_year_yuan"] <= 700_000_000
    assert totals["yuan"] == sum(row["yuan"] for row in plan["commitments"]) == 1_900_000_000
    assert totals["municipal_yuan"] == 1_234_760_000
    assert totals["hazards"] == 43
    assert totals["special"] in (1, 2)
    assert totals["enterprises"] == 12


def test_the_script_s_arithmetic_is_not_blind(
    plan: dict[str, Any], examine: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    """Every yuan of the baseline is needed where it is: hardly anything may change."""

    def changed(place: int, **fields: Any) -> dict[str, Any]:
        schedule = [dict(row) for row in plan["schedule"]]
        schedule[place].update(fields)
        return {**plan, "schedule": schedule}

    last = max(
        range(len(plan["schedule"])), key=lambda i: (plan["schedule"][i]["finish"], plan["schedule"][i]["task_area_m2"])
    )
    row = plan["schedule"][last]
    late = examine(changed(last, start=row["start"] + 1, finish=row["finish"] + 1))
    assert any(row["patch"] in line for line in late["wrong"])
    early = examine(changed(last, start=2021, finish=2021 + row["finish"] - row["start"]))
    assert any("overdrawn" in line for line in early["wrong"])
    gone = examine({**plan, "schedule": plan["schedule"][1:]})
    assert any("not planned" in line for line in gone["wrong"])
    commitments = [dict(entry) for entry in plan["commitments"]]
    commitments[0]["yuan"] += 1
    assert examine({**plan, "commitments": commitments})["wrong"]
