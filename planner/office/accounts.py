"""The purses year by year, one of them or several seen together."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from planner.office.figures import ENTERPRISE, Book, Flow, flows, source_rank
from planner.plan import Purse


@dataclass(frozen=True)
class MoneyYear:
    """One year of the purses chosen; money in the smallest unit.

    ``carried_in + budget + overdrawn = Σ used + lapsed + carried_out`` holds exactly.

    Parameters
    ----------
    year : int
    budget, carried_in, carried_out, lapsed, overdrawn : int
        See `planner.office.figures.Flow`.
    used : dict of str to int
        By source, whatever year's money it is, in the series that the budgets bind.
    used_of_earlier : dict of str to int
        The part of `used` that is earlier years' money.
    paid : int
        Cash that leaves the purses in the year.
    """

    year: int
    budget: int
    carried_in: int
    used: dict[str, int]
    used_of_earlier: dict[str, int]
    carried_out: int
    lapsed: int
    overdrawn: int
    paid: int

    @property
    def total_used(self) -> int:
        """All that was used."""
        return sum(self.used.values())


def purses(book: Book) -> list[Purse]:
    """Every purse of a plan, in the order of documents."""
    return book.order_of({Purse(account.source, account.district) for account in book.plan.accounts})


def funded(book: Book) -> list[Purse]:
    """The purses, if the scenario has budgets at all: without any, what they spend is no overdraft."""
    return purses(book) if book.scenario.budgets else []


def money_years(book: Book, chosen: Collection[Purse]) -> tuple[MoneyYear, ...]:
    """Every year of the horizon for the purses chosen, added up."""
    own = [flow for flow in flows(book) if flow.purse in chosen]
    return tuple(_year(book, own, chosen, year) for year in book.years)


def sources(chosen: Collection[Purse]) -> list[str]:
    """The sources of the purses chosen, in the order of documents."""
    return sorted({purse.source for purse in chosen}, key=source_rank)


def paid_later(book: Book, chosen: Collection[Purse]) -> int:
    """Cash of the purses chosen that falls due after the horizon."""
    return sum(flow.tail for flow in flows(book) if flow.purse in chosen)


def _year(book: Book, own: list[Flow], chosen: Collection[Purse], year: int) -> MoneyYear:
    def total(series: Callable[[Flow], dict[int, int]]) -> int:
        return sum(series(flow)[year] for flow in own)

    used: dict[str, int] = {}
    for flow in own:
        used[flow.purse.source] = used.get(flow.purse.source, 0) + flow.spent[year]
    earlier = dict.fromkeys(used, 0)
    for account in book.plan.accounts:
        if account.vintage < year and Purse(account.source, account.district) in chosen:
            earlier[account.source] += account.used.get(year, 0)
    return MoneyYear(
        year=year,
        budget=total(lambda f: f.budget),
        carried_in=total(lambda f: f.carried_in),
        used=used,
        used_of_earlier=earlier,
        carried_out=total(lambda f: f.carried_out),
        lapsed=total(lambda f: f.lapsed),
        overdrawn=total(lambda f: f.overdrawn),
        paid=sum(
            row.yuan
            for row in book.plan.cash
            if row.year == year and row.source != ENTERPRISE and Purse(row.source, row.district) in chosen
        ),
    )
