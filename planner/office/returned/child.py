"""The process that parses a foreign workbook; it answers in JSON, and knows no bounds but those set here."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl

from planner.findings import Finding, UnreadableInput
from planner.ledger.opening import MOST_COLUMNS, MOST_ROWS, unreadable
from sheets import Refused
from sheets.parsing import check_workbook

ROOM = 300_000_000
"""Bytes of address space beyond what the libraries take before anything is read; the whole city's workbook takes 40 MB
as we write it, and 60 MB as LibreOffice saves it."""
MOST_SHEET_BYTES = 100_000_000
"""Bytes of unpacked sheets, of which the whole city's are a tenth: more would be parsed for minutes."""
MOST_CPU_SECONDS = 120
MOST_CELLS = 3_000_000


def answer(path: Path) -> dict[str, Any]:
    """What is in a workbook, or the findings that say why it cannot be read."""
    try:
        _check(path)
        return _parse(path)
    except UnreadableInput as refused:
        return {"findings": [_plain(finding) for finding in refused.findings]}
    except MemoryError:
        return {"findings": [_plain(Finding("office.file_broke_reader", {}, file=path.name))]}
    except Exception as error:  # noqa: BLE001 - whatever a foreign parser meets in foreign bytes
        return {"findings": [_plain(Finding("ledger.file_damaged", {"error": type(error).__name__}, file=path.name))]}


def _check(path: Path) -> None:
    """Refuse what is no sound workbook before it is parsed."""
    try:
        check_workbook(path)
        with zipfile.ZipFile(path) as parts:
            sheets = sum(part.file_size for part in parts.infolist() if part.filename.startswith("xl/worksheets/"))
        if sheets > MOST_SHEET_BYTES:
            raise Refused("file_too_large", most=MOST_SHEET_BYTES // 1_000_000)
    except Refused as refused:
        raise unreadable(path, refused.key, **refused.values) from refused


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on Windows; the parent's time limit still holds
        return
    for what, most in ((resource.RLIMIT_AS, _taken() + ROOM), (resource.RLIMIT_CPU, MOST_CPU_SECONDS)):
        _, hard = resource.getrlimit(what)
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (limit, hard))


def _taken() -> int:
    """The address space that this process has by now: it varies with the libraries, their threads and the system."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:  # only Linux says so
        return 700_000_000
    return pages * os.sysconf("SC_PAGE_SIZE")


def _parse(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        values = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        formulas = openpyxl.load_workbook(file, read_only=True, keep_links=False)
        sheets, left = [], MOST_CELLS
        for sheet in values.worksheets:
            rows = []
            for number, cells in enumerate(_rows(path, sheet, formulas[sheet.title])):
                if cells:
                    rows.append([number, cells])
                left -= len(cells)
                if left < 0:
                    raise _too_large(path, sheet.title)
            sheets.append({"name": sheet.title, "rows": rows})
        properties = values.properties
        return {"author": properties.lastModifiedBy or "", "sheets": sheets}


def _rows(path: Path, sheet: Any, written: Any) -> Iterator[list[Any]]:
    sheet.reset_dimensions()
    written.reset_dimensions()
    for number, (row, formulas) in enumerate(zip(sheet.iter_rows(), written.iter_rows(), strict=True)):
        if number >= MOST_ROWS or len(row) > MOST_COLUMNS:
            raise _too_large(path, sheet.title)
        cells = []
        for col, (cell, formula) in enumerate(zip(row, formulas, strict=True)):
            source = formula.value if formula.data_type == "f" else None
            if cell.value is None and source is None:
                continue
            kind, value = _value(cell)
            cells.append([col, kind, value, "" if source is None else str(getattr(source, "text", source))])
        yield cells


def _value(cell: Any) -> tuple[str, Any]:
    value = cell.value
    if cell.data_type == "e":
        return "error", str(value)
    if isinstance(value, dt.datetime):
        whole = value.time() == dt.time()
        return ("date", value.date().isoformat()) if whole else ("text", value.isoformat(sep=" "))
    if isinstance(value, dt.date):
        return "date", value.isoformat()
    if value is None or isinstance(value, str | bool | int | float):
        return "plain", value
    return "text", str(value)


def _too_large(path: Path, sheet: str) -> UnreadableInput:
    values = {"named": sheet, "rows": MOST_ROWS, "columns": MOST_COLUMNS}
    return UnreadableInput([Finding("ledger.sheet_too_large", values, file=path.name, sheet=sheet)])


def _plain(finding: Finding) -> dict[str, Any]:
    return {"key": finding.key, "values": dict(finding.values), "file": finding.file, "sheet": finding.sheet}


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    _limit()
    json.dump(answer(Path(sys.argv[1])), sys.stdout, ensure_ascii=False)
