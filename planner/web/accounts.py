"""The purses year by year: what came in, what was used, what went over to the next year, what lapsed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.plan import Account, Payment
from planner.scenario import Scenario


@dataclass(frozen=True)
class PurseYear:
    """One year of a purse, or of several together; money in the smallest unit.

    ``budget + carried_in + overdrawn = Σ used + carried_out + lapsed`` holds exactly.

    Parameters
    ----------
    year : int
    budget : int
        Of this year.
    carried_in : int
        Left of earlier years' money and still usable.
    used : dict of str to int
        By source, whatever year's money it is.
    used_of_earlier : dict of str to int
        The part of `used` that is earlier years' money.
    carried_out : int
        Left at the end of the year and usable in the next.
    lapsed : int
        Left at the end of the year and usable no more.
    overdrawn : int
        Used beyond what there was.
    paid : int
        Cash that leaves the purses in the year, whichever series the budgets bind.
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


def purse_years(scenario: Scenario, accounts: Sequence[Account], cash: Sequence[Payment]) -> tuple[PurseYear, ...]:
    """The years of the horizon for the purses whose accounts are given.

    Parameters
    ----------
    scenario : Scenario
    accounts, cash
        Of one purse, or of several that are to be seen together.
    """
    return tuple(_year(scenario, accounts, cash, year) for year in scenario.horizon.years)


def _year(scenario: Scenario, accounts: Sequence[Account], cash: Sequence[Payment], year: int) -> PurseYear:
    used: dict[str, int] = {}
    earlier: dict[str, int] = {}
    budget = carried_in = carried_out = lapsed = overdrawn = 0
    for account in accounts:
        before = account.budget - sum(yuan for y, yuan in account.used.items() if y < year)
        now = account.used.get(year, 0)
        if account.vintage > year:
            continue
        last_use = account.vintage + scenario.carry.years
        if account.vintage == year:
            budget += account.budget
        elif last_use >= year:
            carried_in += max(0, before)
        if now:
            used[account.source] = used.get(account.source, 0) + now
            if account.vintage < year:
                earlier[account.source] = earlier.get(account.source, 0) + now
        if last_use < year:
            continue
        left = max(0, before) - now
        overdrawn += max(0, -left)
        if last_use > year:
            carried_out += max(0, left)
        else:
            lapsed += max(0, left)
    paid = sum(row.yuan for row in cash if row.year == year)
    return PurseYear(year, budget, carried_in, used, earlier, carried_out, lapsed, overdrawn, paid)


def paid_later(scenario: Scenario, cash: Sequence[Payment]) -> int:
    """Cash that falls due after the horizon."""
    return sum(row.yuan for row in cash if row.year > scenario.horizon.last)


def sources(accounts: Sequence[Account]) -> tuple[str, ...]:
    """The sources in the order in which people name them: the base payers, then the others by name."""
    base = ("municipal", "district", "central")
    found = {account.source for account in accounts}
    return (*[s for s in base if s in found], *sorted(found.difference(base)))
