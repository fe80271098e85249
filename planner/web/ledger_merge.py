"""Where somebody else has kept a ledger meanwhile: both changes side by side, and what people choose of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from planner.advice.card import title_of, value_of
from planner.findings import BadInput
from planner.ledger import Ledger, Option, Patch
from planner.ledger.schema import columns
from planner.service.kept import LEDGER_KIND
from planner.service.merging import MISSING, Clash, Side
from planner.store import Version
from planner.texts import text
from planner.web import address, parts, told
from planner.web.hand import Hand

_PENDING, _REFUSED, _KEPT = "ledger:pending", "ledger:refused", "ledger:kept"


@dataclass(frozen=True)
class Pending:
    """A changed ledger that is not kept yet, because another was kept first.

    Parameters
    ----------
    base : int
        The version that it was made from.
    mine : Ledger
    note : str
    """

    base: int
    mine: Ledger
    note: str


def hold(pending: Pending | None) -> None:
    """Hold a change until people have settled it; None lets it go."""
    st.session_state.pop(_PENDING, None)
    if pending is not None:
        st.session_state[_PENDING] = pending


def refuse(refused: BadInput) -> None:
    """Let the next run show why a change was not kept."""
    st.session_state[_REFUSED] = refused.findings


def kept(version: Version) -> None:
    """Go on with a version that was just kept; the next run says so."""
    hold(None)
    st.session_state[_KEPT] = version.number
    address.put(LEDGER_KIND, version.id)


def news(hand: Hand) -> None:
    """Show what came of the last change: kept, refused, or to be settled with another's."""
    lang = hand.lang
    if (number := st.session_state.pop(_KEPT, None)) is not None:
        parts.status("plan", text("ledger_page.kept", lang, number=number), text("ledger_page.kept_more", lang))
    if findings := st.session_state.pop(_REFUSED, None):
        told.refusal(findings, text("desk_page.refused", lang), lang)
    pending: Pending | None = st.session_state.get(_PENDING)
    if pending is not None:
        _settle(hand, pending)


def _settle(hand: Hand, pending: Pending) -> None:
    lang, desk = hand.lang, hand.desk
    newest, merge = desk.joining.ledger_merge(pending.base, pending.mine)
    parts.status(
        "broken",
        text("ledger_page.conflict", lang, author=newest.author, at=newest.at[:16].replace("T", " "),
             number=newest.number),
        text("ledger_page.conflict_more", lang, theirs=len(merge.theirs), mine=len(merge.mine),
             clashes=len(merge.clashes)),
        text("ledger_page.their_note", lang, note=newest.note or "–"),
    )  # fmt: skip
    _places(hand, merge.theirs, "theirs")
    _places(hand, merge.mine, "mine")
    choices: dict[str, Side] = {}
    for number, clash in enumerate(merge.clashes):
        choices[clash.place] = _choice(hand, pending, number, clash)

    def join() -> None:
        try:
            kept(desk.joining.keep_merged_ledger(pending.base, pending.mine, choices, note=pending.note))
        except BadInput as refused:
            refuse(refused)

    with st.container(horizontal=True):
        st.button(text("ledger_page.keep_both", lang), key="ledger_join", type="primary", on_click=join)
        st.button(text("ledger_page.let_go", lang), key="ledger_let_go", on_click=hold, args=(None,))


def _places(hand: Hand, places: tuple[str, ...], side: str) -> None:
    if places:
        lang = hand.lang
        with st.expander(text(f"ledger_page.only_{side}", lang, count=len(places)), key=f"ledger_only_{side}"):
            parts.table(
                [text("ledger_page.place", lang)], [(place_words(place, hand),) for place in places],
                long_columns=frozenset((0,)), name=f"only_{side}",
            )  # fmt: skip


def _choice(hand: Hand, pending: Pending, number: int, clash: Clash) -> Side:
    """One place that both changed: which of the two it is to be."""
    lang, meta = hand.lang, pending.mine.meta
    was, theirs, mine = (_value(clash.place, value, meta, hand) for value in (clash.base, clash.theirs, clash.mine))
    shown: dict[Side, str] = {
        "theirs": text("ledger_page.take_theirs", lang, value=theirs),
        "mine": text("ledger_page.take_mine", lang, value=mine),
    }
    sides: list[Side] = ["theirs", "mine"]
    return st.radio(
        text("ledger_page.clash", lang, place=place_words(clash.place, hand), was=was), sides,
        key=f"ledger_clash:{number}", format_func=lambda side: shown[side], horizontal=True,
    )  # fmt: skip


def place_words(place: str, hand: Hand) -> str:
    """A place of a merge in words: the patch and the field, where it is a field."""
    path = place.split(" / ")
    row_type = {"patch": Patch, "option": Option}.get(path[0])
    known = columns(row_type) if row_type else {}
    if path[-1] not in known or len(path) < 3:
        return " · ".join(path[1:]) or place
    return " · ".join([*path[1:-1], title_of(path[-1], known[path[-1]], hand.lang)])


def _value(place: str, value: object, meta: Mapping[str, str], hand: Hand) -> str:
    path = place.split(" / ")
    row_type = {"patch": Patch, "option": Option}.get(path[0])
    known = columns(row_type) if row_type else {}
    if value == MISSING:
        return text("ledger_page.not_there", hand.lang)
    if path[-1] not in known or isinstance(value, Patch | Option):
        return text("ledger_page.there", hand.lang) if isinstance(value, Patch | Option) else str(value)
    return value_of(meta, known[path[-1]], value, hand.lang) or "–"
