"""Budgets are spent, not only granted."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from planner.audit.case import Case, Violation
from planner.clauses.minimum_execution import MinimumExecutionSettings
from planner.scenario import Basis


def check(case: Case, settings: MinimumExecutionSettings) -> Iterator[Violation]:
    """Each purse (or source) and year measured that spends too little of its budget."""
    scenario = case.scenario
    measured = {"municipal", "district"} if settings.sources is None else set(settings.sources)
    usable: Counter[tuple[str, int]] = Counter()
    spent: Counter[tuple[str, int]] = Counter()
    for budget in scenario.budgets:
        aside = ceil(Fraction(budget.yuan * scenario.clause("purse_accounts").reserve_percent, 100))
        if budget.source in measured:
            usable[_who(settings, budget.source, budget.district), budget.year] += budget.yuan - aside
    for row in case.body.cash if scenario.basis == Basis.CASH else case.body.commitments:
        spent[_who(settings, row.source, row.district), row.year] += row.yuan
    for charge in case.body.holding:
        spent[_who(settings, charge.source, charge.district), charge.year] += charge.yuan
    for (who, year), yuan in sorted(usable.items()):
        counted = year in scenario.horizon.years if settings.years is None else year in settings.years
        least = ceil(Fraction(yuan * settings.percent, 100))
        if counted and spent[who, year] < least:
            yield Violation(f"{who}/{year}", least, spent[who, year], "yuan", "least")


def _who(settings: MinimumExecutionSettings, source: str, district: str | None) -> str:
    return f"{source}/{district}" if settings.each_purse and district else source
