"""Purses hold even when some works cost more than planned: the worst case is found by sorting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.audit.case import Case, Violation
from planner.clauses.robust_accounts import RobustAccountsSettings
from planner.scenario import OWN_MONEY, Basis

Payer = tuple[str, str | None]
Entry = tuple[int, int, str, int, int]  # oldest vintage, year, patch, yuan spent, yuan owed before grants


def check(case: Case, settings: RobustAccountsSettings) -> Iterator[Violation]:
    """Each purse and run of years whose worst case is more than its money; held softly, each purse's worst run."""
    budgets: dict[Payer, dict[int, int]] = defaultdict(dict)
    for budget in case.scenario.budgets:
        budgets[budget.source, budget.district][budget.year] = budget.yuan
    target = sum(budget.yuan for budget in case.scenario.budgets)
    for (source, district), entries in sorted(_entries(case).items(), key=str):
        name = source + (f"/{district}" if district else "")
        oldest, latest = min(e[0] for e in entries), max(e[1] for e in entries)
        worst_of_all = 0
        for a in range(oldest, latest + 1):
            for b in range(a, latest + 1):
                inside = [e for e in entries if a <= e[0] and e[1] <= b]
                money = sum(budgets[source, district].get(v, 0) for v in range(a, b + 1))
                worst = sum(e[3] for e in inside) + _dearest(inside, settings)
                worst_of_all = max(worst_of_all, worst - money)
                if inside and worst > money and not settings.soft:
                    yield Violation(f"{name}/{a}-{b}", money, worst, "yuan", "most")
        if settings.soft and worst_of_all > 0:
            yield Violation(name, target, target + worst_of_all, "yuan", "most")


def _dearest(entries: list[Entry], settings: RobustAccountsSettings) -> int:
    owed: dict[str, int] = defaultdict(int)
    for _, _, patch, _, yuan in entries:
        owed[patch] += yuan
    overruns = sorted((-(-yuan * settings.percent // 100) for yuan in owed.values()), reverse=True)
    return sum(overruns[: settings.gamma])


def _entries(case: Case) -> dict[Payer, list[Entry]]:
    """What each purse spends within the horizon, and what it would owe had no further source helped."""
    scenario = case.scenario
    on_cash, before = scenario.basis == Basis.CASH, scenario.carry.years
    starts = {task.patch: task.start for task in case.body.schedule}
    entries: dict[Payer, list[Entry]] = defaultdict(list)

    def oldest(patch: str, year: int) -> int:
        return max(year - before, starts.get(patch, year)) if scenario.carry.scope == "patch" else year - before

    for row in case.body.cash if on_cash else case.body.commitments:
        if row.source not in OWN_MONEY and row.year <= scenario.horizon.last:
            owed = row.yuan if row.source in ("municipal", "district") else 0
            entries[row.source, row.district].append((oldest(row.patch, row.year), row.year, row.patch, row.yuan, owed))
    for grant in case.body.auxiliary.grants:
        low = oldest(grant.patch, grant.year)
        entries[grant.from_source, grant.from_district].append((low, grant.year, grant.patch, 0, grant.yuan))
    for charge in case.body.holding:
        if charge.year <= scenario.horizon.last:
            low = charge.year - (0 if scenario.carry.scope == "patch" else before)
            entries[charge.source, charge.district].append((low, charge.year, "", charge.yuan, 0))
    return entries
