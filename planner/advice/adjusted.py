"""What some edits of a plan by hand break and cost, nothing else moved: worked out at once, no solving."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated

from pydantic import Field

from planner.advice.said import Record
from planner.audit import audit_body
from planner.clauses import clauses
from planner.findings import BadInput, Finding
from planner.ledger import Ledger
from planner.plan import AuditFinding, Body, Pick, Plan, Purse, build_body
from planner.scenario import Lock, LockKind, Scenario, overridden


class Wanted(Record):
    """What somebody wants of a patch: a year to start in, an option, or that it is not planned.

    Without any of them the patch is free again of what was wanted before.

    Parameters
    ----------
    reason : str
        Why, for whoever reads the lock that it becomes.
    """

    patch: Annotated[str, Field(min_length=1)]
    year: int | None = None
    option: str | None = None
    excluded: bool = False
    reason: str = ""

    @property
    def frees(self) -> bool:
        """Whether it only takes back what was wanted before."""
        return self.year is None and self.option is None and not self.excluded


class Placed(Record):
    """Where a patch stands: its start year and option, both None where it is not planned."""

    start: int | None
    option: str | None


class Moved(Record):
    """A patch that the edits put elsewhere."""

    patch: str
    was: Placed
    now: Placed


class PurseChange(Record):
    """A purse's year in the series that the budgets bind, before and after. Money in yuan.

    `overdrawn` is what no vintage covers any more, charged to the year's own.
    """

    source: str
    district: str | None
    year: int
    budget: int
    before: int
    after: int
    overdrawn: int


class GoalChange(Record):
    """A goal of the scenario, before and after."""

    name: str
    before: int | float
    after: int | float


class Adjusted(Record):
    """What the edits come to.

    Parameters
    ----------
    moved : tuple of Moved
    broken : tuple of AuditFinding
        Clauses that are held hard and that the plan, edited so and not planned again, does not keep.
    money : tuple of PurseChange
        The purses and years whose spending changes.
    goals : tuple of GoalChange
        In their order; those that stay are left out.
    cost_before, cost_after : int
        Of all tasks, in yuan.
    """

    moved: tuple[Moved, ...]
    broken: tuple[AuditFinding, ...]
    money: tuple[PurseChange, ...]
    goals: tuple[GoalChange, ...]
    cost_before: int
    cost_after: int


def adjusted(
    ledger: Ledger, scenario: Scenario, plan: Plan, wanted: Sequence[Wanted], *, given: Collection[Lock] = ()
) -> Adjusted:
    """Edit a plan by hand, and audit what comes of it.

    What further sources gave to a patch that moves is given up with its place: its base payer pays.

    Parameters
    ----------
    ledger, scenario
        What the plan was made from.
    plan : Plan
        With a schedule.
    wanted : sequence of Wanted
    given : collection of Lock
        Locks that edits may not take the place of; see `with_wishes`.

    Raises
    ------
    BadInput
        A patch or an option is none of the ledger, or a patch stands twice.
    """
    seen, freed = overridden(ledger, scenario), _without(scenario, wanted, given)
    _check(seen, wanted)
    picks = {task.patch: Pick(task.patch, task.option, task.start) for task in plan.schedule}
    before = {patch: _placed(pick) for patch, pick in picks.items()}
    for one in wanted:
        own = picks.get(one.patch)
        if one.excluded:
            picks.pop(one.patch, None)
        elif not one.frees and (own is not None or one.year is not None):
            option = one.option or (own.option if own else seen.options_of(seen.by_id[one.patch])[0].option)
            start = one.year if one.year is not None else own.start  # type: ignore[union-attr]
            picks[one.patch] = Pick(one.patch, option, start)
    nowhere = Placed(start=None, option=None)
    now = {patch: _placed(pick) for patch, pick in picks.items()}
    moved = tuple(
        Moved(patch=one.patch, was=before.get(one.patch, nowhere), now=now.get(one.patch, nowhere))
        for one in wanted
        if before.get(one.patch) != now.get(one.patch)
    )
    gone = {one.patch for one in moved}
    grants = [grant for grant in plan.auxiliary.grants if grant.patch not in gone]
    body = build_body(seen, freed, picks.values(), grants)
    return Adjusted(
        moved=moved, broken=_broken(seen, freed, body), money=_money(plan, body), goals=_goals(scenario, plan, body),
        cost_before=_cost(plan), cost_after=_cost(body),
    )  # fmt: skip


def with_wishes(
    ledger: Ledger, scenario: Scenario, wanted: Sequence[Wanted], *, given: Collection[Lock] = ()
) -> Scenario:
    """The scenario with what is wanted as locks, in place of earlier ones of the same patches.

    Parameters
    ----------
    given : collection of Lock
        Locks that stay whatever is wanted; a wish that goes against one of them is refused.

    Raises
    ------
    BadInput
        A wish gives no reason, goes against a lock that stays, or names what the ledger does not have.
    """
    _check(overridden(ledger, scenario), wanted)
    unexplained = [one.patch for one in wanted if not one.frees and not one.reason.strip()]
    if unexplained:
        raise BadInput([Finding("advice_adjusted.no_reason", {"patch": patch}, value=patch) for patch in unexplained])
    freed = _without(scenario, wanted, given)
    locks = (*freed.locks, *(lock for one in wanted for lock in _locks(one)))
    new = freed.model_dump(mode="json", serialize_as_any=True)
    new["locks"] = [lock.model_dump(mode="json") for lock in locks]
    if locks and not freed.clause("locks").on:
        new["clauses"] = {**new["clauses"], "locks": {"mode": "hard"}}
    made = Scenario.model_validate(new)
    overridden(ledger, made)
    return made


def _check(ledger: Ledger, wanted: Sequence[Wanted]) -> None:
    faults, seen = [], set()
    for one in wanted:
        patch = ledger.by_id.get(one.patch)
        if patch is None:
            faults.append(Finding("advice_questions.no_patch", {}, value=one.patch))
        elif one.patch in seen:
            faults.append(Finding("advice_adjusted.twice", {}, value=one.patch))
        elif one.option is not None and one.option not in (known := [o.option for o in ledger.options_of(patch)]):
            values = {"patch": one.patch, "known": "、".join(known)}
            faults.append(Finding("advice_adjusted.no_option", values, value=one.option))
        seen.add(one.patch)
    if faults:
        raise BadInput(faults)


def _locks(one: Wanted) -> list[Lock]:
    if one.excluded:
        return [Lock(patch=one.patch, kind=LockKind.EXCLUDED, reason=one.reason)]
    locks = [] if one.year is None else [Lock(patch=one.patch, kind=LockKind.YEAR, year=one.year, reason=one.reason)]
    if one.option is not None:
        locks.append(Lock(patch=one.patch, kind=LockKind.OPTION, option=one.option, reason=one.reason))
    return locks


def _without(scenario: Scenario, wanted: Sequence[Wanted], given: Collection[Lock]) -> Scenario:
    """The scenario without the locks that the wishes take the place of."""
    about = {one.patch for one in wanted}
    kept = tuple(lock for lock in scenario.locks if lock.patch not in about or lock in given)
    return scenario.model_copy(update={"locks": kept})


def _placed(pick: Pick) -> Placed:
    return Placed(start=pick.start, option=pick.option)


def _broken(ledger: Ledger, scenario: Scenario, body: Body) -> tuple[AuditFinding, ...]:
    """What is against a clause, and starts outside of an option's years; soft breaches show in the goals."""
    found = audit_body(ledger, scenario, body).findings
    return tuple(one for one in found if one.clause == "schedule" or one.clause in clauses())


def _money(plan: Body, body: Body) -> tuple[PurseChange, ...]:
    before, after = _spent(plan), _spent(body)
    budgets: dict[tuple[Purse, int], int] = {}
    over: dict[tuple[Purse, int], int] = {}
    for account in body.accounts:
        key = (Purse(account.source, account.district), account.vintage)
        budgets[key] = budgets.get(key, 0) + account.budget
        over[key] = over.get(key, 0) + account.overdrawn
    changed = [key for key in {**before, **after} if before.get(key, 0) != after.get(key, 0)]
    return tuple(
        PurseChange(
            source=purse.source, district=purse.district, year=year, budget=budgets.get((purse, year), 0),
            before=before.get((purse, year), 0), after=after.get((purse, year), 0),
            overdrawn=over.get((purse, year), 0),
        )
        for purse, year in sorted(changed, key=lambda key: (key[0].text, key[1]))
    )  # fmt: skip


def _spent(body: Body) -> Mapping[tuple[Purse, int], int]:
    sums: dict[tuple[Purse, int], int] = {}
    for account in body.accounts:
        for year, yuan in account.used.items():
            key = (Purse(account.source, account.district), year)
            sums[key] = sums.get(key, 0) + yuan
    return sums


def _goals(scenario: Scenario, plan: Body, body: Body) -> tuple[GoalChange, ...]:
    before = plan.metrics.goals if plan.metrics else {}
    after = body.metrics.goals if body.metrics else {}
    return tuple(
        GoalChange(name=goal.name, before=before[goal.name], after=after[goal.name])
        for goal in scenario.ordered_goals
        if goal.name in before and goal.name in after and before[goal.name] != after[goal.name]
    )


def _cost(body: Body) -> int:
    return body.metrics.total_yuan if body.metrics else 0
