"""What districts may write in a task plan, cell by cell: said once, for the sheets and for what comes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from planner.ledger import Ledger, Option, Patch, Treatment
from planner.office.figures import Book, Item
from planner.plan import Purse
from planner.scenario import LockKind, Scenario

Value = int | str | dt.date | None
"""Years, yuan and m² are whole numbers; treatments, options and yes/no are their English ids."""


class Field(StrEnum):
    """What can be edited; a payment is one for each patch, purse and year."""

    START = "start"
    TREATMENT = "treatment"
    OPTION = "option"
    COST = "cost"
    TRACKED = "tracked"
    REASON = "reason"
    REMARK = "remark"
    ACTUAL_START = "actual_start"
    ACTUAL_FINISH = "actual_finish"
    ACCEPTED_DATE = "accepted_date"
    ACCEPTED_AREA = "accepted_area"
    PAID = "paid"

    @property
    def kind(self) -> str:
        """How its values are written: year, word, money, area, date or text."""
        return _KINDS[self]


_KINDS = {
    Field.START: "year", Field.TREATMENT: "word", Field.OPTION: "word", Field.COST: "money", Field.TRACKED: "word",
    Field.REASON: "text", Field.REMARK: "text", Field.ACTUAL_START: "date", Field.ACTUAL_FINISH: "date",
    Field.ACCEPTED_DATE: "date", Field.ACCEPTED_AREA: "area", Field.PAID: "money",
}  # fmt: skip

ADJUSTED = (
    Field.START, Field.TREATMENT, Field.OPTION, Field.COST, Field.TRACKED, Field.REASON, Field.REMARK,
)  # fmt: skip
REPORTED = (Field.ACTUAL_START, Field.ACTUAL_FINISH, Field.ACCEPTED_DATE, Field.ACCEPTED_AREA)
LEDGER_FIELDS = {
    Field.REMARK: "remark", Field.ACTUAL_START: "actual_start", Field.ACTUAL_FINISH: "actual_finish",
    Field.ACCEPTED_DATE: "accepted_date", Field.ACCEPTED_AREA: "accepted_area_m2",
}  # fmt: skip
"""Facts: they go into the ledger itself."""


@dataclass(frozen=True, order=True)
class Key:
    """A cell by what it means, wherever it stands."""

    patch: str
    field: Field
    source: str = ""
    district: str = ""
    year: int = 0

    @property
    def text(self) -> str:
        """The key as one text; ids may hold any character, so it is not to be taken apart again."""
        return "|".join((self.patch, self.field, self.source, self.district, str(self.year or "")))

    @property
    def purse(self) -> Purse:
        """Who pays, for a payment."""
        return Purse(self.source, self.district or None)


@dataclass(frozen=True)
class Entry:
    """What a cell holds, and why it is closed where it is.

    Parameters
    ----------
    closed : str
        Empty, or the text of the room ``office`` that says why, without its prefix ``closed_``.
    """

    key: Key
    value: Value
    closed: str = ""


@dataclass(frozen=True)
class PatchRow:
    """A patch with everything that may be edited of it but payments; `item` is None where it is not planned."""

    patch: Patch
    item: Item | None
    option: Option
    entries: dict[Field, Entry]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why some of its cells are closed, each reason once; that there is no other option needs no words."""
        found = dict.fromkeys(entry.closed for entry in self.entries.values() if entry.closed)
        return tuple(reason for reason in found if reason != "one_option")


@dataclass(frozen=True)
class PaidRow:
    """What a purse was to pay for a patch and what it did, by year."""

    patch: Patch
    purse: Purse
    planned: dict[int, int]
    entries: dict[int, Entry]


@dataclass(frozen=True)
class Editable:
    """Everything in a book that may be edited."""

    book: Book

    @cached_property
    def patches(self) -> tuple[PatchRow, ...]:
        """One row a patch, those that are not planned included."""
        fixed = _fixed(self.book.scenario)
        items, stated = self.book.whole.item_of, _stated_treatments(self.book.ledger)
        return tuple(
            _patch_row(self.book.ledger, patch, items.get(patch.patch), fixed, stated) for patch in self.book.patches
        )

    @cached_property
    def years(self) -> range:
        """The years that payments may be entered for: the horizon, and on to the last planned or known payment."""
        book = self.book.whole
        known = [*(row.year for row in book.plan.cash), *(entry.year for entry in book.facts.payments)]
        return range(book.years.start, max([book.last + 1, *known]) + 1)

    @cached_property
    def payments(self) -> tuple[PaidRow, ...]:
        """One row for each patch and purse that is to pay for it, or has paid."""
        book = self.book.whole
        paid = book.facts.paid
        known: dict[str, list[Purse]] = {}
        for name, purse, _ in paid:
            known.setdefault(name, []).append(purse)
        rows = []
        for patch in self.book.patches:
            item = book.item_of.get(patch.patch)
            planned = {} if item is None else item.cash
            purses = {*known.get(patch.patch, ()), *(item.committed if item else ())}
            for purse in book.order_of(purses):
                entries = {
                    year: Entry(
                        Key(patch.patch, Field.PAID, purse.source, purse.district or "", year),
                        paid.get((patch.patch, purse, year)),
                    )
                    for year in self.years
                }
                amounts = {year: planned.get(year, {}).get(purse, 0) for year in self.years}
                rows.append(PaidRow(patch, purse, amounts, entries))
        return tuple(rows)

    @cached_property
    def entries(self) -> dict[Key, Entry]:
        """Every cell by its key."""
        return {entry.key: entry for entry in self._all()}

    def _all(self) -> Iterator[Entry]:
        for row in self.patches:
            yield from row.entries.values()
        for paid in self.payments:
            yield from paid.entries.values()


def _fixed(scenario: Scenario) -> dict[tuple[str, Field], str]:
    """What the scenario has fixed already, with the reason's name."""
    fixed: dict[tuple[str, Field], str] = {}
    for lock in scenario.locks:
        if lock.kind is LockKind.OPTION:
            fixed[lock.patch, Field.OPTION] = "lock"
        elif lock.kind in (LockKind.YEAR, LockKind.EXCLUDED):
            fixed[lock.patch, Field.START] = "lock"
    for frozen in scenario.frozen:
        fixed |= dict.fromkeys(((patch, Field.START) for patch in frozen.patches), "frozen")
    return fixed


def _stated_treatments(ledger: Ledger) -> frozenset[str]:
    """Patches whose treatment follows from the option: there an edit of the treatment would say nothing."""
    return frozenset(option.patch for option in ledger.options if option.treatment is not None)


def _patch_row(
    ledger: Ledger, patch: Patch, item: Item | None, fixed: dict[tuple[str, Field], str], stated: frozenset[str]
) -> PatchRow:
    options = ledger.options_of(patch)
    option = item.option if item else options[0]
    closed = {
        field: fixed[patch.patch, field] for field in (Field.START, Field.OPTION) if (patch.patch, field) in fixed
    }
    if len(options) < 2:
        closed[Field.OPTION] = "one_option"
    if len(options) > 1 and patch.patch in stated:
        closed[Field.TREATMENT] = "by_option"
    if patch.by_enterprise:
        closed |= dict.fromkeys((Field.TREATMENT, Field.OPTION, Field.COST), "enterprise")
    if patch.actual_start is not None:
        closed |= dict.fromkeys((Field.START, Field.TREATMENT, Field.OPTION), "begun")
    values: dict[Field, Value] = {
        Field.START: item.task.start if item else None,
        Field.TREATMENT: str((option.treatment or patch.treatment).value),
        Field.OPTION: option.option,
        Field.COST: option.cost_yuan,
        Field.TRACKED: "yes" if patch.tracked else "no",
        Field.REASON: "",
        **{field: getattr(patch, name) for field, name in LEDGER_FIELDS.items()},
    }
    entries = {f: Entry(Key(patch.patch, f), values[f], closed.get(f, "")) for f in (*ADJUSTED, *REPORTED)}
    return PatchRow(patch, item, option, entries)


def treatment_words(lang: str) -> dict[str, str]:
    """Treatments by their ids, in words."""
    return {str(t.value): t.label("zh" if lang == "zh" else "en") for t in Treatment}
