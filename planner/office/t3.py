"""T3: the ledger of patches as officials know it, with the year that the plan gives each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from xlsxwriter import Workbook

from planner.ledger import Patch
from planner.ledger.schema import Labelled
from planner.office.figures import Book
from planner.office.sheet import Sheet, cell
from planner.office.styles import Styles
from planner.office.words import Words

HEAD_ROW, TOTAL_ROW, FIRST_ROW = 2, 3, 4
SECOND_PAGE = 18
"""The column that the second page begins with, after the repeated id."""


@dataclass(frozen=True)
class _Column:
    """A column: its text's key, its width, and what a patch says in it."""

    key: str
    width: float
    kind: str
    value: Callable[[Patch, Words], str | int | None]


def _label(value: Labelled | None, words: Words) -> str:
    return value.label(words.lang) if value is not None else ""


def _yes(value: bool, words: Words) -> str:
    return words("yes" if value else "no")


def _slashed(*parts: object) -> str:
    """Several facts in one cell, as the official table has them."""
    said = [str(part) for part in parts if part not in (None, "", 0)]
    return "/".join(said)


def _degrees(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"


COLUMNS = (
    _Column("patch", 19, "text", lambda p, w: p.patch),
    _Column("responsible_id", 19, "text", lambda p, w: p.responsible_id),
    _Column("district", 10, "text", lambda p, w: p.district),
    _Column("township", 16, "text", lambda p, w: p.township),
    _Column("village", 17, "text", lambda p, w: p.village),
    _Column("basin", 10, "text", lambda p, w: p.basin),
    _Column("longitude", 12.5, "text", lambda p, w: _degrees(p.longitude)),
    _Column("latitude", 12.5, "text", lambda p, w: _degrees(p.latitude)),
    _Column("kind", 12, "text", lambda p, w: _label(p.kind, w)),
    _Column("mineral", 10, "text", lambda p, w: p.mineral),
    _Column("mining_method", 10, "text", lambda p, w: _label(p.mining_method, w)),
    _Column("closure_year", 8, "year", lambda p, w: p.closure_year),
    _Column("licence", 12, "text", lambda p, w: p.licence_number or w(
        "licensed" if p.ever_licensed else "never_licensed")),
    _Column("responsible_party", 20, "text", lambda p, w: p.responsible_party),
    _Column("patch_area", 11, "area", lambda p, w: p.area_m2 if p.patch_area_m2 is None else p.patch_area_m2),
    _Column("area", 12, "area", lambda p, w: p.area_m2),
    _Column("land_class", 13, "text", lambda p, w: p.land_class),
    _Column("planned_use", 13, "text", lambda p, w: p.planned_use),
    _Column("land_tenure", 10, "text", lambda p, w: p.land_tenure),
    _Column("ecological_redline", 8, "text", lambda p, w: _yes(p.ecological_redline, w)),
    _Column("reserve", 16, "text", lambda p, w: _slashed(p.reserve, p.reserve_level)),
    _Column("basic_farmland", 8, "text", lambda p, w: _yes(p.basic_farmland, w)),
    _Column("urban_growth_boundary", 8, "text", lambda p, w: _yes(p.urban_growth_boundary, w)),
    _Column("three_zones_two_lines", 8, "text", lambda p, w: _yes(p.three_zones_two_lines, w)),
    _Column("viewshed", 16, "text", lambda p, w: p.viewshed),
    _Column("hazards", 18, "text", lambda p, w: _slashed(
        w("t3_points", points=p.hazard_points) if p.hazard_points else "", p.hazard_level, p.hazard_threat)),
    _Column("treatment", 10, "text", lambda p, w: w.treatment(p.treatment)),
    _Column("direction", 9, "text", lambda p, w: p.direction),
    _Column("tier", 7, "count", lambda p, w: p.tier),
    _Column("cost", 12, "money", lambda p, w: p.cost_yuan),
    _Column("planned_year", 8, "year", lambda p, w: None),
    _Column("status", 9, "text", lambda p, w: _label(p.status, w)),
    _Column("verified", 24, "text", lambda p, w: _slashed(p.verifier_unit, p.verifier, p.verified_on)),
    _Column("change_record", 16, "text", lambda p, w: p.change_record),
    _Column("data_nature", 9, "text", lambda p, w: _label(p.data_nature, w)),
)  # fmt: skip
CENTERED = frozenset({
    "kind", "mining_method", "licence", "ecological_redline", "basic_farmland", "urban_growth_boundary",
    "three_zones_two_lines", "treatment", "status", "data_nature", "longitude", "latitude",
})  # fmt: skip


def write_ledger_table(workbook: Workbook, styles: Styles, book: Book, name: str) -> None:
    """Write the ledger of a district, or of the whole city; it prints two pages wide, the id on both."""
    sheet = Sheet(workbook, styles, book, name, [column.width for column in COLUMNS])
    words, last = book.words, len(COLUMNS) - 1
    place = book.district or words.city
    title = words("t3_title", place=place)
    # Titles end where the first page does: a text across both would be cut in two.
    halves = ((0, SECOND_PAGE - 1), (SECOND_PAGE, last))
    for (first, end), suffix in zip(halves, ("", words("t3_continued")), strict=True):
        sheet.span(0, first, end, title + suffix, "title")
    sheet.height(0, 34)
    sheet.span(1, 1, 6, words("t1_prepared_by", district=place), "line left open")  # column 0 is on both pages
    sheet.span(1, 7, 11, words("t1_date"), "line center open")
    sheet.span(1, 12, SECOND_PAGE - 1, words("t1_units"), "line right")
    sheet.span(1, SECOND_PAGE, last, words("t1_units"), "line right")
    sheet.row(HEAD_ROW, [words(f"t3_{column.key}") for column in COLUMNS])
    sheet.identify(HEAD_ROW, (0,))
    patches = [patch for patch in book.patches if book.district in (None, patch.district)]
    starts = {patch: item.task.start for patch, item in book.whole.item_of.items()}
    sums: dict[int, int] = {}
    for row, patch in enumerate(patches, FIRST_ROW):
        sheet.key(row, patch.patch)
        for col, column in enumerate(COLUMNS):
            value = starts.get(patch.patch) if column.key == "planned_year" else column.value(patch, words)
            if isinstance(value, int):
                sheet.number(row, col, value, column.kind, "body center" if column.kind == "count" else "body")
                if column.kind in ("area", "money"):
                    sums[col] = sums.get(col, 0) + value
            else:
                sheet.text(row, col, value or "", "body center" if column.key in CENTERED else "body")
    end = FIRST_ROW + len(patches) - 1
    sheet.blank(TOTAL_ROW, 0, last, "total")
    sheet.text(TOTAL_ROW, 0, words("t3_total", count=len(patches)), "total")
    for col, total in sums.items():
        kind = COLUMNS[col].kind
        below = f"SUBTOTAL(109,{cell(FIRST_ROW, col)}:{cell(end, col)})"
        sheet.formula(TOTAL_ROW, col, below, total, kind, "total")
    sheet.filter(HEAD_ROW, end)
    for row, text, look in ((end + 1, words("t3_note"), "small"), (end + 2, book.stamp, "small warn")):
        for first, last_col in halves:  # not in the column that both pages show: there it would be cut
            sheet.span(row, max(1, first), last_col, text, look)
    sheet.finish(header=(0, HEAD_ROW), frozen=(FIRST_ROW, 1), halves=(0, SECOND_PAGE))
