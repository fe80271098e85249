"""What one goal costs in another: a curve of plans that no plan beats, each to be opened and compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from planner.office import shown
from planner.office.colours import ACCENT, INK
from planner.office.words import at_most_percent, goal_words
from planner.scenario import GoalName
from planner.service import Action
from planner.texts import text
from planner.units import M2_PER_HECTARE
from planner.web import address, parts, theme, work
from planner.web.compare_plans import Table, add, put

POINTS, SECONDS = 5, 20
_ADDRESS, _CHART = "trade", "frontier_chart"
_LEAD, _OTHER = "trade_lead", "trade_other"
_DEFAULT = (GoalName.WAITING, GoalName.COST)
_CHOICE = tuple(goal for goal in GoalName if goal is not GoalName.SOFT)


def show(table: Table) -> None:
    """Show the curve, and each of its points as a plan."""
    lang, about = table.lang, table.plans[0]
    parts.heading(text("compare.part_frontier", lang), text("compare.frontier_aside", lang, name=about.name))
    goals = _goals(table)
    options = {"of": [str(goal) for goal in goals], "points": POINTS, "seconds": SECONDS}
    answer = work.answer(
        table.desk, "frontier", about.kept.id, options, lang, key="ask_frontier",
        label=text("compare.draw", lang, points=POINTS + 1, seconds=SECONDS),
    )  # fmt: skip
    if answer is None:
        parts.quiet(text("compare.frontier_means", lang))
        return
    found = answer.data
    points: list[Mapping[str, Any]] = list(found["points"])
    if not points:
        parts.status("none", text("compare.no_points", lang), table.said.status(found["status"]))
        return
    picked = _curve(table, points, goals)
    _about(table, found)
    if picked is not None:
        parts.quiet(text("compare.picked", lang, number=picked["number"]))
        _open(table, picked, answer.plans, "picked")
    _list(table, points, goals, answer.plans)


def _goals(table: Table) -> tuple[GoalName, GoalName]:
    """The goals that are traded; the address says which."""
    said = [one for one in (address.asked(_ADDRESS) or "").split(",") if one in [*_CHOICE]]
    lead, other = (GoalName(one) for one in (said if len(set(said)) == 2 else _DEFAULT))
    st.session_state[_LEAD], st.session_state[_OTHER] = lead, other

    def changed() -> None:
        chosen = [st.session_state[_LEAD], st.session_state[_OTHER]]
        if chosen[0] == chosen[1]:  # the one that was chosen takes the other's place
            chosen = [other, lead]
        address.put(_ADDRESS, ",".join(map(str, chosen)))

    for column, key in zip(st.columns(2), (_LEAD, _OTHER), strict=True):
        with column:
            st.selectbox(
                text(f"compare.{key}", table.lang), _CHOICE, key=key, on_change=changed,
                format_func=lambda goal: shown.capital(goal_words(str(goal), table.lang)),
            )  # fmt: skip
    return lead, other


def _curve(
    table: Table, points: Sequence[Mapping[str, Any]], goals: tuple[GoalName, GoalName]
) -> Mapping[str, Any] | None:
    """Draw the points; the one that is clicked comes back."""
    lead, other = map(str, goals)
    said, lang = table.said, table.lang
    frame = pd.DataFrame(
        [
            {
                "number": point["number"], "x": _drawn(table, other, point["values"][other]),
                "y": _drawn(table, lead, point["values"][lead]), "proof": _proof(table, point),
                "lead": said.goal(lead, point["values"][lead]), "other": said.goal(other, point["values"][other]),
            }
            for point in points
        ]
    )  # fmt: skip
    base = alt.Chart(frame).encode(
        x=alt.X("x:Q", title=shown.capital(said.goal_head(other)), axis=_axis(), scale=alt.Scale(zero=False)),
        y=alt.Y("y:Q", title=shown.capital(said.goal_head(lead)), axis=_axis(**_ABOVE), scale=alt.Scale(zero=False)),
    )
    picked = alt.selection_point(name="picked", fields=["number"], on="click", clear="dblclick")
    dots = base.mark_circle(size=150, color=ACCENT, opacity=1).encode(
        tooltip=[
            alt.Tooltip("number:O", title=text("compare.point", lang)),
            alt.Tooltip("lead:N", title=shown.capital(said.goal_head(lead))),
            alt.Tooltip("other:N", title=shown.capital(said.goal_head(other))),
            alt.Tooltip("proof:N", title=text("compare.proof", lang)),
        ]
    ).add_params(picked)  # fmt: skip
    chart = (
        (base.mark_line(color=theme.LINE, strokeWidth=2, order=False) + dots
         + base.mark_text(dy=-14, fontSize=12, color=INK).encode(text="number:O"))
        .properties(height=300).configure(font=theme.FONT).configure_view(strokeWidth=0)
    )  # fmt: skip
    event = st.altair_chart(
        chart, key=_CHART, width="stretch", on_select="rerun", selection_mode="picked",
        alt=text("compare.part_frontier", lang),
    )  # fmt: skip
    chosen = [one.get("number") for one in event["selection"].get("picked", [])]
    return next((point for point in points if point["number"] in chosen), None)


_ABOVE = {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleX": -30, "titleY": -14}
"""A title above its axis: upright, and as long as it may be."""


def _axis(**title: Any) -> alt.Axis:
    return alt.Axis(gridColor=theme.LINE, domainColor=theme.LINE, tickSize=0, tickCount=6, labelFlush=False, **title)


def _drawn(table: Table, goal: str, value: float) -> float:
    """A goal's value in the unit that its axis names."""
    if goal == GoalName.COST or goal == GoalName.CASH_FLOW_MONEY:
        return value / table.words.size
    areas = (GoalName.AREA, GoalName.TIER_AREA, GoalName.EVENNESS)
    return value / M2_PER_HECTARE if goal.startswith("waiting") or goal in areas else value


def _proof(table: Table, point: Mapping[str, Any]) -> str:
    """What is known of a point: proved, or by how much it could be beaten."""
    if point["proved"]:
        return table.said("proved")
    gaps = [gap for gap in point["gaps"].values() if gap]
    return table.said("status_within_gap") if not gaps else text(
        "compare.gap_at_most", table.lang, percent=at_most_percent(max(gaps))
    )  # fmt: skip


def _about(table: Table, found: Mapping[str, Any]) -> None:
    key = "frontier_complete" if found["complete"] else "frontier_exact" if found["exact"] else "frontier_open"
    parts.quiet(table.said(key))
    if found["dropped"]:
        parts.quiet(table.said("frontier_dropped", count=found["dropped"]))


def _list(
    table: Table, points: Sequence[Mapping[str, Any]], goals: Sequence[GoalName], plans: Mapping[str, int]
) -> None:
    """The same points as rows, with the same buttons: for the keyboard, and for those who do not see the chart."""
    said, lang = table.said, table.lang
    first = points[0]["values"]
    for point in points:
        left, right = st.columns([3, 2], vertical_alignment="center")
        values = []
        for goal in map(str, goals):
            change = Fraction(point["values"][goal]) - Fraction(first[goal])
            sign = "" if not change else text(
                "compare.changed_by", lang,
                change=("+" if change > 0 else "−") + said.goal(goal, _plain(abs(change))),
            )  # fmt: skip
            values.append(f"{shown.capital(said.goal_head(goal))} {said.goal(goal, point['values'][goal])}{sign}")
        knee = f" · {said('knee')}" if point["knee"] else ""
        with left:
            parts.block(
                f"<p data-point='{point['number']}'><strong>{parts.safe(text('compare.point', lang))} "
                f"{point['number']}</strong>{parts.safe(knee)} · {parts.safe(_proof(table, point))}<br>"
                f"<span class='quiet'>{parts.safe('；'.join(values) if lang == 'zh' else '; '.join(values))}</span></p>"
            )
        with right:
            _open(table, point, plans, "row")


def _plain(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


def _open(table: Table, point: Mapping[str, Any], plans: Mapping[str, int], where: str) -> None:
    """What can be done with a point: compare its plan, or take it in hand."""
    plan = plans.get(str(point["number"]))
    if plan is None or not table.desk.may(Action.READ_CITY):
        return
    ids = [one.kept.id for one in table.plans]

    def opened() -> None:
        put(ids)  # the curve stays the first plan's
        work.open_plan(plan)

    with st.container(horizontal=True):
        st.button(
            text("compare.add", table.lang), key=f"add:{where}:{plan}", on_click=add, args=(plan, ids),
            disabled=plan in ids, help=text("compare.add_more", table.lang),
        )  # fmt: skip
        st.button(text("compare.open_plan", table.lang), key=f"open:{where}:{plan}", on_click=opened)
