"""Ledger + scenario → audited plan."""

from __future__ import annotations

import datetime as dt
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from planner.audit import audit, soft_breaches
from planner.audit.case import Case
from planner.ledger import Ledger
from planner.model import Effort, Session, Solved, Turn, formulate, optimise, warm
from planner.model.draft import PPM
from planner.model.missing import least_missing
from planner.plan import (
    AuditResult,
    Body,
    Certificate,
    GoalResult,
    Pick,
    Plan,
    PlanStatus,
    Shortfall,
    build_body,
)
from planner.product import product_version
from planner.scenario import GoalName, Scenario, overridden

LEAST_SECONDS = 5.0  # for the question how much money is missing, when the time is nearly up

OnProgress = Callable[[Turn], None]


class PlanRefused(RuntimeError):
    """A plan came out of the solver but not through the audit; it is never shown as a plan."""

    def __init__(self, result: AuditResult) -> None:
        self.result = result
        super().__init__("\n".join(f"{finding.zh} / {finding.en}" for finding in result.findings))

    def __reduce__(self) -> tuple[type[PlanRefused], tuple[AuditResult]]:
        return type(self), (self.result,)


def make_plan(
    ledger: Ledger,
    scenario: Scenario,
    *,
    solver: str = "highs",
    seconds: float = 60.0,
    gap: float | None = None,
    seed: int = 0,
    deterministic: bool = False,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
    session: Session | None = None,
    near: Plan | None = None,
) -> Plan:
    """Find the best plan, and prove how good it is.

    Parameters
    ----------
    ledger, scenario
    solver, seconds, gap, seed, deterministic
        See `Effort`.
    on_progress : callable, optional
        Called with a `Turn`: the goal at hand, its best value, bound and gap.
    stop : threading.Event, optional
        Set it to stop with the best plan so far.
    session : Session, optional
        Keeps the solvers loaded for the caller's further plans (`planner.model.Session`); left out, for this one only.
    near : Plan, optional
        An earlier plan to start from, of a ledger and a scenario that have changed a little; decisions that are no
        longer open are left out. It makes the search faster, and decides nothing.

    Returns
    -------
    Plan
        Audited. Its status is one of the four outcomes; a plan that is proved impossible says how much
        money is missing, where money would mend it.

    Raises
    ------
    BadInput
        The scenario does not fit the ledger.
    PlanRefused
        The audit refuses what the solver found: a fault of this product, never of the input.
    """
    effort = Effort(solver, seconds, gap, seed, deterministic, session)
    began = time.monotonic()
    seen = overridden(ledger, scenario)
    formulation = formulate(seen, scenario)
    shortfall = None
    with warm(effort) as kept:
        start = None if near is None else formulation.point(_picks(near), near.auxiliary.grants)
        solved = optimise(formulation, scenario.ordered_goals, kept, on_progress, stop, start)
        if solved.status is PlanStatus.IMPOSSIBLE:
            left = max(kept.seconds - (time.monotonic() - began), LEAST_SECONDS)
            shortfall = least_missing(seen, scenario, replace(kept, seconds=left), stop)
    return seal_plan(ledger, scenario, effort, solved, shortfall, time.monotonic() - began)


def _picks(plan: Plan) -> Iterator[Pick]:
    return (Pick(task.patch, task.option, task.start) for task in plan.schedule)


def seal_plan(
    ledger: Ledger,
    scenario: Scenario,
    effort: Effort,
    solved: Solved,
    shortfall: Shortfall | None = None,
    seconds: float = 0.0,
) -> Plan:
    """From what was solved to a plan with its certificate, through the audit.

    Raises
    ------
    PlanRefused
        The audit refuses it.
    """
    body = Body()
    if solved.status.has_plan:
        seen = overridden(ledger, scenario)
        body = _with_breaches(seen, scenario, build_body(seen, scenario, solved.picks, solved.grants))
        solved = replace(solved, goals=tuple(_as_broken(goal, body) for goal in solved.goals))
    plan = Plan(**dict(body), certificate=_certificate(ledger, scenario, effort, solved, shortfall, seconds)).sealed()
    result = audit(ledger, scenario, plan)
    if not result.clean:
        raise PlanRefused(result)
    return plan.with_certificate(audit=result)


def _with_breaches(ledger: Ledger, scenario: Scenario, body: Body) -> Body:
    breaches = soft_breaches(Case(ledger, scenario, body))
    return body.model_copy(update={"auxiliary": body.auxiliary.model_copy(update={"breaches": breaches})})


def _as_broken(goal: GoalResult, body: Body) -> GoalResult:
    """The goal `soft` as the plan's breaches give it: the solver's own columns may say more than was broken."""
    if goal.name != GoalName.SOFT:
        return goal
    value = float(sum(Fraction(PPM * b.amount, max(1, b.target)) for b in body.auxiliary.breaches))
    gap = None if goal.bound is None else abs(value - goal.bound) / max(1.0, abs(value))
    return goal.model_copy(update={"value": value, "gap": gap})


def _certificate(
    ledger: Ledger, scenario: Scenario, effort: Effort, solved: Solved, shortfall: Shortfall | None, seconds: float
) -> Certificate:
    settings: dict[str, Any] = {
        "seconds": effort.seconds,
        "gap": effort.gap,
        "seed": effort.seed,
        "deterministic": effort.deterministic,
    }
    return Certificate(
        status=solved.status,
        goals=solved.goals,
        solver=solved.solver,
        solver_version=solved.solver_version,
        seconds=round(seconds, 3),
        ledger_digest=ledger.digest,
        scenario_digest=scenario.digest,
        scenario=scenario.name,
        data_nature=ledger.meta.get("data_nature", ""),
        product_version=product_version(),
        run_id=uuid.uuid4().hex,
        made_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        settings=settings,
        message=solved.message,
        shortfall=shortfall,
        audit=AuditResult(clean=True),
    )
