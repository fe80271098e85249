"""The appraisal (绩效考核) as a workbook: districts and years, targets and results, what is late, money, the ledger.

What the sheets say is computed by :mod:`planner.cycle`; sums, rates and balances are live formulas over it.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from planner.cycle import Cycle, Progress, Score, checks_due, overdue, progress, scorecard, total
from planner.cycle.scorecard import FIGURES
from planner.files import write_whole
from planner.findings import BadInput, Finding
from planner.ledger.types import META_DEFAULTS
from planner.office.appraisal_money import write_accounts, write_changes
from planner.office.figures import Book
from planner.office.names import file_part, sheet_names
from planner.office.sheet import Sheet, cell
from planner.office.styles import Styles
from planner.office.t4 import LEVELS, WIDTHS, met, planned, remark, write_demand
from planner.office.targets import Target, sides
from planner.office.words import Words
from planner.scenario import overridden
from planner.texts import Language, text
from planner.units import decimal_text

RATES = {
    "execution_rate": ("yuan_paid", "yuan_committed"),
    "on_time_rate": ("on_time", "due"),
    "acceptance_rate": ("accepted", "finished"),
}
"""Per cent of what, in the names of `Score`."""
FIRST_FIGURE, HEAD, FIRST = 2, 2, 3
_COLUMNS = {figure: col for col, figure in enumerate(FIGURES, FIRST_FIGURE)}
_KINDS = {"m2": "area", "yuan": "money", "points": "count", "patches": "count", "percent": "percent"}
_LEVEL = {
    "first_year_money": "cost", "money": "cost", "own_money": "cost", "acceptance": "quality", "execution": "time",
}  # fmt: skip
_SET_BY_LEDGER = frozenset({"artificial", "artificial_area", "comprehensive", "comprehensive_area", "enterprise",
                            "natural_verified"})  # fmt: skip


@dataclass(frozen=True)
class Appraisal:
    """What the sheets are written from.

    Parameters
    ----------
    cycle : Cycle
    as_of : date
    book : Book
        Of the plan in force, with the district that the workbook is limited to.
    """

    cycle: Cycle
    as_of: dt.date
    book: Book

    def __call__(self, key: str, **values: Any) -> str:
        """One text; ``{unit}`` is the money unit, ``{place}`` whose it is."""
        words = self.book.words
        given = {"unit": words.unit, "place": self.book.district or words.city, "day": self.as_of.isoformat(), **values}
        return text(f"appraisal.{key}", words.lang, **given)

    def own(self, district: str | None) -> bool:
        """Whether something of a district belongs in the workbook."""
        return self.book.district in (None, district)

    def opened(self, sheet: Sheet, key: str, line: str, heads: Sequence[str]) -> None:
        """Title, line of what it is, and heads."""
        last = len(heads) - 1
        sheet.span(0, 0, last, self(f"{key}_title", span=self.book.span), "title")
        sheet.height(0, 34)
        sheet.span(1, 0, last, line, "line")
        sheet.row(HEAD, list(heads))

    def closed(self, sheet: Sheet, row: int) -> None:
        """What ties a sheet to its plan, and the page set-up."""
        last = sheet.columns - 1
        sheet.span(row, 0, last, self("made_from"), "small")
        sheet.span(row + 1, 0, last, self.book.stamp, "small warn")
        sheet.finish(header=(0, HEAD), frozen=(FIRST, FIRST_FIGURE))


def export_scorecard(
    cycle: Cycle,
    as_of: dt.date,
    path: str | os.PathLike[str],
    *,
    lang: Language = "zh",
    district: str | None = None,
) -> Path:
    """Write the appraisal as a workbook; the file appears whole or not at all.

    Sheets: every figure by district and year; the targets (table T4) with what came of them; matters overdue; checks
    due; purses to the yuan; the ledger before and after its changes. The same cycle and day give the same bytes.

    Parameters
    ----------
    cycle : Cycle
    as_of : date
    path : path
        The file (``.xlsx``), or a folder, in which the file gets a telling name.
    lang : {"zh", "en"}
    district : str, optional
        Only what is this district's: no row names another, and no sum can be taken apart into others'.

    Raises
    ------
    BadInput
        No plan is in force, or the ledger has no such district.
    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        target /= scorecard_name(as_of, lang, district)
    content = scorecard_bytes(cycle, as_of, lang=lang, district=district)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, content)
    return target


def scorecard_name(as_of: dt.date, lang: Language = "zh", district: str | None = None) -> str:
    """A telling file name."""
    parts = [file_part(district or ""), text("appraisal.file", lang, day=as_of.isoformat())]
    return "_".join(part for part in parts if part) + ".xlsx"


def scorecard_bytes(cycle: Cycle, as_of: dt.date, *, lang: Language = "zh", district: str | None = None) -> bytes:
    """The workbook of `export_scorecard` as bytes.

    Raises
    ------
    BadInput
    """
    ground = cycle.ground
    if ground.plan is None:
        raise BadInput([Finding("appraisal.no_plan", {})])
    words = Words(lang, META_DEFAULTS | dict(ground.ledger.meta))
    known = tuple(dict.fromkeys([*ground.ledger.districts, *cycle.register.districts]))
    if district is not None and district not in known:
        raise BadInput(
            [Finding("appraisal.no_district", {"known": words.listed(known)}, column="district", value=district)]
        )
    book = Book(overridden(cycle.register, ground.scenario), ground.scenario, ground.plan, words, district)
    appraisal = Appraisal(cycle, as_of, book)
    sheets: tuple[tuple[str, Callable[[Workbook, Styles, Appraisal, str], None]], ...] = (
        ("scores", _scores), ("targets", _targets), ("overdue", _overdue), ("checks", _checks),
        ("accounts", write_accounts), ("changes", write_changes),
    )  # fmt: skip
    content = BytesIO()
    with Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        workbook.set_properties(
            {
                "title": appraisal("scores_title"), "subject": book.title, "comments": book.stamp,
                "created": dt.datetime.combine(as_of, dt.time()),
            }
        )  # fmt: skip
        workbook.set_calc_mode("auto")
        styles = Styles(workbook, words)
        for name, (_, write) in zip(sheet_names(appraisal(f"sheet_{key}") for key, _ in sheets), sheets, strict=True):
            write(workbook, styles, appraisal, name)
    return content.getvalue()


def _kind(figure: str) -> str:
    return "area" if figure.endswith("_m2") else "money" if figure.startswith("yuan_") else "count"


def _scores(workbook: Workbook, styles: Styles, given: Appraisal, name: str) -> None:
    """Every district's years with their sum, then the city's."""
    widths = [12, 11, *(13 if _kind(f) != "count" else 9 for f in FIGURES), *([10] * len(RATES))]
    sheet = Sheet(workbook, styles, given.book, name, widths)
    heads = [given(f"head_{key}") for key in ("district", "year", *FIGURES, *RATES)]
    given.opened(sheet, "scores", given("as_of"), heads)
    rows = [row for row in scorecard(given.cycle, given.as_of) if given.own(row.district)]
    row, sums = FIRST, list[int]()
    for district in dict.fromkeys(score.district for score in rows):
        own = [score for score in rows if score.district == district]
        for score in own:
            sheet.text(row, 0, district)
            sheet.number(row, 1, score.year or 0, "year")
            _figures(sheet, row, score, "body")
            row += 1
        sheet.text(row, 0, district, "subtotal")
        sheet.text(row, 1, given("all_years"), "subtotal center")
        _figures(sheet, row, total(tuple(own)), "subtotal", [
            f"SUM({cell(row - len(own), col)}:{cell(row - 1, col)})" for col in _COLUMNS.values()
        ])  # fmt: skip
        sums.append(row)
        row += 1
    last = row - 1
    if given.book.district is None:
        for year in given.book.years:
            sheet.text(row, 0, given("year_total"), "subtotal")
            sheet.number(row, 1, year, "year", "subtotal")
            _figures(sheet, row, total(tuple(rows), year=year), "subtotal", [
                f"SUMIF({cell(FIRST, 1)}:{cell(last, 1)},{year},{cell(FIRST, col)}:{cell(last, col)})"
                for col in _COLUMNS.values()
            ])  # fmt: skip
            row += 1
        sheet.text(row, 0, given("total"), "total")
        sheet.text(row, 1, given("all_years"), "total center")
        _figures(sheet, row, total(tuple(rows)), "total", [
            "+".join(cell(at, col) for at in sums) for col in _COLUMNS.values()
        ])  # fmt: skip
        row += 1
    sheet.filter(HEAD, last)
    given.closed(sheet, row)


def _figures(sheet: Sheet, row: int, score: Score, look: str, formulas: Sequence[str] = ()) -> None:
    """One row's figures, and its rates over them."""
    for (figure, col), formula in zip_longest(_COLUMNS.items(), formulas):
        if formula is None:
            sheet.number(row, col, getattr(score, figure), _kind(figure), look)
        else:
            sheet.formula(row, col, formula, getattr(score, figure), _kind(figure), look)
    for col, (rate, (part, whole)) in enumerate(RATES.items(), FIRST_FIGURE + len(FIGURES)):
        value: Fraction | None = getattr(score, rate)
        over = cell(row, _COLUMNS[whole])
        ratio = f'IF({over}=0,"–",ROUND(100*{cell(row, _COLUMNS[part])}/{over},2))'
        if value is None:
            sheet.text_formula(row, col, ratio, "–", f"{look} right")
        else:
            sheet.formula(row, col, ratio, round(float(100 * value), 2), "score", look)


def _targets(workbook: Workbook, styles: Styles, given: Appraisal, name: str) -> None:
    """Table T4 with what was issued and what came of it."""
    sheet = Sheet(workbook, styles, given.book, name, (*WIDTHS[:8], 20, *WIDTHS[8:]))
    keys = ("number", "level_1", "level_2", "level_3", "required", "unit", "weight")
    heads = [given.book.words(f"t4_{key}") for key in keys]
    heads += [given("head_planned"), given("head_actual"), given("head_met"), given.book.words("t4_remark")]
    given.opened(sheet, "targets", given("as_of_list"), heads)
    found = _own_progress(given) if given.book.district else progress(given.cycle, given.as_of)
    rows = [(_target(given, one), one.actual) for one in found]
    order = list(LEVELS)
    row = FIRST
    for target, actual in sorted(rows, key=lambda item: order.index(item[0].level)):
        write_demand(sheet, row, row - FIRST + 1, target)
        planned(sheet, row, 7, target)
        planned(sheet, row, 8, replace(target, value=_amount(target.kind, actual)))
        sheet.text(row, 9, met(sheet, target), "body center")
        sheet.text(row, 10, remark(sheet, target))
        row += 1
    given.closed(sheet, row)


def _target(given: Appraisal, one: Progress) -> Target:
    """A target of the city as a row of T4."""
    words = given.book.words
    kind = _KINDS[one.unit]
    size = {"area": 10_000, "money": words.size}.get(kind, 1)
    low, high = (None if side is None else decimal_text(side, size) for side in (one.least, one.most))
    unit = {"m2": words("hectare"), "yuan": words.unit}.get(one.unit) or given(f"unit_{one.unit}")
    demanded = one.least is not None or one.most is not None
    source = "ledger" if one.target in _SET_BY_LEDGER else "scenario" if demanded else "open"
    if one.target == "hazards" and given.book.scenario.clause("hazards").required_points is None:
        source = "ledger"
    name = given("target_of_year", target=given(f"target_{one.target}"), year=one.year)
    return Target(
        _LEVEL.get(one.target, "quantity"), name, unit, sides(low, high), kind, _amount(kind, one.planned), one.met,
        "plan" if given.book.district else source, one.clause,
    )  # fmt: skip


def _amount(kind: str, value: int | Fraction | None) -> int | Fraction | None:
    """Per cents as T4 takes them, as a part of one."""
    return Fraction(value) / 100 if kind == "percent" and value is not None else value


def _own_progress(given: Appraisal) -> Iterator[Progress]:
    """A district's own targets: what was issued to it, and what it did."""
    rows = tuple(row for row in scorecard(given.cycle, given.as_of) if row.district == given.book.district)
    for row in rows:
        if not row.tasks or row.year is None:
            continue
        area = (row.area_planned_m2, None, row.area_planned_m2, row.area_accepted_m2)
        yield Progress("own_area", "", "m2", row.year, *area)
        if row.hazards_planned:
            points = (row.hazards_planned, None, row.hazards_planned, row.hazards_removed)
            yield Progress("own_hazards", "", "points", row.year, *points)
        yield Progress(
            "own_money", "", "yuan", row.year, None, row.yuan_committed, row.yuan_planned, row.yuan_paid
        )  # fmt: skip
    summed = total(rows)
    for target, rate in (("acceptance", summed.acceptance_rate), ("execution", summed.execution_rate)):
        whole = None if rate is None else 100 * rate
        yield Progress(target, "", "percent", given.book.last, None, None, None, whole)


def _overdue(workbook: Workbook, styles: Styles, given: Appraisal, name: str) -> None:
    late = overdue(given.cycle, given.as_of)
    rows = [
        {
            "district": one.district, "patch": one.patch, "reason": one.reason, "opened": one.opened,
            "due_day": one.due, "days_late": (given.as_of - one.due).days,
        }
        for district, items in late.items() if given.own(district) for one in items
    ]  # fmt: skip
    _list(workbook, styles, given, name, "overdue", rows,
          {"district": 14, "patch": 22, "reason": 70, "opened": 14, "due_day": 14, "days_late": 12})  # fmt: skip


def _checks(workbook: Workbook, styles: Styles, given: Appraisal, name: str) -> None:
    rows = [
        {
            "district": one.district, "patch": one.patch, "check": one.number, "due_day": one.due,
            "days_late": (given.as_of - one.due).days,
        }
        for one in checks_due(given.cycle, given.as_of) if given.own(one.district)
    ]  # fmt: skip
    _list(workbook, styles, given, name, "checks", rows,
          {"district": 24, "patch": 30, "check": 18, "due_day": 18, "days_late": 16})  # fmt: skip


def _list(
    workbook: Workbook,
    styles: Styles,
    given: Appraisal,
    name: str,
    key: str,
    rows: Sequence[Mapping[str, Any]],
    columns: Mapping[str, float],
) -> None:
    """Rows of texts, days and counts, numbered."""
    sheet = Sheet(workbook, styles, given.book, name, (8, *columns.values()))
    given.opened(sheet, key, given("as_of_list"), [given(f"head_{head}") for head in ("number", *columns)])
    for number, entry in enumerate(rows, 1):
        row = HEAD + number
        sheet.number(row, 0, number, "count", "body center")
        for col, column in enumerate(columns, 1):
            value = entry[column]
            if isinstance(value, dt.date):
                sheet.date(row, col, value)
            elif isinstance(value, int):
                sheet.number(row, col, value, "count", "body center")
            else:
                sheet.text(row, col, str(value))
    if not rows:
        sheet.span(FIRST, 0, len(columns), given("none"), "body center")
    given.closed(sheet, FIRST + max(1, len(rows)))
