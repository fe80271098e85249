"""What money is worth: one step more in each purse and year as a map, and all budgets scaled as a curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from planner.office.colours import ACCENT
from planner.office.figures import source_rank
from planner.office.outlook import Said
from planner.office.shown import capital, dash, money
from planner.office.words import Words, goal_words
from planner.plan import Plan, PlanStatus, Purse
from planner.service import Desk
from planner.texts import text
from planner.web import parts, theme, work
from planner.web.funding_result import settled
from planner.web.overview_figures import unit_head

SCALES = ("0.9", "0.95", "1", "1.05", "1.1")
LADDER_SECONDS, WORTH_SECONDS = 60.0, 180.0
_ROW_HEIGHT, _HEIGHT = 26, 290

Answer = Mapping[str, Any]


def worth_map(desk: Desk, kept: int, plan: Plan, districts: Sequence[str], words: Words) -> None:
    """Show by purse and year what one step of money more brings, as colours and as a table."""
    lang = words.lang
    parts.heading(text("funding.worth", lang))
    answer = work.question(desk, "worth", kept, {"seconds": WORTH_SECONDS}, lang, label=text("funding.ask_worth", lang))
    if answer is None:
        return
    rows = answer["purses"]
    goals = [goal.name for goal in plan.certificate.goals if any(row["price"].get(goal.name) for row in rows)]
    step = words.money(answer["step_yuan"])
    if not goals:
        parts.quiet(text("funding.worth_nothing", lang, step=step))
        return
    settled("funding_worth_goal", goals)
    goal = st.selectbox(
        text("funding.worth_goal", lang),
        goals,
        key="funding_worth_goal",
        format_func=lambda name: goal_words(name, lang),
    )
    head = Said(words).goal_head(goal)
    parts.quiet(text("funding.worth_help", lang, step=step, moves=answer["most_moves"], goal=head))
    table = worth_rows(rows, goal, answer["step_yuan"], words)
    chart = _heat(rows, goal, answer["step_yuan"], districts, words)
    st.altair_chart(chart, key="funding_worth_chart", width="stretch", alt=text("funding.worth", lang))
    with st.expander(text("web.table_of", lang, what=text("funding.worth", lang), of=goal_words(goal, lang)),
                     key="funding_worth_table"):  # fmt: skip
        parts.table(worth_heads(goal, words), table, text_columns=2, name="worth")
        idle = [f"{capital(words.purse(Purse(one['source'], one['district'])))} {one['year']}"
                for one in answer["idle"] if not one["priced"]]  # fmt: skip
        if idle:
            parts.quiet(text("funding.idle", lang, purses=words.listed(idle)))


def worth_heads(goal: str, words: Words) -> list[str]:
    """Heads of the table of worth."""
    lang, said = words.lang, Said(words)
    price = text("funding.worth_price", lang, goal=said.goal_head(goal))
    return [text("web.purse_column", lang), text("web.year", lang), price, text("funding.worth_found", lang),
            text("funding.worth_earlier", lang), text("funding.worth_later", lang)]  # fmt: skip


def worth_rows(rows: Sequence[Answer], goal: str, step: int, words: Words) -> list[list[str]]:
    """Each purse and year, the most valuable first: what a step brings by the prices, and what was found."""
    said, found = Said(words), []
    for row in sorted(rows, key=lambda one: -one["price"][goal]):
        gain = next((one["change"] for one in row["goals"] if one["goal"] == goal), 0)
        asked = said.goal(goal, gain) if gain else "–"
        found.append(
            [capital(words.purse(Purse(row["source"], row["district"]))), str(row["year"]),
             said.goal(goal, row["price"][goal] * step),
             asked if row["asked"] else text("funding.not_asked", words.lang),
             str(len(row["brought_forward"])), str(len(row["put_back"]))]
        )  # fmt: skip
    return found


def _heat(rows: Sequence[Answer], goal: str, step: int, districts: Sequence[str], words: Words) -> alt.LayerChart:
    lang, said = words.lang, Said(words)
    order = list(
        dict.fromkeys(capital(words.purse(Purse(row["source"], row["district"]))) for row in _in_order(rows, districts))
    )
    frame = pd.DataFrame(
        [
            (capital(words.purse(Purse(row["source"], row["district"]))), str(row["year"]), row["price"][goal] * step,
             _short(row["price"][goal] * step, goal, words))
            for row in rows
        ],
        columns=["purse", "year", "worth", "words"],
    )  # fmt: skip
    top = float(frame["worth"].max()) or 1.0
    base = alt.Chart(frame).encode(
        x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, orient="top", domain=False, tickSize=0)),
        y=alt.Y(
            "purse:N",
            title=None,
            sort=order,
            axis=alt.Axis(domain=False, tickSize=0, labelLimit=240, labelFlush=False),
        ),
        tooltip=[
            alt.Tooltip("purse:N", title=text("web.purse_column", lang)),
            alt.Tooltip("year:N", title=text("web.year", lang)),
            alt.Tooltip("words:N", title=said.goal_head(goal)),
        ],
    )
    colour = alt.Color(
        "worth:Q", legend=None, scale=alt.Scale(domain=[0, top], range=["#ffffff", ACCENT], interpolate="rgb")
    )
    label = alt.condition(alt.datum.worth > top * 0.55, alt.value("#ffffff"), alt.value("#1f2a24"))
    chart: alt.LayerChart = (
        (base.mark_rect(stroke=theme.LINE).encode(color=colour) + base.mark_text().encode(text="words:N", color=label))
        .properties(height=_ROW_HEIGHT * len(order) + 20)
        .configure(font=theme.FONT)
        .configure_view(strokeWidth=0)
    )
    return chart


def _in_order(rows: Sequence[Answer], districts: Sequence[str]) -> list[Answer]:
    def place(row: Answer) -> tuple[Any, int]:
        own = row["district"]
        return source_rank(row["source"]), districts.index(own) if own in districts else -1

    return sorted(rows, key=place)


def sweep(desk: Desk, kept: int, plan: Plan, words: Words) -> None:
    """Show what all budgets scaled together come to, as a curve and as a table."""
    lang = words.lang
    parts.heading(text("funding.sweep", lang), text("funding.sweep_aside", lang))
    options = {"scales": list(SCALES), "seconds": LADDER_SECONDS}
    answer = work.question(desk, "ladder", kept, options, lang, label=text("funding.ask_sweep", lang))
    if answer is None:
        return
    rungs = answer["rungs"]
    goals = [goal.name for goal in plan.certificate.goals if any(goal.name in rung["values"] for rung in rungs)]
    if not goals:
        parts.quiet(text("funding.sweep_none", lang))
    else:
        settled("funding_sweep_goal", goals)
        goal = st.selectbox(
            text("funding.sweep_goal", lang), goals, key="funding_sweep_goal",
            format_func=lambda name: goal_words(name, lang),
        )  # fmt: skip
        parts.quiet(Said(words).goal_head(goal))
        st.altair_chart(_curve(rungs, goal, words), key="funding_sweep_chart", width="stretch",
                        alt=text("funding.sweep", lang))  # fmt: skip
    said = Said(words)
    heads = [text("funding.sweep_scale", lang), text("funding.sweep_status", lang),
             unit_head(text("funding.sweep_budget", lang), words.unit, lang), text("funding.card_planned", lang),
             *map(said.goal_head, goals)]  # fmt: skip
    parts.table(heads, [_rung(rung, goals, words) for rung in rungs], text_columns=2, name="sweep")


def _rung(rung: Answer, goals: Sequence[str], words: Words) -> list[str]:
    said = Said(words)
    return [
        f"{float(rung['scale']) * 100:g} %", said.status(PlanStatus(rung["status"])), money(rung["budget"], words),
        str(rung["planned"]) if rung["planned"] else dash(0, words),
        *(said.goal(name, rung["values"].get(name)) for name in goals),
    ]  # fmt: skip


def _curve(rungs: Sequence[Answer], goal: str, words: Words) -> alt.LayerChart:
    lang, said = words.lang, Said(words)
    frame = pd.DataFrame(
        [
            (rung["budget"] / words.size, rung["values"][goal], money(rung["budget"], words),
             said.goal(goal, rung["values"][goal]), f"{float(rung['scale']) * 100:g} %")
            for rung in rungs if goal in rung["values"]
        ],
        columns=["budget", "value", "money", "words", "scale"],
    )  # fmt: skip
    frame["shown"] = frame["value"] / _per(goal, words)
    base = alt.Chart(frame).encode(
        x=alt.X("budget:Q", title=unit_head(text("funding.sweep_budget", lang), words.unit, lang),
                scale=alt.Scale(zero=False, nice=True), axis=alt.Axis(format=",.0f", grid=False)),
        y=alt.Y("shown:Q", title=None, scale=alt.Scale(zero=False, nice=True),
                axis=alt.Axis(format=",.2~f", gridColor=theme.LINE, domain=False)),
        tooltip=[
            alt.Tooltip("scale:N", title=text("funding.sweep_scale", lang)),
            alt.Tooltip("money:N", title=unit_head(text("funding.sweep_budget", lang), words.unit, lang)),
            alt.Tooltip("words:N", title=said.goal_head(goal)),
        ],
    )  # fmt: skip
    chart: alt.LayerChart = (
        (base.mark_line(color=ACCENT) + base.mark_point(color=ACCENT, filled=True, size=70)
         + base.mark_text(dy=-12).encode(text="words:N"))
        .properties(height=_HEIGHT)
        .configure(font=theme.FONT)
        .configure_view(strokeWidth=0)
    )  # fmt: skip
    return chart


def _short(worth: float, goal: str, words: Words) -> str:
    """What a cell of the map shows: two digits, a dash for nothing."""
    return f"{worth / _per(goal, words):,.2f}" if worth else "–"


def _per(goal: str, words: Words) -> int:
    """How many of a goal's own units make the one that it is shown in."""
    if goal.startswith("waiting") or goal in ("area", "tier_area", "evenness"):
        return 10_000
    return words.size if goal == "cost" else 1
