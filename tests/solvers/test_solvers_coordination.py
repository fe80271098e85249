import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solver_problems import INF, problem
from test_solvers_by_parts import SMALL, Linear, Trying, divided

from solvers.backends import find
from solvers.coordination import CLOSE, coordinated
from solvers.neighbourhood import Cutter
from solvers.parts import Parts, divide
from solvers.program import Program
from solvers.relaxation import proved_bound

BACKENDS = [Trying(), find("highs")]


def prepared(seed, **how):
    program = Program.of(divided(np.random.default_rng(seed), **how))
    return program, divide(program, SMALL)


@pytest.mark.parametrize("backend", BACKENDS, ids=["by SciPy", "by HiGHS"])
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), parts=st.integers(2, 6), ties=st.integers(1, 4))
def test_the_parts_agree_on_the_optimum_of_the_whole(backend, seed, parts, ties):
    p, divided_in = prepared(seed, parts=parts, ties=ties)
    whole = Linear(p).run()  # SciPy, the whole at once
    found = coordinated(p, divided_in, backend, threads=2)
    if whole is None:
        assert found is None
        return
    best = float(p.objective @ whole.x)
    near = 2 * CLOSE * max(1.0, abs(best))
    x = found.relaxed.x
    assert p.objective @ x == pytest.approx(best, abs=near + 1e-6)
    assert best - near - 1e-6 <= proved_bound(p, found.relaxed.prices) <= best + 1e-6
    cutter = Cutter(p, backend)
    # a tie may be missed by what a fine within the tolerance allows; a row of one part may not
    excess = cutter.excess(cutter.matrix @ x)
    assert excess[~divided_in.ties].max(initial=0.0) <= 1e-6
    assert excess.max(initial=0.0) <= 0.01
    assert ((x >= p.lower) & (x <= p.upper)).all()


def two_districts(city, *, first=4.0):
    """Two districts with a purse each and a purse of the city, which both may spend; a site is worth more in the first.

    The city's 6 go to the first district as far as its own limit of 4 allows, at 5 a unit; the other 2 to the second,
    at 3 a unit, which is what one more of the city's is worth.
    """
    rows = [(-INF, [1, 1, 0, 0], first), (-INF, [0, 0, 1, 1], 4), (-INF, [1, 1, 1, 1], city)]
    return Program.of(problem([-5, -5, -3, -3], rows, integer=False, upper=3))


def parts_of(program):
    return Parts((np.array([0, 1]), np.array([2, 3])), np.array([0, 0, 1, 1]), np.array([False, False, True]))


@pytest.mark.parametrize("backend", BACKENDS, ids=["by SciPy", "by HiGHS"])
def test_the_price_of_the_citys_purse(backend):
    p = two_districts(6)
    found = coordinated(p, parts_of(p), backend, threads=1)
    assert p.objective @ found.relaxed.x == pytest.approx(-26)
    assert found.relaxed.prices[2] == pytest.approx(-3)
    assert found.relaxed.prices[0] == pytest.approx(-2)
    assert proved_bound(p, found.relaxed.prices) == pytest.approx(-26, abs=1e-6)


def test_what_the_unmixed_answers_break():
    """At the price 3 the second district is indifferent: it takes 4 or nothing, where 2 are left of 6."""
    p = two_districts(6)
    found = coordinated(p, parts_of(p), find("highs"), threads=1)
    assert found.excess in (0.0, pytest.approx(2 / 8))
    roomy = coordinated(two_districts(8), parts_of(p), find("highs"), threads=1)
    assert roomy.excess == 0.0
    assert roomy.relaxed.prices[2] == pytest.approx(0.0)


def test_no_ties_at_all():
    p = Program.of(problem([-1, 2], [(0, [1, 0], 3), (1, [0, 1], 3)], integer=False, upper=5))
    parts = Parts((np.array([0]), np.array([1])), np.array([0, 1]), np.array([False, False]))
    found = coordinated(p, parts, find("highs"), threads=2)
    assert found.relaxed.x == pytest.approx([3, 1])
    assert proved_bound(p, found.relaxed.prices) == pytest.approx(-1)


def test_where_the_parts_come_to_no_answer():
    p, highs = two_districts(6), find("highs")
    parts = parts_of(p)
    assert coordinated(two_districts(6, first=-1.0), parts, highs, threads=1) is None, "a part without a solution"
    short = Program.of(problem([1] * 4, [(0, [1, 1, 0, 0], 9), (0, [0, 0, 1, 1], 9), (20, [1] * 4, INF)], upper=3))
    assert coordinated(short, parts, highs, threads=1) is None, "no price makes the parts bring 20 of 12"
    endless = Program.of(problem([-5, -5, -3, -3], [(-INF, [1] * 4, 6)] * 3, integer=False, upper=INF))
    assert coordinated(endless, parts, highs, threads=1) is None, "columns without an end"
    assert coordinated(p, parts, find("cp_sat"), threads=1) is None, "a solver that keeps no linear programmes"
    assert coordinated(p, parts, highs, threads=1, stopped=lambda: True) is None


def test_two_runs_agree_whatever_the_threads():
    p, parts = prepared(3, parts=6, ties=3)
    runs = [coordinated(p, parts, find("highs"), threads=threads).relaxed for threads in (1, 2, 3)]
    assert len({run.x.tobytes() + run.prices.tobytes() for run in runs}) == 1
