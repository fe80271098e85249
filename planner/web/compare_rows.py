"""The rows of a comparison: what each plan gives, and by how much it differs from the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from planner.office import shown
from planner.office.figures import Book
from planner.office.targets import Target, standing, targets
from planner.plan import Purse
from planner.scenario import GoalName
from planner.texts import Language, text
from planner.units import hectares
from planner.web.compare_plans import Table

Number = int | float | Fraction
Write = Callable[[Number], str]
_MARKS = {"met": "✓", "missed": "✗", "soft": "✗"}


@dataclass(frozen=True)
class Row:
    """One figure of every plan.

    Parameters
    ----------
    label : str
        With its unit.
    cells : tuple of str
        What each plan gives.
    changes : tuple of str
        Of each plan but the first: sign, amount, share.
    same : bool
    """

    label: str
    cells: tuple[str, ...]
    changes: tuple[str, ...]
    same: bool

    @property
    def line(self) -> list[str]:
        """The first plan's figure, then each other's with its difference."""
        rest = [cell for pair in zip(self.cells[1:], self.changes, strict=True) for cell in pair]
        return [self.label, self.cells[0], *rest]


def groups(table: Table) -> Iterator[tuple[str, list[Row]]]:
    """Every group of rows by its name in the texts: what is promised, goals, money, area, hazards, districts."""
    yield "targets", list(_targets(table))
    yield "goals", list(_goals(table))
    yield "money", _yearly(table, "commitments_yuan", table.words.unit, _money(table))
    yield "purses", list(_purses(table))
    yield "area", _yearly(table, "task_area_m2", table.words("hectare"), _area)
    yield "hazards", _yearly(table, "hazards_removed", table.words("points"), _count)
    yield "districts", list(_districts(table))


def _yearly(table: Table, name: str, unit: str, write: Write) -> list[Row]:
    """A figure of every year, and their sum."""
    of: list[dict[int, int]] = [getattr(side, name) for side in table.sides]
    rows = [_row(table, _by_year(table, year, unit), [one.get(year, 0) for one in of], write) for year in _years(table)]
    total = text("compare.total_in", table.lang, unit=unit)
    return [*rows, _row(table, total, [sum(one.values()) for one in of], write)]


def difference(
    before: Number | None, after: Number | None, write: Write, lang: Language, *, with_share: bool = True
) -> str:
    """By how much a figure differs: its sign, the amount, and what share of the first it is."""
    if before is None or after is None:
        return "" if before is after else text("compare.not_measured", lang)
    change = Fraction(after) - Fraction(before)
    if not change:
        return "–"
    sign = "+" if change > 0 else "−"
    amount = f"{sign}{write(_size(change, before))}"
    if not before or not with_share:
        return amount
    share = abs(change / Fraction(before)) * 100
    small = share < Fraction(1, 10)
    percent = text("compare.less_than_a_tenth", lang) if small else f"{sign}{float(share):,.1f}"
    return text("compare.difference", lang, amount=amount, percent=percent)


def _size(change: Fraction, like: Number) -> Number:
    """How large a change is, as a number of the kind that changed."""
    size = abs(change)
    if size.denominator == 1:
        return int(size)
    return size if isinstance(like, Fraction) else float(size)


def _row(
    table: Table,
    label: str,
    values: Sequence[Number | None],
    write: Write,
    marks: Sequence[str] = (),
    *,
    better: str = "",
    with_share: bool = True,
) -> Row:
    """A row of figures; `better` is ``more`` or ``less`` where a goal says which way is the better one."""
    lang, first = table.lang, values[0]
    cells = [("–" if value is None else write(value)) for value in values]
    if marks:
        cells = [f"{cell} {mark}".strip() for cell, mark in zip(cells, marks, strict=True)]
    changes = []
    for value in values[1:]:
        said = difference(first, value, write, lang, with_share=with_share)
        if better and first is not None and value is not None and value != first:
            gains = (value > first) is (better == "more")
            said = f"{said} {text('compare.better' if gains else 'compare.worse', lang)}"
        changes.append(said)
    same = all(value == first for value in values) and len(set(marks)) < 2
    return Row(label, tuple(cells), tuple(changes), same)


def _goals(table: Table) -> Iterator[Row]:
    """Every goal by the first plan's ledger and scenario, its own goals first and numbered."""
    said, first = table.said, table.plans[0].opened.folder.scenario
    own = [str(goal.name) for goal in first.ordered_goals]
    every = table.sides[0].goals
    for name in [*(one for one in own if one in every), *(one for one in every if one not in own)]:
        values = [side.goals.get(name) for side in table.sides]
        place = f"{own.index(name) + 1}. " if name in own else ""
        better = "more" if GoalName(name).maximised else "less"
        label = place + shown.capital(said.goal_head(name))
        yield _row(table, label, values, partial(said.goal, name), better=better)


def _targets(table: Table) -> Iterator[Row]:
    """What scenario and ledger demand of each plan, by its own; a demand that differs stands beside the figure."""
    of = [{(t.clause, t.kind, t.name): t for t in targets(one.book(table.lang))} for one in table.plans]
    for key in dict.fromkeys(key for found in of for key in found):
        found = [one.get(key) for one in of]
        example = next(target for target in found if target is not None)
        demands = {target.required for target in found if target is not None}
        common = example.required if len(demands) == 1 else ""
        label = f"{example.name}（{example.unit}）" if table.lang == "zh" else f"{example.name} ({example.unit})"
        if common:
            label = text("compare.demanded", table.lang, target=label, demand=common)
        marks = [_mark(one.book(table.lang), target, common) for one, target in zip(table.plans, found, strict=True)]
        values = [None if target is None else target.value for target in found]
        yield _row(
            table, label, values, partial(_target_value, table, example), marks, with_share=example.kind != "percent"
        )


def _mark(book: Book, target: Target | None, common: str) -> str:
    if target is None:
        return ""
    own = "" if common or not target.required else f"[{target.required}]"
    return f"{own} {_MARKS.get(standing(book, target), '')}".strip()


def _target_value(table: Table, target: Target, value: Number) -> str:
    match target.kind:
        case "area":
            return _area(value)
        case "money":
            return shown.money(int(value), table.words)
        case "percent":
            return shown.percent(Fraction(value))
        case "year":
            return str(value)
        case _:
            return _count(value)


def _purses(table: Table) -> Iterator[Row]:
    """What each purse spends in each year, by each plan's own accounts; the budget where it differs."""
    books = [one.book(table.lang) for one in table.plans]
    of = [_accounts(book) for book in books]
    for purse in books[0].order_of({purse for spent, _ in of for purse, _ in spent}):
        for year in _years(table):
            values, budgets = ([one[k].get((purse, year), 0) for one in of] for k in (0, 1))
            if not any(values) and not any(budgets):
                continue
            marks: tuple[str, ...] = ()
            if len(set(budgets)) > 1:
                marks = tuple(
                    text("compare.budget", table.lang, amount=shown.money(one, table.words)) for one in budgets
                )
            head = f"{shown.capital(table.words.purse(purse))} · {_by_year(table, year, table.words.unit)}"
            yield _row(table, head, values, _money(table), marks)


def _accounts(book: Book) -> tuple[dict[tuple[Purse, int], int], dict[tuple[Purse, int], int]]:
    """What is spent of a purse in a year, whatever year's money it is; and the budgets."""
    spent: dict[tuple[Purse, int], int] = {}
    budgets: dict[tuple[Purse, int], int] = {}
    for account in book.plan.accounts:
        purse = Purse(account.source, account.district)
        budgets[purse, account.vintage] = account.budget
        for year, yuan in ((account.vintage, 0), *account.used.items()):
            spent[purse, year] = spent.get((purse, year), 0) + yuan
    return spent, budgets


def _districts(table: Table) -> Iterator[Row]:
    words = table.words
    of = [{row.district: row for row in side.districts} for side in table.sides]
    for district in of[0]:
        rows = [found.get(district) for found in of]
        for key, unit, write in (("area_m2", words("hectare"), _area), ("yuan", words.unit, _money(table))):
            values = [None if row is None else getattr(row, key) for row in rows]
            head = text(f"compare.district_{key}", table.lang, district=district, unit=unit)
            yield _row(table, head, values, write)


def _years(table: Table) -> list[int]:
    return sorted({year for side in table.sides for year in side.task_area_m2})


def _by_year(table: Table, year: int, unit: str) -> str:
    return text("compare.year_in", table.lang, year=year, unit=unit)


def _money(table: Table) -> Write:
    return lambda value: shown.money(int(value), table.words)


def _area(value: Number) -> str:
    return hectares(int(value))


def _count(value: Number) -> str:
    return f"{int(value):,}"
