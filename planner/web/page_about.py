"""About: the product, the store behind it, its people and its trail, clauses, words, guide and keys."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from planner.service import Action, Desk
from planner.texts import Language, text
from planner.web import (
    about_help,
    about_people,
    about_product,
    about_store,
    about_words,
    address,
    hand,
    parts,
    shell,
    state,
)
from planner.web.seen import Kind, View

_ADDRESS = "about"

Part = Callable[[View, Language], None]


def show() -> None:
    """Show the page; what needs a right is there for those who have it."""
    lang = shell.language()
    with st.spinner(text("web.loading", lang)):
        view = state.current()
    if view.desk is not None and view.kind is not Kind.PEOPLE:
        hand.bar(hand.at_hand(view, view.desk, lang))
    parts.title(shell.page_title("about", lang), "", text("about.about", lang))
    known = sections(view.desk)
    known[_chosen(list(known), lang)](view, lang)


def sections(desk: Desk | None) -> dict[str, Part]:
    """The parts of the page for somebody."""
    found: dict[str, Part] = {"product": about_product.show}
    if desk is not None and desk.may(Action.READ_PEOPLE):
        found["people"] = about_people.show
    if desk is not None and desk.may(Action.READ_TRAIL):
        found |= {"store": about_store.show, "trail": about_store.trail}
    return found | {
        "clauses": about_words.clauses, "glossary": about_words.glossary, "guide": about_help.guide,
        "help": about_help.keys,
    }  # fmt: skip


def _chosen(known: list[str], lang: Language) -> str:
    asked = address.asked(_ADDRESS)
    st.session_state[_ADDRESS] = asked if asked in known else known[0]

    def changed() -> None:
        address.put(_ADDRESS, st.session_state[_ADDRESS])

    st.segmented_control(
        text("about.parts", lang), known, key=_ADDRESS, required=True, on_change=changed,
        format_func=lambda name: text(f"about.part_{name}", lang), label_visibility="collapsed",
    )  # fmt: skip
    return str(st.session_state[_ADDRESS])
