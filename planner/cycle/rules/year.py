"""The district's year: apply, review, issue, put off, close (plan, ch. 5 sec. 1(1))."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from planner.cycle.payloads import Application, Issue, IssuedTask, money_of
from planner.cycle.refuse import PurseName, Refusal, in_state, refusal, yuan
from planner.cycle.rules.money import overdrafts
from planner.cycle.state import Cycle, NaturalState, RoundState, Work, WorkState
from planner.cycle.step import Step
from planner.plan import Plan, Purse, Task
from planner.plan.works import has_purse


def may_apply(cycle: Cycle, step: Step, fresh: bool) -> Iterator[Refusal]:
    """The tasks of the plan in force that are not issued yet, no more and no less; what else is wanted is a wish."""
    found = cycle.round(step.district, step.year)
    yield from in_state(step, found.state, [RoundState.OPEN, RoundState.RETURNED, RoundState.ISSUED])
    yield from _as_planned(cycle, step, _application(step).tasks, fresh)


def applied(cycle: Cycle, step: Step) -> Cycle:
    """Applied for, and with the city."""
    found, given = cycle.round(step.district, step.year), _application(step)
    new = replace(found, state=RoundState.APPLIED, tasks=given.tasks, wishes=given.wishes)
    return cycle.with_round(step.district, step.year, new)


def may_review(cycle: Cycle, step: Step, fresh: bool) -> Iterator[Refusal]:
    """The application is still what the plan in force says."""
    found = cycle.round(step.district, step.year)
    refused = in_state(step, found.state, [RoundState.APPLIED])
    yield from refused
    if not refused:
        yield from _as_planned(cycle, step, found.tasks, fresh)


def reviewed(cycle: Cycle, step: Step) -> Cycle:
    """Passed on to the leadership."""
    found = cycle.round(step.district, step.year)
    return cycle.with_round(step.district, step.year, replace(found, state=RoundState.PASSED))


def may_issue(cycle: Cycle, step: Step, fresh: bool) -> Iterator[Refusal]:
    """Exactly what was applied for and passed, with the figures of the audited plan in force."""
    found, given = cycle.round(step.district, step.year), _issue(step)
    refused = in_state(step, found.state, [RoundState.PASSED])
    yield from refused
    if refused:
        return
    names = [task.patch for task in given.tasks]
    if sorted(names) != sorted(found.tasks):
        yield _differ(step, set(found.tasks), set(names))
        return
    if fresh:
        yield from _as_planned(cycle, step, found.tasks, fresh)
        plan = cycle.ground.plan
        if plan is not None and given != issue_of(cycle, step.district, step.year):
            yield refusal(step, "not_the_plans_figures", plan=plan.certificate.plan_digest[:12])


def issued(cycle: Cycle, step: Step) -> Cycle:
    """Tasks and money are frozen."""
    found, given = cycle.round(step.district, step.year), _issue(step)
    works = {
        task.patch: Work(task=task, district=step.district, year=step.year, number=step.number, day=step.day)
        for task in given.tasks
    }
    lists = (*found.issued, (step.number, tuple(works)))
    new = replace(found, state=RoundState.ISSUED, tasks=(), wishes=(), issued=lists)
    return cycle.changed(works={**cycle.works, **works}).with_round(step.district, step.year, new)


def issue_of(cycle: Cycle, district: str, year: int) -> Issue:
    """What the plan in force gives a district that has applied: every task with its area, hazards and money."""
    plan = cycle.ground.plan
    assert plan is not None  # without one nothing was applied for
    wanted = cycle.round(district, year).tasks
    tasks = cycle.planned(district, year)
    money = _money(plan)
    return Issue(
        plan=plan.certificate.plan_digest,
        tasks=tuple(_frozen(cycle, tasks[patch], money.get(patch, {})) for patch in wanted if patch in tasks),
    )


def _frozen(cycle: Cycle, task: Task, money: dict[Purse, int]) -> IssuedTask:
    patch = cycle.ledger.by_id[task.patch]
    return IssuedTask(
        patch=task.patch, option=task.option, finish=task.finish,
        area_m2=patch.area_m2 if patch.by_enterprise else task.task_area_m2,
        counted=not patch.by_enterprise, hazards=patch.hazard_points, money=money_of(money),
    )  # fmt: skip


def _money(plan: Plan) -> dict[str, dict[Purse, int]]:
    sums: dict[str, dict[Purse, int]] = {}
    for part in plan.commitments:
        if not has_purse(part.source):  # enterprises and users pay for their own sites
            continue
        own = sums.setdefault(part.patch, {})
        purse = Purse(part.source, part.district)
        own[purse] = own.get(purse, 0) + part.yuan
    return sums


def may_defer(cycle: Cycle, step: Step, fresh: bool) -> Iterator[Refusal]:
    """A task on which nothing has begun and nothing is paid leaves the list; it is planned again."""
    refused = in_state(step, cycle.work_state(step.patch or ""), [WorkState.ISSUED])
    yield from refused
    if not refused:
        paid = sum(cycle.works[step.patch or ""].paid().values())
        if paid:
            yield refusal(step, "paid_already", paid=f"{paid:,}")


def deferred(cycle: Cycle, step: Step) -> Cycle:
    """The task and its money are free again."""
    assert step.patch is not None
    found = cycle.round(step.district, step.year)
    lists = tuple((number, tuple(p for p in patches if p != step.patch)) for number, patches in found.issued)
    return cycle.with_work(step.patch, None).with_round(step.district, step.year, replace(found, issued=lists))


def may_close_year(cycle: Cycle, step: Step, fresh: bool) -> Iterator[Refusal]:
    """Every task of the year is closed; in the last year every natural site was verified and closed, too.

    A year without tasks in the plan is closed as it is.
    """
    found = cycle.round(step.district, step.year)
    nothing = found.state is RoundState.OPEN and not (fresh and cycle.planned(step.district, step.year))
    if not nothing:
        yield from in_state(step, found.state, [RoundState.ISSUED])
    left = sorted(
        name
        for name, work in cycle.works.items()
        if (work.district, work.year) == (step.district, step.year) and work.state is not WorkState.CLOSED
    )
    if left:
        yield refusal(step, "tasks_left", count=len(left), items=_few(left))
    waiting = sorted(cycle.to_apply(step.district, step.year)) if fresh and not nothing else []
    if waiting:
        yield refusal(step, "tasks_not_issued", count=len(waiting), items=_few(waiting))
    yield from _money_there(cycle, step)
    if step.year == cycle.ground.scenario.horizon.last:
        natural = [p for p in cycle.naturals(step.district) if cycle.natural_state(p) is not NaturalState.CLOSED]
        if natural:
            yield refusal(step, "naturals_left", count=len(natural), items=_few([p.patch for p in natural]))


def _money_there(cycle: Cycle, step: Step) -> Iterator[Refusal]:
    """No purse of the year's tasks is overdrawn, and what was to arrive late has arrived."""
    works = [w for w in cycle.works.values() if (w.district, w.year) == (step.district, step.year)]
    purses = {purse for work in works for purse in work.committed()}
    for one in cycle.tranches:
        if one.purse in purses and one.year == step.year and one.tranche.arrives > step.day.year:
            yield refusal(
                step, "tranche_outstanding", purse=PurseName(one.purse), yuan=yuan(one.tranche.yuan),
                arrives=one.tranche.arrives,
            )  # fmt: skip
    short = overdrafts(cycle)
    for purse in sorted(purses, key=lambda purse: purse.text):
        if missing := short.get((purse, step.year)):
            yield refusal(step, "overdrawn", purse=PurseName(purse), missing=yuan(missing))


def year_closed(cycle: Cycle, step: Step) -> Cycle:
    """The year's account is closed."""
    found = cycle.round(step.district, step.year)
    return cycle.with_round(step.district, step.year, replace(found, state=RoundState.CLOSED))


def _as_planned(cycle: Cycle, step: Step, tasks: tuple[str, ...], fresh: bool) -> Iterator[Refusal]:
    if not fresh:
        return
    plan = cycle.ground.plan
    if plan is None or not plan.status.has_plan or not plan.certificate.audit.clean:
        yield refusal(step, "no_plan")
        return
    planned = set(cycle.to_apply(step.district, step.year))
    if not planned:
        yield refusal(step, "nothing_to_apply")
    elif planned != set(tasks):
        yield _differ(step, planned, set(tasks))


def _differ(step: Step, wanted: set[str], given: set[str]) -> Refusal:
    return refusal(
        step, "tasks_differ", missing=_few(sorted(wanted - given)), extra=_few(sorted(given - wanted)),
    )  # fmt: skip


def _few(names: list[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (" …" if len(names) > most else "") if names else "–"


def _application(step: Step) -> Application:
    assert isinstance(step.payload, Application)
    return step.payload


def _issue(step: Step) -> Issue:
    assert isinstance(step.payload, Issue)
    return step.payload
