"""One sheet of the workbook: cells by what they mean, page set-up, row heights that fit."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from planner.office.figures import Book
from planner.office.styles import BODY_SIZE, OPEN_LOOKS, Styles
from planner.texts import Language
from planner.units import M2_PER_HECTARE

A3 = 8
LONGEST_TEXT = 32_000
LINE_POINTS = 1.35
HIGHEST_ROW = 409.0
LONGEST_FOOTER = 255
A3_POINTS = 1_130.0  # across, in landscape, between the margins
WIDER = 1.4  # programs without the font that widths are counted in draw columns up to so much wider
STILL_ALLOWED = {
    "format_cells": True, "format_columns": True, "format_rows": True, "sort": True, "autofilter": True,
}  # fmt: skip
"""What a protected sheet leaves open: making it readable changes nothing that it says."""

Amount = int | float | Fraction


def cell(row: int, col: int, sheet: str = "") -> str:
    """A cell's address, with its sheet where it is another's."""
    address = str(xl_rowcol_to_cell(row, col))
    return f"{quoted(sheet)}!{address}" if sheet else address


def area(first: int, last: int, col: int, sheet: str = "") -> str:
    """Part of a column, both rows included, fixed."""
    address = f"{xl_rowcol_to_cell(first, col, True, True)}:{xl_rowcol_to_cell(last, col, True, True)}"
    return f"{quoted(sheet)}!{address}" if sheet else address


def quoted(sheet: str) -> str:
    """A sheet's name as formulas want it."""
    return "'" + sheet.replace("'", "''") + "'"


def width_of(value: str, lang: Language = "zh") -> float:
    """How wide a text of the body's size and font is, in the units of a column's width."""
    narrow = 0.94 if lang == "zh" else 0.86
    return sum(1.9 if unicodedata.east_asian_width(c) in "WFA" else narrow for c in value)


@dataclass(frozen=True)
class Written:
    """What a cell that is closed to people was written with: a text, a number or a formula's value."""

    value: str | float | int
    formula: str = ""


class Sheet:
    """A worksheet that is written by meaning.

    Every text is written as a plain string: nothing that a ledger says can become a formula. Amounts are whole
    (yuan, m²) and become numbers of the shown unit here and nowhere else.

    Parameters
    ----------
    workbook : Workbook
    styles : Styles
    book : Book
    name : str
        A name that is fit for a sheet; one that is there already is written in.
    widths : sequence of float
        Of the columns, in digits.
    """

    def __init__(self, workbook: Workbook, styles: Styles, book: Book, name: str, widths: Sequence[float]) -> None:
        self.name = name
        self.styles = styles
        self.book = book
        self.words = book.words
        self.widths = list(widths)
        self._sheet: Worksheet = workbook.get_worksheet_by_name(name) or workbook.add_worksheet(name)
        self._heights: dict[int, float] = {}
        self.written: dict[int, dict[int, Written]] = {}
        self.open_cells: dict[int, set[int]] = {}
        self.row_keys: dict[int, str] = {}
        self.head_row: int | None = None
        self.key_columns: tuple[int, ...] = ()
        self.fields: dict[int, str] = {}
        styles.sheets.append(self)
        for col, width in enumerate(widths):
            self._sheet.set_column(col, col, width)

    @property
    def columns(self) -> int:
        """How many columns the sheet has."""
        return len(self.widths)

    def shown(self, amount: Amount, kind: str) -> float | int:
        """An amount in the unit it is shown in."""
        match kind:
            case "money" | "check":
                return float(Fraction(amount) / self.words.size)
            case "area":
                return float(Fraction(amount) / M2_PER_HECTARE)
            case "count" | "year":
                return int(amount)
            case _:
                return float(amount)

    def text(self, row: int, col: int, value: str, look: str = "body") -> None:
        """Write a text."""
        if not value:
            self.blank(row, col, col, look)
            return
        self._sheet.write_string(row, col, value[:LONGEST_TEXT], self.styles.get(look))
        self._note(row, col, value[:LONGEST_TEXT], look)
        self._fit(row, value, self.widths[col], look)

    def date(self, row: int, col: int, day: dt.date | None, look: str = "body") -> None:
        """Write a day, or an empty cell that shows days."""
        if day is None:
            self.blank(row, col, col, look, "date")
        else:
            self._sheet.write_datetime(row, col, day, self.styles.get(look, "date"))
            self._note(row, col, day.isoformat(), look)
        self._heights.setdefault(row, 0.0)

    def number(self, row: int, col: int, amount: Amount, kind: str, look: str = "body") -> None:
        """Write an amount, whole and in its smallest unit, in the unit it is shown in."""
        self._sheet.write_number(row, col, self.shown(amount, kind), self.styles.get(look, kind))
        self._note(row, col, self.shown(amount, kind), look)
        self._heights.setdefault(row, 0.0)

    def formula(self, row: int, col: int, formula: str, amount: Amount, kind: str, look: str = "body") -> None:
        """Write a live formula with the value it has."""
        self._sheet.write_formula(row, col, f"={formula}", self.styles.get(look, kind), self.shown(amount, kind))
        self._note(row, col, self.shown(amount, kind), look, formula)
        self._heights.setdefault(row, 0.0)

    def text_formula(self, row: int, col: int, formula: str, value: str, look: str = "body") -> None:
        """Write a live formula that gives a text."""
        self._sheet.write_formula(row, col, f"={formula}", self.styles.get(look), value)
        self._note(row, col, value, look, formula)
        self._fit(row, value, self.widths[col], look)

    def blank(self, row: int, first: int, last: int, look: str = "body", kind: str = "text") -> None:
        """Write empty cells from column `first` to `last`."""
        for col in range(first, last + 1):
            self._sheet.write_blank(row, col, None, self.styles.get(look, kind))
            self._note(row, col, None, look)
        self._heights.setdefault(row, 0.0)

    def offer(self, row: int, col: int, validation: Mapping[str, Any]) -> None:
        """Say what a cell may hold, with a drop-down where that is a list."""
        self._sheet.data_validation(row, col, row, col, dict(validation))

    def identify(self, head_row: int, key_columns: tuple[int, ...], fields: Mapping[int, str] | None = None) -> None:
        """Say which row names the columns, which columns name a row, and what the open columns hold."""
        self.head_row, self.key_columns, self.fields = head_row, key_columns, dict(fields or {})

    def key(self, row: int, *parts: str) -> None:
        """Say whose row it is, so that it is found again wherever it is moved to."""
        self.row_keys[row] = "|".join(parts)

    def chart(self, row: int, col: int, chart: Any) -> None:
        """Place a chart with its corner in a cell."""
        self._sheet.insert_chart(row, col, chart, {"object_position": 1})

    def hide(self, *, deeply: bool = False) -> None:
        """Take the sheet out of sight; deeply: programs do not even list it."""
        if deeply:
            self._sheet.very_hidden()
        else:
            self._sheet.hide()

    def span(self, row: int, first: int, last: int, value: str, look: str = "line") -> None:
        """Write a text across columns."""
        if first == last:
            self.text(row, first, value, look)
            return
        self._sheet.merge_range(row, first, row, last, "", self.styles.get(look))
        if value:
            self._sheet.write_string(row, first, value[:LONGEST_TEXT], self.styles.get(look))
        self._note(row, first, value[:LONGEST_TEXT] or None, look)
        self._fit(row, value, sum(self.widths[first : last + 1]), look)

    def row(self, row: int, values: Sequence[str], look: str = "head", first: int = 0) -> None:
        """Write texts side by side."""
        for col, value in enumerate(values, first):
            self.text(row, col, value, look)

    def link(self, row: int, col: int, sheet: str, look: str = "body link") -> None:
        """Write a sheet's name that leads to it."""
        self._sheet.write_url(row, col, f"internal:{quoted(sheet)}!A1", self.styles.get(look), sheet)
        self._note(row, col, sheet, look)
        self._heights.setdefault(row, 0.0)

    def height(self, row: int, points: float) -> None:
        """Make a row at least so high."""
        self._heights[row] = max(points, self._heights.get(row, 0.0))

    def filter(self, first_row: int, last_row: int) -> None:
        """Offer filters over whole rows; the first row given carries the buttons."""
        self._sheet.autofilter(first_row, 0, last_row, self.columns - 1)

    def finish(
        self,
        *,
        header: tuple[int, int] | None = None,
        frozen: tuple[int, int] | None = None,
        halves: tuple[int, int] | None = None,
        one_page: bool = False,
    ) -> None:
        """Set the page up, make the rows high enough and close what people are not to write in.

        Parameters
        ----------
        header : pair of row numbers, optional
            Rows that every printed page repeats.
        frozen : pair, optional
            Rows and columns that stay in view.
        one_page : bool
            Print it on one page, for several tables of which none is to lose its header on a second one.
        halves : pair of column numbers, optional
            For a sheet that is two pages wide: the last column that both pages show, and the first one of the second.
        """
        for row, points in self._heights.items():
            self._sheet.set_row(row, min(HIGHEST_ROW, max(18.0, points)))
        sheet = self._sheet
        sheet.set_paper(A3)
        sheet.set_landscape()
        if halves:
            self._two_pages_wide(*halves)
        else:
            sheet.fit_to_pages(1, 1 if one_page else 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.center_horizontally()
        sheet.hide_gridlines(2)
        sheet.set_footer(self._footer())
        if header:
            sheet.repeat_rows(*header)
        if frozen:
            sheet.freeze_panes(*frozen)
        sheet.protect("", STILL_ALLOWED)

    def _two_pages_wide(self, repeated: int, break_at: int) -> None:
        """Print in two halves, each as large as a page allows; programs ignore breaks in sheets fitted to pages."""
        points = [(width * 7 + 5) * 0.75 for width in self.widths]
        widest = max(sum(points[:break_at]), sum(points[: repeated + 1]) + sum(points[break_at:]))
        self._sheet.set_print_scale(max(10, min(100, int(A3_POINTS / WIDER / widest * 100))))
        self._sheet.set_v_pagebreaks([break_at])
        self._sheet.repeat_columns(0, repeated)

    def _note(self, row: int, col: int, value: str | float | int | None, look: str, formula: str = "") -> None:
        if not OPEN_LOOKS.isdisjoint(look.split()):
            self.open_cells.setdefault(row, set()).add(col)
        elif value is not None:
            self.written.setdefault(row, {})[col] = Written(value, formula)

    def _footer(self) -> str:
        left = self.words("footer_run", run=self.book.plan.certificate.run_id).replace("&", "&&")
        right = self.words("footer_nature", nature=self.book.natures).replace("&", "&&")
        return f"&L&8{left}&C&8{self.words('footer_page')}&R&8{right[:60]}"[:LONGEST_FOOTER]

    def _fit(self, row: int, value: str, width: float, look: str) -> None:
        properties = look.split()
        size = 18.0 if "title" in properties else 14.0 if "status" in properties else float(BODY_SIZE)
        size = 12.0 if {"subtitle", "section"} & set(properties) else size
        heavier = 1.08 if {"total", "subtotal", "head", "status", "warn", "section"} & set(properties) else 1.0
        room = max(1.0, width - (0.7 if "center" in properties or "head" in properties else 2.0))
        lines = sum(
            max(1, ceil(width_of(line, self.words.lang) * heavier * size / BODY_SIZE / room))
            for line in value.split("\n")
        )
        if "title" in properties:
            lines = 1
        self.height(row, lines * size * LINE_POINTS + 5)
