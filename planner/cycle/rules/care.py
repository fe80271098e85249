"""Natural sites verified, matters tracked, sites checked after acceptance (plan, ch. 4 sec. 4, ch. 5 sec. 1 and 3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from planner.cycle.payloads import AfterCheck, Tracking, Verification
from planner.cycle.refuse import Refusal, in_state, refusal
from planner.cycle.state import Cycle, NaturalState, Tracked, WorkState
from planner.cycle.step import Step
from planner.ledger import Treatment


def may_verify(cycle: Cycle, step: Step, fresh: bool) -> Iterator[Refusal]:
    """A site left to natural recovery, once."""
    patch = cycle.register.by_id.get(step.patch or "")
    if patch is None or patch.treatment is not Treatment.NATURAL:
        yield refusal(step, "not_natural")
    else:
        yield from in_state(step, cycle.natural_state(patch), [NaturalState.UNVERIFIED])


def verified(cycle: Cycle, step: Step) -> Cycle:
    """Who looked, when, and what they found."""
    assert isinstance(step.payload, Verification)
    return cycle.changed(verified={**cycle.verified, step.patch or "": step.payload})


def may_track(cycle: Cycle, step: Step, fresh: bool) -> Iterator[Refusal]:
    """One open matter a patch, due no earlier than it is opened."""
    assert isinstance(step.payload, Tracking)
    if cycle.open_tracking(step.patch or ""):
        yield refusal(step, "tracked_already")
    if step.payload.due < step.day:
        yield refusal(step, "due_before_opened", value=step.payload.due.isoformat(), day=step.day.isoformat())


def tracked(cycle: Cycle, step: Step) -> Cycle:
    """Opened, with its reason and its day."""
    assert isinstance(step.payload, Tracking)
    patch = step.patch or ""
    new = Tracked(patch, step.district, step.remark, step.day, step.payload.due)
    return cycle.changed(tracked={**cycle.tracked, patch: (*cycle.tracked.get(patch, ()), new)})


def may_resolve(cycle: Cycle, step: Step, fresh: bool) -> Iterator[Refusal]:
    """There is an open matter."""
    if cycle.open_tracking(step.patch or "") is None:
        yield refusal(step, "not_tracked")


def resolved(cycle: Cycle, step: Step) -> Cycle:
    """Closed, with the reason."""
    patch = step.patch or ""
    *before, last = cycle.tracked[patch]
    ended = replace(last, closed=step.day, how=step.remark)
    return cycle.changed(tracked={**cycle.tracked, patch: (*before, ended)})


def may_check(cycle: Cycle, step: Step, fresh: bool) -> Iterator[Refusal]:
    """The next check of an accepted site, in its year after acceptance; none after one that failed."""
    refused = in_state(step, cycle.work_state(step.patch or ""), [WorkState.ACCEPTED, WorkState.CLOSED])
    yield from refused
    if refused:
        return
    given, done = _check(step), cycle.checks.get(step.patch or "", ())
    years = cycle.ground.scenario.holding.aftercare_years
    if done and done[-1].result == "failed":
        yield refusal(step, "failed_before")
    elif given.which != len(done) + 1 or given.which > years:
        yield refusal(step, "not_that_check", value=str(given.which), following=len(done) + 1, years=years)
    else:
        accepted = cycle.works[step.patch or ""].accepted
        assert accepted is not None
        first = after_years(accepted, given.which - 1)
        if given.on < first:
            yield refusal(step, "check_too_early", value=given.on.isoformat(), day=first.isoformat())


def checked(cycle: Cycle, step: Step) -> Cycle:
    """One check more."""
    patch = step.patch or ""
    return cycle.changed(checks={**cycle.checks, patch: (*cycle.checks.get(patch, ()), _check(step))})


def after_years(day: dt.date, years: int) -> dt.date:
    """The same day so many years later; of 29 February the last day of February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _check(step: Step) -> AfterCheck:
    assert isinstance(step.payload, AfterCheck)
    return step.payload
