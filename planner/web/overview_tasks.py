"""The task table of the overview, with its filters."""

from __future__ import annotations

from typing import Any

import streamlit as st

from planner.texts import Language, text
from planner.web import parts
from planner.web.amounts import Units
from planner.web.downloads import file_name
from planner.web.state import Opened
from planner.web.tasks import TaskRow, csv_bytes, frame, headers, task_rows

_HEIGHT = 420


def task_table(opened: Opened, units: Units) -> None:
    """Show the tasks, those of a district, year and treatment where one is chosen, and offer them as a file."""
    lang, plan = units.lang, opened.plan
    every = task_rows(opened.ledger, plan, lang)
    parts.heading(text("web.tasks", lang))
    one, two, three, four = st.columns(4, vertical_alignment="bottom")
    with one:
        district = _choose(
            "district", [d for d in opened.ledger.districts if any(r.district == d for r in every)], lang
        )
    with two:
        year = _choose("start", sorted({row.start for row in every}), lang)
    with three:
        treatment = _choose("treatment", sorted({row.treatment for row in every}), lang)
    rows = [
        row
        for row in every
        if district in (None, row.district) and year in (None, row.start) and treatment in (None, row.treatment)
    ]
    with four:
        st.download_button(
            text("web.download_csv", lang), csv_bytes(rows, plan, units), key="download_csv", mime="text/csv",
            file_name=file_name(opened, lang, "tasks", "csv", *(str(w) for w in (district, year, treatment) if w)),
            on_click="ignore", width="stretch",
        )  # fmt: skip
    parts.quiet(_summary(rows, units))
    shown = frame(rows, plan, units)
    st.dataframe(
        shown, key="tasks", hide_index=True, height=_HEIGHT, column_config=_columns(shown, headers(plan, units)),
        placeholder="", alt=text("web.tasks", lang),
    )  # fmt: skip


def _choose(column: str, options: list[Any], lang: Language) -> Any:
    return st.selectbox(
        text(f"web.column_{column}", lang), [None, *options], key=f"filter_{column}",
        format_func=lambda value: text("web.all", lang) if value is None else str(value),
    )  # fmt: skip


def _summary(rows: list[TaskRow], units: Units) -> str:
    return text(
        "web.tasks_summary", units.lang, tasks=len(rows), area=units.m2(sum(r.area_m2 for r in rows)),
        area_unit=units.area, money=units.yuan(sum(r.yuan for r in rows)), unit=units.money,
        hazards=sum(r.hazard_points for r in rows),
    )  # fmt: skip


def _columns(shown: Any, words: dict[str, str]) -> dict[str, Any]:
    """How each column is written: years and counts plainly, areas and money with two digits."""
    config: dict[str, Any] = {}
    for name in shown.columns:
        if name in ("tier", "hazard_points", "start", "finish"):
            config[name] = st.column_config.NumberColumn(words[name], format="%d")
        elif name in ("area_m2", "yuan") or name.startswith("source:"):
            config[name] = st.column_config.NumberColumn(words[name], format="%,.2f")
        else:
            config[name] = st.column_config.TextColumn(words[name], pinned=name == "patch")
    return config
