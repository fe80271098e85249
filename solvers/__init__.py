"""Mixed-integer programmes, solved apart from the caller and answered honestly.

``solve(problem)`` gives an `Outcome`: what was found, what is proved, and why it stopped. Every solution in it is
whole where it must be, re-computed exactly, and keeps every row of whole numbers to the unit. ``confirmed_infeasible``
asks a second solver before people are told that something cannot be done. A `Session` keeps solvers loaded between
several solves.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from solvers import backends as _backends
from solvers.outcome import Limits, NoSolutionError, Outcome, Progress, Status, StoppedBy
from solvers.problem import Problem, Sense, Violation
from solvers.process import StopSignal
from solvers.second import confirmed_infeasible
from solvers.session import Session
from solvers.solving import SolverUnavailableError, solve

__all__ = [
    "BackendInfo",
    "Limits",
    "NoSolutionError",
    "Outcome",
    "Problem",
    "Progress",
    "Sense",
    "Session",
    "SolverUnavailableError",
    "Status",
    "StopSignal",
    "StoppedBy",
    "Violation",
    "backends",
    "confirmed_infeasible",
    "solve",
]


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


def backends() -> list[BackendInfo]:
    """What works here: each solver is given a small problem, in a process of its own (a few seconds in all).

    The solvers with a backend of their own come first, then those that PuLP finds besides.

    The problem is one that highspy 1.14.0 answered wrongly: min 2x + 3z, x + z >= 4.5, both in 0..10, z whole; 9.
    A solver that takes whole columns only is asked for both whole; 10.
    """
    with ThreadPoolExecutor() as pool:
        own = [pool.submit(_try, name) for name in _backends.names()]
        besides = [pool.submit(_try, name) for name in _backends.further()]
        return [trial.result() for trial in (*own, *besides)]


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
            integer=np.array([not backend.floating, True]),
            objective=np.array([2.0, 3.0]),
        )
        outcome = solve(trap, solver=name, limits=Limits(seconds=20.0, threads=1))
        right = 9.0 if backend.floating else 10.0
        if outcome.value is None or abs(outcome.value - right) > 1e-6:
            reason = (
                f"it answers {outcome.value} ({outcome.status}) where {right:g} is right. {outcome.message}".strip()
            )
    return BackendInfo(name, backend.version(), not reason, reason)
