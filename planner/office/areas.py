"""The area year by year: as a task by tier in the year of the start, as finished in the year of the finish."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.office.figures import Book, Item


@dataclass(frozen=True)
class AreaYear:
    """One year of a city or of a district; areas in m².

    Parameters
    ----------
    tiers : dict of int to int
        Task area by tier, for every tier that the plan has.
    finished : int
        Area of the works that finish in the year.
    hazards : int
        Hazard points of the patches that finish in the year.
    """

    year: int
    tiers: dict[int, int]
    finished: int
    hazards: int

    @property
    def task(self) -> int:
        """The whole task area."""
        return sum(self.tiers.values())


def area_years(book: Book, items: Iterable[Item] | None = None) -> tuple[AreaYear, ...]:
    """Every year of the horizon, of all tasks or of some of them."""
    areas: dict[tuple[int, int], int] = {}
    done, hazards = dict.fromkeys(book.years, 0), dict.fromkeys(book.years, 0)
    for item in book.items if items is None else items:
        task = item.task
        if task.task_area_m2:
            key = (task.start, item.patch.tier)
            areas[key] = areas.get(key, 0) + task.task_area_m2
        if task.finish in done:
            done[task.finish] += task.finished_area_m2
            hazards[task.finish] += item.patch.hazard_points
    tiers = sorted({tier for _, tier in areas})
    return tuple(
        AreaYear(year, {tier: areas.get((year, tier), 0) for tier in tiers}, done[year], hazards[year])
        for year in book.years
    )
