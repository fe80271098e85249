"""What the question "why is there no plan?" is answered with."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from planner.advice.said import Record, Said
from planner.plan import GoalResult, Plan, PlanStatus, Shortfall


class Obstacle(Record):
    """Something that can be seen to be impossible without any search.

    Parameters
    ----------
    kind : str
        ``no_year``: a required patch has no year left. ``lock_outside``: a lock to a year in which its patch cannot
        start. ``out_of_reach``: a row asks for more than all choices together give. ``too_much``: what is required
        anyhow is more than a row allows. ``total``: the least need is more than all the money.
    clauses : tuple of str
    place : str
        Patch, or the name of the programme's row.
    required, reach : int
        The side that is broken and the best that can be had, in `unit`; 0 where it is no amount.
    amount : int
        By how much.
    """

    kind: Literal["no_year", "lock_outside", "out_of_reach", "too_much", "total"]
    clauses: tuple[str, ...] = ()
    place: str = ""
    required: int = 0
    reach: int = 0
    amount: int = 0
    unit: str = ""
    said: Said


class FirstAnswer(Record):
    """What is known at once.

    Parameters
    ----------
    obstacles : tuple of Obstacle
    missing_at_least : int or None
        Yuan, by the linear relaxation of the purses; None where the purses may be overdrawn anyway, or where no money
        would help even the relaxation.
    seconds : float
    """

    obstacles: tuple[Obstacle, ...]
    missing_at_least: int | None
    seconds: float


class WayOut(Record):
    """One change after which there is a plan.

    Parameters
    ----------
    kind : str
        ``carry``, ``payer``, ``deadline``, ``horizon``, ``money``, ``unlock``, ``relax``, ``ration``.
    changes : mapping
        Keys of the scenario with what they become: a file that ``extends`` the scenario may hold just them.
    amount : int
        How much is changed, in `unit`; `at_least` is what is proved to be needed.
    cost : tuple of int
        What the ways are ordered by: the rank of the kind, then yuan, parts per million of a clause's side, m², years
        or per cent.
    status : PlanStatus
        Of the audited plan under the changes with its leading goal alone.
    least : bool or None
        True: with one unit less there is no plan, proved by two solvers. None: no answer in the time.
    plan : Plan
        Not part of the JSON data.
    """

    kind: str
    said: Said
    changes: dict[str, Any]
    amount: int
    at_least: int
    unit: str
    cost: tuple[int, ...]
    status: PlanStatus
    goals: tuple[GoalResult, ...]
    least: bool | None
    plan: Plan = Field(exclude=True)


class NoWay(Record):
    """A change that does not do by itself.

    Parameters
    ----------
    missing_at_least : int or None
        Yuan that are missing even so, by the linear relaxation; None where money is not what is missing.
    proved : bool
        Whether it is known that the change does not do; False where nothing was found in the time.
    """

    kind: str
    said: Said
    changes: dict[str, Any]
    missing_at_least: int | None
    proved: bool = True


class Member(Record):
    """A clause, lock, frozen year or fact of the ledger that contradicts the others of its conflict.

    `without` says that the rest of the conflict has a plan without it: found, and let pass by the auditor.
    """

    kind: Literal["clause", "lock", "frozen", "fact"]
    name: str
    said: Said
    without: bool


class Conflict(Record):
    """The smallest contradiction found: drop any member, and the rest can be kept.

    `proved` says that two solvers find the whole impossible and that every member was tried.
    """

    members: tuple[Member, ...]
    proved: bool


class ShortfallAnswer(Record):
    """Why there is no plan, what is missing, and the ways out, cheapest first.

    Parameters
    ----------
    possible : bool or None
        True: there is a plan, and nothing of the rest. None: no answer in the time.
    """

    format: Literal["shanfu-shortfall/1"] = "shanfu-shortfall/1"
    possible: bool | None
    first: FirstAnswer
    missing: Shortfall | None = None
    ways: tuple[WayOut, ...] = ()
    not_enough: tuple[NoWay, ...] = ()
    conflict: Conflict | None = None
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain JSON data."""
        return self.model_dump(mode="json")
