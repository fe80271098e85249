"""What a backend is: one solver, told what to do in one way, and answering in one way.

To add one, write one file in `solvers/backends/` that defines ``BACKEND``, an object with what `Backend` asks for.
A backend elsewhere is reached by its module's dotted name: ``solve(problem, solver="my.backend")``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from solvers.problem import Floats
from solvers.program import Ints, Program
from solvers.relaxation import Relaxed


class Ending(StrEnum):
    """How a run of a solver ended, in its own view."""

    DONE = "done"
    """It claims that nothing better exists, within the gaps that it was given."""
    TIME = "time"
    NODES = "nodes"
    USER = "user"
    MEMORY = "memory"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    UNCLEAR = "unclear"
    """Infeasible or unbounded, and it does not say which."""
    GAVE_UP = "gave up"


@dataclass(frozen=True, slots=True)
class Orders:
    """What a run is asked, in the units of the programme that it is given.

    Parameters
    ----------
    seconds : float or None
    gap, abs_gap : float
    offset : float
        A constant that belongs to the objective when the relative gap is taken; values and bounds go back without it.
    nodes : int or None
    threads, seed : int
    tight : bool
        Use the smallest tolerances that the solver has.
    start : float array of shape (columns,) or None
        A point to start from; NaN where nothing is known.
    grace : float
        Seconds that may pass between a request to stop and the answer.
    """

    seconds: float | None = None
    gap: float = 0.0
    abs_gap: float = 1e-6
    offset: float = 0.0
    nodes: int | None = None
    threads: int = 1
    seed: int = 0
    tight: bool = False
    start: Floats | None = None
    grace: float = 10.0


@dataclass(frozen=True, slots=True)
class Raw:
    """What a solver said, before anybody looked at it.

    Parameters
    ----------
    ending : Ending
    x : float array of shape (columns,) or None
        Its best point; None where it has none.
    bound : float or None
        Its valid bound on the objective; None where it gave none.
    nodes : int or None
    message : str
    """

    ending: Ending
    x: Floats | None = None
    bound: float | None = None
    nodes: int | None = None
    message: str = ""


class Watch(Protocol):
    """The line between a running solver and whoever waits for it."""

    def report(
        self,
        *,
        value: float | None = None,
        bound: float | None = None,
        nodes: int | None = None,
        x: Floats | None = None,
    ) -> None:
        """Say where the search stands: ``x`` when there is a better point, ``value`` when only its value is known."""

    def stop_requested(self) -> bool:
        """Whether to stop now and hand over what there is."""

    def elsewhere(self) -> Floats | None:
        """A better point than the solver has reported, found beside it since this was last asked; None for none."""


class Silent:
    """A watch over a side question, whose values and bounds mean nothing to the main one."""

    def __init__(self, watch: Watch) -> None:
        self.stop_requested = watch.stop_requested

    def report(self, **news: object) -> None:
        """Nobody is told."""

    def elsewhere(self) -> None:
        """Nobody else looks."""


class Backend(Protocol):
    """One solver."""

    @property
    def name(self) -> str:
        """Its short name, that of its file."""

    @property
    def floating(self) -> bool:
        """Whether it computes in floating point; else it takes whole columns only."""

    @property
    def shrunk(self) -> bool:
        """Whether it gets large numbers divided by powers of two; not where digits, not size, are what it lacks."""

    @property
    def reusable(self) -> bool:
        """Whether its process may serve several solves, one after another."""

    def version(self) -> str:
        """Version of what is installed, found without loading it; empty when there is nothing."""

    def obstacle(self) -> str:
        """Why it cannot be used, found without loading it; empty when it can."""

    def load(self) -> None:
        """Load the solver into this process."""

    def solve(self, program: Program, orders: Orders, watch: Watch) -> Raw:
        """Minimise; the programme has rows and columns, and sound bounds."""


class Linear(Protocol):
    """A linear programme that goes on from its last basis when its costs have changed or columns have come to it."""

    def reprice(self, objective: Floats) -> None:
        """Give new costs to all columns there are."""

    def add(self, objective: Floats, rows: Sequence[Ints], values: Sequence[Floats]) -> None:
        """Further columns from 0 on, without an end: their costs, and for each the rows it has entries in."""

    def run(self) -> Relaxed | None:
        """Minimise; None where there is no optimum."""


@runtime_checkable
class Relaxing(Backend, Protocol):
    """A solver that also tells the prices of a linear relaxation, and whose ``solve`` may run in several threads."""

    def relax(self, program: Program, orders: Orders, watch: Watch) -> Relaxed | None:
        """Minimise over the programme without its whole-number conditions; None where that came to no end."""

    def linear(self, program: Program) -> Linear:
        """Keep the programme, without its whole-number conditions, to be solved again and again."""
