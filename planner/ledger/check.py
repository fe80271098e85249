"""The registry of checks across the cells of a ledger, and how they are run.

A check is one small function for one fault, named as the fault is; `planner.ledger.faults` holds
them. It declares the fields that it looks at, and is spared the rows where one of them could not
be read, so that one bad cell gives one finding.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from planner.findings import Finding, Level
from planner.ledger.cells import Reading, show
from planner.ledger.gazetteer import Gazetteer
from planner.ledger.table import Row, Rows
from planner.ledger.types import Option, Patch


@dataclass(frozen=True, slots=True)
class Shown:
    """A value to be shown as the column of `field` shows its values."""

    field: str
    value: object


@dataclass(frozen=True, slots=True)
class Named:
    """A column to be named as the user sees it."""

    field: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What a check found in a row: the field to blame and what the text's placeholders stand for.

    Parameters
    ----------
    field : str
    values : mapping
        Plain values, or `Shown` and `Named` ones, which follow the table's own columns.
    mend : mapping
        The values that fields of the row are likely meant to have, where one choice repairs the fault.
    """

    field: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)
    mend: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Book:
    """The rows of a ledger under examination, some of them perhaps with unread cells."""

    patches: Rows[Patch]
    options: Rows[Option] | None = None
    gazetteer: Gazetteer | None = None

    @cached_property
    def patch_rows(self) -> dict[str, Row[Patch]]:
        """The first row of each patch id that could be read."""
        found: dict[str, Row[Patch]] = {}
        for row in self.patches.rows:
            if "patch" not in row.unread:
                found.setdefault(row.item.patch, row)
        return found

    @property
    def option_rows(self) -> list[Row[Option]]:
        """The rows of the options; none where there is no such table."""
        return self.options.rows if self.options else []


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of fault.

    Parameters
    ----------
    id : str
        Its stable name, and the key of its texts.
    run : callable
        Yields a finding for each case in a book.
    """

    id: str
    run: Callable[[Book], Iterator[Finding]]


CHECKS: list[Check] = []
"""Every check, in the order of registration."""

PatchCheck = Callable[[Patch], Iterator[Fault]]
OptionCheck = Callable[[Option], Iterator[Fault]]
PairCheck = Callable[[Option, Patch], Iterator[Fault]]
Placed = Iterator[tuple[Row[Any], Fault]]
BookCheck = Callable[[Book], Placed]


def run_checks(book: Book) -> list[Finding]:
    """Everything that is wrong across the cells of a book."""
    return [finding for check in CHECKS for finding in check.run(book)]


def patch_check(*fields: str, level: Level = Level.ERROR) -> Callable[[PatchCheck], PatchCheck]:
    """Register a check of one patch that looks at these fields."""

    def register(check: PatchCheck) -> PatchCheck:
        def run(book: Book) -> Iterator[Finding]:
            for row in readable(book.patches.rows, fields):
                for fault in check(row.item):
                    yield _finding(check.__name__, row, fault, level)

        CHECKS.append(Check(check.__name__, run))
        return check

    return register


def option_check(*fields: str, level: Level = Level.ERROR) -> Callable[[OptionCheck], OptionCheck]:
    """Register a check of one option that looks at these fields."""

    def register(check: OptionCheck) -> OptionCheck:
        def run(book: Book) -> Iterator[Finding]:
            if book.options:
                for row in readable(book.options.rows, fields):
                    for fault in check(row.item):
                        yield _finding(check.__name__, row, fault, level)

        CHECKS.append(Check(check.__name__, run))
        return check

    return register


def pair_check(*fields: str, patch: tuple[str, ...], level: Level = Level.ERROR) -> Callable[[PairCheck], PairCheck]:
    """Register a check of an option together with its patch, that looks at these fields of both."""

    def register(check: PairCheck) -> PairCheck:
        def run(book: Book) -> Iterator[Finding]:
            if book.options:
                for row in readable(book.options.rows, ("patch", *fields)):
                    of = book.patch_rows.get(row.item.patch)
                    if of and of.unread.isdisjoint(patch):
                        for fault in check(row.item, of.item):
                            yield _finding(check.__name__, row, fault, level)

        CHECKS.append(Check(check.__name__, run))
        return check

    return register


def book_check(*, level: Level = Level.ERROR) -> Callable[[BookCheck], BookCheck]:
    """Register a check of the whole book, which itself skips what could not be read."""

    def register(check: BookCheck) -> BookCheck:
        def run(book: Book) -> Iterator[Finding]:
            for row, fault in check(book):
                yield _finding(check.__name__, row, fault, level)

        CHECKS.append(Check(check.__name__, run))
        return check

    return register


def bounds_check(
    id: str,
    row_type: type[Patch] | type[Option],
    *fields: str,
    least: int,
    most: int | None = None,
    of: str = "",
    mend: Callable[[Any], Mapping[str, Any]] = lambda _: {},
) -> None:
    """Register the check that values, where there are any, lie between two bounds, both allowed.

    Parameters
    ----------
    id : str
    row_type : type
    *fields : str
    least, most : int
        No upper bound where `most` is None.
    of : str
        The attribute of the value that counts, such as the year of a date.
    mend : callable
        The likely values of a row at fault.
    """

    def run(book: Book) -> Iterator[Finding]:
        rows: Rows[Any] | None = book.patches if row_type is Patch else book.options
        if not rows:
            return
        for name in fields:
            for row in readable(rows.rows, (name,)):
                value = getattr(row.item, name)
                if value is None:
                    continue
                number = getattr(value, of) if of else value
                if number < least or (most is not None and number > most):
                    limits = {"least": Shown(name, least) if not of else least, "most": most}
                    yield _finding(id, row, Fault(name, limits, mend(row.item)), Level.ERROR)

    CHECKS.append(Check(id, run))


def readable(rows: list[Row[Any]], fields: tuple[str, ...]) -> Iterator[Row[Any]]:
    """The rows in which all these fields could be read."""
    for row in rows:
        if not row.unread or row.unread.isdisjoint(fields):
            yield row


def _finding(id: str, row: Row[Any], fault: Fault, level: Level) -> Finding:
    home = row.home

    def in_words(value: object) -> object:
        if isinstance(value, Shown):
            return show(value.value, home.readings[value.field])
        return home.readings[value.field].name if isinstance(value, Named) else value

    reading: Reading = home.readings[fault.field]
    return home.table.finding(
        id,
        level=level,
        values={name: in_words(value) for name, value in fault.values.items()},
        row=row.number,
        column=reading.name,
        value=" ".join(show(getattr(row.item, fault.field), reading).splitlines()),
        cell=home.cell(row.number, fault.field),
        mend=home.changes(row.number, fault.mend),
    )
