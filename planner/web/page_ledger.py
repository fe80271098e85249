"""The ledger: its patches with their cards and categories, new files on their way in, and its versions."""

from __future__ import annotations

import streamlit as st

from planner.advice.card import card_of
from planner.ledger import Patch
from planner.store import Version
from planner.texts import text
from planner.web import (
    address,
    hand,
    ledger_card,
    ledger_category,
    ledger_history,
    ledger_list,
    ledger_merge,
    ledger_upload,
    links,
    parts,
    shell,
)
from planner.web.ledger_register import Register, register_of

SECTIONS = ("list", "upload", "history")


def show() -> None:
    """Show the page."""
    at_hand = hand.begin("ledger")
    if at_hand is None:
        return
    lang = at_hand.lang
    parts.title(shell.page_title("ledger", lang), "", "")
    section = _section(at_hand)
    ledger_merge.news(at_hand)
    if section == "upload":
        ledger_upload.upload(at_hand)
    elif at_hand.ledger is None:
        parts.status("none", text("ledger_page.nothing_yet", lang), text("ledger_page.nothing_yet_more", lang))
    elif section == "history":
        ledger_history.history(at_hand)
    else:
        with st.spinner(text("web.loading", lang)):
            register = register_of(at_hand, at_hand.ledger)
        ledger_category.waiting(at_hand)
        book = ledger_card.book_at(at_hand, at_hand.ledger.id)
        starts = {item.task.patch: item.task.start for item in book.items} if book else {}
        patch = ledger_list.patch_list(register, starts)
        if patch is not None:
            _card(at_hand, at_hand.ledger, register, patch)


def _section(at_hand: hand.Hand) -> str:
    lang, asked = at_hand.lang, address.asked("section")
    st.session_state["ledger_section"] = asked if asked in SECTIONS else "list" if at_hand.ledger else "upload"

    def switched() -> None:
        address.put("section", st.session_state["ledger_section"])

    return str(
        st.segmented_control(
            text("ledger_page.section", lang), SECTIONS, key="ledger_section", required=True, on_change=switched,
            format_func=lambda one: text(f"ledger_page.section_{one}", lang), label_visibility="collapsed",
        )
    )  # fmt: skip


def _card(at_hand: hand.Hand, version: Version, register: Register, patch: Patch) -> None:
    """One patch: what the plan does with it, what its data speak for, what the ledger says."""
    lang = at_hand.lang
    ledger_card.title(patch, register.words)
    book = ledger_card.book_at(at_hand, version.id)
    if book is None:
        parts.quiet(text("ledger_page.other_ledger" if at_hand.plan else "ledger_page.no_plan", lang))
    else:
        ledger_card.planned(patch, book)
        links.to("explain", lang, text("ledger_page.to_explain", lang))
    card = card_of(register.ledger, patch)
    ledger_card.facts(card, lang)
    ledger_card.options(card, lang)
    ledger_card.evidence(register.compared[patch.patch], lang)
    ledger_category.recategorise(at_hand, version, register, patch)
