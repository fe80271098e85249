"""Who pays: what each source gives to each patch, against what it owes or may give."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from planner.audit.case import Case, Violation
from planner.clauses.payer import PayerSettings
from planner.ledger import Option, Patch
from planner.scenario import BASE_SOURCES, OWN_MONEY, FurtherSource

Payer = tuple[str, str | None]
WORKS = ("hazard_removal", "land_levelling", "revegetation", "rock_face")


def check(case: Case, settings: PayerSettings) -> Iterator[Violation]:
    """Each payer that gives more than it owes or may, each patch not paid for exactly, and works funded twice."""
    for series, rows in (("commitments", case.body.commitments), ("cash", case.body.cash)):
        paid: dict[str, dict[Payer, int]] = defaultdict(lambda: defaultdict(int))
        for row in rows:
            paid[row.patch][row.source, row.district] += row.yuan
            if row.yuan < 0:
                yield Violation(f"{series}/{row.patch}/{row.source}", 0, row.yuan, "yuan", "least")
        for task, patch, option in case.tasks:
            by_payer = paid.pop(patch.patch, {})
            found = [*_of_patch(case, settings, patch, option, task.start, by_payer)]
            if settings.one_programme_per_works:
                found += _funded_twice(case, patch, by_payer)
            for violation in found:
                yield replace(violation, place=f"{series}/{violation.place}")
        for name, by_payer in paid.items():
            yield Violation(f"{series}/{name}", 0, sum(by_payer.values()), "yuan", "most")


def _of_patch(
    case: Case, settings: PayerSettings, patch: Patch, option: Option, start: int, paid: Mapping[Payer, int]
) -> Iterator[Violation]:
    cost = case.price(option, start)
    total = sum(paid.values())
    if total != cost:
        yield Violation(patch.patch, cost, total, "yuan", "exactly")
    further: dict[str, int] = {}
    owed = base_payers_owe(case, settings, patch, cost)
    for (source, district), yuan in paid.items():
        if source in BASE_SOURCES or source in OWN_MONEY:
            if yuan > owed.get((source, district), 0):
                place = f"{patch.patch}/{source}" + (f"/{district}" if district else "")
                yield Violation(place, owed.get((source, district), 0), yuan, "yuan", "most")
        elif district not in (None, patch.district):
            yield Violation(f"{patch.patch}/{source}/{district}", 0, yuan, "yuan", "most")
        else:
            further[source] = further.get(source, 0) + yuan
    for source, yuan in further.items():
        rule = next((s for s in case.scenario.sources if s.source == source), None)
        cap = _cap(case, rule, patch, option, start, cost) if rule is not None else 0
        if yuan > cap:
            yield Violation(f"{patch.patch}/{source}", cap, yuan, "yuan", "most")


def _cap(case: Case, rule: FurtherSource, patch: Patch, option: Option, start: int, cost: int) -> int:
    """Most that a further source may give: the least of its limits, nothing where one of its conditions fails."""
    conditions = [
        not patch.by_enterprise,
        not case.by_user(patch),
        option.treatment in rule.treatments,
        patch.kind in rule.kinds or not rule.kinds,
        patch.district in rule.districts or not rule.districts,
        patch.hazard_points == 0 or not rule.hazard_free,
        (rule.first_start or start) <= start <= (rule.last_start or start),
        *(getattr(patch, name) is wanted for name, wanted in rule.require.items()),
    ]
    limits = [Fraction(cost * rule.max_share_percent, 100)]
    if rule.works:
        limits.append(cost * _part_of_cost(rule, patch, option))
    if rule.max_yuan_per_patch is not None:
        limits.append(Fraction(rule.max_yuan_per_patch))
    return int(min(limits)) if all(conditions) else 0


def _part_of_cost(rule: FurtherSource, patch: Patch, option: Option) -> Fraction:
    """How much of a patch's works a source with named works pays for, as a share of their cost."""
    if option.hazard_only:
        return Fraction("hazard_removal" in rule.works)
    parts = {name: getattr(patch, f"{name}_yuan") for name in WORKS}
    if all(yuan is None for yuan in parts.values()) or patch.cost_yuan == 0:
        return Fraction(0)
    return Fraction(sum(parts[name] or 0 for name in WORKS if name in rule.works), patch.cost_yuan)


def _funded_twice(case: Case, patch: Patch, paid: Mapping[Payer, int]) -> Iterator[Violation]:
    """Each kind of works for which two or more sources of public money pay on one patch."""
    rules = {rule.source: rule for rule in case.scenario.sources if rule.source != "social"}
    funding = sorted({source for (source, _), yuan in paid.items() if yuan > 0 and source in rules})
    for name in WORKS:
        payers = [source for source in funding if not rules[source].works or name in rules[source].works]
        if len(payers) > 1:
            yield Violation(f"{patch.patch}/{name}", 1, len(payers), "sources", "most")


def base_payers_owe(case: Case, settings: PayerSettings, patch: Patch, cost: int) -> dict[Payer, int]:
    """What base payers owe at most: shares of the cost, the largest remainders rounded up."""
    if patch.by_enterprise:
        return {("enterprise", None): cost}
    if case.by_user(patch):
        return {("user", None): cost}
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
