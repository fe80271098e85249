"""Do the sheets agree? Task plans, funds, schedule and the plan itself, with live formulas."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from xlsxwriter import Workbook

from planner.office.figures import Book
from planner.office.schedule import ScheduleSheet
from planner.office.sheet import Sheet, area, cell
from planner.office.styles import Styles
from planner.office.t1 import TaskPlanSheet
from planner.office.t2 import FundsSheet

WIDTHS = (26, 22, 22, 22, 22, 18, 18, 18)
LAST = len(WIDTHS) - 1
VERDICT_ROW = 2


def write_reconciliation(
    workbook: Workbook,
    styles: Styles,
    book: Book,
    name: str,
    plans: Sequence[TaskPlanSheet],
    funds: FundsSheet,
    schedule: ScheduleSheet,
) -> None:
    """Write the reconciliation; every difference is a formula, and every one is zero."""
    sheet = Sheet(workbook, styles, book, name, WIDTHS)
    words = book.words
    years = tuple(book.years) if book.year is None else (book.year,)
    sheet.span(0, 0, LAST, words("check_title"), "title")
    sheet.height(0, 34)
    sheet.span(1, 0, LAST, words("check_units"), "line right")
    money_at = VERDICT_ROW + 1
    area_at = money_at + 3 + len(years)
    other_at = area_at + 3 + len(years)
    list_at = other_at + 2 + 3
    differences = [
        _money(sheet, money_at, years, list_at, plans, funds, schedule),
        _areas(sheet, area_at, years, list_at, plans, schedule),
        _others(sheet, other_at, funds, schedule),
    ]
    end = _plans(sheet, list_at, plans)
    worst = "+".join(f"SUMPRODUCT(ABS({part}))" for part in differences)
    sheet.text(VERDICT_ROW, 0, words("check_verdict"), "total")
    agree, differ = words("check_agree"), words("check_differ")
    sheet.text_formula(VERDICT_ROW, 1, f'IF({worst}=0,"{agree}","{differ}")', agree, "total center")
    sheet.span(VERDICT_ROW, 2, LAST, words("check_how"), "small")
    sheet.span(end, 0, LAST, book.stamp, "small warn")
    sheet.finish(frozen=(VERDICT_ROW + 1, 1))


def _money(
    sheet: Sheet, row: int, years: Sequence[int], list_at: int, plans: Sequence[TaskPlanSheet], funds: FundsSheet,
    schedule: ScheduleSheet,
) -> str:  # fmt: skip
    book, words = sheet.book, sheet.words
    sheet.span(row, 0, LAST, words("check_money_cash" if book.on_cash else "check_money"), "section left")
    sheet.row(row + 1, [words(f"check_{key}") for key in ("year", "t1", "t2", "schedule", "plan", "d1", "d2", "d3")])

    def amounts(year: int) -> int:
        return sum(sum(book.spent(item, year).values()) for item in book.items)

    def in_schedule(year: int) -> str:
        if book.on_cash:
            return f"SUM({schedule.cash(year)})"
        return f"SUMIFS({schedule.totals},{schedule.starts},{year})"

    columns = [
        lambda year: _of_plans(list_at, plans, year, 5),
        funds.spent,
        in_schedule,
        None,
    ]
    return _by_year(sheet, row + 2, years, columns, amounts, "money")


def _areas(
    sheet: Sheet, row: int, years: Sequence[int], list_at: int, plans: Sequence[TaskPlanSheet], schedule: ScheduleSheet
) -> str:
    book, words = sheet.book, sheet.words
    sheet.span(row, 0, LAST, words("check_area"), "section left")
    sheet.row(
        row + 1,
        [words(f"check_{key}") for key in ("year", "t1_area", "none", "schedule", "plan", "d_area", "none", "d3")],
    )

    def amounts(year: int) -> int:
        if book.district is None:
            return book.metrics.task_area_m2.get(year, 0)
        return sum(item.task.task_area_m2 for item in book.items if item.task.start == year)

    columns: list[Callable[[int], str] | None] = [
        lambda year: _of_plans(list_at, plans, year, 4),
        lambda year: "",
        lambda year: f"SUMIFS({schedule.areas},{schedule.starts},{year})",
        None,
    ]
    return _by_year(sheet, row + 2, years, columns, amounts, "area")


def _by_year(
    sheet: Sheet,
    row: int,
    years: Sequence[int],
    columns: Sequence[Callable[[int], str] | None],
    amounts: Callable[[int], int],
    kind: str,
) -> str:
    """One line a year, the total first; the fourth column is the plan's own figure.

    Returns
    -------
    The range that holds the differences.
    """
    first, last = row + 1, row + len(years)
    total = sum(map(amounts, years))
    places = sheet.words.decimals if kind == "money" else 4
    for at, year in zip(range(row, last + 1), (None, *years), strict=True):
        look = "total" if year is None else "body"
        if year is None:
            sheet.text(at, 0, sheet.words("total"), "total center")
        else:
            sheet.number(at, 0, year, "year", look)
        amount = total if year is None else amounts(year)
        present = []
        for col, column in enumerate(columns, 1):
            formula = "" if column is None else column(years[0] if year is None else year)
            if column is not None and not formula:
                sheet.text(at, col, "–", f"{look} center")
                continue
            present.append(col)
            if year is None:
                sheet.formula(at, col, f"SUM({cell(first, col)}:{cell(last, col)})", total, kind, look)
            elif column is None:
                sheet.number(at, col, amount, kind, look)
            else:
                sheet.formula(at, col, formula, amount, kind, look)
        sheet.text(at, 6, "–", f"{look} center")
        for col, (left, right) in zip((5, 6, 7) if len(present) == 4 else (5, 7), _pairs(present), strict=True):
            difference = f"ROUND({cell(at, left)}-{cell(at, right)},{places})"
            sheet.formula(at, col, difference, 0, "check" if kind == "money" else "area", look)
    return (
        f"{cell(row, 5)}:{cell(last, 5)}"
        + ("" if kind != "money" else f"))+SUMPRODUCT(ABS({cell(row, 6)}:{cell(last, 6)}")
        + f"))+SUMPRODUCT(ABS({cell(row, 7)}:{cell(last, 7)}"
    )


def _pairs(cols: Sequence[int]) -> list[tuple[int, int]]:
    return list(itertools.pairwise(cols))


def _others(sheet: Sheet, row: int, funds: FundsSheet, schedule: ScheduleSheet) -> str:
    """Whole cost and cash over schedule and funds, and the accounts' own checks."""
    book, words, places = sheet.book, sheet.words, sheet.words.decimals
    sheet.span(row, 0, LAST, words("check_others"), "section left")
    total = sum(item.total for item in book.items)
    cash = sum(item.paid_after(0) for item in book.items)
    lines = [
        ("check_total", f"SUM({schedule.totals})", funds.committed, total),
        ("check_cash", f"SUM({schedule.cash(book.years.start).split(':')[0]}:{schedule.tail.split(':')[1]})",
         funds.committed, cash),
    ]  # fmt: skip
    at = row + 1
    for key, left, right, amount in lines:
        sheet.text(at, 0, words(key))
        sheet.span(at, 1, 2, words(f"{key}_how"), "body")
        sheet.formula(at, 3, left, amount, "money")
        sheet.formula(at, 4, right, total, "money")
        sheet.formula(at, 5, f"ROUND({cell(at, 3)}-{cell(at, 4)},{places})", 0, "check")
        sheet.blank(at, 6, 7)
        at += 1
    sheet.text(at, 0, words("check_accounts"))
    sheet.span(at, 1, 2, words("check_accounts_how"), "body")
    sheet.blank(at, 3, 4)
    sheet.formula(at, 5, funds.checks, 0, "check")
    sheet.blank(at, 6, 7)
    return f"{cell(row + 1, 5)}:{cell(at, 5)}"


def _plans(sheet: Sheet, row: int, plans: Sequence[TaskPlanSheet]) -> int:
    """Every task plan with its totals, taken from its sheet."""
    words = sheet.words
    sheet.span(row, 0, LAST, words("check_plans"), "section left")
    sheet.row(row + 1, [words(f"check_{key}") for key in ("sheet", "district", "year", "started", "t1_area", "t1")])
    for at, plan in enumerate(plans, row + 2):
        sheet.link(at, 0, plan.name)
        sheet.text(at, 1, plan.district)
        sheet.number(at, 2, plan.year, "year")
        sheet.number(at, 3, plan.started, "count")
        sheet.formula(at, 4, plan.area_cell, plan.area_m2, "area")
        sheet.formula(at, 5, plan.money_cell, plan.yuan, "money")
    return row + 2 + len(plans)


def _of_plans(list_at: int, plans: Sequence[TaskPlanSheet], year: int, col: int) -> str:
    first, last = list_at + 2, list_at + 1 + max(1, len(plans))
    return f"SUMIFS({area(first, last, col)},{area(first, last, 2)},{year})"
