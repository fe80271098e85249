"""Whatever solver PuLP finds on this machine, besides those that have a backend of their own.

PuLP gives all of them one face, and loses on the way what an honest answer needs. So only what is left is taken:

- PuLP says "Optimal" for a run that only ran out of time, with some solvers (GLPK) in every field there is. That a run
  proved anything is believed only where it ended well before its time, and where the solver stops at no relative gap:
  because it was told so, or because it has none of its own.
- A file that PuLP writes has twelve digits of each number. A problem with more is refused, not solved in another's
  place.
- A file that it reads may have eight digits of the solution. The point is re-computed exactly like any other
  (`solvers.exact`), and what its digits leave open is taken off the bound.
- Where whole columns meet coefficients beyond 100,000, neither a proof nor "infeasible" is believed: among some fifty
  random problems with coefficients of ten million and more GLPK called one optimal that was not.
- "Infeasible" may stand for "infeasible or unbounded". So the search asks once more, without the objective.
- It waits for a solver without a way to stop it. A stop ends the process with the solver in it; no solution is shown
  before the end, so none is kept.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import inspect
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import numpy as np

from solvers.backend import Ending, Orders, Raw, Watch
from solvers.problem import Floats
from solvers.program import Program

PREFIX = "pulp:"

_OWN = {
    "PULP_CBC_CMD": "cbc",
    "COIN_CMD": "cbc",
    "COINMP_DLL": "cbc",
    "CyLP": "cbc",
    "HiGHS": "highs",
    "HiGHS_CMD": "highs",
}
_STOPS_AT_NO_GAP = ("GLPK_CMD", "CHOCO_CMD")
_READ = {"GLPK_CMD": 15}  # digits of a solution that PuLP reads from a file, where that is known to be more than
_READ_AT_LEAST = 8
_WRITTEN = 12  # digits of each number that PuLP writes to a file
_NO_GAP = 1e-12  # not 0, which some of PuLP's solvers take for "not given"
_CUT_OFF = 1e-7  # GLPK leaves a branch that is not better by this much, relative; others by 1e-6 at most
_DOUBTFUL = 1e5
_DOUBT = "with coefficients this large floating point has been wrong; ask another solver"
_POLL = 0.02  # seconds between two looks at whether to stop
_ASK = 60.0  # seconds that PuLP may take to look for its solvers

# in a process of its own: it loads highspy, and whatever else it finds
_LOOK = """
import contextlib, json, sys
with contextlib.redirect_stdout(sys.stderr):
    import pulp
    found = [pulp.listSolvers(), pulp.listSolvers(onlyAvailable=True)]
print(json.dumps(found))
"""


def further() -> list[str]:
    """The names, as `solvers.solve` takes them, of the solvers that only PuLP finds here; PuLP looks anew."""
    look.cache_clear()
    return [f"{PREFIX}{name}" for name in look()[1] if name not in _OWN]


@functools.lru_cache(maxsize=1)
def look() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The solvers that PuLP knows, and those of them that it finds here (about a second, once)."""
    if not _version():
        return (), ()
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
    run = subprocess.run(
        [sys.executable, "-P", "-c", _LOOK],
        capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=_ASK, check=True,
        stdin=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    known, found = json.loads(run.stdout.splitlines()[-1])
    return tuple(dict.fromkeys(known)), tuple(dict.fromkeys(found))


def _version() -> str:
    try:
        return importlib.metadata.version("PuLP")
    except importlib.metadata.PackageNotFoundError:
        return ""


@dataclass(frozen=True, slots=True)
class ThroughPulp:
    """One of PuLP's solvers.

    Parameters
    ----------
    solver : str
        As PuLP calls it, such as ``GLPK_CMD``.
    """

    solver: str

    floating = True
    shrunk = False  # a power of two adds digits, of which few are written
    reusable = False  # a run that was to stop may still be going on

    @property
    def name(self) -> str:
        """``pulp:`` and PuLP's own name."""
        return PREFIX + self.solver

    def version(self) -> str:
        """Version of PuLP; it does not tell that of the solver."""
        version = _version()
        return f"PuLP {version}" if version else ""

    def obstacle(self) -> str:
        """Why it cannot be used; PuLP is asked in a process of its own."""
        if not _version():
            return "pulp is not installed; install pulp>=3.3,<4"
        if self.solver in _OWN:
            return f"it has a backend of its own, which is more exact; use {_OWN[self.solver]}"
        known, found = look()
        if self.solver in found:
            return ""
        if self.solver in known:
            return "PuLP does not find it on this machine; install it, or put it on the path"
        return f"PuLP knows no such solver; it finds {', '.join(further()) or 'none'} here"

    def load(self) -> None:
        """Load PuLP."""
        import pulp  # noqa: F401

    def solve(self, program: Program, orders: Orders, watch: Watch) -> Raw:
        """Minimise with one of PuLP's solvers."""
        import pulp

        kind = type(pulp.getSolver(self.solver))
        files = issubclass(kind, pulp.LpSolver_CMD)
        long = next(_too_long(program), None) if files else None
        if long is not None:
            return Raw(Ending.GAVE_UP, message=f"PuLP writes {_WRITTEN} digits of a number, and {long!r} has more")
        takes = inspect.signature(kind.__init__).parameters
        options: dict[str, Any] = {"msg": False}
        if orders.seconds is not None:
            options["timeLimit"] = max(1, math.ceil(orders.seconds))  # some take whole seconds only
        if "threads" in takes:
            options["threads"] = orders.threads
        told = "gapRel" in takes
        if told:
            options["gapRel"] = _NO_GAP
        model, columns = _model(program)
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, contextlib.chdir(folder):
            solver = kind(**options)
            if files:
                solver.tmpDir = folder
            began = time.monotonic()
            run = _attend(lambda: model.solve(solver), orders, watch)
            seconds = time.monotonic() - began
        if run is None:
            ending = Ending.USER if watch.stop_requested() else Ending.TIME
            return Raw(ending, message=f"{self.solver} cannot be asked for its best before its end")
        error = run.exception()
        if error is not None:
            return Raw(Ending.GAVE_UP, message=f"PuLP failed: {type(error).__name__}: {error}".rstrip(": "))
        # some count the time of all threads together
        spent = seconds * options.get("threads", 1)
        late = orders.seconds is not None and spent >= options["timeLimit"]
        digits = _READ.get(self.solver, _READ_AT_LEAST) if files else 15
        raw = _answer(model, columns, program, late=late, digits=digits, proves=told or self.solver in _STOPS_AT_NO_GAP)
        if orders.nodes is None:
            return raw
        return Raw(raw.ending, raw.x, raw.bound, message=f"{raw.message}; PuLP limits no nodes".removeprefix("; "))


def _too_long(program: Program) -> Iterator[float]:
    """Numbers that PuLP would write as others."""
    p = program
    for numbers in (p.values, p.objective, p.row_lower, p.row_upper, p.lower, p.upper):
        yield from (number for number in np.unique(numbers).tolist() if float(f"{number:.{_WRITTEN}g}") != number)


def _model(program: Program) -> tuple[Any, list[Any]]:
    """The programme in PuLP's classes, and its columns; a row with two sides becomes two."""
    import pulp

    model = pulp.LpProblem("problem", pulp.LpMinimize)
    bounds = zip(program.lower.tolist(), program.upper.tolist(), program.integer.tolist(), strict=True)
    columns = [
        pulp.LpVariable(f"C{i}", _given(low), _given(high), pulp.LpInteger if whole else pulp.LpContinuous)
        for i, (low, high, whole) in enumerate(bounds)
    ]
    model.setObjective(pulp.LpAffineExpression(zip(columns, program.objective.tolist(), strict=True)))
    for row in range(program.rows):
        used, values = program.entries(row)
        terms = [(columns[column], value) for column, value in zip(used.tolist(), values.tolist(), strict=True)]
        low, high = float(program.row_lower[row]), float(program.row_upper[row])
        sides = [(pulp.LpConstraintGE, low), (pulp.LpConstraintLE, high)]
        if low == high:
            sides = [(pulp.LpConstraintEQ, low)]
        for sense, side in sides:
            if math.isfinite(side):
                constraint = pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, rhs=side)
                model.addConstraint(constraint, f"R{row}_{sense + 1}")
    return model, columns


def _given(bound: float) -> float | None:
    return bound if math.isfinite(bound) else None


def _attend(work: Any, orders: Orders, watch: Watch) -> Future[Any] | None:
    """Wait for the work; None where it shall not go on. Then it does all the same, until this process is ended."""
    pool = ThreadPoolExecutor(max_workers=1)
    future: Future[Any] = pool.submit(work)
    pool.shutdown(wait=False)
    late = None if orders.seconds is None else time.monotonic() + math.ceil(orders.seconds) + orders.grace / 2
    while wait([future], timeout=_POLL).not_done:
        if watch.stop_requested() or (late is not None and time.monotonic() > late):
            return None
    return future


def _answer(model: Any, columns: list[Any], program: Program, *, late: bool, digits: int, proves: bool) -> Raw:
    """What is left of PuLP's answer when what cannot be known is taken away."""
    import pulp

    said = f"PuLP says: {pulp.LpStatus[model.status]}, {pulp.LpSolution[model.sol_status]}"
    x = None
    if model.status == pulp.LpStatusOptimal or model.sol_status == pulp.LpSolutionIntegerFeasible:
        values = [column.varValue for column in columns]
        # a column that stands in no row and costs nothing may come back without a value
        x = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
        x = np.where(np.isnan(x), np.clip(0.0, program.lower, program.upper), x)
    if late:
        return Raw(Ending.TIME, x, message=said)
    # in floating point, and with nothing known of the solver's care
    doubtful = program.integer.any() and np.abs(program.values).max(initial=0.0) > _DOUBTFUL
    if model.status == pulp.LpStatusInfeasible and doubtful:
        return Raw(Ending.GAVE_UP, message=f"{said}, and is not believed: {_DOUBT}")
    if model.status == pulp.LpStatusInfeasible:
        return Raw(Ending.UNCLEAR, message=said)
    if model.status == pulp.LpStatusUnbounded:
        return Raw(Ending.UNBOUNDED, message=said)
    if x is None or model.sol_status != pulp.LpSolutionOptimal:
        return Raw(Ending.GAVE_UP, x, message=said)
    if doubtful:
        return Raw(Ending.DONE, x, message=f"{said}, and is not taken for a proof: {_DOUBT}")
    if not proves:
        return Raw(Ending.DONE, x, message="the solver may have stopped at a gap of its own: its bound is not known")
    return Raw(Ending.DONE, x, _bound(x, program, digits))


def _bound(x: Floats, program: Program, digits: int) -> float:
    """The value at a proved optimum, less what its digits and the solver's own cut-off leave open."""
    value = float(program.objective @ x)
    exact = program.integer & (np.abs(x) < 10.0**digits)
    open_by = np.where(exact, 0.0, 0.5 * 10.0 ** (1 - digits) * np.abs(x))
    slack = float(np.abs(program.objective) @ open_by)
    if program.integer.any():
        slack += max(1e-6, _CUT_OFF * (1.0 + abs(value)))
    return value - slack
