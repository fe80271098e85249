"""The task table of the overview, with its filters."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

from planner.office.figures import Book, Item
from planner.office.shown import money
from planner.texts import Language, text
from planner.units import hectares
from planner.web import parts
from planner.web.downloads import file_name
from planner.web.tasks import OPTIONAL, by_priority, csv_bytes, frame, headers

_HEIGHT, _ROW = 422, 35
_MARGIN, _FULL_WIDTH, _HALF_WIDTH, _WIDEST = 18, 14, 8, 320

T = TypeVar("T")


def task_table(book: Book) -> None:
    """Show the tasks, those of a district, year and treatment where one is chosen, and offer them as a file."""
    lang, words = book.words.lang, book.words
    every = by_priority(book)
    parts.heading(text("web.tasks", lang))
    places, years, treatments, file = st.columns(4, vertical_alignment="bottom")
    with places:
        known = [d for d in book.ledger.districts if any(item.task.district == d for item in every)]
        district = _choose("district", {name: name for name in known}, lang)
    with years:
        year = _choose("start", {year: str(year) for year in sorted({item.task.start for item in every})}, lang)
    with treatments:
        found = sorted({item.task.treatment for item in every})
        treatment = _choose("treatment", {name: words.treatment(name) for name in found}, lang)
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
    height = min(_HEIGHT, (len(chosen) + 1) * _ROW + 2)
    columns = _columns(frame(every, book), headers(book))
    st.dataframe(
        frame(chosen, book)[list(columns)], key="tasks", hide_index=True, height=height, row_height=_ROW,
        column_config=columns, alt=text("web.tasks", lang),
    )  # fmt: skip


def _choose(column: str, options: Mapping[T, str], lang: Language) -> T | None:
    """Let one of the options be chosen, or all of them: None."""
    values, names = [None, *options], [text("web.all", lang), *options.values()]
    number = st.selectbox(
        text(f"web.column_{column}", lang), range(len(names)), key=f"filter_{column}", format_func=lambda n: names[n]
    )
    return values[number]


def _summary(items: Sequence[Item], book: Book) -> str:
    words = book.words
    return text(
        "web.tasks_summary", words.lang, tasks=len(items), area=hectares(sum(i.task.task_area_m2 for i in items)),
        area_unit=words("hectare"), money=money(sum(i.total for i in items), words), unit=words.unit,
        hazards=sum(i.patch.hazard_points for i in items),
    )  # fmt: skip


def _columns(whole: pd.DataFrame, heads: dict[str, str]) -> dict[str, Any]:
    """How each column is written: years and counts plainly, areas and money with two digits, texts in full.

    The whole list settles which columns there are and how wide, so that nothing jumps when it is filtered.
    """
    config: dict[str, Any] = {}
    for name in map(str, whole.columns):
        if name in OPTIONAL and not whole[name].any():
            continue
        if name in ("tier", "hazards", "start", "finish"):
            config[name] = st.column_config.NumberColumn(heads[name], format="%d")
        elif name in ("area", "money") or name.startswith("source:"):
            config[name] = st.column_config.NumberColumn(heads[name], format="%,.2f")
        else:
            width = min(_WIDEST, max(map(_width, (heads[name], *whole[name]))))
            config[name] = st.column_config.TextColumn(heads[name], width=width, pinned=name == "patch")
    return config


def _width(words: str) -> int:
    """About how many pixels a cell takes that shows these words."""
    return _MARGIN + sum(_FULL_WIDTH if unicodedata.east_asian_width(sign) in "FW" else _HALF_WIDTH for sign in words)
