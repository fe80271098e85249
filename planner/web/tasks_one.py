"""One patch edited by a form, for those who cannot use the grid."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from planner.texts import text
from planner.web import tasks_draft as draft
from planner.web.tasks_place import Place
from planner.web.tasks_table import Line

_FREE = "free"
_PATCH, _WANTED, _YEAR, _WHY = "tasks_one_patch", "tasks_one_wanted", "tasks_one_year", "tasks_one_why"


def one_by_one(place: Place, rows: Sequence[Line]) -> None:
    """Let a patch be chosen, and say what is wanted of it."""
    lang = place.lang
    with st.expander(text("tasks_page.one", lang), key="tasks_one"):
        names = [line.patch.patch for line in rows]
        left, middle, year, right = st.columns([3, 3, 2, 4], vertical_alignment="bottom")
        with left:
            st.selectbox(text("web.column_patch", lang), names, key=_PATCH)
        with middle:
            wanted = st.selectbox(
                text("tasks_page.one_wanted", lang), (draft.PIN, draft.MOVE, draft.DROP, _FREE), key=_WANTED,
                format_func=lambda name: text(f"tasks_page.one_{name}", lang),
            )  # fmt: skip
        with year:
            years = list(place.book.years)
            st.selectbox(text("tasks_page.column_move", lang), years, key=_YEAR, disabled=wanted != draft.MOVE)
        with right:
            st.text_input(text("tasks_page.column_why", lang), key=_WHY, max_chars=200)
        st.button(text("tasks_page.one_put", lang), key="tasks_one_put", on_click=_put, args=(place,))


def _put(place: Place) -> None:
    """Note what the widgets say at this moment."""
    said = st.session_state
    if said[_PATCH] is None:
        return
    draft.put(
        place, said[_PATCH],
        {
            draft.PIN: said[_WANTED] == draft.PIN, draft.MOVE: said[_YEAR] if said[_WANTED] == draft.MOVE else None,
            draft.DROP: said[_WANTED] == draft.DROP, draft.WHY: said[_WHY],
        },
    )  # fmt: skip
    draft.renew()
