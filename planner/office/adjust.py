"""The sheets that districts write in: adjustments of the plan, progress of the works, payments."""

from __future__ import annotations

import datetime as dt
from typing import Any

from xlsxwriter import Workbook

from planner.office.editable import ADJUSTED, REPORTED, Editable, Entry, Field, PaidRow, PatchRow, treatment_words
from planner.office.figures import Book
from planner.office.lists import Lists
from planner.office.sheet import Sheet, area, cell
from planner.office.styles import Styles

HEAD_ROW, FIRST_ROW = 3, 4
WHO = (("number", 5), ("district", 11), ("patch", 19), ("project", 30), ("township", 17))
ADJUST_WIDTHS = {
    Field.START: 10, Field.TREATMENT: 12, Field.OPTION: 14, Field.COST: 14, Field.TRACKED: 9, Field.REASON: 24,
    Field.REMARK: 30,
}  # fmt: skip
EARLIEST, LATEST = dt.date(1990, 1, 1), dt.date(2199, 12, 31)
PATCH_COLUMN, DISTRICT_COLUMN = 2, 1


def head_of(book: Book, field: Field, year: int = 0) -> str:
    """The name of the column that a field stands in."""
    if field is Field.PAID:
        return book.words("edit_paid_of", year=year)
    return book.words(f"edit_{field}")


def write_adjustments(
    workbook: Workbook, styles: Styles, book: Book, name: str, editable: Editable, lists: Lists
) -> None:
    """Write the sheet in which years, treatments, options, costs and remarks are adjusted."""
    words = book.words
    plain = (("area", 11), ("tier", 8))
    widths = (*(w for _, w in (*WHO, *plain)), *(ADJUST_WIDTHS[field] for field in ADJUSTED), 30)
    sheet = Sheet(workbook, styles, book, name, widths)
    _head(sheet, "adjust_title", "adjust_how")
    heads = [words(f"edit_{key}") for key, _ in (*WHO, *plain)]
    sheet.row(HEAD_ROW, [*heads, *(head_of(book, field) for field in ADJUSTED), words("edit_closed")])
    first = len(WHO) + len(plain)
    sheet.identify(HEAD_ROW, (PATCH_COLUMN,), dict(enumerate(ADJUSTED, first)))
    for row, line in enumerate(editable.patches, FIRST_ROW):
        _who(sheet, row, line.patch, row - HEAD_ROW)
        sheet.number(row, len(WHO), line.patch.area_m2, "area")
        sheet.number(row, len(WHO) + 1, line.patch.tier, "count", "body center")
        for col, field in enumerate(ADJUSTED, first):
            _entry(sheet, row, col, line.entries[field])
            if not line.entries[field].closed:
                _offer(sheet, row, col, field, lists, line)
        sheet.text(row, sheet.columns - 1, words.join(words(f"closed_{key}") for key in line.reasons), "body closed")
    _foot(sheet, FIRST_ROW + len(editable.patches), "adjust_note")
    sheet.finish(header=(0, HEAD_ROW), frozen=(FIRST_ROW, 4))


def write_progress(
    workbook: Workbook, styles: Styles, book: Book, name: str, editable: Editable, paid_sheet: str
) -> None:
    """Write the sheet of starts, finishes and acceptances, with what was paid beside what was planned."""
    words = book.words
    plain = (("planned_start", 10), ("planned_finish", 10), ("area", 11))
    widths = (*(w for _, w in (*WHO, *plain)), 13, 13, 13, 13, 15, 15, 15)
    sheet = Sheet(workbook, styles, book, name, widths)
    _head(sheet, "progress_title", "progress_how")
    money = ("planned_paid", "paid_sum", "difference")
    heads = [words(f"edit_{key}") for key, _ in (*WHO, *plain)]
    heads += [*(head_of(book, field) for field in REPORTED), *(words(f"edit_{key}") for key in money)]
    sheet.row(HEAD_ROW, heads)
    reported = dict(enumerate(REPORTED, len(WHO) + len(plain)))
    sheet.identify(HEAD_ROW, (PATCH_COLUMN,), reported)
    by_patch: dict[str, list[PaidRow]] = {}
    for paid in editable.payments:
        by_patch.setdefault(paid.patch.patch, []).append(paid)
    end = FIRST_ROW + max(1, len(editable.payments)) - 1
    ids, planned_sums, paid_sums = (
        area(FIRST_ROW, end, col, paid_sheet) for col in (PATCH_COLUMN, *_sum_columns(editable))
    )
    for row, line in enumerate(editable.patches, FIRST_ROW):
        _who(sheet, row, line.patch, row - HEAD_ROW)
        for col, year in enumerate((line.item.task.start, line.item.task.finish) if line.item else (), len(WHO)):
            sheet.number(row, col, year, "year")
        if line.item is None:
            sheet.text(row, len(WHO), words("not_planned"), "body center")
            sheet.blank(row, len(WHO) + 1, len(WHO) + 1)
        sheet.number(row, len(WHO) + 2, line.patch.area_m2, "area")
        col = len(WHO) + len(plain)
        for field in REPORTED:
            _entry(sheet, row, col, line.entries[field])
            _offer_fact(sheet, row, col, field)
            col += 1
        own = by_patch.get(line.patch.patch, [])
        amounts = (sum(sum(paid.planned.values()) for paid in own), sum(_paid(paid) for paid in own))
        mine = cell(row, PATCH_COLUMN)
        for sums, amount in zip((planned_sums, paid_sums), amounts, strict=True):
            sheet.formula(row, col, f"SUMPRODUCT(({ids}={mine})*{sums})", amount, "money")
            col += 1
        sheet.formula(row, col, f"{cell(row, col - 2)}-{cell(row, col - 1)}", amounts[0] - amounts[1], "money")
    _foot(sheet, FIRST_ROW + len(editable.patches), "progress_note")
    sheet.finish(header=(0, HEAD_ROW), frozen=(FIRST_ROW, 4))


def write_payments(workbook: Workbook, styles: Styles, book: Book, name: str, editable: Editable) -> None:
    """Write the sheet of payments by patch, purse and year, planned and real side by side."""
    words, years = book.words, editable.years
    widths = (*(w for _, w in WHO[:4]), 17, 13, *(11, 11) * len(years), 13, 13, 13)
    sheet = Sheet(workbook, styles, book, name, [float(width) for width in widths])
    _head(sheet, "paid_title", "paid_how")
    heads = [words(f"edit_{key}") for key in (*(k for k, _ in WHO[:4]), "source", "payer")]
    for year in years:
        heads += [words("edit_planned_of", year=year), head_of(book, Field.PAID, year)]
    sheet.row(HEAD_ROW, [*heads, *(words(f"edit_{key}") for key in ("planned_paid", "paid_sum", "difference"))])
    first = 6
    columns = {first + 2 * i + 1: f"{Field.PAID}:{year}" for i, year in enumerate(years)}
    sheet.identify(HEAD_ROW, (PATCH_COLUMN, 4, 5), columns)
    for row, line in enumerate(editable.payments, FIRST_ROW):
        _who(sheet, row, line.patch, row - HEAD_ROW, 4)
        source, payer = words.source(line.purse.source), words.place(line.purse)
        sheet.row(row, [source, payer], "body", 4)
        sheet.key(row, line.patch.patch, source, payer)
        col = first
        for year in years:
            sheet.number(row, col, line.planned[year], "money", "body closed")
            _entry(sheet, row, col + 1, line.entries[year])
            _offer_fact(sheet, row, col + 1, Field.PAID)
            col += 2
        planned, paid = sum(line.planned.values()), _paid(line)
        for offset, amount in ((0, planned), (1, paid)):
            parts = ",".join(cell(row, c) for c in range(first + offset, col, 2))
            sheet.formula(row, col + offset, f"SUM({parts})", amount, "money")
        sheet.formula(row, col + 2, f"{cell(row, col)}-{cell(row, col + 1)}", planned - paid, "money")
    _foot(sheet, FIRST_ROW + len(editable.payments), "paid_note")
    sheet.finish(header=(0, HEAD_ROW), frozen=(FIRST_ROW, 6))


def _sum_columns(editable: Editable) -> tuple[int, int]:
    """Where the payments sheet adds up what was planned and what was paid."""
    first = 6 + 2 * len(editable.years)
    return first, first + 1


def _paid(line: PaidRow) -> int:
    return sum(entry.value for entry in line.entries.values() if isinstance(entry.value, int))


def _head(sheet: Sheet, title: str, how: str) -> None:
    words, last = sheet.words, sheet.columns - 1
    book = sheet.book
    sheet.span(0, 0, last, words(title, place=book.district or words.city, span=book.span), "title")
    sheet.height(0, 34)
    sheet.span(1, 0, 3, words("t1_prepared_by", district=book.district or words.city), "line left open")
    sheet.span(1, 4, last // 2 + 2, words("t1_date"), "line center open")
    sheet.span(1, last // 2 + 3, last, words("t1_units"), "line right")
    sheet.span(2, 0, last, words(how), "small warn")


def _foot(sheet: Sheet, row: int, note: str) -> None:
    words, last = sheet.words, sheet.columns - 1
    half = last // 2
    for first, end, key in ((0, 3, "filler"), (4, half, "auditor"), (half + 1, last, "phone")):
        sheet.span(row, first, end, words(f"foot_{key}"), "line left open")
    sheet.height(row, 30)
    sheet.span(row + 1, 0, last, words(note), "small")
    sheet.span(row + 2, 0, last, sheet.book.stamp, "small warn")


def _who(sheet: Sheet, row: int, patch: Any, number: int, columns: int = 5) -> None:
    sheet.key(row, patch.patch)
    sheet.number(row, 0, number, "count", "body center")
    texts = (patch.district, patch.patch, patch.title, patch.township)
    sheet.row(row, texts[: columns - 1], "body", 1)


def _entry(sheet: Sheet, row: int, col: int, entry: Entry) -> None:
    """A cell that may be edited, or the same in grey where it may not."""
    kind, value = entry.key.field.kind, entry.value
    look = "body closed" if entry.closed else "body edit"
    if kind == "date":
        sheet.date(row, col, value if isinstance(value, dt.date) else None, look)
    elif value is None or value == "":
        sheet.blank(row, col, col, look, "text" if kind in ("text", "word") else kind)
    elif isinstance(value, int):
        sheet.number(row, col, value, kind, look)
    else:
        sheet.text(
            row, col, shown(sheet.book, entry.key.field, str(value)), look if kind == "text" else f"{look} center"
        )


def shown(book: Book, field: Field, value: str) -> str:
    """A value that is a word, as people read it."""
    match field:
        case Field.TREATMENT:
            return treatment_words(book.words.lang)[value]
        case Field.OPTION:
            return book.words.option(value)
        case Field.TRACKED:
            return book.words(value)
        case _:
            return value


def _offer(sheet: Sheet, row: int, col: int, field: Field, lists: Lists, line: PatchRow) -> None:
    words = sheet.words
    match field:
        case Field.START:
            sheet.offer(row, col, lists.choice(lists.years, words("offer_year", span=sheet.book.span)))
        case Field.TREATMENT:
            sheet.offer(row, col, lists.choice(lists.treatments, words("offer_list")))
        case Field.OPTION:
            sheet.offer(row, col, lists.choice(lists.options[line.patch.patch], words("offer_list")))
        case Field.TRACKED:
            sheet.offer(row, col, lists.choice(lists.yes_no, words("offer_list")))
        case Field.REASON:
            sheet.offer(row, col, lists.choice(lists.reasons, words("offer_list"), strict=False))
        case Field.COST:
            sheet.offer(row, col, _amount(words("offer_amount")))
        case _:
            pass


def _offer_fact(sheet: Sheet, row: int, col: int, field: Field) -> None:
    words = sheet.words
    if field.kind == "date":
        validation = {
            "validate": "date", "criteria": "between", "minimum": EARLIEST, "maximum": LATEST,
            "error_type": "warning", "error_message": words("offer_date"),
        }  # fmt: skip
    else:
        validation = _amount(words("offer_amount"))
    sheet.offer(row, col, validation)


def _amount(message: str) -> dict[str, Any]:
    return {"validate": "decimal", "criteria": ">=", "value": 0, "error_type": "stop", "error_message": message}
