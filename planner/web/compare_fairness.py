"""How the districts fare in each plan: area, money, waiting, and what is done in the first year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import altair as alt
import pandas as pd
import streamlit as st

from planner.advice.compare import District
from planner.office import shown
from planner.office.colours import INK, SOURCE_COLOURS
from planner.texts import text
from planner.units import M2_PER_HECTARE, hectares
from planner.web import parts, theme
from planner.web.compare_differences import download
from planner.web.compare_plans import Table

_COLOURS = [own for own, _ in SOURCE_COLOURS]
_BAR = 16


@dataclass(frozen=True)
class Measure:
    """One way to look at districts.

    Parameters
    ----------
    key : str
        Names its texts.
    unit : str
    value : callable
        Of a district; None where it has none.
    write : callable
        The value as text, exact where it is an amount.
    """

    key: str
    unit: str
    value: Callable[[District], float | None]
    write: Callable[[District], str]


def show(table: Table) -> None:
    """Show chart and table of what each district gets."""
    lang = table.lang
    measures = {one.key: one for one in measures_of(table)}
    parts.heading(text("compare.part_fairness", lang), text("compare.fairness_aside", lang))
    chosen = st.segmented_control(
        text("compare.measure", lang), list(measures), key="compare_measure", default="waited", required=True,
        format_func=lambda key: text(f"compare.measure_{key}", lang),
    )  # fmt: skip
    measure = measures[chosen or "waited"]
    parts.quiet(text(f"compare.means_{measure.key}", lang))
    st.altair_chart(
        _chart(table, measure), key=f"fairness_{measure.key}", width="stretch",
        alt=text(f"compare.measure_{measure.key}", lang),
    )  # fmt: skip
    _evenness(table)
    for plan, side in zip(table.plans, table.sides, strict=True):
        with st.expander(text("web.table_of", lang, what=text("compare.part_fairness", lang), of=plan.name),
                         key=f"fairness:{plan.letter}", expanded=plan is table.plans[0]):  # fmt: skip
            heads = [text("web.column_district", lang), *(_head(one, table) for one in measures.values())]
            rows = [[row.district, *(one.write(row) for one in measures.values())] for row in side.districts]
            parts.table(heads, rows, name=f"fairness_{plan.letter}")
    if table.found is not None:
        download(table)


def measures_of(table: Table) -> list[Measure]:
    """Every measure, in the order of the table."""
    words, lang = table.words, table.lang

    def rate(yuan: int, area_m2: int) -> float | None:
        return yuan / words.size / (area_m2 / M2_PER_HECTARE) if area_m2 else None

    def dear(row: District) -> str:
        value = rate(row.yuan, row.area_m2)
        return "–" if value is None else f"{value:,.2f}"

    def early(row: District) -> str:
        return "–" if not row.area_m2 else shown.percent(Fraction(row.first_year_m2, row.area_m2))

    return [
        Measure("waited", text("compare.years_unit", lang), lambda row: row.waited,
                lambda row: "–" if row.waited is None else f"{row.waited:.2f}"),
        Measure("area", words("hectare"), lambda row: row.area_m2 / M2_PER_HECTARE, lambda row: hectares(row.area_m2)),
        Measure("money", words.unit, lambda row: row.yuan / words.size, lambda row: shown.dash(row.yuan, words)),
        Measure("rate", text("compare.per_hectare", lang, unit=words.unit), lambda row: rate(row.yuan, row.area_m2),
                dear),
        Measure("early", "%", lambda row: 100 * row.first_year_m2 / row.area_m2 if row.area_m2 else None, early),
        Measure("hazards", words("points"), lambda row: row.hazard_points, lambda row: f"{row.hazard_points:,}"),
    ]  # fmt: skip


def _head(measure: Measure, table: Table) -> str:
    name = text(f"compare.measure_{measure.key}", table.lang)
    return text("web.column_with_unit", table.lang, column=name, unit=measure.unit)


def _chart(table: Table, measure: Measure) -> alt.Chart:
    """Bars by district, one for each plan; what the table says, drawn."""
    lang = table.lang
    names = [plan.name for plan in table.plans]
    rows = [
        (row.district, plan.name, value, measure.write(row))
        for plan, side in zip(table.plans, table.sides, strict=True)
        for row in side.districts
        if (value := measure.value(row)) is not None
    ]
    frame = pd.DataFrame(rows, columns=["district", "plan", "value", "words"])
    order = [row.district for row in table.sides[0].districts]
    title = text("web.column_with_unit", lang, column=text(f"compare.measure_{measure.key}", lang), unit=measure.unit)
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X("district:N", sort=order, title=None, axis=alt.Axis(labelAngle=0, tickSize=0, labelColor=INK)),
            xOffset=alt.XOffset("plan:N", sort=names),
            y=alt.Y("value:Q", title=title, axis=alt.Axis(gridColor=theme.LINE, domain=False, tickSize=0, tickCount=5)),
            color=alt.Color("plan:N", sort=names, scale=alt.Scale(domain=names, range=_COLOURS[: len(names)]),
                            legend=alt.Legend(orient="bottom", title=None, symbolType="square", labelLimit=320)),
            tooltip=[
                alt.Tooltip("district:N", title=text("web.column_district", lang)),
                alt.Tooltip("plan:N", title=text("desk_page.plan", lang)),
                alt.Tooltip("words:N", title=title),
            ],
        )
        .properties(height=290)
        .configure(font=theme.FONT)
        .configure_view(strokeWidth=0)
    )  # fmt: skip
    return chart


def _evenness(table: Table) -> None:
    """The Gini indices, and the district that waits longest."""
    lang = table.lang
    heads = ["", *(plan.name for plan in table.plans)]
    sides = [side.fairness for side in table.sides]
    longest = []
    for side in table.sides:
        waiting = [row for row in side.districts if row.waited is not None]
        most = max(waiting, key=lambda row: row.waited or 0, default=None)
        longest.append("–" if most is None else f"{most.district} {most.waited:.2f}")
    rows = [
        [table.said("row_gini_waited"), *(f"{fair.gini_waited:.4f}" for fair in sides)],
        [table.said("row_gini_money"), *(f"{fair.gini_yuan_per_hectare:.4f}" for fair in sides)],
        [text("compare.longest_wait", lang), *longest],
    ]
    parts.table(heads, rows, name="evenness")
    parts.quiet(text("compare.means_gini", lang))
