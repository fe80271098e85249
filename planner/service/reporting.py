"""A district's workbook as steps of the working year: what it says was begun, finished and paid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from planner.cycle import Cycle, Kind, Step, facts_of
from planner.findings import BadInput, Finding
from planner.office.editable import Field
from planner.office.returned import Change, Returned
from planner.service.handed import handed_in
from planner.service.rights import Action, require
from planner.service.steps import ACTION_OF, keep_step, step_of

if TYPE_CHECKING:
    from planner.service.desk import Desk

_ORDER = (Field.ACTUAL_START, Field.PAID, Field.ACTUAL_FINISH)
"""What becomes a step, in the order in which a patch takes them on one day."""


@dataclass(frozen=True)
class Report:
    """What a workbook came to.

    Parameters
    ----------
    steps : tuple of Step
        Taken, all of them.
    left_out : tuple of Change
        What is no district's step: acceptance, wishes for the next plan, edits that were rejected.
    """

    steps: tuple[Step, ...]
    left_out: tuple[Change, ...]


class Reporting:
    """Workbooks of the working year, at somebody's desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def take(self, identity: int, number: str, *, reject: Collection[str] = ()) -> Report:
        """Take what a handed-in workbook says was begun, finished and paid as steps: all of them, or none.

        Parameters
        ----------
        identity : int
            The version that the job of kind ``hand_in`` has kept.
        number : str
            The document's number, of every step.
        reject : collection of str
            Ids of edits to leave out.

        Raises
        ------
        NotAllowed
        BadInput
            A step may not be taken now: with its cell. Nothing is taken then.
        """
        with self._desk.reading() as tx:
            person = self._desk.who(tx)
            handed = handed_in(tx, person, identity)
            require(person, Action.HAND_IN, handed.kept.document.district)
        found = handed.read()
        with self._desk.store.writing(self._desk.author) as tx:
            person = self._desk.who(tx)
            cycle = self._desk.service.cycles.at(tx)
            at = self._desk.service.now()
            steps: list[Step] = []
            taken: set[str] = set()
            faults: list[Finding] = []
            for change, kind, whose, said in _said(found, cycle, reject, at.date()):
                require(person, ACTION_OF[kind], whose.district)
                step = step_of(
                    person, kind, whose.year, whose.district, change.patch, at=at.isoformat(), number=number,
                    remark=change.reason, payload=said,
                )  # fmt: skip
                try:
                    cycle = cycle.then(step)
                except BadInput as refused:
                    faults += [_at(finding, change) for finding in refused.findings]
                    continue
                keep_step(tx, step)
                steps.append(step)
                taken.add(change.id)
            if faults:
                raise BadInput(faults)
        return Report(tuple(steps), tuple(change for change in found.changes if change.id not in taken))


@dataclass(frozen=True)
class _Whose:
    district: str
    year: int


def _said(
    found: Returned, cycle: Cycle, reject: Collection[str], today: dt.date
) -> Iterator[tuple[Change, Kind, _Whose, dict[str, Any]]]:
    """The edits that are steps, in the order in which they can be taken."""
    paid = facts_of(cycle).paid
    own = [
        (change, change.key)
        for change in found.changes
        if change.key is not None and change.key.field in _ORDER and change.case.applicable and change.id not in reject
    ]
    for change, key in sorted(own, key=lambda pair: (pair[1].patch, _ORDER.index(pair[1].field))):
        work = cycle.works.get(key.patch)
        if work is None:
            raise BadInput([_at(Finding("service.not_issued", {"patch": key.patch}), change)])
        whose = _Whose(work.district, work.year)
        if key.field is not Field.PAID:
            kind = Kind.START if key.field is Field.ACTUAL_START else Kind.FINISH
            yield change, kind, whose, {"on": str(change.value)}
            continue
        more = int(str(change.value or 0)) - paid.get((key.patch, key.purse, key.year), 0)
        if more:
            day = min(dt.date(key.year, 12, 31), today)
            place = change.places[0]
            said = {
                "on": day.isoformat(), "source": key.purse.source, "purse_district": key.purse.district,
                "yuan": abs(more), "voucher": f"{place.file} {place.sheet}!{place.cell} {found.time.isoformat()}",
            }  # fmt: skip
            yield change, Kind.PAY if more > 0 else Kind.REFUND, whose, said


def _at(finding: Finding, change: Change) -> Finding:
    """The same finding, at the cell that said it."""
    place = change.places[0]
    return replace(
        finding, file=place.file, sheet=place.sheet, row=0, column=place.cell, value=finding.value or change.new
    )
