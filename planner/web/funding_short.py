"""Impossible: what is missing, why, and the ways out, each a button that puts it into the draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from planner.advice.said import Voice
from planner.advice.shortfall.changes import money
from planner.ledger import Ledger
from planner.office.shown import capital
from planner.office.shown import money as shown_money
from planner.office.words import Words
from planner.plan import Plan, Purse
from planner.scenario import Scenario
from planner.service import Desk
from planner.texts import text
from planner.web import parts, work
from planner.web.funding_draft import Drafting
from planner.web.overview_figures import unit_head

SECONDS = 120.0

Changes = Mapping[str, Any]


def missing(drafting: Drafting, ledger: Ledger, scenario: Scenario, plan: Plan, words: Words, *, fresh: bool) -> None:
    """Show the money that an impossible plan lacks, by purse and year, and offer to put it into the draft.

    Parameters
    ----------
    scenario : Scenario
        Of the plan.
    fresh : bool
        Whether the draft is still this scenario.
    """
    lang, short = words.lang, plan.certificate.shortfall
    if short is None:
        parts.quiet(text("funding.not_money", lang))
        return
    key = "funding.short_proved" if short.proved else "funding.short_found"
    parts.heading(text("funding.missing", lang), text(key, lang, money=words.money(short.yuan)))
    rows = [
        [capital(words.purse(Purse(one.source, one.district))), str(one.year), shown_money(one.yuan, words)]
        for one in short.missing
    ]
    heads = [text("web.purse_column", lang), text("web.year", lang),
             unit_head(text("funding.missing_money", lang), words.unit, lang)]  # fmt: skip
    rows.append([text("web.total", lang), "", shown_money(short.yuan, words)])
    parts.table(heads, rows, text_columns=2, total=True, name="missing")
    change = money(ledger, scenario, Voice(ledger.meta), short)
    if change is not None:
        _button(drafting, "funding_fill", text("funding.fill", lang, money=words.money(change.amount)), change.changes,
                fresh)  # fmt: skip


def ways_out(drafting: Drafting, desk: Desk, plan: int, words: Words, *, fresh: bool) -> None:
    """Show why there is no plan and what could be changed so that there is one, cheapest first."""
    lang = words.lang
    parts.heading(text("funding.ways", lang))
    answer = work.question(desk, "shortfall", plan, {"seconds": SECONDS}, lang, label=text("funding.ask_ways", lang))
    if answer is None:
        return
    if answer["possible"] is not False:
        parts.quiet(text("funding.ways_possible" if answer["possible"] else "funding.ways_unknown", lang))
        return
    if not answer["ways"]:
        parts.quiet(text("funding.no_ways", lang))
    for number, way in enumerate(answer["ways"]):
        left, right = st.columns([5, 1], vertical_alignment="center")
        with left:
            least = text(f"funding.least_{_yes(way['least'])}", lang)
            parts.block(
                f"<p>{number + 1}. {parts.safe(way['said'][lang])} <span class='quiet'>{parts.safe(least)}</span></p>"
            )
        with right:
            _button(drafting, f"funding_way:{number}", text("funding.take_way", lang), way["changes"], fresh)
    _reasons(answer, words)


def _reasons(answer: Mapping[str, Any], words: Words) -> None:
    """What contradicts each other; what can be seen without a search; and what does not do by itself."""
    lang, conflict = words.lang, answer["conflict"]
    if conflict is not None:
        parts.heading(text("funding.conflict", lang), text(f"funding.conflict_{_yes(conflict['proved'])}", lang))
        _listed(
            text("funding.head_conflict", lang), [member["said"][lang] for member in conflict["members"]], "conflict"
        )
    for key, found in (("at_sight", answer["first"]["obstacles"]), ("not_enough", answer["not_enough"])):
        if found:
            said = text(f"funding.{key}", lang)
            with st.expander(text("funding.count_of", lang, what=said, count=len(found)), key=f"funding_{key}"):
                _listed(said, [one["said"][lang] for one in found], key)


def _listed(head: str, said: Sequence[str], name: str) -> None:
    parts.table([head], [[one] for one in said], long_columns=frozenset((0,)), name=name)


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _button(drafting: Drafting, key: str, label: str, changes: Changes, fresh: bool) -> None:
    st.button(label, key=key, on_click=_taker(drafting, changes), disabled=not fresh)


def _taker(drafting: Drafting, changes: Changes) -> Callable[[], None]:
    return lambda: drafting.change(lambda draft: draft.with_changes(changes))
