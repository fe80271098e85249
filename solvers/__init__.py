"""Mixed-integer programmes, solved apart from the caller and answered honestly.

``solve(problem)`` gives an `Outcome`: what was found, what is proved, and why it stopped. Every solution in it is
whole where it must be, re-computed exactly, and keeps every row of whole numbers to the unit.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from solvers import backends as _backends
from solvers.outcome import Limits, NoSolutionError, Outcome, Progress, Status, StoppedBy
from solvers.problem import Floats, Problem, Sense, Violation
from solvers.process import StopSignal, run
from solvers.program import Program

__all__ = [
    "BackendInfo",
    "Limits",
    "NoSolutionError",
    "Outcome",
    "Problem",
    "Progress",
    "Sense",
    "SolverUnavailableError",
    "Status",
    "StopSignal",
    "StoppedBy",
    "Violation",
    "backends",
    "solve",
]


class SolverUnavailableError(RuntimeError):
    """The solver asked for cannot be used here; the text says why."""


@dataclass(frozen=True, slots=True)
class BackendInfo:
    """Whether a solver works here.

    Parameters
    ----------
    name, version : str
    available : bool
        It has solved a small problem right, just now.
    reason : str
        Why not, where it is not available; else empty.
    """

    name: str
    version: str
    available: bool
    reason: str


def solve(
    problem: Problem,
    *,
    solver: str = "highs",
    limits: Limits | None = None,
    start: Floats | None = None,
    on_progress: Callable[[Progress], bool | None] | None = None,
    stop: StopSignal | None = None,
) -> Outcome:
    """Solve a problem in a process of its own.

    Parameters
    ----------
    problem : Problem
    solver : str
        A backend's name, or the dotted name of a module that defines one.
    limits : Limits, optional
        Left out: two threads, no limit, to proof.
    start : float array of shape (columns,), optional
        A point to start from; NaN where nothing is known. A complete one that is a solution is never lost.
    on_progress : callable, optional
        Called in this thread as the search goes on; return False to stop with the best plan kept.
    stop : StopSignal, optional
        Looked at all the while; set it (from any thread) to stop with the best plan kept.

    Returns
    -------
    Outcome
        Also when the solver crashes, hangs or runs out of memory.

    Raises
    ------
    ValueError
        There is no such solver, or the start has the wrong shape.
    SolverUnavailableError
        The solver is not installed, or is a version known to answer wrongly.
    """
    backend = _backends.find(solver)
    obstacle = backend.obstacle()
    if obstacle:
        raise SolverUnavailableError(f"{solver} cannot be used: {obstacle}")
    point = None if start is None else np.asarray(start, dtype=np.float64)
    if point is not None and point.shape != (problem.columns,):
        raise ValueError(f"the start has shape {point.shape}; this problem has {problem.columns} columns")
    return run(Program.of(problem), backend, solver, limits or Limits(), point, on_progress, stop)


def backends() -> list[BackendInfo]:
    """What works here: each solver is given a small problem, in a process of its own (about half a second in all).

    The problem is one that highspy 1.14.0 answered wrongly: min 2x + 3z, x + z >= 4.5, both in 0..10, z whole; 9.
    """
    with ThreadPoolExecutor() as pool:
        return list(pool.map(_try, _backends.names()))


def _try(name: str) -> BackendInfo:
    backend = _backends.find(name)
    reason = backend.obstacle()
    if not reason:
        trap = Problem(
            matrix=np.array([[1.0, 1.0]]),  # type: ignore[arg-type]  # made sparse by Problem
            row_lower=np.array([4.5]),
            row_upper=np.array([np.inf]),
            lower=np.zeros(2),
            upper=np.full(2, 10.0),
            integer=np.array([False, True]),
            objective=np.array([2.0, 3.0]),
        )
        outcome = solve(trap, solver=name, limits=Limits(seconds=20.0, threads=1))
        if outcome.value is None or abs(outcome.value - 9.0) > 1e-6:
            reason = f"it answers {outcome.value} ({outcome.status}) where 9 is right. {outcome.message}".strip()
    return BackendInfo(name, backend.version(), not reason, reason)
