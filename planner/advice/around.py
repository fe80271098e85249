"""Solving again around a plan: from its own point, then with as few moves as its goals allow."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from planner.advice.possible import audited
from planner.advice.said import Record
from planner.ledger import Ledger
from planner.model import Effort, Formulation, optimise
from planner.model.draft import Floats
from planner.model.lexicographic import ask
from planner.plan import Body, GoalResult, Pick, Plan, PlanStatus, build_body
from planner.scenario import GoalName, Scenario
from solvers import Sense, Status

MOVES_SHARE = 0.3  # of the time, for finding the fewest moves
MOVES_SECONDS = 2.0  # for that at least, where a goal was bettered: a plan with needless moves says little
NEAR_ENOUGH = 0.5  # a gap at which a start with few moves will do


class GoalCost(Record):
    """What a goal comes to instead, beside the plan.

    Parameters
    ----------
    value, plan : number
        Of the other plan and of the plan itself, in the goal's own unit.
    change : number
        ``value − plan``.
    change_bound : number or None
        No other plan under the same condition can change the goal by less (by more, of a goal that is maximised),
        within the tolerances of the goals before it.
    gap : float or None
    proved : bool
        Whether `value` is the best under the condition.
    """

    name: str
    value: int | float
    plan: int | float
    change: int | float
    change_bound: int | float | None
    gap: float | None
    proved: bool


class Move(Record):
    """A patch that starts otherwise: None where it is not planned."""

    patch: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Again:
    """What came of solving again.

    Parameters
    ----------
    status : PlanStatus
    goals : tuple of GoalResult
        As `make_plan` would state them for `body`.
    body : Body or None
        Audited: the plan with the fewest moves found that keeps every goal within its tolerance.
    fewest : bool
        Whether no such plan moves fewer patches.
    """

    status: PlanStatus
    goals: tuple[GoalResult, ...] = ()
    body: Body | None = None
    fewest: bool = False


def picks_of(plan: Body) -> tuple[Pick, ...]:
    """The decisions of a plan."""
    return tuple(Pick(task.patch, task.option, task.start) for task in plan.schedule)


def solve_again(
    ledger: Ledger,
    formulation: Formulation,
    plan: Body,
    effort: Effort,
    stop: threading.Event | None = None,
    *,
    start: Iterable[Pick] | None = None,
) -> Again:
    """Optimise a scenario's goals, starting from a plan, then move as few of its patches as these goals allow.

    Parameters
    ----------
    ledger : Ledger
        As the scenario sees it.
    formulation : Formulation
        Of that scenario, narrowed as the question asks.
    start : iterable of Pick, optional
        Where to start from; by default the plan's own picks.
    """
    began = time.monotonic()
    scenario: Scenario = formulation.draft.scenario
    grants = plan.auxiliary.grants
    point = formulation.point(picks_of(plan) if start is None else start, grants)
    objective, constant = _moves(formulation, plan)
    nearest = formulation.draft.problem(objective, float(constant), Sense.MINIMISE)
    if nearest.violations(point):  # a plan near the one at hand is a far better start than none
        outcome = ask(nearest, effort, effort.seconds * MOVES_SHARE, gap=NEAR_ENOUGH, start=point, stop=stop)
        point = point if outcome.x is None else formulation.settled(outcome.x)
    left = effort.seconds - (time.monotonic() - began)
    searching = replace(effort, seconds=left * (1 - MOVES_SHARE))
    solved = optimise(formulation, scenario.ordered_goals, searching, None, stop, start=point)
    if not solved.status.has_plan:
        return Again(solved.status)
    at = formulation.point(solved.picks, solved.grants)
    problem = formulation.draft.problem(
        np.pad(objective, (0, formulation.draft.columns - len(objective))), float(constant), Sense.MINIMISE
    )
    left = effort.seconds - (time.monotonic() - began)
    picks, given, fewest = solved.picks, solved.grants, problem.value(at) == 0
    if not fewest and left > 0:
        outcome = ask(problem, effort, left, start=at, stop=stop)
        if outcome.x is not None:
            x = formulation.settled(outcome.x)
            picks, given = tuple(formulation.picks(x)), tuple(formulation.grants(x))
            fewest = outcome.status is Status.OPTIMAL
    body = audited(ledger, scenario, build_body(ledger, scenario, picks, given))
    at = formulation.point(picks, given)
    goals = tuple(_of_point(formulation, goal, at) for goal in solved.goals)
    return Again(solved.status, goals, body, fewest)


def _of_point(formulation: Formulation, goal: GoalResult, x: Floats) -> GoalResult:
    """A goal's result with the value that it has at another point; what was reached and proved stays."""
    objective = formulation.objective(GoalName(goal.name))
    value = _shown(objective.value(x) / objective.scale)
    gap = None if goal.bound is None else abs(value - goal.bound) / max(1.0, abs(value))
    return goal.model_copy(update={"value": value, "gap": gap})


def _moves(formulation: Formulation, plan: Body) -> tuple[Floats, int]:
    """How many patches are not decided as in a plan, as an objective."""
    choices = formulation.choices
    planned = {pick.patch: pick for pick in picks_of(plan)}
    objective = np.zeros(formulation.draft.columns)
    for row in range(len(choices)):
        pick = choices.pick(row)
        if pick.patch not in planned:
            objective[row] = 1.0
        elif planned[pick.patch] == pick:
            objective[row] = -1.0
    return objective, len(planned)


def moves_between(before: Body, after: Body, but: str = "") -> tuple[Move, ...]:
    """The patches that start otherwise in another plan, but for one."""
    was = {task.patch: task.start for task in before.schedule}
    now = {task.patch: task.start for task in after.schedule}
    names = sorted(name for name in {**was, **now} if was.get(name) != now.get(name) and name != but)
    return tuple(Move(patch=name, before=was.get(name), after=now.get(name)) for name in names)


def goal_costs(plan: Plan, goals: Iterable[GoalResult]) -> tuple[GoalCost, ...]:
    """Goals beside those of a plan."""
    own = {goal.name: goal.value for goal in plan.certificate.goals}
    return tuple(
        GoalCost(
            name=goal.name, value=goal.value, plan=own[goal.name], change=goal.value - own[goal.name],
            change_bound=None if goal.bound is None else goal.bound - own[goal.name], gap=goal.gap, proved=goal.proved,
        )
        for goal in goals
        if goal.name in own
    )  # fmt: skip


@dataclass(frozen=True)
class Improved:
    """A plan near another that is better in one goal, the goals before it no worse.

    Parameters
    ----------
    goal : str
        The first goal that could be bettered; empty where none could.
    proved : bool
        Whether, of the plans within reach, none betters it more.
    values : mapping of str to number
        Every goal of the scenario, for `body`.
    """

    goal: str
    proved: bool
    values: dict[str, int | float]
    body: Body


def improve_near(
    ledger: Ledger,
    formulation: Formulation,
    plan: Plan,
    goals: Iterable[str],
    effort: Effort,
    stop: threading.Event | None = None,
    *,
    most_moves: int,
) -> Improved | None:
    """Better the first of some goals that can be, by moving a few patches of a plan; then move as few as that takes.

    Parameters
    ----------
    goals : iterable of str
        To be tried one after another; those that come before one in the scenario's order are held at the plan's values.
    most_moves : int
        How many patches may be decided otherwise.

    Returns
    -------
    Improved or None
        None where the plan itself is no plan of this programme.
    """
    began = time.monotonic()
    scenario: Scenario = formulation.draft.scenario
    order = [goal.name for goal in scenario.ordered_goals]
    own = {goal.name: goal.value for goal in plan.certificate.goals}
    for name in order:
        formulation.objective(name)
    at = formulation.point(picks_of(plan), plan.auxiliary.grants)
    moves, constant = _moves(formulation, plan)
    columns = np.flatnonzero(moves)
    formulation.draft.add_row("near", columns, moves[columns], -np.inf, most_moves - constant)
    if formulation.problem(order[0]).violations(at):
        return None
    x, better, proved, held = at, "", True, 0
    for name in (goal for goal in order if goal in set(goals)):
        left = effort.seconds - (time.monotonic() - began)
        if left <= 0:
            proved = False
            break
        for before in order[held : order.index(name)]:
            formulation.cap(before, float(own[before]) * float(formulation.objective(before).scale), 0.0)
        held = order.index(name)
        goal = formulation.objective(name)
        outcome = ask(formulation.problem(name), effort, left * (1 - MOVES_SHARE), start=at, stop=stop)
        proved = outcome.status is Status.OPTIMAL
        if outcome.x is None:
            continue
        x = formulation.settled(outcome.x)
        gained = goal.value(x) - goal.value(at)
        if gained > 0 if goal.sense is Sense.MAXIMISE else gained < 0:
            better = str(name)
            formulation.cap(name, float(goal.value(x)), 0.0)
            problem = formulation.draft.problem(moves, float(constant), Sense.MINIMISE)
            left = max(MOVES_SECONDS, effort.seconds - (time.monotonic() - began))
            fewer = ask(problem, effort, left, start=x, stop=stop)
            x = x if fewer.x is None else formulation.settled(fewer.x)
            break
        x = at
    values = {str(n): _shown(formulation.objective(n).value(x) / formulation.objective(n).scale) for n in order}
    body = build_body(ledger, scenario, formulation.picks(x), formulation.grants(x))
    return Improved(better, proved, values, audited(ledger, scenario, body))


def _shown(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)
