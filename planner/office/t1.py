"""T1: a district's task plan of a year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xlsxwriter import Workbook

from planner.ledger import DataNature
from planner.office.figures import Block, Book, Item
from planner.office.priority import priority
from planner.office.sheet import Sheet, cell
from planner.office.styles import Styles
from planner.plan import Purse

WIDTHS = (5, 21, 17, 14, 11, 10, 10.5, 10.5, 8, 24, 27, 20, 11.5, 11.5, 11, 11, 11, 17, 9, 7, 20)
AREA, AREA_OF_YEAR, HAZARDS, TOTAL, OF_YEAR, MUNICIPAL, DISTRICT, OTHER = 6, 7, 8, 12, 13, 14, 15, 16
SUMMED = ((AREA, "area"), (AREA_OF_YEAR, "area"), (HAZARDS, "count"), *((c, "money") for c in range(TOTAL, OTHER + 1)))
COLUMNS = (
    "number", "project", "patch", "township", "kind", "treatment", "patch_area", "area_of_year", "hazards",
    "priority", "works", "duration", "total_money", "money_of_year", "municipal", "district_money", "other_money",
    "unit_responsible", "deadline", "tracked", "remark",
)  # fmt: skip
TOTAL_ROW, FIRST_ROW = 3, 4

Sums = dict[int, int]


@dataclass(frozen=True)
class TaskPlanSheet:
    """A task plan as it was written, for the sheets that refer to it."""

    name: str
    district: str
    year: int
    started: int
    area_m2: int
    yuan: int

    @property
    def area_cell(self) -> str:
        """Where its area of the year stands."""
        return cell(TOTAL_ROW, AREA_OF_YEAR, self.name)

    @property
    def money_cell(self) -> str:
        """Where its money of the year stands."""
        return cell(TOTAL_ROW, OF_YEAR, self.name)


def write_task_plan(
    workbook: Workbook, styles: Styles, book: Book, name: str, district: str, year: int
) -> TaskPlanSheet:
    """Write one task plan.

    The total leaves out enterprise mines, which are listed at the end at no government cost.
    """
    sheet = Sheet(workbook, styles, book, name, WIDTHS)
    words = book.words
    _head(sheet, words("t1_title", district=district, year=year), words("t1_prepared_by", district=district))
    sheet.identify(TOTAL_ROW - 1, (2,))
    rows = book.of_year(district, year)
    blocks = {block: [item for item in rows if item.block(year) is block] for block in Block}
    row = FIRST_ROW
    public: list[tuple[int, Sums]] = []
    number = 0
    for place, (block, items) in enumerate(((b, i) for b, i in blocks.items() if i), 1):
        sums = _sums(book, items, year)
        _subtotal(sheet, row, place, block, len(items), sums)
        if block is not Block.ENTERPRISE:
            public.append((row, sums))
        for item in items:
            row += 1
            number += 1
            sheet.key(row, item.patch.patch)
            _task(sheet, row, number, item, year)
        row += 1
    totals = _total(sheet, public, sum(len(i) for b, i in blocks.items() if b is not Block.ENTERPRISE))
    _foot(sheet, row)
    sheet.finish(header=(0, 2), frozen=(TOTAL_ROW, 3))
    started = sum(1 for item in rows if item.task.start == year and not item.patch.by_enterprise)
    return TaskPlanSheet(name, district, year, started, totals[AREA_OF_YEAR], totals[OF_YEAR])


def _head(sheet: Sheet, title: str, prepared_by: str) -> None:
    words, last = sheet.words, sheet.columns - 1
    sheet.span(0, 0, last, title, "title")
    sheet.height(0, 34)
    sheet.span(1, 0, 5, prepared_by, "line left open")
    sheet.span(1, 6, 12, words("t1_date"), "line center open")
    sheet.span(1, 13, last, words("t1_units"), "line right")
    for col, key in enumerate(COLUMNS):
        sheet.text(2, col, words(f"t1_{key}"), "head")


def _total(sheet: Sheet, public: list[tuple[int, Sums]], count: int) -> Sums:
    totals = {col: sum(sums[col] for _, sums in public) for col, _ in SUMMED}
    sheet.blank(TOTAL_ROW, 0, sheet.columns - 1, "total")
    sheet.text(TOTAL_ROW, 1, sheet.words("t1_total", count=count), "total center")
    for col, kind in SUMMED:
        if public:
            sheet.formula(
                TOTAL_ROW, col, "+".join(cell(row, col) for row, _ in public), totals[col], kind, _look("total", kind)
            )
        else:
            sheet.number(TOTAL_ROW, col, 0, kind, _look("total", kind))
    return totals


def _subtotal(sheet: Sheet, row: int, place: int, block: Block, count: int, sums: Sums) -> None:
    words = sheet.words
    key = "continuing_and_tail" if block is Block.CONTINUING and sheet.book.on_cash else str(block)
    sheet.blank(row, 0, sheet.columns - 1, "subtotal")
    sheet.text(row, 0, words("roman").split()[place - 1], "subtotal center")
    sheet.text(row, 1, words("t1_subtotal", block=words(f"block_{key}"), count=count), "subtotal")
    for col, kind in SUMMED:
        below = f"SUM({cell(row + 1, col)}:{cell(row + count, col)})"
        sheet.formula(row, col, below, sums[col], kind, _look("subtotal", kind))


def _look(look: str, kind: str) -> str:
    return f"{look} center" if kind == "count" else look


def _sums(book: Book, items: Iterable[Item], year: int) -> Sums:
    totals = {col: 0 for col, _ in SUMMED}
    for item in items:
        for col, amount in _amounts(book, item, year).items():
            totals[col] += amount
    return totals


def _amounts(book: Book, item: Item, year: int) -> Sums:
    """The figures of a row by column, in the smallest units."""
    spent = by_level(book.spent(item, year))
    own = item.enterprise_yuan if item.task.start == year else 0
    parts = {MUNICIPAL: spent["municipal"], DISTRICT: spent["district"], OTHER: spent["other"] + own}
    return {
        AREA: item.whole_area_m2,
        AREA_OF_YEAR: item.task.task_area_m2 if item.task.start == year else 0,
        HAZARDS: item.patch.hazard_points,
        TOTAL: item.total + item.enterprise_yuan,
        OF_YEAR: sum(parts.values()),
        **parts,
    }


def by_level(spent: Mapping[Purse, int]) -> dict[str, int]:
    """Money of the municipal budget, of districts' budgets, and of all other sources."""
    totals = {"municipal": 0, "district": 0, "other": 0}
    for purse, yuan in spent.items():
        totals[purse.source if purse.source in totals else "other"] += yuan
    return totals


def _task(sheet: Sheet, row: int, number: int, item: Item, year: int) -> None:
    book, words, patch = sheet.book, sheet.words, item.patch
    amounts = _amounts(book, item, year)
    sheet.number(row, 0, number, "count", "body center")
    texts = {
        1: patch.title,
        2: patch.patch,
        3: patch.township,
        4: words.kind(patch.kind),
        5: words.treatment(item.task.treatment),
        9: priority(book, item),
        10: words.join([patch.works, item.option.description]),
        11: duration(book, item),
        17: patch.responsible_unit,
        18: words("by_end_of", year=item.task.finish),
        19: words("yes" if patch.tracked else "no"),
        20: remark(book, item, year),
    }
    for col in range(sheet.columns):
        if col in texts:
            sheet.text(row, col, texts[col], "body center" if col in (4, 5, 11, 18, 19) else "body")
    for col, kind in SUMMED:
        if col == OF_YEAR:
            sheet.formula(row, col, f"SUM({cell(row, MUNICIPAL)}:{cell(row, OTHER)})", amounts[col], kind)
        else:
            sheet.number(row, col, amounts[col], kind, _look("body", kind))


def duration(book: Book, item: Item) -> str:
    """From the first month to the last; facts of the ledger where it has them."""
    start, finish = item.task.start, item.task.finish
    began = _in_year(item.patch.actual_start, start)
    ended = _in_year(item.patch.actual_finish, finish)
    words = book.words
    return words(
        "duration",
        first=words("month", year=start, month=began.month if began else 1),
        last=words("month", year=finish, month=ended.month if ended else 12),
    )


def _in_year(day: dt.date | None, year: int) -> dt.date | None:
    return day if day is not None and day.year == year else None


def remark(book: Book, item: Item, year: int) -> str:
    """What the row needs beside its figures: continuing works, who pays how much, the nature of its data."""
    words, patch, task = book.words, item.patch, item.task
    nature = "" if patch.data_nature is DataNature.UNSTATED else patch.data_nature.label(words.lang)
    parts = [nature if patch.remark and words.nature(patch.remark) == nature else patch.remark]
    if year > task.finish:
        parts.append(words("remark_tail", year=task.finish))
    elif year > task.start:
        parts.append(words("remark_continuing", year=task.start))
    if patch.by_enterprise:
        parts.append(words("remark_enterprise"))
    spent = book.spent(item, year)
    payers = book.order_of(p for p, yuan in spent.items() if yuan and p.source == "district")
    if len(payers) > 1 or any(p.district != task.district for p in payers):
        parts.append(words("remark_shared", parts=words.listed(_split(book, spent, payers, with_source=False))))
    others = book.order_of(p for p, yuan in spent.items() if yuan and p.source not in ("municipal", "district"))
    if others:
        parts.append(words("remark_other", parts=words.listed(_split(book, spent, others, with_source=True))))
    if item.option.other_yuan and year == task.start:
        parts.append(words("remark_beyond", money=words.money(item.option.other_yuan)))
    if nature not in parts:
        parts.append(nature)
    return words.join(parts)


def _split(book: Book, spent: Mapping[Purse, int], purses: Iterable[Purse], *, with_source: bool) -> list[str]:
    return [
        book.words(
            "payer_part",
            payer=book.words.purse(purse) if with_source else book.words.place(purse),
            money=book.words.money(spent[purse]),
        )
        for purse in purses
    ]


def _foot(sheet: Sheet, row: int) -> None:
    words, last = sheet.words, sheet.columns - 1
    places = ((0, 2), (3, 7), (8, 10), (11, 14), (15, last))
    for (first, end), key in zip(places, ("filler", "auditor", "leader", "head", "phone"), strict=True):
        sheet.span(row, first, end, words(f"foot_{key}"), "line left open")
    sheet.height(row, 30)
    basis = words("t1_note_cash" if sheet.book.on_cash else "t1_note_commitments")
    sheet.span(row + 1, 0, last, words("t1_note", basis=basis), "small")
    sheet.span(row + 2, 0, last, sheet.book.stamp, "small warn")
