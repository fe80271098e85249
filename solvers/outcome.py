"""What comes back: an outcome that can only say what is known, and the limits that it was asked under."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from solvers.problem import Floats

PROOF = 1e-9
"""Relative difference of value and bound that counts as none."""


class Status(StrEnum):
    """The answers, kept apart."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    NOTHING_FOUND = "nothing_found"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    FAILED = "failed"


class StoppedBy(StrEnum):
    """Why the search ended."""

    PROOF = "proof"
    GAP = "gap"
    TIME = "time"
    NODES = "nodes"
    USER = "user"
    MEMORY = "memory"
    CRASH = "crash"
    ROUNDING = "rounding"
    """Every answer of the solver breaks a row once whole columns are made whole, and no repair was found."""
    SOLVER = "solver"
    """The solver gave up or refused the problem, and says so in the message."""


class NoSolutionError(LookupError):
    """A solution was asked of an outcome that has none."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a search stands.

    Parameters
    ----------
    seconds : float
        Since the search began.
    value : float or None
        The best solution so far; None when there is none.
    bound : float or None
        What no solution can pass; None when unknown.
    nodes : int or None
    """

    seconds: float
    value: float | None
    bound: float | None
    nodes: int | None = None

    @property
    def gap(self) -> float:
        """``|value - bound| / max(1, |value|)``; infinite when either is unknown."""
        return gap(self.value, self.bound)


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop.

    Parameters
    ----------
    seconds : float or None
        Wall clock of the search itself; starting its process (0.3 s to 1.5 s) comes on top, where none is kept.
    gap : float
        Stop when value and bound are this close, relative to ``max(1, |value|)``. 0 asks for proof.
    abs_gap : float
        The difference, in units of the objective, that makes no difference to the caller. A solution
        proved to be within it is called optimal; use ``gap`` for "good enough".
    nodes : int or None
    threads : int
    memory_mb : int or None
        What the search may take on top of the loaded solver, in MB of address space (Linux only; the
        stacks and pools of threads count, so leave some 100 MB for each thread).
    seed : int
    grace : float
        Seconds that the search may take to hand over its best solution, after its time is up or it was
        asked to stop. Then its process is ended, and its last reported solution kept.

    Raises
    ------
    ValueError
        A limit is negative or not a number.
    """

    seconds: float | None = None
    gap: float = 0.0
    abs_gap: float = 1e-6
    nodes: int | None = None
    threads: int = 2
    memory_mb: int | None = None
    seed: int = 0
    grace: float = 10.0

    def __post_init__(self) -> None:
        for name in ("seconds", "gap", "abs_gap", "nodes", "memory_mb", "seed", "grace"):
            limit = getattr(self, name)
            if limit is not None and not limit >= 0:
                raise ValueError(f"Limits.{name} is {limit}; give a number of at least 0")
        if self.threads < 1:
            raise ValueError(f"Limits.threads is {self.threads}; give at least 1")

    def describe(self) -> str:
        """The limits in a line, with what is not enforced on this system."""
        parts = [f"{self.seconds:g} s" if self.seconds is not None else "no time limit"]
        parts.append(f"gap {self.gap:g}" if self.gap else "to proof")
        if self.nodes is not None:
            parts.append(f"{self.nodes} nodes")
        parts.append(f"{self.threads} threads")
        parts.append(f"seed {self.seed}")
        if self.memory_mb is not None:
            held = "" if memory_can_be_limited() else " (not enforced on this system)"
            parts.append(f"{self.memory_mb} MB{held}")
        return ", ".join(parts)


def memory_can_be_limited() -> bool:
    """Whether this system lets a process be held to an amount of memory."""
    return sys.platform.startswith("linux")


def gap(value: float | None, bound: float | None) -> float:
    """``|value - bound| / max(1, |value|)``; infinite when either is unknown."""
    if value is None or bound is None:
        return math.inf
    return abs(value - bound) / max(1.0, abs(value))


def proved(value: float, bound: float | None, abs_gap: float) -> bool:
    """Whether value and bound agree: to ``abs_gap``, or to 1e-9 of the value."""
    return bound is not None and abs(value - bound) <= max(abs_gap, PROOF * max(1.0, abs(value)))


def sound(value: float, bound: float) -> float | None:
    """A lower bound as far as it agrees with a solution of this value.

    A solver's tolerances may take its bound a little past a value that is re-computed exactly: then the value is the
    bound. A bound that is further out (1e-5 of the value) has been refuted by the solution, and proves nothing.
    """
    return min(bound, value) if bound - value <= 1e-5 * max(1.0, abs(value)) else None


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The answer to a problem.

    Parameters
    ----------
    status : Status
    value : float or None
        The objective at ``x``, re-computed exactly from it.
    bound : float or None
        What no solution can pass. None when it is not known; never past the value.
    x : float array of shape (columns,) or None
        Whole columns are whole numbers; rows of whole numbers over whole columns hold exactly.
    seconds : float
    solver, version : str
    nodes : int or None
    message : str
        What people should know besides; required when the status is FAILED.
    stopped_by : StoppedBy

    Raises
    ------
    ValueError
        The fields contradict one another.
    """

    status: Status
    value: float | None
    bound: float | None
    x: Floats | None
    seconds: float
    solver: str
    version: str
    nodes: int | None
    message: str
    stopped_by: StoppedBy

    def __post_init__(self) -> None:
        if self.x is not None:
            kept = np.array(self.x, dtype=np.float64)
            kept.flags.writeable = False
            object.__setattr__(self, "x", kept)
        fault = _contradiction(self)
        if fault:
            raise ValueError(f"an outcome that is {self.status} (stopped by {self.stopped_by}) {fault}")

    @property
    def has_solution(self) -> bool:
        """Whether there is a solution to look at."""
        return self.x is not None

    @property
    def solution(self) -> Floats:
        """The solution, shape (columns,).

        Raises
        ------
        NoSolutionError
            There is none; the text says why.
        """
        if self.x is None:
            told = f": {self.message}" if self.message else ""
            raise NoSolutionError(f"no solution, {self.solver} says {self.status} (stopped by {self.stopped_by}){told}")
        return self.x

    @property
    def gap(self) -> float:
        """``|value - bound| / max(1, |value|)``; infinite when either is unknown."""
        return gap(self.value, self.bound)


def _contradiction(outcome: Outcome) -> str:
    """What is wrong with the fields taken together, or nothing."""
    status, by = outcome.status, outcome.stopped_by
    for name in ("value", "bound"):
        number = getattr(outcome, name)
        if number is not None and not math.isfinite(number):
            return f"has the {name} {number}; unknown is None"
    if (outcome.x is None) != (outcome.value is None):
        return "needs both a solution and its value, or neither"
    if outcome.x is not None and not np.isfinite(outcome.x).all():
        return "has a solution with entries that are not finite"
    solved = status in (Status.OPTIMAL, Status.FEASIBLE)
    if solved and outcome.x is None:
        return "needs a solution and its value"
    if not solved and outcome.x is not None:
        return "cannot have a solution"
    certain = status in (Status.OPTIMAL, Status.INFEASIBLE, Status.UNBOUNDED)
    if certain != (by is StoppedBy.PROOF):
        return "needs a proof" if certain else "cannot be stopped by proof"
    if status is Status.OPTIMAL and outcome.bound is None:
        return "needs a bound"
    if status in (Status.INFEASIBLE, Status.UNBOUNDED) and outcome.bound is not None:
        return "cannot have a bound"
    if status is Status.FAILED and not outcome.message:
        return "needs a message that says what happened"
    return ""
