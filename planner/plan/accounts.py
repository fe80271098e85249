"""Which vintage pays for what: the exact book-keeping of purses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.plan.types import Account
from planner.plan.works import Purse
from planner.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Spend:
    """An amount that a purse spends in a year on a patch whose works start in `start`.

    `kind` says what for: the works, or a `HoldingKind` (there `patch` may be a township, and `start` is the year).
    """

    purse: Purse
    year: int
    patch: str
    start: int
    yuan: int
    kind: str = "works"


@dataclass(frozen=True, slots=True)
class Draw:
    """The part of a spend that one vintage covers."""

    spend: Spend
    vintage: int
    yuan: int


def oldest_vintage(scenario: Scenario, year: int, start: int) -> int:
    """The oldest vintage that may pay in `year` for works that start in `start`.

    With ``carry.scope = "patch"`` money stays with its project: a vintage older than the start year
    cannot be carried to it.
    """
    oldest = year - scenario.carry.years
    return max(oldest, min(start, year)) if scenario.carry.scope == "patch" else oldest


def usable(scenario: Scenario, yuan: int) -> int:
    """What may be spent of a budget: all but the reserve that ``purse_accounts.reserve_percent`` sets aside."""
    free_percent: int = 100 - scenario.clause("purse_accounts").reserve_percent
    return yuan * free_percent // 100


def keep_accounts(scenario: Scenario, spends: Sequence[Spend]) -> tuple[tuple[Draw, ...], tuple[Account, ...]]:
    """Cover every spend within the horizon from vintages, oldest money first.

    Year by year the spends with the widest choice of vintages are served first, each from the oldest
    vintage it may use. Since every vintage that is usable in a year outlives the older ones, this covers as
    much as any other way of covering (earliest deadline first on interval demands); what no money
    covers is drawn on the vintage of its own year, which is then overdrawn.

    Returns
    -------
    draws, accounts
        Ordered by purse, year and patch; by purse and vintage.
    """
    budgets: dict[Purse, dict[int, int]] = {}
    for budget in scenario.budgets:
        budgets.setdefault(Purse(budget.source, budget.district), {})[budget.year] = budget.yuan
    free = {purse: {v: usable(scenario, yuan) for v, yuan in own.items()} for purse, own in budgets.items()}
    by_purse: dict[Purse, list[Spend]] = {purse: [] for purse in budgets}
    for spend in spends:
        if spend.yuan and spend.year <= scenario.horizon.last:
            by_purse.setdefault(spend.purse, []).append(spend)
    draws: list[Draw] = []
    accounts: list[Account] = []
    for purse in sorted(by_purse, key=lambda p: (p.source, p.district or "")):
        own = _draw(scenario, free.get(purse, {}), by_purse[purse])
        draws.extend(own)
        accounts.extend(_accounts(purse, budgets.get(purse, {}), free.get(purse, {}), own))
    return tuple(draws), tuple(accounts)


def _draw(scenario: Scenario, free: Mapping[int, int], spends: Sequence[Spend]) -> list[Draw]:
    left = dict(free)
    draws = []
    keyed = [(spend.year, oldest_vintage(scenario, spend.year, spend.start), spend) for spend in spends]
    for year, oldest, spend in sorted(keyed, key=lambda k: (k[0], k[1], k[2].patch, k[2].start, k[2].kind)):
        owed = spend.yuan
        for vintage in range(oldest, year + 1):
            part = min(owed, left.get(vintage, 0))
            if part:
                left[vintage] -= part
                owed -= part
                draws.append(Draw(spend, vintage, part))
        if owed:
            draws.append(Draw(spend, year, owed))
    return draws


def _accounts(purse: Purse, budget: Mapping[int, int], free: Mapping[int, int], draws: Sequence[Draw]) -> list[Account]:
    used: dict[int, dict[int, int]] = {vintage: {} for vintage in budget}
    for draw in draws:
        years = used.setdefault(draw.vintage, {})
        years[draw.spend.year] = years.get(draw.spend.year, 0) + draw.yuan
    return [
        Account(
            source=purse.source,
            district=purse.district,
            vintage=vintage,
            budget=budget.get(vintage, 0),
            used=dict(sorted(used[vintage].items())),
            lapsed=max(0, free.get(vintage, 0) - sum(used[vintage].values())),
            overdrawn=max(0, sum(used[vintage].values()) - free.get(vintage, 0)),
            reserved=budget.get(vintage, 0) - free.get(vintage, 0),
        )
        for vintage in sorted(used)
    ]
