"""The schedule as a Gantt chart.

Its clicks come back as the parameter `CLICK` with ``row``: a district, a township or a patch.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from planner.office.colours import INK, TIER_COLOURS
from planner.office.shown import short_area
from planner.office.words import Words
from planner.texts import text
from planner.units import M2_PER_HECTARE
from planner.web import theme
from planner.web.schedule_figures import Schedule

CLICK = "picked"
_STEP, _HEAD, _LEGEND = 27, 40, 36
_LIFT = 3
_NATURAL = "#75807b"
_PALEST, _DARKEST = "#e6f0ea", "#7fb295"  # ink is read on both


def gantt(shown: Schedule, chosen_row: str, words: Words) -> alt.LayerChart:
    """Works by year as bars with their area, natural recovery as a thin grey bar beneath.

    Parameters
    ----------
    shown : Schedule
    chosen_row : str
        The row that is set off; empty for none.
    words : Words
    """
    click = alt.selection_point(name=CLICK, fields=["row"], on="click")
    works = _frame(shown, chosen_row, words, natural=False)
    layers = [_bars(shown, works, words).add_params(click)]
    if shown.level != "patch":
        layers.append(
            alt.Chart(works).mark_text(fontSize=11, color=INK, yOffset=-_LIFT, cursor="pointer").encode(
                x=alt.X("middle:Q"), y=_rows(shown), text="words:N"
            )
        )  # fmt: skip
    natural = _frame(shown, chosen_row, words, natural=True)
    if len(natural):
        layers.append(
            alt.Chart(natural)
            .mark_bar(height=2.5, yOffset=0 if shown.level == "patch" else 8, color=_NATURAL, cursor="pointer")
            .encode(
                x=_years(shown),
                x2="end:Q",
                y=_rows(shown),
                opacity=_opacity(),
                tooltip=_tooltips(shown, words),
                description=alt.Description("row:N"),
            )
        )
    chart: alt.LayerChart = (
        alt.layer(*layers)
        .properties(
            height=_HEAD + _STEP * len(shown.rows) + _LEGEND * (shown.level == "patch"),
            padding={"top": 4, "left": 4, "right": 8, "bottom": 0},
        )
        .configure(font=theme.FONT)
        .configure_view(strokeWidth=0)
    )
    return chart


def _frame(shown: Schedule, chosen_row: str, words: Words, *, natural: bool) -> pd.DataFrame:
    rows = [
        (
            bar.row, bar.label, bar.begin, bar.end, (bar.begin + bar.end) / 2, bar.end - 1,
            bar.area_m2 / M2_PER_HECTARE, short_area(bar.area_m2) if bar.area_m2 else "", bar.patches,
            text("web.tier", words.lang, tier=bar.tier) if bar.tier else "", chosen_row not in ("", bar.row),
        )
        for bar in shown.bars
        if bar.natural is natural
    ]  # fmt: skip
    columns = ["row", "label", "begin", "end", "middle", "until", "area", "words", "patches", "tier", "faded"]
    return pd.DataFrame(rows, columns=columns)


def _bars(shown: Schedule, works: pd.DataFrame, words: Words) -> Any:
    lang = words.lang
    if shown.level == "patch":
        tiers = sorted({bar.tier for bar in shown.bars if not bar.natural})
        colours = [TIER_COLOURS[min(max(tier, 1), len(TIER_COLOURS)) - 1] for tier in tiers]
        names = [text("web.tier", lang, tier=tier) for tier in tiers]
        legend = alt.Legend(orient="bottom", title=None, symbolType="square", symbolOpacity=1, labelFontSize=12)
        colour = alt.Color("tier:N", scale=alt.Scale(domain=names, range=colours), legend=legend)
    else:
        scale = alt.Scale(domainMin=0, range=[_PALEST, _DARKEST])
        colour = alt.Color("area:Q", scale=scale, legend=None)
    return (
        alt.Chart(works)
        .mark_bar(height=16, yOffset=0 if shown.level == "patch" else -_LIFT, stroke="#ffffff", cursor="pointer")
        .encode(
            x=_years(shown),
            x2="end:Q",
            y=_rows(shown),
            color=colour,
            opacity=_opacity(),
            tooltip=_tooltips(shown, words),
            description=alt.Description("row:N"),
        )
    )


def _years(shown: Schedule) -> alt.X:
    """Years as stretches, each named in its middle."""
    axis = alt.Axis(
        values=[year + 0.5 for year in shown.years], labelExpr="format(floor(datum.value), 'd')", title=None,
        grid=False, ticks=False, domainColor=theme.LINE, labelFontSize=13, orient="top",
    )  # fmt: skip
    domain = [shown.years.start, shown.years.stop]
    return alt.X("begin:Q", scale=alt.Scale(domain=domain, nice=False, zero=False), axis=axis)


def _rows(shown: Schedule) -> alt.Y:
    axis = alt.Axis(
        title=None,
        ticks=False,
        domain=False,
        grid=False,
        labelLimit=150,
        labelFontSize=12,
        labelOverlap=False,
        labelOffset=0 if shown.level == "patch" else -_LIFT,
    )
    return alt.Y("row:N", sort=None, scale=alt.Scale(domain=list(shown.rows)), axis=axis)


def _opacity() -> Any:
    return alt.condition("datum.faded", alt.value(0.35), alt.value(1))


def _tooltips(shown: Schedule, words: Words) -> list[alt.Tooltip]:
    lang = words.lang
    heads = {"row": text(f"web.column_{shown.level}", lang)}
    if shown.level == "patch":
        heads["label"] = text("web.column_name", lang)
    heads |= {"begin": text("overview.from_year", lang), "until": text("overview.until_year", lang)}
    heads |= {"words": text("overview.area_hectares", lang), "patches": text("overview.patches", lang)}
    return [alt.Tooltip(f"{name}:N", title=head) for name, head in heads.items()]
