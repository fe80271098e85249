"""Two sheets of the appraisal: the purses to the yuan, and the ledger before and after its changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook

from planner.cycle import accounts, change_report
from planner.cycle.register import Sum
from planner.ledger import Ledger, Option, Patch
from planner.ledger.schema import Column, Kind, Labelled, columns
from planner.office.sheet import Sheet, cell
from planner.office.styles import Styles
from planner.office.words import Words
from planner.units import decimal_text, hectares

if TYPE_CHECKING:
    from planner.office.scorecard import Appraisal

FIRST = 3
_BOOKED = ("promised", "left", "came", "budget", "issued", "changed", "committed", "paid", "released", "open")
_BALANCES: Mapping[str, tuple[tuple[int, str], ...]] = {  # each with its sign
    "budget": ((1, "promised"), (-1, "left"), (1, "came")),
    "committed": ((1, "issued"), (1, "changed")),
    "open": ((1, "committed"), (-1, "paid"), (-1, "released")),
}


def write_accounts(workbook: Workbook, styles: Styles, given: Appraisal, name: str) -> None:
    """Every purse and year; of a district, its own purses."""
    sheet = Sheet(workbook, styles, given.book, name, (30, 10, *([17] * len(_BOOKED))))
    given.opened(
        sheet, "accounts", given("accounts_note"), [given(f"head_{key}") for key in ("purse", "year", *_BOOKED)]
    )
    found = [one for one in accounts(given.cycle) if given.own(one.purse.district)]
    order = given.book.order_of(dict.fromkeys(one.purse for one in found))
    found.sort(key=lambda one: (order.index(one.purse), one.year))
    col_of = {key: col for col, key in enumerate(_BOOKED, 2)}
    for row, one in enumerate(found, FIRST):
        sheet.text(row, 0, given.book.words.purse(one.purse))
        sheet.number(row, 1, one.year, "year")
        for key, col in col_of.items():
            if key in _BALANCES:
                parts = "".join(f"{'+' if sign > 0 else '-'}{cell(row, col_of[part])}" for sign, part in _BALANCES[key])
                exact = f"ROUND({parts.removeprefix('+')},{given.book.words.decimals})"
                sheet.formula(row, col, exact, getattr(one, key), "money")
            else:
                sheet.number(row, col, getattr(one, key), "money")
    end = FIRST + len(found)
    sheet.text(end, 0, given("total"), "total")
    sheet.blank(end, 1, 1, "total")
    for key, col in col_of.items():
        amount = sum(getattr(one, key) for one in found)
        if found:
            sheet.formula(end, col, f"SUM({cell(FIRST, col)}:{cell(end - 1, col)})", amount, "money", "total")
        else:
            sheet.number(end, col, 0, "money", "total")
    given.closed(sheet, end + 1)


def write_changes(workbook: Workbook, styles: Styles, given: Appraisal, name: str) -> None:
    """The ledger by district and category before and after, then each change by patch and field."""
    sheet = Sheet(workbook, styles, given.book, name, (14, 22, 12, 16, 18, 12, 16, 18, 12, 16, 18))
    sides = ("before", "after", "change")
    heads = [f"{part}_{side}" for side in sides for part in ("patches", "area", "cost")]
    given.opened(
        sheet, "changes", given("changes_note"), [given(f"head_{key}") for key in ("district", "treatment", *heads)]
    )
    before, after = given.cycle.ground.ledger, _as_of(given)
    report = change_report(before, after)
    own = [key for key in dict.fromkeys([*report.before, *report.after]) if given.own(key[0])]
    rank = {district: i for i, district in enumerate(dict.fromkeys([*before.districts, *after.districts]))}
    row = FIRST
    for key in sorted(own, key=lambda key: rank[key[0]]):
        sheet.text(row, 0, key[0])
        sheet.text(row, 1, given.book.words.treatment(key[1]))
        _sums(sheet, row, report.before.get(key, Sum()), report.after.get(key, Sum()))
        row += 1
    sheet.text(row, 0, given("total"), "total")
    sheet.blank(row, 1, 1, "total")
    _total(sheet, row, *({key: sums[key] for key in own if key in sums} for sums in (report.before, report.after)))
    row += 2
    for first, last, head in ((0, 0, "district"), (1, 1, "patch"), (2, 2, "what"), (3, 4, "field"), (5, 5, "option"),
                             (6, 7, "old"), (8, 10, "new")):  # fmt: skip
        sheet.span(row, first, last, given(f"head_{head}"), "head")
    listed = [line for line in _changes(given, before, after) if given.own(line[0])]
    for line in listed:
        row += 1
        district, patch, what, field, option, old, new = line
        for col, value in enumerate((district, patch, what)):
            sheet.text(row, col, value)
        sheet.span(row, 3, 4, field, "body")
        sheet.text(row, 5, option)
        sheet.span(row, 6, 7, old, "body")
        sheet.span(row, 8, 10, new, "body")
    if not listed:
        row += 1
        sheet.span(row, 0, sheet.columns - 1, given("none"), "body center")
    given.closed(sheet, row + 1)


def _as_of(given: Appraisal) -> Ledger:
    """The register with the changes that were adopted by the day."""
    adopted = [v for v in given.cycle.versions if dt.datetime.fromisoformat(v.at).date() <= given.as_of]
    return adopted[-1].after if adopted else given.cycle.ground.ledger


def _sums(sheet: Sheet, row: int, before: Sum, after: Sum) -> None:
    for first, one in ((2, before), (5, after)):
        sheet.number(row, first, one.patches, "count")
        sheet.number(row, first + 1, one.area_m2, "area")
        sheet.number(row, first + 2, one.cost_yuan, "money")
    _differences(sheet, row, before, after, "body")


def _total(sheet: Sheet, row: int, before: Mapping[Any, Sum], after: Mapping[Any, Sum]) -> None:
    was, now = (
        Sum(sum(s.patches for s in side.values()), sum(s.area_m2 for s in side.values()),
            sum(s.cost_yuan for s in side.values()))
        for side in (before, after)
    )  # fmt: skip
    for first, one in ((2, was), (5, now)):
        for col, (amount, kind) in enumerate(_amounts(one), first):
            if row > FIRST:
                sheet.formula(row, col, f"SUM({cell(FIRST, col)}:{cell(row - 1, col)})", amount, kind, "total")
            else:
                sheet.number(row, col, amount, kind, "total")
    _differences(sheet, row, was, now, "total")


def _differences(sheet: Sheet, row: int, before: Sum, after: Sum, look: str) -> None:
    places = {"count": 0, "area": 4, "money": sheet.words.decimals}
    for col, ((was, kind), (now, _)) in enumerate(zip(_amounts(before), _amounts(after), strict=True), 8):
        exact = f"ROUND({cell(row, col - 3)}-{cell(row, col - 6)},{places[kind]})"
        sheet.formula(row, col, exact, now - was, kind, look)


def _amounts(one: Sum) -> tuple[tuple[int, str], ...]:
    return (one.patches, "count"), (one.area_m2, "area"), (one.cost_yuan, "money")


def _changes(given: Appraisal, before: Ledger, after: Ledger) -> Iterator[tuple[str, ...]]:
    """District, patch, what, field, option, old and new: as texts, the patches that came and went first."""
    report = change_report(before, after)
    for what, names, side in (("added", report.added, after), ("removed", report.removed, before)):
        for patch in names:
            yield side.by_id[patch].district, patch, given(f"what_{what}"), "", "", "", ""
    words = given.book.words
    own = {Patch: columns(Patch), Option: columns(Option)}
    for change in report.changes:
        column = own[Option if change.option else Patch][change.field]
        head = column.zh if words.lang == "zh" else change.field
        yield (
            after.by_id[change.patch].district, change.patch, given("what_changed"), head,
            words.option(change.option) if change.option else "",
            _shown(column, change.old, words), _shown(column, change.new, words),
        )  # fmt: skip


def _shown(column: Column, value: Any, words: Words) -> str:
    """A field's value in words, in the unit that the column names."""
    if value is None or value == "":
        return "–"
    if isinstance(value, Labelled):
        return value.label(words.lang)
    if isinstance(value, bool):
        return (column.yes if value else column.no) if words.lang == "zh" else ("yes" if value else "no")
    match column.kind:
        case Kind.AREA:
            return hectares(value)
        case Kind.MONEY:
            return decimal_text(value, words.size)
        case Kind.MONEY_LIST:
            return ";".join(decimal_text(one, words.size) for one in value)
        case Kind.SHARES:
            return ";".join(f"{district}:{share}" for district, share in value)
    return str(value)
