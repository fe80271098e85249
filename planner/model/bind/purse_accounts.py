"""No purse spends more than it has, vintage by vintage.

Which vintage pays for what is a transport from vintages to years, each year open to an interval of vintages that
ends with itself. Such a transport exists exactly when, for every run of vintages a..b, the spending that only
they may cover does not exceed them; so the rows are over the choices alone, and the vintages are worked out
exactly afterwards (`plan.accounts`).
"""

from collections import defaultdict
from collections.abc import Iterator
from math import gcd

import numpy as np

from planner.clauses import Settings
from planner.model.draft import Draft
from planner.plan import Purse
from planner.scenario import Scenario

Term = tuple[int, int]  # column, yuan
Window = tuple[int, int]  # oldest vintage that may pay, year of the spending


def bind(draft: Draft, settings: Settings) -> None:
    """For every purse and run of vintages: what only they may cover is within their budgets."""
    scenario = draft.scenario
    budgets: dict[Purse, dict[int, int]] = defaultdict(dict)
    for budget in scenario.budgets:
        budgets[Purse(budget.source, budget.district)][budget.year] = budget.yuan
    spending = _spending(draft)
    target = sum(budget.yuan for budget in scenario.budgets)
    for purse in sorted(spending, key=lambda p: p.text):
        own, windows = budgets[purse], spending[purse]
        years = range(min(low for low, _ in windows), max(year for _, year in windows) + 1)
        unit = gcd(*(yuan for terms in windows.values() for _, yuan in terms))
        breach: dict[int, int] = {}
        if settings.soft:
            unit = gcd(unit, *own.values()) or 1
            breach = {v: draft.add_breach(f"purse_accounts.{purse.text}.{v}", target, unit) for v in years}
        for a, b in _runs(windows, years):
            terms = [term for (low, year), own_terms in windows.items() if a <= low and year <= b for term in own_terms]
            columns = [column for column, _ in terms] + [breach[v] for v in range(a, b + 1) if v in breach]
            values = [yuan // unit for _, yuan in terms] + [-1] * (len(columns) - len(terms))
            money = sum(own.get(v, 0) for v in range(a, b + 1))
            draft.add_row(f"purse_accounts[{purse.text},{a}-{b}]", columns, values, -np.inf, money // unit)


def _spending(draft: Draft) -> dict[Purse, dict[Window, list[Term]]]:
    """What each purse spends by the window of vintages that may cover it, grants moved to their sources."""
    choices, scenario = draft.choices, draft.scenario
    spending: dict[Purse, dict[Window, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for row, purse, year, yuan in zip(
        choices.event_row.tolist(), choices.event_purse.tolist(), choices.event_year.tolist(),
        choices.event_yuan.tolist(), strict=True,
    ):  # fmt: skip
        window = _window(scenario, year, int(choices.start[row]))
        spending[choices.purses[purse]][window].append((row, yuan))
    for column in draft.grants:
        grant = column.grant
        window = _window(scenario, grant.year, column.start)
        spending[Purse(grant.from_source, grant.from_district)][window].append((column.column, -column.unit))
        spending[Purse(grant.source, grant.district)][window].append((column.column, column.unit))
    return spending


def _window(scenario: Scenario, year: int, start: int) -> Window:
    first = year - scenario.carry.years
    if scenario.carry.scope == "patch":
        first = max(first, start)
    return first, year


def _runs(windows: dict[Window, list[Term]], years: range) -> Iterator[tuple[int, int]]:
    """The runs of vintages whose row says something that shorter runs do not say together."""
    for a in years:
        for b in range(a, years.stop):
            inside = [(low, year) for low, year in windows if a <= low and year <= b]
            bridged = all(any(low <= cut < year for low, year in inside) for cut in range(a, b))
            if inside and bridged:
                yield a, b
