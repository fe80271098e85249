"""One call for every solver: find it, see whether it can be used, and solve in a process apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from solvers import backends as _backends
from solvers.outcome import Limits, Outcome, Progress
from solvers.problem import Floats, Problem
from solvers.process import Job, StopSignal
from solvers.program import Program
from solvers.session import Session


class SolverUnavailableError(RuntimeError):
    """The solver asked for cannot be used here; the text says why."""


def solve(
    problem: Problem,
    *,
    solver: str = "highs",
    limits: Limits | None = None,
    start: Floats | None = None,
    on_progress: Callable[[Progress], bool | None] | None = None,
    stop: StopSignal | None = None,
    session: Session | None = None,
) -> Outcome:
    """Solve a problem in a process apart from the caller's.

    Parameters
    ----------
    problem : Problem
    solver : str
        A backend's name, ``pulp:`` and the name of one of PuLP's solvers, or the dotted name of a module that
        defines a backend.
    limits : Limits, optional
        Left out: two threads, no limit, to proof.
    start : float array of shape (columns,), optional
        A point to start from; NaN where nothing is known. A complete one that is a solution is never lost.
    on_progress : callable, optional
        Called in this thread as the search goes on; return False to stop with the best plan kept.
    stop : StopSignal, optional
        Looked at all the while; set it (from any thread) to stop with the best plan kept.
    session : Session, optional
        Keeps the process for the next solve. Left out, a new process solves this one problem.

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
    RuntimeError
        The session is closed, or was opened by another process.
    """
    backend = _backends.find(solver)
    obstacle = backend.obstacle()
    if obstacle:
        raise SolverUnavailableError(f"{solver} cannot be used: {obstacle}")
    point = None if start is None else np.asarray(start, dtype=np.float64)
    if point is not None and point.shape != (problem.columns,):
        raise ValueError(f"the start has shape {point.shape}; this problem has {problem.columns} columns")
    job = Job(Program.of(problem), backend, solver, limits or Limits(), point, on_progress, stop)
    if session is not None:
        return session.run(job)
    with Session() as alone:
        return alone.run(job)
