"""Why there is no plan: what is missing, which demands contradict each other, and which changes would do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from planner.advice.shortfall import FirstAnswer, first_answer
from planner.office.folder import PlanFolder
from planner.office.shown import capital, money
from planner.office.words import Words, status_words
from planner.plan import PlanStatus, Purse, Shortfall
from planner.store import Version
from planner.texts import text
from planner.web import links, parts, work
from planner.web.hand import Hand
from planner.web.overview_figures import unit_head
from planner.web.seen import Opened

SECONDS = 120.0
KEPT_FIRST = 16


def conflict(hand: Hand, plan: Version, opened: Opened) -> None:
    """Show what is known at once about an outcome without a plan, and the rest once somebody has asked."""
    lang, words = hand.lang, opened.books[hand.lang].words
    parts.status("none", capital(status_words(opened.plan, lang)))
    if opened.plan.status is PlanStatus.NOTHING_FOUND:
        parts.quiet(text("web.nothing_found_more", lang))
    with st.spinner(text("web.loading", lang)):
        first = _first(hand.desk.store.place, plan.id, opened.folder)
    _at_once(first, opened.plan.certificate.shortfall, words)
    parts.heading(text("explain.conflict", lang))
    label = text("explain.ask_shortfall", lang, seconds=f"{SECONDS:g}")
    found = work.question(hand.desk, "shortfall", plan.id, {"seconds": SECONDS}, lang, label=label, key="ask_shortfall")
    if found is not None:
        _answer(found, words)
    links.to("funding", lang, text("explain.to_ways", lang))


@st.cache_resource(max_entries=KEPT_FIRST, show_spinner=False)
def _first(place: str, plan: int, _folder: PlanFolder) -> FirstAnswer:
    """The plan was opened for this person, and so the right asked, in this very run."""
    return first_answer(_folder.ledger, _folder.scenario)


def _at_once(first: FirstAnswer, short: Shortfall | None, words: Words) -> None:
    lang = words.lang
    for obstacle in first.obstacles:
        parts.quiet(obstacle.said.in_(lang))
    if short is not None:
        key = "web.short_proved" if short.proved else "web.short_found"
        parts.heading(text(key, lang, money=money(short.yuan, words), unit=words.unit))
        missing(short, words)
    elif first.missing_at_least:
        parts.quiet(text("explain.at_least", lang, money=words.money(first.missing_at_least)))
    elif not first.obstacles:
        parts.quiet(text("explain.not_obvious", lang))


def missing(short: Shortfall, words: Words) -> None:
    """The money that is missing, by purse and year."""
    lang = words.lang
    heads = [text("web.purse_column", lang), text("web.year", lang)]
    heads.append(unit_head(text("explain.missing_money", lang), words.unit, lang))
    rows = [
        [capital(words.purse(Purse(one.source, one.district))), str(one.year), money(one.yuan, words)]
        for one in short.missing
    ]
    rows.append([text("web.total", lang), "", money(short.yuan, words)])
    parts.table(heads, rows, text_columns=2, total=True, name="missing")


def _answer(answer: Mapping[str, Any], words: Words) -> None:
    lang = words.lang
    if answer["possible"] is not False:
        parts.quiet(text("explain.possible" if answer["possible"] else "explain.no_answer", lang))
        return
    if short := answer["missing"]:
        key = "explain.missing_proved" if short["proved"] else "explain.missing_found"
        parts.quiet(text(key, lang, money=words.money(short["yuan"])))
    if found := answer["conflict"]:
        parts.quiet(text("explain.conflict_proved" if found["proved"] else "explain.conflict_found", lang))
        rows = [
            (member["said"][lang], text(f"explain.without_{'yes' if member['without'] else 'no'}", lang))
            for member in found["members"]
        ]
        heads = [text(f"explain.{head}", lang) for head in ("demand", "without")]
        parts.table(heads, rows, text_columns=2, long_columns=frozenset((0,)), name="conflict")
    _ways(answer, words)


def _ways(answer: Mapping[str, Any], words: Words) -> None:
    lang = words.lang
    parts.heading(text("explain.ways", lang))
    least = {True: "explain.least_yes", False: "explain.least_no", None: "explain.least_unknown"}
    rows = [(way["said"][lang], text(least[way["least"]], lang)) for way in answer["ways"]]
    if rows:
        heads = [text(f"explain.{head}", lang) for head in ("way", "proof")]
        parts.table(heads, rows, text_columns=2, long_columns=frozenset((0,)), name="ways")
    else:
        parts.quiet(text("explain.no_ways", lang))
    for change in answer["not_enough"]:
        still = change["missing_at_least"]
        more = text("explain.still", lang, money=words.money(still)) if still else ""
        key = "explain.not_enough" if change["proved"] else "explain.undecided"
        parts.quiet(text(key, lang, way=change["said"][lang], more=more))
