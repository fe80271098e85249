"""The years of the plan on one page: by place, by purse, by tier, with charts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter import Workbook

from planner.office.figures import Book, Item, flows
from planner.office.schedule import DISTRICT, TIER, TOWNSHIP, ScheduleSheet
from planner.office.sheet import Sheet, cell
from planner.office.styles import Styles
from planner.office.words import numeral
from planner.plan import Purse

CHART_ROW, CHART_ROWS, CHART_HEIGHT = 3, 20, 395
PALETTE = (
    "#1F4E79", "#2E86C1", "#85C1E9", "#1E8449", "#82C99A", "#B7950B", "#F4D03F", "#A04000", "#E59866", "#76448A",
    "#C39BD3", "#7B7D7D", "#BFC9CA",
)  # fmt: skip
TIER_COLOURS = ("#C0392B", "#E59866", "#85929E")


@dataclass(frozen=True)
class _Table:
    """Rows of a block as they were written, for the charts."""

    first: int
    last: int
    money_row: int


_ROWS_OF_A_PAGE = 100
"""More rows on one page of A3 could hardly be read; a city of fifteen districts has 70."""


def write_overview(workbook: Workbook, styles: Styles, book: Book, name: str, schedule: ScheduleSheet) -> None:
    """Write the overview; figures by place and tier are live formulas over the schedule."""
    years = book.years
    sheet = Sheet(workbook, styles, book, name, (26, *(13.5,) * (2 * len(years) + 2)))
    words, last = book.words, sheet.columns - 1
    count = numeral(len(years), words.lang)
    title = words("overview_title", place=book.district or words.city, count=count, span=book.span)
    sheet.span(0, 0, last, title, "title")
    sheet.height(0, 34)
    sheet.span(1, 0, last // 2, words("schedule_scenario", title=book.title), "line left")
    sheet.span(1, last // 2 + 1, last, words("schedule_units"), "line right")
    row = CHART_ROW + CHART_ROWS
    by_place = _places(book)
    kind = "township" if book.district else "district"
    column = TOWNSHIP if book.district else DISTRICT
    placed = _formulas(sheet, row, f"overview_by_{kind}", by_place, schedule, column, lambda i: _place(book, i))
    purses = _purses(sheet, placed.last + 2, placed)
    tiers = _formulas(
        sheet, purses.last + 3, "overview_by_tier", [(words(f"tier_{t}"), t) for t in (1, 2, 3)], schedule, TIER,
        lambda item: item.patch.tier,
    )  # fmt: skip
    note = "overview_note_cash" if book.on_cash else "overview_note"
    sheet.span(tiers.last + 1, 0, last, words(note), "small")
    sheet.span(tiers.last + 2, 0, last, book.stamp, "small warn")
    _charts(workbook, sheet, purses, tiers)
    sheet.finish(header=(0, 1), one_page=tiers.last <= _ROWS_OF_A_PAGE)


def _places(book: Book) -> list[tuple[str, str | int]]:
    """Districts of the city, or townships of a district, as they are shown and as the schedule has them."""
    if book.district is None:
        return [(district, district) for district in book.ledger.districts]
    townships = sorted({item.patch.township for item in book.items})
    return [(township or book.words("no_township"), township) for township in townships]


def _place(book: Book, item: Item) -> str:
    return item.patch.township if book.district else item.task.district


def _heads(sheet: Sheet, row: int, title: str, first: str, second: str) -> None:
    words, years = sheet.words, sheet.book.years
    sheet.span(row, 0, sheet.columns - 1, words(title), "section left")
    n = len(years)
    sheet.blank(row + 1, 0, 0, "head")
    for start, key in ((1, first), (2 + n, second)):
        sheet.span(row + 1, start, start + n, words(key), "head")
    marks = [*(words("year", year=year) for year in years), words("total")]
    sheet.row(row + 2, [words("overview_row"), *marks, *marks])


def _formulas(
    sheet: Sheet, row: int, title: str, rows: Sequence[tuple[str, str | int]], schedule: ScheduleSheet, column: int,
    of: Callable[[Item], str | int],
) -> _Table:  # fmt: skip
    """Area and money by year of what the schedule says in a column; the total first."""
    book, years = sheet.book, sheet.book.years
    _heads(sheet, row, title, "overview_area", "overview_money")
    total, first = row + 3, row + 4
    names = schedule.column(column)

    def money(year: int) -> str:
        return schedule.cash(year) if book.on_cash else f"({schedule.starts}={year})*{schedule.totals}"

    for at, (label, value) in enumerate(rows, first):
        sheet.text(at, 0, label)
        wanted = f'"{value}"' if value == "" else str(value) if isinstance(value, int) else cell(at, 0)
        mine = [item for item in book.items if of(item) == value]
        areas = [sum(i.task.task_area_m2 for i in mine if i.task.start == year) for year in years]
        amounts = [sum(sum(book.spent(i, year).values()) for i in mine) for year in years]
        for offset, year in enumerate(years):
            where = f"SUMPRODUCT(({names}={wanted})*"
            sheet.formula(at, 1 + offset, f"{where}({schedule.starts}={year})*{schedule.areas})", areas[offset], "area")
            col = 2 + len(years) + offset
            sheet.formula(at, col, f"{where}{money(year)})", amounts[offset], "money")
        _across(sheet, at, (sum(areas), sum(amounts)), ("area", "money"))
    last = first + len(rows) - 1
    _down(sheet, total, first, last, ("area", "money"), _totals(sheet.book))
    return _Table(first, last, total)


def _totals(book: Book) -> tuple[list[int], list[int]]:
    years = book.years
    areas = [sum(i.task.task_area_m2 for i in book.items if i.task.start == year) for year in years]
    return areas, [sum(sum(book.spent(i, year).values()) for i in book.items) for year in years]


def _across(sheet: Sheet, row: int, sums: Sequence[int], kinds: Sequence[str], look: str = "body") -> None:
    """The sums of a row's two halves."""
    n = len(sheet.book.years)
    for start, amount, kind in zip((1, 2 + n), sums, kinds, strict=True):
        sheet.formula(row, start + n, f"SUM({cell(row, start)}:{cell(row, start + n - 1)})", amount, kind, look)


def _down(sheet: Sheet, row: int, first: int, last: int, kinds: Sequence[str], totals: Sequence[Sequence[int]]) -> None:
    """The row of totals."""
    n = len(sheet.book.years)
    sheet.text(row, 0, sheet.words("total"), "total center")
    for start, kind, amounts in zip((1, 2 + n), kinds, totals, strict=True):
        for offset, amount in enumerate(amounts):
            col = start + offset
            sheet.formula(row, col, f"SUM({cell(first, col)}:{cell(last, col)})", amount, kind, "total")
    _across(sheet, row, [sum(amounts) for amounts in totals], kinds, "total")


def _purses(sheet: Sheet, row: int, placed: _Table) -> _Table:
    """Budgets and spending of each purse that pays for the tasks, and whether they add up to the table above."""
    book, words, years = sheet.book, sheet.words, sheet.book.years
    _heads(sheet, row, "overview_by_purse", "overview_budget", "overview_spent")
    budgets = {flow.purse: flow.budget for flow in flows(book)}
    spent: dict[Purse, list[int]] = {}
    for item in book.items:
        for offset, year in enumerate(years):
            for purse, yuan in book.spent(item, year).items():
                spent.setdefault(purse, [0] * len(years))[offset] += yuan
    if book.district is None:
        spent = {purse: [0] * len(years) for purse in budgets} | spent
    purses = book.order_of(spent)
    total, first = row + 3, row + 4
    # A purse that pays for other districts too has no budget of this district.
    own = [book.district in (None, purse.district) for purse in purses]
    given = [
        [budgets.get(purse, {}).get(year, 0) if mine else 0 for year in years]
        for purse, mine in zip(purses, own, strict=True)
    ]
    for at, purse in enumerate(purses, first):
        sheet.text(at, 0, words.purse(purse))
        for offset in range(len(years)):
            sheet.number(at, 1 + offset, given[at - first][offset], "money")
            sheet.number(at, 2 + len(years) + offset, spent[purse][offset], "money")
        _across(sheet, at, (sum(given[at - first]), sum(spent[purse])), ("money", "money"))
        if not own[at - first]:
            for col in range(1, 2 + len(years)):
                sheet.text(at, col, "–", "body center")
    last = first + len(purses) - 1
    sums = [[sum(amounts[o] for amounts in part) for o in range(len(years))] for part in (given, spent.values())]
    _down(sheet, total, first, last, ("money", "money"), sums)
    sheet.blank(last + 1, 0, sheet.columns - 1, "label")
    sheet.text(last + 1, 0, words("overview_check"), "label")
    for col in range(2 + len(years), sheet.columns):
        difference = f"ROUND({cell(total, col)}-{cell(placed.money_row, col)},{words.decimals})"
        sheet.formula(last + 1, col, difference, 0, "check", "label")
    return _Table(first, last, total)


def _charts(workbook: Workbook, sheet: Sheet, purses: _Table, tiers: _Table) -> None:
    """Money by year and purse, area by year and tier: stacked columns, drawn from the cells below."""
    words, n = sheet.words, len(sheet.book.years)
    widths = [width * 7 + 5 for width in sheet.widths]
    half = next(col for col in range(1, len(widths)) if sum(widths[:col]) >= sum(widths) / 2)
    for table, start, title, unit, place, colours in (
        (purses, 2 + n, "chart_money", words.unit, 0, PALETTE),
        (tiers, 1, "chart_area", words("hectare"), half, TIER_COLOURS),
    ):
        chart = workbook.add_chart({"type": "column", "subtype": "stacked"})
        labels = [words("year", year=year) for year in sheet.book.years]
        for i, row in enumerate(range(table.first, table.last + 1)):
            chart.add_series({
                "name": _fixed(sheet, row, 0, row, 0),
                "categories": _fixed(sheet, table.first - 2, start, table.first - 2, start + n - 1),
                "values": _fixed(sheet, row, start, row, start + n - 1),
                "fill": {"color": colours[i % len(colours)]}, "gap": 60,
            })  # fmt: skip
        font = {"name": sheet.styles.body_font, "size": 10}
        span = f"{labels[0]}–{labels[-1]}"
        chart.set_title({"name": words(title, unit=unit, span=span), "name_font": {**font, "size": 12, "bold": True}})
        chart.set_x_axis({"num_font": font})
        axis: dict[str, Any] = {"num_font": font, "num_format": "#,##0", "name": unit, "name_font": font}
        chart.set_y_axis({**axis, "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
        chart.set_legend({"position": "right", "font": {**font, "size": 9}})
        room = sum(widths[:half]) if place == 0 else sum(widths[half:])
        chart.set_size({"width": int(room) - 12, "height": CHART_HEIGHT})
        sheet.chart(CHART_ROW - 1, place, chart)


def _fixed(sheet: Sheet, row: int, col: int, last_row: int, last_col: int) -> list[Any]:
    return [sheet.name, row, col, last_row, last_col]
