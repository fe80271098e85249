"""No purse spends more than it has: every yuan is traced to a vintage that may pay it."""

from collections import defaultdict
from collections.abc import Iterator

from planner.audit.case import Case, Violation
from planner.clauses import Settings
from planner.scenario import Basis

Vintage = tuple[str, str | None, int]


def check(case: Case, settings: Settings) -> Iterator[Violation]:
    """Each vintage that is overdrawn, and each yuan drawn on a vintage that may not pay it."""
    scenario = case.scenario
    budgets: dict[Vintage, int] = defaultdict(int)
    for budget in scenario.budgets:
        budgets[budget.source, budget.district, budget.year] += budget.yuan
    starts = {task.patch: task.start for task in case.body.schedule}
    on_cash = scenario.basis == Basis.CASH
    rows = case.body.cash if on_cash else case.body.commitments
    drawn: dict[Vintage, int] = defaultdict(int)
    for row in rows:
        if row.source == "enterprise" or row.year > scenario.horizon.last or not row.yuan:
            continue
        oldest = row.year - scenario.carry.years
        if scenario.carry.scope == "patch":
            oldest = max(oldest, starts.get(row.patch, row.year))
        place = f"{row.patch}/{row.source}" + (f"/{row.district}" if row.district else "")
        if row.vintage is None or not oldest <= row.vintage <= row.year:
            yield Violation(f"{place}/{row.year}/{row.vintage}", 0, row.yuan, "yuan", "most")
        else:
            drawn[row.source, row.district, row.vintage] += row.yuan
    target = sum(budget.yuan for budget in scenario.budgets)
    for (source, district, vintage), yuan in sorted(drawn.items(), key=str):
        over = yuan - budgets[source, district, vintage]
        if over > 0:
            place = source + (f"/{district}" if district else "") + f"/{vintage}"
            if settings.soft:
                yield Violation(place, target, target + over, "yuan", "most")
            else:
                yield Violation(place, budgets[source, district, vintage], yuan, "yuan", "most")
