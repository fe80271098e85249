"""Budgets are spent, not only granted."""

from collections import defaultdict
from math import gcd

import numpy as np

from planner.clauses.minimum_execution import MinimumExecutionSettings
from planner.model.bind._holding import charge_holding
from planner.model.bind._windows import Terms, joined, spending_by_window
from planner.model.draft import Draft
from planner.model.townships import starts_behind
from planner.plan import Purse

Measured = tuple[str, int]  # a purse or a source in words, and a year


def bind(draft: Draft, settings: MinimumExecutionSettings) -> None:
    """What is spent in each year measured reaches its part of that year's budget."""

    def name(purse: Purse) -> str:
        return purse.text if settings.each_purse else purse.source

    scenario = draft.scenario
    sources = settings.sources or ("municipal", "district")
    years = settings.years or tuple(scenario.horizon.years)
    reserve: int = scenario.clause("purse_accounts").reserve_percent
    usable: dict[Measured, int] = defaultdict(int)
    for budget in scenario.budgets:
        if budget.source in sources and budget.year in years:
            usable[name(Purse(budget.source, budget.district)), budget.year] += budget.yuan * (100 - reserve) // 100
    required = {key: -(-yuan * settings.percent // 100) for key, yuan in usable.items() if yuan * settings.percent}
    if not required:
        return
    spent, fixed = _spending(draft)
    measured: dict[Measured, list[tuple[Purse, int]]] = defaultdict(list)
    for purse, year in {**spent, **fixed}:
        measured[name(purse), year].append((purse, year))
    for (who, year), yuan in required.items():
        own = measured[who, year]
        terms = joined(part for key in own for part in spent.get(key, []))
        low = yuan - sum(fixed.get(key, 0) for key in own)
        draft.limit_columns(
            f"minimum_execution[{who},{year}]", settings, terms.column, terms.yuan, low=low,
            unit=gcd(low, int(np.gcd.reduce(terms.yuan))) or 1, target=yuan,
        )  # fmt: skip


def _spending(draft: Draft) -> tuple[dict[tuple[Purse, int], list[Terms]], dict[tuple[Purse, int], int]]:
    """By purse and year: what each column spends, and what is spent whatever is picked."""
    spent: dict[tuple[Purse, int], list[Terms]] = defaultdict(list)
    fixed: dict[tuple[Purse, int], int] = defaultdict(int)
    spending = spending_by_window(draft)
    if draft.scenario.charge_holding:
        for payer, windows in charge_holding(draft, spending).items():
            for (_, year), yuan in windows.items():
                fixed[payer, year] += yuan
        if draft.scenario.holding.mobilisation_yuan:
            starts_behind(draft)
    for payer, own in spending.items():
        for (_, year), terms in own.items():
            spent[payer, year].append(terms)
    return spent, fixed
