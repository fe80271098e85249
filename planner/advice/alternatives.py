"""Plans that are nearly as good as the best, and as different from it and from each other as can be."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Literal

import numpy as np
from pydantic import Field

from planner.advice.answer import Answer, Number, changed, values_of
from planner.advice.search import optimum, picks_of, plan_with, point_of, sealed
from planner.findings import BadInput, Finding
from planner.ledger import Ledger
from planner.model import Effort, Formulation, formulate, warm
from planner.plan import Pick, Plan, PlanStatus
from planner.scenario import Goal, GoalName, Scenario, overridden
from solvers import Sense, Status


class Alternative(Answer):
    """One plan beside the best.

    Parameters
    ----------
    number : int
        From 1.
    distance : int
        Patches that are planned otherwise (year or option, or not at all) than in the plan, of the best one and the
        alternatives before, that is nearest to it.
    distances : tuple of int
        To each of those plans, the best one first.
    most : int
        No plan within the limits is farther from all of them than this.
    values : dict
        Of the scenario's goals.
    """

    number: int
    distance: int
    distances: tuple[int, ...]
    most: int
    proved: bool
    values: dict[str, Number]
    plan: Plan = Field(exclude=True, repr=False)


class Alternatives(Answer):
    """Plans within some per cent of the best in every goal.

    Parameters
    ----------
    within_percent : str
        What may be given up of each goal.
    limits : dict
        What that comes to.
    values : dict
        Of the best plan.
    enough : bool
        False where fewer plans than asked for lie within the limits.
    scenario : Scenario
        With the limits; the alternatives are plans of it.
    """

    format: Literal["shanfu-alternatives/1"] = "shanfu-alternatives/1"
    status: PlanStatus
    within_percent: str
    limits: dict[str, Number] = Field(default_factory=dict)
    values: dict[str, Number] = Field(default_factory=dict)
    enough: bool = True
    alternatives: tuple[Alternative, ...] = ()
    scenario: Scenario = Field(exclude=True, repr=False)
    best: Plan = Field(exclude=True, repr=False)


def alternatives(
    ledger: Ledger,
    scenario: Scenario,
    k: int = 3,
    within: Decimal | str | int = 1,
    *,
    best: Plan | None = None,
    effort: Effort | None = None,
    on_found: Callable[[int, int], None] | None = None,
    stop: threading.Event | None = None,
) -> Alternatives:
    """Find plans that give up at most so much of each goal and differ most.

    One after another, each maximises the least number of patches in which it differs from the best plan and from
    those found before. No goal but the distance is optimised, so an alternative may use all that it is allowed to.

    Parameters
    ----------
    k : int
        How many, at least 1.
    within : Decimal
        What may be given up of each of the scenario's goals, in per cent of the best plan's value.
    best : Plan, optional
        A plan of this ledger and scenario; left out, it is made.
    effort : Effort, optional
        For each plan.
    on_found : callable, optional
        Called with how many are found and the distance of the last.

    Raises
    ------
    BadInput
        `k` or `within` is out of range, or the scenario does not fit the ledger.
    """
    share = Decimal(within)
    if k < 1 or share < 0:
        column, value = ("k", k) if k < 1 else ("within", share)
        raise BadInput(
            [Finding("advice_outlook.out_of_range", {"least": 1 if k < 1 else 0}, column=column, value=str(value))]
        )
    with warm(effort or Effort()) as kept:
        return _search(ledger, scenario, k, share, best, kept, on_found, stop)


def _search(
    ledger: Ledger,
    scenario: Scenario,
    k: int,
    share: Decimal,
    best: Plan | None,
    effort: Effort,
    on_found: Callable[[int, int], None] | None,
    stop: threading.Event | None,
) -> Alternatives:
    plan = best or plan_with(ledger, scenario, effort, stop)
    if not plan.status.has_plan:
        return Alternatives(status=plan.status, within_percent=f"{share:f}", scenario=scenario, best=plan)
    tried = changed(scenario, goals=_near(scenario, plan, share))
    formulation = formulate(overridden(ledger, tried), tried)
    for goal in tried.ordered_goals:  # some declare columns of their own
        formulation.objective(goal.name)
    values = values_of(plan)
    if any(goal.name is GoalName.SOFT for goal in tried.ordered_goals):
        scale = formulation.objective(GoalName.SOFT).scale
        formulation.cap(GoalName.SOFT, float(Fraction(values[GoalName.SOFT]) * scale), float(share) / 100)
    least = formulation.draft.add_column("distance", upper=float(len(formulation.choices.patches)))
    bound = plan.certificate.goals[0].bound if plan.certificate.goals else None
    start = point_of(formulation, picks_of(plan), plan.auxiliary.grants)
    before, found = [set(picks_of(plan))], list[Alternative]()
    for number in range(1, k + 1):
        if stop is not None and stop.is_set():
            break
        _keep_away(formulation, before[-1], least, number)
        wish = np.zeros(formulation.draft.columns)
        wish[least] = 1.0
        outcome = optimum(formulation, wish, 0.0, Sense.MAXIMISE, effort, start, stop)
        if not outcome.has_solution:
            break
        picks = set(formulation.picks(outcome.solution))
        distances = tuple(distance(picks, other) for other in before)
        if min(distances) == 0:
            break
        made = sealed(ledger, tried, effort, formulation, outcome, bound)
        most = int(np.floor(outcome.bound + 1e-6)) if outcome.bound is not None else len(formulation.choices.patches)
        found.append(
            Alternative(
                number=number, distance=min(distances), distances=distances, most=max(most, min(distances)),
                proved=outcome.status is Status.OPTIMAL,
                values={goal.name: goal.value for goal in made.certificate.goals}, plan=made,
            )
        )  # fmt: skip
        before.append(picks)
        if on_found is not None:
            on_found(number, min(distances))
    return Alternatives(
        status=plan.status,
        within_percent=f"{share:f}",
        limits={str(goal.name): _plain(goal.limit) for goal in tried.goals if goal.limit is not None},
        values={goal.name: goal.value for goal in plan.certificate.goals},
        enough=len(found) == k,
        alternatives=tuple(found),
        scenario=tried,
        best=plan,
    )


def distance(one: set[Pick], other: set[Pick]) -> int:
    """Patches that two plans decide differently."""
    decided, others = ({pick.patch: pick for pick in picks} for picks in (one, other))
    return sum(1 for patch in {*decided, *others} if decided.get(patch) != others.get(patch))


def _near(scenario: Scenario, plan: Plan, share: Decimal) -> tuple[Goal, ...]:
    """The scenario's goals, each with its limit; breaches of soft clauses are limited in the programme instead."""
    values, goals = values_of(plan), []
    for goal in scenario.ordered_goals:
        if goal.name is GoalName.SOFT:
            goals.append(goal)
            continue
        value = Decimal(str(values[goal.name]))
        slack = abs(value) * share / 100
        if goal.name.maximised:
            limit = value - slack
            limit = limit.to_integral_value(ROUND_CEILING) if value == value.to_integral_value() else limit
            own = limit if goal.at_least is None else max(limit, goal.at_least)
            goals.append(goal.model_copy(update={"at_least": min(own, value)}))
        else:
            limit = (value + slack).to_integral_value(ROUND_FLOOR)
            own = limit if goal.at_most is None else min(limit, goal.at_most)
            goals.append(goal.model_copy(update={"at_most": max(own, value)}))
    return tuple(goals)


def _keep_away(formulation: Formulation, picks: set[Pick], least: int, number: int) -> None:
    """``least <= |planned| − Σ x of its picks + Σ x of patches that it leaves out``."""
    choices = formulation.choices
    planned = {pick.patch for pick in picks}
    same = [row for row in range(len(choices)) if choices.pick(row) in picks]
    new = np.flatnonzero(choices.of_patches(np.asarray([p.patch not in planned for p in choices.patches]))).tolist()
    formulation.draft.add_row(
        f"distance[{number}]", [least, *same, *new], [1, *(1 for _ in same), *(-1 for _ in new)], -np.inf, len(planned)
    )


def _plain(limit: Decimal) -> Number:
    return int(limit) if limit == limit.to_integral_value() else float(limit)
