"""Where and when: the map and the schedule side by side, each with its table."""

from __future__ import annotations

from collections.abc import Callable, Collection

import streamlit as st

from planner.office.figures import Book
from planner.office.shown import short_area
from planner.office.words import Words
from planner.texts import text
from planner.web import map_chart, parts, schedule_chart
from planner.web.map_figures import LEFT_OUT, NATURAL, Outlines, by_year, outlines_of, unplaced
from planner.web.overview_filters import by_place, by_row, choose, clicked, key_of, shown
from planner.web.schedule_figures import MOST_ROWS, Schedule, schedule
from planner.web.sites import UNNAMED, Selection, Site, value_of

_PLACES = ("district", "township", "patch")


def places(book: Book, every: Collection[Site], chosen: Selection) -> None:
    """Show the map and the schedule of what is chosen."""
    left, right = st.columns(2, gap="large")
    with left:
        map_table = _map(book, chosen.of(every, but=_PLACES), chosen)
    with right:
        schedule_table = _schedule(book, every, chosen)
    for table in (map_table, schedule_table):
        if table is not None:
            table()


def _map(book: Book, found: list[Site], chosen: Selection) -> Callable[[], None]:
    words, lang = book.words, book.words.lang
    city = book.ledger.meta["city"]
    outlines = outlines_of(city)
    parts.heading(text("overview.map", lang), text("overview.map_aside", lang))
    if outlines is None:
        parts.quiet(text("overview.no_map", lang, city=city) if city else text("overview.no_map_no_city", lang))
    else:
        key = key_of("map_chart")
        st.altair_chart(
            map_chart.district_map(outlines, found, chosen, book.years, words), key=key, width="stretch",
            alt=text("overview.map", lang), on_select=clicked("map_chart", map_chart.CLICK, by_place),
        )  # fmt: skip
        parts.quiet(" ".join(_remarks(outlines, found, words)))

    def table() -> None:
        with st.expander(text("overview.map_table", lang), key="map_table"):
            _map_table(found, book.years, words)

    return table


def _remarks(outlines: Outlines, found: Collection[Site], words: Words) -> list[str]:
    """What the map is, and what it does not show."""
    lang, lost = words.lang, unplaced(found, outlines.centres)
    remarks = [text("overview.map_note", lang)]
    if lost.by_district:
        remarks.append(text("overview.bubbles", lang, count=sum(lost.by_district.values())))
    if lost.nowhere:
        remarks.append(text("overview.nowhere", lang, count=lost.nowhere))
    strange = dict.fromkeys(site.district for site in found if site.district not in outlines.centres)
    if strange:
        remarks.append(text("overview.no_outline", lang, districts=words.listed(strange)))
    return remarks


def _map_table(found: list[Site], years: range, words: Words) -> None:
    counts = by_year(found, years)
    states = [*map(str, years), NATURAL, LEFT_OUT]
    states = [state for state in states if state in map(str, years) or any(row[state] for row in counts.values())]
    names = {NATURAL: text("overview.natural", words.lang), LEFT_OUT: text("overview.left_out", words.lang)}
    heads = [text("web.column_district", words.lang), *(names.get(state, state) for state in states)]
    total = text("web.total", words.lang)

    def row(label: str, numbers: list[int]) -> list[str]:
        return [label, *(str(number or "–") for number in (*numbers, sum(numbers)))]

    rows = [row(district, [of[state] for state in states]) for district, of in counts.items()]
    rows.append(row(total, [sum(of[state] for of in counts.values()) for state in states]))
    parts.table([*heads, total], rows, total=True, name="map")


def _schedule(book: Book, every: Collection[Site], chosen: Selection) -> Callable[[], None] | None:
    words, lang = book.words, book.words.lang
    found = chosen.of(every, but=("patch",))
    plan = schedule(found, chosen, book.years, one_district=len({site.district for site in every}) == 1)
    above = _above(plan, chosen)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        parts.heading(text("overview.schedule", lang), _aside(plan, every, chosen, words))
        if above:
            st.button(text("overview.up", lang), key="schedule_up", on_click=choose, args=(above,))
    if not plan.rows:
        parts.quiet(text("overview.nothing_scheduled", lang))
        return None
    own = next((value_of(site, plan.level) for site in found if site.patch.patch == chosen.patch), "")
    st.altair_chart(
        schedule_chart.gantt(plan, own, words), key=key_of("schedule_chart"), width="stretch",
        alt=text("overview.schedule", lang),
        on_select=clicked("schedule_chart", schedule_chart.CLICK, by_row(plan.level)),
    )  # fmt: skip
    if plan.left_out:
        count = len(plan.rows) + plan.left_out
        parts.quiet(text("overview.schedule_more", lang, shown=MOST_ROWS, count=count))
    parts.quiet(text("overview.schedule_note", lang))

    def table() -> None:
        with st.expander(
            text("overview.schedule_table", lang, what=_aside(plan, every, chosen, words)), key="schedule_table"
        ):
            _schedule_table(plan, words)

    return table


def _aside(plan: Schedule, every: Collection[Site], chosen: Selection, words: Words) -> str:
    district = chosen.district or next((site.district for site in every), "")
    township = shown("township", chosen.township, words)
    return text(f"overview.schedule_aside_{plan.level}", words.lang, district=district, township=township)


def _above(plan: Schedule, chosen: Selection) -> Selection | None:
    """The choice one level up; None at the top."""
    if plan.level == "patch":
        return chosen.changed(township="")
    return chosen.changed(district="") if chosen.district else None


def _schedule_table(plan: Schedule, words: Words) -> None:
    lang = words.lang
    if plan.level == "patch":
        heads = [text(f"web.column_{name}", lang) for name in ("patch", "name")]
        heads += [text(f"overview.{name}", lang) for name in ("from_year", "until_year", "area_hectares")]
        natural = text("overview.natural", lang)
        rows = [
            [bar.row, bar.label, *((natural, "–") if bar.natural else (str(bar.begin), str(bar.end - 1))),
             short_area(bar.area_m2)]
            for bar in plan.bars
        ]  # fmt: skip
        parts.table(heads, rows, text_columns=2, name="schedule")
        return
    works = {(bar.row, bar.begin): bar.area_m2 for bar in plan.bars if not bar.natural}
    natural_areas = {bar.row: bar.area_m2 for bar in plan.bars if bar.natural}
    heads = [text(f"web.column_{plan.level}", lang), *map(str, plan.years)]
    rows = [
        [shown("township", row, words) if row == UNNAMED else row,
         *((short_area(works[row, year]) if (row, year) in works else "–") for year in plan.years)]
        for row in plan.rows
    ]  # fmt: skip
    if natural_areas:
        heads.append(text("overview.natural_area", lang))
        for line, row in zip(rows, plan.rows, strict=True):
            line.append(short_area(natural_areas[row]) if row in natural_areas else "–")
    parts.table(heads, rows, name="schedule")
