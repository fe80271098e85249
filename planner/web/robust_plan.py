"""A robust plan beside the nominal one: its price in every goal, what it withstands, which patches it moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from planner.advice.stress import Stress
from planner.office.figures import Book
from planner.office.outlook import Said
from planner.office.shown import capital
from planner.plan import Plan, PlanStatus
from planner.service.standing import KeptAnswer
from planner.store import Version
from planner.texts import text
from planner.web import address, parts, robust_figures, work
from planner.web.hand import Hand

SECONDS = 60.0
QUANTILES = ("0.5", "0.8", "0.9", "0.95")
WAYS = ("gamma", "quantile")
_SHOWN_MOVES = 50
_LARGEST = {"gamma": 100, "percent": 100}
_DEFAULTS = {"gamma": 3, "percent": 10}


def robust(hand: Hand, plan: Version, book: Book) -> None:
    """Let people say what a plan is to withstand, and show the plan that does beside the one at hand."""
    lang, said = hand.lang, Said(book.words)
    parts.heading(text("robust_page.robust", lang))
    parts.quiet(text("robust_page.robust_more", lang))
    options = {**_choose(hand), "seconds": SECONDS}
    label = text("robust_page.ask_robust", lang, seconds=f"{SECONDS:g}")
    answer = work.answer(hand.desk, "robust", plan.id, options, lang, label=label)
    if answer is not None:
        _answer(hand, answer, book, said)


def _choose(hand: Hand) -> dict[str, Any]:
    """What it is to withstand: any so many overruns of a purse at once, or so large a part of the draws."""
    lang = hand.lang
    asked = address.asked("way")
    st.session_state["robust_way"] = asked if asked in WAYS else WAYS[0]
    left, middle, right = st.columns([2, 1, 1], vertical_alignment="bottom")
    with left:
        way = st.radio(
            text("robust_page.way", lang), WAYS, key="robust_way", on_change=_put, args=("way",),
            format_func=lambda one: text(f"robust_page.way_{one}", lang),
        )  # fmt: skip
    if way == "gamma":
        chosen = {}
        for place, name in ((middle, "gamma"), (right, "percent")):
            with place:
                chosen[name] = _number(name, hand)
        return chosen
    said = address.asked("quantile")
    st.session_state["robust_quantile"] = said if said in QUANTILES else "0.8"
    with middle:
        quantile = st.selectbox(
            text("robust_page.quantile", lang), QUANTILES, key="robust_quantile", on_change=_put, args=("quantile",),
            format_func=lambda one: f"{float(one):.0%}",
        )  # fmt: skip
    return {"quantile": quantile}


def _number(name: str, hand: Hand) -> int:
    asked = address.number(name)
    st.session_state[f"robust_{name}"] = asked if asked is not None and asked <= _LARGEST[name] else _DEFAULTS[name]
    number = st.number_input(
        text(f"robust_page.{name}", hand.lang), min_value=0, max_value=_LARGEST[name], step=1, key=f"robust_{name}",
        on_change=_put, args=(name,),
    )  # fmt: skip
    return int(number)


def _put(name: str) -> None:
    address.put(name, st.session_state[f"robust_{name}"])


def _answer(hand: Hand, answer: KeptAnswer, book: Book, said: Said) -> None:
    found = answer.data
    lang, status = hand.lang, PlanStatus(found["status"])
    if found["way"] == "gamma":
        words = said("robust_gamma", gamma=found["gamma"], percent=found["percent"])
    else:
        words = said("robust_quantile", quantile=f"{found['quantile']:.0%}", reserve=found["reserve_percent"])
    if not status.has_plan:
        parts.status("none", words, said("nothing", status=said.status(status)))
        return
    short = []
    for row in found["short"]:
        source, _, district = row["place"].partition("/")
        purse, money = said.purse(source, district or None), said.money(row["amount"])
        short.append(text("robust_page.still_short", lang, purse=purse, money=money, unit=said.words.unit))
    if short:
        parts.status("none", said("robust_short"), text("robust_page.asked", lang, what=words), *short)
    else:
        parts.status("plan", words)
    _prices(found, said)
    if found["stressed"] and found["stressed_nominal"]:
        one, other = (Stress.model_validate(found[name]) for name in ("stressed_nominal", "stressed"))
        parts.heading(text("robust_page.probability", lang), text("robust_page.same_draws", lang, seed=one.seed))
        st.altair_chart(
            robust_figures.beside(one, other, said), key="robust_beside", width="stretch",
            alt=text("robust_page.probability", lang),
        )  # fmt: skip
        _beside_table(one, other, said)
    if "robust" in answer.plans:
        _moves(hand, int(answer.plans["robust"]), book)


def _prices(found: Mapping[str, Any], said: Said) -> None:
    """Every goal of the two plans, and what being robust costs."""
    rows = [
        [capital(said.goal_head(name)), said.goal(name, found["nominal"].get(name)), said.goal(name, value),
         said.goal(name, found["price"].get(name))]
        for name, value in found["values"].items()
    ]  # fmt: skip
    heads = [text("robust_page.goal", said.lang), said("nominal"), said("robust"), said("price")]
    parts.table(heads, rows, name="prices")
    optimal = PlanStatus.OPTIMAL
    if {found["nominal_status"], found["status"]} != {optimal}:
        parts.quiet(text("robust_page.price_open", said.lang))


def _beside_table(nominal: Stress, robust: Stress, said: Said) -> None:
    lang = said.lang
    with st.expander(
        text("web.table_of", lang, what=text("robust_page.probability", lang), of=str(nominal.draws)),
        key="robust_beside_table",
    ):
        others = {(row.source, row.district): row for row in (robust.all, *robust.purses)}
        rows = []
        for row in (nominal.all, *nominal.purses):
            other = others.get((row.source, row.district))
            rows.append(
                [robust_figures.name_of(row, said), f"{row.holds:.1%}", f"{other.holds:.1%}" if other else "–",
                 said.money(row.overdrawn.mean), said.money(other.overdrawn.mean) if other else "–"]
            )  # fmt: skip
        over, holds = said("row_mean_over"), said("head_holds")
        heads = [text("web.purse_column", lang)]
        heads += [f"{head} · {said(plan)}" for head in (holds, over) for plan in ("nominal", "robust")]
        parts.table(heads, rows, name="beside")


def _moves(hand: Hand, version: int, book: Book) -> None:
    """Which patches the robust plan starts otherwise."""
    lang = hand.lang
    rows = moved(book.plan, hand.desk.keeping.open_plan(version).plan)
    parts.quiet(text("robust_page.moves", lang, count=len(rows)))
    if rows:
        with st.expander(text("robust_page.moves_table", lang), key="robust_moves"):
            heads = [text(f"robust_page.{key}", lang) for key in ("patch", "nominal_start", "robust_start")]
            parts.table(heads, [(name, *_years(*years)) for name, *years in rows[:_SHOWN_MOVES]], name="moves")
            if len(rows) > _SHOWN_MOVES:
                parts.quiet(text("web.more", lang, shown=_SHOWN_MOVES, count=len(rows)))


def _years(*years: int | None) -> tuple[str, ...]:
    return tuple("–" if year is None else str(year) for year in years)


def moved(before: Plan, after: Plan) -> list[tuple[str, int | None, int | None]]:
    """Patches that two plans start in different years, in the first plan's order; None where one leaves it out."""
    starts, others = ({task.patch: task.start for task in plan.schedule} for plan in (before, after))
    return [
        (name, starts.get(name), others.get(name))
        for name in dict.fromkeys([*starts, *others])
        if starts.get(name) != others.get(name)
    ]
