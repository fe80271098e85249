"""The task table of the overview, which follows what is chosen."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from planner.office.figures import Book
from planner.office.shown import money
from planner.office.words import Words
from planner.texts import text
from planner.units import hectares
from planner.web import parts
from planner.web.downloads import file_name
from planner.web.overview_filters import shown
from planner.web.sites import Selection, Site
from planner.web.tasks import OPTIONAL, by_priority, csv_bytes, frame, headers

_HEIGHT, _ROW = 422, 35
_MARGIN, _FULL_WIDTH, _HALF_WIDTH, _WIDEST = 18, 14, 8, 320
_MOST_WITHOUT, _KEPT_LISTS = 200, 32


def task_table(book: Book, every: Collection[Site], chosen: Selection) -> None:
    """Show the tasks that are chosen, offer them as a file, and list apart what is chosen and has no works."""
    lang, words = book.words.lang, book.words
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    found = chosen.of(every)
    names = {site.patch.patch for site in found if site.item}
    with left:
        parts.heading(text("web.tasks", lang))
    with right:
        limits = [shown(name, value, words) for name, value in chosen.chosen.items()]
        st.download_button(
            text("web.download_csv", lang), lambda: _file(book, names), key="download_csv", mime="text/csv",
            file_name=file_name(book, "tasks", "csv", *limits), on_click="ignore", width="stretch", disabled=not names,
        )  # fmt: skip
    if names:
        whole, columns = _whole(_identity(book), book)
        st.dataframe(
            whole[whole["patch"].isin(names)], key="tasks", hide_index=True, row_height=_ROW,
            height=min(_HEIGHT, (len(names) + 1) * _ROW + 2), column_config=columns, alt=text("web.tasks", lang),
        )  # fmt: skip
    else:
        parts.quiet(text("overview.no_tasks", lang))
    _without_works([site for site in found if site.item is None], words)


def _file(book: Book, names: Collection[str]) -> bytes:
    return csv_bytes([item for item in by_priority(book) if item.patch.patch in names], book)


def _identity(book: Book) -> tuple[str, ...]:
    """What tells one list of all tasks from another: the plan, whose part of it, and the language."""
    certificate = book.plan.certificate
    made = (certificate.run_id, certificate.plan_digest, certificate.ledger_digest, certificate.scenario_digest)
    return (*made, book.district or "", book.words.lang)


@st.cache_resource(max_entries=_KEPT_LISTS, show_spinner=False)
def _whole(identity: tuple[str, ...], _book: Book) -> tuple[pd.DataFrame, dict[str, Any]]:
    """All tasks, and how their columns are written."""
    found = frame(by_priority(_book), _book)
    columns = _columns(found, headers(_book))
    return found[list(columns)], columns


def summary(found: Collection[Site], words: Words) -> str:
    """How much works there are in what is chosen."""
    items = [site.item for site in found if site.item]
    return text(
        "web.tasks_summary", words.lang, tasks=len(items), area=hectares(sum(i.task.task_area_m2 for i in items)),
        area_unit=words("hectare"), money=money(sum(i.total for i in items), words), unit=words.unit,
        hazards=sum(i.patch.hazard_points for i in items),
    )  # fmt: skip


def _without_works(found: Sequence[Site], words: Words) -> None:
    """The patches that nature restores and those that the plan leaves out."""
    if not found:
        return
    lang, natural = words.lang, sum(site.is_natural for site in found)
    head = text("overview.without_task", lang, natural=natural, left_out=len(found) - natural)
    with st.expander(head, key="without_works"):
        heads = [text(f"web.column_{name}", lang) for name in ("patch", "name", "district", "township")]
        heads += [text("overview.situation", lang), text("overview.area_hectares", lang)]
        rows = [
            [
                site.patch.patch, site.patch.name, site.district, site.patch.township,
                text("overview.natural" if site.is_natural else "overview.left_out", lang),
                hectares(site.patch.area_m2, least=4),
            ]
            for site in found[:_MOST_WITHOUT]
        ]  # fmt: skip
        parts.table(heads, rows, text_columns=5, name="without_works")
        if len(found) > _MOST_WITHOUT:
            parts.quiet(text("overview.first_rows", lang, shown=_MOST_WITHOUT, count=len(found)))


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
            width = min(_WIDEST, max(map(_width, {heads[name], *whole[name]})))
            config[name] = st.column_config.TextColumn(heads[name], width=width, pinned=name == "patch")
    return config


def _width(words: str) -> int:
    """About how many pixels a cell takes that shows these words."""
    return _MARGIN + sum(_FULL_WIDTH if unicodedata.east_asian_width(sign) in "FW" else _HALF_WIDTH for sign in words)
