"""The programme, the auditor and every assignment of small ledgers: the three must agree."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from planner.audit import audit_body, clause_findings, soft_breaches
from planner.audit.case import Case
from planner.audit.goals import goal_value
from planner.clauses import Mode, clauses
from planner.ledger import Ledger
from planner.model import formulate
from planner.model.bind import purse_accounts
from planner.plan import Pick, PlanStatus, build_body
from planner.planning import make_plan
from planner.scenario import GoalName, Scenario, overridden
from solvers import Problem
from tests.planner.cases import DRAWS
from tests.planner.in_process import in_process  # noqa: F401
from tests.planner.random_worlds import assignments, random_ledger, random_scenario

CLAUSES = sorted(DRAWS)


def feasible_assignments(ledger: Ledger, scenario: Scenario) -> set[tuple[Pick, ...]]:
    """The assignments that the programme admits: within every row and bound, worked out without the planner's solvers.

    Auxiliary columns may take any whole values that fit around an assignment.
    """
    formulation = formulate(ledger, scenario)
    problem = formulation.problem(GoalName.COST)
    count = len(formulation.choices)
    column = {formulation.choices.pick(row): row for row in range(count)}
    matrix = problem.matrix.toarray()
    admitted = set()
    for picks in assignments(ledger):
        x = np.zeros(problem.columns)
        x[[column[pick] for pick in picks]] = 1
        if np.all(x[:count] <= problem.upper[:count]) and _fits(problem, matrix, formulation.settled(x), count):
            admitted.add(picks)
    return admitted


def _fits(problem: Problem, matrix: npt.NDArray[np.float64], x: npt.NDArray[np.float64], count: int) -> bool:
    """Whether the rows hold at a point, or at one with the same choices and other auxiliary values."""
    activity = matrix @ x
    low, high = problem.row_lower - 1e-9, problem.row_upper + 1e-9
    if np.all(x <= problem.upper) and np.all(activity >= low) and np.all(activity <= high):
        return True
    if problem.columns == count:
        return False
    fixed = matrix[:, :count] @ x[:count]
    answer = milp(
        np.zeros(problem.columns - count),
        integrality=np.ones(problem.columns - count),
        bounds=Bounds(0, problem.upper[count:]),
        constraints=LinearConstraint(matrix[:, count:], low - fixed, high - fixed),
    )
    return bool(answer.success)


def clean_assignments(ledger: Ledger, scenario: Scenario) -> set[tuple[Pick, ...]]:
    """The assignments that the auditor lets pass."""
    return {
        picks
        for picks in assignments(ledger)
        if audit_body(ledger, scenario, build_body(ledger, scenario, picks)).clean
    }


@pytest.mark.parametrize("clause", [*CLAUSES, "all"])
@pytest.mark.parametrize("seed", range(8))
def test_audit_clean_exactly_where_the_programme_is_feasible(clause: str, seed: int) -> None:
    rng = random.Random(f"{clause}-{seed}")
    ledger = random_ledger(rng, patches=3, clause=clause)
    scenario = random_scenario(rng, ledger, CLAUSES if clause == "all" else [clause])
    ledger = overridden(ledger, scenario)
    assert clean_assignments(ledger, scenario) == feasible_assignments(ledger, scenario)


@pytest.mark.parametrize("seed", range(6))
def test_five_patches_with_every_clause(seed: int) -> None:
    rng = random.Random(f"five-{seed}")
    ledger = Ledger(random_ledger(rng, patches=5).patches)
    scenario = random_scenario(rng, ledger, CLAUSES)
    ledger = overridden(ledger, scenario)
    assert clean_assignments(ledger, scenario) == feasible_assignments(ledger, scenario)


def test_the_draws_are_not_all_one_sided() -> None:
    """Guards the tests above: each clause alone must let some assignments pass and refuse others."""
    for clause in CLAUSES:
        passed = refused = 0
        for seed in range(8):
            rng = random.Random(f"{clause}-{seed}")
            ledger = random_ledger(rng, patches=3, clause=clause)
            scenario = random_scenario(rng, ledger, [clause])
            ledger = overridden(ledger, scenario)
            clean = len(feasible_assignments(ledger, scenario))
            passed += clean
            refused += sum(1 for _ in assignments(ledger)) - clean
        assert passed, clause
        assert refused, clause


@pytest.mark.parametrize("seed", range(10))
def test_the_transport_form_of_the_accounts_admits_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With auxiliary columns: an assignment is admitted where some draws on vintages fit around it."""
    monkeypatch.setattr(purse_accounts, "MOST_RUNS_PER_YEAR", 0)
    rng = random.Random(f"transport-{seed}")
    ledger = Ledger(random_ledger(rng, patches=3).patches)
    scenario = random_scenario(rng, ledger, ["purse_accounts"])
    ledger = overridden(ledger, scenario)
    formulation = formulate(ledger, scenario)
    problem = formulation.problem(GoalName.COST)
    count = len(formulation.choices)
    column = {formulation.choices.pick(row): row for row in range(count)}
    rows = problem.matrix.toarray()
    admitted = set()
    for picks in assignments(ledger):
        x = np.zeros(count)
        x[[column[pick] for pick in picks]] = 1
        left = problem.row_upper - rows[:, :count] @ x
        draws = problem.columns - count
        answer = linprog(np.zeros(draws), A_ub=rows[:, count:], b_ub=left) if draws else None
        if (np.all(left >= 0) if answer is None else answer.status == 0) and np.all(x <= problem.upper[:count]):
            admitted.add(picks)
    assert admitted == clean_assignments(ledger, scenario)


def least_breach(ledger: Ledger, scenario: Scenario) -> float | None:
    """The least that any assignment breaks soft clauses by, in parts per million, as the auditor sees it."""
    values = []
    for picks in assignments(ledger):
        case = Case(ledger, scenario, build_body(ledger, scenario, picks))
        if not clause_findings(case):
            values.append(goal_value(case, GoalName.SOFT, soft_breaches(case)))
    return float(min(values)) if values else None


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("clause", [name for name in CLAUSES if Mode.SOFT in clauses()[name].modes])
def test_a_soft_clause_is_broken_as_little_as_can_be(clause: str) -> None:
    alone = ("purse_accounts", "robust_accounts", "overspending", "district_capacity")
    beside = "completion" if clause in alone else "purse_accounts"
    broken = 0
    for seed in range(12):
        rng = random.Random(f"{clause}-soft-{seed}")
        ledger = random_ledger(rng, patches=3, clause=clause)
        trial = random_scenario(rng, ledger, [clause, beside], goals=[{"name": "soft"}])
        ledger = overridden(ledger, trial)
        soft = trial.clause(clause).model_copy(update={"mode": Mode.SOFT})
        trial = trial.model_copy(update={"clauses": {**trial.clauses, clause: soft}})
        least = least_breach(ledger, trial)
        plan = make_plan(ledger, trial)
        if least is None:
            assert plan.status is PlanStatus.IMPOSSIBLE
            continue
        goal = plan.certificate.goals[0]
        assert goal.proved
        assert goal.value == pytest.approx(least, rel=1e-9)
        broken += least > 0
    assert broken, "no draw breaks it"


def best_in_order(ledger: Ledger, scenario: Scenario) -> list[Fraction] | None:
    """The lexicographically best values over every clean assignment; None where there is none."""
    cases = (Case(ledger, scenario, build_body(ledger, scenario, picks)) for picks in assignments(ledger))
    left = [case for case in cases if not clause_findings(case)]
    if not left:
        return None
    best = []
    for goal in scenario.ordered_goals:
        values = [goal_value(case, goal.name, ()) for case in left]
        top = max(values) if goal.name.maximised else min(values)
        best.append(top)
        left = [case for case, value in zip(left, values, strict=True) if value == top]
    return best


GOALS = ["waiting_focal", "waiting_tier_1", "waiting_tiers_2_3", "waiting", "cost", "benefit", "area", "tier_area",
         "evenness", "scattered", "waiting_arable", "waiting_corridors", "avoidable_works", "cash_flow_money",
         "moves"]  # fmt: skip


def check_against_enumeration(seed: int) -> bool:
    rng = random.Random(f"best-{seed}")
    ledger = random_ledger(rng, patches=rng.choice([2, 2, 3]))
    drawn = rng.sample(CLAUSES, k=rng.choice([0, 1, 2, 3, 4, 6, 9, 14, len(CLAUSES)]))
    goals = [{"name": name} for name in rng.sample(GOALS, k=rng.choice([1, 1, 2, 3]))]
    scenario = random_scenario(rng, ledger, drawn, goals=goals)
    ledger = overridden(ledger, scenario)
    best = best_in_order(ledger, scenario)
    plan = make_plan(ledger, scenario)
    if best is None:
        assert plan.status is PlanStatus.IMPOSSIBLE
        return False
    assert plan.status is PlanStatus.OPTIMAL
    for goal, right in zip(plan.certificate.goals, best, strict=True):
        assert goal.value == pytest.approx(float(right), abs=1e-9), goal.name
        assert goal.bound is not None
        if GoalName(goal.name).maximised:
            assert goal.bound >= float(right) - 1e-9
        else:
            assert goal.bound <= float(right)
    return True


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("block", range(10))
def test_value_is_the_enumerated_best_and_no_bound_passes_it(block: int) -> None:
    """1,000 tiny ledgers in all."""
    solved = sum(check_against_enumeration(seed) for seed in range(100 * block, 100 * block + 100))
    assert 20 < solved < 100, solved
