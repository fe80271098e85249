"""The overview's figures by year: money and area, each as a chart and as a table."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from planner.office.accounts import MoneyYear, money_years, paid_later, purses, sources
from planner.office.areas import AreaYear, area_years
from planner.office.figures import Book
from planner.office.shown import capital, dash, money
from planner.office.words import Words
from planner.texts import Language, text
from planner.units import hectares
from planner.web import charts, parts

_EVERY = ""

Table = Callable[[], None] | None


def unit_head(words: str, unit: str, lang: Language) -> str:
    """A column's heading with its unit."""
    return text("web.column_with_unit", lang, column=words, unit=unit)


def money_by_year(book: Book) -> Table:
    """Show the money of all purses, or of one, by year; the table comes back, to be shown where there is room."""
    words, lang = book.words, book.words.lang
    basis = text(f"web.basis_{book.scenario.basis}", lang)
    parts.heading(text("web.money_by_year", lang), f"{words.unit} · {basis}")
    every = purses(book)
    if not every:
        parts.quiet(text("web.no_money", lang))
        return None
    names = [text("web.all_purses", lang), *(capital(words.purse(purse)) for purse in every)]
    number = st.selectbox(
        text("web.purse_column", lang), range(len(names)), key="purse", format_func=lambda n: names[n]
    )
    chosen = every[number - 1 : number] if number else every
    years, found = money_years(book, chosen), sources(chosen)
    st.altair_chart(
        charts.money_by_year(years, found, words), key="money_chart", width="stretch",
        alt=text("web.money_by_year", lang),
    )  # fmt: skip

    def table() -> None:
        with st.expander(
            text("web.table_of", lang, what=text("web.money_by_year", lang), of=names[number]), key="money"
        ):
            _money_table(years, found, paid_later(book, chosen), words)

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


def area_by_year(book: Book) -> Table:
    """Show the task area of all districts, or of one, by start year and tier; the table comes back."""
    words, lang = book.words, book.words.lang
    parts.heading(text("web.area_by_year", lang), f"{words('hectare')} · {text('web.area_aside', lang)}")
    known = [d for d in book.ledger.districts if any(item.task.district == d for item in book.items)]
    chosen = st.selectbox(
        text("web.column_district", lang), [_EVERY, *known], key="area_district",
        format_func=lambda district: district or text("web.all_districts", lang),
    )  # fmt: skip
    years = area_years(book, chosen or None)
    filled = [(y.year, tier, area) for y in years for tier, area in y.tiers.items()]
    st.altair_chart(
        charts.area_by_year(filled, words), key="area_chart", width="stretch", alt=text("web.area_by_year", lang)
    )

    def table() -> None:
        of = chosen or text("web.all_districts", lang)
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
