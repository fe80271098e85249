"""The hidden sheet that drop-downs take their words from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell

from planner.office.editable import PatchRow, treatment_words
from planner.office.figures import Book
from planner.office.sheet import Sheet, quoted
from planner.office.styles import Styles

REASONS = ("funds", "tenure", "weather", "hazard", "scheme", "tender", "request", "correction", "other")
OPTIONS_FROM = 4


@dataclass(frozen=True)
class Lists:
    """Where each list stands, as formulas of drop-downs want it."""

    years: str
    treatments: str
    yes_no: str
    reasons: str
    options: dict[str, str]

    def choice(self, source: str, message: str, *, strict: bool = True) -> dict[str, Any]:
        """The drop-down of a list; one that is not strict takes other words too."""
        return {
            "validate": "list", "source": source, "error_type": "stop" if strict else "information",
            "error_message": message, "show_error": strict,
        }  # fmt: skip


def write_lists(workbook: Workbook, styles: Styles, book: Book, name: str, rows: Sequence[PatchRow]) -> Lists:
    """Write the lists: years, treatments, yes and no, reasons, and the options of each patch that has several."""
    words = book.words
    several = [(row.patch.patch, [words.option(o.option) for o in book.ledger.options_of(row.patch)]) for row in rows]
    several = [(patch, options) for patch, options in several if len(options) > 1]
    columns = max([0, *(len(options) for _, options in several)])
    sheet = Sheet(workbook, styles, book, name, (10, 14, 8, 24, 20, *(18,) * columns))
    sheet.row(0, [words(f"list_{key}") for key in ("years", "treatments", "yes_no", "reasons", "options")])
    for i, year in enumerate(book.years, 1):
        sheet.number(i, 0, year, "year")
    lists = (
        list(treatment_words(words.lang).values()),
        [words("yes"), words("no")],
        [words(f"reason_of_{key}") for key in REASONS],
    )
    for col, entries in enumerate(lists, 1):
        for i, entry in enumerate(entries, 1):
            sheet.text(i, col, entry)
    of: dict[str, str] = {}
    for i, (patch, options) in enumerate(several, 1):
        sheet.text(i, OPTIONS_FROM, patch)
        sheet.row(i, options, "body", OPTIONS_FROM + 1)
        of[patch] = _range(name, i, OPTIONS_FROM + 1, i, OPTIONS_FROM + len(options))
    sheet.finish()
    sheet.hide()
    treatments, yes_no, reasons = (_range(name, 1, col, len(entries), col) for col, entries in enumerate(lists, 1))
    return Lists(_range(name, 1, 0, len(book.years), 0), treatments, yes_no, reasons, of)


def _range(sheet: str, row: int, col: int, last_row: int, last_col: int) -> str:
    first, last = (xl_rowcol_to_cell(r, c, True, True) for r, c in ((row, col), (last_row, last_col)))
    return f"={quoted(sheet)}!{first}:{last}"
