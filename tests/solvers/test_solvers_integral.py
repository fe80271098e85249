import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solver_problems import INF, KNOWN, problem

from solvers.integral import RANGE, NotWholeError, implied_bounds, integral
from solvers.program import Program
from solvers.scaling import prepare


def of(p):
    return integral(prepare(Program.of(p), shrink=False).program)


def test_decimals_become_whole():
    whole = of(problem([0.25, 3, 0], [(-INF, [0.29, 1, 12.125], 29)], upper=9))
    assert whole.values.tolist() == [290, 1000, 12125]
    assert whole.row_upper.tolist() == [29000]
    assert whole.objective.tolist() == [25, 300, 0]
    assert whole.scale == 100
    assert not whole.held.size


def test_sides_of_decimal_rows_are_rounded_to_what_can_be_reached():
    whole = of(problem([1], [(0.25, [0.1], 0.29999999999)], upper=9))
    assert (whole.row_lower.tolist(), whole.row_upper.tolist()) == ([3], [3])  # 0.3 within what a rounding may add


def test_no_value_between_the_sides():
    assert of(problem([1], [(0.21, [0.1], 0.29)], upper=9)).empty


@pytest.mark.parametrize(
    ("p", "why"),
    [
        (problem([1, 1], [(0, [1, 1], 1)], integer=[True, False]), "1 of 2 columns are real, the first is column 1"),
        (problem([1, 1], [(0, [1, 2], 1), (0, [1 / 3, 1], 1)]), "a row has the coefficient 0.333.* on column 0"),
        (problem([1, math.pi], [(0, [1, 2], 1)]), "column 1 costs 3.14"),
        (problem([1, 1], [(0, [1e15, 1e15 + 1], 1)], upper=1e6), "a row can come to more than"),
        (problem([1e15, 1e15 + 1], [(0, [1, 1], 1)], upper=1e6), "the objective can come to more than"),
    ],
)
def test_what_cannot_be_whole_is_refused_with_the_reason(p, why):
    with pytest.raises(NotWholeError, match=why):
        of(p)


def test_rows_bound_columns_one_after_another():
    # x <= 7; then y <= 2 x + 1, so y <= 15; z is bounded by nothing from above
    p = problem([1, 1, 1], [(-INF, [3, 0, 0], 22), (-INF, [-2, 1, 0], 1), (0, [0, -1, 1], INF)], upper=INF)
    lower, upper = implied_bounds(Program.of(p))
    assert lower.tolist() == [0, 0, 0]
    assert upper.tolist() == [7, 15, INF]
    whole = of(p)
    assert whole.held.tolist() == [2]
    assert whole.upper.tolist() == [7, 15, RANGE]


def test_a_value_can_show_that_nothing_better_lies_beyond():
    whole = of(KNOWN["free whole variables"][0])
    assert whole.held.size
    assert whole.reaches(np.array([-7.0, -6.0]))
    assert not of(KNOWN["unbounded"][0]).reaches(np.array([5.0, 5.0]))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_implied_bounds_take_no_solution_away(data):
    n, m = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 4))
    numbers = st.integers(-4, 4)
    rows = []
    for _ in range(m):
        row = data.draw(st.lists(numbers, min_size=n, max_size=n))
        low, high = sorted(data.draw(st.tuples(st.integers(-9, 9), st.integers(-9, 9))))
        rows.append((low if data.draw(st.booleans()) else -INF, row, high if data.draw(st.booleans()) else INF))
    lower = [data.draw(st.sampled_from([-INF, -2.0, 0.0])) for _ in range(n)]
    upper = [data.draw(st.sampled_from([INF, 3.0])) for _ in range(n)]
    p = problem([0] * n, rows, lower=lower, upper=upper)
    found, most = implied_bounds(Program.of(p))
    points = np.array(list(itertools.product(range(-12, 13), repeat=n)), dtype=float)
    activity = points @ p.matrix.toarray().T
    good = ((activity >= p.row_lower) & (activity <= p.row_upper)).all(axis=1)
    solutions = points[good & ((points >= p.lower) & (points <= p.upper)).all(axis=1)]
    assert ((solutions >= found) & (solutions <= most)).all()
