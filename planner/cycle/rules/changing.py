"""The yearly review of the ledger (年度现状核查, ch. 5 sec. 3): proposed by a district, adopted as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace

from planner.cycle.payloads import Adoption, ChangeSet, LedgerChange
from planner.cycle.refuse import Refusal, Say, refusal, state_word
from planner.cycle.register import Version, names_after, with_changes
from planner.cycle.state import Cycle, NaturalState, Proposal
from planner.cycle.step import Step
from planner.findings import BadInput
from planner.ledger import Option, Patch, Treatment

BY_OTHER_STEPS = frozenset(
    {
        "patch", "district", "planned_year", "status", "actual_start", "actual_finish", "accepted_date",
        "accepted_area_m2", "recovery", "reclassified_from", "verifier_unit", "verifier", "verified_on", "tracked",
        "change_record",
    }
)  # fmt: skip
"""Fields that no change set writes: they follow from other steps, or from the change itself."""


def may_propose(cycle: Cycle, step: Step, fresh: bool) -> Iterator[Refusal]:
    """A number of its own; changes of the district's own patches that make a ledger without faults."""
    old = cycle.proposals.get(step.number)
    if old is not None and (old.state != "returned" or old.district != step.district):
        yield refusal(step, "number_twice", value=step.number)
    refused = list(_refused(cycle, step, _changes(step)))
    yield from refused
    if not refused:
        yield from _faults(cycle, step, step.number, _changes(step))


def proposed(cycle: Cycle, step: Step) -> Cycle:
    """The change set waits for the city."""
    new = Proposal(step.number, step.district, step.year, _changes(step))
    return cycle.changed(proposals={**cycle.proposals, step.number: new})


def may_adopt(cycle: Cycle, step: Step, fresh: bool) -> Iterator[Refusal]:
    """A change set that waits, and that still fits what has happened since."""
    found = cycle.proposals.get(_adoption(step).proposal)
    if found is None or found.district != step.district:
        yield refusal(step, "no_such_proposal", value=_adoption(step).proposal)
    elif found.state != "proposed":
        state = Say((f"cycle.proposal_{found.state}",))
        yield refusal(step, "proposal_not_waiting", value=found.number, state=state)
    else:
        refused = list(_refused(cycle, step, found.changes))
        yield from refused
        if not refused:
            yield from _faults(cycle, step, found.number, found.changes)


def adopted(cycle: Cycle, step: Step) -> Cycle:
    """A new version of the ledger."""
    found = cycle.proposals[_adoption(step).proposal]
    after = with_changes(cycle.register, found.district, found.number, found.changes)
    version = Version(
        len(cycle.versions) + 1, found.number, step.number, step.district, step.year, step.at, found.changes,
        cycle.register, after,
    )  # fmt: skip
    reopened = {change.reopens: change.patch for change in found.changes.changes if change.reopens}
    return cycle.changed(
        register=after, versions=(*cycle.versions, version), reopened={**cycle.reopened, **reopened},
        proposals={**cycle.proposals, found.number: replace(found, state="adopted")},
    )  # fmt: skip


def _faults(cycle: Cycle, step: Step, number: str, changes: ChangeSet) -> Iterator[Refusal]:
    try:
        with_changes(cycle.register, step.district, number, changes)
    except BadInput as error:
        names = names_after(cycle.register, changes)
        for finding in error.findings:
            patch = names[finding.row - 1] if 0 < finding.row <= len(names) else ""
            said = {"zh": finding.line("zh"), "en": finding.line("en")}
            yield refusal(step, "faulty_ledger", value=patch, **said)


def _refused(cycle: Cycle, step: Step, changes: ChangeSet) -> Iterator[Refusal]:
    names = [change.patch for change in changes.changes]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield refusal(step, "patch_twice", value=name)
    for change in changes.changes:
        yield from _of_one(cycle, step, change)


def _of_one(cycle: Cycle, step: Step, change: LedgerChange) -> Iterator[Refusal]:
    known = {f.name for f in fields(Option if change.option else Patch)}
    for name in change.values:
        if name not in known:
            yield refusal(step, "no_such_field", value=f"{change.patch}.{name}")
        elif name in BY_OTHER_STEPS or name == "option":
            yield refusal(step, "field_of_another_step", value=f"{change.patch}.{name}")
    patch = cycle.register.by_id.get(change.patch)
    if change.op in ("add", "reopen"):
        if patch is not None or change.patch in cycle.works:
            yield refusal(step, "id_taken", value=change.patch)
        if change.reopens is not None:
            yield from _of_reopening(cycle, step, change.reopens)
        return
    if patch is None:
        yield refusal(step, "unknown_patch", value=change.patch)
    elif patch.district != step.district:
        yield refusal(step, "other_district", value=change.patch, owner=patch.district, district=step.district)
    elif change.patch in cycle.works or change.patch in cycle.natural_closed:
        state = cycle.natural_state(patch) if change.patch in cycle.natural_closed else cycle.work_state(change.patch)
        yield refusal(step, "issued_already", value=change.patch, state=state_word(state))
    elif patch.actual_start is not None:
        yield refusal(step, "begun_already", value=change.patch, day=patch.actual_start.isoformat())
    elif _leaves_nature(patch, change) and cycle.natural_state(patch) is not NaturalState.FAILED:
        yield refusal(step, "not_found_poor", value=change.patch, state=state_word(cycle.natural_state(patch)))


def _leaves_nature(patch: Patch, change: LedgerChange) -> bool:
    to = change.values.get("treatment", patch.treatment.value)
    return patch.treatment is Treatment.NATURAL and to not in (Treatment.NATURAL, Treatment.NATURAL.value)


def _of_reopening(cycle: Cycle, step: Step, name: str) -> Iterator[Refusal]:
    patch, done = cycle.register.by_id.get(name), cycle.checks.get(name, ())
    if patch is None:
        yield refusal(step, "unknown_patch", value=name)
    elif patch.district != step.district:
        yield refusal(step, "other_district", value=name, owner=patch.district, district=step.district)
    elif not done or done[-1].result != "failed":
        yield refusal(step, "not_failed", value=name)
    elif name in cycle.reopened:
        yield refusal(step, "reopened_already", value=name, by=cycle.reopened[name])


def _changes(step: Step) -> ChangeSet:
    assert isinstance(step.payload, ChangeSet)
    return step.payload


def _adoption(step: Step) -> Adoption:
    assert isinstance(step.payload, Adoption)
    return step.payload
