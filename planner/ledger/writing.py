"""Writing the ledger as a workbook that reads back as the same ledger, and is the same file every time."""

from __future__ import annotations

import datetime as dt
import io
import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from planner.files import write_whole
from planner.findings import BadInput, Finding
from planner.ledger.cells import Reading, show
from planner.ledger.opening import MOST_ROWS
from planner.ledger.schema import Kind
from planner.ledger.table import file_readings
from planner.ledger.types import META_DEFAULTS, DataNature, Ledger, Option, Patch
from planner.texts import text

PATCH_SHEET, OPTION_SHEET, META_SHEET = "图斑台账", "治理方案", "说明"
META_HEADER = ("键", "值", "含义")

_ROOM_BELOW = 1_000  # rows below the last that get the drop-downs too, for new entries
_WIDTHS = (9, 36)
_MADE = dt.datetime(2000, 1, 1)  # a constant, so that the same ledger is the same file
_FORMATS = {
    Kind.TEXT: "@",
    Kind.WHOLE: "0",
    Kind.DECIMAL: "General",
    Kind.AREA: "#,##0.0000",
    Kind.MONEY: "#,##0.0000",
    Kind.DATE: "yyyy-mm-dd",
}
_NUMBERS = (Kind.WHOLE, Kind.DECIMAL, Kind.AREA, Kind.MONEY)


def save_ledger(ledger: Ledger, path: str | os.PathLike[str]) -> None:
    """Write a ledger as a workbook; reading it gives the same ledger.

    The file appears whole or not at all: what was there before stays until the new one is complete.

    Parameters
    ----------
    ledger : Ledger
    path : path-like
        An existing file is replaced.

    Raises
    ------
    BadInput
        It has more rows than a workbook may have here.
    OSError
        The place cannot be written to.
    """
    path = Path(path)
    for sheet, rows in ((PATCH_SHEET, len(ledger.patches)), (OPTION_SHEET, len(ledger.options))):
        if rows > MOST_ROWS - 2:
            values = {"rows": rows, "most": MOST_ROWS - 2}
            raise BadInput([Finding("ledger.too_many_rows", values, file=path.name, sheet=sheet)])
    write_whole(path, workbook_bytes(ledger))


def workbook_bytes(ledger: Ledger) -> bytes:
    """The workbook of a ledger, the same bytes for the same ledger."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": ledger.meta.get("title", ""), "created": _MADE})
        pen = _Pen(book, ledger)
        pen.table(PATCH_SHEET, Patch, ledger.patches, ledger.extra)
        pen.table(OPTION_SHEET, Option, ledger.options)
        pen.meta()
    return buffer.getvalue()


class _Pen:
    """Writes the sheets of one workbook in one style."""

    def __init__(self, book: Any, ledger: Ledger) -> None:
        self.book = book
        self.ledger = ledger
        self.note = _note(ledger)
        self.note_style = book.add_format({"bold": True, "font_size": 12, "font_color": "#9C0006"})
        self.header_style = book.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "align": "center",
                "valign": "vcenter",
                "bg_color": "#DDEBF7",
                "border": 1,
            }
        )
        self.styles = {kind: book.add_format({"num_format": _FORMATS.get(kind, "@")}) for kind in Kind}

    def sheet(self, name: str, header: Sequence[str]) -> tuple[Any, int]:
        """A new sheet with its note and header, and the number of its first row of data (from 0)."""
        sheet = self.book.add_worksheet(name)
        top = 1 if self.note else 0
        if self.note:
            _put(sheet.write_string(0, 0, self.note, self.note_style))
        for place, title in enumerate(header):
            _put(sheet.write_string(top, place, title, self.header_style))
        sheet.set_row(top, 32)
        sheet.freeze_panes(top + 1, 1)
        sheet.set_landscape()
        sheet.set_paper(8)  # A3
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(top)
        return sheet, top + 1

    def table(
        self, name: str, row_type: type[Any], rows: Sequence[Any], extra: Mapping[str, Mapping[str, Any]] | None = None
    ) -> None:
        """The rows of a type, all columns in their order, and behind them the ones that are only kept."""
        readings = list(file_readings(row_type).values())
        kept = list(dict.fromkeys(column for row in rows for column in (extra or {}).get(row.patch, ())))
        sheet, first = self.sheet(name, [*(reading.name for reading in readings), *kept])
        last = first + max(len(rows), 1) - 1
        sheet.autofilter(first - 1, 0, last, len(readings) + len(kept) - 1)
        for number, row in enumerate(rows, start=first):
            said = extra.get(row.patch, {}) if extra else {}
            for place, column in enumerate(kept, start=len(readings)):
                self._kept(sheet, number, place, said.get(column))
        for place, reading in enumerate(readings):
            kind = reading.column.kind
            width = _width(reading.name) + 2
            for number, row in enumerate(rows, start=first):
                width = max(width, self._cell(sheet, number, place, getattr(row, reading.field), reading))
            sheet.set_column(place, place, min(max(width, _WIDTHS[0]), _WIDTHS[1]), self.styles[kind])
            if words := _words(reading):
                sheet.data_validation(first, place, last + _ROOM_BELOW, place, {"validate": "list", "source": words})

    def _cell(self, sheet: Any, row: int, column: int, value: object, reading: Reading) -> int:
        """Write one value and return its width."""
        written = show(value, reading)
        if not written:
            return 0
        style = self.styles[reading.column.kind]
        if isinstance(value, dt.date):
            _put(sheet.write_datetime(row, column, value, style))
        elif reading.column.kind in _NUMBERS and (number := _exact_number(written)) is not None:
            _put(sheet.write_number(row, column, number, style))
        else:
            _put(sheet.write_string(row, column, written, style))
        return _width(written)

    def _kept(self, sheet: Any, row: int, column: int, raw: object) -> None:
        """A cell that is only kept, as it was; what no cell can hold becomes its text."""
        if raw is None:
            return
        if isinstance(raw, bool):
            _put(sheet.write_boolean(row, column, raw))
        elif isinstance(raw, int | float) and abs(raw) < 10**15:
            _put(sheet.write_number(row, column, raw))
        elif isinstance(raw, dt.date) and raw.year >= 1900:
            _put(sheet.write_datetime(row, column, raw, self.styles[Kind.DATE]))
        else:
            _put(sheet.write_string(row, column, str(raw), self.styles[Kind.TEXT]))

    def meta(self) -> None:
        """The names and units of the place."""
        sheet, first = self.sheet(META_SHEET, META_HEADER)
        sheet.set_column(0, 0, 20, self.styles[Kind.TEXT])
        sheet.set_column(1, 1, 48, self.styles[Kind.TEXT])
        sheet.set_column(2, 2, 60)
        for row, key in enumerate(META_DEFAULTS, start=first):
            _put(sheet.write_string(row, 0, key))
            _put(sheet.write_string(row, 1, self.ledger.meta.get(key, ""), self.styles[Kind.TEXT]))
            _put(sheet.write_string(row, 2, f"{text(f'ledger.about_{key}', 'zh')} {text(f'ledger.about_{key}', 'en')}"))


def _note(ledger: Ledger) -> str:
    """What every sheet says of the nature of its data, where that is known."""
    nature = ledger.meta.get("data_nature", "")
    if not nature:
        return ""
    synthetic = nature in (DataNature.SYNTHETIC.zh, DataNature.SYNTHETIC.value)
    key = "ledger.note_synthetic" if synthetic else "ledger.note_nature"
    return text(key, "zh", title=ledger.meta.get("title", ""), nature=nature)


def _exact_number(written: str) -> float | None:
    """The number that a workbook would give back exactly, or None where it has too many digits."""
    exact = Decimal(written)
    number = float(f"{float(exact):.16G}")
    return number if Decimal(repr(number)) == exact else None


def _words(reading: Reading) -> list[str]:
    if reading.column.choices:
        return [member.zh for member in reading.column.choices]
    return [reading.column.yes, reading.column.no] if reading.column.kind is Kind.YES_NO else []


def _width(written: str) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in written[:60])


def _put(outcome: int) -> None:
    if outcome:
        raise ValueError(f"a cell could not be written to the workbook (outcome {outcome})")
