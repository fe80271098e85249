"""What sites cost beside their works, for all patches and choices at once: `plan.holding` over arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.ledger import Treatment
from planner.model.amounts import Ints, half_up_each
from planner.units import M2_PER_HECTARE

if TYPE_CHECKING:
    from planner.model.choices import Bools
    from planner.model.draft import Draft


@dataclass(frozen=True, slots=True)
class Holding:
    """Yuan a year of each patch, and over which years each choice brings which of them.

    Parameters
    ----------
    first, last : int
        Of the horizon.
    waiting, enclosed, after : int arrays, shape (patches,)
        A year's cover of a site that waits (of natural recovery: its enclosure), its enclosure once natural recovery
        has begun, its aftercare; 0 where no purse pays for the patch.
    patch, begins, done : int arrays, shape (n,)
        Of the choices: the year up to which the site waits (after the horizon where only hazards are removed), and
        the year in which works are finished.
    natural : bool array, shape (n,)
    aftercare_years : int
    """

    first: int
    last: int
    waiting: Ints
    enclosed: Ints
    after: Ints
    patch: Ints
    begins: Ints
    done: Ints
    natural: Bools
    aftercare_years: int

    @property
    def years(self) -> int:
        """Years of the horizon: as long waits a site for which nothing is planned."""
        return self.last - self.first + 1

    def planned(self) -> Ints:
        """What each choice brings in all, years after the horizon included; shape (n,)."""
        begun = self.begins <= self.last
        enclosed = self.enclosed[self.patch] * np.where(begun & self.natural, self.last + 1 - self.begins, 0)
        after = self.after[self.patch] * np.where(begun & ~self.natural, self.aftercare_years, 0)
        return self.waiting[self.patch] * (self.begins - self.first) + enclosed + after


def holding_of(draft: Draft) -> Holding:
    """The holding costs of a draft's patches and choices."""
    choices, horizon, rates = draft.choices, draft.scenario.horizon, draft.scenario.holding
    paid = np.asarray(choices.from_purses, dtype=np.int64)
    area = np.asarray([patch.area_m2 for patch in choices.patches], dtype=np.int64)
    cover, enclosed, after = (
        paid * np.asarray(half_up_each(area, rate, M2_PER_HECTARE), dtype=np.int64)
        for rate in (
            rates.cover_yuan_per_hectare_year, rates.enclosure_yuan_per_hectare_year,
            rates.aftercare_yuan_per_hectare_year,
        )
    )  # fmt: skip
    natural = np.asarray([patch.treatment is Treatment.NATURAL for patch in choices.patches], dtype=bool)
    hazard_only = choices.of_options(lambda option: option.hazard_only)
    return Holding(
        first=horizon.first,
        last=horizon.last,
        waiting=np.where(natural, enclosed, cover),
        enclosed=enclosed,
        after=after,
        patch=choices.patch,
        begins=np.where(hazard_only, horizon.last + 1, choices.start),
        done=choices.finish,
        natural=choices.of_options(lambda option: option.treatment is Treatment.NATURAL),
        aftercare_years=rates.aftercare_years,
    )
