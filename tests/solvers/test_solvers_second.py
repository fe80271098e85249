import numpy as np
import pytest
from solver_problems import INF, KNOWN, problem, split

import solvers
from solvers import Limits, Outcome, Problem, Status, StoppedBy, confirmed_infeasible
from solvers.backends import names

NOBODY = Outcome(Status.INFEASIBLE, None, None, None, 0.1, "somebody", "1", None, "", StoppedBy.PROOF)
TWO_FOR_A_BUDGET = problem([1, 1, 1], [(2, [1, 1, 1], INF), (-INF, [5, 6, 7], 10)])
EACH = pytest.mark.parametrize("solver", names())


@EACH
def test_what_cannot_be_done_is_confirmed(solver):
    assert confirmed_infeasible(TWO_FOR_A_BUDGET, NOBODY, solver=solver) is True


@EACH
def test_what_can_be_done_is_found_out(solver):
    assert confirmed_infeasible(KNOWN["equalities only"][0], NOBODY, solver=solver) is False


def test_of_a_first_solver_by_the_default_second():
    first = solvers.solve(TWO_FOR_A_BUDGET)
    assert first.status is Status.INFEASIBLE
    assert confirmed_infeasible(TWO_FOR_A_BUDGET, first) is True


def test_the_objective_does_not_matter():
    endless = KNOWN["unbounded"][0]
    assert confirmed_infeasible(endless, NOBODY) is False


@EACH
def test_no_answer_in_time_is_no_answer(solver):
    hidden = split(m=8)
    assert confirmed_infeasible(hidden, NOBODY, solver=solver, seconds=0.5) is None


def test_no_answer_from_a_solver_that_cannot_take_the_problem():
    assert confirmed_infeasible(KNOWN["infeasible linear"][0], NOBODY, solver="cp_sat") is None


def test_one_yuan_too_little_and_just_enough():
    costs = np.array([50_000_000.0, 49_999_999.0])
    for budget, impossible in ((99_999_998.0, True), (99_999_999.0, False)):
        p = problem([0, 0], [(2, [1, 1], INF), (-INF, costs.tolist(), budget)])
        assert confirmed_infeasible(p, NOBODY) is impossible


def test_only_an_impossible_outcome_can_be_confirmed():
    p: Problem = KNOWN["knapsack"][0]
    with pytest.raises(ValueError, match="the outcome is optimal"):
        confirmed_infeasible(p, solvers.solve(p, limits=Limits(seconds=10.0)))


def test_nobody_confirms_himself():
    with pytest.raises(ValueError, match="highs said so itself"):
        confirmed_infeasible(TWO_FOR_A_BUDGET, solvers.solve(TWO_FOR_A_BUDGET), solver="highs")
