"""Many plans for one question, made by whatever executor the caller has."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace

from executor import Executor
from planner.advice.search import plan_with
from planner.ledger import Ledger
from planner.model import Effort, Session
from planner.plan import Plan
from planner.scenario import Scenario


def plans(
    executor: Executor,
    ledger: Ledger,
    effort: Effort,
    scenarios: Iterable[Scenario],
    stop: threading.Event | None = None,
) -> Iterator[Plan]:
    """A plan for each scenario, in their order.

    Parameters
    ----------
    effort : Effort
        For each plan. Its session serves the plans that are made in this process.
    scenarios : iterable of Scenario
        Taken when there is room for them, so that a later one can depend on plans that have come.

    Raises
    ------
    executor.Stopped
        `stop` was set, and not all plans had been begun.
    """
    if executor.apart:
        return executor.imap(
            functools.partial(_plan_apart, ledger, replace(effort, session=None)), scenarios, stop=stop
        )
    return executor.imap(functools.partial(_plan, ledger, effort), scenarios, stop=stop)


def _plan(ledger: Ledger, effort: Effort, scenario: Scenario, *, stop: threading.Event) -> Plan:
    return plan_with(ledger, scenario, effort, stop)


def _plan_apart(ledger: Ledger, effort: Effort, scenario: Scenario, *, stop: threading.Event) -> Plan:
    return _plan(ledger, replace(effort, session=_session()), scenario, stop=stop)


@functools.cache
def _session() -> Session:
    """Of this worker, for all plans that it makes; its solvers end with it."""
    return Session()
