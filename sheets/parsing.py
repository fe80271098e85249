"""Parsing a file, in the process that may die of it."""

from __future__ import annotations

import datetime as dt
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sheets.book import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Book, Progress, Refused, Sheet, Unusable
from sheets.delimited import read_csv
from sheets.ods import read_ods
from sheets.packing import has_old_macros, inspect_parts, kind_of, look_at, refuse_definitions
from sheets.xlsx_scan import Extent, padding_styles, scan_sheet, sheet_parts

_BYTES_A_CELL, _BYTES_A_PLACE = 250, 50

NeedRoom = Callable[[int], None]


def parse(path: Path, on_progress: Progress, need_room: NeedRoom) -> Book:
    """Read a file.

    Parameters
    ----------
    path : Path
    on_progress : callable
    need_room : callable
        Told how many bytes the next step is going to take, for what is truly in the file.

    Raises
    ------
    Refused
    """
    kind = kind_of(path)
    if kind == "csv":
        need_room(4 * path.stat().st_size)
        return Book("csv", (read_csv(path),))
    if kind == "xls":
        need_room(12 * path.stat().st_size)
        return Book("xls", tuple(_xls(path)), ("macros",) if has_old_macros(path) else ())
    with zipfile.ZipFile(path) as parts:
        kind, notes = inspect_parts(parts)
        if kind == "ods":
            refuse_definitions(parts)
            need_room(2 * parts.getinfo("content.xml").file_size)
            return Book("ods", tuple(read_ods(parts)), notes)
        refuse_definitions(parts, but=("xl/worksheets/sheet",))
        extents = _scan(parts, on_progress)
        need_room(3 * sum(e.file_size for e in parts.infolist() if e.filename == "xl/sharedStrings.xml"))
    return Book("xlsx", tuple(_xlsx(path, extents, on_progress, need_room)), notes)


def _scan(parts: zipfile.ZipFile, on_progress: Progress) -> dict[str, Extent]:
    where = sheet_parts(parts)
    of = sum(parts.getinfo(part).file_size for part in where.values())
    done = 0

    def passed(count: int) -> None:
        nonlocal done
        done += count
        on_progress("unpack", done, of)
        if done > MOST_BYTES:
            raise Refused("file_too_large", most=MOST_BYTES // 1_000_000)

    padding = padding_styles(parts)
    return {name: scan_sheet(parts, part, passed, padding) for name, part in where.items()}


def _xlsx(path: Path, extents: dict[str, Extent], on_progress: Progress, need_room: NeedRoom) -> Iterator[Sheet]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    of = sum(extent.rows for extent in extents.values())
    done = 0
    book = CalamineWorkbook.from_path(str(path))
    for told in book.sheets_metadata:
        if told.typ is not SheetTypeEnum.WorkSheet:
            continue
        extent = extents[told.name]
        if told.visible is not SheetVisibleEnum.Visible:
            yield Sheet(told.name, hidden=True)
        elif extent.too_large:
            yield Sheet(told.name, too_large=True)
        else:
            need_room(extent.filled * _BYTES_A_CELL + extent.rows * extent.columns * _BYTES_A_PLACE)
            sheet = book.get_sheet_by_name(told.name)
            areas = tuple((r1 + 1, c1 + 1, r2 + 1, c2 + 1) for (r1, c1), (r2, c2) in sheet.merged_cell_ranges or ())
            rows = _rows(sheet, extent, lambda count, before=done: on_progress("parse", before + count, of))  # type: ignore[misc]
            done += extent.rows
            yield Sheet(told.name, rows, areas)


def _rows(sheet: Any, extent: Extent, on_row: Callable[[int], None]) -> list[tuple[int, tuple[Any, ...]]]:
    """The rows that hold anything. Equal texts are one object, so that they are handed over once."""
    rows: list[tuple[int, tuple[Any, ...]]] = []
    known: dict[str, str | None] = {"": None}
    unusable = extent.unusable
    by_row: dict[int, list[int]] = {}
    for row, column in unusable:
        by_row.setdefault(row, []).append(column)
    padded: dict[int, list[int]] = {}
    for row, column in extent.padded:
        padded.setdefault(row, []).append(column)
    for number, raw in enumerate(sheet.iter_rows(), start=1):
        cells: list[Any] = []
        for value in raw:
            kind = value.__class__
            if kind is str:
                cells.append(known.setdefault(value, value))
            elif kind is float and value.is_integer() and -9e18 < value < 9e18:
                cells.append(int(value))
            elif kind is dt.datetime and value.time() == dt.time():
                cells.append(value.date())
            else:
                cells.append(value)
        for column in padded.get(number, ()):
            if column <= len(cells) and cells[column - 1].__class__ is int and cells[column - 1] >= 0:
                cells[column - 1] = str(cells[column - 1]).zfill(extent.padded[number, column])
        if number in by_row:
            _mark(cells, number, by_row.pop(number), unusable)
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            rows.append((number, tuple(cells)))
        if number % 5000 == 0:
            on_row(number)
    for number in by_row:
        cells = []
        _mark(cells, number, by_row[number], unusable)
        rows.append((number, tuple(cells)))
    rows.sort(key=lambda row: row[0])
    return rows


def _mark(cells: list[Any], row: int, columns: list[int], unusable: dict[tuple[int, int], Unusable]) -> None:
    cells.extend([None] * (max(columns) - len(cells)))
    for column in columns:
        cells[column - 1] = unusable[row, column]


def _xls(path: Path) -> Iterator[Sheet]:
    import xlrd

    try:
        book = xlrd.open_workbook(str(path), formatting_info=True, on_demand=True, ragged_rows=True, logfile=_Silence())
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise Refused("file_protected") from error
        raise
    for name in book.sheet_names():
        sheet = book.sheet_by_name(name)
        if sheet.visibility:
            yield Sheet(name, hidden=True)
            continue
        rows = []
        for number in range(sheet.nrows):
            cells = [
                _xls_value(xlrd, kind, value, book.datemode)
                for kind, value in zip(sheet.row_types(number), sheet.row_values(number), strict=True)
            ]
            if any(cell is not None for cell in cells):
                rows.append((number + 1, tuple(cells)))
        merged = tuple((r1 + 1, c1 + 1, r2, c2) for r1, r2, c1, c2 in sheet.merged_cells)
        yield Sheet(name, rows, merged)
        book.unload_sheet(name)


def _xls_value(xlrd: Any, kind: int, value: Any, datemode: int) -> Any:
    if kind == xlrd.XL_CELL_NUMBER:
        return int(value) if value.is_integer() and abs(value) < 2**63 else value
    if kind == xlrd.XL_CELL_DATE:
        moment = xlrd.xldate.xldate_as_datetime(value, datemode)
        return moment.date() if moment.time() == dt.time() else moment
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_ERROR:
        return Unusable("error_cell", xlrd.error_text_from_code.get(value, "#?"))
    return value or None if kind == xlrd.XL_CELL_TEXT else None


class _Silence:
    """Takes what a parser would print."""

    def write(self, words: str) -> None:
        """Drop it."""

    def flush(self) -> None:
        """Nothing to do."""


def check_workbook(path: Path) -> None:
    """Refuse what is no sound ``.xlsx`` workbook, for those who parse it themselves, in a process of their own.

    Raises
    ------
    Refused
    """
    look_at(path)
    if kind_of(path) != "zip":
        raise Refused("file_not_workbook")
    try:
        with zipfile.ZipFile(path) as parts:
            if inspect_parts(parts)[0] != "xlsx":
                raise Refused("file_not_workbook")
            refuse_definitions(parts)
            for name, part in sheet_parts(parts).items():
                if scan_sheet(parts, part, lambda _: None).too_large:
                    raise Refused("sheet_too_large", named=name, rows=MOST_ROWS, columns=MOST_COLUMNS)
    except (zipfile.BadZipFile, EOFError, KeyError, OSError, zlib.error) as error:
        raise Refused("file_damaged", error=type(error).__name__) from error
