"""The certificate of a returned workbook, read back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from planner.findings import Finding, UnreadableInput
from planner.office.editable import Field, Key, Value
from planner.office.returned.opening import EMPTY, RawBook, RawCell, RawTable
from planner.office.seal import END, ENTRY, FORMAT, META, ROW, SEAL_SHEET, TABLE, digest_of
from planner.office.sheet import Written


@dataclass
class SealedRow:
    """A row as it was handed out: its closed cells, its open columns, and whose it is."""

    key: str
    cells: dict[int, Written]
    open: frozenset[int]


@dataclass
class SealedTable:
    """A sheet as it was handed out."""

    name: str
    head_row: int | None
    key_columns: tuple[int, ...]
    fields: dict[int, str]
    rows: dict[int, SealedRow] = field(default_factory=dict)

    @cached_property
    def by_key(self) -> dict[str, int]:
        """The rows by their keys."""
        return {row.key: number for number, row in self.rows.items() if row.key}

    @cached_property
    def heads(self) -> dict[int, str]:
        """The names of the columns."""
        if self.head_row is None:
            return {}
        return {col: str(cell.value) for col, cell in self.rows[self.head_row].cells.items()}


@dataclass(frozen=True)
class Seal:
    """Whose plan a workbook shows, and what its cells were written with."""

    meta: dict[str, str]
    tables: tuple[SealedTable, ...]
    entries: dict[Key, Value]
    closed: dict[Key, str]


def read_seal(book: RawBook) -> Seal:
    """Read the certificate of a workbook.

    Raises
    ------
    UnreadableInput
        There is none, it is of another format, or it was changed.
    """
    sheet = next((s for s in book.sheets if s.name.strip() == SEAL_SHEET), None) or _by_content(book)
    if sheet is None:
        raise UnreadableInput([Finding("office.seal_missing", {"sheet": SEAL_SHEET}, file=book.file)])
    lines = [tuple(_texts(cells)) for _, cells in sorted(sheet.rows.items())]
    meta = {line[1]: line[2] if len(line) > 2 else "" for line in lines if line[0] == META and len(line) > 1}
    if meta.get("format") != FORMAT:
        found = meta.get("format") or "–"
        raise UnreadableInput([Finding("office.seal_format", {"found": found, "wanted": FORMAT}, file=book.file)])
    if not lines or lines[-1][0] != END or lines[-1][-1] != digest_of(lines[:-1]):
        raise UnreadableInput([Finding("office.seal_broken", {"sheet": SEAL_SHEET}, file=book.file)])
    tables: dict[str, SealedTable] = {}
    entries: dict[Key, Value] = {}
    closed: dict[Key, str] = {}
    for kind, *parts in lines:
        if kind == TABLE:
            about = json.loads(parts[1])
            fields = {int(col): name for col, name in about["fields"].items()}
            tables[parts[0]] = SealedTable(parts[0], about["head_row"], tuple(about["key_columns"]), fields)
        elif kind == ROW:
            name, row, row_key, *chunks = parts
            content = json.loads("".join(chunks))
            cells = {int(col): Written(*cell) for col, cell in content["cells"].items()}
            tables[name].rows[int(row)] = SealedRow(row_key, cells, frozenset(content["open"]))
        elif kind == ENTRY:
            patch, name, source, district, year, value, why = (*parts, *("",) * (7 - len(parts)))
            key = Key(patch, Field(name), source, district, int(year or 0))
            entries[key] = _value(key.field, value)
            closed[key] = why
    return Seal(meta, tuple(tables.values()), entries, closed)


def _by_content(book: RawBook) -> RawTable | None:
    for sheet in book.sheets:
        first = sheet.rows.get(0, {})
        if [cell.value for _, cell in sorted(first.items())] == [META, "format", FORMAT]:
            return sheet
    return None


def _texts(cells: Mapping[int, RawCell]) -> list[str]:
    return [str(cells.get(col, EMPTY).value or "") for col in range(max(cells) + 1)]


def _value(of: Field, text: str) -> Value:
    if of.kind == "text":
        return text
    if not text:
        return None
    if of.kind == "date":
        return dt.date.fromisoformat(text)
    return text if of.kind == "word" else int(text)
