import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from processes import children
from solver_problems import INF, KNOWN, hard, problem

import solvers
from solvers import Limits, Session, Status, StoppedBy, confirmed_infeasible
from solvers.backends import names
from solvers.outcome import memory_can_be_limited

HERE = Path(__file__).parent
EACH = pytest.mark.parametrize("solver", names())
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
LINUX = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
ONCE = "oddities.once"
TEN = problem([4.0, 6.0], [(0.5, [1, 1.5], INF)], lower=[1.0, 1.0], upper=2.0)  # everything at 1: 10
TWENTY = problem([4.0, 6.0], [(0.5, [1, 1.5], INF)], lower=[2.0, 2.0], upper=3.0)  # everything at 2: 20


@pytest.fixture
def session() -> Iterator[Session]:
    with Session() as opened:
        yield opened


@pytest.fixture
def note(tmp_path, monkeypatch) -> Path:
    """Where the backend `once` finds what to do."""
    monkeypatch.setenv("ODD_ORDERS", str(tmp_path / "note"))
    return tmp_path / "note"


def process_of(session: Session, *, limits: Limits | None = None) -> int | None:
    """The number of the process that solves next."""
    outcome = solvers.solve(TEN, solver=ONCE, session=session, limits=limits)
    assert (outcome.status, outcome.value) == (Status.OPTIMAL, 10.0)
    return outcome.nodes


@EACH
def test_warm_answers_are_the_cold_ones(solver, session):
    names_of = ["knapsack", "infeasible by parity", "equalities only", "tied", "knapsack", "free whole variables"]
    for p in [KNOWN[name][0] for name in names_of]:
        limits = Limits(seconds=60.0)
        cold = solvers.solve(p, solver=solver, limits=limits)
        warm = solvers.solve(p, solver=solver, limits=limits, session=session)
        assert (warm.status, warm.value, warm.bound) == (cold.status, cold.value, cold.bound)
        assert (warm.nodes, warm.message) == (cold.nodes, cold.message)
        assert warm.x is None or (warm.x == cold.x).all()


def test_a_search_that_was_stopped_does_not_colour_the_next(session):
    """HiGHS in one process: stopped by the caller, by its time, by a gap; then the same answers as without all that."""
    p = hard(60, 10)
    cold = solvers.solve(p, limits=Limits(gap=0.01, seed=5))
    stopped = solvers.solve(hard(), limits=Limits(), on_progress=lambda progress: False, session=session)
    assert stopped.stopped_by is StoppedBy.USER
    timed = solvers.solve(hard(), limits=Limits(seconds=0.3), session=session)
    assert timed.stopped_by is StoppedBy.TIME
    warm = solvers.solve(p, limits=Limits(gap=0.01, seed=5), session=session)
    assert (warm.x == cold.x).all()
    assert (warm.value, warm.bound, warm.nodes) == (cold.value, cold.bound, cold.nodes)


def test_one_process_serves_several_solves(session, note):
    assert len({process_of(session) for _ in range(4)}) == 1
    assert process_of(session) != os.getpid()


def test_results_are_those_of_the_problem_at_hand(session, note):
    for _ in range(3):
        assert solvers.solve(TEN, solver=ONCE, session=session).solution.tolist() == [1.0, 1.0]
        assert solvers.solve(TWENTY, solver=ONCE, session=session).solution.tolist() == [2.0, 2.0]


@POSIX
@pytest.mark.parametrize(("order", "said"), [("crash", "SIGABRT"), ("raise", "licence has run out")])
def test_after_a_crash_the_next_solve_has_another_process(order, said, session, note):
    before = process_of(session)
    note.write_text(order)
    outcome = solvers.solve(TWENTY, solver=ONCE, session=session)
    assert (outcome.status, outcome.stopped_by, outcome.value) == (Status.FEASIBLE, StoppedBy.CRASH, 20.0)
    assert said in outcome.message
    assert process_of(session) != before


@POSIX
def test_what_an_earlier_solve_wrote_is_not_told_of_a_later_one(session, note):
    note.write_text("wait")
    solvers.solve(TEN, solver=ONCE, session=session, on_progress=lambda progress: False)
    note.write_text("crash")
    outcome = solvers.solve(TEN, solver=ONCE, session=session)
    assert "told to crash" in outcome.message
    assert "told to wait" not in outcome.message


def test_after_a_hang_the_next_solve_has_another_process(session, note):
    before = process_of(session)
    note.write_text("hang")
    outcome = solvers.solve(TWENTY, solver=ONCE, limits=Limits(seconds=0.2, grace=0.3), session=session)
    assert (outcome.status, outcome.stopped_by, outcome.value) == (Status.FEASIBLE, StoppedBy.TIME, 20.0)
    assert process_of(session) not in (before, None)


def test_a_stop_keeps_the_process_and_stops_nothing_else(session, note):
    before = process_of(session)
    note.write_text("wait")
    stop = threading.Event()
    outcome = solvers.solve(TWENTY, solver=ONCE, session=session, stop=stop, on_progress=lambda progress: stop.set())
    assert (outcome.stopped_by, outcome.value) == (StoppedBy.PROOF, 20.0)  # its bound is the value
    assert process_of(session) == before


@LINUX
def test_a_process_that_died_between_two_solves_is_replaced(session, note):
    before = process_of(session)
    assert before is not None
    os.kill(before, signal.SIGKILL)
    while Path(f"/proc/{before}/cmdline").exists() and Path(f"/proc/{before}/cmdline").read_bytes():
        time.sleep(0.01)
    after = process_of(session)
    assert after != before
    assert after is not None
    os.kill(after, signal.SIGSTOP)  # it looks alive until after it was asked
    threading.Timer(0.3, os.kill, (after, signal.SIGKILL)).start()
    assert process_of(session) not in (before, after)


def test_another_number_of_threads_is_another_process(session, note):
    two = process_of(session, limits=Limits(threads=2))
    one = process_of(session, limits=Limits(threads=1))
    assert one != two
    assert process_of(session, limits=Limits(threads=1)) == one


def test_highs_takes_its_threads_once_and_is_not_asked_twice(session):
    """In one process a second number of threads fails, and its status then reads as a solution of 0."""
    for threads in (1, 2, 1, 3):
        p, _, best = KNOWN["knapsack"]
        outcome = solvers.solve(p, limits=Limits(threads=threads), session=session)
        assert (outcome.status, outcome.value) == (Status.OPTIMAL, best)


def test_asked_with_other_threads_in_one_process_highs_is_asked_again():
    """The trap itself: highspy answers nothing there until what it keeps for its threads is dropped."""
    script = """
import sys
sys.path[:0] = sys.argv[1:3]
from solver_problems import KNOWN
from solvers import Limits
from solvers.backends import find
from solvers.program import Program
from solvers.search import search
p = KNOWN["knapsack"][0]
outcomes = [search(Program.of(p), find("highs"), Limits(threads=threads)) for threads in (1, 2, 1)]
print([(str(outcome.status), outcome.value) for outcome in outcomes])
"""
    arguments = [str(HERE), str(HERE.parents[1])]
    run = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[('optimal', 20.0), ('optimal', 20.0), ('optimal', 20.0)]"


@pytest.mark.skipif(not memory_can_be_limited(), reason="this system holds no process to an amount of memory")
def test_a_limit_of_memory_binds_one_solve_only(session, note):
    free = process_of(session)
    held = process_of(session, limits=Limits(memory_mb=500))
    assert held != free
    assert process_of(session) == free
    assert process_of(session, limits=Limits(memory_mb=500)) not in (free, held)


def test_solves_at_once_have_processes_of_their_own(session, note):
    """Eight threads, two problems: each gets the answer to its own question."""
    answers: list[tuple[float | None, float]] = []

    def ask(p, right):
        answers.extend((solvers.solve(p, solver=ONCE, session=session).value, right) for _ in range(4))

    threads = [threading.Thread(target=ask, args=(p, right)) for p, right in ((TEN, 10.0), (TWENTY, 20.0)) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 32
    assert all(value == right for value, right in answers)


@LINUX
def test_one_process_is_kept_for_each_solver(session):
    others = set(children(os.getpid()))
    threads = [
        threading.Thread(target=solvers.solve, args=(KNOWN["tied"][0],), kwargs={"solver": solver, "session": session})
        for solver in names() * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(children(os.getpid())) - others) == len(names())


def test_a_second_opinion_uses_the_session(session, monkeypatch):
    asked = []
    run = Session.run
    monkeypatch.setattr(Session, "run", lambda self, job: (asked.append((self, job.solver)), run(self, job))[1])
    impossible = KNOWN["infeasible by rows"][0]
    outcome = solvers.solve(impossible, session=session)
    assert confirmed_infeasible(impossible, outcome, session=session) is True
    assert asked == [(session, "highs"), (session, "scip")]


@LINUX
def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = children(os.getpid())
    with Session() as session:
        for solver in names():
            solvers.solve(KNOWN["knapsack"][0], solver=solver, session=session)
        assert all([file.name for file in home.iterdir()] == ["errors.txt"] for home in tmp_path.iterdir())
    assert children(os.getpid()) == before
    assert list(tmp_path.iterdir()) == []


@LINUX
@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_interrupted_solve_gives_its_process_up(error, session, note):
    before = process_of(session)
    note.write_text("wait")

    def interrupt(progress):
        raise error

    with pytest.raises(error):
        solvers.solve(TWENTY, solver=ONCE, session=session, on_progress=interrupt)
    assert before not in children(os.getpid())
    assert process_of(session) != before


@LINUX
def test_free_processes_do_not_outlive_their_caller(tmp_path):
    script = """
import sys, tempfile
sys.path[:0] = sys.argv[1:3]
tempfile.tempdir = sys.argv[3]
import solvers
from solver_problems import KNOWN
session = solvers.Session()
for solver in ("highs", "cbc"):
    solvers.solve(KNOWN["tied"][0], solver=solver, session=session)
print("free", flush=True)
sys.stdin.read()
"""
    arguments = [str(HERE), str(HERE.parents[1]), str(tmp_path)]
    with subprocess.Popen(
        [sys.executable, "-c", script, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as caller:
        assert caller.stdout is not None
        assert caller.stdout.readline() == b"free\n"
        begun = children(caller.pid)
        caller.kill()
    assert len(begun) == 2
    patience = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in begun) and time.monotonic() < patience:
        time.sleep(0.02)
    assert not [pid for pid in begun if Path(f"/proc/{pid}").exists()]
    assert list(tmp_path.iterdir()) == []


def test_a_closed_session_refuses():
    with Session() as session:
        pass
    session.close()  # once more does no harm
    with pytest.raises(RuntimeError, match="closed"):
        solvers.solve(TEN, session=session)


def test_closing_lets_a_running_solve_end(note):
    note.write_text("wait")
    session, begun, stop = Session(), threading.Event(), threading.Event()
    outcomes = []

    def ask():
        outcomes.append(
            solvers.solve(TEN, solver=ONCE, session=session, stop=stop, on_progress=lambda progress: begun.set())
        )

    thread = threading.Thread(target=ask)
    thread.start()
    assert begun.wait(30)
    session.close()
    stop.set()
    thread.join()
    assert outcomes[0].value == 10.0


@POSIX
@pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning")
def test_a_fork_may_neither_use_nor_close_its_parents_session(session, note):
    before = process_of(session)
    child = os.fork()
    if child == 0:
        session.close()
        try:
            solvers.solve(TEN, solver=ONCE, session=session)
        except RuntimeError as error:
            os._exit(7 if "another process" in str(error) else 1)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert process_of(session) == before


def test_a_start_is_not_kept_for_the_next_problem(session, note):
    """A crash falls back on the start of its own solve, not on that of an earlier one."""
    solvers.solve(TEN, solver=ONCE, start=np.array([2.0, 2.0]), session=session)
    outcome = solvers.solve(TEN, solver="oddities.crashing_early", session=session)
    assert not outcome.has_solution
    assert not solvers.solve(TEN, solver="oddities.raising", session=session).has_solution
