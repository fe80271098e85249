"""What the schedule chart shows: years at work by district, by township, or patch by patch."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from planner.web.sites import Selection, Site, value_of

MOST_ROWS = 40
"""As many rows as can be read on one screen."""

Level = Literal["district", "township", "patch"]


@dataclass(frozen=True)
class Bar:
    """Works, or natural recovery, of a row.

    Parameters
    ----------
    row : str
        The district, township or patch.
    begin, end : int
        The first year, and the year after the last.
    area_m2 : int
        Task area at work; of natural recovery the area that recovers.
    patches : int
    natural : bool
    tier : int
        Of a single patch; 0 else.
    label : str
        A patch's name.
    """

    row: str
    begin: int
    end: int
    area_m2: int
    patches: int
    natural: bool = False
    tier: int = 0
    label: str = ""


@dataclass(frozen=True)
class Schedule:
    """The rows of the chart.

    Parameters
    ----------
    level : {"district", "township", "patch"}
    rows : tuple of str
        In order; no more than `MOST_ROWS`.
    bars : tuple of Bar
        Of these rows. Above the patches a row has one bar for each year in which works go on, so that its length is
        exact and its area that year's; a patch has one bar from start to finish.
    left_out : int
        How many further rows there are.
    years : range
        From the horizon's first year to the last in which works go on.
    """

    level: Level
    rows: tuple[str, ...]
    bars: tuple[Bar, ...]
    left_out: int
    years: range


def schedule(found: Collection[Site], chosen: Selection, years: range, *, one_district: bool = False) -> Schedule:
    """The schedule at the level that the choice asks for: districts, the townships of one, the patches of one.

    Parameters
    ----------
    found : collection of Site
        What is chosen, in the order of rows.
    chosen : Selection
    years : range
        The horizon. A site of natural recovery is enclosed in every year of it.
    one_district : bool
        Whether there is but one district to see, so that its townships come first.
    """
    level: Level = "patch" if chosen.township else "township" if chosen.district or one_district else "district"
    sites = [site for site in found if site.item is not None or site.is_natural]
    finishes = [site.item.task.finish for site in sites if site.item is not None]
    whole = range(years.start, max([years.stop - 1, *finishes]) + 1)
    if level == "patch":
        sites.sort(key=_order)
    rows = list(dict.fromkeys(value_of(site, level) for site in sites))
    shown = tuple(rows[:MOST_ROWS])
    bars = _patches(sites, years) if level == "patch" else _yearly(sites, level, years)
    kept = tuple(bar for bar in bars if bar.row in set(shown))
    return Schedule(level, shown, kept, len(rows) - len(shown), whole)


def _order(site: Site) -> tuple[bool, int, int, str]:
    """By start and priority, natural recovery last."""
    return site.item is None, site.item.task.start if site.item else 0, site.patch.tier, site.patch.patch


def _patches(sites: Sequence[Site], years: range) -> list[Bar]:
    bars = []
    for site in sites:
        patch = site.patch
        if site.item is None:
            bars.append(Bar(patch.patch, years.start, years.stop, patch.area_m2, 1, True, patch.tier, patch.title))
        else:
            task = site.item.task
            area = task.task_area_m2
            bars.append(Bar(patch.patch, task.start, task.finish + 1, area, 1, False, patch.tier, patch.title))
    return bars


def _yearly(sites: Sequence[Site], level: Level, years: range) -> list[Bar]:
    works: dict[tuple[str, int], list[int]] = {}
    natural: dict[str, list[int]] = {}
    for site in sites:
        row = value_of(site, level)
        if site.item is None:
            natural.setdefault(row, []).append(site.patch.area_m2)
            continue
        task = site.item.task
        for year in range(task.start, task.finish + 1):
            works.setdefault((row, year), []).append(task.task_area_m2)
    return [
        *(Bar(row, year, year + 1, sum(areas), len(areas)) for (row, year), areas in works.items()),
        *(Bar(row, years.start, years.stop, sum(areas), len(areas), True) for row, areas in natural.items()),
    ]
