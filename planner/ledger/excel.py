"""The ledger as a workbook: 图斑台账 (patches), 治理方案 (options, may be missing) and 说明 (meta, may be missing)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from planner.findings import Finding
from planner.ledger.build import examine, ledger_or_raise
from planner.ledger.cells import as_read, is_missing
from planner.ledger.meta import read_meta
from planner.ledger.opening import RawSheet, raw_sheets
from planner.ledger.table import Table, known_names, required_names, squeezed
from planner.ledger.types import Ledger, Option, Patch
from planner.ledger.writing import META_HEADER, META_SHEET, OPTION_SHEET, PATCH_SHEET, save_ledger

__all__ = ["check_ledger", "load_ledger", "save_ledger"]

HEADER_WITHIN = 30
"""The header is looked for in that many rows that are not empty."""

_PATCH_SHEETS = (PATCH_SHEET, "patches")
_OPTION_SHEETS = (OPTION_SHEET, "options")
_META_SHEETS = (META_SHEET, "meta")
_META_HEADERS = (META_HEADER[:2], ("key", "value"))


def load_ledger(path: str | os.PathLike[str]) -> Ledger:
    """Read a ledger from a workbook.

    A column's unit is the one that its name says: 公顷 and 万元 under the Chinese names of the
    columns, m² and yuan under the English names of the fields.

    Parameters
    ----------
    path : path-like
        An ``.xlsx`` file.

    Returns
    -------
    Ledger

    Raises
    ------
    UnreadableInput
        The file cannot be opened as a workbook.
    BadInput
        With every fault found, by sheet, row and column.
    """
    return ledger_or_raise(*_examine(Path(path)))


def check_ledger(path: str | os.PathLike[str]) -> list[Finding]:
    """Everything that is found in a workbook, warnings included; empty where there is nothing to say.

    Raises
    ------
    UnreadableInput
        The file cannot be opened as a workbook.
    """
    return _examine(Path(path))[1]


def _examine(path: Path) -> tuple[Ledger | None, list[Finding]]:
    names, sheets = raw_sheets(path, _PATCH_SHEETS + _OPTION_SHEETS + _META_SHEETS)
    findings: list[Finding] = []
    patch_sheet = _only(path, sheets, _PATCH_SHEETS, findings)
    option_sheet = _only(path, sheets, _OPTION_SHEETS, findings)
    meta_sheet = _only(path, sheets, _META_SHEETS, findings)
    if patch_sheet is None:
        wanted, there = " / ".join(_PATCH_SHEETS), "、".join(names)
        findings.append(Finding("ledger.sheet_missing", {"wanted": wanted, "there": there}, file=path.name))
    meta, meta_findings = _meta(path, meta_sheet)
    patches = _table(path, patch_sheet, Patch, findings) if patch_sheet else None
    options = _table(path, option_sheet, Option, findings) if option_sheet and option_sheet.rows else None
    ledger = None
    if patches:
        ledger, found = examine(patches, options if options and options.rows else None, meta, source=str(path))
        findings += found
    return ledger, findings + meta_findings


def _only(path: Path, sheets: dict[str, RawSheet], names: tuple[str, str], findings: list[Finding]) -> RawSheet | None:
    """The sheet that goes by one of its two names; both at once is a fault."""
    there = [name for name in names if name in sheets]
    if len(there) > 1:
        values = {"first": there[0], "second": there[1]}
        findings.append(Finding("ledger.sheet_twice", values, file=path.name, sheet=there[1]))
    return sheets[there[0]] if there else None


def _table(path: Path, sheet: RawSheet, row_type: type[Any], findings: list[Finding]) -> Table | None:
    """The table below the row that holds the column names."""
    known = known_names(row_type, chinese=True)

    def fields(row: Sequence[Any]) -> int:
        return len({known[name].field for raw in row if (name := _name(raw)) in known})

    place = max(range(min(len(sheet.rows), HEADER_WITHIN)), key=lambda i: fields(sheet.rows[i][1]), default=None)
    if place is None or fields(sheet.rows[place][1]) < 2:
        wanted = "、".join(required_names(row_type, chinese=True))
        values = {"wanted": wanted, "within": HEADER_WITHIN}
        findings.append(Finding("ledger.header_missing", values, file=path.name, sheet=sheet.name))
        return None
    number, header = sheet.rows[place]
    below = sheet.rows[place + 1 :]
    columns = list(zip_longest(header, *(row for _, row in below)))
    return Table(
        row_type=row_type,
        names=["" if is_missing(column[0]) else as_read(column[0]) for column in columns],
        cells=[column[1:] for column in columns],
        rows=[row_number for row_number, _ in below],
        file=path.name,
        sheet=sheet.name,
        header_row=number,
        chinese=True,
    )


def _name(raw: object) -> str:
    return "" if is_missing(raw) else squeezed(as_read(raw))


def _meta(path: Path, sheet: RawSheet | None) -> tuple[dict[str, str], list[Finding]]:
    """The entries below the row 键, 值."""
    if sheet is None or not sheet.rows:
        return read_meta(())
    for place, (_, row) in enumerate(sheet.rows[:HEADER_WITHIN]):
        names = [_name(raw) for raw in row]
        for key, value in _META_HEADERS:
            if key in names and value in names:
                key_at, value_at = names.index(key), names.index(value)
                entries = [
                    (as_read(cells[key_at]), cells[value_at] if value_at < len(cells) else None, number)
                    for number, cells in sheet.rows[place + 1 :]
                    if key_at < len(cells) and not is_missing(cells[key_at])
                ]
                return read_meta(entries, file=path.name, sheet=sheet.name, in_file=True)
    wanted = "、".join(META_HEADER[:2])
    finding = Finding(
        "ledger.header_missing", {"wanted": wanted, "within": HEADER_WITHIN}, file=path.name, sheet=sheet.name
    )
    return read_meta(())[0], [finding]
