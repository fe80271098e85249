"""What one goal costs in another: the plans that no plan beats in every goal at once.

One goal is optimised while the others are limited, limit after limit (the ε-constraint method); what is then left open
is settled by optimising the others in turn, so that no point is beaten by a plan with the same leading value. Every
point is a plan of its own, with its certificate and audit.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, sqrt
from typing import Literal

from pydantic import Field

from executor import Executor, InProcess, Stopped
from planner.advice.answer import Answer, Number, changed, values_of
from planner.advice.many import plans
from planner.advice.search import plan_with
from planner.findings import BadInput, Finding
from planner.ledger import Ledger
from planner.model import Effort, formulate, warm
from planner.plan import Plan, PlanStatus
from planner.scenario import Goal, GoalName, Scenario, overridden

MOST_POINTS = 10_000  # of a full frontier; a larger one is drawn at chosen points
OnPoint = Callable[[int, int | None, PlanStatus], None]


class FrontierPoint(Answer):
    """One plan of the frontier.

    Parameters
    ----------
    number : int
        From 1, in the order of the leading goal, its best value first.
    values : dict
        Of the goals traded, each in its own unit.
    gaps : dict
        How far each can be from the best possible at these limits; None: not known.
    proved : bool
        Whether the point is proved: no plan beats it in every goal at once.
    knee : bool
        Whether it is the knee (see `Frontier`).
    limits : dict
        The limits under which it was found.
    """

    number: int
    status: PlanStatus
    values: dict[str, Number]
    gaps: dict[str, float | None]
    proved: bool
    knee: bool = False
    limits: dict[str, Number] = Field(default_factory=dict)
    scenario: Scenario = Field(exclude=True, repr=False)
    plan: Plan = Field(exclude=True, repr=False)


class Frontier(Answer):
    """The trade-off of some goals.

    Parameters
    ----------
    goals : tuple of str
        The leading one first.
    status : PlanStatus
        Of the first plan asked for; without a plan there are no points.
    exact : bool
        Every point is proved.
    complete : bool
        Every plan that no plan beats has its point (its values, that is): asked for, and proved.
    dropped : int
        Points found and left out because another is as good in every goal and better in one.
    failed : tuple
        Limits at which nothing was found in the time.

    Notes
    -----
    The knee is the point farthest from the line between the two ends, on the better side, when each goal is measured
    from 0 (its best value on the frontier) to 1 (its worst): the largest ``(1 − Σ u) / √2`` of two goals. Of three
    goals it is the point of the least sum ``Σ u``. No knee where no point lies on the better side.
    """

    format: Literal["shanfu-frontier/1"] = "shanfu-frontier/1"
    goals: tuple[str, ...]
    status: PlanStatus
    exact: bool = False
    complete: bool = False
    dropped: int = 0
    failed: tuple[dict[str, Number], ...] = ()
    points: tuple[FrontierPoint, ...] = ()


def frontier(
    ledger: Ledger,
    scenario: Scenario,
    of: Sequence[str],
    points: int | None = None,
    *,
    effort: Effort | None = None,
    executor: Executor | None = None,
    on_point: OnPoint | None = None,
    stop: threading.Event | None = None,
) -> Frontier:
    """Draw the trade-off of two or three goals.

    Parameters
    ----------
    ledger, scenario
        The scenario's own goals are left aside; its limits of other goals are kept.
    of : sequence of str
        Two or three goals, the leading one first.
    points : int, optional
        Values tried for each further goal, from its value where the leading goal is best to its own best, both
        included. None: every point there is, for two goals (on a small ledger).
    effort : Effort, optional
        For each point.
    executor : Executor, optional
        Makes the plans of chosen points, several at once where it can; the points are the same. By default they are
        made one after another, as every point of two goals always is: each limit follows from the plan before.
    on_point : callable, optional
        Called after each solve with its number, how many there will be at most (None: not known) and its outcome.
    stop : threading.Event, optional
        Set it to end with the points so far.

    Raises
    ------
    BadInput
        The goals cannot be traded, or the scenario does not fit the ledger.
    """
    names = _checked(of, points)
    with warm(effort or Effort()) as kept:
        tracer = _Tracer(ledger, scenario, names, kept, executor or InProcess(), on_point, stop)
        return _drawn(names, points, tracer)


def _drawn(names: list[GoalName], points: int | None, tracer: _Tracer) -> Frontier:
    status, complete = _trace_all(tracer) if points is None else (_trace_grid(tracer, points), False)
    if not status.has_plan:
        return Frontier(goals=tuple(names), status=status)
    kept, dropped = _undominated(names, tracer.found)
    exact = all(plan.status is PlanStatus.OPTIMAL for _, _, plan in kept)
    return Frontier(
        goals=tuple(names),
        status=status,
        exact=exact,
        complete=complete and exact and not tracer.failed,
        dropped=dropped,
        failed=tuple(tracer.failed),
        points=tuple(_points(names, kept)),
    )


Limited = dict[GoalName, Fraction]
Found = tuple[Limited, Scenario, Plan]


class _Tracer:
    """Solves at limits, and keeps what it finds."""

    def __init__(
        self,
        ledger: Ledger,
        scenario: Scenario,
        names: list[GoalName],
        effort: Effort,
        executor: Executor,
        on_point: OnPoint | None,
        stop: threading.Event | None,
    ) -> None:
        self.ledger, self.scenario, self.names, self.effort = ledger, scenario, names, effort
        self.executor, self.on_point, self.stop = executor, on_point, stop
        self.found: list[Found] = []
        self.failed: list[dict[str, Number]] = []
        self.impossible: list[Limited] = []
        self.total: int | None = None
        self.solved = 0
        self.kept_limits = {goal.name: goal for goal in scenario.goals if goal.limit is not None}

    @property
    def stopped(self) -> bool:
        return self.stop is not None and self.stop.is_set()

    def solve(self, limits: Limited, order: Sequence[GoalName]) -> Plan:
        """The best plan at some limits, the goals in an order."""
        tried = self._trial(limits, order)
        return self._took(limits, tried, plan_with(self.ledger, tried, self.effort, self.stop))

    def each(self, wanted: Iterable[tuple[Limited, Sequence[GoalName]]]) -> Iterator[Plan]:
        """The best plans at many limits and orders, in turn, until it is stopped; what is known by then is left out.

        What is solved ahead of its turn, and known when its turn comes, is left out too: the plans are those of one
        solve after another.
        """
        asked: list[tuple[Limited, Scenario]] = []

        def trials() -> Iterator[Scenario]:
            for limits, order in wanted:
                tried = self._trial(limits, order)
                if not self.known(limits, tried):
                    asked.append((limits, tried))
                    yield tried

        try:
            made = plans(self.executor, self.ledger, self.effort, trials(), self.stop)
            for place, plan in enumerate(made):
                if not self.known(*asked[place]):
                    yield self._took(*asked[place], plan)
        except Stopped as stopped:
            for place, plan in stopped.finished.items():
                yield self._took(*asked[place], plan)

    def _trial(self, limits: Limited, order: Sequence[GoalName]) -> Scenario:
        goals = [_limited(name, limits.get(name), self.kept_limits.get(name)) for name in order]
        goals += [goal for name, goal in self.kept_limits.items() if name not in order]
        return changed(self.scenario, goals=tuple(goals))

    def _took(self, limits: Limited, tried: Scenario, plan: Plan) -> Plan:
        self.solved += 1
        if plan.status.has_plan:
            self.found.append((limits, tried, plan))
        elif plan.status is PlanStatus.IMPOSSIBLE:
            self.impossible.append(limits)
        else:
            self.failed.append({str(name): _number(limit) for name, limit in limits.items()})
        if self.on_point is not None:
            self.on_point(self.solved, self.total, plan.status)
        return plan

    def known(self, limits: Limited, tried: Scenario) -> bool:
        """Whether the answer is known: a plan proved at looser limits keeps these, or there is none even at looser."""
        if tried.ordered_goals[0].name != self.names[0]:
            return False
        if any(_looser(self.names, other, limits) for other in self.impossible):
            return True
        return any(
            plan.status is PlanStatus.OPTIMAL
            and _looser(self.names, other, limits)
            and all(_keeps(name, values_of(plan)[name], limit) for name, limit in limits.items())
            for other, found, plan in self.found
            if found.ordered_goals[0].name == self.names[0]
        )


def _checked(of: Sequence[str], points: int | None) -> list[GoalName]:
    known = [str(goal) for goal in GoalName if goal is not GoalName.SOFT]
    findings = [
        Finding("advice_outlook.no_such_goal", {"known": "、".join(known)}, column="of", value=str(name))
        for name in of
        if name not in known
    ]
    wanted = (2,) if points is None else (2, 3)
    if len(set(of)) != len(of) or len(of) not in wanted:
        findings.append(Finding("advice_outlook.goals_to_trade", column="of", value=",".join(map(str, of))))
    if points is not None and points < 2:
        findings.append(Finding("advice_outlook.too_few_points", column="points", value=str(points)))
    if findings:
        raise BadInput(findings)
    return [GoalName(name) for name in of]


def _limited(name: GoalName, limit: Fraction | None, own: Goal | None) -> Goal:
    """A goal with the stricter of a limit and the scenario's own."""
    limits = [Decimal(limit.numerator) / Decimal(limit.denominator)] if limit is not None else []
    limits += [own.limit] if own is not None and own.limit is not None else []
    if not limits:
        return Goal(name=name)
    return Goal(name=name, at_least=max(limits)) if name.maximised else Goal(name=name, at_most=min(limits))


def _keeps(name: GoalName, value: Number, limit: Fraction) -> bool:
    return Fraction(value) >= limit if name.maximised else Fraction(value) <= limit


def _looser(names: Sequence[GoalName], one: Limited, other: Limited) -> bool:
    """Whether limits allow all that the others allow."""
    return all(name in other and _keeps(name, _number(other[name]), limit) for name, limit in one.items())


def _trace_all(tracer: _Tracer) -> tuple[PlanStatus, bool]:
    """Every point of two goals whose values are whole in some unit: the next limit is one unit past the last value.

    Gives the status of the first plan, and whether there is no further point.
    """
    lead, second = tracer.names
    first = plan = tracer.solve({}, tracer.names)
    if not first.status.has_plan:
        return first.status, False
    step = _unit(tracer, second)
    while tracer.solved < MOST_POINTS and not tracer.stopped:
        value = Fraction(values_of(plan)[second])
        plan = tracer.solve({second: value + step if second.maximised else value - step}, [lead, second])
        if not plan.status.has_plan:
            return first.status, plan.status is PlanStatus.IMPOSSIBLE
    return first.status, False


def _unit(tracer: _Tracer, name: GoalName) -> Fraction:
    """The step of a goal's values."""
    built = formulate(overridden(tracer.ledger, tracer.scenario), tracer.scenario).objective(name)
    return 1 / Fraction(built.scale)


def _trace_grid(tracer: _Tracer, points: int) -> PlanStatus:
    """Limits at even steps between the ends of each further goal, the loosest first; gives the first plan's status."""
    names = tracer.names
    tracer.total = points ** (len(names) - 1) + len(names)  # the grid, and each goal at its best
    ends = {}
    payoff: list[dict[str, Number]] = []
    status = PlanStatus.NOTHING_FOUND
    for plan in tracer.each(({}, [name, *(other for other in names if other is not name)]) for name in names):
        if not payoff:
            status = plan.status
        if not plan.status.has_plan:
            return status
        payoff.append(values_of(plan))
    if len(payoff) < len(names):  # stopped
        return status
    for name in names[1:]:
        values = [Fraction(row[name]) for row in payoff]
        ends[name] = (min(values), max(values)) if name.maximised else (max(values), min(values))
    grids = [[_between(name, *ends[name], k, points) for k in range(points)] for name in names[1:]]
    for _ in tracer.each((dict(zip(names[1:], cell, strict=True)), names) for cell in itertools.product(*grids)):
        pass
    return status


def _between(name: GoalName, worst: Fraction, best: Fraction, k: int, points: int) -> Fraction:
    """The k-th of `points` limits from the worst to the best value, in whole units where the values are whole."""
    limit = worst + (best - worst) * k / (points - 1)
    if worst.denominator == best.denominator == 1:
        return Fraction(ceil(limit) if name.maximised else floor(limit))
    return limit


def _number(value: Fraction) -> Number:
    return int(value) if value.denominator == 1 else float(value)


def _costs(names: Sequence[GoalName], plan: Plan) -> tuple[Fraction, ...]:
    """The values traded, turned so that less is better."""
    values = values_of(plan)
    return tuple(Fraction(values[name]) * (-1 if name.maximised else 1) for name in names)


def _undominated(names: Sequence[GoalName], found: Sequence[Found]) -> tuple[list[Found], int]:
    """The points that no other beats, each once (proved ones first), and how many were beaten."""
    ordered = sorted(found, key=lambda one: (_costs(names, one[2]), one[2].status is not PlanStatus.OPTIMAL))
    kept: dict[tuple[Fraction, ...], Found] = {}
    for one in ordered:
        kept.setdefault(_costs(names, one[2]), one)
    beaten = [
        own for own in kept
        if any(other != own and all(a <= b for a, b in zip(other, own, strict=True)) for other in kept)
    ]  # fmt: skip
    return [one for costs, one in kept.items() if costs not in beaten], len(beaten)


def _points(names: Sequence[GoalName], kept: Sequence[Found]) -> Iterator[FrontierPoint]:
    knee = knee_of([_costs(names, plan) for _, _, plan in kept])
    for number, (limits, tried, plan) in enumerate(kept):
        goals = {goal.name: goal for goal in plan.certificate.goals}
        yield FrontierPoint(
            number=number + 1,
            status=plan.status,
            values={str(name): values_of(plan)[name] for name in names},
            gaps={str(name): goals[name].gap for name in names},
            proved=plan.status is PlanStatus.OPTIMAL,
            knee=number == knee,
            limits={str(name): _number(limit) for name, limit in limits.items()},
            scenario=tried,
            plan=plan,
        )


def knee_of(points: Sequence[Sequence[Fraction]]) -> int | None:
    """Which point is the knee, or None (see `Frontier`).

    Parameters
    ----------
    points : sequence of sequences of Fraction
        The values of each point, less being better.
    """
    if len(points) < 3:
        return None
    axes = range(len(points[0]))
    low, high = [min(p[a] for p in points) for a in axes], [max(p[a] for p in points) for a in axes]
    sums = [float(sum((p[a] - low[a]) / (high[a] - low[a]) for a in axes if high[a] > low[a])) for p in points]
    best = min(range(len(points)), key=lambda i: sums[i])
    if len(axes) == 2 and (1 - sums[best]) / sqrt(2) <= 1e-9:
        return None
    return best
