"""A workbook from outside, opened with care: its raw cells, or words that say why it cannot be read."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

from planner.findings import Finding, UnreadableInput
from planner.ledger.cells import Unusable, is_missing

MOST_BYTES = 200_000_000
"""What a workbook may unpack to."""
MOST_PARTS = 10_000
MOST_ROWS = 200_000
MOST_COLUMNS = 500

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class RawSheet:
    """The rows of a sheet that hold anything, each with its number in the workbook (the first is 1)."""

    name: str
    rows: list[tuple[int, tuple[Any, ...]]]


def raw_sheets(path: Path, wanted: Sequence[str]) -> tuple[list[str], dict[str, RawSheet]]:
    """Read some sheets of a workbook as they are.

    Parameters
    ----------
    path : Path
    wanted : sequence of str
        Names of sheets; outer blanks of a sheet's name do not count.

    Returns
    -------
    list of str
        The names of all sheets.
    dict
        The wanted sheets that are there, by the name that was wanted. A cell is None, a text, a
        number, a bool, a date or time, or `Unusable`.

    Raises
    ------
    UnreadableInput
        There is no such file, it is no workbook, it is damaged, or its size is absurd.
    """
    has_formulas = _inspect(path)
    try:
        return _read(path, set(wanted), has_formulas)
    except UnreadableInput:
        raise
    except Exception as error:  # whatever a foreign parser meets in foreign bytes
        raise _unreadable(path, "file_damaged", error=type(error).__name__) from error


def _inspect(path: Path) -> bool:
    """Refuse what is no sound workbook before it is parsed; say whether it holds formulas."""
    if not path.exists():
        raise _unreadable(path, "file_missing")
    if path.is_dir():
        raise _unreadable(path, "file_is_folder")
    try:
        with path.open("rb") as file:
            start = file.read(len(_OLE))
    except OSError as error:
        raise _unreadable(path, "file_denied", error=error.strerror or type(error).__name__) from error
    if not start:
        raise _unreadable(path, "file_empty")
    if start == _OLE:
        raise _unreadable(path, "file_old_or_protected")
    if not start.startswith(b"PK"):
        raise _unreadable(path, "file_not_workbook")
    try:
        with zipfile.ZipFile(path) as parts:
            return _inspect_parts(path, parts)
    except UnreadableInput:
        raise
    except Exception as error:  # zipfile, zlib and struct each have errors of their own for damage
        raise _unreadable(path, "file_damaged", error=type(error).__name__) from error


def _inspect_parts(path: Path, parts: zipfile.ZipFile) -> bool:
    entries = parts.infolist()
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise _unreadable(path, "file_too_large", most=MOST_BYTES // 1_000_000)
    if any(entry.flag_bits & 1 for entry in entries):
        raise _unreadable(path, "file_old_or_protected")
    if "xl/workbook.xml" not in parts.namelist():
        raise _unreadable(path, "file_not_workbook")
    sheets = [entry for entry in entries if entry.filename.startswith("xl/worksheets/")]
    return any(_holds_formula(parts, entry) for entry in sheets)


def _holds_formula(parts: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    tail = b""
    with parts.open(entry) as file:
        while chunk := file.read(_CHUNK):
            if _FORMULA.search(tail + chunk):
                return True
            tail = chunk[-64:]
    return False


def _read(path: Path, wanted: set[str], has_formulas: bool) -> tuple[list[str], dict[str, RawSheet]]:
    with path.open("rb") as file:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        formulas = openpyxl.load_workbook(file, read_only=True, keep_links=False) if has_formulas else None
        found: dict[str, RawSheet] = {}
        for sheet in book.worksheets:
            name = sheet.title.strip()
            if name in wanted:
                cells = _rows(path, sheet)
                rows = _without_lost_results(cells, _rows(path, formulas[sheet.title])) if formulas else _values(cells)
                filled = [(number, row) for number, row in enumerate(rows, start=1) if not all(map(is_missing, row))]
                found[name] = RawSheet(name, filled)
        if not book.worksheets:
            raise _unreadable(path, "file_damaged", error="no worksheet")
        return [sheet.title for sheet in book.worksheets], found


def _rows(path: Path, sheet: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of cells as they are in the file, whatever the sheet says of its own size."""
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number > MOST_ROWS or len(row) > MOST_COLUMNS:
            raise _unreadable(
                path, "sheet_too_large", sheet=sheet.title, named=sheet.title, rows=MOST_ROWS, columns=MOST_COLUMNS
            )
        yield row


def _values(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield tuple(_value(cell) for cell in row)


def _value(cell: Any) -> Any:
    return Unusable("error_cell", str(cell.value)) if cell.data_type == "e" else cell.value


def _without_lost_results(
    rows: Iterator[tuple[Any, ...]], formulas: Iterator[tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    """The values, a formula without a stored result marked; the formula that gives an empty text is empty."""
    for row, written in zip(rows, formulas, strict=True):
        yield tuple(
            Unusable("formula_without_result", str(formula.value))
            if cell.value is None and formula.data_type == "f" and cell.data_type != "str"
            else _value(cell)
            for cell, formula in zip(row, written, strict=True)
        )


def _unreadable(path: Path, key: str, *, sheet: str = "", **values: Any) -> UnreadableInput:
    return UnreadableInput([Finding(f"ledger.{key}", values, file=path.name, sheet=sheet)])
