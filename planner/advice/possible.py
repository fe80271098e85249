"""Is there any plan at all? The one place of these questions that asks a solver for nothing more than that."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.audit import audit_body, soft_breaches
from planner.audit.case import Case
from planner.ledger import Ledger
from planner.model import Effort, formulate
from planner.model.draft import Floats
from planner.model.lexicographic import ask, confirm_impossible
from planner.model.relaxation import impossible_even_relaxed
from planner.plan import Body, build_body
from planner.planning import PlanRefused
from planner.scenario import GoalName, Scenario
from solvers import Sense, Status


@dataclass(frozen=True, slots=True)
class Held:
    """A goal that must come to a value at least as good as this."""

    goal: GoalName
    value: float


@dataclass(frozen=True, slots=True)
class Possible:
    """The answer, with the plan's body where there is one.

    Parameters
    ----------
    verdict : bool or None
        True: `body` is a plan that the auditor lets pass. False: there is none (where it was asked for, a second
        solver finds so too). None: no answer in the time.
    """

    verdict: bool | None
    body: Body | None = None


def possible(
    ledger: Ledger,
    scenario: Scenario,
    effort: Effort,
    stop: threading.Event | None = None,
    *,
    held: Sequence[Held] = (),
    confirm: bool = True,
) -> Possible:
    """Whether any plan keeps every hard clause.

    Parameters
    ----------
    ledger : Ledger
        As the scenario sees it.
    held : sequence of Held
        Further demands, each on a goal's value in its own whole units.
    confirm : bool
        Whether "no" needs a second solver's word.
    """
    formulation = formulate(ledger, scenario)
    for demand in held:
        formulation.objective(demand.goal)
    for demand in held:
        goal = formulation.objective(demand.goal)
        columns = np.flatnonzero(goal.coefficients)
        limit = demand.value * float(goal.scale) - goal.constant
        sides = (limit, np.inf) if goal.sense is Sense.MAXIMISE else (-np.inf, limit)
        formulation.draft.add_row(f"held[{demand.goal}]", columns, goal.coefficients[columns], *sides)
    nothing: Floats = np.zeros(formulation.draft.columns)
    problem = formulation.draft.problem(nothing, 0.0, Sense.MINIMISE)
    if not confirm and impossible_even_relaxed(problem):
        return Possible(False)
    outcome = ask(problem, effort, effort.seconds, stop=stop)
    if outcome.x is not None:
        x = formulation.settled(outcome.x)
        body = build_body(ledger, scenario, formulation.picks(x), formulation.grants(x))
        return Possible(True, audited(ledger, scenario, body))
    if outcome.status is not Status.INFEASIBLE:
        return Possible(None)
    if confirm and not confirm_impossible(problem, outcome, effort, stop):
        return Possible(None)
    return Possible(False)


def audited(ledger: Ledger, scenario: Scenario, body: Body) -> Body:
    """A body with its breaches filled in, if the auditor lets it pass.

    Raises
    ------
    PlanRefused
        It does not: a fault of this product.
    """
    breaches = soft_breaches(Case(ledger, scenario, body))
    whole = body.model_copy(update={"auxiliary": body.auxiliary.model_copy(update={"breaches": breaches})})
    result = audit_body(ledger, scenario, whole)
    if not result.clean:
        raise PlanRefused(result)
    return whole
