"""A faulty ledger goes back to whoever sent it: their own workbook with the faults marked, or with faults repaired."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.files import write_whole
from planner.findings import BadInput, Change, Finding, Level
from planner.ledger.cells import as_read
from planner.ledger.opening import unreadable
from planner.texts import Language, text
from sheets import Progress, Refused, edit_book

ALL = "all"
_COLOURS = {Level.ERROR: "FFC7CE", Level.WARNING: "FFEB9C", Level.NOTE: "DDEBF7"}
_MOST_COMMENTS = 20_000
"""Comments beyond this make a workbook that no program opens in reasonable time; the list has them all."""
_LONGEST_COMMENT = 1_000


@dataclass(frozen=True, slots=True)
class Repair:
    """One change of a cell that was made, and by which finding."""

    ref: str
    rule: str
    change: Change

    def to_json(self) -> dict[str, Any]:
        """The repair as plain data."""
        change = self.change
        return {
            "ref": self.ref,
            "rule": self.rule,
            "sheet": change.sheet,
            "cell": change.cell,
            "column": change.column,
            "old": _plain(change.old),
            "new": _plain(change.new),
        }


def mark_ledger(
    path: str | os.PathLike[str],
    findings: Sequence[Finding],
    out: str | os.PathLike[str],
    *,
    lang: Language = "zh",
    on_progress: Progress | None = None,
) -> None:
    """Write a copy of a ledger's file with the cells of its findings marked and commented, and a sheet that lists them.

    The copy is the user's own workbook otherwise; a file that is no ``.xlsx`` comes back converted.

    Parameters
    ----------
    path : path-like
    findings : sequence of Finding
        As `check_ledger` gives them.
    out : path-like
        An ``.xlsx`` file; it appears whole or not at all.
    lang : {"zh", "en"}
    on_progress : callable, optional

    Raises
    ------
    UnreadableInput
        The file cannot be opened.
    OSError
        The place cannot be written to.
    """
    numbered = list(enumerate(findings, start=1))
    marks: dict[tuple[str, str], tuple[Level, list[str]]] = {}
    for number, finding in numbered:
        if finding.cell:
            level, words = marks.setdefault((finding.sheet, finding.cell), (finding.level, []))
            worst = min(level, finding.level, key=list(Level).index)
            words.append(f"{number}. {finding.wrong(lang)}\n→ {finding.repair(lang)}")
            marks[finding.sheet, finding.cell] = worst, words
    rows = [
        [
            number, text(f"cli.{finding.level}", lang), finding.ref, finding.sheet, finding.cell, finding.column,
            finding.value, finding.wrong(lang), finding.repair(lang),
            text("returning.by_choice", lang) if finding.mend else "",
        ]
        for number, finding in numbered
    ]  # fmt: skip
    header = [text(f"returning.{key}", lang) for key in _LIST]
    edits = {
        "mark": [
            [sheet, cell, _COLOURS[level], "\n".join(words)[:_LONGEST_COMMENT]]
            for (sheet, cell), (level, words) in list(marks.items())[:_MOST_COMMENTS]
        ],
        "add": [{"name": text("returning.list", lang), "header": header, "rows": rows, "widths": _LIST_WIDTHS}],
        "author": text("returning.author", lang),
    }
    _write(path, edits, out, on_progress)


_LIST = ("number", "level", "ref", "sheet", "cell", "column", "value", "wrong", "repair", "one_choice")
_LIST_WIDTHS = [6, 8, 34, 16, 8, 20, 20, 48, 48, 10]
_LOG = ("number", "rule", "sheet", "cell", "column", "old", "new", "ref")
_LOG_WIDTHS = [6, 28, 16, 8, 24, 24, 24, 34]


def chosen(findings: Sequence[Finding], choices: Sequence[str]) -> list[Finding]:
    """The findings whose repair was chosen.

    Parameters
    ----------
    findings : sequence of Finding
    choices : sequence of str
        ``all``; a finding's `Finding.ref`; its kind, for all of the kind; or the kind with a row, ``kind:12``.

    Raises
    ------
    BadInput
        A choice names nothing that was found, or nothing that one choice repairs.
    """
    taken: dict[int, Finding] = {}
    refused: list[Finding] = []
    for choice in choices:
        named = [(i, f) for i, f in enumerate(findings) if choice in (ALL, f.ref, f.id, f"{f.id}:{f.row}")]
        able = [(i, f) for i, f in named if f.mend]
        if not able and choice != ALL:
            refused.append(Finding("ledger.repair_none" if named else "ledger.repair_unknown", value=choice))
        taken.update(able)
    if refused:
        raise BadInput(refused)
    return [taken[i] for i in sorted(taken)]


def repair_ledger(
    path: str | os.PathLike[str],
    findings: Sequence[Finding],
    choices: Sequence[str],
    out: str | os.PathLike[str],
    *,
    lang: Language = "zh",
    on_progress: Progress | None = None,
) -> list[Repair]:
    """Write a copy of a ledger's file with the chosen repairs made, each listed on a sheet of its own.

    Two repairs of one cell that want different values are a question, not a repair: the first is made, the other is
    not, and checking the copy shows what is left.

    Returns
    -------
    list of Repair
        What was changed: old value, new value, cell and rule.

    Raises
    ------
    BadInput
        A choice names nothing that can be repaired.
    UnreadableInput
        The file cannot be opened.
    OSError
        The place cannot be written to.
    """
    made: dict[tuple[str, str], Repair] = {}
    for finding in chosen(findings, choices):
        if any((change.sheet, change.cell) in made for change in finding.mend):
            continue  # a repair is made whole or not at all
        for change in finding.mend:
            made[change.sheet, change.cell] = Repair(finding.ref, finding.id, change)
    repairs = list(made.values())
    log = [
        [
            number, repair.rule, repair.change.sheet, repair.change.cell, repair.change.column,
            _plain(repair.change.old), _plain(repair.change.new), repair.ref,
        ]
        for number, repair in enumerate(repairs, start=1)
    ]  # fmt: skip
    edits = {
        "set": [[repair.change.sheet, repair.change.cell, _plain(repair.change.new)] for repair in repairs],
        "add": [
            {
                "name": text("returning.log", lang),
                "header": [text(f"returning.{key}", lang) for key in _LOG],
                "rows": log,
                "widths": _LOG_WIDTHS,
            }
        ],
    }
    _write(path, edits, out, on_progress)
    return repairs


def _write(
    path: str | os.PathLike[str], edits: dict[str, Any], out: str | os.PathLike[str], on_progress: Progress | None
) -> None:
    try:
        content = edit_book(Path(path), edits, on_progress=on_progress)
    except Refused as refused:
        raise unreadable(Path(path), refused.key, **refused.values) from refused
    write_whole(Path(out), content)


def _plain(value: object) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    return value.isoformat() if isinstance(value, dt.date) else as_read(value)
