"""What the overview is for those who do not see the whole city, and the choice between plans that are kept."""

from __future__ import annotations

import streamlit as st

from planner.ledger import Ledger
from planner.office.figures import Book
from planner.office.shown import capital, dash
from planner.office.words import Words, status_words
from planner.plan import Plan
from planner.scenario import Scenario
from planner.service import Action, Desk
from planner.service.viewing import DistrictView
from planner.texts import Language, text
from planner.units import hectares
from planner.web import parts, stored
from planner.web.about_people import table as people_table
from planner.web.downloads import EXCEL, file_name
from planner.web.overview_figures import area_by_year, unit_head
from planner.web.overview_filters import filter_bar, selection
from planner.web.overview_places import places
from planner.web.overview_tasks import summary, task_table
from planner.web.seen import View
from planner.web.sites import sites


def people_alone(view: View, lang: Language) -> None:
    """Tell an administrator that plans are not theirs to see, and show who is who."""
    parts.title(text("web.page_overview", lang), "", "")
    parts.status("none", text("login.people_only", lang), text("login.people_only_more", lang))
    if view.desk is None or not view.desk.may(Action.READ_PEOPLE):
        return
    parts.heading(text("login.people", lang))
    people_table(view.desk, lang)


def own_district(view: View, lang: Language) -> None:
    """Show a district planner the district's tasks and the city's totals."""
    part, desk, version = view.district, view.desk, view.version
    if part is None or desk is None or version is None:
        return
    if len(view.districts) > 1:
        st.selectbox(text("login.own_district", lang), view.districts, key=stored.DISTRICT_STATE)
    book = book_of(part, lang)
    certificate = part.totals.certificate
    parts.title(f"{part.district} · {book.title}", "", "")
    line = f"{certificate.run_id[:8]} · {certificate.made_at[:16].replace('T', ' ')} UTC"
    parts.status("plan" if certificate.status.has_plan else "none", capital(status_words(book.plan, lang)), line)
    if part.totals.metrics is None:
        return
    _totals(part, book.words)
    if not part.tasks:
        parts.quiet(text("login.no_own_tasks", lang))
        return
    every = sites(book)
    chosen = selection(every)
    filter_bar(book, every, chosen, summary(chosen.of(every), book.words))
    area_table = area_by_year(book, every, chosen)
    if area_table is not None:
        area_table()
    places(book, every, chosen)
    task_table(book, every, chosen)
    _download(desk, version, part.district, book)


def book_of(part: DistrictView, lang: Language) -> Book:
    """The district's tasks as the task table takes them: nothing of another district is in it."""
    totals = part.totals
    scenario = Scenario.model_validate(
        {
            "name": totals.name,
            "title": dict(totals.title),
            "horizon": {"first": totals.first, "last": totals.last},
            "clauses": {"default": "off"},
        }
    )
    ledger = Ledger(part.patches, part.options, totals.meta)
    plan = Plan(schedule=part.tasks, commitments=part.commitments, cash=part.cash, certificate=totals.certificate)
    return Book(ledger, scenario, plan, Words(lang, totals.meta), district=part.district)


def _totals(part: DistrictView, words: Words) -> None:
    """The city's figures by year."""
    metrics, lang = part.totals.metrics, words.lang
    if metrics is None:
        return
    parts.heading(text("login.city_totals", lang))
    heads = [
        text("web.year", lang),
        unit_head(text("web.column_area", lang), words("hectare"), lang),
        unit_head(text("web.finished_area", lang), words("hectare"), lang),
        unit_head(text("web.column_money", lang), words.unit, lang),
        unit_head(text("web.hazards_removed", lang), words("points"), lang),
    ]
    series = (metrics.task_area_m2, metrics.finished_area_m2, metrics.commitments_yuan, metrics.hazards_removed)
    years = range(part.totals.first, part.totals.last + 1)

    def row(label: str, area: int, finished: int, yuan: int, hazards: int) -> list[str]:
        return [label, hectares(area, least=4), hectares(finished, least=4), dash(yuan, words), str(hazards)]

    rows = [row(str(year), *(one.get(year, 0) for one in series)) for year in years]
    rows.append(row(text("web.total", lang), *(sum(one.get(year, 0) for year in years) for one in series)))
    parts.table(heads, rows, total=True, name="city_totals")


def _download(desk: Desk, version: int, district: str, book: Book) -> None:
    lang = book.words.lang
    st.download_button(
        text("login.download_own", lang), lambda: desk.keeping.export(version, district=district, lang=lang).data,
        key="download_own", mime=EXCEL, file_name=file_name(book, "workbook", "xlsx", district), on_click="ignore",
    )  # fmt: skip
