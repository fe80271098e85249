"""T2: the funds by purse and year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook

from planner.ledger import Patch
from planner.ledger.schema import columns
from planner.office.figures import Book, Flow, flows
from planner.office.sheet import Sheet, area, cell
from planner.office.styles import Styles
from planner.plan import Purse
from planner.plan.works import USER

YEARS_FROM = 5
PLACE, SOURCE, ITEM, COMMITTED = 1, 2, 3, 4

Series = dict[int, int]


@dataclass(frozen=True)
class FundsSheet:
    """The funds as they were written, for the sheets that refer to them."""

    name: str
    spent_row: int
    first_row: int
    last_row: int
    check_label: str
    years: range

    def spent(self, year: int) -> str:
        """Where the money spent in a year stands."""
        return cell(self.spent_row, YEARS_FROM + year - self.years.start, self.name)

    @property
    def checks(self) -> str:
        """The differences of every account added up, in a formula of another sheet."""
        last = YEARS_FROM + len(self.years)
        items = area(self.first_row, self.last_row, ITEM, self.name)
        amounts = f"{cell(self.first_row, YEARS_FROM, self.name)}:{cell(self.last_row, last)}"
        return f'SUMPRODUCT(({items}="{self.check_label}")*ABS({amounts}))'

    @property
    def committed(self) -> str:
        """Where the whole cost stands."""
        return cell(self.spent_row, COMMITTED, self.name)


@dataclass(frozen=True)
class _Group:
    """Accounts that are shown together: one purse, or the sum of several blocks.

    `rows` are the first rows of the blocks it adds up; None for a purse.
    """

    label: str
    source: str
    look: str
    flows: tuple[Flow, ...]
    rows: tuple[int, ...] | None = None


def write_funds(workbook: Workbook, styles: Styles, book: Book, name: str) -> FundsSheet:
    """Write the funds of the plan, or a district's part: who pays for its tasks, and its own accounts."""
    n = len(book.years)
    widths = (6, 20, 18, 24, 15, *(15,) * n, 16, 16, 32)
    sheet = Sheet(workbook, styles, book, name, widths)
    words = book.words
    title = words("t2_title", span=book.span)
    sheet.span(0, 0, sheet.columns - 1, title if book.district is None else f"{book.district} {title}", "title")
    sheet.height(0, 34)
    sheet.span(1, 0, 3, words("t2_basis_cash" if book.on_cash else "t2_basis_commitments"), "line left")
    sheet.span(1, 4, sheet.columns - 1, words("t2_units"), "line right")
    heads = [words(f"t2_{key}") for key in ("number", "place", "source", "item", "committed")]
    heads += [words("year", year=year) for year in book.years]
    heads += [words("t2_sum"), words("t2_tail", year=book.last + 1), words("t2_remark")]
    sheet.row(2, heads)
    found = tuple(flows(book))
    overdrawn = any(any(flow.overdrawn.values()) for flow in found)
    row = 3
    spent_row = None
    if book.district is not None:
        spent_row, row = _payers(sheet, row)
        found = tuple(flow for flow in found if flow.purse.district == book.district)
        if found:
            sheet.span(row, 0, sheet.columns - 1, words("t2_own_accounts", district=book.district), "section left")
            row += 1
    with_total = book.district is None or len(found) > 1
    first, row = row, _accounts(sheet, row, found, overdrawn, with_total)
    end = row - 1
    own = sum(item.enterprise_yuan for item in book.items)
    notes = ["t2_note_cash" if book.on_cash else "t2_note_commitments", "t2_note_carry"]
    for key in (*notes, *(["t2_note_enterprise"] if own else [])):
        years = book.scenario.carry.years
        sheet.span(
            row, 0, sheet.columns - 1, words(key, year=book.last + 1, years=years, money=words.money(own)), "small"
        )
        row += 1
    sheet.span(row, 0, sheet.columns - 1, book.stamp, "small warn")
    sheet.finish(header=(0, 2), frozen=(3, 4))
    spent_row = first + 2 if spent_row is None else spent_row
    return FundsSheet(name, spent_row, 3, end, words("t2_check"), book.years)


def _items(overdrawn: bool) -> tuple[str, ...]:
    """The rows of an account, in their order."""
    return ("carried_in", "budget", "spent", "carried_out", "lapsed", *(("overdrawn",) if overdrawn else ()), "check")


def _accounts(sheet: Sheet, row: int, found: Sequence[Flow], overdrawn: bool, with_total: bool) -> int:
    """Every purse's accounts, the total first, a subtotal before the purses of a source.

    Returns
    -------
    The row after the last.
    """
    words, height = sheet.words, len(_items(overdrawn))
    blocks: list[_Group] = []
    at = row + height if with_total else row
    parts: list[int] = []
    for source in dict.fromkeys(flow.purse.source for flow in found):
        own = tuple(flow for flow in found if flow.purse.source == source)
        parts.append(at)
        if len(own) > 1:
            at += height
            rows = tuple(at + height * i for i in range(len(own)))
            blocks.append(_Group(words("subtotal"), words.source(source), "subtotal", own, rows))
        for flow in own:
            blocks.append(_Group(words.place(flow.purse), words.source(source), "body", (flow,)))
            at += height
    if with_total:
        blocks.insert(0, _Group(words("total"), words("all_sources"), "total", tuple(found), tuple(parts)))
    number = 0
    for block in blocks:
        number += block.rows is None
        _block(sheet, row, block, overdrawn, number)
        row += height
    return row


def _block(sheet: Sheet, row: int, group: _Group, overdrawn: bool, number: int) -> None:
    words, years, items = sheet.words, sheet.book.years, _items(overdrawn)
    at = {item: row + i for i, item in enumerate(items)}
    last = YEARS_FROM + len(years) - 1
    for item in items:
        look = f"{group.look} first" if item == items[0] else group.look
        name = look if item == items[0] or group.rows is not None else f"{look} again"
        sheet.blank(at[item], 0, sheet.columns - 1, look)
        if item == items[0] and group.rows is None:
            sheet.number(at[item], 0, number, "count", f"{look} center")
        sheet.text(at[item], PLACE, group.label, name)
        sheet.text(at[item], SOURCE, group.source, name)
        kind = "_cash" if item == "spent" and sheet.book.on_cash else ""
        sheet.text(at[item], ITEM, words(f"t2_{item}{kind}"), look)
        for col, year in enumerate(years, YEARS_FROM):
            _cell(sheet, at, item, col, group, sum(_of(flow, item, year) for flow in group.flows), look)
        _sum(sheet, at, item, last, group, look)
    pairs = ((COMMITTED, sum(flow.committed for flow in group.flows)), (last + 2, sum(f.tail for f in group.flows)))
    for col, amount in pairs:
        _figure(sheet, at["spent"], col, at["spent"] - row, group, amount, group.look)
    if group.rows is None:
        remark = _remark(sheet.book, group.flows[0].purse)
        sheet.text(at[items[0]], last + 3, remark, f"{group.look} first")


def _figure(sheet: Sheet, row: int, col: int, offset: int, group: _Group, amount: int, look: str) -> None:
    """A plain figure of a purse, or the sum of the blocks below."""
    if group.rows:
        formula = "+".join(cell(first + offset, col) for first in group.rows)
        sheet.formula(row, col, formula, amount, "money", look)
    else:
        sheet.number(row, col, amount, "money", look)


def _cell(sheet: Sheet, at: Mapping[str, int], item: str, col: int, group: _Group, amount: int, look: str) -> None:
    row = at[item]
    if item == "check":
        sheet.formula(row, col, _balance(sheet, at, col), amount, "check", look)
    elif item == "carried_in" and col > YEARS_FROM:
        sheet.formula(row, col, cell(at["carried_out"], col - 1), amount, "money", look)
    else:
        _figure(sheet, row, col, row - at["carried_in"], group, amount, look)


def _sum(sheet: Sheet, at: Mapping[str, int], item: str, last: int, group: _Group, look: str) -> None:
    """The column of sums: flows add up, stocks are those at the horizon's ends."""
    row, col, years = at[item], last + 1, sheet.book.years
    ends = {"carried_in": (YEARS_FROM, years.start), "carried_out": (last, years.stop - 1)}
    if item == "check":
        sheet.formula(row, col, _balance(sheet, at, col), 0, "check", look)
    elif item in ends:
        end, year = ends[item]
        sheet.formula(row, col, cell(row, end), sum(_of(f, item, year) for f in group.flows), "money", look)
    else:
        amount = sum(_of(flow, item, year) for flow in group.flows for year in years)
        sheet.formula(row, col, f"SUM({cell(row, YEARS_FROM)}:{cell(row, last)})", amount, "money", look)


def _balance(sheet: Sheet, at: Mapping[str, int], col: int) -> str:
    """What came in less what went out and what is left: zero where the account is right."""
    plus = [cell(at[item], col) for item in ("carried_in", "budget", "overdrawn") if item in at]
    minus = [cell(at[item], col) for item in ("spent", "lapsed", "carried_out")]
    return f"ROUND({'+'.join(plus)}-{'-'.join(minus)},{sheet.words.decimals})"


def _of(flow: Flow, item: str, year: int) -> int:
    if item == "check":
        return (
            flow.carried_in[year] + flow.budget[year] + flow.overdrawn[year]
            - flow.spent[year] - flow.lapsed[year] - flow.carried_out[year]
        )  # fmt: skip
    series: Series = getattr(flow, item)
    return series[year]


def _remark(book: Book, purse: Purse) -> str:
    """What a further source may pay for."""
    words = book.words
    if purse == USER:
        return words("t2_user")
    source = next((s for s in book.scenario.sources if s.source == purse.source), None)
    if source is None:
        return ""
    treatments = words.listed(words.treatment(t) for t in source.treatments)
    parts = [words("t2_source_limits", treatments=treatments, percent=source.max_share_percent)]
    if source.kinds:
        parts.append(words("t2_source_kinds", kinds=words.listed(words.kind(kind) for kind in source.kinds)))
    if source.districts:
        parts.append(words("t2_source_districts", districts=words.listed(source.districts)))
    if source.first_start is not None:
        parts.append(words("t2_source_from", year=source.first_start))
    if source.last_start is not None:
        parts.append(words("t2_source_to", year=source.last_start))
    if source.hazard_free:
        parts.append(words("t2_source_hazard_free"))
    for name, wanted in source.require.items():
        field = columns(Patch)[name].zh if words.lang == "zh" else name
        parts.append(words("t2_source_field", field=field, value=words("yes" if wanted else "no")))
    if source.works:
        parts.append(words("t2_source_works", works=words.listed(part.label(words.lang) for part in source.works)))
    if source.max_yuan_per_patch is not None:
        parts.append(words("t2_source_most", money=words.money(source.max_yuan_per_patch)))
    return words.join(parts)


def _payers(sheet: Sheet, row: int) -> tuple[int, int]:
    """Who pays for a district's tasks: a line a purse, the total first.

    Returns
    -------
    row of the total, row after the last
    """
    book, words = sheet.book, sheet.words
    sheet.span(row, 0, sheet.columns - 1, words("t2_payers", district=book.district), "section left")
    purses = book.order_of({purse for item in book.items for purse in item.committed})
    total = row + 1
    first, end = total + 1, total + len(purses)
    _payer(sheet, total, 0, words("total"), words("all_sources"), purses, "total", (first, end))
    for i, purse in enumerate(purses):
        _payer(sheet, first + i, i + 1, words.place(purse), words.source(purse.source), [purse], "body", None)
    return total, end + 1


def _payer(
    sheet: Sheet, row: int, number: int, place: str, source: str, purses: Iterable[Purse], look: str,
    below: tuple[int, int] | None,
) -> None:  # fmt: skip
    book, words = sheet.book, sheet.words
    chosen = tuple(purses)
    kind = "_cash" if book.on_cash else ""
    if number:
        sheet.number(row, 0, number, "count", f"{look} center")
    else:
        sheet.blank(row, 0, 0, look)
    sheet.row(row, [place, source, words(f"t2_spent{kind}")], look, PLACE)
    last = YEARS_FROM + len(book.years) - 1

    def of(amounts: Iterable[Mapping[Purse, int]]) -> int:
        return sum(by_purse.get(purse, 0) for by_purse in amounts for purse in chosen)

    committed = of(item.committed for item in book.items)
    by_year = {year: of(book.spent(item, year) for item in book.items) for year in book.years}
    tail = of(by_purse for item in book.items for year, by_purse in item.cash.items() if year > book.last)
    columns = {COMMITTED: committed, last + 2: tail, **dict(enumerate(by_year.values(), YEARS_FROM))}
    for col, amount in columns.items():
        if below and below[1] >= below[0]:
            sheet.formula(row, col, f"SUM({cell(below[0], col)}:{cell(below[1], col)})", amount, "money", look)
        else:
            sheet.number(row, col, amount, "money", look)
    across = f"SUM({cell(row, YEARS_FROM)}:{cell(row, last)})"
    sheet.formula(row, last + 1, across, sum(by_year.values()), "money", look)
    sheet.text(row, last + 3, "", look)
