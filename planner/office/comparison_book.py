"""A comparison as a workbook: the yardstick, the districts, the patches that differ, the money."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

from xlsxwriter import Workbook

from planner.advice.compare import Comparison, Planned
from planner.files import write_whole
from planner.ledger.types import META_DEFAULTS
from planner.office.figures import Book
from planner.office.names import sheet_names
from planner.office.outlook import Said
from planner.office.sheet import Sheet
from planner.office.styles import Styles
from planner.office.words import Words
from planner.scenario import overridden
from planner.texts import Language


def export_comparison(
    found: Comparison, first: Planned, path: str | os.PathLike[str], *, lang: Language = "zh"
) -> Path:
    """Write a comparison as a workbook; the file appears whole or not at all.

    Parameters
    ----------
    found : Comparison
    first : Planned
        The plan that was the yardstick: its ledger gives the units and the nature of the data.
    path : path
        The file.
    """
    words = Words(lang, META_DEFAULTS | dict(first.ledger.meta))
    book = Book(overridden(first.ledger, first.scenario), first.scenario, first.plan, words)
    content, said = BytesIO(), Said(words)
    tabs = sheet_names([said("sheet_yardstick"), said("sheet_districts"), said("sheet_changes"), said("sheet_funding")])
    with Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        styles = Styles(workbook, words)
        for name, write, widths in zip(
            tabs, (_yardstick, _districts, _changes, _funding), ([46], [20], [26], [30]), strict=True
        ):
            sheet = Sheet(workbook, styles, book, name, [*widths, *([20] * max(7, 2 * len(found.sides)))])
            sheet.span(0, 0, 5, said("compare_title"), "title")
            sheet.height(0, 36)
            sheet.span(1, 0, 5, said("compare_yardstick", name=found.sides[0].name), "line")
            write(sheet, found, said)
            sheet.finish(header=(2, 2), frozen=(3, 1))
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, content.getvalue())
    return target


def _yardstick(sheet: Sheet, found: Comparison, said: Said) -> None:
    sheet.row(2, ["", *(side.name for side in found.sides)])
    row = 3
    for goal in found.sides[0].goals:
        sheet.text(row, 0, said.goal_head(goal), "label")
        for col, side in enumerate(found.sides, 1):
            sheet.text(row, col, said.goal(goal, side.goals.get(goal)), "body right")
        row += 1
    for year in found.sides[0].task_area_m2:
        sheet.text(row, 0, said("row_area_year", year=year), "label")
        sheet.text(row + 1, 0, said("row_money_year", year=year), "label")
        for col, side in enumerate(found.sides, 1):
            sheet.number(row, col, side.task_area_m2.get(year, 0), "area")
            sheet.number(row + 1, col, side.commitments_yuan.get(year, 0), "money")
        row += 2
    for key in ("gini_waited", "gini_money"):
        sheet.text(row, 0, said(f"row_{key}"), "label")
        for col, side in enumerate(found.sides, 1):
            fair = side.fairness
            value = fair.gini_waited if key == "gini_waited" else fair.gini_yuan_per_hectare
            sheet.number(row, col, value, "score")
        row += 1
    for side in found.sides:
        for lack in side.incomparable:
            said_so = said(f"not_{lack.kind}", count=lack.count, items=said.words.listed(lack.items))
            sheet.span(row, 0, 5, f"{side.name}: {said_so}", "line")
            row += 1


def _districts(sheet: Sheet, found: Comparison, said: Said) -> None:
    heads = said.heads("district")
    for side in found.sides:
        heads += [f"{side.name} {said('head_waited')}", f"{side.name} {said('head_money')}"]
    sheet.row(2, heads)
    for row, _ in enumerate(found.sides[0].districts):
        sheet.text(3 + row, 0, found.sides[0].districts[row].district, "label")
        for number, side in enumerate(found.sides):
            own = side.districts[row]
            if own.waited is None:
                sheet.text(3 + row, 1 + 2 * number, "–", "body center")
            else:
                sheet.number(3 + row, 1 + 2 * number, own.waited, "score")
            sheet.number(3 + row, 2 + 2 * number, own.yuan, "money")


def _changes(sheet: Sheet, found: Comparison, said: Said) -> None:
    sheet.row(2, said.heads("patch", "district", "plan", "kind", "before", "after"))
    row = 3
    for against in found.against:
        for change in against.changes:
            cells = (
                change.patch, change.district, against.name, said(f"kind_{change.kind}"), said.decision(change.before),
                said.decision(change.after),
            )  # fmt: skip
            for col, value in enumerate(cells):
                sheet.text(row, col, value)
            row += 1


def _funding(sheet: Sheet, found: Comparison, said: Said) -> None:
    sheet.row(2, said.heads("purse", "year", "plan", "money_before", "money", "more", "more_budget"))
    row = 3
    for against in found.against:
        for entry in against.funding:
            sheet.text(row, 0, said.purse(entry.source, entry.district))
            sheet.number(row, 1, entry.year, "year")
            sheet.text(row, 2, against.name)
            amounts = (entry.before, entry.after, entry.after - entry.before, entry.budget_after - entry.budget_before)
            for col, yuan in enumerate(amounts, 3):
                sheet.number(row, col, yuan, "money")
            row += 1
