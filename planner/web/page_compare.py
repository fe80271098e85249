"""Comparison: plans side by side, their fairness, their trade-offs, the year's appraisal, and the decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from planner.texts import text
from planner.web import (
    address,
    compare_decide,
    compare_differences,
    compare_fairness,
    compare_frontier,
    compare_patches,
    compare_plans,
    compare_year,
    hand,
    parts,
    shell,
)
from planner.web.compare_plans import Table

PARTS: Mapping[str, Callable[[Table], None]] = {
    "differences": compare_differences.show,
    "patches": compare_patches.show,
    "fairness": compare_fairness.show,
    "frontier": compare_frontier.show,
    "year": compare_year.show,
}
_ADDRESS = "part"


def show() -> None:
    """Show the page."""
    at = hand.begin("compare")
    if at is None:
        return
    parts.title(shell.page_title("compare", at.lang), "", text("compare.about", at.lang))
    left, right = st.columns([3, 1])
    with left:
        table = compare_plans.choose(at)
    if table is None:
        return
    with right:
        against = compare_decide.against(table)
    compare_decide.heads(table, against)
    chosen = _part(table)
    PARTS[chosen](table)


def _part(table: Table) -> str:
    """Which part of the page is shown; the address says which."""
    asked = address.asked(_ADDRESS)
    st.session_state[_ADDRESS] = asked if asked in PARTS else next(iter(PARTS))

    def changed() -> None:
        address.put(_ADDRESS, st.session_state[_ADDRESS])

    st.segmented_control(
        text("compare.parts", table.lang), list(PARTS), key=_ADDRESS, required=True, on_change=changed,
        format_func=lambda name: text(f"compare.part_{name}", table.lang), label_visibility="collapsed",
    )  # fmt: skip
    return str(st.session_state[_ADDRESS])
