"""Plans that were changed by hand: refused by clause, place and amount."""

from __future__ import annotations

import json
from typing import Any

import pytest

from planner import BadInput, Ledger, Plan, PlanStatus, Scenario, audit, make_plan
from planner.plan import AuditResult, Body, Shortfall
from tests.planner.worlds import FIRST, LAST, patch, scenario, small


@pytest.fixture(scope="module")
def planned() -> tuple[Ledger, Scenario, Plan]:
    ledger, trial = small()
    return ledger, trial, make_plan(ledger, trial)


def tampered(plan: Plan, *path: str | int, value: Any) -> dict[str, Any]:
    data: Any = json.loads(plan.to_json())
    here = data
    for step in path[:-1]:
        here = here[step]
    assert here[path[-1]] != value
    here[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "clause", "amount"),
    [
        (("metrics", "total_yuan"), 299, "metrics", 1),
        (("metrics", "task_area_m2", str(FIRST)), 10_001, "metrics", 1),
        (("metrics", "hazards_removed", str(FIRST)), 2, "metrics", 1),
        (("metrics", "goals", "waiting"), 1_499_999, "metrics", 1),
        (("schedule", 0, "finish"), FIRST + 1, "schedule", 1),
        (("schedule", 0, "task_area_m2"), 9_999, "schedule", 1),
        (("schedule", 0, "district"), "South", "schedule", None),
        (("schedule", 0, "start"), FIRST + 1, "commitments", None),
        (("schedule", 0, "option"), "nothing", "schedule", None),
        (("commitments", 0, "yuan"), 99, "payer", 1),
        (("commitments", 0, "source"), "social", "payer", None),
        (("commitments", 0, "vintage"), FIRST + 1, "purse_accounts", 100),
        (("cash", 0, "yuan"), 81, "payer", 1),
        (("accounts", 0, "budget"), 101, "accounts", 1),
        (("accounts", 0, "lapsed"), 1, "accounts", 1),
        (("certificate", "goals", 1, "value"), 1_499_999, "certificate", 1),
        (("certificate", "goals", 1, "bound"), 1_500_001, "certificate", 1),
        (("certificate", "goals", 1, "gap"), 0.5, "certificate", None),
        (("certificate", "status"), "within_gap", "certificate", None),
        (("certificate", "status"), "impossible", "certificate", None),
        (("certificate", "ledger_digest"), "0" * 64, "certificate", None),
        (("certificate", "scenario_digest"), "0" * 64, "certificate", None),
        (("certificate", "plan_digest"), "0" * 64, "certificate", None),
        (("certificate", "solver"), "abacus", "certificate", None),
    ],
)
def test_a_plan_that_lies_is_refused_by_clause_place_and_amount(
    planned: tuple[Ledger, Scenario, Plan], path: tuple[str | int, ...], value: Any, clause: str, amount: int | None
) -> None:
    ledger, trial, plan = planned
    result = audit(ledger, trial, tampered(plan, *path, value=value))
    assert not result.clean
    own = [finding for finding in result.findings if finding.clause == clause]
    assert own, result.findings
    assert amount is None or amount in [finding.amount for finding in own]
    assert all(finding.place and finding.zh and finding.en for finding in result.findings)


def test_a_dropped_task_and_a_doubled_task_are_refused(planned: tuple[Ledger, Scenario, Plan]) -> None:
    ledger, trial, plan = planned
    data = json.loads(plan.to_json())
    dropped = {**data, "schedule": data["schedule"][1:]}
    assert ("completion", "A") in [(f.clause, f.place) for f in audit(ledger, trial, dropped).findings]
    doubled = {**data, "schedule": [*data["schedule"], data["schedule"][0]]}
    assert ("schedule", "A") in [(f.clause, f.place) for f in audit(ledger, trial, doubled).findings]


def test_a_plan_of_another_ledger_or_scenario_is_refused(planned: tuple[Ledger, Scenario, Plan]) -> None:
    ledger, trial, plan = planned
    other = Ledger((*ledger.patches[:2], patch("C", ever_licensed=False, cost_yuan=99)))
    places = [finding.place for finding in audit(other, trial, plan).findings]
    assert "certificate.ledger_digest" in places
    with pytest.raises(TypeError, match="ledger comes first"):
        audit(plan, ledger, trial)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="schedule"):
        audit(ledger, trial, {"format": "shanfu-plan/1", "certificate": {}, "schedule": 3})


def test_a_sealed_lie_is_refused_too() -> None:
    """Whoever edits a plan can compute its digest anew; what the inputs tell otherwise is found all the same."""
    ledger = Ledger((patch("A"),))
    trial = scenario(
        clauses={"completion": "hard", "purse_accounts": "hard"},
        sources=[{"source": "central"}],
        budgets=[{"source": "central", "year": FIRST, "yuan": 60}, {"source": "municipal", "year": FIRST, "yuan": 40}],
        goals=[{"name": "waiting"}],
    )
    plan = make_plan(ledger, trial)
    assert [grant.yuan for grant in plan.auxiliary.grants] == [60]
    grant = plan.auxiliary.grants[0]
    for change in (
        {"yuan": 0}, {"yuan": 101}, {"year": LAST}, {"patch": "Z"}, {"from_source": "social"}, {"source": "social"},
        {"from_district": "North"},
    ):  # fmt: skip
        forged = plan.auxiliary.model_copy(update={"grants": (grant.model_copy(update=change),)})
        result = audit(ledger, trial, plan.model_copy(update={"auxiliary": forged}).sealed())
        assert "auxiliary" in [finding.clause for finding in result.findings], change
    bare = Body()
    emptied = plan.model_copy(
        update={name: getattr(bare, name) for name in ("schedule", "commitments", "cash", "metrics")}
    )
    for forged_plan in (
        emptied.with_certificate(status=PlanStatus.IMPOSSIBLE),
        plan.with_certificate(audit=AuditResult(clean=False)),
        plan.with_certificate(scenario="another"),
        plan.with_certificate(shortfall=Shortfall(yuan=5, proved=True, missing=())),
    ):
        result = audit(ledger, trial, forged_plan.sealed())
        assert "certificate" in [finding.clause for finding in result.findings]
