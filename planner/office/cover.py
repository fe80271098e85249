"""The first sheet: what this is, how good it is proved to be, and what is inside."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from xlsxwriter import Workbook

from planner.office.figures import Book
from planner.office.sheet import Sheet, cell
from planner.office.styles import Styles
from planner.office.t4 import basis, met, planned
from planner.office.targets import citation, targets
from planner.office.unkept import unkept
from planner.office.words import at_most_percent, goal_words, status_words
from planner.plan import GoalResult, PlanStatus
from planner.scenario import GoalName

WIDTHS = (38, 26, 22, 22, 20, 20, 20, 60)
LAST = len(WIDTHS) - 1
POINTS_M2_PER_SHOWN = 10_000


class Entry(NamedTuple):
    """A sheet of the workbook, for the contents."""

    name: str
    title: str


def write_cover(
    workbook: Workbook, styles: Styles, book: Book, name: str, entries: Sequence[Entry], edited: Sequence[str]
) -> None:
    """Write the certificate, the targets against the plan, the years, how to fill it in, and the contents.

    `edited` are the names of the sheets that people write in.
    """
    sheet = Sheet(workbook, styles, book, name, WIDTHS)
    words, optimal = book.words, book.plan.status is PlanStatus.OPTIMAL
    sheet.span(0, 0, LAST, words("cover_title", city=words.meta["city"], span=book.span).strip(), "title")
    sheet.height(0, 40)
    sheet.span(1, 0, LAST, book.title, "subtitle")
    sheet.span(2, 0, LAST, status_words(book.plan, words.lang), "status good" if optimal else "status")
    sheet.height(2, 34)
    nature = words("cover_nature", nature=book.natures)
    note = words.meta["note"]
    sheet.span(3, 0, LAST, words.join([nature, note]), "status warn")
    row = 4
    for part in (_certificate, _goals, _targets, _breaches, _years):
        row = part(sheet, row)
    row = _editing(sheet, row, edited)
    row = _contents(sheet, row, entries)
    sheet.finish()


def _section(sheet: Sheet, row: int, key: str) -> int:
    sheet.span(row, 0, LAST, sheet.words(key), "section left")
    sheet.height(row, 26)
    return row + 1


def _certificate(sheet: Sheet, row: int) -> int:
    book, words = sheet.book, sheet.words
    certificate, scenario = book.plan.certificate, book.scenario
    lang = words.lang
    scope = [book.district or words("whole_plan")]
    if book.year is not None:
        scope.append(words("year", year=book.year))
    holding = scenario.holding.cover_yuan_per_hectare_year
    facts = [
        ("cover_scenario", words.join([book.title, scenario.name if scenario.name != book.title else ""])),
        ("cover_note", scenario.note.get(lang, "")),
        ("cover_scope", words.listed(scope)),
        ("cover_basis", words(f"basis_of_money_{scenario.basis}")),
        ("cover_mode", words(f"mode_{scenario.mode}")),
        ("cover_carry", words(f"carry_{scenario.carry.scope}" if scenario.carry.years else "carry_none",
                              years=scenario.carry.years)),
        ("cover_prices", words("prices", rate=f"{scenario.price_index.rate * 100:f}")),
        ("cover_holding", words("holding", money=f"{holding:,}", currency=words.meta[f"currency_{lang}"])),
        ("cover_solver", words.join([
            f"{certificate.solver} {certificate.solver_version}",
            words("seconds", seconds=f"{certificate.seconds:,.1f}"),
            certificate.message,
        ])),
        ("cover_product", words("product", version=certificate.product_version)),
        ("cover_run", words.join([certificate.run_id, certificate.made_at])),
        ("cover_audit", words("audit_clean")),
        ("cover_ledger_digest", certificate.ledger_digest),
        ("cover_scenario_digest", certificate.scenario_digest),
        ("cover_plan_digest", certificate.plan_digest),
    ]  # fmt: skip
    row = _section(sheet, row, "cover_certificate")
    for key, value in facts:
        if value:
            sheet.text(row, 0, words(key), "label")
            sheet.span(row, 1, LAST, value, "body")
            row += 1
    return row


def _goals(sheet: Sheet, row: int) -> int:
    words = sheet.words
    row = _section(sheet, row, "cover_goals")
    heads = ("goal", "value", "bound", "goal_unit", "gap", "tolerance", "proof", "goal_note")
    sheet.row(row, [words(f"goals_{key}") for key in heads])
    for number, goal in enumerate(sheet.book.plan.certificate.goals, 1):
        row += 1
        _goal(sheet, row, number, goal)
    return row + 1


def _goal(sheet: Sheet, row: int, number: int, goal: GoalResult) -> None:
    words = sheet.words
    name = GoalName(goal.name)
    sheet.text(row, 0, f"{number}. {goal_words(goal.name, words.lang)}")
    kind, unit, per = "score", words("goal_unit_waiting"), POINTS_M2_PER_SHOWN
    if name in (GoalName.COST, GoalName.CASH_FLOW_MONEY):
        kind, unit, per = "money", words.unit, 1
    elif name is GoalName.BENEFIT:
        unit, per = words("goal_unit_benefit"), 1
    elif name in (GoalName.AREA, GoalName.TIER_AREA, GoalName.EVENNESS, GoalName.AVOIDABLE_WORKS):
        unit = words("hectare")
    elif name in (GoalName.SCATTERED, GoalName.MOVES):
        unit, per = words("goal_unit_townships" if name is GoalName.SCATTERED else "goal_unit_patches"), 1
    elif name is GoalName.SOFT:
        unit = words("goal_unit_soft")
    for col, value in ((1, goal.value), (2, goal.bound)):
        if value is None:
            sheet.text(row, col, words("unknown"), "body center")
        else:
            sheet.number(row, col, Fraction(value) / per, kind)
    sheet.text(row, 3, unit, "body center")
    sheet.text(row, 4, _gap(sheet, goal.gap), "body center")
    sheet.text(row, 5, f"{goal.tolerance * 100:.4g} %" if goal.tolerance else "0", "body center")
    sheet.text(
        row, 6, words("proved" if goal.proved else "not_proved"), "body center" if goal.proved else "body center warn"
    )
    sheet.text(row, 7, words(f"goal_note_{name}"), "body")


def _gap(sheet: Sheet, gap: float | None) -> str:
    if gap is None:
        return sheet.words("unknown")
    return f"≤ {at_most_percent(gap)} %" if gap else "0 %"


def _targets(sheet: Sheet, row: int) -> int:
    words = sheet.words
    rows = targets(sheet.book.whole)
    if not rows:
        return row
    row = _section(sheet, row, "cover_targets")
    sheet.row(row, [words(f"targets_{key}") for key in ("name", "required", "planned", "unit", "met", "basis")])
    sheet.span(row, 6, LAST, words("targets_citation"), "head")
    for target in rows:
        row += 1
        sheet.text(row, 0, target.name)
        sheet.text(row, 1, target.required or "–", "body right" if target.required else "body center")
        planned(sheet, row, 2, target)
        sheet.text(row, 3, target.unit, "body center")
        sheet.text(row, 4, met(sheet, target), "body center warn" if target.met is False else "body center")
        sheet.text(row, 5, basis(sheet, target), "body")
        sheet.span(row, 6, LAST, citation(sheet.book, target), "body")
    return row + 1


def _breaches(sheet: Sheet, row: int) -> int:
    """What the plan does not keep or does not do: said, never left out."""
    lines = unkept(sheet.book)
    if not lines:
        return row
    row = _section(sheet, row, "cover_breaches")
    for title, place, amount in lines:
        sheet.text(row, 0, title, "label")
        sheet.text(row, 1, place)
        sheet.span(row, 2, LAST, amount, "body")
        row += 1
    return row


def _years(sheet: Sheet, row: int) -> int:
    """The whole plan year by year."""
    book, words = sheet.book, sheet.words
    metrics = book.metrics
    row = _section(sheet, row, "cover_years")
    heads = ("year", "tasks", "task_area", "finished_area", "commitments", "cash", "hazards")
    sheet.row(row, [words(f"years_{key}") for key in heads])
    top = row + 1
    tail_years = [y for y in metrics.cash_yuan if y > book.last]
    started = [task.start for task in book.plan.schedule if not book.ledger.by_id[task.patch].by_enterprise]
    series = (
        metrics.task_area_m2, metrics.finished_area_m2, metrics.commitments_yuan, metrics.cash_yuan,
        metrics.hazards_removed,
    )  # fmt: skip
    lines = [(started.count(year), *(by_year.get(year, 0) for by_year in series)) for year in book.years]
    kinds = ("count", "area", "area", "money", "money", "count")
    if tail_years or any(y > book.last for y in metrics.finished_area_m2):
        after = sum(area for y, area in metrics.finished_area_m2.items() if y > book.last)
        lines.append((0, 0, after, 0, metrics.tail_yuan, 0))
    totals = [sum(line[i] for line in lines) for i in range(len(kinds))]
    sheet.text(top, 0, words("total"), "total center")
    for col, (total, kind) in enumerate(zip(totals, kinds, strict=True), 1):
        column = f"{cell(top + 1, col)}:{cell(top + len(lines), col)}"
        sheet.formula(top, col, f"SUM({column})", total, kind, "total")
    for i, line in enumerate(lines):
        at = top + 1 + i
        year = book.years.start + i
        sheet.text(at, 0, words("year" if year <= book.last else "year_and_after", year=year), "body center")
        for col, (amount, kind) in enumerate(zip(line, kinds, strict=True), 1):
            sheet.number(at, col, amount, kind)
    return top + 1 + len(lines)


def _editing(sheet: Sheet, row: int, edited: Sequence[str]) -> int:
    """How the workbook is filled in and sent back."""
    words = sheet.words
    row = _section(sheet, row, "cover_editing")
    for key, look in (("edit", "body edit"), ("closed", "body closed"), ("other", "body")):
        # The colours are shown, the cells themselves are no place to write in.
        sheet.text(row, 0, words(f"editing_{key}"), look.replace("edit", "tint"))
        sheet.span(row, 1, LAST, words(f"editing_{key}_how", sheets=words.listed(edited)), "body")
        row += 1
    return row


def _contents(sheet: Sheet, row: int, entries: Sequence[Entry]) -> int:
    row = _section(sheet, row, "cover_contents")
    for entry in entries:
        sheet.link(row, 0, entry.name)
        sheet.span(row, 1, LAST, entry.title, "body")
        row += 1
    return row
