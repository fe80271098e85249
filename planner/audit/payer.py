"""Who pays: what each source gives to each patch, against what it owes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from planner.audit.case import Case, Violation
from planner.clauses.payer import PayerSettings
from planner.ledger import Option, Patch
from planner.scenario import BASE_SOURCES

Payer = tuple[str, str | None]


def check(case: Case, settings: PayerSettings) -> Iterator[Violation]:
    """Each payer that gives more than it owes or may, and each patch that is not paid for exactly."""
    for series, rows in (("commitments", case.body.commitments), ("cash", case.body.cash)):
        paid: dict[str, dict[Payer, int]] = defaultdict(lambda: defaultdict(int))
        for row in rows:
            paid[row.patch][row.source, row.district] += row.yuan
            if row.yuan < 0:
                yield Violation(f"{series}/{row.patch}/{row.source}", 0, row.yuan, "yuan", "least")
        for task, patch, option in case.tasks:
            cost = case.price(option, task.start)
            for violation in _of_patch(case, settings, patch, option, cost, paid.pop(patch.patch, {})):
                yield Violation(
                    f"{series}/{violation.place}", violation.required, violation.actual, "yuan", violation.side
                )
        for name, by_payer in paid.items():
            yield Violation(f"{series}/{name}", 0, sum(by_payer.values()), "yuan", "most")


def _of_patch(
    case: Case, settings: PayerSettings, patch: Patch, option: Option, cost: int, paid: Mapping[Payer, int]
) -> Iterator[Violation]:
    total = sum(paid.values())
    if total != cost:
        yield Violation(patch.patch, cost, total, "yuan", "exactly")
    further = 0
    owed = base_payers_owe(case, settings, patch, cost)
    for (source, district), yuan in paid.items():
        if source in BASE_SOURCES or source == "enterprise":
            if yuan > owed.get((source, district), 0):
                place = f"{patch.patch}/{source}" + (f"/{district}" if district else "")
                yield Violation(place, owed.get((source, district), 0), yuan, "yuan", "most")
        else:
            further += yuan
            rule = next((s for s in case.scenario.sources if s.source == source), None)
            may = rule is not None and option.treatment is not None and rule.eligible(patch, option.treatment)
            cap = cost * rule.max_share_percent // 100 if rule is not None and may else 0
            if district not in (None, patch.district):
                cap = 0
            if yuan > cap:
                yield Violation(f"{patch.patch}/{source}", cap, yuan, "yuan", "most")
    if patch.by_enterprise and further:
        yield Violation(patch.patch, 0, further, "yuan", "most")


def base_payers_owe(case: Case, settings: PayerSettings, patch: Patch, cost: int) -> dict[Payer, int]:
    """What base payers owe at most: shares of the cost, the largest remainders rounded up."""
    if patch.by_enterprise:
        return {("enterprise", None): cost}
    municipal = settings.municipal_share_percent if patch.ever_licensed else 0
    weights: dict[Payer, Fraction] = {}
    if municipal:
        budgeted = any(b.source == "municipal" and b.district == patch.district for b in case.scenario.budgets)
        weights["municipal", patch.district if budgeted else None] = Fraction(municipal)
    if municipal < 100:
        shares = dict(patch.district_shares) or {patch.district: Decimal(1)}
        whole = sum(shares.values())
        for district, share in shares.items():
            weights["district", district] = (100 - municipal) * Fraction(share) / Fraction(whole)
    exact = {payer: cost * weight / 100 for payer, weight in weights.items()}
    parts = {payer: int(amount) for payer, amount in exact.items()}
    left = cost - sum(parts.values())
    order = list(exact)
    for payer in sorted(order, key=lambda p: (parts[p] - exact[p], order.index(p)))[:left]:
        parts[payer] += 1
    return parts
