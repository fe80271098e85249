import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solver_problems import INF, KNOWN, MAX, enumerate_best, problem

from solvers import Limits, Status, StoppedBy
from solvers.backend import Ending, Raw
from solvers.exact import Checker, cover_cut, whole_above, whole_below
from solvers.program import Program
from solvers.scaling import prepare
from solvers.search import search

BUDGET = problem(
    [50_000_000, 49_999_999, 7, 1],
    [(-INF, [50_000_000, 49_999_999, 1, 1], 99_999_998)],
    sense=MAX,
)


class Scripted:
    """A solver that gives the answers it is told to give, then the true one by enumeration."""

    name = "scripted"
    floating = True
    shrunk = True
    reusable = True

    def __init__(self, p, *answers):
        self.p, self.answers, self.asked = p, list(answers), []

    def version(self):
        return "0"

    def obstacle(self):
        return ""

    def load(self):
        pass

    def solve(self, program, orders, watch):
        self.asked.append((program, orders))
        if self.answers:
            answer = self.answers.pop(0)
            return answer if isinstance(answer, Raw) else Raw(Ending.DONE, np.array(answer), bound=-1e30)
        points = [
            np.array(point, dtype=float)
            for point in itertools.product(
                *(range(int(a), int(b) + 1) for a, b in zip(program.lower, program.upper, strict=True))
            )
        ]
        good = [x for x in points if Checker(program).accepts(x)]
        if not good:
            return Raw(Ending.INFEASIBLE)
        best = min(good, key=Checker(program).value)
        return Raw(Ending.DONE, best, bound=Checker(program).value(best))


def run(p, *answers, limits=None, **more):
    backend = Scripted(p, *answers)
    return search(Program.of(p), backend, limits or Limits(), **more), backend


def test_one_yuan_too_much_is_found_and_cut_off():
    outcome, backend = run(BUDGET, [0.9999999, 0.9999999, 0.0, 0.0])
    assert outcome.status is Status.OPTIMAL
    assert outcome.value == enumerate_best(BUDGET)
    assert not BUDGET.violations(outcome.solution)
    assert "repaired" in outcome.message
    assert len(backend.asked) == 2
    program, orders = backend.asked[1]
    assert orders.tight
    assert program.rows == 2
    assert program.entries(1)[1].tolist() == [1.0, 1.0]
    assert program.row_upper[1] == 1.0


def test_repair_goes_on_until_the_answer_holds():
    outcome, backend = run(BUDGET, [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 0, 1])
    assert outcome.status is Status.OPTIMAL
    assert outcome.value == enumerate_best(BUDGET)
    assert len(backend.asked) == 4


def test_a_solver_that_never_gets_it_right_is_not_believed():
    outcome, _ = run(BUDGET, *([[1, 1, 1, 1]] * 100))
    assert outcome.status is Status.NOTHING_FOUND
    assert outcome.stopped_by is StoppedBy.ROUNDING
    assert "row 0 (it comes to 100000001.0, allowed is 99999998.0)" in outcome.message


def test_what_was_found_before_is_kept_when_repair_fails():
    outcome, _ = run(BUDGET, *([[1, 1, 1, 1]] * 100), start=np.array([0.0, 1.0, 0.0, 0.0]))
    assert outcome.status is Status.FEASIBLE
    assert outcome.stopped_by is StoppedBy.ROUNDING
    assert outcome.value == 49_999_999


def test_real_columns_are_fitted_to_the_whole_ones():
    # x = 0.9999999 leaves carry = 5; x = 1 asks for carry <= 0
    p = problem([-1, 0], [(-INF, [50_000_000, 1], 50_000_000)], upper=[1, 9], integer=[True, False])
    outcome, backend = run(p, [0.9999999, 5.0], Raw(Ending.DONE, np.array([1.0, 0.0]), bound=-1.0))
    assert outcome.solution.tolist() == [1.0, 0.0]
    assert not p.violations(outcome.solution)
    fixed = backend.asked[1][0]
    assert fixed.lower[0] == fixed.upper[0] == 1.0
    assert not fixed.integer.any()


def test_optimal_only_when_proved():
    near = Raw(Ending.DONE, np.array([0.0, 1.0, 1.0, 1.0]), bound=-15_000_000.0)  # in units of 4
    outcome, _ = run(BUDGET, near, limits=Limits(gap=0.5))
    assert outcome.status is Status.FEASIBLE
    assert outcome.stopped_by is StoppedBy.GAP
    assert outcome.bound == 60_000_000.0


def test_a_bound_never_passes_the_value_and_is_never_invented():
    p = problem([1.5, 2.5], [(1, [1, 1], INF)])
    outcome, _ = run(p, Raw(Ending.TIME, np.array([0.0, 1.0]), bound=2.50001))
    assert outcome.bound == outcome.value == 2.5
    outcome, _ = run(p, Raw(Ending.TIME, np.array([0.0, 1.0]), bound=9.0))
    assert (outcome.status, outcome.bound) == (Status.FEASIBLE, None)
    assert "refuted" in outcome.message
    outcome, _ = run(p, Raw(Ending.TIME, np.array([0.0, 1.0])))
    assert outcome.bound is None
    assert outcome.gap == math.inf
    assert outcome.status is Status.FEASIBLE


def test_a_bound_is_lifted_to_the_next_possible_value():
    p = problem([6, 10], [(1, [1, 1], INF)])
    outcome, _ = run(p, Raw(Ending.TIME, np.array([1.0, 0.0]), bound=2.2))  # in units of 2
    assert outcome.bound == 6.0
    assert outcome.status is Status.OPTIMAL


def test_without_an_objective_any_solution_is_the_best():
    p = problem([0, 0], [(1, [1, 1.5], INF)])
    assert run(p, Raw(Ending.TIME, np.array([1.0, 0.0])))[0].status is Status.OPTIMAL


def test_infeasible_is_not_believed_against_a_solution():
    p = KNOWN["tied"][0]
    outcome, _ = run(p, Raw(Ending.INFEASIBLE), start=np.array([1.0, 1.0, 0.0, 0.0]))
    assert outcome.status is Status.FEASIBLE
    assert "calls a problem infeasible" in outcome.message


def test_infeasible_only_under_tight_tolerances_is_not_called_proved():
    p = problem([1, 1], [(12_345_676, [12_345_677, 5], 12_345_676)], lower=-9, upper=9)
    outcome, _ = run(p, [1, 0], Raw(Ending.INFEASIBLE))
    assert outcome.status is Status.NOTHING_FOUND
    assert outcome.stopped_by is StoppedBy.ROUNDING


@pytest.mark.parametrize("said", [Ending.UNBOUNDED, Ending.UNCLEAR])
def test_infeasible_or_unbounded_is_settled(said):
    free = problem([-1, 0.5], [(0, [1, -1], 3)], upper=9)
    assert run(free, Raw(said))[0].status is Status.UNBOUNDED
    none = problem([-1, 0.5], [(0.5, [1, -1.5], 0.7)], upper=1)
    assert run(none, Raw(said))[0].status is Status.INFEASIBLE
    unknown = run(free, Raw(said), Raw(Ending.TIME))[0]
    assert (unknown.status, unknown.stopped_by) == (Status.NOTHING_FOUND, StoppedBy.TIME)


def test_a_solver_that_gives_up():
    outcome, _ = run(KNOWN["tied"][0], Raw(Ending.GAVE_UP, message="out of ideas"))
    assert outcome.status is Status.FAILED
    assert outcome.message == "out of ideas"


def test_sides_near_a_whole_number_mean_it():
    assert whole_below(np.array([0.29 * 100, 3.5, -3.5, INF, -INF])).tolist() == [29.0, 3.0, -4.0, INF, -INF]
    assert whole_above(np.array([0.1 * 3 * 10, 3.5, -3.5])).tolist() == [3.0, 4.0, -3.0]
    assert whole_below(np.array([1.9e9 - 0.01])).tolist() == [1.9e9 - 1]


def test_rows_of_whole_numbers_hold_exactly_and_others_to_a_tolerance():
    x = np.array([1.0, 1.0])
    strict = problem([0, 0], [(-INF, [10**9, 1], 10**9)])
    assert strict.violations(x)
    mixed = problem([0, 0], [(-INF, [1e9, 1], 1e9)], integer=[True, False])
    assert mixed.violations(x)
    assert not mixed.violations(np.array([1.0, 0.09]))
    assert mixed.violations(np.array([1.0, 0.11]))


def test_sums_beyond_floats_are_added_as_integers():
    big = 2**53 - 1
    p = problem([0, 0, 0], [(-INF, [big, big, 1], 2 * big)], upper=1)
    assert p.violations(np.array([1.0, 1.0, 0.0])) == []
    assert Checker(Program.of(p)).strict.all()


@st.composite
def broken_rows(draw):
    n = draw(st.integers(1, 7))
    a = draw(st.lists(st.integers(-30, 30).filter(bool), min_size=n, max_size=n))
    x = draw(st.lists(st.integers(0, 1), min_size=n, max_size=n))
    activity = sum(p * q for p, q in zip(a, x, strict=True))
    by = draw(st.integers(1, 20))
    side = (-INF, a, activity - by) if draw(st.booleans()) else (activity + by, a, INF)
    return problem([0] * n, [side]), np.array(x, dtype=float)


@settings(max_examples=60, deadline=None)
@given(broken_rows())
def test_a_cut_forbids_the_point_and_no_solution(case):
    p, x = case
    columns, signs, upper = cover_cut(Program.of(p), 0, x)
    assert signs @ x[columns] > upper
    for point in itertools.product((0.0, 1.0), repeat=p.columns):
        candidate = np.array(point)
        if not p.violations(candidate):
            assert signs @ candidate[columns] <= upper


def test_no_cut_where_a_column_is_not_binary_or_the_row_holds():
    assert cover_cut(Program.of(problem([0], [(-INF, [5], 4)], upper=2)), 0, np.ones(1)) is None
    assert cover_cut(Program.of(problem([0], [(-INF, [5], 5)])), 0, np.ones(1)) is None


def test_scaling_divides_rows_and_rounds_their_sides():
    p = problem([4_000_000, 6_000_000], [(7, [6, 9], 20)])
    prepared = prepare(Program.of(p))
    assert prepared.program.values.tolist() == [2.0, 3.0]
    assert (prepared.program.row_lower[0], prepared.program.row_upper[0]) == (3.0, 6.0)
    assert prepared.program.objective.tolist() == [2.0, 3.0]
    assert prepared.unit == prepared.step == 2_000_000
    assert prepared.value(5.0) == 10_000_000


def test_scaling_leaves_mixed_rows_exact():
    p = problem([1, 1], [(7, [6, 9], 20)], integer=[True, False])
    assert prepare(Program.of(p)).program.values.tolist() == [6.0, 9.0]
    p = problem([1, 1], [(3, [6, 9], 21)], integer=[True, False])
    assert prepare(Program.of(p)).program.values.tolist() == [2.0, 3.0]


def test_large_numbers_shrink_by_powers_of_two_only():
    p = problem([10**12 + 1, 1], [(-INF, [50_000_000, 3], 70_000_000)])
    prepared = prepare(Program.of(p))
    assert np.abs(prepared.program.objective).max() <= 2**24
    assert prepared.unit == 2.0 ** round(math.log2(prepared.unit))
    assert prepared.program.values[0] == 50_000_000 / 64
    kept = prepare(Program.of(p), shrink=False).program
    assert kept.values.tolist() == [50_000_000.0, 3.0]
    assert kept.objective.tolist() == [10**12 + 1.0, 1.0]


def test_scaling_keeps_every_solution():
    rng = np.random.default_rng(4)
    for _ in range(25):
        rows = []
        for _ in range(2):
            low, high = sorted(rng.integers(-60, 60, 2).tolist())
            rows.append((low + 0.25, (rng.integers(-9, 9, 4) * rng.integers(1, 9)).tolist(), high + 0.5))
        p = problem([1, 2, 3, 4], rows, lower=-1)
        prepared = prepare(Program.of(p))
        before, after = Checker(Program.of(p)), Checker(prepared.program)
        for point in itertools.product((-1.0, 0.0, 1.0), repeat=4):
            x = np.array(point)
            assert before.accepts(x) == (after.accepts(x) and not prepared.impossible)
