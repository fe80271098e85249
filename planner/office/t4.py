"""T4: the targets against which the funds are appraised."""

from __future__ import annotations

from itertools import groupby

from xlsxwriter import Workbook

from planner.office.figures import Book
from planner.office.sheet import Sheet
from planner.office.styles import Styles
from planner.office.targets import Target, citation, district_targets, held, open_targets, targets

LEVELS = {
    "quantity": "output", "quality": "output", "time": "output", "cost": "output",
    "benefit": "benefit", "satisfaction": "satisfaction",
}  # fmt: skip
WIDTHS = (6, 16, 22, 44, 24, 14, 12, 20, 12, 62)


def write_targets(workbook: Workbook, styles: Styles, book: Book, name: str) -> None:
    """Write the targets table: figures of scenario, ledger and plan; the rest is left open, never invented.

    A district's own table has what the plan gives it to do.
    """
    sheet = Sheet(workbook, styles, book, name, WIDTHS)
    words, last = book.words, len(WIDTHS) - 1
    title = words("t4_title", span=book.span)
    sheet.span(0, 0, last, title if book.district is None else f"{book.district} {title}", "title")
    sheet.height(0, 34)
    who = words("t4_prepared_by", who=words.meta["city_government"] or "　" * 10)
    if book.district is not None:
        who = words("t1_prepared_by", district=book.district)
    sheet.span(1, 0, 3, who, "line left open")
    sheet.span(1, 4, last, words("t4_units"), "line right")
    heads = ("number", "level_1", "level_2", "level_3", "required", "unit", "weight", "planned", "met", "remark")
    sheet.row(2, [words(f"t4_{key}") for key in heads])
    order = list(LEVELS)
    found = (*targets(book), *open_targets(book)) if book.district is None else district_targets(book)
    rows = sorted(found, key=lambda target: order.index(target.level))
    row = 3
    for _, group in groupby(rows, key=lambda target: target.level):
        for target in group:
            _target(sheet, row, row - 2, target)
            row += 1
    sheet.span(row, 0, last, words("t4_note"), "small")
    sheet.span(row + 1, 0, last, book.stamp, "small warn")
    sheet.finish(header=(0, 2), frozen=(3, 0))


def _target(sheet: Sheet, row: int, number: int, target: Target) -> None:
    write_demand(sheet, row, number, target)
    planned(sheet, row, 7, target)
    sheet.text(row, 8, met(sheet, target), "body center")
    sheet.text(row, 9, remark(sheet, target))


def write_demand(sheet: Sheet, row: int, number: int, target: Target) -> None:
    """The first seven columns of a row: what is demanded."""
    words = sheet.words
    sheet.number(row, 0, number, "count", "body center")
    sheet.text(row, 1, words(f"first_{LEVELS[target.level]}"))
    sheet.text(row, 2, words(f"level_{target.level}"))
    sheet.text(row, 3, target.name)
    sheet.text(row, 4, target.required or words("to_fill"), "body right" if target.required else "body center open")
    sheet.text(row, 5, target.unit, "body center")
    sheet.text(row, 6, words("to_fill"), "body center open")


def remark(sheet: Sheet, target: Target) -> str:
    """Where a demand comes from, and which provision it is."""
    return sheet.words.join([basis(sheet, target), citation(sheet.book, target)])


def planned(sheet: Sheet, row: int, col: int, target: Target) -> None:
    """What the plan gives, as a number in the target's unit."""
    if target.value is None:
        sheet.text(row, col, "–", "body center")
    elif target.kind == "percent":
        sheet.number(row, col, target.value * 100, "score")
    else:
        sheet.number(row, col, target.value, target.kind)


def met(sheet: Sheet, target: Target) -> str:
    """Whether the plan meets it, in a word."""
    return "–" if target.met is None else sheet.words("met" if target.met else "not_met")


def basis(sheet: Sheet, target: Target) -> str:
    """Where the demand comes from, and how strictly it is held."""
    words = sheet.words
    strict = words("held_softly") if held(sheet.book, target) == "soft" else ""
    return words.join([words(f"basis_{target.source}"), strict])
