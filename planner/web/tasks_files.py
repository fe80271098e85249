"""Workbooks of a district to take away: its task plans, of a year or of all, and its appraisal."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from planner.office.names import export_name
from planner.office.scorecard import scorecard_name
from planner.service import Action
from planner.texts import text
from planner.web.downloads import EXCEL, file_name
from planner.web.tasks import csv_bytes
from planner.web.tasks_place import Place


def files(place: Place) -> None:
    """Offer the files; each is made when it is asked for, and the right is asked then."""
    if not place.desk.may(Action.EXPORT_DISTRICT, place.district):
        return
    lang, book, district = place.lang, place.book, place.district
    with st.container(horizontal=True):
        if place.year is not None and book.of_year(district, place.year):
            _workbook(place, place.year)
        if book.items:
            _workbook(place, None)
            chosen = [item for item in book.items if place.year in (None, item.task.start)]
            named = [district, *([] if place.year is None else [str(place.year)])]
            st.download_button(
                text("web.download_csv", lang), csv_bytes(chosen, book), key="tasks_csv", mime="text/csv",
                file_name=file_name(book, "tasks", "csv", *named), on_click="ignore",
            )  # fmt: skip
        if place.desk.year.begun() is not None:
            _appraisal(place)


def _workbook(place: Place, year: int | None) -> None:
    """The task plan (T1), funds (T2), ledger and targets (T4), with the sheets to fill in."""
    lang, book = place.lang, place.book
    label = text("tasks_page.download_all", lang)
    if year is not None:
        label = text("tasks_page.download_year", lang, year=year)
    st.download_button(
        label, lambda: place.desk.keeping.export(place.version, district=place.district, year=year, lang=lang).data,
        key=f"tasks_workbook:{year or 'all'}", mime=EXCEL, on_click="ignore",
        file_name=export_name(book.scenario, book.plan, place.district, year, lang),
    )  # fmt: skip


def _appraisal(place: Place) -> None:
    lang, today = place.lang, _today(place)
    st.download_button(
        text("tasks_page.download_appraisal", lang),
        lambda: place.desk.year.export_scorecard(today, place.district, lang).data, key="tasks_appraisal", mime=EXCEL,
        file_name=scorecard_name(today, lang, place.district), on_click="ignore",
    )  # fmt: skip


def _today(place: Place) -> dt.date:
    return place.desk.service.now().date()
