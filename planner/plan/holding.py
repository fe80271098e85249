"""What sites cost beside their works: cover, enclosure, aftercare, and setting up in a township."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from planner.ledger import Option, Patch, Treatment
from planner.plan.works import Purse, Works
from planner.units import M2_PER_HECTARE, half_up_part


class HoldingKind(StrEnum):
    """What the money is for."""

    COVER = "cover"
    ENCLOSURE = "enclosure"
    AFTERCARE = "aftercare"
    MOBILISATION = "mobilisation"


class HoldingCost(NamedTuple):
    """So much in a year; aftercare may fall after the horizon."""

    kind: HoldingKind
    year: int
    yuan: int


def holding_costs(works: Works, patch: Patch, option: Option | None, start: int | None) -> Iterator[HoldingCost]:
    """What a patch costs year by year beside its works, unindexed (plan, ch. 4 sec. 4(2), ch. 5 sec. 3).

    Parameters
    ----------
    option, start
        What is planned for it; both None where nothing is.

    Notes
    -----
    Enterprises and named users hold their own sites. A site waits, under cover, until its works start, or the whole
    horizon; works that only remove hazards leave it waiting. A site of natural recovery is enclosed in every year.
    Restored sites are looked after for ``holding.aftercare_years`` after their works. Amounts are rounded half up per
    patch and year.
    """
    if not works.from_purses(patch):
        return
    horizon, rates = works.scenario.horizon, works.scenario.holding
    natural = patch.treatment is Treatment.NATURAL
    begins = horizon.last + 1 if option is None or start is None or option.hazard_only else start
    before = HoldingKind.ENCLOSURE if natural else HoldingKind.COVER
    rate = rates.enclosure_yuan_per_hectare_year if natural else rates.cover_yuan_per_hectare_year
    if yearly := _yearly(patch, rate):
        for year in range(horizon.first, begins):
            yield HoldingCost(before, year, yearly)
    if option is None or begins > horizon.last:
        return
    if option.treatment is Treatment.NATURAL:
        if yearly := _yearly(patch, rates.enclosure_yuan_per_hectare_year):
            for year in range(begins, horizon.last + 1):
                yield HoldingCost(HoldingKind.ENCLOSURE, year, yearly)
    elif yearly := _yearly(patch, rates.aftercare_yuan_per_hectare_year):
        done = works.finish(patch, option, begins)
        for year in range(done + 1, done + 1 + rates.aftercare_years):
            yield HoldingCost(HoldingKind.AFTERCARE, year, yearly)


def township_of(patch: Patch) -> str:
    """The place where a contractor sets up: the township, or the patch by itself where none is named."""
    return f"{patch.district}/{patch.township or patch.patch}"


def township_payer(patch: Patch) -> Purse:
    """Who pays for setting up there: the district."""
    return Purse("district", patch.district)


def _yearly(patch: Patch, rate: int) -> int:
    return half_up_part(patch.area_m2, rate, M2_PER_HECTARE)
