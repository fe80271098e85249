"""The overview's figures by year: money and area, each as a chart and as a table."""

from __future__ import annotations

import streamlit as st

from planner.texts import Language, text
from planner.web import charts, parts
from planner.web.accounts import PurseYear, paid_later, purse_years, sources
from planner.web.amounts import Units, purse_name, source_name
from planner.web.state import Opened

_EVERY = ""


def or_dash(yuan: int, units: Units) -> str:
    """An amount of money, or a dash for nothing."""
    return units.yuan(yuan) if yuan else "–"


def unit_head(words: str, unit: str, lang: Language) -> str:
    """A column's heading with its unit."""
    return text("web.column_with_unit", lang, column=words, unit=unit)


def money(opened: Opened, units: Units) -> None:
    """Show the money of all purses, or of one, by year."""
    plan, scenario, lang = opened.plan, opened.scenario, units.lang
    parts.heading(text("web.money_by_year", lang), text(f"web.basis_{scenario.basis}", lang))
    purses = list(dict.fromkeys((account.source, account.district) for account in plan.accounts))
    purses.sort(key=lambda purse: (purse[0] != "municipal", purse[0]))
    names = [_EVERY, *(purse_name(source, district, lang) for source, district in purses)]
    number = st.selectbox(
        text("web.purse_column", lang), range(len(names)), key="purse",
        format_func=lambda n: names[n] or text("web.all_purses", lang),
    )  # fmt: skip
    chosen = purses[number - 1] if number else None
    accounts = [a for a in plan.accounts if chosen is None or (a.source, a.district) == chosen]
    cash = [c for c in plan.cash if c.source != "enterprise" and (chosen is None or (c.source, c.district) == chosen)]
    years = purse_years(scenario, accounts, cash)
    found = sources(accounts)
    if not found:
        parts.quiet(text("web.no_money", lang))
        return
    st.altair_chart(
        charts.money_by_year(years, found, units), key="money_chart", width="stretch",
        alt=text("web.money_by_year", lang),
    )  # fmt: skip
    with st.expander(text("web.as_table", lang), key="money_table"):
        _money_table(years, found, paid_later(scenario, cash), units)


def _money_table(years: tuple[PurseYear, ...], names: tuple[str, ...], later: int, units: Units) -> None:
    lang = units.lang
    overdrawn = any(year.overdrawn for year in years)
    heads = [
        unit_head(text("web.year", lang), units.money, lang),
        text("web.budget", lang),
        text("web.carried_in", lang),
    ]
    heads += [source_name(name, lang) for name in names]
    heads += [text(f"web.{key}", lang) for key in ("used", "carried_out", "lapsed")]
    heads += [text("web.overdrawn", lang)] * overdrawn + [text("web.paid", lang)]
    rows = []
    for y in years:
        cells = [
            y.budget,
            y.carried_in,
            *(y.used.get(name, 0) for name in names),
            y.total_used,
            y.carried_out,
            y.lapsed,
        ]
        cells += [y.overdrawn] * overdrawn + [y.paid]
        rows.append([str(y.year), *(or_dash(cell, units) for cell in cells)])
    blanks = [""] * (len(heads) - 2)
    if later:
        rows.append([text("web.later", lang, year=years[-1].year), *blanks, units.yuan(later)])
    totals: list[int | None] = [
        sum(y.budget for y in years),
        None,
        *(sum(y.used.get(name, 0) for y in years) for name in names),
    ]
    totals += [sum(y.total_used for y in years), None, sum(y.lapsed for y in years)]
    totals += [sum(y.overdrawn for y in years)] * overdrawn + [sum(y.paid for y in years) + later]
    rows.append([text("web.total", lang), *("" if cell is None else or_dash(cell, units) for cell in totals)])
    parts.table(heads, rows, total=True, name="money")


def area(opened: Opened, units: Units) -> None:
    """Show the task area by start year and tier."""
    plan, lang = opened.plan, units.lang
    parts.heading(text("web.area_by_year", lang), text("web.area_aside", lang))
    amounts: dict[tuple[int, int], int] = {}
    for task in plan.schedule:
        if task.task_area_m2:
            key = (task.start, opened.ledger.by_id[task.patch].tier)
            amounts[key] = amounts.get(key, 0) + task.task_area_m2
    tiers = sorted({tier for _, tier in amounts})
    years = list(opened.scenario.horizon.years)
    districts = opened.metrics.by_district
    parts.quiet(text("web.area_words", lang, tasks=sum(d.tasks for d in districts.values()), districts=len(districts)))
    filled = [(year, tier, amounts.get((year, tier), 0)) for year in years for tier in tiers]
    st.altair_chart(
        charts.area_by_year(filled, units), key="area_chart", width="stretch", alt=text("web.area_by_year", lang)
    )
    with st.expander(text("web.as_table", lang), key="area_table"):
        heads = [unit_head(text("web.year", lang), units.area, lang)]
        heads += [text("web.tier", lang, tier=tier) for tier in tiers]
        heads += [text("web.total", lang), text("web.finished_area", lang)]
        heads += [unit_head(text("web.hazards_removed", lang), text("web.points", lang), lang)]
        done, hazards = opened.metrics.finished_area_m2, opened.metrics.hazards_removed
        rows = [
            [str(year), *_hectares([*of_year, sum(of_year), done.get(year, 0)], units), str(hazards.get(year, 0))]
            for year, of_year in ((year, [amounts.get((year, tier), 0) for tier in tiers]) for year in years)
        ]
        sums = [sum(amounts.get((year, tier), 0) for year in years) for tier in tiers]
        rows.append(
            [text("web.total", lang), *(units.m2(area, least=2) for area in (*sums, sum(sums), sum(done.values()))),
             str(sum(hazards.values()))]
        )  # fmt: skip
        parts.table(heads, rows, total=True, name="area")


def _hectares(areas: list[int], units: Units) -> list[str]:
    return [units.m2(area, least=2) for area in areas]
