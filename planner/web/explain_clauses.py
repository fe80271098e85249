"""What each clause does by itself, and what a plan does not keep."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from planner.clauses import clauses
from planner.model.effects import effects_of
from planner.office.figures import Book
from planner.office.unkept import unkept as unkept_lines
from planner.scenario import Scenario, overridden
from planner.store import Version
from planner.texts import text
from planner.web import parts
from planner.web.hand import Hand
from planner.web.seen import Opened

KEPT_EFFECTS = 16

Counts = Mapping[str, tuple[int, int, int]]


def effects(hand: Hand, plan: Version, opened: Opened) -> None:
    """Show what every clause that is on does alone: choices taken away, patches left none, patches required."""
    lang, scenario = hand.lang, opened.folder.scenario
    counts = _counts(hand.desk.store.place, plan.id, opened)
    known = clauses()
    rows = [
        (known[name].title.in_(lang), text(f"explain.mode_{scenario.clause(name).mode}", lang),
         *(f"{count:,}" if count else "–" for count in numbers))
        for name, numbers in counts.items()
    ]  # fmt: skip
    heads = [text(f"explain.{key}", lang) for key in ("clause", "mode", "removed", "barred", "requires")]
    with st.expander(text("explain.effects", lang, count=len(rows)), key="effects"):
        parts.quiet(text("explain.effects_note", lang))
        parts.table(heads, rows, text_columns=2, long_columns=frozenset((0,)), name="effects")


@st.cache_resource(max_entries=KEPT_EFFECTS, show_spinner=False)
def _counts(place: str, plan: int, _opened: Opened) -> Counts:
    """The plan was opened for this person, and so the right asked, in this very run."""
    scenario: Scenario = _opened.folder.scenario
    found = effects_of(overridden(_opened.folder.ledger, scenario), scenario)
    counts = {}
    for name, removed in found.removed.items():
        left = set(found.choices.patch[~removed].tolist())
        barred = len(set(found.choices.patch.tolist()) - left)
        counts[name] = int(removed.sum()), barred, int(found.required[name].sum())
    return counts


def unkept(book: Book) -> None:
    """Show soft clauses that the plan breaks, patches it leaves out, and clauses that are off."""
    lang = book.words.lang
    parts.heading(text("explain.unkept", lang))
    lines = unkept_lines(book)
    if not lines:
        parts.quiet(text("explain.all_kept", lang))
        return
    heads = [text(f"explain.{key}", lang) for key in ("clause", "place", "amount")]
    parts.table(
        heads, [(line.title, line.place or "–", line.amount) for line in lines], text_columns=3,
        long_columns=frozenset((0, 2)), name="unkept",
    )  # fmt: skip
