"""No purse spends more than it has: every yuan is traced to a vintage that may pay it."""

from collections import defaultdict
from collections.abc import Iterator

from planner.audit.case import Case, Violation
from planner.clauses.purse_accounts import PurseAccountsSettings
from planner.scenario import OWN_MONEY, Basis

Vintage = tuple[str, str | None, int]


def check(case: Case, settings: PurseAccountsSettings) -> Iterator[Violation]:
    """Each vintage that is overdrawn, and each yuan drawn on a vintage that may not pay it."""
    scenario = case.scenario
    budgets: dict[Vintage, int] = defaultdict(int)
    for budget in scenario.budgets:
        aside = -(-budget.yuan * settings.reserve_percent // 100)
        budgets[budget.source, budget.district, budget.year] += budget.yuan - aside
    starts = {task.patch: task.start for task in case.body.schedule}
    on_cash = scenario.basis == Basis.CASH
    rows = case.body.cash if on_cash else case.body.commitments
    drawn: dict[Vintage, int] = defaultdict(int)
    for row in rows:
        if row.source in OWN_MONEY or row.year > scenario.horizon.last or not row.yuan:
            continue
        oldest = row.year - scenario.carry.years
        if scenario.carry.scope == "patch":
            oldest = max(oldest, starts.get(row.patch, row.year))
        place = f"{row.patch}/{row.source}" + (f"/{row.district}" if row.district else "")
        if row.vintage is None or not oldest <= row.vintage <= row.year:
            yield Violation(f"{place}/{row.year}/{row.vintage}", 0, row.yuan, "yuan", "most")
        else:
            drawn[row.source, row.district, row.vintage] += row.yuan
    for charge in case.body.holding:
        if charge.year > scenario.horizon.last:
            continue
        oldest = charge.year - (0 if scenario.carry.scope == "patch" else scenario.carry.years)
        if charge.vintage is None or not oldest <= charge.vintage <= charge.year:
            place = f"{charge.kind}/{charge.place}/{charge.year}/{charge.vintage}"
            yield Violation(place, 0, charge.yuan, "yuan", "most")
        else:
            drawn[charge.source, charge.district, charge.vintage] += charge.yuan
    target = sum(budget.yuan for budget in scenario.budgets)
    for (source, district, vintage), yuan in sorted(drawn.items(), key=str):
        over = yuan - budgets[source, district, vintage]
        if over > 0:
            place = source + (f"/{district}" if district else "") + f"/{vintage}"
            if settings.soft:
                yield Violation(place, target, target + over, "yuan", "most")
            else:
                yield Violation(place, budgets[source, district, vintage], yuan, "yuan", "most")
