"""Probabilities and fans of a stress run: charts, and the same figures as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from planner.advice.stress import PurseTotal, PurseYear, Stress
from planner.office.colours import ACCENT, INK
from planner.office.outlook import Said
from planner.office.shown import capital
from planner.texts import text
from planner.web import parts, theme

HEIGHT, BAR = 260, 26
_BANDS = ("#d6e5dc", "#a9c9b8")


def probabilities(found: Stress, said: Said) -> Any:
    """How likely each purse is never overdrawn, with its 95 % interval; all purses first."""
    rows = [
        (name_of(row, said), row.holds, row.low, row.high, f"{row.holds:.1%}") for row in (found.all, *found.purses)
    ]
    frame = pd.DataFrame(rows, columns=["purse", "holds", "low", "high", "words"])
    order = [row[0] for row in rows]
    y = alt.Y("purse:N", sort=order, title=None, axis=alt.Axis(labelLimit=180, labelFontSize=12, tickSize=0))
    x = alt.X("holds:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=_percent())
    tips = [
        alt.Tooltip("purse:N", title=text("web.purse_column", said.lang)),
        alt.Tooltip("holds:Q", title=said("head_holds"), format=".1%"),
        alt.Tooltip("low:Q", title=text("robust_page.low", said.lang), format=".1%"),
        alt.Tooltip("high:Q", title=text("robust_page.high", said.lang), format=".1%"),
    ]
    bars = alt.Chart(frame).mark_bar(color=ACCENT, size=14).encode(y=y, x=x, tooltip=tips)
    spans = alt.Chart(frame).mark_rule(color=INK, strokeWidth=1.5).encode(y=y, x="low:Q", x2="high:Q", tooltip=tips)
    words = (
        alt.Chart(frame).mark_text(align="left", dx=6, color=INK, fontSize=12).encode(y=y, x="high:Q", text="words:N")
    )
    return finished(bars + spans + words, max(HEIGHT, BAR * len(rows)))


def fan(years: Sequence[PurseYear], said: Said) -> Any:
    """How much more than planned a purse needs in each year, in 50, 80 and 95 % of the draws at most."""
    size, lang = said.words.size, said.lang
    names = {key: text(f"robust_page.{key}", lang) for key in ("planned", "p50", "p80", "p95")}
    keys = ("p50", "p80", "p95")
    frame = pd.DataFrame(
        [
            {"year": str(row.year), "zero": 0.0, "planned": said.money(row.planned)}
            | {key: (getattr(row.need, key) - row.planned) / size for key in keys}
            | {f"{key}_words": said.money(getattr(row.need, key)) for key in keys}
            for row in years
        ]
    )
    x = alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, labelFontSize=13, tickSize=0, domainColor=theme.LINE))
    axis = alt.Axis(format="+,.2~f", tickCount=5, gridColor=theme.LINE, domain=False)
    tips = [alt.Tooltip("year:O", title=text("web.year", lang)), alt.Tooltip("planned:N", title=names["planned"])]
    tips += [alt.Tooltip(f"{key}_words:N", title=names[key]) for key in keys]
    chart = alt.Chart(frame)
    domain = [f"{names['p80']}–{names['p95']}", f"{names['p50']}–{names['p80']}", names["p50"], names["planned"]]
    legend = alt.Legend(orient="bottom", title=None, columns=4, labelFontSize=12, symbolType="square", symbolOpacity=1)
    colours = alt.Scale(domain=domain, range=[*_BANDS, ACCENT, INK])

    layers = [
        chart.transform_calculate(part=f"'{domain[0]}'").mark_area()
        .encode(x=x, y=alt.Y("p80:Q", title=None, axis=axis), y2="p95:Q", color=_part(colours, legend), tooltip=tips),
        chart.transform_calculate(part=f"'{domain[1]}'").mark_area()
        .encode(x=x, y=alt.Y("p50:Q", title=None, axis=axis), y2="p80:Q", color=_part(colours, legend), tooltip=tips),
        chart.transform_calculate(part=f"'{domain[2]}'").mark_line(strokeWidth=2, point=True)
        .encode(x=x, y=alt.Y("p50:Q", title=None, axis=axis), color=_part(colours, legend), tooltip=tips),
        chart.transform_calculate(part=f"'{domain[3]}'").mark_line(strokeWidth=2)
        .encode(x=x, y=alt.Y("zero:Q", title=None, axis=axis), color=_part(colours, legend), tooltip=tips),
    ]  # fmt: skip
    return finished(alt.layer(*layers), HEIGHT)


def _part(colours: alt.Scale, legend: alt.Legend) -> alt.Color:
    return alt.Color("part:N", scale=colours, legend=legend)


def beside(nominal: Stress, robust: Stress, said: Said) -> Any:
    """The same probabilities for two plans, purse by purse."""
    lang = said.lang
    names = said("nominal"), said("robust")
    rows = [
        (name_of(row, said), name, row.holds)
        for found, name in zip((nominal, robust), names, strict=True)
        for row in (found.all, *found.purses)
    ]
    order = [name_of(row, said) for row in (nominal.all, *nominal.purses)]
    chart = (
        alt.Chart(pd.DataFrame(rows, columns=["purse", "plan", "holds"]))
        .mark_bar(size=9)
        .encode(
            y=alt.Y("purse:N", sort=order, title=None, axis=alt.Axis(labelLimit=180, labelFontSize=12, tickSize=0)),
            yOffset=alt.YOffset("plan:N", sort=list(names)),
            x=alt.X("holds:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=_percent()),
            color=alt.Color("plan:N", scale=alt.Scale(domain=list(names), range=["#9aa5a0", ACCENT]),
                            legend=alt.Legend(orient="bottom", title=None, labelFontSize=12)),
            tooltip=[alt.Tooltip("purse:N", title=text("web.purse_column", lang)), alt.Tooltip("plan:N", title=""),
                     alt.Tooltip("holds:Q", title=said("head_holds"), format=".1%")],
        )
    )  # fmt: skip
    return finished(chart, max(HEIGHT, BAR * len(order)))


def table(found: Stress, said: Said) -> None:
    """Every figure of a stress run: all purses, each purse, each purse and year."""
    heads = said.heads("purse", "year", "holds", "interval", "money", "p50", "p80", "p95", "mean_over", "over95", "ten")
    rows = [
        [
            capital(said.purse(row.source, row.district)),
            str(row.year) if isinstance(row, PurseYear) else said("all_years"),
            f"{row.holds:.1%}", f"{row.low:.1%}–{row.high:.1%}",
            *map(said.money, (row.planned, row.need.p50, row.need.p80, row.need.p95)),
            *map(said.money, (row.overdrawn.mean, row.overdrawn.p95, row.at_ten_percent)),
        ]
        for row in (found.all, *found.purses, *found.years)
    ]  # fmt: skip
    parts.table(heads, rows, text_columns=2, name="stress")


def name_of(row: PurseTotal, said: Said) -> str:
    """A purse in a chart."""
    return capital(said.purse(row.source, row.district))


def finished(chart: Any, height: int) -> Any:
    """A chart in the product's look."""
    return (
        chart.properties(height=height, padding={"top": 8, "left": 4, "right": 44, "bottom": 0})
        .configure(font=theme.FONT)
        .configure_view(strokeWidth=0)
    )


def _percent() -> alt.Axis:
    return alt.Axis(format=".0%", tickCount=5, gridColor=theme.LINE, domain=False, tickSize=0)
