"""Sending back, with a reason: each step forward has its way back while nothing stands on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from planner.cycle.kinds import WHO_MAY, Kind, Returned
from planner.cycle.payloads import Return
from planner.cycle.refuse import Refusal, Say, in_state, kind_word, refusal, roles_word, state_word
from planner.cycle.state import Cycle, NaturalState, Round, RoundState, WorkState
from planner.cycle.step import Step

ROUND = {
    Returned.APPLICATION: (RoundState.APPLIED, RoundState.RETURNED),
    Returned.REVIEW: (RoundState.PASSED, RoundState.RETURNED),
    Returned.ISSUE: (RoundState.ISSUED, RoundState.PASSED),
    Returned.YEAR: (RoundState.CLOSED, RoundState.ISSUED),
}
WORK = {
    Returned.START: (WorkState.STARTED, WorkState.ISSUED),
    Returned.WORKS: (WorkState.FINISHED, WorkState.STARTED),
    Returned.ACCEPTANCE: (WorkState.ACCEPTED, WorkState.FINISHED),
    Returned.CLOSING: (WorkState.CLOSED, WorkState.ACCEPTED),
}
"""What is sent back: from this state, to that one."""


def may_return(cycle: Cycle, step: Step, fresh: bool) -> Iterator[Refusal]:
    """The thing is in the state that is left, and nothing was built on it."""
    what = _what(step)
    if what in ROUND:
        found = cycle.round(step.district, step.year)
        yield from _is(step, found.state, ROUND[what][0])
        if what is Returned.ISSUE and found.state is RoundState.ISSUED:
            yield from _untouched(cycle, step, found)
    elif what is Returned.CHANGES:
        proposal = cycle.proposals.get(_payload(step).proposal or "")
        if proposal is None or proposal.district != step.district:
            yield refusal(step, "no_such_proposal", value=_payload(step).proposal)
        elif proposal.state != "proposed":
            state = Say((f"cycle.proposal_{proposal.state}",))
            yield refusal(step, "proposal_not_waiting", value=proposal.number, state=state)
    elif what is Returned.COST:
        work = cycle.works.get(step.patch or "")
        if work is None or work.asked is None:
            yield refusal(step, "no_cost_asked", who=roles_word(WHO_MAY[Kind.ASK_COST]))
    elif what is Returned.VERIFICATION:
        yield from _verification(cycle, step)
    elif what is Returned.CLOSING and step.patch in cycle.natural_closed:
        owner = cycle.register.by_id[step.patch].district
        yield from _year_open(cycle, step, cycle.round(owner, cycle.ground.scenario.horizon.last))
    else:
        yield from _is(step, cycle.work_state(step.patch or ""), WORK[what][0])
        work = cycle.works.get(step.patch or "")
        if work is not None and work.state is WORK[what][0]:
            yield from _year_open(cycle, step, cycle.round(work.district, work.year))
            if what is Returned.ACCEPTANCE and cycle.checks.get(step.patch or ""):
                yield refusal(step, "checked_already")


def returned(cycle: Cycle, step: Step) -> Cycle:
    """One state back."""
    what, patch = _what(step), step.patch or ""
    if what in ROUND:
        return _round_back(cycle, step, what)
    if what is Returned.CHANGES:
        number = _payload(step).proposal or ""
        back = replace(cycle.proposals[number], state="returned")
        return cycle.changed(proposals={**cycle.proposals, number: back})
    if what is Returned.COST:
        return cycle.with_work(patch, replace(cycle.works[patch], asked=None))
    if what is Returned.VERIFICATION:
        return cycle.changed(verified={name: found for name, found in cycle.verified.items() if name != patch})
    if patch in cycle.natural_closed:
        return cycle.changed(natural_closed=cycle.natural_closed - {patch})
    work = replace(cycle.works[patch], state=WORK[what][1])
    if what is Returned.START:
        work = replace(work, started=None)
    elif what is Returned.WORKS:
        work = replace(work, finished=None)
    elif what is Returned.ACCEPTANCE:
        work = replace(work, accepted=None, accepted_m2=0, hazards_removed=0)
    else:
        work = replace(work, closed=None, released={})
    return cycle.with_work(patch, work)


def _round_back(cycle: Cycle, step: Step, what: Returned) -> Cycle:
    found = cycle.round(step.district, step.year)
    new = replace(found, state=ROUND[what][1])
    if what in (Returned.APPLICATION, Returned.REVIEW):
        new = replace(new, returned=found.returned + 1)
    if what is Returned.YEAR and not found.issued:
        new = replace(new, state=RoundState.OPEN)
    if what is Returned.ISSUE:
        *before, (_, patches) = found.issued
        new = replace(new, tasks=patches, issued=tuple(before))
        cycle = cycle.changed(works={name: work for name, work in cycle.works.items() if name not in patches})
    return cycle.with_round(step.district, step.year, new)


def _untouched(cycle: Cycle, step: Step, found: Round) -> Iterator[Refusal]:
    """Budget Law art. 72: what is issued and begun is not reshuffled."""
    _, patches = found.issued[-1]
    begun = [
        name
        for name in patches
        if cycle.works[name].state is not WorkState.ISSUED or cycle.works[name].payments or cycle.works[name].asked
    ]
    if begun:
        yield refusal(step, "carried_out", count=len(begun), items=", ".join(begun[:5]))


def _verification(cycle: Cycle, step: Step) -> Iterator[Refusal]:
    patch = cycle.register.by_id.get(step.patch or "")
    if patch is None or step.patch not in cycle.verified:
        yield refusal(step, "not_verified_here")
        return
    if patch.treatment.value != "natural":
        yield refusal(step, "reclassified_already", treatment=str(patch.treatment.value))
        return
    yield from in_state(step, cycle.natural_state(patch), [NaturalState.VERIFIED, NaturalState.FAILED])


def _year_open(cycle: Cycle, step: Step, found: Round) -> Iterator[Refusal]:
    if found.state is RoundState.CLOSED:
        yield refusal(step, "year_closed", back=Say(("cycle.back_year",)), who_back=Say(("cycle.role_leadership",)))


def _is(step: Step, state: RoundState | WorkState, wanted: RoundState | WorkState) -> Iterator[Refusal]:
    if state is not wanted:
        yield refusal(
            step, "not_to_return", state=state_word(state), wanted=state_word(wanted),
            back=Say((f"cycle.back_{_what(step)}",)), asked=kind_word(step.kind),
        )  # fmt: skip


def _what(step: Step) -> Returned:
    return _payload(step).what


def _payload(step: Step) -> Return:
    assert isinstance(step.payload, Return)
    return step.payload
