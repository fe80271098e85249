import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solver_problems import INF, MAX, enumerate_best, problem
from test_solvers_by_parts import Trying, divided

import solvers.search
from solvers import Limits, Sense, Status
from solvers.backend import Ending, Raw
from solvers.by_parts import Ground
from solvers.parts import joined
from solvers.program import Program
from solvers.relaxation import proved_bound
from solvers.scaling import prepare
from solvers.search import search
from solvers.strengthening import strengthened


class _Quiet:
    def __init__(self, stopped=False):
        self.stopped = stopped

    def stop_requested(self):
        return self.stopped


def ground_of(program, *, stopped=False, backend=None):
    return Ground(prepare(program), backend or Trying(), Limits(threads=2), _Quiet(stopped), lambda: None)


def two_purses():
    """Two districts with three sites each, and leave for five sites in all, which binds nobody.

    Sites of the first cost 5, 7 and 8 of its purse of 11, those of the second 4, 5 and 7 of 8; each that waits costs 1.
    Of parts of sites, 1 + 6/7 and 1 + 4/5 fit; of whole sites, one and one: four wait.
    """
    rows = [(-INF, [5, 7, 8, 0, 0, 0], 11), (-INF, [0, 0, 0, 4, 5, 7], 8), (-INF, [1] * 6, 5)]
    return problem([-1] * 6, rows, offset=6.0)


def test_parts_that_cannot_spend_their_purses_prove_more_than_the_relaxation():
    p = Program.of(two_purses())
    ground = ground_of(p)
    relaxed = ground.backend.relax(ground.prepared.program, None, None)
    found = strengthened(ground, most=3, enough=2)
    assert ground.prepared.value(relaxed.x @ ground.prepared.program.objective) == pytest.approx(4 - 6 / 7 - 4 / 5)
    assert ground.prepared.value(found.bound) == pytest.approx(4, abs=1e-4)
    assert enumerate_best(two_purses()) == 4
    assert found.program.rows == ground.prepared.program.rows + 2
    better = ground.backend.relax(found.program, None, None)
    assert ground.prepared.value(better.x @ found.program.objective) == pytest.approx(4, abs=1e-4)


def test_parts_are_joined_by_narrow_rows_first_and_a_wide_row_within_one_is_no_tie():
    wide, bridge = [1, 1, 1, 1, 0, 0], [0, 0, 1, 1, 1, 1]
    narrow = [[1, 1, 0, 0, 0, 0], [0, 1, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1]]
    p = Program.of(problem([1] * 6, [(0, row, 1) for row in (wide, bridge, *narrow)]))
    parts = joined(p, most=4, enough=1)
    assert [columns.tolist() for columns in parts.columns] == [[0, 1, 2, 3], [4, 5]]
    assert parts.ties.tolist() == [False, True, False, False, False]
    assert len(joined(p, most=6, enough=1)) == 1
    loose = joined(Program.of(problem([1] * 4, [(0, [1, 1, 0, 0], 1)])), most=4, enough=2)
    assert [columns.tolist() for columns in loose.columns] == [[0, 1], [2, 3]]  # what is too small is one part


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([3, 6, 9]))
def test_no_solution_is_below_what_the_parts_prove_and_none_is_lost(seed, most):
    original = divided(np.random.default_rng(seed))
    best = enumerate_best(original)
    ground = ground_of(Program.of(original))
    program = ground.prepared.program
    found = strengthened(ground, most=most, enough=2)
    if found is None or best is None:
        return
    relaxed = ground.backend.relax(program, None, None)
    assert ground.prepared.value(found.bound) <= best + 1e-6
    assert found.bound >= proved_bound(program, relaxed.prices) - 1e-3
    raw = ground.backend.solve(found.program, None, None)
    assert ground.prepared.value(raw.bound) == pytest.approx(best, abs=1e-6)


def test_most_small_problems_are_proved_more_of():
    """It is no use otherwise: of those where the relaxation is below the optimum, in at least half."""
    better, below = 0, 0
    for seed in range(60):
        original = divided(np.random.default_rng(seed), ties=1)
        best, ground = enumerate_best(original), ground_of(Program.of(original))
        found = None if ground.prepared.impossible else strengthened(ground, most=3, enough=2)
        if best is None or found is None:
            continue
        relaxed = ground.backend.relax(ground.prepared.program, None, None)
        bare = ground.prepared.value(relaxed.x @ ground.prepared.program.objective)
        if bare < best - 1e-6:
            below += 1
            better += ground.prepared.value(found.bound) > bare + 0.1 * (best - bare)
    assert below >= 20
    assert better >= below / 2


@pytest.mark.parametrize(
    ("program", "more"),
    [
        (Program.of(problem([1, 1], [(1, [1, 1], INF)], upper=INF)), {}),
        (Program.of(problem([1, 1, 1, 1], [(1, [1, 1, 1, 1], 2)])), {}),
        (Program.of(two_purses()), {"stopped": True}),
    ],
    ids=["a column without an end", "one part", "stopped"],
)
def test_what_proves_nothing(program, more):
    assert strengthened(ground_of(program, **more), most=3, enough=2) is None


class _Slow(Trying):
    """Has the whole solved only once the search beside it has told of something; solves all else at once."""

    def __init__(self):
        super().__init__()
        self.whole = threading.Event()
        self.asked = []

    def solve(self, program, orders, watch):
        self.asked.append((program.rows, orders.threads, orders.seed))
        if orders.threads == 2:  # the whole, as the search asks for it
            while not watch.stop_requested():
                if self.whole.wait(0.01):
                    break
            return Raw(Ending.USER)
        raw = super().solve(program, orders, watch)
        if hasattr(watch, "report") and orders.seed:
            watch.report(x=raw.x, bound=raw.bound)
        return raw


@pytest.mark.parametrize("sense", [Sense.MINIMISE, MAX])
def test_the_second_search_ends_the_first(sense, monkeypatch):
    """What is found beside a solver that gets nowhere is the answer, and the proof."""
    monkeypatch.setattr(solvers.search, "_HEAD_START", 0.0)
    monkeypatch.setattr(solvers.search, "_PART_COLUMNS", (3, 2))
    for seed in (2, 4, 8, 9):
        p = divided(np.random.default_rng(seed), sense=sense)
        best = enumerate_best(p)
        if best is None:
            continue
        backend = _Slow()
        outcome = search(Program.of(p), backend, Limits(seconds=30.0, threads=2))
        assert (outcome.status, outcome.value, outcome.bound) == (Status.OPTIMAL, best, best)
        assert (1, 1) in {(threads, seed) for _, threads, seed in backend.asked}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_the_answer_is_the_same_with_a_second_search(seed):
    p = divided(np.random.default_rng(seed))
    best = enumerate_best(p)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solvers.search, "_HEAD_START", 0.0)
        patch.setattr(solvers.search, "_PART_COLUMNS", (3, 2))
        outcome = search(Program.of(p), Trying(), Limits(threads=2))
    if best is None:
        assert outcome.status is Status.INFEASIBLE
    else:
        assert (outcome.status, outcome.value) == (Status.OPTIMAL, best)


class _Plain:
    """A solver that may not run in two threads: it tells no prices."""

    def __init__(self):
        self._own = Trying()
        for name in ("name", "floating", "shrunk", "reusable", "version", "solve"):
            setattr(self, name, getattr(self._own, name))


def test_one_thread_a_limit_of_nodes_and_a_solver_without_prices_have_no_second_search(monkeypatch):
    """Two runs have to agree there, or there can only be one."""

    def never(*_):
        raise AssertionError("a second search was begun")

    monkeypatch.setattr(solvers.search, "_HEAD_START", 0.0)
    monkeypatch.setattr(solvers.search, "_PART_COLUMNS", (3, 2))
    monkeypatch.setattr(solvers.search, "strengthened", never)
    p = divided(np.random.default_rng(2))
    for backend, limits in (
        (Trying(), Limits(threads=1)), (Trying(), Limits(threads=2, nodes=50)), (_Plain(), Limits(threads=2)),
    ):  # fmt: skip
        assert search(Program.of(p), backend, limits).value == enumerate_best(p)
