"""One returned workbook against what was handed out: its edits, and everything else that differs, cell by cell."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from planner.office.editable import Field, Key, Value
from planner.office.returned.aligning import Aligned, align, sheet_of
from planner.office.returned.changes import Case, Change, Place
from planner.office.returned.opening import EMPTY, RawBook, RawCell
from planner.office.returned.seal import Seal, SealedTable
from planner.office.returned.values import Reader, Unreadable, as_text
from planner.office.sheet import Written, cell
from planner.office.words import Words
from planner.plan import Purse


@dataclass(frozen=True)
class Edit:
    """A cell that may be edited and says something else now; the file's own value before is `base`."""

    key: Key
    base: Value
    value: Value
    place: Place
    formula: str = ""
    reason: str = ""


@dataclass(frozen=True)
class FileReading:
    """What one file says."""

    file: str
    seal: Seal
    edits: tuple[Edit, ...]
    others: tuple[Change, ...]


def read_file(book: RawBook, seal: Seal, reader: Reader, author: str) -> FileReading:
    """Compare a returned workbook with its certificate.

    Parameters
    ----------
    book : RawBook
    seal : Seal
    reader : Reader
    author : str
        Who answers for the edits; where it is empty, who saved the workbook last.
    """
    found = _File(book, seal, reader, author or book.author)
    for table in seal.tables:
        found.table(table)
    return FileReading(book.file, seal, tuple(found.with_reasons()), tuple(found.others))


class _File:
    """Gathers what differs in one file."""

    def __init__(self, book: RawBook, seal: Seal, reader: Reader, author: str) -> None:
        self.book, self.seal, self.reader, self.author = book, seal, reader, author
        self.edits: list[Edit] = []
        self.others: list[Change] = []
        self.reasons: dict[str, str] = {}
        words = Words("en" if seal.meta.get("lang") == "en" else "zh", reader.words.meta)
        self.purses: dict[str, Key] = {
            "|".join((key.patch, words.source(key.source), words.place(Purse(key.source, key.district or None)))): key
            for key in seal.entries
            if key.field is Field.PAID
        }

    def with_reasons(self) -> Iterator[Edit]:
        """The edits, each with the reason that its file gives for the patch."""
        for edit in self.edits:
            if edit.key.field is not Field.REASON:
                yield replace(edit, reason=self.reasons.get(edit.key.patch, ""))

    def table(self, table: SealedTable) -> None:
        """One sheet."""
        sheet = sheet_of(self.book, table, [other.name for other in self.seal.tables])
        if sheet is None:
            self._other(Case.MISSING_SHEET, self._place(table.name, 0, 0), old=table.name)
            return
        aligned = align(table, sheet)
        for col in aligned.missing_columns:
            place = self._place(sheet.name, table.head_row or 0, col)
            self._other(Case.MISSING_COLUMN, place, old=table.heads[col])
        for original, row in aligned.rows:
            if table.fields and table.rows[original].key:
                self._open_cells(aligned, original, row)
            self._closed_cells(aligned, original, row)
        for original in aligned.deleted:
            place = self._place(sheet.name, original, 0)
            said = _said(written.value for _, written in sorted(table.rows[original].cells.items()))
            self._other(Case.DELETED_ROW, place, _patch(table, original), old=said)
        for original, row in aligned.duplicated:
            place, key = self._place(sheet.name, row, 0), table.rows[original].key
            self._other(Case.DUPLICATED_ROW, place, _patch(table, original), new=key.replace("|", " "))
        for row in aligned.added:
            said = _said(as_text(raw.value) for _, raw in sorted(sheet.rows[row].items()))
            self._other(Case.ADDED_ROW, self._place(sheet.name, row, 0), new=said)

    def _open_cells(self, aligned: Aligned, original: int, row: int) -> None:
        table = aligned.table
        for col, field in table.fields.items():
            if col not in table.rows[original].open or col not in aligned.columns:
                continue
            key = self._key(table.rows[original].key, field)
            base, raw = self.seal.entries[key], aligned.cell(row, col)
            place = self._place(aligned.sheet.name, row, aligned.columns[col])
            try:
                value = self.reader.read(key, raw)
                if value is None and base is not None and key.field in (Field.START, Field.COST, *_WORDS):
                    raise Unreadable("unreadable_empty")
            except Unreadable as wrong:
                shown = raw.formula or as_text(raw.value)
                old = self.reader.say(key.field, base)
                self._other(
                    Case.UNREADABLE, place, key.patch, key=key, old=old, new=shown, detail=wrong.key, **wrong.values
                )
                continue
            if key.field is Field.REASON and isinstance(value, str) and value:
                self.reasons[key.patch] = value
            if value != base:
                self.edits.append(Edit(key, base, value, place, raw.formula))

    def _key(self, row_key: str, field: str) -> Key:
        name, _, year = field.partition(":")
        if name == Field.PAID:
            paid = self.purses[row_key]
            return Key(paid.patch, Field.PAID, paid.source, paid.district, int(year))
        return Key(row_key, Field(name))

    def _closed_cells(self, aligned: Aligned, original: int, row: int) -> None:
        sealed, sheet = aligned.table.rows[original], aligned.sheet
        back = {now: col for col, now in aligned.columns.items()}
        patch = _patch(aligned.table, original)
        for col, written in sealed.cells.items():
            if col not in aligned.columns:
                continue
            raw = aligned.cell(row, col)
            if _same(written, raw):
                continue
            place = self._place(sheet.name, row, aligned.columns[col])
            case = Case.FORMULA if written.formula else Case.PROTECTED
            old = f"={written.formula}" if written.formula else as_text(written.value)
            self._other(case, place, patch, old=old, new=_shown(raw), detail="protected_how")
        for now, raw in sheet.rows.get(row, {}).items():
            col = back.get(now, now if now not in aligned.columns.values() else -1)
            if col in sealed.cells or col in sealed.open or raw == EMPTY or not _shown(raw).strip():
                continue
            place = self._place(sheet.name, row, now)
            self._other(Case.PROTECTED, place, patch, new=_shown(raw), detail="protected_how")

    def _place(self, sheet: str, row: int, col: int) -> Place:
        return Place(self.book.file, sheet, cell(row, col), self.author)

    def _other(
        self, case: Case, place: Place, patch: str = "", *, key: Key | None = None, old: str = "", new: str = "",
        detail: str = "", **values: object,
    ) -> None:  # fmt: skip
        self.others.append(Change(case, key, patch, None, old, new, (place,), detail, values))


_WORDS = (Field.TREATMENT, Field.OPTION, Field.TRACKED)
_REFERENCE = re.compile(r"(?<![A-Z0-9])([A-Z]{1,3})\d+(?![A-Z0-9(])")


def _patch(table: SealedTable, row: int) -> str:
    """Whose row it is; a key of several parts begins with the patch."""
    key = table.rows[row].key
    return key.rsplit("|", len(table.key_columns) - 1)[0] if len(table.key_columns) > 1 else key


def _said(values: Iterator[object]) -> str:
    return " ".join(text for value in values if (text := as_text(value).strip()))[:200]


def _shown(raw: RawCell) -> str:
    return f"={raw.formula.removeprefix('=')}" if raw.formula else as_text(raw.value)


def _same(written: Written, raw: RawCell) -> bool:
    """Whether a closed cell still is what it was; a formula may have another result, not another text and result."""
    if written.formula:
        if not raw.formula:
            return False
        return _formula(written.formula) == _formula(raw.formula) or _equal(written.value, raw.value)
    return not raw.formula and _equal(written.value, raw.value)


def _formula(text: str) -> str:
    """A formula without what programs write in their own ways, and without row numbers, which follow moved rows."""
    plain = re.sub(r"[\s$']|_xlfn\.", "", text.removeprefix("=")).upper()
    return _REFERENCE.sub(r"\1#", plain)


def _equal(before: object, after: object) -> bool:
    first, second = (as_text(value).replace("\r\n", "\n").strip() for value in (before, after))
    if first == second:
        return True
    try:
        return math.isclose(float(first), float(second.replace(",", "")), rel_tol=1e-9, abs_tol=1e-9)
    except ValueError:
        return False
