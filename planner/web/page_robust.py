"""Whether a plan holds when things go wrong: probabilities and fans over many draws, and a robust plan beside it."""

from __future__ import annotations

import streamlit as st

from planner.advice.stress import Stress
from planner.office.outlook import Said
from planner.office.shown import capital
from planner.service import Action
from planner.texts import text
from planner.web import address, hand, parts, robust_figures, robust_plan, robust_words, shell, work

DRAWS = (500, 1000, 2000, 5000)
_DEFAULT_DRAWS, _MOST_SEED = 1000, 2**31 - 1


def show() -> None:
    """Show the page."""
    at_hand = hand.begin("robust")
    if at_hand is None or not hand.has_plan(at_hand, "robust"):
        return
    lang, plan, opened = at_hand.lang, at_hand.plan, at_hand.opened
    if plan is None or opened is None:
        return
    book = opened.books[lang]
    parts.title(shell.page_title("robust", lang), "", text("robust_page.remark", lang))
    parts.heading(text("robust_page.stress", lang))
    draws, seed = _choose(at_hand)
    label = text("robust_page.ask_stress", lang, draws=f"{draws:,}")
    found = work.question(at_hand.desk, "stress", plan.id, {"draws": draws, "seed": seed}, lang, label=label)
    if found is not None:
        _stress(Stress.model_validate(found), Said(book.words))
    robust_words.assumptions(found, book)
    robust_plan.robust(at_hand, plan, book)


def _choose(at_hand: hand.Hand) -> tuple[int, int]:
    """How many draws, and the seed that makes them the same for everyone."""
    lang = at_hand.lang
    draws, seed = address.number("draws"), address.number("seed")
    st.session_state["robust_draws"] = draws if draws in DRAWS else _DEFAULT_DRAWS
    st.session_state["robust_seed"] = seed if seed is not None and seed <= _MOST_SEED else 0
    left, right, _ = st.columns([1, 1, 3])
    may = at_hand.desk.may(Action.ASK)
    with left:
        chosen = st.selectbox(
            text("robust_page.draws", lang), DRAWS, key="robust_draws", on_change=_put, args=("draws",),
            format_func=lambda number: f"{number:,}",
        )  # fmt: skip
    with right:
        number = st.number_input(
            text("robust_page.seed", lang), min_value=0, max_value=_MOST_SEED, step=1, key="robust_seed",
            on_change=_put, args=("seed",), disabled=not may, help=text("robust_page.seed_more", lang),
        )  # fmt: skip
    return int(chosen), int(number)


def _put(name: str) -> None:
    address.put(name, st.session_state[f"robust_{name}"])


def _stress(found: Stress, said: Said) -> None:
    lang = said.lang
    whole = found.all
    words = text(
        "robust_page.holds", lang, holds=f"{whole.holds:.1%}", low=f"{whole.low:.1%}", high=f"{whole.high:.1%}",
        draws=f"{found.draws:,}",
    )  # fmt: skip
    more = text(
        "robust_page.holds_more", lang, p95=said.money(whole.overdrawn.p95), ten=said.money(whole.at_ten_percent),
        unit=said.words.unit,
    )  # fmt: skip
    parts.status("plan", words, more)
    left, right = st.columns(2, gap="large")
    with left:
        parts.heading(text("robust_page.probability", lang), text("robust_page.probability_aside", lang))
        st.altair_chart(
            robust_figures.probabilities(found, said), key="robust_probability", width="stretch",
            alt=text("robust_page.probability", lang),
        )  # fmt: skip
    with right:
        _fan(found, said)
    with st.expander(text("web.table_of", lang, what=text("robust_page.stress", lang), of=str(found.draws)),
                     key="robust_table"):  # fmt: skip
        robust_figures.table(found, said)
        parts.quiet(text("robust_page.overdraft_note", lang))


def _fan(found: Stress, said: Said) -> None:
    """The need of one purse by year: what is planned, and how much more it may become."""
    lang = said.lang
    purses = [(row.source, row.district) for row in found.purses]
    if not purses:
        return
    parts.heading(text("robust_page.fan", lang), said.words.unit)
    asked = address.number("purse")
    weakest = min(range(len(purses)), key=lambda i: found.purses[i].holds)
    st.session_state["robust_purse"] = asked if asked is not None and asked < len(purses) else weakest
    number = st.selectbox(
        text("web.purse_column", lang), range(len(purses)), key="robust_purse", on_change=_put, args=("purse",),
        format_func=lambda i: capital(said.purse(*purses[i])),
    )  # fmt: skip
    years = [row for row in found.years if (row.source, row.district) == purses[number]]
    st.altair_chart(
        robust_figures.fan(years, said), key="robust_fan", width="stretch", alt=text("robust_page.fan", lang)
    )
