"""No purse spends more than it has, vintage by vintage.

Which vintage pays for what is a transport from vintages to years, each year open to an interval of vintages that
ends with itself. Such a transport exists exactly when, for every run of vintages a..b, the spending that only
they may cover does not exceed them; so the rows can be over the choices alone. Over a long horizon there are too many
runs, and the transport itself is written down instead: columns for what each window draws from each vintage.
Either way the vintages are worked out exactly afterwards (`plan.accounts`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import gcd

import numpy as np

from planner.clauses.purse_accounts import PurseAccountsSettings
from planner.model.bind._holding import charge_holding
from planner.model.bind._windows import Terms, Window, joined, spending_by_window
from planner.model.draft import Draft, Lent, PurseRow
from planner.plan import Purse
from planner.scenario import Scenario

MOST_UNITS = 100_000_000  # of one spending, beside which a solver's tolerances still see a single unit of a draw
MOST_RUNS_PER_YEAR = 5  # beyond it the transport is smaller; both have the same relaxation


def bind(draft: Draft, settings: PurseAccountsSettings) -> None:
    """What every purse spends within the horizon can be covered by its vintages."""
    scenario = draft.scenario
    budgets: dict[Purse, dict[int, int]] = defaultdict(dict)
    for budget in scenario.budgets:
        usable = budget.yuan * (100 - settings.reserve_percent) // 100
        budgets[Purse(budget.source, budget.district)][budget.year] = usable
    spending = spending_by_window(draft)
    constant: dict[Purse, dict[Window, int]] = defaultdict(dict)
    if scenario.charge_holding:
        constant = charge_holding(draft, spending)
    target = sum(budget.yuan for budget in scenario.budgets)
    for purse in sorted(spending, key=lambda p: p.text):
        windows, fixed = spending[purse], constant[purse]
        years = range(min(low for low, _ in windows), max(year for _, year in windows) + 1)
        amounts = joined(windows.values()).yuan
        unit = gcd(int(np.gcd.reduce(amounts)), *fixed.values()) or 1
        breach: dict[int, int] = {}
        if settings.soft:
            unit = gcd(unit, *budgets[purse].values()) or 1
            most = sum(np.maximum(0, amounts).tolist()) // unit
            most += sum(fixed.values()) // unit
            breach = {v: draft.add_breach(f"purse_accounts.{purse.text}.{v}", target, most, unit) for v in years}
            draft.lent.update({column: Lent(purse, v, unit) for v, column in breach.items()})
        account = _Account(purse, windows, fixed, budgets[purse], unit, breach)
        runs = list(runs_of_vintages(windows, years))
        largest = int(amounts.max(initial=0)) // unit
        if len(runs) <= MOST_RUNS_PER_YEAR * len(years) or largest > MOST_UNITS:
            _bind_runs(draft, account, runs)
        else:
            # part of a vintage may be left for another year, so each budget has to be whole in the unit, not only sums
            _bind_transport(draft, replace(account, unit=gcd(unit, *budgets[purse].values()) or 1))


@dataclass(frozen=True, slots=True)
class _Account:
    """One purse: what it spends by window, whatever is picked and with each pick; its budgets; the unit of all that."""

    purse: Purse
    windows: dict[Window, Terms]
    fixed: dict[Window, int]
    budget: dict[int, int]
    unit: int
    breach: dict[int, int]  # vintage -> column

    @property
    def name(self) -> str:
        return self.purse.text

    def row(self, vintages: range) -> PurseRow:
        """What the picks may spend of a run of vintages."""
        fixed = sum(yuan for (low, year), yuan in self.fixed.items() if low in vintages and year in vintages)
        yuan = sum(self.budget.get(v, 0) for v in vintages) - fixed
        return PurseRow(self.purse, vintages, self.unit, yuan)


def _bind_runs(draft: Draft, account: _Account, runs: list[tuple[int, int]]) -> None:
    for a, b in runs:
        spent = joined(terms for (low, year), terms in account.windows.items() if a <= low and year <= b)
        lent = [account.breach[v] for v in range(a, b + 1) if v in account.breach]
        columns = np.concatenate([spent.column, np.asarray(lent, dtype=np.int64)])
        values = np.concatenate([spent.yuan // account.unit, np.full(len(lent), -1)])
        name = f"purse_accounts[{account.name},{a}-{b}]"
        row = draft.purse_rows[name] = account.row(range(a, b + 1))
        draft.add_row(name, columns, values, -np.inf, row.yuan // row.unit)


def _bind_transport(draft: Draft, account: _Account) -> None:
    drawn: dict[int, list[int]] = defaultdict(list)
    for (low, year), terms in account.windows.items():
        draws = []
        for vintage in range(low, year + 1):
            if account.budget.get(vintage, 0) or vintage in account.breach:
                draws.append(draft.add_column(f"use[{account.name},{vintage},{low}-{year}]"))
                drawn[vintage].append(draws[-1])
        columns = np.concatenate([terms.column, np.asarray(draws, dtype=np.int64)])
        values = np.concatenate([terms.yuan // account.unit, np.full(len(draws), -1)])
        fixed = account.fixed.get((low, year), 0) // account.unit
        draft.add_row(f"purse_accounts[{account.name},{low}-{year}]", columns, values, -np.inf, -fixed)
    for vintage, draws in drawn.items():
        lent = [account.breach[vintage]] if vintage in account.breach else []
        name, money = f"purse_accounts[{account.name},{vintage}]", account.budget.get(vintage, 0)
        draft.purse_rows[name] = PurseRow(account.purse, range(vintage, vintage + 1), account.unit, money)
        draft.add_row(name, [*draws, *lent], [*(1 for _ in draws), *(-1 for _ in lent)], -np.inf, money // account.unit)


def window_of(scenario: Scenario, year: int, start: int) -> Window:
    """The oldest vintage that may pay for a spending, and the spending's year."""
    first = year - scenario.carry.years
    if scenario.carry.scope == "patch":
        first = max(first, start)
    return first, year


def runs_of_vintages(windows: Iterable[Window], years: range) -> Iterator[tuple[int, int]]:
    """The runs of vintages whose row says something that shorter runs do not say together."""
    own = list(windows)
    for a in years:
        for b in range(a, years.stop):
            inside = [(low, year) for low, year in own if a <= low and year <= b]
            bridged = all(any(low <= cut < year for low, year in inside) for cut in range(a, b))
            if inside and bridged:
                yield a, b
