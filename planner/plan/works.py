"""What the works on a patch come to: duration, price, payers and payments. Exact, no solver."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from planner.ledger import Ledger, Option, Patch, Treatment
from planner.ledger.category.rules import named
from planner.scenario import OWN_MONEY, FurtherSource, Scenario, WorksPart
from planner.units import half_up, half_up_part, split


class Purse(NamedTuple):
    """Where money comes from: a source, and a district or None for the city."""

    source: str
    district: str | None

    @property
    def text(self) -> str:
        """The purse as one word, for names of rows and places."""
        return self.source if self.district is None else f"{self.source}/{self.district}"


ENTERPRISE, USER = (Purse(source, None) for source in OWN_MONEY)
GOVERNMENT_SOURCES = ("municipal", "district", "central", "programme")


def is_government(source: str) -> bool:
    """Whether money of a source is public money."""
    return source.partition(":")[0] in GOVERNMENT_SOURCES


def has_purse(source: str) -> bool:
    """Whether money of a source comes from a purse with accounts; enterprises and users pay for their own sites."""
    return source not in OWN_MONEY


class Works:
    """Answers about patches, options and start years under one scenario.

    Parameters
    ----------
    ledger : Ledger
    scenario : Scenario
    """

    def __init__(self, ledger: Ledger, scenario: Scenario) -> None:
        self.ledger = ledger
        self.scenario = scenario
        self._indices: dict[int, Fraction] = {}
        self._factors: dict[int, tuple[int, int]] = {}
        self._payers: dict[object, dict[Purse, Fraction]] = {}
        self._contingency = 1 + Fraction(scenario.contingency_percent) / 100

    @cached_property
    def budgeted(self) -> frozenset[Purse]:
        """The purses that the scenario gives any money."""
        return frozenset(Purse(budget.source, budget.district) for budget in self.scenario.budgets)

    def options(self, patch: Patch) -> dict[str, Option]:
        """The options of a patch by id, the patch's defaults filled in."""
        return {option.option: option for option in self.ledger.options_of(patch)}

    def duration(self, patch: Patch, option: Option) -> int:
        """Years of work."""
        by_area = 1 if patch.area_m2 < self.scenario.durations.one_year_below_m2 else 2
        return option.duration_years or by_area

    def finish(self, patch: Patch, option: Option, start: int) -> int:
        """Year in which works that start in `start` are finished."""
        return start + self.duration(patch, option) - 1

    def task_area(self, patch: Patch, option: Option) -> int:
        """Area that counts as task and finished area, m²; works that only remove hazards restore none."""
        return patch.area_m2 if self.counts_as_task(patch, option) and not option.hazard_only else 0

    def counts_as_task(self, patch: Patch, option: Option) -> bool:
        """Whether its area and money are a task of the government: works, and not an enterprise's."""
        return not patch.by_enterprise and option.treatment is not Treatment.NATURAL

    def index(self, year: int) -> Fraction:
        """Price index of a year (1 in the base year)."""
        if year not in self._indices:
            prices = self.scenario.price_index
            base = prices.base_year or self.scenario.horizon.first
            self._indices[year] = (1 + Fraction(prices.rate)) ** (year - base)
        return self._indices[year]

    def cost(self, option: Option, start: int) -> int:
        """Whole cost in the prices of the start year with its contingency, half up to the yuan."""
        return half_up_part(option.cost_yuan, *self.price_factor(start))

    def price_factor(self, start: int) -> tuple[int, int]:
        """What an unindexed cost is multiplied with, contingency included: a fraction in lowest terms."""
        if start not in self._factors:
            self._factors[start] = (self.index(start) * self._contingency).as_integer_ratio()
        return self._factors[start]

    def by_user(self, patch: Patch) -> bool:
        """Whether the user that the ledger names restores it: inside the urban growth boundary (plan, ch. 4 sec. 2)."""
        wanted: bool = self.scenario.clause("payer").user_pays
        return wanted and patch.urban_growth_boundary and named(patch.named_user) and not patch.by_enterprise

    def from_purses(self, patch: Patch) -> bool:
        """Whether purses pay for it: neither an enterprise nor a named user restores it."""
        return not patch.by_enterprise and not self.by_user(patch)

    def payers(self, patch: Patch) -> dict[Purse, Fraction]:
        """Base payers of a patch with their shares, which sum to 1 (plan, ch. 5 sec. 2(1))."""
        if not self.from_purses(patch):
            return {USER if self.by_user(patch) else ENTERPRISE: Fraction(1)}
        alike = (patch.ever_licensed, patch.district, patch.district_shares)
        if alike not in self._payers:
            self._payers[alike] = self._from_purses(patch)
        return dict(self._payers[alike])

    def _from_purses(self, patch: Patch) -> dict[Purse, Fraction]:
        percent = self.scenario.clause("payer").municipal_share_percent if patch.ever_licensed else 0
        municipal = Fraction(percent, 100)
        shares: dict[Purse, Fraction] = {}
        if municipal:
            earmarked = Purse("municipal", patch.district)
            shares[earmarked if earmarked in self.budgeted else Purse("municipal", None)] = municipal
        if municipal < 1:
            agreed = patch.district_shares or ((patch.district, 1),)
            whole = sum(Fraction(weight) for _, weight in agreed)
            for district, weight in agreed:
                shares[Purse("district", district)] = (1 - municipal) * Fraction(weight) / whole
        return shares

    def commitments(self, patch: Patch, option: Option, start: int) -> dict[Purse, int]:
        """Whole cost by base payer, by largest remainder."""
        payers = self.payers(patch)
        if len(payers) == 1:
            return dict.fromkeys(payers, self.cost(option, start))
        return dict(zip(payers, split(self.cost(option, start), tuple(payers.values())), strict=True))

    def most_granted(self, source: FurtherSource, patch: Patch, option: Option, start: int, cost: int) -> int:
        """Most that a further source may pay for this choice, whose whole cost is `cost`; 0 where it is not eligible.

        A source that pays for some parts of the works pays no more than their part of the cost, rounded down: in
        the proportion of the ledger's cost breakdown, and all of it where an option only removes hazards.
        """
        if option.treatment is None or not source.eligible(patch, option.treatment, start) or self.by_user(patch):
            return 0
        most = cost * source.max_share_percent // 100
        if source.works:
            whole = patch.cost_yuan
            known = {part: getattr(patch, f"{part}_yuan") or 0 for part in WorksPart}
            if option.hazard_only:
                whole, known = 1, {WorksPart.HAZARD_REMOVAL: 1}
            funded = sum(yuan for part, yuan in known.items() if part in source.works)
            most = min(most, cost * funded // whole) if funded else 0
        return most if source.max_yuan_per_patch is None else min(most, source.max_yuan_per_patch)

    def payments(self, patch: Patch, option: Option, start: int) -> dict[int, int]:
        """Cash by calendar year, all payers together; it sums to the cost."""
        weights = option.cash_yuan or self.scenario.profile(self.duration(patch, option))
        parts = split(self.cost(option, start), weights)
        return {start + offset: yuan for offset, yuan in enumerate(parts) if yuan}

    def score(self, patch: Patch) -> int:
        """Priority score 0-100: the weighted factor scores, half up."""
        weights = self.scenario.score_weights
        weighted = (
            weights.bottom_line * patch.bottom_line
            + weights.resident_impact * patch.resident_impact
            + weights.landscape_damage * patch.landscape_damage
        )
        return half_up(Fraction(weighted, 100))


def share_payments(commitments: Mapping[Purse, int], payments: Mapping[int, int]) -> dict[Purse, dict[int, int]]:
    """Divide yearly payments among payers so that each pays its commitment exactly.

    Year by year, each payer's part is in proportion to what it still owes, by largest remainder;
    since the years and the payers sum to the same total, the last year settles every payer.

    Parameters
    ----------
    commitments : mapping of Purse to yuan
    payments : mapping of year to yuan
        Sums to the same total.
    """
    owed = dict(commitments)
    paid: dict[Purse, dict[int, int]] = {purse: {} for purse in owed}
    for year in sorted(payments):
        for purse, yuan in zip(owed, split(payments[year], tuple(owed.values())), strict=True):
            owed[purse] -= yuan
            if yuan:
                paid[purse][year] = yuan
    return paid


def waiting_years(first: int, last: int, start: int | None) -> int:
    """Years a patch waits: until its start year, or the whole horizon where it is not planned."""
    return last - first + 1 if start is None else start - first
