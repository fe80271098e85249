"""Carrying out, accepting and closing a task (plan, ch. 5 sec. 1(1))."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from planner.cycle.kinds import Kind
from planner.cycle.payloads import Acceptance, Closing, On, by_purse
from planner.cycle.refuse import PurseName, Refusal, in_state, kind_word, refusal, yuan
from planner.cycle.state import Cycle, NaturalState, Work, WorkState
from planner.cycle.step import Step
from planner.ledger import Treatment


def may_start(cycle: Cycle, step: Step, fresh: bool) -> Iterator[Refusal]:
    """An issued task begins in the year it was issued for; otherwise it is put off and issued anew."""
    refused = in_state(step, cycle.work_state(_patch(step)), [WorkState.ISSUED])
    yield from refused
    if refused:
        return
    work, on = cycle.works[_patch(step)], _on(step)
    if on.on.year != work.year:
        yield refusal(step, "start_in_another_year", value=on.on.isoformat(), year=work.year)
    elif on.on < work.day:
        yield _too_early(step, on, work.day.isoformat(), Kind.ISSUE)


def started(cycle: Cycle, step: Step) -> Cycle:
    """Works are under way."""
    return _with(cycle, step, state=WorkState.STARTED, started=_on(step).on)


def may_finish(cycle: Cycle, step: Step, fresh: bool) -> Iterator[Refusal]:
    """Works end after they began."""
    refused = in_state(step, cycle.work_state(_patch(step)), [WorkState.STARTED])
    yield from refused
    if not refused:
        began = cycle.works[_patch(step)].started
        assert began is not None
        if _on(step).on < began:
            yield _too_early(step, _on(step), began.isoformat(), Kind.START)


def finished(cycle: Cycle, step: Step) -> Cycle:
    """Works have ended."""
    return _with(cycle, step, state=WorkState.FINISHED, finished=_on(step).on)


def may_accept(cycle: Cycle, step: Step, fresh: bool) -> Iterator[Refusal]:
    """Not before the works ended, and no more area and hazards than the task has."""
    refused = in_state(step, cycle.work_state(_patch(step)), [WorkState.FINISHED])
    yield from refused
    if refused:
        return
    work, given = cycle.works[_patch(step)], _acceptance(step)
    assert work.finished is not None
    if given.on < work.finished:
        yield _too_early(step, given, work.finished.isoformat(), Kind.FINISH)
    if given.area_m2 > work.task.area_m2:
        yield refusal(step, "area_above_task", accepted=f"{given.area_m2:,}", area=f"{work.task.area_m2:,}")
    if given.hazards > work.task.hazards:
        yield refusal(step, "hazards_above_task", accepted=given.hazards, hazards=work.task.hazards)


def accepted(cycle: Cycle, step: Step) -> Cycle:
    """Accepted, with what was."""
    given = _acceptance(step)
    return _with(
        cycle, step, state=WorkState.ACCEPTED, accepted=given.on, accepted_m2=given.area_m2,
        hazards_removed=given.hazards,
    )  # fmt: skip


def may_close(cycle: Cycle, step: Step, fresh: bool) -> Iterator[Refusal]:
    """A task: committed = paid + released in every purse, nothing asked for or tracked. A natural site: verified."""
    if cycle.open_tracking(_patch(step)):
        yield refusal(step, "tracking_open")
    work = cycle.works.get(_patch(step))
    patch = cycle.register.by_id.get(_patch(step))
    if work is None and patch is not None and patch.treatment is Treatment.NATURAL:
        yield from in_state(step, cycle.natural_state(patch), [NaturalState.VERIFIED])
        if _closing(step).released:
            yield refusal(step, "nothing_committed")
        return
    refused = in_state(step, cycle.work_state(_patch(step)), [WorkState.ACCEPTED])
    yield from refused
    if refused or work is None:
        return
    if work.asked is not None:
        yield refusal(step, "cost_pending")
    committed, paid, released = work.committed(), work.paid(), by_purse(_closing(step).released)
    for purse in sorted({*committed, *paid, *released}, key=lambda purse: purse.text):
        owed = committed.get(purse, 0) - paid.get(purse, 0) - released.get(purse, 0)
        if owed:
            yield refusal(
                step, "not_reconciled", purse=PurseName(purse), committed=yuan(committed.get(purse, 0)),
                paid=yuan(paid.get(purse, 0)), released=yuan(released.get(purse, 0)), difference=yuan(owed),
            )  # fmt: skip


def closed(cycle: Cycle, step: Step) -> Cycle:
    """Struck off the account."""
    if _patch(step) not in cycle.works:
        return cycle.changed(natural_closed=cycle.natural_closed | {_patch(step)})
    return _with(cycle, step, state=WorkState.CLOSED, closed=step.day, released=by_purse(_closing(step).released))


def _with(cycle: Cycle, step: Step, **values: object) -> Cycle:
    work: Work = replace(cycle.works[_patch(step)], **values)  # type: ignore[arg-type]
    return cycle.with_work(_patch(step), work)


def _too_early(step: Step, given: On | Acceptance, before: str, first: Kind) -> Refusal:
    return refusal(step, "too_early", value=given.on.isoformat(), day=before, first=kind_word(first))


def _patch(step: Step) -> str:
    assert step.patch is not None
    return step.patch


def _on(step: Step) -> On:
    assert isinstance(step.payload, On)
    return step.payload


def _acceptance(step: Step) -> Acceptance:
    assert isinstance(step.payload, Acceptance)
    return step.payload


def _closing(step: Step) -> Closing:
    assert isinstance(step.payload, Closing)
    return step.payload
