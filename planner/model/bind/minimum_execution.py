"""Budgets are spent, not only granted."""

from collections import defaultdict
from math import gcd

import numpy as np

from planner.clauses.minimum_execution import MinimumExecutionSettings
from planner.model.bind._holding import Term, Window, charge_holding
from planner.model.bind._money import spending_of_works
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
    for (who, year), yuan in required.items():
        purses = [purse for purse, y in {**spent, **fixed} if y == year and name(purse) == who]
        terms = [term for purse in purses for term in spent.get((purse, year), [])]
        table = np.asarray(terms, dtype=np.int64).reshape(-1, 2)
        low = yuan - sum(fixed.get((purse, year), 0) for purse in purses)
        draft.limit_columns(
            f"minimum_execution[{who},{year}]", settings, table[:, 0], table[:, 1], low=low,
            unit=gcd(low, *table[:, 1].tolist()) or 1, target=yuan,
        )  # fmt: skip


def _spending(draft: Draft) -> tuple[dict[tuple[Purse, int], list[Term]], dict[tuple[Purse, int], int]]:
    """By purse and year: what each column spends, and what is spent whatever is picked."""
    spent: dict[tuple[Purse, int], list[Term]] = defaultdict(list)
    fixed: dict[tuple[Purse, int], int] = defaultdict(int)
    works = spending_of_works(draft)
    for purse, year, column, yuan in zip(
        works.purse.tolist(), works.year.tolist(), works.column.tolist(), works.yuan.tolist(), strict=True
    ):
        spent[works.purses[purse], year].append((column, yuan))
    if draft.scenario.charge_holding:
        charges: dict[Purse, dict[Window, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for payer, windows in charge_holding(draft, charges).items():
            for (_, year), yuan in windows.items():
                fixed[payer, year] += yuan
        for payer, own in charges.items():
            for (_, year), terms in own.items():
                spent[payer, year] += terms
        if draft.scenario.holding.mobilisation_yuan:
            starts_behind(draft)
    return spent, fixed
