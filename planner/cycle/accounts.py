"""Purses to the yuan: budget, late tranches, issued, changed, committed, paid, released, and what is still open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.cycle.facts import Facts, Paid
from planner.cycle.rules.money import budgets_of
from planner.cycle.state import Cycle
from planner.plan import Purse


@dataclass(frozen=True, slots=True)
class PurseYear:
    """One purse's year, in yuan, by the year the tasks were issued for.

    ``committed = issued + changed = paid + released + open``; `budget` is after late tranches: what was promised, less
    `left` (arrives later), plus `came` (of earlier years).
    """

    purse: Purse
    year: int
    promised: int
    left: int
    came: int
    issued: int
    changed: int
    paid: int
    released: int

    @property
    def budget(self) -> int:
        """What the year really had."""
        return self.promised - self.left + self.came

    @property
    def committed(self) -> int:
        """What is owed to the tasks of the year."""
        return self.issued + self.changed

    @property
    def open(self) -> int:
        """What is neither paid nor released; 0 where the account is closed to the yuan."""
        return self.committed - self.paid - self.released


def accounts(cycle: Cycle) -> tuple[PurseYear, ...]:
    """Every purse and year that has a budget or a task, in the order of purses and years."""
    issued, committed, paid, released = (dict[tuple[Purse, int], int]() for _ in range(4))
    for work in cycle.works.values():
        _add(issued, work.year, work.issued_money)
        _add(committed, work.year, work.committed())
        _add(paid, work.year, work.paid())
        _add(released, work.year, work.released)
    promised: dict[tuple[Purse, int], int] = {}
    for budget in cycle.ground.scenario.budgets:
        _add(promised, budget.year, {Purse(budget.source, budget.district): budget.yuan})
    left, came = dict[tuple[Purse, int], int](), dict[tuple[Purse, int], int]()
    for one in cycle.tranches:
        _add(left, one.year, {one.purse: one.tranche.yuan})
        _add(came, one.tranche.arrives, {one.purse: one.tranche.yuan})
    keys = sorted({*promised, *came, *issued, *committed, *paid}, key=lambda key: (key[0].text, key[1]))
    found = tuple(
        PurseYear(
            purse=key[0], year=key[1], promised=promised.get(key, 0), left=left.get(key, 0), came=came.get(key, 0),
            issued=issued.get(key, 0), changed=committed.get(key, 0) - issued.get(key, 0), paid=paid.get(key, 0),
            released=released.get(key, 0),
        )
        for key in keys
    )  # fmt: skip
    there = budgets_of(cycle)
    assert all(one.budget == there.get((one.purse, one.year), 0) for one in found)
    return found


def _add(sums: dict[tuple[Purse, int], int], year: int, money: Mapping[Purse, int]) -> None:
    for purse, yuan in money.items():
        sums[purse, year] = sums.get((purse, year), 0) + yuan


def facts_of(cycle: Cycle) -> Facts:
    """What was paid, patch by patch, purse by purse and calendar year: as a plan's folder and table T2 take it."""
    sums: dict[tuple[str, Purse, int], int] = {}
    last: dict[tuple[str, Purse, int], dt.date] = {}
    for patch, work in cycle.works.items():
        for sign, entries in ((1, work.payments), (-1, work.refunds)):
            for entry in entries:
                key = (patch, entry.purse, entry.on.year)
                sums[key] = sums.get(key, 0) + sign * entry.yuan
                last[key] = max(last.get(key, entry.on), entry.on)
    return Facts(payments=tuple(_paid(sums, last)))


def _paid(sums: Mapping[tuple[str, Purse, int], int], last: Mapping[tuple[str, Purse, int], dt.date]) -> Iterable[Paid]:
    """A refund in a later year than its payment is taken off the years before, the latest first."""
    net = dict(sums)
    for patch, purse, year in sorted(net, key=lambda key: key[2]):
        key = (patch, purse, year)
        for before in sorted((k for k in net if k[:2] == key[:2] and k[2] < year), key=lambda k: -k[2]):
            if net[key] >= 0:
                break
            part = min(-net[key], net[before])
            net[key], net[before] = net[key] + part, net[before] - part
    for (patch, purse, year), yuan in sorted(net.items(), key=lambda i: (i[0][0], i[0][1].text, i[0][2])):
        if yuan:
            time = last[patch, purse, year].isoformat()
            yield Paid(patch=patch, source=purse.source, district=purse.district, year=year, yuan=yuan, time=time)
