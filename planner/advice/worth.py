"""What more money in each purse and year would bring forward, and which budgets are idle."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from planner.advice.around import Improved, Move, improve_near, moves_between
from planner.advice.said import Record
from planner.advice.shortfall.changes import with_money
from planner.findings import BadInput, Finding
from planner.ledger import Ledger
from planner.model import Effort, Formulation, Session, formulate, warm
from planner.model.relaxation import Relaxed, relax
from planner.plan import Plan, Purse
from planner.scenario import GoalName, Scenario, overridden, with_changes

LEAST_SECONDS = 1.0  # of one purse and year
CONTROL_SHARES = 4  # of the time of one purse and year, for what can be bettered with no more money
GIVE = 1e-6  # of a goal's size: what floating point may cost the comparison with a price


class Gain(Record):
    """What a goal changes by; negative is less of it."""

    goal: str
    change: int | float


class Worth(Record):
    """What one step more in a purse and year brings, near the plan.

    Parameters
    ----------
    source, district, year
        Whose budget, and its vintage.
    asked : bool
        Whether it was solved again; False where the time ran out.
    better : str
        The first goal that the step betters, those before it no worse; empty where none was found.
    proved : bool
        Whether nothing within `Worths.most_moves` moves of the plan betters it more.
    goals : tuple of Gain
        Every goal that changes, in the scenario's order.
    brought_forward, put_back : tuple of Move
        Patches that then start earlier (or at all), and those that start later: as few as it takes.
    price : mapping of str to float
        What the last yuan brings in each goal by the linear relaxation, in the goal's unit; never negative.
    at_most : float or None
        What the step can better the goal `better` by at most, by duality; None where nothing is bettered.
    agrees : bool or None
        Whether the change keeps that.
    """

    source: str
    district: str | None
    year: int
    asked: bool = True
    better: str = ""
    proved: bool = False
    goals: tuple[Gain, ...] = ()
    brought_forward: tuple[Move, ...] = ()
    put_back: tuple[Move, ...] = ()
    price: dict[str, float]
    at_most: float | None = None
    agrees: bool | None = None


class Idle(Record):
    """A budget that is not used to its end, or whose next yuan brings nothing.

    Parameters
    ----------
    lapsed : int
        Yuan of the vintage that the plan leaves unused.
    priced : bool
        Whether the relaxation gives its next yuan any worth in any goal.
    """

    source: str
    district: str | None
    year: int
    lapsed: int
    priced: bool


class Worths(Record):
    """The worth of a step of money in each purse and year, the most valuable first.

    Parameters
    ----------
    step_yuan, most_moves : int
    without : tuple of Gain
        What as many moves better with no more money: that part of a gain is not the money's.
    """

    format: Literal["shanfu-worth/1"] = "shanfu-worth/1"
    step_yuan: int
    most_moves: int
    without: tuple[Gain, ...]
    purses: tuple[Worth, ...]
    idle: tuple[Idle, ...]
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain JSON data."""
        return self.model_dump(mode="json")


def worth(
    ledger: Ledger,
    scenario: Scenario,
    plan: Plan,
    *,
    step_yuan: int = 1_000_000,
    most_moves: int = 12,
    solver: str = "highs",
    seconds: float = 180.0,
    gap: float | None = None,
    seed: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
    stop: threading.Event | None = None,
    session: Session | None = None,
) -> Worths:
    """What a step of money more in each purse and year would bring, solved again around the plan.

    Parameters
    ----------
    ledger, scenario
        What the plan was made from.
    plan : Plan
        With a schedule.
    step_yuan : int
    most_moves : int
        How many patches may be decided otherwise than in the plan.
    solver, gap, seed
        See `Effort`.
    seconds : float
        For all purses and years together, in equal parts, those with the highest price by the relaxation first.
    on_progress : callable, optional
        Called with how many of the purses and years are done, and how many there are.
    stop : threading.Event, optional
    session : Session, optional
        As in `make_plan`.

    Raises
    ------
    BadInput
        The plan has no schedule, or the step is no amount.
    """
    began = time.monotonic()
    if not plan.status.has_plan:
        raise BadInput([Finding("advice_questions.no_schedule", {}, value=str(plan.status))])
    if step_yuan <= 0:
        raise BadInput([Finding("advice_questions.no_step", {}, value=str(step_yuan))])
    with warm(Effort(solver, seconds, gap, seed, session=session)) as effort:
        return _worths(ledger, scenario, plan, step_yuan, most_moves, effort, began, on_progress, stop)


def _worths(
    ledger: Ledger,
    scenario: Scenario,
    plan: Plan,
    step_yuan: int,
    most_moves: int,
    effort: Effort,
    began: float,
    on_progress: Callable[[int, int], None] | None,
    stop: threading.Event | None,
) -> Worths:
    seconds = effort.seconds
    seen = overridden(ledger, scenario)
    formulation = formulate(seen, scenario)
    relaxed = _relaxed(formulation, plan)
    keys = _keys(scenario)
    prices = {key: {name: _price(formulation, priced, key) for name, priced in relaxed.items()} for key in keys}
    keys.sort(
        key=lambda key: [-prices[key][name] for name in relaxed]
    )  # a stable sort: ties stay in the scenario's order
    share = max(LEAST_SECONDS, CONTROL_SHARES * seconds / (len(keys) + CONTROL_SHARES))
    goals = list(relaxed)
    idle_moves = improve_near(
        seen, formulate(seen, scenario), plan, goals, replace(effort, seconds=share), stop, most_moves=most_moves
    )
    found = []
    for place, key in enumerate(keys):
        left = seconds - (time.monotonic() - began)
        asked = left > 0 and not (stop is not None and stop.is_set())
        one = Worth(source=key[0], district=key[1], year=key[2], asked=asked, price=prices[key])
        if asked:
            each = replace(effort, seconds=max(LEAST_SECONDS, left / (len(keys) - place)))
            trial = with_changes(scenario, {"budgets": with_money(scenario, {key: step_yuan})})
            priced = [name for name in goals if prices[key][name] > 0]
            near = improve_near(seen, formulate(seen, trial), plan, priced, each, stop, most_moves=most_moves)
            one = _with_gains(one, plan, near, relaxed, step_yuan)
        found.append(one)
        if on_progress is not None:
            on_progress(place + 1, len(keys))
    return Worths(
        step_yuan=step_yuan, most_moves=most_moves, without=_gains(plan, idle_moves),
        purses=tuple(sorted(found, key=lambda one: _order(one, goals))), idle=_idle(plan, prices),
        seconds=round(time.monotonic() - began, 3),
    )  # fmt: skip


def _gains(plan: Plan, near: Improved | None) -> tuple[Gain, ...]:
    if near is None:
        return ()
    own = {goal.name: goal.value for goal in plan.certificate.goals}
    changes = ((name, value - own[name]) for name, value in near.values.items())
    return tuple(Gain(goal=name, change=change) for name, change in changes if change)


def _with_gains(one: Worth, plan: Plan, near: Improved | None, relaxed: dict[str, _Priced], step: int) -> Worth:
    if near is None:
        return one.model_copy(update={"asked": False})
    moves = moves_between(plan, near.body)
    never = 10_000  # later than any year
    earlier = tuple(m for m in moves if (m.after or never) < (m.before or never))
    changes: dict[str, Any] = {
        "better": near.goal, "proved": near.proved, "goals": _gains(plan, near), "brought_forward": earlier,
        "put_back": tuple(m for m in moves if m not in earlier and m.before != m.after),
    }  # fmt: skip
    if near.goal:
        changes["at_most"], changes["agrees"] = _agreement(relaxed[near.goal], one.price[near.goal], plan, near, step)
    return one.model_copy(update=changes)


Key = tuple[str, str | None, int]


def _keys(scenario: Scenario) -> list[Key]:
    purses = dict.fromkeys((budget.source, budget.district) for budget in scenario.budgets)
    return [(source, district, year) for source, district in purses for year in scenario.horizon.years]


@dataclass(frozen=True)
class _Priced:
    """A goal's relaxation with the programme that it is of."""

    answer: Relaxed
    rows: dict[str, int]
    scale: float


def _relaxed(formulation: Formulation, plan: Plan) -> dict[str, _Priced]:
    """The relaxation of each goal, the goals before it held at what the plan comes to."""
    reached = {goal.name: goal for goal in plan.certificate.goals}
    goals = formulation.draft.scenario.ordered_goals
    for goal in goals:
        formulation.objective(goal.name)
    found = {}
    for goal in goals:
        problem, scale = formulation.problem(goal.name), float(formulation.objective(goal.name).scale)
        answer = relax(problem)
        if answer is not None:
            rows = {name: row for row, name in enumerate(problem.row_names)}
            found[str(goal.name)] = _Priced(answer, rows, scale)
        formulation.cap(goal.name, float(reached[goal.name].value) * scale, goal.tolerance)
    return found


def _price(formulation: Formulation, priced: _Priced, key: Key) -> float:
    """What the last yuan of a vintage brings in the goal's own unit: the prices of the rows that it loosens."""
    purse = Purse(key[0], key[1])
    return sum(
        abs(float(priced.answer.row_price[priced.rows[name]])) / row.unit / priced.scale
        for name, row in formulation.draft.purse_rows.items()
        if row.purse == purse and key[2] in row.vintages
    )


def _agreement(priced: _Priced, price: float, plan: Plan, near: Improved, step: int) -> tuple[float, bool]:
    """The most that a goal can be bettered by beside the plan, and whether its change keeps that.

    The relaxation's optimum moves by at most price times step (it is convex in the budget), and no plan beats it.
    """
    own = next(goal.value for goal in plan.certificate.goals if goal.name == near.goal)
    best = priced.answer.value / priced.scale
    sign = 1 if GoalName(near.goal).maximised else -1
    room = sign * (best - own) + price * step
    return room, sign * (near.values[near.goal] - own) <= room + GIVE * max(1.0, abs(float(own)))


def _order(one: Worth, goals: list[str]) -> list[float]:
    """The gain of the highest goal first, then the higher price."""
    gains = {gain.goal: gain.change for gain in one.goals} if one.better else {}
    better = [-abs(gains[name]) if name == one.better else 0.0 for name in goals]
    return [*better, *(-one.price[name] for name in goals)]


def _idle(plan: Plan, prices: dict[Key, dict[str, float]]) -> tuple[Idle, ...]:
    lapsed = {(a.source, a.district, a.vintage): a.lapsed for a in plan.accounts}
    budgets = {(a.source, a.district, a.vintage) for a in plan.accounts if a.budget}
    found = []
    for key in prices:
        priced = any(price > 0 for price in prices[key].values())
        if key in budgets and (lapsed.get(key, 0) or not priced):
            found.append(Idle(source=key[0], district=key[1], year=key[2], lapsed=lapsed.get(key, 0), priced=priced))
    return tuple(found)
