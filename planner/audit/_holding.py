"""What sites cost beside their works, worked out again patch by patch and year by year."""

from collections.abc import Iterator
from fractions import Fraction

from planner.audit.case import Case
from planner.ledger import Patch
from planner.units import half_up


def held_yuan(case: Case) -> int:
    """Cover, enclosure and aftercare of the sites the government answers for; mobilisation by township and year."""
    sites = sum(sum(_of_site(case, patch)) for patch in case.government_patches if not case.by_user(patch))
    return sites + case.scenario.holding.mobilisation_yuan * len(townships_started(case))


def townships_started(case: Case) -> set[tuple[str, str, int]]:
    """District, township (or patch, where it names none) and year of every start of government works."""
    return {
        (patch.district, patch.township or patch.patch, task.start)
        for task, patch, option in case.tasks
        if case.is_government_task(patch, option) and not case.by_user(patch)
    }


def _of_site(case: Case, patch: Patch) -> Iterator[int]:
    rates, horizon = case.scenario.holding, case.scenario.horizon
    picked = case.pick_of.get(patch.patch)
    for year in horizon.years:
        begun = picked is not None and not picked[1].hazard_only and year >= picked[0].start
        if picked is not None and begun:
            rate = rates.enclosure_yuan_per_hectare_year if picked[1].treatment == "natural" else 0
        elif patch.treatment == "natural":
            rate = rates.enclosure_yuan_per_hectare_year
        else:
            rate = rates.cover_yuan_per_hectare_year
        yield half_up(Fraction(rate * patch.area_m2, 10_000))
    restored = picked is not None and not picked[1].hazard_only and picked[1].treatment != "natural"
    if restored:
        yield rates.aftercare_years * half_up(Fraction(rates.aftercare_yuan_per_hectare_year * patch.area_m2, 10_000))
