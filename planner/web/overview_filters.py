"""The overview's filter: one choice for every chart and the table, made in boxes or by clicks in the charts.

It lives in the session and in the URL, so that a link opens the same view. A chart keeps what was clicked in it until
the choice is changed elsewhere; then it gets another key and begins anew, so that the same click works again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from planner.office.figures import Book
from planner.office.words import Words
from planner.texts import text
from planner.web import parts
from planner.web.sites import EVERYTHING, NAMES, UNNAMED, Selection, Site, options

CHARTS = ("money_chart", "area_chart", "map_chart", "schedule_chart")
_KEPT, _IN_URL = "overview_selection", "overview_in_url"
_HEADS = {"year": "start", "category": "treatment"}

Read = Callable[[Selection, Mapping[str, Any]], Selection]


def selection(found: Collection[Site]) -> Selection:
    """What is chosen in this session; a URL that names something else comes first.

    What no patch has is dropped.
    """
    kept: Selection = st.session_state.get(_KEPT, EVERYTHING)
    asked = {name: st.query_params[name] for name in NAMES if name in st.query_params}
    if asked and asked != st.session_state.get(_IN_URL):
        kept = Selection(**asked)
    chosen = kept.known(found)
    st.session_state[_KEPT] = chosen
    for name in NAMES:
        if value := getattr(chosen, name):
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)
    st.session_state[_IN_URL] = dict(chosen.chosen)
    return chosen


def choose(to: Selection, by: str = "") -> None:
    """Keep a choice; `by` is the chart in which it was made, which stays as it is."""
    st.session_state[_KEPT] = to
    for chart in CHARTS:
        if chart != by:
            st.session_state[f"turn:{chart}"] = st.session_state.get(f"turn:{chart}", 0) + 1


def key_of(chart: str) -> str:
    """The key under which a chart stands now."""
    return f"{chart}_{st.session_state.get(f'turn:{chart}', 0)}"


def clicked(chart: str, parameter: str, read: Read) -> Callable[[], None]:
    """What to do when something is clicked in a chart: `read` makes a choice of the one before and what was hit."""
    key = key_of(chart)

    def hear() -> None:
        hit = st.session_state[key]["selection"][parameter]
        choose(read(st.session_state[_KEPT], hit[0] if hit else {}), by=chart)

    return hear


def filter_bar(book: Book, found: Collection[Site], chosen: Selection, summary: str) -> None:
    """Show the boxes, what is chosen in words, and the way back to everything."""
    lang, words = book.words.lang, book.words
    offered = options(found, chosen)
    names = [name for name in offered if name != "district" or len(offered["district"]) > 1]
    with st.container(key="filter_bar"):
        for name, column in zip(names, st.columns(len(names)), strict=True):
            with column:
                _box(name, offered[name], chosen, words, disabled=name == "township" and _is_open(chosen, offered))
        with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
            sentence, figures = parts.safe(said(chosen, words)), parts.safe(summary)
            parts.block(f"<p role='status'>{sentence} <span class='unit'>{figures}</span></p>")
            st.button(
                text("overview.clear", lang), key="filter_clear", disabled=chosen == EVERYTHING, on_click=choose,
                args=(EVERYTHING,),
            )  # fmt: skip


def _is_open(chosen: Selection, offered: Mapping[str, list[str]]) -> bool:
    """Whether the townships wait for a district."""
    return not chosen.district and len(offered["district"]) > 1


def _box(name: str, values: list[str], chosen: Selection, words: Words, *, disabled: bool) -> None:
    key = f"filter_{name}"
    st.session_state[key] = getattr(chosen, name)

    def changed() -> None:
        kept: Selection = st.session_state[_KEPT]
        choose(kept.changed(**{name: st.session_state[key]}))

    everything = text("overview.township_needs_district" if disabled else "overview.all", words.lang)
    st.selectbox(
        text(f"web.column_{_HEADS.get(name, name)}", words.lang), ["", *values], key=key, on_change=changed,
        format_func=lambda value: shown(name, value, words) if value else everything, disabled=disabled,
    )  # fmt: skip


def shown(name: str, value: str, words: Words) -> str:
    """A value of a field in words."""
    if name == "category":
        return words.treatment(value)
    if name == "township" and value == UNNAMED:
        return text("overview.no_township", words.lang)
    return value


def said(chosen: Selection, words: Words) -> str:
    """What is chosen, in one sentence."""
    if chosen == EVERYTHING:
        return text("overview.nothing_chosen", words.lang)
    return text("overview.chosen", words.lang, what=named(chosen, words))


def named(chosen: Selection, words: Words) -> str:
    """What is chosen, as a name."""
    found = [_part(name, value, words) for name, value in chosen.chosen.items()]
    return " · ".join(found) or text("overview.all", words.lang)


def _part(name: str, value: str, words: Words) -> str:
    if name in ("year", "patch"):
        return text(f"overview.chosen_{name}", words.lang, value=value)
    if name == "tier":
        return text("web.tier", words.lang, tier=value)
    return shown(name, value, words)


def by_year(chosen: Selection, hit: Mapping[str, Any]) -> Selection:
    """The choice after a click on a year."""
    return chosen.changed(year=str(hit.get("year") or ""))


def by_year_and_tier(chosen: Selection, hit: Mapping[str, Any]) -> Selection:
    """The choice after a click on a year's tier; the year alone where its sum is hit."""
    return chosen.changed(year=str(hit.get("year") or ""), tier=str(hit.get("tier") or ""))


def by_place(chosen: Selection, hit: Mapping[str, Any]) -> Selection:
    """The choice after a click on a patch, a district, or beside both."""
    if patch := hit.get("patch"):
        return replace(chosen, patch=str(patch))
    return chosen.changed(district=str(hit.get("district") or ""), township="")


def by_row(level: str) -> Read:
    """How a click on a row of the schedule is read; a click beside the rows goes up to the level above."""

    def read(chosen: Selection, hit: Mapping[str, Any]) -> Selection:
        if row := hit.get("row"):
            return replace(chosen, patch=str(row)) if level == "patch" else chosen.changed(**{level: str(row)})
        return replace(chosen, patch="") if chosen.patch else chosen

    return read
