"""The charts of a brief: money by year and source against the budget, area by year and tier."""

from __future__ import annotations

from collections.abc import Sequence

from planner.office.accounts import MoneyYear
from planner.office.areas import AreaYear
from planner.office.brief.parts import Chart, Say, Series, clipped
from planner.office.colours import INK, SOURCE_COLOURS, TIER_COLOURS
from planner.office.shown import capital, short_area, short_money
from planner.units import M2_PER_HECTARE


def money_chart(years: Sequence[MoneyYear], sources: Sequence[str], say: Say, height: int) -> Chart:
    """Money used by year: stacked by source, money carried over in a lighter tone, the year's budget as a mark."""
    words, series = say.words, []
    for i, source in enumerate(sources):
        own, lighter = SOURCE_COLOURS[i % len(SOURCE_COLOURS)]
        name = clipped(capital(words.source(source)), 24)
        earlier = [year.used_of_earlier.get(source, 0) for year in years]
        current = [year.used.get(source, 0) - old for year, old in zip(years, earlier, strict=True)]
        series.append(Series(name, own, tuple(yuan / words.size for yuan in current)))
        if any(earlier):
            carried = tuple(yuan / words.size for yuan in earlier)
            series.append(Series(say("carried", source=name), lighter, carried))
    return Chart(
        "money", say("chart_money"), say("chart_money_alt"), tuple(str(year.year) for year in years), tuple(series),
        tuple(short_money(year.total_used, words) for year in years),
        tuple(year.budget / words.size for year in years), say("budget"), INK, height,
    )  # fmt: skip


def area_chart(years: Sequence[AreaYear], say: Say, height: int) -> Chart:
    """Task area by start year, stacked by tier."""
    tiers = list(years[0].tiers)
    series = tuple(
        Series(
            say("tier", tier=tier), TIER_COLOURS[min(max(tier, 1), len(TIER_COLOURS)) - 1],
            tuple(year.tiers[tier] / M2_PER_HECTARE for year in years),
        )
        for tier in tiers
    )  # fmt: skip
    return Chart(
        "area", say("chart_area"), say("chart_area_alt"), tuple(str(year.year) for year in years), series,
        tuple(short_area(year.task) for year in years), height=height,
    )  # fmt: skip
