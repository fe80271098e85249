"""The one place where the questions about what may come talk to a solver with an objective of their own."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np

from planner.ledger import Ledger
from planner.model import Effort, Formulation, Solved
from planner.model.draft import Floats
from planner.model.lexicographic import ask
from planner.plan import GoalResult, Grant, Pick, Plan, PlanStatus
from planner.planning import OnProgress, make_plan, seal_plan
from planner.scenario import Goal, Scenario
from solvers import Outcome, Sense


def plan_with(
    ledger: Ledger,
    scenario: Scenario,
    effort: Effort,
    stop: threading.Event | None = None,
    on_progress: OnProgress | None = None,
) -> Plan:
    """`make_plan` with an `Effort`."""
    return make_plan(
        ledger, scenario, solver=effort.solver, seconds=effort.seconds, gap=effort.gap, seed=effort.seed,
        deterministic=effort.deterministic, on_progress=on_progress, stop=stop, session=effort.session,
    )  # fmt: skip


def optimum(
    formulation: Formulation,
    coefficients: Floats,
    constant: float,
    sense: Sense,
    effort: Effort,
    start: Floats | None = None,
    stop: threading.Event | None = None,
) -> Outcome:
    """Solve a bound programme for an objective that is no goal of its own.

    Parameters
    ----------
    coefficients : float array, shape (columns,)
    start : float array, shape (columns,), optional
        A point to start from.
    """
    problem = formulation.draft.problem(coefficients, constant, sense)
    return ask(problem, effort, effort.seconds, gap=effort.gap or 0.0, start=start, stop=stop)


def point_of(formulation: Formulation, picks: Iterable[Pick], grants: Sequence[Grant] = ()) -> Floats:
    """A plan as a point of a programme, auxiliary columns at the least that it needs; unknown picks are left out."""
    choices = formulation.choices
    row_of = {choices.pick(row): row for row in range(len(choices))}
    x = np.zeros(formulation.draft.columns)
    for pick in picks:
        if pick in row_of:
            x[row_of[pick]] = 1.0
    given = {grant.model_copy(update={"yuan": 0}): grant.yuan for grant in grants}
    for column in formulation.draft.grants:
        x[column.column] = given.get(column.grant, 0) // column.unit
    return formulation.settled(x)


def picks_of(plan: Plan) -> tuple[Pick, ...]:
    """The decisions of a plan."""
    return tuple(Pick(task.patch, task.option, task.start) for task in plan.schedule)


def sealed(
    ledger: Ledger, scenario: Scenario, effort: Effort, formulation: Formulation, outcome: Outcome, bound: float | None
) -> Plan:
    """A solution found for another objective, as an audited plan of a scenario.

    Its goals have values but no proofs; the leading one has the bound that is given.
    """
    x = formulation.settled(outcome.solution)
    goals = tuple(
        _unproved(goal, formulation, x, bound if number == 0 else None)
        for number, goal in enumerate(scenario.ordered_goals)
    )
    solved = Solved(
        PlanStatus.WITHIN_GAP, tuple(formulation.picks(x)), tuple(formulation.grants(x)), goals, outcome.solver,
        outcome.version,
    )  # fmt: skip
    return seal_plan(ledger, scenario, effort, solved, seconds=outcome.seconds)


def _unproved(goal: Goal, formulation: Formulation, x: Floats, bound: float | None) -> GoalResult:
    built = formulation.objective(goal.name)
    exact = Fraction(built.value(x)) / built.scale
    value = int(exact) if exact.denominator == 1 else float(exact)
    gap = None if bound is None else abs(value - bound) / max(1.0, abs(value))
    return GoalResult(
        name=str(goal.name), value=value, bound=bound, gap=gap, tolerance=goal.tolerance, reached=value, proved=False
    )
