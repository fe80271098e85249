"""The overview's figures by year: money and area, each as a chart and as a table."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

import streamlit as st

from planner.office.accounts import MoneyYear, money_years, paid_later, purses, sources
from planner.office.areas import AreaYear, area_years
from planner.office.figures import Book, flows
from planner.office.shown import capital, dash, money
from planner.office.words import Words
from planner.texts import Language, text
from planner.units import hectares
from planner.web import charts, parts
from planner.web.overview_filters import by_year, by_year_and_tier, clicked, key_of, named
from planner.web.sites import Selection, Site

Table = Callable[[], None] | None


def unit_head(words: str, unit: str, lang: Language) -> str:
    """A column's heading with its unit."""
    return text("web.column_with_unit", lang, column=words, unit=unit)


def money_by_year(book: Book, chosen: Selection) -> Table:
    """Show the money of all purses, or of one, by year; the table comes back, to be shown where there is room.

    Purses pay for no one place, so that of what is chosen only the year is set off.
    """
    words, lang = book.words, book.words.lang
    aside = [words.unit, text(f"web.basis_{book.scenario.basis}", lang)]
    aside += [text("overview.money_whole", lang)] * any(name != "year" for name in chosen.chosen)
    every = purses(book)
    if not every:
        parts.heading(text("web.money_by_year", lang))
        parts.quiet(text("web.no_money", lang))
        return None
    names = [text("web.all_purses", lang), *(capital(words.purse(purse)) for purse in every)]
    head, box = st.columns([3, 2], vertical_alignment="center")
    with head:
        parts.heading(text("web.money_by_year", lang), " · ".join(aside))
    with box:
        number = st.selectbox(
            text("web.purse_column", lang), range(len(names)), key="purse", format_func=lambda n: names[n],
            label_visibility="collapsed",
        )  # fmt: skip
    own = every[number - 1 : number] if number else every
    years, found = money_years(book, own), sources(own)
    st.altair_chart(
        charts.money_by_year(years, found, words, chosen), key=key_of("money_chart"), width="stretch",
        alt=text("web.money_by_year", lang), on_select=clicked("money_chart", charts.CLICK, by_year),
    )  # fmt: skip

    def table() -> None:
        with st.expander(
            text("web.table_of", lang, what=text("web.money_by_year", lang), of=names[number]), key="money"
        ):
            _money_table(years, found, paid_later(book, own), words)
            if not number:
                _purse_table(book)

    return table


def _money_table(years: tuple[MoneyYear, ...], found: list[str], later: int, words: Words) -> None:
    lang = words.lang
    overdrawn = any(year.overdrawn for year in years)

    def head(key: str) -> str:
        return text(f"web.{key}", lang)

    heads = [
        unit_head(head("year"), words.unit, lang),
        head("budget"),
        head("carried_in"),
        *(capital(words.source(source)) for source in found),
    ]
    heads += [head("used"), head("carried_out"), head("lapsed"), *[head("overdrawn")] * overdrawn, head("paid")]
    rows = []
    for y in years:
        cells = [y.budget, y.carried_in, *(y.used[source] for source in found)]
        cells += [y.total_used, y.carried_out, y.lapsed, *[y.overdrawn] * overdrawn, y.paid]
        rows.append([str(y.year), *(dash(cell, words) for cell in cells)])
    if later:
        rows.append([text("web.later", lang, year=years[-1].year), *[""] * (len(heads) - 2), money(later, words)])
    totals: list[int | None] = [sum(y.budget for y in years), None]
    totals += [sum(y.used[source] for y in years) for source in found]
    totals += [sum(y.total_used for y in years), None, sum(y.lapsed for y in years)]
    totals += [sum(y.overdrawn for y in years)] * overdrawn
    totals += [sum(y.paid for y in years) + later]
    rows.append([head("total"), *("" if cell is None else dash(cell, words) for cell in totals)])
    parts.table(heads, rows, total=True, name="money")


def _purse_table(book: Book) -> None:
    """What each purse uses in each year, beside its whole budget."""
    words, lang = book.words, book.words.lang
    own = purses(book)
    known = [flow for flow in flows(book) if flow.purse in own]

    def row(label: str, used: list[int], budget: int) -> list[str]:
        return [label, *(dash(yuan, words) for yuan in (*used, sum(used), budget))]

    heads = [unit_head(text("web.purse_column", lang), words.unit, lang), *map(str, book.years)]
    heads += [text("web.used", lang), text("overview.budget_whole", lang)]
    rows = [
        row(capital(words.purse(flow.purse)), [flow.spent[y] for y in book.years], sum(flow.budget.values()))
        for flow in known
    ]
    used = [sum(flow.spent[year] for flow in known) for year in book.years]
    rows.append(row(text("web.total", lang), used, sum(sum(flow.budget.values()) for flow in known)))
    parts.heading(text("overview.purses_by_year", lang))
    parts.table(heads, rows, total=True, name="purses")


def area_by_year(book: Book, every: Collection[Site], chosen: Selection) -> Table:
    """Show the task area of what is chosen by start year and tier; the table comes back.

    Year and tier are set off only: all of them are seen.
    """
    words, lang = book.words, book.words.lang
    parts.heading(text("web.area_by_year", lang), f"{words('hectare')} · {text('web.area_aside', lang)}")
    found = chosen.of(every, but=("year", "tier"))
    years = area_years(book, [site.item for site in found if site.item])
    filled = [(y.year, tier, area) for y in years for tier, area in y.tiers.items()]
    if not filled:
        parts.quiet(text("overview.no_area", lang))
        return None
    st.altair_chart(
        charts.area_by_year(filled, words, chosen), key=key_of("area_chart"), width="stretch",
        alt=text("web.area_by_year", lang), on_select=clicked("area_chart", charts.CLICK, by_year_and_tier),
    )  # fmt: skip

    def table() -> None:
        of = named(replace(chosen, year="", tier=""), words)
        with st.expander(text("web.table_of", lang, what=text("web.area_by_year", lang), of=of), key="area"):
            _area_table(years, words)

    return table


def _area_table(years: tuple[AreaYear, ...], words: Words) -> None:
    lang, tiers = words.lang, list(years[0].tiers)
    heads = [unit_head(text("web.year", lang), words("hectare"), lang)]
    heads += [text("web.tier", lang, tier=tier) for tier in tiers]
    heads += [text("web.total", lang), text("web.finished_area", lang)]
    heads += [unit_head(text("web.hazards_removed", lang), words("points"), lang)]

    def row(label: str, of_tiers: list[int], finished: int, points: int) -> list[str]:
        return [
            label,
            *((hectares(a, least=4) if a else "–") for a in (*of_tiers, sum(of_tiers), finished)),
            str(points),
        ]

    rows = [row(str(y.year), list(y.tiers.values()), y.finished, y.hazards) for y in years]
    sums = [sum(y.tiers[tier] for y in years) for tier in tiers]
    rows.append(row(text("web.total", lang), sums, sum(y.finished for y in years), sum(y.hazards for y in years)))
    parts.table(heads, rows, total=True, name="area")
