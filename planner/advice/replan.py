"""Planning again: the past is fixed, the rest moves as little as possible, and each move says why.

`fix_past` settles what is behind; the rest is planned with the goal `moves` first (as few as the facts force), or with
a limit of moves, or at a price for each.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
from pydantic import Field

from planner.advice.answer import Answer, Number, changed, values_of
from planner.advice.outturn import Paid
from planner.advice.past import Overtaken, Past, PastMoney, fix_past
from planner.advice.search import optimum, picks_of, plan_with, point_of
from planner.audit import clause_findings
from planner.audit.case import Case
from planner.findings import BadInput, Finding
from planner.ledger import Ledger, Treatment
from planner.model import Effort, formulate, warm
from planner.plan import AuditFinding, Pick, Plan, PlanStatus, build_body
from planner.scenario import Goal, GoalName, Scenario, overridden
from solvers import Sense

NOT_A_REASON = ("goal_limits",)  # limits of moves and goals forbid a way back only because this plan uses them up


class Move(Answer):
    """One patch that is planned otherwise than before.

    Parameters
    ----------
    kind : {"moved", "option", "entered", "left"}
        Another year; another option in the same year; planned now and not before; not planned any more.
    before, after : tuple of option and year, or None
    counted : bool
        Whether the goal `moves` counts it: patches that an earlier plan gave another year.
    reason : {"fact", "gone", "new", "clause", "goal"}
        A fact of the ledger decided it; the patch or option is not there any more; it is new in the ledger; put back
        by itself, it would break a clause; put back by itself, the plan would still stand.
    clause, place, amount, unit : what it would break, and by how much
    zh, en : the reason in words
    brings : dict
        For each goal of the scenario, by how much this move by itself betters it (negative: what it costs).
    """

    patch: str
    district: str
    kind: Literal["moved", "option", "entered", "left"]
    before: tuple[str, int] | None
    after: tuple[str, int] | None
    counted: bool
    reason: Literal["fact", "gone", "new", "clause", "goal"]
    clause: str = ""
    place: str = ""
    amount: int | float | None = None
    unit: str = ""
    zh: str = ""
    en: str = ""
    brings: dict[str, Number] = Field(default_factory=dict)


class Replan(Answer):
    """A plan with the past fixed, beside the plan before.

    Parameters
    ----------
    forced : int
        Moves that the facts made already.
    moves_counted : int
        All that the goal `moves` counts in the new plan.
    options_kept : bool
        Whether every patch that was planned could keep its option.
    before, after : dict
        Of the scenario's goals: of the earlier decisions, as far as they are still there, and of the new plan.
    recorded, approved : tuple of int
        Past years fixed by recorded starts, and by the earlier plan.
    moves : tuple of Move
    money : tuple of PastMoney
        Purses whose past spending differs from the plan or was not covered.
    overtaken : tuple of Overtaken
        Demands about the past that the facts have broken; their clauses are held softly from here on.
    """

    format: Literal["shanfu-replan/1"] = "shanfu-replan/1"
    as_of: int
    status: PlanStatus
    forced: int
    moves_counted: int = 0
    options_kept: bool = True
    before: dict[str, Number] = Field(default_factory=dict)
    after: dict[str, Number] = Field(default_factory=dict)
    recorded: tuple[int, ...] = ()
    approved: tuple[int, ...] = ()
    moves: tuple[Move, ...] = ()
    money: tuple[PastMoney, ...] = ()
    overtaken: tuple[Overtaken, ...] = ()
    dropped_locks: tuple[str, ...] = ()
    ledger: Ledger = Field(exclude=True, repr=False)
    scenario: Scenario = Field(exclude=True, repr=False)
    plan: Plan = Field(exclude=True, repr=False)


def replan(
    ledger: Ledger,
    scenario: Scenario,
    previous: Plan,
    as_of: int,
    *,
    paid: Sequence[Paid] = (),
    max_moves: int | None = None,
    price: float | None = None,
    effort: Effort | None = None,
    stop: threading.Event | None = None,
) -> Replan:
    """Plan what is left of the horizon, close to the plan before.

    Patches that were planned keep their option, too, unless there is no plan that way.

    Parameters
    ----------
    ledger : Ledger
        With the facts: starts, finishes, acceptance, new categories, new patches.
    scenario : Scenario
        What is to be planned now; that of the earlier plan, or a newer one.
    previous : Plan
    as_of : int
        First year that is planned again; the years before are fixed.
    paid : sequence of Paid
        What purses really spent in past years, where that differs from the cost of what was started.
    max_moves : int, optional
        At most so many moves beyond those that the facts made. With neither limit nor price the moves are as few as
        can be, and the other goals come after.
    price : float, optional
        What one move must better the leading goal by, in that goal's unit, to be worth it.
    effort : Effort, optional

    Raises
    ------
    BadInput
        See `fix_past`; or both `max_moves` and `price` are given, or one is negative.
    """
    _check(previous, max_moves, price)
    with warm(effort or Effort()) as kept:
        asked = (paid, max_moves, price, kept, stop)
        found = _replanned(ledger, scenario, previous, as_of, *asked, keep_options=True)
        if found.status is PlanStatus.IMPOSSIBLE:
            found = _replanned(ledger, scenario, previous, as_of, *asked, keep_options=False)
    return found


def _replanned(
    ledger: Ledger,
    scenario: Scenario,
    previous: Plan,
    as_of: int,
    paid: Sequence[Paid],
    max_moves: int | None,
    price: float | None,
    effort: Effort,
    stop: threading.Event | None,
    *,
    keep_options: bool,
) -> Replan:
    past = fix_past(ledger, scenario, previous, as_of, paid, keep_options=keep_options)
    forced = sum(_forced(past, previous, as_of))
    if price is not None:
        max_moves = _worth(past, previous, price, forced, effort, stop)
    goals = [goal for goal in past.scenario.ordered_goals if goal.name is not GoalName.MOVES]
    if max_moves is None:
        goals.insert(sum(goal.name is GoalName.SOFT for goal in goals[:1]), Goal(name=GoalName.MOVES))
    else:
        goals.append(Goal.model_validate({"name": GoalName.MOVES, "at_most": forced + max_moves}))
    tried = changed(past.scenario, goals=tuple(goals))
    plan = plan_with(past.ledger, tried, effort, stop)
    known: dict[str, Any] = dict(  # noqa: C408
        as_of=as_of, status=plan.status, forced=forced, options_kept=keep_options,
        recorded=tuple(sorted(past.recorded)),
        approved=tuple(y for y in range(scenario.horizon.first, as_of) if y not in past.recorded), money=past.money,
        overtaken=past.overtaken, dropped_locks=past.dropped_locks, ledger=past.ledger, scenario=tried, plan=plan,
    )  # fmt: skip
    if not plan.status.has_plan:
        return Replan.model_validate(known)
    seen = overridden(past.ledger, tried)
    names = [goal.name for goal in tried.ordered_goals if goal.name not in (GoalName.MOVES, GoalName.SOFT)]
    kept = [pick for pick in picks_of(previous) if _offered(seen, pick)]
    before = build_body(seen, tried, kept).metrics
    assert before is not None
    return Replan.model_validate(
        known
        | {
            "moves_counted": int(values_of(plan)[GoalName.MOVES]),
            "before": {str(name): before.goals[name] for name in names},
            "after": {str(name): values_of(plan)[name] for name in names},
            "moves": tuple(_moves(past, seen, tried, previous, plan, names)),
        }
    )


def _check(previous: Plan, max_moves: int | None, price: float | None) -> None:
    findings = []
    if not previous.status.has_plan:
        findings.append(Finding("advice_outlook.no_plan", column="previous", value=str(previous.status)))
    if max_moves is not None and price is not None:
        findings.append(Finding("advice_outlook.limit_or_price", column="max_moves"))
    for column, value in (("max_moves", max_moves), ("price", price)):
        if value is not None and value < 0:
            findings.append(Finding("advice_outlook.out_of_range", {"least": 0}, column=column, value=str(value)))
    if findings:
        raise BadInput(findings)


def _forced(past: Past, previous: Plan, as_of: int) -> Iterator[bool]:
    """For each patch that was planned and is still there: whether the facts alone have moved it."""
    for task in previous.schedule:
        patch = past.ledger.by_id.get(task.patch)
        if patch is not None and patch.treatment is not Treatment.NATURAL:  # as the goal `moves` counts
            start = past.fixed.get(task.patch)
            yield task.start < as_of if start is None else start != task.start


def _worth(past: Past, previous: Plan, price: float, forced: int, effort: Effort, stop: threading.Event | None) -> int:
    """How many moves are worth their price: those of the plan with the least leading goal plus price times moves."""
    tried = changed(past.scenario, goals=past.scenario.ordered_goals)
    formulation = formulate(overridden(past.ledger, tried), tried)
    for goal in tried.ordered_goals:  # some declare columns of their own: all of them before any is used
        formulation.objective(goal.name)
    start = point_of(formulation, picks_of(previous), previous.auxiliary.grants)
    names = [goal.name for goal in tried.ordered_goals]
    if names[0] is GoalName.SOFT:
        soft = formulation.objective(GoalName.SOFT)
        least = optimum(formulation, soft.coefficients, 0.0, Sense.MINIMISE, effort, start, stop)
        if not least.has_solution:
            return 0
        formulation.cap(GoalName.SOFT, float(soft.value(formulation.settled(least.solution))), 0.0)
    lead = formulation.objective(next(name for name in names if name is not GoalName.SOFT))
    moves = formulation.objective(GoalName.MOVES)
    sign = -1.0 if lead.sense is Sense.MAXIMISE else 1.0
    wish = sign * lead.coefficients + price * float(lead.scale) * moves.coefficients
    outcome = optimum(formulation, wish, 0.0, Sense.MINIMISE, effort, start, stop)
    if not outcome.has_solution:
        return 0
    return max(0, int(moves.value(np.rint(outcome.solution))) - forced)


def _offered(ledger: Ledger, pick: Pick) -> bool:
    patch = ledger.by_id.get(pick.patch)
    return patch is not None and any(option.option == pick.option for option in ledger.options_of(patch))


def _moves(
    past: Past, seen: Ledger, scenario: Scenario, previous: Plan, plan: Plan, names: Sequence[GoalName]
) -> Iterator[Move]:
    old = {pick.patch: pick for pick in picks_of(previous)}
    new = {pick.patch: pick for pick in picks_of(plan)}
    for patch in sorted({*old, *new}):
        before, after = old.get(patch), new.get(patch)
        if before == after:
            continue
        why = _why(past, seen, scenario, plan, new, patch, before, names)
        row = seen.by_id.get(patch)
        district = row.district if row else next(t.district for t in previous.schedule if t.patch == patch)
        yield Move.model_validate(
            {
                "patch": patch,
                "district": district,
                "kind": _kind(before, after),
                "before": (before.option, before.start) if before else None,
                "after": (after.option, after.start) if after else None,
                "counted": row is not None
                and row.treatment is not Treatment.NATURAL
                and before is not None
                and (after is None or after.start != before.start),
                **why,
            }
        )


def _kind(before: Pick | None, after: Pick | None) -> str:
    if before is None:
        return "entered"
    if after is None:
        return "left"
    return "moved" if before.start != after.start else "option"


def _why(
    past: Past, seen: Ledger, scenario: Scenario, plan: Plan, new: dict[str, Pick], patch: str, before: Pick | None,
    names: Sequence[GoalName],
) -> dict[str, object]:  # fmt: skip
    """The reason of a move: facts first; else what happens when this patch alone is put back."""
    row = seen.by_id.get(patch)
    if row is None or (before is not None and not _offered(seen, before)):
        return {"reason": "gone"}
    if patch in past.fixed or (before is not None and before.start in past.recorded):
        return {"reason": "fact"}
    back = [pick for name, pick in new.items() if name != patch] + ([before] if before else [])
    held = {pick.patch for pick in back}
    body = build_body(seen, scenario, back, [grant for grant in plan.auxiliary.grants if grant.patch in held])
    assert body.metrics is not None
    now = values_of(plan)
    brings = {
        str(name): (now[name] - body.metrics.goals[name]) * (1 if name.maximised else -1) for name in names
    }  # fmt: skip
    broken = [f for f in clause_findings(Case(seen, scenario, body)) if f.clause not in NOT_A_REASON]
    if broken:
        first: AuditFinding = max(broken, key=lambda f: (f.clause != "purse_accounts", f.amount or 0))
        return {"reason": "clause", "brings": brings, **first.model_dump()}
    return {"reason": "new" if before is None and row.planned_year is None else "goal", "brings": brings}
