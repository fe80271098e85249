"""Four solvers of three families prove the same optimum of sixty patches with every clause on."""

from __future__ import annotations

from planner import PlanStatus, audit, make_plan
from planner.audit import audit_body
from planner.plan import build_body
from planner.scenario import overridden
from solvers.backends import names
from tests.planner.sixty import reference_picks, sixty


def test_every_clause_is_on_and_the_reference_schedule_keeps_them_all() -> None:
    ledger, trial = sixty()
    assert len(ledger.patches) == 60
    assert all(settings.on for settings in trial.clauses.values())
    seen = overridden(ledger, trial)
    assert audit_body(seen, trial, build_body(seen, trial, reference_picks())).findings == ()


def test_all_solvers_prove_the_same_optimum() -> None:
    """Waiting first, then cost within 5 % of its optimum; both proved by each."""
    ledger, trial = sixty()
    found = {}
    for solver in names():
        plan = make_plan(ledger, trial, solver=solver, seconds=240, gap=0.0)
        assert plan.certificate.solver == solver  # no amount so large that another one had to reckon
        assert plan.status is PlanStatus.OPTIMAL
        assert audit(ledger, trial, plan).clean
        found[solver] = [(goal.name, goal.reached, goal.bound) for goal in plan.certificate.goals]
    assert set(found) == {"cbc", "cp_sat", "highs", "scip"}
    waiting, cost = found["highs"]
    assert waiting[1] == waiting[2]
    assert cost[1] == cost[2]
    assert all(other == found["highs"] for other in found.values()), found
