"""Yearly tasks: a district's year, edited, reported, carried out and paid."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from planner.office.shown import money
from planner.service import Action
from planner.texts import text
from planner.units import hectares
from planner.web import hand, parts, shell
from planner.web.seen import Kind
from planner.web.tasks_effects import beside_its_base, effects
from planner.web.tasks_files import files
from planner.web.tasks_hand_in import hand_in
from planner.web.tasks_money import money_part
from planner.web.tasks_one import one_by_one
from planner.web.tasks_place import Place, choosers, place_of, settle
from planner.web.tasks_steps import steps
from planner.web.tasks_table import Line, known_of, lines, may_edit, table
from planner.web.tasks_why import why


def show() -> None:
    """Show the page; only the part that is chosen is built."""
    settle()
    at_hand = hand.begin("tasks", whole=False)
    if at_hand is None:
        return
    lang = at_hand.lang
    if at_hand.view.kind is Kind.PEOPLE:
        parts.title(shell.page_title("tasks", lang), "", "")
        parts.status("none", text("tasks_page.no_district", lang), text("tasks_page.no_district_more", lang))
        return
    place = place_of(at_hand)
    if place is None:
        hand.has_plan(at_hand, "tasks")
        return
    parts.title(f"{place.district} · {shell.page_title('tasks', lang)}", "", place.book.title)
    known: dict[str, Callable[[Place], None]] = {"tasks": _tasks}
    if place.desk.may(Action.HAND_IN, place.owner or place.district) or place.whole:
        known["hand_in"] = hand_in
    known |= {"steps": steps, "money": money_part}
    known[choosers(place, list(known))](place)


def _tasks(place: Place) -> None:
    rows = lines(place)
    beside_its_base(place)
    parts.quiet(_summary(place, rows))
    files(place)
    if not rows:
        parts.status("none", text("tasks_page.nothing", place.lang), text("tasks_page.nothing_more", place.lang))
        return
    known, wishes = known_of(place)
    above = st.container()
    table(place, rows, known, wishes)
    if may_edit(place):
        one_by_one(place, rows)
        effects(place, wishes, above)
    why(place, rows)


def _summary(place: Place, rows: list[Line]) -> str:
    """How many tasks begin, how large they are and what they cost; what goes on or is not planned apart."""
    words, lang = place.book.words, place.lang
    begun = [line.item for line in rows if line.item and place.year in (None, line.item.task.start)]
    return text(
        "tasks_page.summary", lang, tasks=len(begun), going_on=len(rows) - len(begun),
        area=hectares(sum(item.task.task_area_m2 for item in begun)), area_unit=words("hectare"),
        money=money(sum(item.total for item in begun), words), unit=words.unit,
        hazards=sum(item.patch.hazard_points for item in begun),
    )  # fmt: skip
