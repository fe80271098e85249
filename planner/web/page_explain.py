"""Why a patch is planned as it is, what another year would mean, and why there is no plan where there is none."""

from __future__ import annotations

import streamlit as st

from planner.advice.card import card_of
from planner.advice.reasons import Reasons, at_once
from planner.office.folder import PlanFolder
from planner.store import Version
from planner.texts import text
from planner.web import (
    address,
    explain_clauses,
    explain_conflict,
    explain_others,
    explain_patch,
    hand,
    ledger_card,
    links,
    parts,
    shell,
    told,
)
from planner.web.ledger_list import label
from planner.web.seen import Kind, Opened

KEPT_REASONS = 256


def show() -> None:
    """Show the page."""
    at_hand = hand.begin("explain")
    if at_hand is None:
        return
    lang = at_hand.lang
    title = shell.page_title("explain", lang)
    opened = at_hand.opened
    if opened is None or at_hand.plan is None:
        if not told.no_plan(at_hand.view, title, lang):
            hand.has_plan(at_hand, "explain")
        return
    parts.title(title, "", "")
    if at_hand.view.kind is Kind.NO_PLAN:
        explain_conflict.conflict(at_hand, at_hand.plan, opened)
        explain_clauses.effects(at_hand, at_hand.plan, opened)
        return
    patch = _choose(at_hand, opened)
    if patch is None:
        explain_clauses.unkept(opened.books[lang])
        explain_clauses.effects(at_hand, at_hand.plan, opened)
    else:
        _patch(at_hand, at_hand.plan, opened, patch)


def _choose(at_hand: hand.Hand, opened: Opened) -> str | None:
    """The patch that the address names, to be chosen by its id or name."""
    lang, known = at_hand.lang, opened.ledger.by_id
    asked = address.asked("patch")
    st.session_state["explain_patch"] = asked if asked in known else None

    def switched() -> None:
        address.put("patch", st.session_state["explain_patch"])

    st.selectbox(
        text("ledger_page.patch", lang), list(known), index=None, key="explain_patch", on_change=switched,
        format_func=lambda name: label(known[name]), placeholder=text("ledger_page.patch_more", lang),
    )  # fmt: skip
    if asked in known:
        return asked
    words = text("ledger_page.no_patch", lang, patch=asked[:40]) if asked else text("explain.choose_more", lang)
    parts.status("none", text("explain.choose", lang), words)
    return None


def _patch(at_hand: hand.Hand, plan: Version, opened: Opened, name: str) -> None:
    lang, book = at_hand.lang, opened.books[at_hand.lang]
    patch = opened.ledger.by_id[name]
    ledger_card.title(patch, book.words)
    ledger_card.planned(patch, book)
    with st.spinner(text("web.loading", lang)):
        known = _at_once(at_hand.desk.store.place, plan.id, name, opened.folder)
    explain_patch.reasons(known, book)
    explain_patch.years(at_hand, plan, known, book)
    explain_others.alternatives(at_hand, plan, opened, name)
    with st.container(horizontal=True):
        for page in ("tasks", "funding", "ledger"):
            links.to(page, lang, text(f"explain.to_{page}", lang))
    with st.expander(text("explain.card", lang), key="explain_card"):
        card = card_of(opened.ledger, patch)
        ledger_card.facts(card, lang)
        ledger_card.options(card, lang)


@st.cache_resource(max_entries=KEPT_REASONS, show_spinner=False)
def _at_once(place: str, plan: int, patch: str, _folder: PlanFolder) -> Reasons:
    """What needs no solving. The plan was opened for this person, and so the right asked, in this very run."""
    return at_once(_folder.ledger, _folder.scenario, _folder.plan, patch)
