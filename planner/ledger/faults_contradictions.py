"""Faults between fields that must agree: licence and payer, dates, shares, and the category with its criteria."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from planner.findings import Level
from planner.ledger.category.suggestion import suggest
from planner.ledger.cells import CellError, as_read, exact, is_missing
from planner.ledger.check import Book, Fault, Named, Placed, Shown, book_check, patch_check, readable
from planner.ledger.faults import barred_works
from planner.ledger.spelling import loosened, says_nothing
from planner.ledger.types import Patch

_HAPPENED = ("actual_start", "actual_finish", "accepted_date", "verified_on")
_NO_NUMBER = frozenset(["无", "没有", "未办理", "无证", "none", "no"])
_NEARLY = (Decimal("0.8"), Decimal("1.2"))
_PURSES = {"municipal": "市级/municipal", "district": "区级/district"}


@patch_check("ever_licensed", "licence_number", level=Level.WARNING)
def licence_number_without(patch: Patch) -> Iterator[Fault]:
    """The number of a licence that is said never to have existed."""
    if patch.licence_number and not patch.ever_licensed and patch.licence_number.lower() not in _NO_NUMBER:
        licensed = Shown("ever_licensed", patch.ever_licensed)
        values = {"other": Named("ever_licensed"), "licensed": licensed}
        yield Fault("licence_number", values, {"ever_licensed": True})


@book_check(level=Level.WARNING)
def payer_contradicts_licence(book: Book) -> Placed:
    """Money from the purse that does not pay: the municipal one pays where a licence was held (ch. 5, sec. 2)."""
    for row in readable(book.patches.rows, ("ever_licensed", "kind", "district_shares", "cost_yuan")):
        payers = row.home.table.payers
        if not payers or row.item.by_enterprise:
            continue
        wrong = "district" if row.item.ever_licensed else "municipal"
        right = "municipal" if row.item.ever_licensed else "district"
        if wrong not in payers:
            continue
        raw = row.home.raw_at(row.number, payers[wrong])
        reading = row.home.readings["cost_yuan"]
        if is_missing(raw) or says_nothing(raw, reading):
            continue
        try:
            amount = exact(loosened(raw, reading)[0])
        except CellError:
            continue  # a column that is only kept may hold words
        if amount > 0:
            values = {"named": row.home.table.names[payers[wrong]], "amount": as_read(raw), "payer": _PURSES[right]}
            yield row, Fault("ever_licensed", values)


@patch_check("actual_start", "actual_finish", "accepted_date")
def accepted_before_start(patch: Patch) -> Iterator[Fault]:
    """Works were accepted before they began; where there is an end, that is compared instead."""
    if (
        patch.actual_start
        and patch.accepted_date
        and not patch.actual_finish
        and patch.accepted_date < patch.actual_start
    ):
        yield Fault("accepted_date", {"other": Named("actual_start"), "start": patch.actual_start.isoformat()})


@patch_check(*_HAPPENED, level=Level.WARNING)
def date_in_future(patch: Patch) -> Iterator[Fault]:
    """Something that is said to have happened lies in the future."""
    today = dt.date.today()
    for name in _HAPPENED:
        date = getattr(patch, name)
        if date is not None and date > today:
            yield Fault(name)


@patch_check("district_shares", level=Level.WARNING)
def shares_not_whole(patch: Patch) -> Iterator[Fault]:
    """Shares that are meant as parts of one, or as per cent, and miss the whole a little."""
    weights = [weight for _, weight in patch.district_shares]
    if len(weights) < 2:
        return
    total = sum(weights, Decimal(0))
    whole = 1 if all(weight < 1 for weight in weights) else 100
    if total != whole and _NEARLY[0] * whole <= total <= _NEARLY[1] * whole:
        yield Fault("district_shares", {"total": format(total.normalize(), "f"), "whole": whole})


@book_check(level=Level.WARNING)
def category_contradicted(book: Book) -> Placed:
    """A category that the plan's criteria surely contradict (chapter 3, section 3(1))."""
    for row in book.patches.rows:
        if row.unread or barred_works(row.item):
            continue
        told = suggest(row.item)
        if told.certain and not told.outside and told.category is not None and told.category is not row.item.treatment:
            values = {"likely": Shown("treatment", told.category), "rules": "、".join(told.rule_ids)}
            yield row, Fault("treatment", values, {"treatment": told.category})
