"""More money never takes a promise away: plans for a ladder of budgets that contain each other.

A patch that is planned with less money is planned with more money too, and no later. What that costs is said beside:
each budget's plan against the best that the budget could have had by itself.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic import Field

from executor import Executor, InProcess, Stopped
from planner.advice.answer import Answer, Number, changed, price_of
from planner.advice.many import plans
from planner.advice.search import plan_with
from planner.findings import BadInput, Finding
from planner.ledger import Ledger
from planner.model import Effort, warm
from planner.plan import Plan, PlanStatus
from planner.scenario import Lock, LockKind, Scenario


class Rung(Answer):
    """One budget of the ladder.

    Parameters
    ----------
    scale : str
        What every budget is multiplied by, rounded down to the yuan.
    budget : int
        All purses and years together, yuan.
    status : PlanStatus
        Of the plan that keeps the promises.
    planned : int
        Patches planned.
    values, own : dict
        Of the scenario's goals: with the promises, and of the budget's own best plan.
    price : dict
        What the promises cost in each goal: how much worse the value is; negative where an unproved search, or a
        goal after the first, came out better.
    own_status : PlanStatus
    """

    scale: str
    budget: int
    status: PlanStatus
    planned: int = 0
    values: dict[str, Number] = Field(default_factory=dict)
    own_status: PlanStatus
    own: dict[str, Number] = Field(default_factory=dict)
    price: dict[str, Number] = Field(default_factory=dict)
    scenario: Scenario = Field(exclude=True, repr=False)
    plan: Plan = Field(exclude=True, repr=False)
    own_plan: Plan = Field(exclude=True, repr=False)


class Ladder(Answer):
    """Plans that contain each other, the least money first.

    Parameters
    ----------
    anchor : str
        The scale whose plan is its own best; richer plans keep its promises, poorer ones make no other.
    """

    format: Literal["shanfu-ladder/1"] = "shanfu-ladder/1"
    anchor: str
    rungs: tuple[Rung, ...]


def ladder(
    ledger: Ledger,
    scenario: Scenario,
    scales: Sequence[Decimal | str | float],
    *,
    anchor: Decimal | str | float | None = None,
    effort: Effort | None = None,
    executor: Executor | None = None,
    on_rung: Callable[[str, PlanStatus], None] | None = None,
    stop: threading.Event | None = None,
) -> Ladder:
    """Plan each budget so that more money only adds.

    Parameters
    ----------
    scales : sequence of Decimal
        At least two different ones, above 0; in any order.
    anchor : Decimal, optional
        One of them; by default the one nearest to 1. It gets its own best plan. Upward, each plan keeps what the one
        before promised; downward, each plans only what the richer one does, and no earlier.
    effort : Effort, optional
        For each plan; two are made for each budget but the anchor's.
    executor : Executor, optional
        Makes the budgets' own best plans, several at once where it can; by default one after another.

    Raises
    ------
    BadInput
        The scales cannot make a ladder, or the scenario does not fit the ledger.
    """
    steps = sorted({Decimal(str(scale)) for scale in scales})
    start = min(steps, key=lambda scale: abs(scale - 1)) if anchor is None else Decimal(str(anchor))
    if len(steps) < 2 or steps[0] <= 0 or start not in steps:
        said = ",".join(f"{scale:f}" for scale in steps)
        raise BadInput([Finding("advice_outlook.no_ladder", {"anchor": f"{start:f}"}, column="scales", value=said)])
    rungs, middle = dict[Decimal, Rung](), steps.index(start)
    scaled_by = {scale: with_budgets(scenario, scale) for scale in (*steps[middle:], *reversed(steps[:middle]))}
    with warm(effort or Effort()) as effort, contextlib.suppress(Stopped):
        owns = plans(executor or InProcess(), ledger, effort, scaled_by.values(), stop)
        for (scale, scaled), own in zip(scaled_by.items(), owns, strict=True):
            beside = _neighbour(rungs, steps, scale, upward=scale > start) if scale != start else None
            bound = changed(scaled, locks=_promises(ledger, scaled, beside, upward=scale > start)) if beside else scaled
            plan = plan_with(ledger, bound, effort, stop) if beside else own
            rungs[scale] = _rung(scale, bound, plan, own)
            if on_rung is not None:
                on_rung(f"{scale:f}", plan.status)
            if stop is not None and stop.is_set():  # the next one's own best may be there, but not its plan
                break
    return Ladder(anchor=f"{start:f}", rungs=tuple(rungs[scale] for scale in sorted(rungs)))


def with_budgets(scenario: Scenario, scale: Decimal) -> Scenario:
    """The same scenario with every budget multiplied, rounded down to the yuan."""
    exact = Fraction(scale)
    budgets = tuple(
        budget.model_copy(update={"yuan": budget.yuan * exact.numerator // exact.denominator})
        for budget in scenario.budgets
    )
    return changed(scenario, name=f"{scenario.name}@{scale:f}", budgets=budgets)


def broken_promises(poorer: Plan, richer: Plan) -> list[str]:
    """Patches that more money would take away or put off."""
    starts = {task.patch: task.start for task in richer.schedule}
    return [task.patch for task in poorer.schedule if starts.get(task.patch, task.start + 1) > task.start]


def _neighbour(rungs: dict[Decimal, Rung], steps: list[Decimal], scale: Decimal, *, upward: bool) -> Plan | None:
    """The plan of the nearest rung, on the anchor's side, that has one."""
    between = [s for s in steps if (s < scale if upward else s > scale) and s in rungs]
    for other in reversed(between) if upward else between:
        if rungs[other].plan.status.has_plan:
            return rungs[other].plan
    return None


def _promises(ledger: Ledger, scenario: Scenario, beside: Plan, *, upward: bool) -> tuple[Lock, ...]:
    """Upward: what is planned stays planned, no later. Downward: only that, and no earlier."""
    starts = {task.patch: task.start for task in beside.schedule}
    kind, key = (LockKind.BY, "promised") if upward else (LockKind.NOT_BEFORE, "richer")
    locks = [Lock(patch=patch, kind=kind, year=start, reason=key) for patch, start in starts.items()]
    if upward:
        return (*scenario.locks, *locks)
    left_out = [patch.patch for patch in ledger.patches if patch.patch not in starts]
    locks += [Lock(patch=patch, kind=LockKind.EXCLUDED, reason=key) for patch in left_out]
    return (*(lock for lock in scenario.locks if lock.patch in starts), *locks)


def _rung(scale: Decimal, scenario: Scenario, plan: Plan, own: Plan) -> Rung:
    values, best = ({goal.name: goal.value for goal in made.certificate.goals} for made in (plan, own))
    both = plan.status.has_plan and own.status.has_plan
    return Rung(
        scale=f"{scale:f}",
        budget=sum(budget.yuan for budget in scenario.budgets),
        status=plan.status,
        planned=len(plan.schedule),
        values=values,
        own_status=own.status,
        own=best,
        price=price_of(scenario, values, best) if both else {},
        scenario=scenario,
        plan=plan,
        own_plan=own,
    )
