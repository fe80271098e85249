"""Why there is no plan, what is missing, and what the ways out are."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from planner.advice.possible import possible
from planner.advice.shortfall.conflict import find_conflict
from planner.advice.shortfall.obvious import obstacles
from planner.advice.shortfall.types import (
    Conflict,
    FirstAnswer,
    Member,
    NoWay,
    Obstacle,
    ShortfallAnswer,
    WayOut,
)
from planner.advice.shortfall.ways import Ways
from planner.ledger import Ledger
from planner.model import Effort, Session, warm
from planner.model.missing import least_missing, relaxed_missing
from planner.scenario import Scenario, overridden

__all__ = [
    "Conflict",
    "FirstAnswer",
    "Member",
    "NoWay",
    "Obstacle",
    "ShortfallAnswer",
    "WayOut",
    "first_answer",
    "shortfall",
]

MONEY_SHARE, CONFLICT_SHARE = 0.4, 0.4  # of the time left when their turn comes


def first_answer(ledger: Ledger, scenario: Scenario) -> FirstAnswer:
    """What is known about an impossible scenario without any search: obstacles, and a bound on the missing money.

    Raises
    ------
    BadInput
        The scenario does not fit the ledger.
    """
    began = time.monotonic()
    seen = overridden(ledger, scenario)
    found = obstacles(seen, scenario)
    short = relaxed_missing(seen, scenario)
    return FirstAnswer(obstacles=found, missing_at_least=short, seconds=round(time.monotonic() - began, 3))


def shortfall(
    ledger: Ledger,
    scenario: Scenario,
    *,
    solver: str = "highs",
    seconds: float = 120.0,
    seed: int = 0,
    on_first: Callable[[FirstAnswer], None] | None = None,
    stop: threading.Event | None = None,
    session: Session | None = None,
) -> ShortfallAnswer:
    """Why there is no plan, the least money missing, the smallest contradiction, and the ways out.

    Parameters
    ----------
    ledger, scenario
    solver, seed
        See `Effort`.
    seconds : float
        For all of it together; what is not reached in the time is left out.
    on_first : callable, optional
        Called with what needs no search, within a second or two for 500 patches.
    stop : threading.Event, optional
        Set it to stop with what is known so far.
    session : Session, optional
        As in `make_plan`.

    Returns
    -------
    ShortfallAnswer
        Of a scenario that has a plan, `possible` is True and the rest is empty.

    Raises
    ------
    BadInput
        The scenario does not fit the ledger.
    PlanRefused
        The audit refuses what the solver found: a fault of this product, never of the input.
    """
    began = time.monotonic()
    first = first_answer(ledger, scenario)
    if on_first is not None:
        on_first(first)
    with warm(Effort(solver, seconds, None, seed, session=session)) as effort:
        return _answer(ledger, scenario, first, effort, began, stop)


def _answer(
    ledger: Ledger,
    scenario: Scenario,
    first: FirstAnswer,
    effort: Effort,
    began: float,
    stop: threading.Event | None,
) -> ShortfallAnswer:
    seen = overridden(ledger, scenario)

    def left(share: float = 1.0) -> Effort:
        return replace(effort, seconds=max(1.0, share * (effort.seconds - (time.monotonic() - began))))

    verdict = possible(seen, scenario, left(MONEY_SHARE), stop).verdict
    if verdict is not False:
        return ShortfallAnswer(possible=verdict, first=first, seconds=round(time.monotonic() - began, 3))
    missing = least_missing(seen, scenario, left(MONEY_SHARE), stop)
    conflict = find_conflict(seen, scenario, left(CONFLICT_SHARE), stop)
    ways = Ways(ledger, scenario, missing, left(), stop)
    found = sorted(ways.all(), key=lambda way: way.cost)
    return ShortfallAnswer(
        possible=False, first=first, missing=missing, ways=tuple(found), not_enough=tuple(ways.not_enough),
        conflict=conflict, seconds=round(time.monotonic() - began, 3),
    )  # fmt: skip
