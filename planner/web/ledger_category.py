"""Another category for a patch: a new version of the ledger, or a change set of the working year once it has begun."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import streamlit as st

from planner.cycle import Cycle, Kind
from planner.cycle.payloads import ChangeSet, LedgerChange
from planner.cycle.register import with_changes
from planner.cycle.state import Proposal
from planner.findings import BadInput, Finding
from planner.ledger import Ledger, Patch, Treatment
from planner.ledger.cells import CellError, exact
from planner.office.shown import money
from planner.office.words import Words
from planner.service import Action
from planner.store import Conflict, Version
from planner.texts import text
from planner.web import ledger_merge, parts
from planner.web.hand import Hand
from planner.web.ledger_register import Register

NUMBER, REASON, COST, CATEGORY, YEAR = (f"recategorise_{part}" for part in ("number", "reason", "cost", "to", "year"))
ADOPT_NUMBER = "adopt_number"


def recategorise(hand: Hand, version: Version, register: Register, patch: Patch) -> None:
    """Let those who may give a patch another category, by a document and with a reason."""
    lang, words, desk = hand.lang, register.words, hand.desk
    if patch.by_enterprise:
        return
    cycle = _year(hand)
    may = desk.may(Action.PROPOSE, patch.district) if cycle else desk.may(Action.KEEP_CITY)
    if not may:
        parts.quiet(text("ledger_page.propose_by_district" if cycle else "ledger_page.not_yours_to_change", lang))
        return
    with st.expander(text("ledger_page.recategorise", lang), key="recategorise"):
        parts.quiet(text("ledger_page.recategorise_year" if cycle else "ledger_page.recategorise_version", lang))
        others = [one for one in Treatment if one is not patch.treatment]
        left, middle, right = st.columns(3)
        with left:
            to = st.selectbox(
                text("ledger_page.to", lang), others, key=CATEGORY, format_func=lambda one: one.label(lang)
            )
            if cycle:
                years = list(cycle.ground.scenario.horizon.years)
                st.selectbox(text("web.year", lang), years, key=YEAR)
        with middle:
            st.text_input(text("ledger_page.number", lang), key=NUMBER, max_chars=100)
        with right:
            if to is not Treatment.NATURAL:
                head = text("web.column_with_unit", lang, column=text("ledger_page.new_cost", lang), unit=words.unit)
                st.text_input(head, key=COST, placeholder=money(patch.cost_yuan, words), max_chars=30)
        st.text_area(text("ledger_page.reason", lang), key=REASON, max_chars=500, height=80)
        listed = sum(1 for option in register.ledger.options if option.patch == patch.patch)
        if listed:
            parts.quiet(text("ledger_page.options_go", lang, count=listed))
        st.button(
            text("ledger_page.propose" if cycle else "ledger_page.keep_change", lang), key="recategorise_go",
            type="primary", on_click=_go, args=(hand, version, register, patch, cycle is not None),
        )  # fmt: skip


def _year(hand: Hand) -> Cycle | None:
    """The working year, once it has begun."""
    try:
        return hand.desk.year.state()
    except BadInput as refused:
        if {finding.key for finding in refused.findings} == {"service.years_not_begun"}:
            return None
        raise


def _go(hand: Hand, version: Version, register: Register, patch: Patch, in_year: bool) -> None:
    state = st.session_state
    number, reason = str(state[NUMBER]).strip(), str(state[REASON]).strip()
    try:
        _require_said(number=number, reason=reason)
        values = change_values(state[CATEGORY], str(state.get(COST, "")), patch, register.words)
        change = LedgerChange(op="change", patch=patch.patch, values=values, reason=reason)
        if in_year:
            hand.desk.year.take(
                Kind.PROPOSE, int(state[YEAR]), number=number, district=patch.district,
                payload=ChangeSet(changes=(change,)).model_dump(mode="json"),
            )  # fmt: skip
            state["ledger:proposed"] = number
            return
        mine = changed(register.ledger, patch, number, change)
        note = f"{number}: {reason}"
        try:
            ledger_merge.kept(
                hand.desk.keeping.keep_ledger(
                    mine, version.document.name, parent=version.id, note=note, district=version.document.district
                )
            )
        except Conflict:
            ledger_merge.hold(ledger_merge.Pending(version.id, mine, note))
            return
    except BadInput as refused:
        ledger_merge.refuse(refused)
        return
    for key in (NUMBER, REASON, COST):
        state.pop(key, None)


def changed(ledger: Ledger, patch: Patch, number: str, change: LedgerChange) -> Ledger:
    """The ledger with one patch's change in it, checked like any other; columns of others' own stay.

    Raises
    ------
    BadInput
        It would be a faulty ledger.
    """
    after = with_changes(ledger, patch.district, number, ChangeSet(changes=(change,)))
    return dataclasses.replace(after, source=ledger.source, extra=ledger.extra)


def change_values(to: Treatment, cost: str, patch: Patch, words: Words) -> Mapping[str, Any]:
    """The fields that another category changes: the category, and what the works then cost.

    Raises
    ------
    BadInput
        The cost is no amount in whole units of the currency, or there is none for a category that needs works.
    """
    if to is Treatment.NATURAL:
        return {"treatment": to.value, "cost_yuan": 0}
    if not cost.strip():
        if patch.cost_yuan:
            return {"treatment": to.value}
        raise BadInput([Finding("ledger_page.no_cost", {"unit": words.unit}, column=COST)])
    try:
        amount = Fraction(exact(cost.replace(",", "").replace("，", ""))) * words.size
    except CellError as error:
        raise BadInput([Finding("ledger_page.bad_cost", {"unit": words.unit}, column=COST, value=cost)]) from error
    if amount.denominator != 1 or amount < 0:
        raise BadInput([Finding("ledger_page.bad_cost", {"unit": words.unit}, column=COST, value=cost)])
    return {"treatment": to.value, "cost_yuan": int(amount)}


def _require_said(**said: str) -> None:
    empty = [name for name, words in said.items() if not words]
    if empty:
        raise BadInput([Finding(f"ledger_page.no_{name}", {}) for name in empty])


def waiting(hand: Hand) -> None:
    """Change sets of the working year that wait for the city: what they change, and a button for those who decide."""
    lang = hand.lang
    if (number := st.session_state.pop("ledger:proposed", None)) is not None:
        parts.status("plan", text("ledger_page.proposed", lang, number=number))
    cycle = _year(hand)
    found = [one for one in cycle.proposals.values() if one.state == "proposed"] if cycle else []
    if not found:
        return
    parts.heading(text("ledger_page.waiting", lang))
    parts.table(
        [text(f"ledger_page.{key}", lang) for key in ("number", "district", "patches", "reason")],
        [
            (one.number, one.district, text("office.comma", lang).join(change.patch for change in one.changes.changes),
             ("；" if lang == "zh" else "; ").join(dict.fromkeys(change.reason for change in one.changes.changes)))
            for one in found
        ],
        text_columns=4, long_columns=frozenset((2, 3)), name="waiting",
    )  # fmt: skip
    if not hand.desk.may(Action.DECIDE):
        parts.quiet(text("ledger_page.waiting_more", lang))
        return
    by_number = {one.number: one for one in found}
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    with left:
        chosen = st.selectbox(text("ledger_page.proposal", lang), list(by_number), key="adopt_proposal")
    with middle:
        st.text_input(text("ledger_page.adopt_number", lang), key=ADOPT_NUMBER, max_chars=100)
    with right:
        st.button(text("ledger_page.adopt", lang), key="adopt_change", on_click=_adopt, args=(hand, by_number[chosen]))


def _adopt(hand: Hand, proposal: Proposal) -> None:
    number = str(st.session_state[ADOPT_NUMBER]).strip()
    try:
        _require_said(number=number)
        hand.desk.year.take(
            Kind.ADOPT, proposal.year, number=number, district=proposal.district, payload={"proposal": proposal.number}
        )
    except BadInput as refused:
        ledger_merge.refuse(refused)
        return
    st.session_state.pop(ADOPT_NUMBER, None)
