"""What PuLP finds besides, tried with GLPK; and with solvers that say what PuLP says of none that is at hand."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from processes import children
from solver_problems import INF, KNOWN, enumerate_best, hard, problem, split

import solvers
from solvers import Limits, Sense, Session, SolverUnavailableError, Status, StoppedBy, confirmed_infeasible
from solvers.backend import Ending
from solvers.backends import _pulp, find, further
from solvers.program import Program

HERE = Path(__file__).parent
GLPK = "pulp:GLPK_CMD"
HAVE_GLPK = pytest.mark.skipif(
    shutil.which("glpsol") is None, reason="glpsol is not installed (scripts/debian-packages.sh)"
)
LINUX = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
ONE = Limits(threads=1, seconds=60.0)

UNDEFINED = "PuLP says: Undefined"
CUT_OFF, DOUBT, DIGITS = "", "floating point has been wrong", "12 digits"
# what it does not claim: the status, the value (where it has one), and what it says about it
NOT_FOR_GLPK: dict[str, tuple[Status, float | None, str]] = {
    "trap of highspy 1.14": (Status.FEASIBLE, 9.0, CUT_OFF),
    "decimals": (Status.FEASIBLE, 0.8, CUT_OFF),
    "nine digits in one column": (Status.FEASIBLE, 1_111_111_110.0, CUT_OFF),
    "infeasible linear": (Status.FAILED, None, UNDEFINED),
    "unbounded": (Status.FAILED, None, UNDEFINED),
    "unbounded linear": (Status.FAILED, None, UNDEFINED),
    "unbounded relaxation, infeasible in whole numbers": (Status.FAILED, None, UNDEFINED),
    "yuan in a budget of fifty million": (Status.FEASIBLE, 50_000_005.0, DOUBT),
    "fifty yuan that only a tolerance pays": (Status.FEASIBLE, 1000.0, DOUBT),
    "fifty real yuan that only a tolerance pays": (Status.FEASIBLE, 1000.0, DOUBT),
    "fifty yuan that only a tolerance gives": (Status.FEASIBLE, 0.0, DOUBT),
    "impossible but for a tolerance": (Status.FAILED, None, DOUBT),
    "badly scaled in whole numbers": (Status.NOTHING_FOUND, None, DOUBT),
    "scores of a million million": (Status.FAILED, None, DIGITS),
}
ENDLESS = "infeasible with nothing to bound it"  # it searches without end


@HAVE_GLPK
@pytest.mark.parametrize("name", [name for name in KNOWN if name not in NOT_FOR_GLPK and name != ENDLESS])
def test_known_answers(name):
    p, status, value = KNOWN[name]
    outcome = solvers.solve(p, solver=GLPK, limits=ONE)
    assert outcome.status is status, outcome.message
    if status is Status.OPTIMAL:
        assert outcome.value == pytest.approx(enumerate_best(p) if value is None else value, rel=1e-12, abs=1e-9)
        assert not p.violations(outcome.solution)


@HAVE_GLPK
@pytest.mark.parametrize("name", NOT_FOR_GLPK)
def test_what_is_not_claimed(name):
    p, _, best = KNOWN[name]
    status, value, said = NOT_FOR_GLPK[name]
    outcome = solvers.solve(p, solver=GLPK, limits=ONE)
    assert outcome.status is status
    assert outcome.value == pytest.approx(value) if value is not None else outcome.value is None
    assert said in outcome.message
    if outcome.bound is not None and best is not None:  # what it has of a bound is one
        assert outcome.bound <= best if p.sense is Sense.MINIMISE else outcome.bound >= best


@HAVE_GLPK
def test_many_small_problems_agree_with_enumeration():
    script = HERE / "many_small_problems.py"
    run = subprocess.run([sys.executable, str(script), GLPK], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "agreed" in run.stdout


@HAVE_GLPK
def test_a_wrong_optimum_of_glpk_is_not_called_one():
    """Of 4 ** 6 points the best gives 91; GLPK 5.0 calls 88 optimal."""
    row = [-12_345_677, -49_382_710, 74_074_069, -24_691_355, 61_728_390, 86_419_747]
    cost = [-18, -1, 2, 19, -7, 13]
    p = problem(cost, [(-INF, row, 160_493_814)], lower=-1, upper=2, sense=Sense.MAXIMISE)
    assert enumerate_best(p) == 91
    outcome = solvers.solve(p, solver=GLPK, limits=ONE)
    assert outcome.status is Status.FEASIBLE
    assert outcome.bound is None
    assert "ask another solver" in outcome.message


@HAVE_GLPK
def test_a_run_that_only_ran_out_of_time_is_not_called_optimal():
    outcome = solvers.solve(hard(), solver=GLPK, limits=Limits(seconds=1.0))
    assert "PuLP says: Optimal, Optimal Solution Found" in outcome.message  # so it says
    assert (outcome.status, outcome.stopped_by, outcome.bound) == (Status.FEASIBLE, StoppedBy.TIME, None)
    assert not hard().violations(outcome.solution)


@HAVE_GLPK
def test_nothing_found_in_the_time():
    outcome = solvers.solve(split(), solver=GLPK, limits=Limits(seconds=1.0))
    assert (outcome.status, outcome.stopped_by) == (Status.NOTHING_FOUND, StoppedBy.TIME)


@HAVE_GLPK
def test_impossible_is_confirmed_only_where_it_is_said_clearly():
    first = solvers.solve(KNOWN["infeasible by parity"][0])
    assert confirmed_infeasible(KNOWN["infeasible by parity"][0], first, solver=GLPK) is True
    assert confirmed_infeasible(KNOWN["infeasible linear"][0], first, solver=GLPK) is None
    assert confirmed_infeasible(KNOWN["tied"][0], first, solver=GLPK) is False


@HAVE_GLPK
@LINUX
def test_a_stop_ends_the_solver_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = set(children(os.getpid()))
    seen: set[int] = set()
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            for worker in set(children(os.getpid())) - before:
                seen.update(children(worker))
            if seen:
                stop.set()
            time.sleep(0.01)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    with Session() as session:
        outcome = solvers.solve(hard(), solver=GLPK, limits=Limits(seconds=100.0), stop=stop, session=session)
        assert (outcome.status, outcome.stopped_by) == (Status.NOTHING_FOUND, StoppedBy.USER)
        assert set(children(os.getpid())) == before  # not kept: what was stopped might still be going on
    watcher.join()
    assert seen
    patience = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in seen) and time.monotonic() < patience:
        time.sleep(0.02)
    assert not [pid for pid in seen if Path(f"/proc/{pid}").exists()]
    assert list(tmp_path.iterdir()) == []


@HAVE_GLPK
def test_pulp_finds_what_has_no_backend_of_its_own():
    assert GLPK in further()
    assert not {name.removeprefix("pulp:") for name in further()} & {"PULP_CBC_CMD", "HiGHS", "HiGHS_CMD", "COIN_CMD"}
    assert GLPK in {info.name for info in solvers.backends() if info.available}


def test_looking_for_solvers_loads_none_here():
    script = """
import sys
from solvers import backends
from solvers.backends import find, further
further(); find("pulp:GLPK_CMD").obstacle()
print([name for name in sys.modules if name.split(".")[0] in ("highspy", "ortools", "pulp")])
"""
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=HERE.parents[1], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("solver", "told"),
    [
        ("pulp:ABACUS", "PuLP knows no such solver"),
        ("pulp:PULP_CBC_CMD", "use cbc"),
        ("pulp:HiGHS", "use highs"),
        ("pulp:MIPCL_CMD", "does not find it on this machine"),
    ],
)
def test_what_cannot_be_used_is_refused(solver, told):
    with pytest.raises(SolverUnavailableError, match=told):
        solvers.solve(KNOWN["tied"][0], solver=solver)


def test_without_pulp(monkeypatch):
    monkeypatch.setattr(_pulp, "_version", lambda: "")
    assert further() == []
    assert find(GLPK).obstacle() == "pulp is not installed; install pulp>=3.3,<4"
    monkeypatch.undo()
    further()


# A solver of PuLP that answers as it is told: in a process of its own, since PuLP loads highspy.
SCRIPT = """
import json, sys, time
import numpy as np
sys.path[:0] = sys.argv[1:3]
cases = json.loads(sys.argv[3])
import pulp
from solvers.backend import Orders
from solvers.backends import _pulp
from solvers.program import Program
from solver_problems import problem

class Told(pulp.LpSolver):
    name = "TOLD"
    def __init__(self, msg=True, timeLimit=None, **more):
        super().__init__(msg=msg, timeLimit=timeLimit, **more)
    def actualSolve(self, lp):
        time.sleep(told["seconds"])
        if told["error"]:
            raise pulp.PulpSolverError(told["error"])
        for variable, value in zip(lp.variables(), told["x"]):
            variable.varValue = value
        lp.assignStatus(told["status"], told["sol_status"])
        return told["status"]

class Filed(Told, pulp.LpSolver_CMD):
    def __init__(self, msg=True, timeLimit=None, gapRel=None):
        pulp.LpSolver.__init__(self, msg=msg, timeLimit=timeLimit)

class Threaded(Told):
    def __init__(self, msg=True, timeLimit=None, gapRel=None, threads=None):
        super().__init__(msg=msg, timeLimit=timeLimit, gapRel=gapRel, threads=threads)
    def actualSolve(self, lp):
        assert self.optionsDict["gapRel"] == 1e-12
        return super().actualSolve(lp)

pulp.getSolver = lambda name: (Filed if told["files"] else Threaded if told["takes_gap"] else Told)()

class Watch:
    def report(self, **news): pass
    def stop_requested(self): return False

answers = []
for told in cases:
    p = problem([2, 3], [(4.5, [1, 1], float("inf"))], upper=10.0, integer=told["integer"])
    limits = Orders(seconds=told["limit"], threads=told["threads"], grace=1.0)
    raw = _pulp.ThroughPulp("TOLD").solve(Program.of(p), limits, Watch())
    answers.append([raw.ending, None if raw.x is None else raw.x.tolist(), raw.bound, raw.message])
print(json.dumps(answers), flush=True)
"""


def told(*cases):
    """How the backend understands each answer, in one process: (ending, x, bound, message)."""
    answer = {
        "files": False, "seconds": 0.0, "error": "", "x": [4.5, 0.0], "status": 1, "sol_status": 1, "takes_gap": True,
        "integer": False, "limit": 60.0, "threads": 1,
    }  # fmt: skip
    arguments = [str(HERE), str(HERE.parents[1]), json.dumps([answer | case for case in cases])]
    run = subprocess.run([sys.executable, "-c", SCRIPT, *arguments], capture_output=True, text=True, check=True)
    fields = ("ending", "x", "bound", "message")
    return [SimpleNamespace(**dict(zip(fields, raw, strict=True))) for raw in json.loads(run.stdout)]


def test_what_is_taken_for_a_proof():
    proved, own_gap, whole, read = told({}, {"takes_gap": False}, {"integer": True, "x": [4.0, 1.0]}, {"files": True})
    assert (proved.ending, proved.x) == (Ending.DONE, [4.5, 0.0])
    assert proved.bound == pytest.approx(9.0, abs=1e-12)
    # a solver that may stop at a gap of its own proves nothing
    assert (own_gap.ending, own_gap.bound) == (Ending.DONE, None)
    assert "its bound is not known" in own_gap.message
    # whole columns leave the cut-off open: 1e-7 of 1 + 11
    assert whole.bound == pytest.approx(11.0 - 1.2e-6, abs=1e-9)
    # 4.5 read with eight digits is good to half a unit of the eighth, at most 0.5e-7 of it; it costs 2
    assert read.bound == pytest.approx(9.0 - 2 * 0.5e-7 * 4.5, abs=1e-12)


def test_what_pulp_says():
    meanings = [
        (1, 2, Ending.GAVE_UP, True),  # "Optimal", and only feasible: how PuLP says that a run was cut short
        (-1, -1, Ending.UNCLEAR, False),  # "Infeasible", or unbounded
        (-2, -2, Ending.UNBOUNDED, False),
        (-3, 0, Ending.GAVE_UP, False),
        (0, 2, Ending.GAVE_UP, True),
        (0, 0, Ending.GAVE_UP, False),
    ]
    answers = told(*({"status": status, "sol_status": sol_status} for status, sol_status, _, _ in meanings))
    for raw, (_, _, ending, has_x) in zip(answers, meanings, strict=True):
        assert (raw.ending, raw.x is not None, raw.bound) == (ending, has_x, None)
        assert "PuLP says" in raw.message


def test_nothing_is_proved_at_the_end_of_the_time():
    """Two threads for half a second are a second, as some solvers count."""
    one = {"seconds": 1.02, "limit": 1.0}
    two = {"seconds": 0.52, "limit": 1.0, "threads": 2}
    for raw in told(one, one | {"status": -1}, two, two | {"status": -1}):
        assert (raw.ending, raw.bound) == (Ending.TIME, None)


def test_a_solver_that_never_ends_and_one_that_fails():
    endless, failed = told({"seconds": 2.0, "limit": 0.1}, {"error": "no licence"})
    assert (endless.ending, endless.x) == (Ending.TIME, None)
    assert "cannot be asked for its best" in endless.message
    assert (failed.ending, failed.x) == (Ending.GAVE_UP, None)
    assert failed.message == "PuLP failed: PulpSolverError: no licence"


def test_numbers_that_a_file_would_change_are_found():
    def long(*objective: float) -> list[float]:
        return list(_pulp._too_long(Program.of(problem(objective, [(-INF, [1.0] * len(objective), 3.0)]))))

    assert long(999_999_999_999.0, 0.1, -123.456) == []
    assert long(1_000_000_000_001.0, 1 / 3) == [1 / 3, 1_000_000_000_001.0]
