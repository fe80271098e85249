"""Every task of the plan on one sheet."""

from __future__ import annotations

from dataclasses import dataclass

from xlsxwriter import Workbook

from planner.office.figures import Book, Item
from planner.office.sheet import Sheet, area, cell
from planner.office.styles import Styles
from planner.office.words import numeral

FIXED = (
    ("number", 5, "count"), ("district", 11, "text"), ("township", 16, "text"), ("patch", 18, "text"),
    ("project", 30, "text"), ("kind", 16, "text"), ("treatment", 10.5, "text"), ("option", 10, "text"),
    ("tier", 7, "count"), ("hazards", 7, "count"), ("patch_area", 11, "area"), ("task_area", 11, "area"),
    ("start", 7, "year"),
    ("finish", 7, "year"), ("total", 12, "money"),
)  # fmt: skip
DISTRICT, TOWNSHIP, PATCH, TIER = 1, 2, 3, 8
PATCH_AREA, TASK_AREA, START, TOTAL = 10, 11, 12, 14
HEAD_ROW, TOTAL_ROW, FIRST_ROW = 2, 3, 4


@dataclass(frozen=True)
class ScheduleSheet:
    """The schedule as it was written, for the sheets that refer to it."""

    name: str
    rows: int
    cash_from: int
    years: range

    def column(self, col: int) -> str:
        """A column's rows, in formulas of other sheets."""
        return area(FIRST_ROW, FIRST_ROW + max(self.rows, 1) - 1, col, self.name)

    @property
    def starts(self) -> str:
        """The start years."""
        return self.column(START)

    @property
    def areas(self) -> str:
        """The task areas."""
        return self.column(TASK_AREA)

    @property
    def totals(self) -> str:
        """The whole costs."""
        return self.column(TOTAL)

    def cash(self, year: int) -> str:
        """Cash of a year."""
        return self.column(self.cash_from + year - self.years.start)

    @property
    def tail(self) -> str:
        """Cash after the horizon."""
        return self.column(self.cash_from + len(self.years))


def schedule_words(book: Book, key: str) -> str:
    """A text of the schedule that says how many years it covers."""
    count = len(book.years)
    return book.words(key, count=numeral(count, book.words.lang), span=book.span)


def write_schedule(workbook: Workbook, styles: Styles, book: Book, name: str) -> ScheduleSheet:
    """Write every task with its area, its money by source and its cash by year."""
    words, years, sources = book.words, book.years, book.sources
    cash_from = len(FIXED) + len(sources)
    columns = [
        *((words(f"schedule_{key}"), width, kind) for key, width, kind in FIXED),
        *((words("schedule_source", source=words.source(source)), 12, "money") for source in sources),
        *((words("schedule_cash", year=year), 12, "money") for year in years),
        (words("schedule_tail", year=book.last + 1), 12, "money"),
        (words("schedule_remark"), 20, "text"),
    ]
    sheet = Sheet(workbook, styles, book, name, [width for _, width, _ in columns])
    last = sheet.columns - 1
    title = schedule_words(book, "schedule_title")
    sheet.span(0, 0, last, title if book.district is None else f"{book.district} {title}", "title")
    sheet.height(0, 34)
    sheet.span(1, 0, 8, words("schedule_scenario", title=book.title), "line left")
    sheet.span(1, 9, last, words("schedule_units"), "line right")
    sheet.row(HEAD_ROW, [head for head, _, _ in columns])
    sheet.identify(HEAD_ROW, (PATCH,))
    rows = [_amounts(book, item) for item in book.items]
    for number, (item, amounts) in enumerate(zip(book.items, rows, strict=True), 1):
        row = TOTAL_ROW + number
        sheet.key(row, item.patch.patch)
        _texts(sheet, row, item)
        for col, amount in {0: number, **amounts}.items():
            sheet.number(row, col, amount, columns[col][2], "body center" if columns[col][2] == "count" else "body")
    sheet.blank(TOTAL_ROW, 0, last, "total")
    sheet.text(TOTAL_ROW, 3, words("total"), "total top center")
    for col, (_, _, kind) in enumerate(columns):
        if kind in ("area", "money") or col == 9:
            total = sum(amounts[col] for amounts in rows)
            below = f"SUBTOTAL(109,{cell(FIRST_ROW, col)}:{cell(TOTAL_ROW + len(rows), col)})"
            sheet.formula(TOTAL_ROW, col, below, total, kind, "total top center" if kind == "count" else "total top")
    count = f"SUBTOTAL(103,{cell(FIRST_ROW, 3)}:{cell(TOTAL_ROW + len(rows), 3)})"
    sheet.formula(TOTAL_ROW, 4, count, len(rows), "count", "total top center")
    # Room below the figures, where the filter buttons stand.
    sheet.height(TOTAL_ROW, 32)
    end = TOTAL_ROW + len(rows)
    sheet.filter(TOTAL_ROW, end)
    sheet.span(end + 1, 0, last, words("schedule_note"), "small")
    sheet.span(end + 2, 0, last, book.stamp, "small warn")
    sheet.finish(header=(0, HEAD_ROW), frozen=(FIRST_ROW, 5))
    return ScheduleSheet(name, len(rows), cash_from, years)


def _texts(sheet: Sheet, row: int, item: Item) -> None:
    words, patch = sheet.words, item.patch
    texts = (
        patch.district, patch.township, patch.patch, patch.title, words.kind(patch.kind),
        words.treatment(item.task.treatment), words.option(item.option.option),
    )  # fmt: skip
    sheet.row(row, texts, "body", 1)
    remark = []
    if patch.by_enterprise:
        remark.append(words("remark_enterprise"))
        if item.enterprise_yuan:
            remark.append(words("remark_own_money", money=words.money(item.enterprise_yuan)))
    if item.option.special:
        remark.append(words("remark_special"))
    sheet.text(row, sheet.columns - 1, words.join(remark))


def _amounts(book: Book, item: Item) -> dict[int, int]:
    """The figures of a row by column, in the smallest units."""
    by_source = dict.fromkeys(book.sources, 0)
    for purse, yuan in item.committed.items():
        by_source[purse.source] += yuan
    amounts = {
        8: item.patch.tier,
        9: item.patch.hazard_points,
        PATCH_AREA: item.whole_area_m2,
        TASK_AREA: item.task.task_area_m2,
        START: item.task.start,
        13: item.task.finish,
        TOTAL: item.total,
    }
    money = [*by_source.values(), *(item.paid(year) for year in book.years), item.paid_after(book.last)]
    return amounts | dict(enumerate(money, len(FIXED)))
