"""One solver on one problem, in a process of its own: ``python -m benchmarks.plain SOLVER PROBLEM SECONDS THREADS``.

``ours`` is the product's search, as `planner.make_plan` asks it. The others are the libraries as anybody would use
them: their own interface, their own defaults, nothing set but the time, the threads and the gap at which to stop. Each
value and bound goes to standard output as a line of JSON with the seconds since the solver was given the problem.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.measure import say
from solvers import Problem, Sense

ENOUGH = 1e-4  # the gap at which every solver may stop: gaps are not told apart below it
FLAT = 1e20  # what solvers write for "none"


class Teller:
    """Writes what a solver says, in the problem's own units."""

    def __init__(self, offset: float = 0.0) -> None:
        self.began, self._cpu = time.monotonic(), _cpu()
        self.offset = offset

    def tell(self, value: float | None = None, bound: float | None = None, seconds: float | None = None) -> None:
        """Pass on a value and a bound, where there are such."""
        own = {name: self._own(number) for name, number in (("value", value), ("bound", bound))}
        if any(number is not None for number in own.values()):
            say(seconds=time.monotonic() - self.began if seconds is None else seconds, **own)

    def _own(self, number: float | None) -> float | None:
        return None if number is None or not abs(number) < FLAT else number + self.offset

    def end(self, problem: Problem, status: str, x: npt.NDArray[np.float64] | None, version: str) -> None:
        """Say how it ended, and how many rows the answer breaks once its whole columns are whole."""
        seconds, cpu = time.monotonic() - self.began, _cpu() - self._cpu
        broken = None if x is None else len(problem.violations(np.rint(x)))
        say(seconds=seconds, cpu=cpu, status=status, version=version, broken=broken)


def _cpu() -> float:
    """Seconds of processor that this process and its children have used."""
    return sum(os.times()[:4])


def ours(problem: Problem, seconds: float, threads: int) -> None:
    """The product's search."""
    from planner.model.lexicographic import Effort, able_solver
    from solvers import Limits, Progress, solve

    teller = Teller()

    def listen(progress: Progress) -> None:
        teller.tell(progress.value, progress.bound)

    limits = Limits(seconds=seconds, gap=ENOUGH, threads=threads)
    outcome = solve(problem, solver=able_solver(problem, Effort().solver), limits=limits, on_progress=listen)
    teller.tell(outcome.value, outcome.bound)
    teller.end(problem, str(outcome.status), outcome.x, f"{outcome.solver} {outcome.version}")


def highs(problem: Problem, seconds: float, threads: int) -> None:
    """HiGHS by highspy."""
    import highspy

    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    for name, value in {"threads": threads, "time_limit": seconds, "mip_rel_gap": ENOUGH}.items():
        solver.setOptionValue(name, value)
    matrix, sense = problem.matrix, highspy.ObjSense
    solver.passModel(
        problem.columns, problem.rows, matrix.nnz, int(highspy.MatrixFormat.kRowwise),
        int(sense.kMinimize if problem.sense is Sense.MINIMISE else sense.kMaximize), problem.offset,
        problem.objective, problem.lower, problem.upper, problem.row_lower, problem.row_upper,
        matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data,
        problem.integer.astype(np.int32),
    )  # fmt: skip
    teller = Teller()

    def listen(event: Any) -> None:
        value, bound = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound
        teller.tell(value, bound)

    solver.cbMipImprovingSolution.subscribe(listen)
    solver.cbMipLogging.subscribe(listen)
    solver.run()
    info, status = solver.getInfo(), solver.modelStatusToString(solver.getModelStatus())
    found = info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
    teller.tell(info.objective_function_value if found else None, info.mip_dual_bound)
    x = np.asarray(solver.getSolution().col_value) if found else None
    teller.end(problem, status.lower(), x, f"highspy {importlib.metadata.version('highspy')}")


def cp_sat(problem: Problem, seconds: float, threads: int) -> None:
    """CP-SAT by ortools; the problem is whole throughout."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    whole = [
        model.new_int_var(int(low), int(min(high, 2**40)), "")
        for low, high in zip(problem.lower.tolist(), problem.upper.tolist(), strict=True)
    ]
    matrix = problem.matrix
    for row in range(problem.rows):
        here = slice(int(matrix.indptr[row]), int(matrix.indptr[row + 1]))
        columns = [whole[column] for column in matrix.indices[here].tolist()]
        total = cp_model.LinearExpr.weighted_sum(columns, [int(v) for v in matrix.data[here].tolist()])
        low, high = float(problem.row_lower[row]), float(problem.row_upper[row])
        ends = (int(np.ceil(low)) if np.isfinite(low) else -(2**62), int(high // 1) if np.isfinite(high) else 2**62)
        model.add_linear_constraint(total, *ends)
    used = np.flatnonzero(problem.objective).tolist()
    goal = cp_model.LinearExpr.weighted_sum([whole[j] for j in used], [int(problem.objective[j]) for j in used])
    (model.minimize if problem.sense is Sense.MINIMISE else model.maximize)(goal + int(problem.offset))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = threads
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.relative_gap_limit = ENOUGH
    teller = Teller()

    class Listener(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            teller.tell(self.objective_value, self.best_objective_bound)

    solver.best_bound_callback = lambda bound: teller.tell(bound=bound)
    status = solver.solve(model, Listener())
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    if found:
        teller.tell(solver.objective_value, solver.best_objective_bound)
    x = np.asarray([solver.value(own) for own in whole], dtype=np.float64) if found else None
    version = f"ortools {importlib.metadata.version('ortools')}"
    teller.end(problem, solver.status_name(status).lower(), x, version)


def scip(problem: Problem, seconds: float, threads: int) -> None:
    """SCIP by ortools' MathOpt, which shows SCIP's own table; it searches with one thread."""
    import datetime as dt

    from ortools.math_opt.python import mathopt

    model = mathopt.Model()
    own = [
        model.add_variable(lb=low, ub=high, is_integer=whole)
        for low, high, whole in zip(
            problem.lower.tolist(), problem.upper.tolist(), problem.integer.tolist(), strict=True
        )
    ]
    matrix = problem.matrix
    for row in range(problem.rows):
        line = model.add_linear_constraint(lb=float(problem.row_lower[row]), ub=float(problem.row_upper[row]))
        here = slice(int(matrix.indptr[row]), int(matrix.indptr[row + 1]))
        for column, value in zip(matrix.indices[here].tolist(), matrix.data[here].tolist(), strict=True):
            line.set_coefficient(own[column], value)
    for column in np.flatnonzero(problem.objective).tolist():
        model.objective.set_linear_coefficient(own[column], float(problem.objective[column]))
    model.objective.offset = problem.offset
    model.objective.is_maximize = problem.sense is Sense.MAXIMISE
    limits = mathopt.SolveParameters(time_limit=dt.timedelta(seconds=seconds), relative_gap_tolerance=ENOUGH)
    teller = Teller()
    head: list[str] = []

    def read(lines: list[str]) -> None:
        for line in lines:
            fields = [field.strip() for field in line.split("|")]
            if "dualbound" in fields:
                head[:] = fields
            elif head and len(fields) == len(head):
                shown = dict(zip(head, fields, strict=True))
                teller.tell(_number(shown["primalbound"]), _number(shown["dualbound"]))

    result = mathopt.solve(model, mathopt.SolverType.GSCIP, params=limits, msg_cb=read)
    said = result.termination.reason.name.lower()
    x = None
    if result.has_primal_feasible_solution():
        values = result.variable_values()
        x = np.asarray([values[variable] for variable in own])
        teller.tell(result.objective_value(), result.dual_bound())
    teller.end(problem, said, x, f"SCIP of ortools {importlib.metadata.version('ortools')}")


_CBC_STAND = re.compile(r"^Cbc0010I After \d+ nodes, \d+ on tree, (\S+) best solution, best possible (\S+) \((\S+) sec")
_CBC_BETTER = re.compile(r"^Cbc00\d\dI Integer solution of (\S+) found .*\((\S+) seconds\)")
_CBC_CONTINUOUS = re.compile(r"^Continuous objective value is (\S+) - (\S+) seconds")
_CBC_LOWER = re.compile(r"^Lower bound:\s+(\S+)")


def cbc(problem: Problem, seconds: float, threads: int) -> None:
    """CBC by PuLP; what it found on its way is read from its log afterwards, in CBC's own time."""
    import pulp

    sign = 1.0 if problem.sense is Sense.MINIMISE else -1.0
    model = pulp.LpProblem("plain", pulp.LpMinimize)
    own = [
        model.add_variable(f"C{j}", low, None if np.isinf(high) else high, "Integer" if whole else "Continuous")
        for j, (low, high, whole) in enumerate(
            zip(problem.lower.tolist(), problem.upper.tolist(), problem.integer.tolist(), strict=True)
        )
    ]
    model += pulp.LpAffineExpression([(own[j], sign * problem.objective[j]) for j in np.flatnonzero(problem.objective)])
    matrix = problem.matrix
    for row in range(problem.rows):
        here = slice(int(matrix.indptr[row]), int(matrix.indptr[row + 1]))
        terms = zip(matrix.indices[here].tolist(), matrix.data[here].tolist(), strict=True)
        total = pulp.LpAffineExpression([(own[column], value) for column, value in terms])
        low, high = float(problem.row_lower[row]), float(problem.row_upper[row])
        if low == high:
            model += total == low
        else:
            if np.isfinite(low):
                model += total >= low
            if np.isfinite(high):
                model += total <= high
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "cbc.log")
        teller = Teller(problem.offset)
        model.solve(
            pulp.COIN_CMD(
                path=pulp.PULP_CBC_CMD.pulp_cbc_path,
                msg=False,
                timeLimit=seconds,
                threads=threads,
                gapRel=ENOUGH,
                logPath=str(log),
                timeMode="elapsed",
            )
        )
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    ended = min(seconds, time.monotonic() - teller.began)
    for line in lines:
        _read_cbc(line, teller, sign, ended)
    found = model.sol_status in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible)
    x = np.asarray([variable.value() or 0.0 for variable in own]) if found else None
    status = pulp.LpStatus[model.status] if x is None else pulp.LpSolution[model.sol_status]
    if x is not None:
        proved = model.sol_status == pulp.LpSolutionOptimal
        value = problem.value(np.rint(x)) - problem.offset
        teller.tell(value, value if proved else None, ended)
    teller.end(problem, status.lower(), x, f"CBC of PuLP {importlib.metadata.version('PuLP')}")


def _read_cbc(line: str, teller: Teller, sign: float, ended: float) -> None:
    if match := _CBC_STAND.match(line):
        value, bound = _number(match[1]), _number(match[2])
        teller.tell(None if value is None else sign * value, None if bound is None else sign * bound, float(match[3]))
    elif match := _CBC_BETTER.match(line):
        teller.tell(sign * float(match[1]), seconds=float(match[2]))
    elif match := _CBC_CONTINUOUS.match(line):
        teller.tell(bound=sign * float(match[1]), seconds=float(match[2]))
    elif match := _CBC_LOWER.match(line):
        teller.tell(bound=sign * float(match[1]), seconds=ended)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < FLAT else None


SOLVERS: dict[str, Callable[[Problem, float, int], None]] = {
    "ours": ours, "highs": highs, "cp_sat": cp_sat, "scip": scip, "cbc": cbc,
}  # fmt: skip


def main() -> None:
    from benchmarks.problems import read

    solver, path, seconds, threads = sys.argv[1:]
    SOLVERS[solver](read(Path(path)), float(seconds), int(threads))


if __name__ == "__main__":
    main()
