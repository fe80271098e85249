"""Several returned files against each other, against the plan, and against scenario and ledger."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from planner.findings import Finding, UnreadableInput
from planner.ledger.types import META_DEFAULTS
from planner.office.editable import Editable, Entry, Key
from planner.office.figures import Book
from planner.office.folder import PlanFolder
from planner.office.returned.apply import Refused, apply_changes
from planner.office.returned.changes import Case, Change
from planner.office.returned.opening import open_returned
from planner.office.returned.reading import Edit, FileReading, read_file
from planner.office.returned.seal import Seal, read_seal
from planner.office.returned.values import Reader
from planner.office.words import Words
from planner.scenario import overridden
from planner.texts import Language


@dataclass(frozen=True)
class Returned:
    """Everything that returned files say differently from a plan.

    Parameters
    ----------
    folder : PlanFolder
    changes : tuple of Change
        By file, sheet and cell.
    files : tuple of str
        Names of the files, in the order given.
    time : datetime
        When they were read.
    """

    folder: PlanFolder
    changes: tuple[Change, ...]
    files: tuple[str, ...]
    time: dt.datetime

    @property
    def undecided(self) -> tuple[Change, ...]:
        """Changes about which somebody has to decide."""
        return tuple(change for change in self.changes if change.case.undecided)


def read_returned(
    folder: PlanFolder,
    files: Sequence[str | os.PathLike[str]],
    *,
    author: str = "",
    time: dt.datetime | None = None,
    lang: Language = "zh",
    district: str = "",
) -> Returned:
    """Read returned workbooks and list every change, by cell.

    Parameters
    ----------
    folder : PlanFolder
        The plan that the workbooks are to be of.
    files : sequence of path
    author : str
        Who answers for the edits; by default who saved each file last.
    time : datetime, optional
        By default now.
    lang : {"zh", "en"}
        The language that values are said in.
    district : str
        Whose workbooks they have to be; empty where they may be anyone's.

    Raises
    ------
    UnreadableInput
        With a finding for each file that cannot be read, that carries no certificate, or that is not the district's.
    """
    words = Words(lang, META_DEFAULTS | dict(folder.ledger.meta))
    book = Book(overridden(folder.ledger, folder.scenario), folder.scenario, folder.plan, words, facts=folder.facts)
    reader = Reader(book)
    readings: list[FileReading] = []
    faults: list[Finding] = []
    paths = [Path(file) for file in files]
    for path, name in zip(paths, _names(paths), strict=True):
        try:
            raw = replace(open_returned(path), file=name)
            seal = read_seal(raw)
            if district:
                _require_own(seal, folder, district, name)
            readings.append(read_file(raw, seal, reader, author))
        except UnreadableInput as error:
            faults += error.findings
    if faults:
        raise UnreadableInput(faults)
    when = (time or dt.datetime.now(dt.UTC)).replace(microsecond=0)
    found = list(_changes(readings, Editable(book).entries, folder.plan.certificate.plan_digest, reader))
    found = _dry_run(folder, found, when, lang)
    order = {name: i for i, name in enumerate(_names(paths))}
    found.sort(key=lambda change: (order[change.places[0].file], change.places[0].sheet, change.places[0]))
    return Returned(folder, tuple(found), tuple(order), when)


def _require_own(seal: Seal, folder: PlanFolder, district: str, file: str) -> None:
    """Refuse what is another's, before anything is held against the plan: a comparison would tell what stands there.

    The digest of a certificate has no key. Somebody can write one anew, so that it is asked of each patch too.
    """
    if seal.meta.get("district") != district:
        raise UnreadableInput([Finding("office.not_own_workbook", {"district": district}, file=file)])
    own = {patch.patch for patch in folder.ledger.patches if patch.district == district}
    if any(key.patch not in own for key in seal.entries):
        raise UnreadableInput([Finding("office.not_own_patches", {"district": district}, file=file)])


def _names(paths: Sequence[Path]) -> list[str]:
    """The files' names, with their folders where two have the same."""
    names = [path.name for path in paths]
    return [str(path) if names.count(path.name) > 1 else path.name for path in paths]


def _changes(
    readings: Iterable[FileReading], current: dict[Key, Entry], digest: str, reader: Reader
) -> Iterable[Change]:
    """Edits of the same cell put together; everything else as its file says it."""
    edits: dict[Key, list[tuple[Edit, bool]]] = {}
    for reading in readings:
        stale = reading.seal.meta["plan_digest"] != digest
        yield from reading.others
        for edit in reading.edits:
            now = current.get(edit.key)
            if now is not None and now.value == edit.value:
                continue  # it is so already, whoever said it first
            edits.setdefault(edit.key, []).append((edit, stale or now is None or now.value != edit.base))
    for key, said in edits.items():
        values = {edit.value: [e for e, _ in said if e.value == edit.value] for edit, _ in said}
        stale = any(old for _, old in said)
        for value, own in values.items():
            entry = current.get(key)
            case = Case.CONTRADICTION if len(values) > 1 else Case.STALE if stale else Case.EDIT
            change = Change(
                case, key, key.patch, value, reader.say(key.field, entry.value if entry else own[0].base),
                reader.say(key.field, value), tuple(sorted({edit.place for edit in own})),
                reason=next((edit.reason for edit in own if edit.reason), ""),
                base=reader.say(key.field, own[0].base),
            )  # fmt: skip
            formulas = [edit.formula for edit in own if edit.formula]
            if formulas:
                change = replace(change, detail="edit_formula", values={"formula": f"={formulas[0].removeprefix('=')}"})
            if entry is None:
                change = replace(change, case=Case.PROTECTED, detail="stale_gone")
            elif entry.closed:
                change = replace(change, case=Case.PROTECTED, detail=f"closed_{entry.closed}")
            elif stale:
                change = replace(change, detail="stale_base", values={"base": change.base or "–"})
            yield change


def _dry_run(folder: PlanFolder, changes: list[Change], time: dt.datetime, lang: Language) -> list[Change]:
    """Try what is not in question, and mark what scenario or ledger refuse, until the rest fits."""
    refused: dict[str, Finding] = {}
    while True:
        tried = [change for change in changes if change.case is Case.EDIT and change.id not in refused]
        try:
            apply_changes(folder, tried, time, lang)
        except Refused as error:
            refused |= dict(error.found)
        else:
            break
    return [
        change.refused({"zh": refused[change.id].wrong("zh"), "en": refused[change.id].wrong("en")})
        if change.case is Case.EDIT and change.id in refused
        else change
        for change in changes
    ]
