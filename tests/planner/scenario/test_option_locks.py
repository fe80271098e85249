"""A lock to a treatment option, and an override of an option's own figures."""

from __future__ import annotations

from typing import Any

import pytest

from planner.audit import audit
from planner.findings import BadInput
from planner.ledger import Ledger, Option
from planner.planning import make_plan
from planner.scenario import Scenario, load_scenario, overridden, save_scenario
from tests.planner.cases.base import hard
from tests.planner.worlds import FIRST, patch, scenario

LEDGER = Ledger(
    (patch("A"), patch("B")),
    (
        Option(patch="A", option="cheap", cost_yuan=1_000_000),
        Option(patch="A", option="dear", cost_yuan=2_000_000),
    ),
)


def locked(**lock: Any) -> Scenario:
    return scenario(clauses={"locks": hard()}, locks=[{"patch": "A", "kind": "option", "reason": "agreed", **lock}])


def test_the_plan_takes_the_locked_option_and_the_audit_refuses_the_other() -> None:
    free = make_plan(LEDGER, scenario(clauses={"locks": hard()}), seconds=20)
    assert {task.patch: task.option for task in free.schedule}["A"] == "cheap"
    wanted = locked(option="dear")
    plan = make_plan(LEDGER, wanted, seconds=20)
    assert {task.patch: task.option for task in plan.schedule}["A"] == "dear"
    found = [finding for finding in audit(LEDGER, wanted, free).findings if finding.clause == "locks"]
    assert [finding.place for finding in found] == ["A/dear"]


def test_an_option_lock_says_which_option_and_no_year() -> None:
    for wrong in ({}, {"option": "dear", "year": FIRST}, {"kind": "excluded", "option": "dear"}):
        with pytest.raises(BadInput) as refused:
            locked(**wrong)
        assert refused.value.findings[0].id in ("lock_option", "lock_year")
    with pytest.raises(BadInput) as refused:
        scenario(locks=[{"patch": "A", "kind": "option", "option": o, "reason": "x"} for o in ("cheap", "dear")])
    assert refused.value.findings[0].id == "locks_contradict"
    with pytest.raises(BadInput) as refused:
        overridden(LEDGER, locked(option="none"))
    assert (refused.value.findings[0].id, refused.value.findings[0].column) == ("no_such_option", "locks[0].option")


def test_an_override_of_an_option_changes_only_that_option(tmp_path: Any) -> None:
    own = {"patch": "A", "option": "dear", "field": "cost_yuan", "value": 1_500_000, "reason": "tender"}
    wanted = scenario(overrides=[own])
    seen = overridden(LEDGER, wanted)
    assert [(o.option, o.cost_yuan) for o in seen.options] == [("cheap", 1_000_000), ("dear", 1_500_000)]
    assert seen.by_id["A"] == LEDGER.by_id["A"]
    save_scenario(wanted, tmp_path / "s.toml")
    assert load_scenario(tmp_path / "s.toml").digest == wanted.digest
    with pytest.raises(BadInput) as refused:
        scenario(overrides=[own | {"field": "township"}])
    assert refused.value.findings[0].id == "unknown_field"
    with pytest.raises(BadInput) as refused:
        overridden(LEDGER, scenario(overrides=[own | {"value": -5}]))
    assert refused.value.findings[0].column == "overrides[0].value"
    with pytest.raises(BadInput) as refused:
        overridden(LEDGER, scenario(overrides=[own | {"patch": "B"}]))
    assert refused.value.findings[0].id == "no_such_option"
