import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from processes import children
from scipy import sparse
from solver_problems import INF, KNOWN, hard, problem, split

import solvers
from solvers import Limits, Problem, Progress, Status, StoppedBy
from solvers.backends import names
from solvers.outcome import memory_can_be_limited

HERE = Path(__file__).parent
EACH = pytest.mark.parametrize("solver", names())
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
LINUX = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
COVER = problem([4.0, 6.0], [(-1.0, [1, 1.5], INF)])  # everything at 0 is its optimum, of value 0
OPEN = problem([4.0, 6.0], [(0.5, [1, 1.5], INF)], lower=[1.0, 1.0], upper=2.0)  # everything at 1: 10, bound 5


@EACH
def test_stop_keeps_the_best(solver):
    p, stop = hard(), threading.Event()

    def seen(progress: Progress) -> None:
        if progress.value is not None:
            stop.set()

    outcome = solvers.solve(p, solver=solver, limits=Limits(seconds=100.0), on_progress=seen, stop=stop)
    assert outcome.status is Status.FEASIBLE
    assert outcome.stopped_by is StoppedBy.USER
    assert not p.violations(outcome.solution)
    assert outcome.seconds < 90


@EACH
def test_returning_false_stops(solver):
    p, told = hard(), []

    def seen(progress: Progress) -> bool:
        told.append(progress)
        return progress.value is None

    outcome = solvers.solve(p, solver=solver, limits=Limits(seconds=100.0), on_progress=seen)
    assert outcome.stopped_by is StoppedBy.USER
    assert outcome.has_solution
    assert told[-1].value <= outcome.value
    assert all(progress.bound is None or progress.bound >= outcome.value for progress in told)


def test_stop_with_nothing_in_hand():
    stop = threading.Event()
    timer = threading.Timer(1.0, stop.set)
    timer.start()
    outcome = solvers.solve(split(), limits=Limits(seconds=100.0), stop=stop)
    timer.cancel()
    assert (outcome.status, outcome.stopped_by) == (Status.NOTHING_FOUND, StoppedBy.USER)


def test_progress_improves_and_ends_at_the_answer():
    told: list[Progress] = []
    outcome = solvers.solve(hard(60, 5), limits=Limits(seconds=3.0, gap=0.001), on_progress=told.append)
    values = [progress.value for progress in told if progress.value is not None]
    bounds = [progress.bound for progress in told if progress.bound is not None]
    assert values == sorted(values)
    assert bounds == sorted(bounds, reverse=True)
    assert values[-1] <= outcome.value
    assert all(a.seconds <= b.seconds for a, b in itertools.pairwise(told))


@POSIX
def test_a_crash_keeps_the_best():
    outcome = solvers.solve(OPEN, solver="oddities.crashing")
    assert outcome.status is Status.FEASIBLE
    assert outcome.stopped_by is StoppedBy.CRASH
    assert outcome.solution.tolist() == [1.0, 1.0]
    assert (outcome.value, outcome.nodes) == (10.0, 7)
    assert outcome.bound == 6.0  # 5 was told; values are multiples of 2
    assert "SIGKILL" in outcome.message


@POSIX
def test_a_crash_with_a_refuted_bound_proves_nothing():
    outcome = solvers.solve(COVER, solver="oddities.crashing")  # it tells of the bound 5, and of a solution of 0
    assert outcome.status is Status.FEASIBLE
    assert outcome.bound is None


@POSIX
def test_a_crash_with_nothing_in_hand():
    outcome = solvers.solve(OPEN, solver="oddities.crashing_early")
    assert outcome.status is Status.FAILED
    assert "SIGABRT" in outcome.message


def test_a_crash_with_a_start_in_hand():
    outcome = solvers.solve(OPEN, solver="oddities.raising", start=np.array([2.0, 1.0]))
    assert outcome.status is Status.FEASIBLE
    assert outcome.value == 14.0
    assert "the licence has run out" in outcome.message


@LINUX
def test_kill_of_a_running_solver():
    p = hard()

    def kill(progress: Progress) -> None:
        if progress.value is not None:
            for child in children(os.getpid()):
                if b"solvers.worker" in Path(f"/proc/{child}/cmdline").read_bytes():
                    os.kill(child, signal.SIGKILL)

    outcome = solvers.solve(p, limits=Limits(seconds=100.0), on_progress=kill)
    assert outcome.status is Status.FEASIBLE
    assert outcome.stopped_by is StoppedBy.CRASH
    assert not p.violations(outcome.solution)
    assert outcome.value == p.value(outcome.solution)


def test_a_hang_past_the_time_limit_is_ended():
    outcome = solvers.solve(OPEN, solver="oddities.hanging", limits=Limits(seconds=0.2, grace=0.3))
    assert (outcome.status, outcome.stopped_by) == (Status.FEASIBLE, StoppedBy.TIME)
    assert outcome.value == 10.0
    assert "did not answer within 0.3 s" in outcome.message


def test_a_solver_that_will_not_stop_is_ended():
    outcome = solvers.solve(
        OPEN, solver="oddities.hanging", limits=Limits(grace=0.3), on_progress=lambda progress: False
    )
    assert (outcome.status, outcome.stopped_by) == (Status.FEASIBLE, StoppedBy.USER)


@pytest.mark.skipif(not memory_can_be_limited(), reason="this system holds no process to an amount of memory")
def test_a_memory_limit_is_held_and_survived():
    outcome = solvers.solve(OPEN, solver="oddities.hungry", limits=Limits(memory_mb=200))
    assert (outcome.status, outcome.stopped_by) == (Status.FEASIBLE, StoppedBy.MEMORY)
    assert "more than 200 MB" in outcome.message
    assert outcome.value == 10.0


@pytest.mark.skipif(not memory_can_be_limited(), reason="this system holds no process to an amount of memory")
def test_enough_memory_is_enough():
    assert solvers.solve(KNOWN["knapsack"][0], limits=Limits(memory_mb=1000)).status is Status.OPTIMAL


def test_what_a_library_prints_does_not_garble_the_answer():
    outcome = solvers.solve(OPEN, solver="oddities.noisy")
    assert outcome.status is Status.OPTIMAL
    assert outcome.value == 10.0


def test_the_caller_loads_no_solver():
    script = """
import sys
import numpy as np
from scipy import sparse
import solvers
p = solvers.Problem(sparse.csr_array(np.ones((1, 2))), np.ones(1), np.full(1, np.inf), np.zeros(2), np.ones(2),
                    np.ones(2, dtype=bool), np.ones(2))
for info in solvers.backends():
    assert info.available, info
    assert solvers.solve(p, solver=info.name).value == 1.0
print([name for name in sys.modules if name.split(".")[0] in ("highspy", "ortools", "pulp", "pyscipopt")])
"""
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=HERE.parents[1], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_the_solving_process_does_not_load_scipy():
    script = "import sys, solvers.worker; print('scipy' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=HERE.parents[1], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "False"


@LINUX
@EACH
@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_nothing_is_left_behind_by_an_interrupt(solver, error):
    def interrupt(progress: Progress) -> None:
        raise error

    with pytest.raises(error):
        solvers.solve(hard(), solver=solver, limits=Limits(seconds=100.0), on_progress=interrupt)
    assert children(os.getpid()) == []


@LINUX
def test_nothing_is_left_behind_by_an_answer(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for solver in names():
        solvers.solve(KNOWN["knapsack"][0], solver=solver)
    assert children(os.getpid()) == []
    assert list(tmp_path.iterdir()) == []


@LINUX
@EACH
def test_the_solving_process_does_not_outlive_its_caller(solver, tmp_path):
    script = """
import sys, tempfile
sys.path[:0] = sys.argv[1:3]
tempfile.tempdir = sys.argv[3]
import solvers
from solver_problems import hard
solvers.solve(hard(), solver=sys.argv[4], limits=solvers.Limits(seconds=100),
              on_progress=lambda p: print("on", flush=True))
"""
    arguments = [str(HERE), str(HERE.parents[1]), str(tmp_path), solver]
    with subprocess.Popen([sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE) as caller:
        assert caller.stdout is not None
        assert caller.stdout.readline() == b"on\n"
        begun = children(caller.pid)
        begun += [grandchild for child in begun for grandchild in children(child)]
        caller.kill()
    assert len(begun) == (2 if solver == "cbc" else 1)
    patience = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in begun) and time.monotonic() < patience:
        time.sleep(0.05)
    assert not [pid for pid in begun if Path(f"/proc/{pid}").exists()]
    assert list(tmp_path.iterdir()) == []


def test_solves_at_once():
    answers: list[float | None] = []
    threads = [
        threading.Thread(target=lambda s=s: answers.append(solvers.solve(KNOWN["tied"][0], solver=s).value))
        for s in (*names(), *names())
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [2.0] * len(threads)


def test_a_large_problem_goes_through():
    n = 6_000
    rng = np.random.default_rng(0)
    p = Problem(
        matrix=sparse.csr_array((rng.random((200, n)) < 0.01).astype(float)),
        row_lower=np.full(200, 10.0),
        row_upper=np.full(200, INF),
        lower=np.zeros(n),
        upper=np.ones(n),
        integer=np.ones(n, dtype=bool),
        objective=rng.integers(1, 100, n).astype(float),
    )
    outcome = solvers.solve(p, limits=Limits(seconds=30.0, gap=0.05))
    assert outcome.has_solution
    assert not p.violations(outcome.solution)
