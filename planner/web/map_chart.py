"""The map as a chart: outlines, a point for each patch in the colour of its year, all from local data.

Its clicks come back as the parameter `CLICK` with ``district`` and ``patch``; the latter is empty for a district.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from planner.office.colours import ACCENT, INK
from planner.office.shown import short_area
from planner.office.words import Words
from planner.texts import Language, text
from planner.units import M2_PER_HECTARE
from planner.web import theme
from planner.web.map_figures import LEFT_OUT, NATURAL, Outlines, state_of, unplaced
from planner.web.sites import UNNAMED, Selection, Site

CLICK = "picked"
HEIGHT = 430
_MANY = 1_500
_DATA = "districts"
_SHAPES = alt.NamedData(name=_DATA, format={"type": "json", "property": "features"})
_DOT, _SMALL_DOT = 42, 14
_OTHER_FILLS = {NATURAL: "#a9b2ad", LEFT_OUT: "#ffffff"}
_OTHER_SHAPES = {NATURAL: "triangle-up", LEFT_OUT: "cross"}
_SOME, _CHOSEN = "#e3ebe6", "#c0d8ca"


def district_map(
    outlines: Outlines, found: Collection[Site], chosen: Selection, years: Sequence[int], words: Words
) -> alt.LayerChart:
    """The map.

    Parameters
    ----------
    outlines : Outlines
    found : collection of Site
        The patches to show, of all districts.
    chosen : Selection
        Its district and patch are set off.
    years : sequence of int
        Those that have a colour.
    words : Words
    """
    lang = words.lang
    click = alt.selection_point(name=CLICK, fields=["district", "patch"], on="click")
    layers: list[Any] = [_ground(outlines, found, chosen, lang).add_params(click), _border(outlines, chosen)]
    lost = unplaced(found, outlines.centres)
    if any(site.has_point for site in found):
        layers.append(_points(outlines, found, chosen, years, words))
    layers += _names(outlines, {site.district for site in found})
    if lost.by_district:
        layers += _bubbles(outlines, lost.by_district, lang)
    chart: alt.LayerChart = (
        alt.layer(*layers)
        .project(type="identity", reflectY=True)
        .properties(height=HEIGHT, padding={"top": 4, "left": 4, "right": 4, "bottom": 0})
        .configure(font=theme.FONT)
        .configure_view(strokeWidth=0)
    )
    chart.datasets = {_DATA: outlines.shapes}  # last: every step before would copy it
    return chart


def _ground(outlines: Outlines, found: Collection[Site], chosen: Selection, lang: Language) -> Any:
    """The districts, with what is there; this alone changes with the choice, so that the shapes stay."""
    counts: dict[str, list[int]] = {name: [0, 0] for name in outlines.centres}
    for site in found:
        if site.district in counts:
            counts[site.district][0] += 1
            counts[site.district][1] += site.item.task.task_area_m2 if site.item else 0
    told = pd.DataFrame(
        [
            (name, patches, short_area(area), _tone(bool(patches), name == chosen.district))
            for name, (patches, area) in counts.items()
        ],
        columns=["district", "patches", "area", "tone"],
    )
    return (
        alt.Chart(_SHAPES)
        .transform_lookup(
            lookup="district", from_=alt.LookupData(told, key="district", fields=["patches", "area", "tone"])
        )
        .transform_calculate(patch="''")
        .mark_geoshape(stroke="#ffffff", strokeWidth=1.2, cursor="pointer")
        .encode(
            color=alt.Color("tone:N", scale=None),
            description=alt.Description("district:N"),
            tooltip=[
                alt.Tooltip("district:N", title=text("web.column_district", lang)),
                alt.Tooltip("patches:Q", title=text("overview.patches", lang)),
                alt.Tooltip("area:N", title=text("overview.task_area", lang)),
            ],
        )
    )


def _tone(some: bool, is_chosen: bool) -> str:
    return _CHOSEN if is_chosen else _SOME if some else theme.PALE


def _border(outlines: Outlines, chosen: Selection) -> Any:
    """The border of the chosen district, above its neighbours'."""
    told = pd.DataFrame({"district": [chosen.district], "is_chosen": [True]})
    return (
        alt.Chart(_SHAPES)
        .transform_lookup(lookup="district", from_=alt.LookupData(told, key="district", fields=["is_chosen"]))
        .transform_filter("datum.is_chosen === true")
        .mark_geoshape(filled=False, stroke=ACCENT, strokeWidth=2)
    )


def _points(outlines: Outlines, found: Collection[Site], chosen: Selection, years: Sequence[int], words: Words) -> Any:
    """One layer for all patches; those that are not chosen fade."""
    lang = words.lang
    names = {NATURAL: text("overview.natural", lang), LEFT_OUT: text("overview.left_out", lang)}
    rows, kept = [], {site.patch.patch for site in chosen.of(found)}
    treatments = {name: words.treatment(name) for name in {site.treatment for site in found}}
    for site in found:
        place = outlines.place(site)
        if place is None:
            continue
        state, task = state_of(site), site.item.task if site.item else None
        rows.append(
            (
                *place, names.get(state, state), site.district, "" if site.township == UNNAMED else site.township,
                site.patch.patch, site.patch.title, treatments[site.treatment], site.patch.tier,
                (task.task_area_m2 if task else site.patch.area_m2) / M2_PER_HECTARE, site.patch.patch not in kept,
            )
        )  # fmt: skip
    columns = ["x", "y", "state", "district", "township", "patch", "name", "treatment", "tier", "area", "faded"]
    others = [state for state in names if _has(found, state)]
    domain = [*map(str, years), *(names[state] for state in others)]
    fills = [*theme.year_colours(len(years)), *(_OTHER_FILLS[state] for state in others)]
    shapes = [*["circle"] * len(years), *(_OTHER_SHAPES[state] for state in others)]
    legend = alt.Legend(
        orient="bottom", title=None, columns=len(domain), symbolOpacity=1, symbolStrokeWidth=0.6,
        symbolSize=70, labelFontSize=12, columnPadding=8,
    )  # fmt: skip
    heads = {
        "patch": text("web.column_patch", lang), "name": text("web.column_name", lang),
        "district": text("web.column_district", lang), "township": text("web.column_township", lang),
        "state": text("web.column_start", lang), "treatment": text("web.column_treatment", lang),
        "tier": text("web.column_tier", lang),
    }  # fmt: skip
    return (
        alt.Chart(pd.DataFrame(rows, columns=columns))
        .mark_point(
            filled=True, size=_SMALL_DOT if len(rows) > _MANY else _DOT, stroke=INK, strokeWidth=0.6, cursor="pointer"
        )
        .encode(
            longitude="x:Q",
            latitude="y:Q",
            fill=alt.Fill("state:N", scale=alt.Scale(domain=domain, range=fills), legend=legend),
            shape=alt.Shape("state:N", scale=alt.Scale(domain=domain, range=shapes), legend=legend),
            opacity=alt.condition("datum.faded", alt.value(0.25), alt.value(1)),
            tooltip=[
                *(alt.Tooltip(f"{name}:N", title=head) for name, head in heads.items()),
                alt.Tooltip("area:Q", title=text("overview.area_hectares", lang), format=",.4~f"),
            ],
            description=alt.Description("name:N"),
        )
    )


def _has(found: Collection[Site], state: str) -> bool:
    return any(site.item is None and state_of(site) == state for site in found)


def _names(outlines: Outlines, shown: Collection[str]) -> list[Any]:
    """The names of the districts that have patches, on a rim of white."""
    rows = [(*place, name, "") for name, place in outlines.centres.items() if name in shown]
    names = alt.Chart(pd.DataFrame(rows, columns=["x", "y", "district", "patch"])).encode(
        longitude="x:Q", latitude="y:Q", text="district:N"
    )
    look: dict[str, Any] = {"fontSize": 12, "fontWeight": 600, "cursor": "pointer"}
    rim = names.mark_text(stroke="#ffffff", strokeWidth=4, strokeJoin="round", strokeOpacity=0.85, **look)
    return [rim, names.mark_text(color=INK, **look)]


def _bubbles(outlines: Outlines, counts: Mapping[str, int], lang: Language) -> list[Any]:
    """Patches without coordinates, as one circle with their number in each district."""
    rows = [(*outlines.centres[name], name, "", count) for name, count in counts.items()]
    base = alt.Chart(pd.DataFrame(rows, columns=["x", "y", "district", "patch", "count"])).encode(
        longitude="x:Q", latitude="y:Q"
    )
    circles = base.mark_circle(opacity=1, color="#ffffff", stroke=ACCENT, strokeWidth=1.5, cursor="pointer", yOffset=18)
    return [
        circles.encode(
            size=alt.Size("count:Q", scale=alt.Scale(domainMin=0, range=[250, 1100]), legend=None),
            tooltip=[
                alt.Tooltip("district:N", title=text("web.column_district", lang)),
                alt.Tooltip("count:Q", title=text("overview.without_point", lang)),
            ],
        ),
        base.mark_text(fontSize=12, color=INK, yOffset=18).encode(text="count:Q"),
    ]
