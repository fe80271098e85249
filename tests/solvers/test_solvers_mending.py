import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solver_problems import INF, enumerate_best, problem
from test_solvers_by_parts import Trying, divided

from solvers import Limits, Status
from solvers.backend import Orders, Silent
from solvers.mending import mended
from solvers.program import Program
from solvers.search import search


class Deaf:
    def stop_requested(self):
        return False


def mend(p, x):
    return mended(Program.of(p), Trying(), np.asarray(x, dtype=float), Orders(), Silent(Deaf()))


def purses(budgets):
    """Two sites in each of five purses, one of them has to be chosen; the dearer one is worth more."""
    rows = []
    for purse, budget in enumerate(budgets):
        choose, pay = np.zeros(10), np.zeros(10)
        choose[2 * purse : 2 * purse + 2] = 1
        pay[2 * purse : 2 * purse + 2] = 5, 3
        rows += [(1, choose.tolist(), 1), (-INF, pay.tolist(), budget)]
    return problem([-9, -7] * 5, rows)


def test_only_the_purse_that_is_short_is_decided_anew():
    start = [1, 0] * 5
    point = mend(purses([5, 5, 4, 5, 5]), start)
    assert point.tolist() == [1, 0, 1, 0, 0, 1, 1, 0, 1, 0]


def test_what_cannot_be_mended_near_is_left_to_the_solver():
    assert mend(purses([5, 5, 2, 5, 5]), [1, 0] * 5) is None
    assert mend(purses([4, 4, 4, 4, 4]), [1, 0] * 5) is None  # every column would have to be decided anew


@pytest.mark.parametrize("nodes", [None, 50])
def test_a_search_begins_with_the_mended_start(nodes):
    p = purses([5, 5, 4, 5, 5])
    backend = Asked()
    outcome = search(Program.of(p), backend, Limits(threads=1, nodes=nodes), start=np.array([1.0, 0.0] * 5))
    assert backend.starts[-1].tolist() == [1, 0, 1, 0, 0, 1, 1, 0, 1, 0]
    assert (outcome.status, outcome.value) == (Status.OPTIMAL, -43.0)


class Asked(Trying):
    """Keeps what it was given to start from."""

    def __init__(self):
        super().__init__()
        self.starts = []

    def solve(self, program, orders, watch):
        self.starts.append(orders.start)
        return super().solve(program, orders, watch)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_a_mended_start_keeps_every_row_and_no_start_changes_the_answer(seed):
    rng = np.random.default_rng(seed)
    p = divided(rng, parts=4)
    start = rng.integers(0, 2, p.columns).astype(float)
    point = mend(p, start)
    assert point is None or not p.violations(point)
    best = enumerate_best(p)
    outcome = search(Program.of(p), Trying(), Limits(threads=1), start=start)
    assert outcome.value == best
