"""Budgets changed together: cut or raised by a percentage, or coming a year later; seen before they are applied."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from planner.office.shown import capital
from planner.office.words import Words
from planner.plan import Purse
from planner.texts import text
from planner.units import decimal_text
from planner.web import funding_cells as cells
from planner.web import parts
from planner.web.funding_draft import Drafting

MOST_PERCENT, STEP = 50.0, 0.5


def moves(drafting: Drafting, words: Words) -> None:
    """Offer to cut, to raise and to delay the money of some purses and years, or of all."""
    lang, plain = words.lang, drafting.now.plain
    known, years = cells.purses_of(plain), cells.years_of(plain)
    names = {purse.text: purse for purse in known}
    left, right = st.columns(2)
    with left:
        picked = st.multiselect(
            text("funding.of_purses", lang), list(names), key=f"funding_move_purses:{drafting.base.id}",
            format_func=lambda name: capital(words.purse(names[name])), placeholder=text("funding.all_purses", lang),
        )  # fmt: skip
    with right:
        chosen = st.multiselect(
            text("funding.of_years", lang),
            years,
            key=f"funding_move_years:{drafting.base.id}",
            placeholder=text("funding.all_years", lang),
        )
    purses = [names[name] for name in picked if name in names] or list(known)
    left, right = st.columns(2)
    with left:
        _cut(drafting, purses, chosen or list(years), words)
    with right:
        _delay(drafting, purses, chosen or list(years), words)


def _cut(drafting: Drafting, purses: list[Purse], years: list[int], words: Words) -> None:
    lang = words.lang
    st.session_state.setdefault("funding_cut", 0.0)
    percent = st.slider(
        text("funding.cut", lang), -MOST_PERCENT, MOST_PERCENT, step=STEP, key="funding_cut", format="%+.1f %%",
        help=text("funding.cut_help", lang),
    )  # fmt: skip
    money = cells.cut(drafting.now.plain, purses, years, round(percent * 10))
    change = _sum(money) - _before(drafting, money)
    said = text("funding.cut_does", lang, change=_signed(change, words), unit=words.unit)

    def applied() -> None:
        drafting.change(lambda draft: draft.with_money(money))
        st.session_state["funding_cut"] = 0.0

    _apply("funding_cut_apply", said if change else text("funding.nothing_yet", lang), bool(change), applied, words)


def _delay(drafting: Drafting, purses: list[Purse], years: list[int], words: Words) -> None:
    lang = words.lang
    percent = st.slider(
        text("funding.delay", lang), 0, 100, step=5, key="funding_delay", format="%d %%",
        help=text("funding.delay_help", lang),
    )  # fmt: skip
    money, lost = cells.delayed(drafting.now.plain, purses, years, percent)
    said = text("funding.delay_does", lang, lost=decimal_text(lost, words.size), unit=words.unit)

    def applied() -> None:
        drafting.change(lambda draft: draft.with_money(money))
        st.session_state["funding_delay"] = 0

    _apply("funding_delay_apply", said if money else text("funding.nothing_yet", lang), bool(money), applied, words)


def _apply(key: str, said: str, possible: bool, applied: Callable[[], None], words: Words) -> None:
    parts.quiet(said)
    st.button(text("funding.apply", words.lang), key=key, on_click=applied, disabled=not possible)


def _sum(money: Mapping[str, int]) -> int:
    return sum(money.values())


def _before(drafting: Drafting, money: Mapping[str, int]) -> int:
    known = cells.money_of(drafting.now.plain)
    return sum(known.get(cell, 0) for cell in money)


def _signed(yuan: int, words: Words) -> str:
    return ("+" if yuan > 0 else "") + decimal_text(yuan, words.size)
