"""The task table of the overview, with its filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from planner.office.figures import Book, Item
from planner.texts import Language, text
from planner.units import hectares
from planner.web import parts
from planner.web.downloads import file_name
from planner.web.figures import money
from planner.web.tasks import by_priority, csv_bytes, frame, headers

_HEIGHT, _ROW = 422, 35


def task_table(book: Book) -> None:
    """Show the tasks, those of a district, year and treatment where one is chosen, and offer them as a file."""
    lang, words = book.words.lang, book.words
    every = by_priority(book)
    parts.heading(text("web.tasks", lang))
    places, years, treatments, file = st.columns(4, vertical_alignment="bottom")
    with places:
        district = _choose(
            "district", [d for d in book.ledger.districts if any(i.task.district == d for i in every)], lang
        )
    with years:
        year = _choose("start", sorted({item.task.start for item in every}), lang)
    with treatments:
        found = sorted({item.task.treatment for item in every})
        treatment = _choose("treatment", found, lang, {value: words.treatment(value) for value in found})
    chosen = [
        item
        for item in every
        if district in (None, item.task.district)
        and year in (None, item.task.start)
        and treatment in (None, item.task.treatment)
    ]
    with file:
        limits = [district, year, words.treatment(treatment) if treatment else None]
        st.download_button(
            text("web.download_csv", lang), csv_bytes(chosen, book), key="download_csv", mime="text/csv",
            file_name=file_name(book, "tasks", "csv", *(str(limit) for limit in limits if limit)),
            on_click="ignore", width="stretch",
        )  # fmt: skip
    parts.quiet(_summary(chosen, book))
    shown = frame(chosen, book)
    height = min(_HEIGHT, (len(chosen) + 1) * _ROW + 2)
    st.dataframe(
        shown, key="tasks", hide_index=True, height=height, row_height=_ROW,
        column_config=_columns(shown, headers(book)), alt=text("web.tasks", lang),
    )  # fmt: skip


def _choose(column: str, options: Sequence[Any], lang: Language, names: dict[Any, str] | None = None) -> Any:
    return st.selectbox(
        text(f"web.column_{column}", lang), [None, *options], key=f"filter_{column}",
        format_func=lambda value: text("web.all", lang) if value is None else (names or {}).get(value, str(value)),
    )  # fmt: skip


def _summary(items: Sequence[Item], book: Book) -> str:
    words = book.words
    return text(
        "web.tasks_summary", words.lang, tasks=len(items), area=hectares(sum(i.task.task_area_m2 for i in items)),
        area_unit=words("hectare"), money=money(sum(i.total for i in items), words), unit=words.unit,
        hazards=sum(i.patch.hazard_points for i in items),
    )  # fmt: skip


def _columns(shown: pd.DataFrame, heads: dict[str, str]) -> dict[str, Any]:
    """How each column is written: years and counts plainly, areas and money with two digits."""
    config: dict[str, Any] = {}
    for name in map(str, shown.columns):
        if name in ("tier", "hazards", "start", "finish"):
            config[name] = st.column_config.NumberColumn(heads[name], format="%d")
        elif name in ("area", "money") or name.startswith("source:"):
            config[name] = st.column_config.NumberColumn(heads[name], format="%,.2f")
        else:
            config[name] = st.column_config.TextColumn(heads[name], pinned=name == "patch")
    return config
