"""Why a patch of one's own district is planned as it is, for those who do not see the whole city."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from planner.advice.reasons import Reasons
from planner.service import Action
from planner.texts import text
from planner.web import address, explain_patch, parts, work
from planner.web.tasks_place import Place
from planner.web.tasks_table import Line

PATCH = "patch"


def why(place: Place, rows: Sequence[Line]) -> None:
    """Let a patch be chosen, and say what its decision rests on and what every other year would mean."""
    lang, owner = place.lang, place.owner
    if not owner or not place.desk.may(Action.ASK_OWN, owner):
        return
    names = [line.patch.patch for line in rows]
    asked = address.asked(PATCH)
    with st.expander(text("tasks_page.why", lang), expanded=asked in names, key="tasks_why"):
        st.session_state["tasks_why_patch"] = asked if asked in names else None

        def switched() -> None:
            address.put(PATCH, st.session_state["tasks_why_patch"])

        patch = st.selectbox(
            text("web.column_patch", lang), names, index=None, key="tasks_why_patch", on_change=switched,
            placeholder=text("tasks_page.why_choose", lang),
        )  # fmt: skip
        if patch is None:
            return
        seconds = min(explain_patch.SECONDS, place.desk.service.settings.limits.solve_seconds)
        options = {"patch": patch, "seconds": seconds}
        label = text("tasks_page.why_ask", lang, patch=patch)
        found = work.question(
            place.desk, "why", place.version, options, lang, label=label, key="tasks_ask_why", district=owner
        )
        if found is None:
            return
        known = Reasons.model_validate(found)
        explain_patch.reasons(known, place.book)
        heads = [text(f"explain.{key}", lang) for key in ("year", "outcome", "because", "goals", "moves")]
        cells = [explain_patch.year_row(year, place.book) for year in known.years]
        parts.table(heads, cells, text_columns=5, long_columns=frozenset((2, 3, 4)), name="years")
