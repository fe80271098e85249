"""One patch edited by a form, for those who cannot use the grid."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from planner.texts import text
from planner.web import tasks_draft as draft
from planner.web.tasks_place import Place
from planner.web.tasks_table import Line

_FREE = "free"


def one_by_one(place: Place, rows: Sequence[Line]) -> None:
    """Let a patch be chosen, and say what is wanted of it."""
    lang = place.lang
    with st.expander(text("tasks_page.one", lang), key="tasks_one"):
        names = [line.patch.patch for line in rows]
        left, middle, year, right = st.columns([3, 3, 2, 4], vertical_alignment="bottom")
        with left:
            patch = st.selectbox(text("web.column_patch", lang), names, key="tasks_one_patch")
        with middle:
            wanted = st.selectbox(
                text("tasks_page.one_wanted", lang), (draft.PIN, draft.MOVE, draft.DROP, _FREE), key="tasks_one_wanted",
                format_func=lambda name: text(f"tasks_page.one_{name}", lang),
            )  # fmt: skip
        with year:
            to = st.selectbox(
                text("tasks_page.column_move", lang), list(place.book.years), key="tasks_one_year",
                disabled=wanted != draft.MOVE,
            )  # fmt: skip
        with right:
            why = st.text_input(text("tasks_page.column_why", lang), key="tasks_one_why", max_chars=200)

        def clicked() -> None:
            if patch is None:
                return
            draft.put(
                place, patch,
                {
                    draft.PIN: wanted == draft.PIN, draft.MOVE: to if wanted == draft.MOVE else None,
                    draft.DROP: wanted == draft.DROP, draft.WHY: why,
                },
            )  # fmt: skip
            draft.renew()

        st.button(text("tasks_page.one_put", lang), key="tasks_one_put", on_click=clicked, disabled=patch is None)
