"""The charts. Each is drawn from figures that a table beside it shows as text.

Their clicks come back as the parameter `CLICK`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from planner.office.accounts import MoneyYear
from planner.office.colours import INK, SOURCE_COLOURS, TIER_COLOURS
from planner.office.shown import capital, short_area, short_money
from planner.office.words import Words
from planner.texts import text
from planner.units import M2_PER_HECTARE
from planner.web import theme
from planner.web.sites import EVERYTHING, Selection

HEIGHT = 290
CLICK = "picked"
_FADED = 0.3
_NUMBER = ",.2f"


def money_by_year(
    years: Sequence[MoneyYear], sources: Sequence[str], words: Words, chosen: Selection = EVERYTHING
) -> alt.LayerChart:
    """Money used by year: stacked by source, money carried over in a lighter tone, the year's budget as a line.

    A chosen year is set off. A click gives the ``year``.
    """
    lang = words.lang
    parts, colours, rows = [], [], []
    carried_any = {source: any(year.used_of_earlier.get(source) for year in years) for source in sources}
    for i, source in enumerate(sources):
        own, lighter = SOURCE_COLOURS[i % len(SOURCE_COLOURS)]
        name = capital(words.source(source))
        earlier = text("web.carried", lang, source=name)
        parts += [name, earlier] if carried_any[source] else [name]
        colours += [own, lighter] if carried_any[source] else [own]
        for year in years:
            carried, faded = year.used_of_earlier.get(source, 0), chosen.year not in ("", str(year.year))
            rows.append((str(year.year), name, _in_unit(words, year.used.get(source, 0) - carried), 2 * i, faded))
            if carried:
                rows.append((str(year.year), earlier, _in_unit(words, carried), 2 * i + 1, faded))
    top = [(str(y.year), _in_unit(words, max(y.total_used, y.budget)), short_money(y.total_used, words)) for y in years]
    year_title, part_title, money_title = text("web.year", lang), text("web.source", lang), _with_unit("used", words)
    bars = (
        alt.Chart(pd.DataFrame(rows, columns=["year", "part", "amount", "rank", "faded"]))
        .mark_bar(size=46, cursor="pointer")
        .encode(
            x=_years(),
            y=alt.Y("amount:Q", title=None, axis=_figures(), stack="zero", scale=_headroom(top)),
            color=alt.Color(
                "part:N",
                scale=alt.Scale(domain=[*parts, _budget(words)], range=[*colours, INK]),
                legend=_legend(3),
            ),
            order=alt.Order("rank:Q", sort="ascending"),
            opacity=_opacity(),
            description=alt.Description("part:N"),
            tooltip=[
                alt.Tooltip("year:N", title=year_title),
                alt.Tooltip("part:N", title=part_title),
                alt.Tooltip("amount:Q", title=money_title, format=_NUMBER),
            ],
        )
    )
    budget = pd.DataFrame(
        [(str(y.year), _in_unit(words, y.budget), _budget(words)) for y in years], columns=["year", "amount", "part"]
    )
    line = (
        alt.Chart(budget)
        .mark_tick(opacity=1, thickness=2.5, size=66, orient="horizontal")
        .encode(
            x=_years(),
            y="amount:Q",
            color=alt.Color("part:N", legend=_legend(3)),
            tooltip=[
                alt.Tooltip("year:N", title=year_title),
                alt.Tooltip("amount:Q", title=_with_unit("budget", words), format=_NUMBER),
            ],
        )
    )
    return _finished(bars.add_params(_click("year")) + line + _labels(top))


def area_by_year(areas: Sequence[tuple[int, int, int]], words: Words, chosen: Selection = EVERYTHING) -> alt.LayerChart:
    """Task area by start year, stacked by tier. A click gives ``year`` and ``tier``.

    Parameters
    ----------
    areas : sequence of (year, tier, m²)
    words : Words
    chosen : Selection
        Its year and tier are set off.
    """
    lang = words.lang
    tiers = sorted({tier for _, tier, _ in areas})
    names = {tier: text("web.tier", lang, tier=tier) for tier in tiers}
    colours = [TIER_COLOURS[min(max(tier, 1), len(TIER_COLOURS)) - 1] for tier in tiers]
    totals: dict[int, int] = {}
    for year, _, area in areas:
        totals[year] = totals.get(year, 0) + area
    top = [(str(y), area / M2_PER_HECTARE, short_area(area)) for y, area in totals.items()]
    frame = pd.DataFrame(
        [
            (
                str(year), names[tier], area / M2_PER_HECTARE, tier,
                chosen.year not in ("", str(year)) or chosen.tier not in ("", str(tier)),
            )
            for year, tier, area in areas
        ],
        columns=["year", "part", "amount", "tier", "faded"],
    )  # fmt: skip
    bars = (
        alt.Chart(frame)
        .mark_bar(size=46, cursor="pointer")
        .encode(
            x=_years(),
            y=alt.Y("amount:Q", title=None, axis=_figures(), stack="zero", scale=_headroom(top)),
            color=alt.Color(
                "part:N", scale=alt.Scale(domain=[names[tier] for tier in tiers], range=colours), legend=_legend(3)
            ),
            order=alt.Order("tier:Q", sort="ascending"),
            opacity=_opacity(),
            description=alt.Description("part:N"),
            tooltip=[
                alt.Tooltip("year:N", title=text("web.year", lang)),
                alt.Tooltip("part:N", title=text("web.column_tier", lang)),
                alt.Tooltip("amount:Q", title=_with_unit("column_area", words, words("hectare")), format=_NUMBER),
            ],
        )
    )
    return _finished(bars.add_params(_click("year", "tier")) + _labels(top))


def _click(*fields: str) -> Any:
    return alt.selection_point(name=CLICK, fields=list(fields), on="click")


def _opacity() -> Any:
    return alt.condition("datum.faded", alt.value(_FADED), alt.value(1))


def planned_and_paid(amounts: Sequence[tuple[int, str, int]], words: Words) -> alt.LayerChart:
    """Money by year, side by side: what is planned, what is committed, what is paid.

    Parameters
    ----------
    amounts : sequence of (year, series, yuan)
        A series is ``planned``, ``committed`` or ``paid``.
    words : Words
    """
    lang = words.lang
    names = {name: text(f"tasks_page.money_{name}", lang) for name in ("planned", "committed", "paid")}
    colours = [SOURCE_COLOURS[1][1], SOURCE_COLOURS[0][1], SOURCE_COLOURS[0][0]]
    frame = pd.DataFrame(
        [(str(year), names[name], _in_unit(words, yuan)) for year, name, yuan in amounts],
        columns=["year", "part", "amount"],
    )
    bars = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=_years(),
            xOffset=alt.XOffset("part:N", sort=list(names.values())),
            y=alt.Y("amount:Q", title=None, axis=_figures()),
            color=alt.Color("part:N", scale=alt.Scale(domain=list(names.values()), range=colours), legend=_legend(3)),
            tooltip=[
                alt.Tooltip("year:N", title=text("web.year", lang)),
                alt.Tooltip("part:N", title=text("web.money_by_year", lang)),
                alt.Tooltip("amount:Q", title=words.unit, format=_NUMBER),
            ],
        )
    )
    return _finished(alt.layer(bars))


def _in_unit(words: Words, yuan: int) -> float:
    return yuan / words.size


def _budget(words: Words) -> str:
    return text("web.budget", words.lang)


def _with_unit(key: str, words: Words, unit: str = "") -> str:
    return text("web.column_with_unit", words.lang, column=text(f"web.{key}", words.lang), unit=unit or words.unit)


def _years() -> alt.X:
    return alt.X(
        "year:O", title=None, axis=alt.Axis(labelAngle=0, labelFontSize=13, tickSize=0, domainColor=theme.LINE)
    )


def _figures() -> alt.Axis:
    return alt.Axis(format=",.2~f", tickCount=5, gridColor=theme.LINE, domain=False, tickSize=0)


def _headroom(top: Sequence[tuple[str, float, str]]) -> alt.Scale:
    """Room above the highest bar for its figure."""
    return alt.Scale(domain=[0, max((amount for _, amount, _ in top), default=0) * 1.1 or 1])


def _legend(columns: int) -> alt.Legend:
    return alt.Legend(
        orient="bottom",
        title=None,
        columns=columns,
        symbolType="square",
        symbolOpacity=1,
        labelLimit=260,
        labelFontSize=12,
    )


def _labels(top: Sequence[tuple[str, float, str]]) -> Any:
    """The totals above the bars, as exact text."""
    frame = pd.DataFrame(top, columns=["year", "amount", "words"])
    return alt.Chart(frame).mark_text(dy=-9, fontSize=12, color=INK).encode(x=_years(), y="amount:Q", text="words:N")


def _finished(chart: Any) -> alt.LayerChart:
    finished: alt.LayerChart = (
        chart.properties(height=HEIGHT, padding={"top": 14, "left": 4, "right": 8, "bottom": 0})
        .configure(font=theme.FONT)
        .configure_view(strokeWidth=0)
    )
    return finished
