import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from solver_problems import INF, KNOWN, MAX, PROJECT, enumerate_best, hard, problem, split

import solvers
from solvers import Limits, Problem, SolverUnavailableError, Status, StoppedBy
from solvers.backends import find, names

ONE = Limits(threads=1, seconds=60.0)
EACH = pytest.mark.parametrize("solver", names())

REAL = "works in whole numbers only"
ENDLESS = "what lies beyond is not known"
NOT_CLAIMED = {
    # it calls it infeasible, and is not believed
    ("cbc", "badly scaled in whole numbers"): (Status.FAILED, "it has been wrong about that"),
    ("cp_sat", "trap of highspy 1.14"): (Status.FAILED, REAL),
    ("cp_sat", "infeasible linear"): (Status.FAILED, REAL),
    ("cp_sat", "unbounded"): (Status.FEASIBLE, ENDLESS),
    ("cp_sat", "unbounded linear"): (Status.FAILED, REAL),
    ("cp_sat", "unbounded relaxation, infeasible in whole numbers"): (Status.FAILED, REAL),
    ("cp_sat", "badly scaled"): (Status.FAILED, REAL),
    ("cp_sat", "free variables"): (Status.FAILED, REAL),
    ("cp_sat", "infeasible with nothing to bound it"): (Status.FAILED, ENDLESS),
    ("cp_sat", "fifty real yuan that only a tolerance pays"): (Status.FAILED, REAL),
    ("cp_sat", "equalities only, real"): (Status.FAILED, REAL),
}


def test_what_works_here():
    found = {info.name: info for info in solvers.backends()}
    assert list(found)[:4] == ["cbc", "cp_sat", "highs", "scip"]
    assert all(name.startswith("pulp:") for name in list(found)[4:])
    for info in found.values():
        if info.name in names():
            assert info.available, info.reason
        assert info.version
        assert info.available != bool(info.reason)


@pytest.mark.parametrize(
    ("name", "solver"),
    [(name, solver) for name in KNOWN for solver in names() if (solver, name) not in NOT_CLAIMED],
)
def test_known_answers(name, solver):
    p, status, value = KNOWN[name]
    outcome = solvers.solve(p, solver=solver, limits=ONE)
    assert outcome.status is status, outcome.message
    assert outcome.solver == solver
    if status is Status.OPTIMAL:
        if value is None:
            value = enumerate_best(p)
        assert outcome.value == pytest.approx(value, rel=1e-12, abs=1e-9)
        assert not p.violations(outcome.solution)
        assert outcome.value == p.value(outcome.solution)
        assert outcome.bound == pytest.approx(outcome.value, rel=1e-9)
        assert (outcome.bound <= outcome.value) if p.sense.value == "minimise" else (outcome.bound >= outcome.value)


@pytest.mark.parametrize(("solver", "name"), NOT_CLAIMED)
def test_what_a_solver_does_not_claim(solver, name):
    status, why = NOT_CLAIMED[solver, name]
    outcome = solvers.solve(KNOWN[name][0], solver=solver, limits=ONE)
    assert outcome.status is status
    assert outcome.stopped_by is StoppedBy.SOLVER
    assert outcome.bound is None
    assert why in outcome.message


def test_the_project_is_as_long_as_every_order_of_its_tasks_says():
    assert PROJECT.shortest() == KNOWN["a project of six tasks"][2]


@EACH
def test_many_small_problems_agree_with_enumeration(solver):
    # two hundred in one process: a process each would take a minute
    script = Path(__file__).with_name("many_small_problems.py")
    run = subprocess.run([sys.executable, str(script), solver], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "agreed" in run.stdout


@st.composite
def small_problems(draw):
    n, m = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    numbers = st.integers(-6, 6)
    rows = []
    for _ in range(m):
        a, b = sorted(draw(st.tuples(st.integers(-12, 12), st.integers(-12, 12))))
        kind = draw(st.sampled_from(["<", ">", "range"]))
        row = draw(st.lists(numbers, min_size=n, max_size=n))
        rows.append((-INF if kind == "<" else a, row, INF if kind == ">" else b))
    cost = draw(st.lists(numbers, min_size=n, max_size=n))
    return problem(cost, rows, lower=-1, upper=2, sense=draw(st.sampled_from(list(solvers.Sense))))


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(small_problems())
def test_small_problems_in_their_own_process(p):
    best = enumerate_best(p)
    outcome = solvers.solve(p, limits=ONE)
    if best is None:
        assert outcome.status is Status.INFEASIBLE
    else:
        assert outcome.status is Status.OPTIMAL
        assert outcome.value == best


@EACH
@pytest.mark.parametrize("seed", range(3))
def test_knapsacks_of_huge_amounts(solver, seed):
    rng = np.random.default_rng(seed)
    n = 14
    cost = rng.integers(1_000_000, 60_000_000, n)
    worth = rng.integers(10**9, 10**12, n)
    budget = int(cost.sum() // 2)
    p = problem(worth.tolist(), [(-INF, cost.tolist(), budget)], sense=MAX)
    masks = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    within = masks @ cost <= budget
    outcome = solvers.solve(p, solver=solver, limits=ONE)
    assert outcome.status is Status.OPTIMAL
    assert outcome.value == float((masks[within] @ worth).max())
    assert sum(int(c) for c, x in zip(cost, outcome.solution, strict=True) if x) <= budget


@EACH
def test_time_limit_with_a_solution_in_hand(solver):
    p = hard()
    outcome = solvers.solve(p, solver=solver, limits=Limits(seconds=1.0))
    assert outcome.status is Status.FEASIBLE
    assert outcome.stopped_by is StoppedBy.TIME
    assert not p.violations(outcome.solution)
    assert outcome.bound > outcome.value
    assert 0 < outcome.gap < 1


@EACH
def test_time_limit_with_nothing_in_hand(solver):
    outcome = solvers.solve(split(), solver=solver, limits=Limits(seconds=0.7))
    assert outcome.status is Status.NOTHING_FOUND
    assert outcome.stopped_by is StoppedBy.TIME
    assert outcome.value is None


@EACH
def test_a_gap_is_not_called_optimal(solver):
    p = hard()
    outcome = solvers.solve(p, solver=solver, limits=Limits(seconds=60.0, gap=0.05))
    assert outcome.status is Status.FEASIBLE
    assert outcome.stopped_by is StoppedBy.GAP
    assert 0 < outcome.gap <= 0.05


@EACH
def test_node_limit(solver):
    # CP-SAT counts none, and stops by its own time
    p, nodes = (hard(), 500) if solver == "cp_sat" else (hard(80, 15), 1)
    outcome = solvers.solve(p, solver=solver, limits=Limits(seconds=60.0, nodes=nodes))
    assert outcome.status is Status.FEASIBLE
    assert outcome.stopped_by is StoppedBy.NODES
    assert outcome.bound is None or outcome.bound >= outcome.value


def test_cp_sat_has_no_bound_where_it_has_proved_none():
    outcome = solvers.solve(hard(80, 15), solver="cp_sat", limits=Limits(seconds=60.0, nodes=1))
    assert outcome.status is Status.NOTHING_FOUND
    assert outcome.bound is None or outcome.bound >= 192_376  # the optimum
    assert "counts no nodes" in outcome.message


@EACH
def test_the_same_seed_gives_the_same_answer(solver):
    p = hard(60, 10)
    limits = Limits(seconds=60.0, gap=0.01, seed=5)
    first, second = (solvers.solve(p, solver=solver, limits=limits) for _ in range(2))
    assert (first.solution == second.solution).all()
    assert first.value == second.value


@EACH
def test_a_start_is_never_lost(solver):
    p = split()
    found = np.array(p.lower)
    found[::2] = 1.0
    activity = p.matrix @ found
    reachable = Problem(p.matrix, activity, activity, p.lower, p.upper, p.integer, p.objective)
    outcome = solvers.solve(reachable, solver=solver, limits=Limits(seconds=0.5), start=found)
    assert outcome.has_solution
    assert outcome.value <= reachable.value(found)


@EACH
def test_part_of_a_start_is_taken(solver):
    start = np.full(4, np.nan)
    start[0] = 1.0
    assert solvers.solve(KNOWN["tied"][0], solver=solver, limits=ONE, start=start).value == 2.0


def test_a_start_of_the_wrong_shape():
    with pytest.raises(ValueError, match="4 columns"):
        solvers.solve(KNOWN["tied"][0], start=np.zeros(3))


def test_an_unknown_solver_is_named_with_the_known():
    with pytest.raises(ValueError, match="'cplex'; there are cbc, cp_sat, highs, scip, and pulp:NAME"):
        solvers.solve(KNOWN["tied"][0], solver="cplex")


def test_a_doubtful_version_is_refused():
    with pytest.raises(SolverUnavailableError, match="answers wrongly"):
        solvers.solve(KNOWN["tied"][0], solver="oddities.doubtful")


@pytest.mark.parametrize(
    ("version", "told"),
    [("1.14.0", "15 where 9"), ("1.13.1", "older"), ("1.15.1", ""), ("2.0.0", ""), ("", "not installed")],
)
def test_versions_of_highspy(version, told, monkeypatch):
    backend = find("highs")
    monkeypatch.setattr(type(backend), "version", lambda self: version)
    assert told in backend.obstacle()
    assert bool(backend.obstacle()) == bool(told)


@pytest.mark.parametrize(
    ("version", "told"), [("9.14.6206", "older"), ("9.15.6755", ""), ("10.0.1", ""), ("", "not installed")]
)
@pytest.mark.parametrize("solver", ["cp_sat", "scip"])
def test_versions_of_ortools(solver, version, told, monkeypatch):
    backend = find(solver)
    monkeypatch.setattr(type(backend), "version", lambda self: version)
    assert told in backend.obstacle()
    assert bool(backend.obstacle()) == bool(told)
