"""What the edits of tasks come to: at once without solving, and by a plan of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from planner.advice.adjusted import Adjusted, Placed, PurseChange, Wanted
from planner.findings import BadInput
from planner.office.shown import capital, dash, money
from planner.office.words import goal_words
from planner.service import Action
from planner.service.adjusting import Tried
from planner.service.kept import SCENARIO_KIND
from planner.texts import Language, text
from planner.web import parts, told, work
from planner.web import tasks_draft as draft
from planner.web.overview_figures import unit_head
from planner.web.tasks_place import Place
from planner.web.tasks_words import amount_words, clause_title, place_words

_KEPT, _NAME, _PUBLISHED = "tasks:tried", "tasks_draft_name", "tasks:published"


def effects(place: Place, wishes: Mapping[str, Wanted], above: DeltaGenerator) -> None:
    """Show what the draft's edits break and cost, and let them be planned.

    Parameters
    ----------
    place : Place
    wishes : mapping of patch to Wanted
        What the plan was made with.
    above : DeltaGenerator
        Where the answer stands in one line, beside the table.
    """
    lang = place.lang
    wanted = draft.wanted(place, wishes)
    if findings := draft.unsaved():
        told.refusal(findings, text("tasks_page.unsaved", lang), lang)
    if not wanted:
        with above:
            parts.status("none", text("tasks_page.no_edits", lang), text("tasks_page.no_edits_more", lang))
        return
    try:
        found = _tried(place, wanted)
    except BadInput as refused:
        with above:
            told.refusal(refused.findings, text("tasks_page.not_tried", lang), lang)
        return
    with above:
        _summary(found, len(wanted), place)
    parts.heading(text("tasks_page.effects", lang), text("tasks_page.effects_aside", lang))
    _moves(found.found, place)
    _broken(found, place)
    left, right = st.columns(2, gap="large")
    with left:
        _money(found.found.money, place)
    with right:
        _goals(found.found, place)
    _plan(place, wanted)


def _tried(place: Place, wanted: Sequence[Wanted]) -> Tried:
    """The last answer is kept: a rerun asks only where something was changed."""
    asked = (place.version, place.district, tuple(wanted))
    known = st.session_state.get(_KEPT)
    if known is None or known[0] != asked:
        known = (asked, place.desk.adjusting.tried(place.version, wanted, district=place.district))
        st.session_state[_KEPT] = known
    found: Tried = known[1]
    return found


def _summary(tried: Tried, edited: int, place: Place) -> None:
    lang, words, found = place.lang, place.book.words, tried.found
    broken = len(found.broken) + tried.hidden
    extra = found.cost_after - found.cost_before
    said = text(
        "tasks_page.tried", lang, edits=edited, broken=broken, unit=words.unit,
        cost=("+" if extra > 0 else "") + money(extra, words),
    )  # fmt: skip
    more = text("tasks_page.tried_more" if broken else "tasks_page.tried_clean", lang)
    if tried.hidden:
        more += " " + text("tasks_page.hidden", lang, count=tried.hidden)
    parts.status("broken" if broken else "plan", said, more)


def _moves(found: Adjusted, place: Place) -> None:
    if not found.moved:
        return
    lang = place.lang
    heads = [text(f"tasks_page.{key}", lang) for key in ("moved_patch", "moved_was", "moved_now")]
    rows = [[one.patch, _placed(one.was, place), _placed(one.now, place)] for one in found.moved]
    parts.table(heads, rows, text_columns=3, name="moved")


def _placed(where: Placed, place: Place) -> str:
    if where.start is None:
        return text("tasks_page.not_planned", place.lang)
    return f"{where.start} · {place.book.words.option(where.option or '')}"


def _broken(tried: Tried, place: Place) -> None:
    if not tried.found.broken:
        return
    lang, words = place.lang, place.book.words
    heads = [text(key, lang) for key in ("web.clause", "web.place", "tasks_page.by_how_much", "web.finding")]
    rows = [
        [
            clause_title(one, lang), place_words(one.place, words), amount_words(one, words),
            one.zh if lang == "zh" else one.en,
        ]
        for one in tried.found.broken
    ]  # fmt: skip
    parts.table(heads, rows, text_columns=4, long_columns=frozenset((0, 1, 3)), name="broken")


def _money(changed: Sequence[PurseChange], place: Place) -> None:
    if not changed:
        return
    lang, words = place.lang, place.book.words
    keys = ("web.purse_column", "web.budget", "tasks_page.used_before", "tasks_page.used_after", "web.overdrawn")
    heads = [unit_head(text(keys[0], lang), words.unit, lang), *(text(key, lang) for key in keys[1:])]
    rows = [
        [
            f"{capital(place.purse(one.source, one.district))} {one.year}", dash(one.budget, words),
            dash(one.before, words), dash(one.after, words), dash(one.overdrawn, words),
        ]
        for one in changed
    ]  # fmt: skip
    parts.table(heads, rows, name="purses")


def _goals(found: Adjusted, place: Place) -> None:
    if not found.goals:
        return
    lang = place.lang
    heads = [text(f"tasks_page.goal_{key}", lang) for key in ("name", "before", "after", "more")]
    rows = [
        [capital(goal_words(one.name, lang)), f"{one.before:,}", f"{one.after:,}", f"{one.after - one.before:+,}"]
        for one in found.goals
    ]
    parts.table(heads, rows, name="goals_changed")


def _plan(place: Place, wanted: Sequence[Wanted]) -> None:
    """The buttons: have the edits planned, or take them back."""
    lang, owner = place.lang, place.owner
    parts.quiet(text("tasks_page.plan_district" if owner else "tasks_page.plan_city", lang, district=place.district))
    if not owner:
        given = text("tasks_page.draft_name", lang, name=place.book.scenario.name, district=place.district)
        st.text_input(text("tasks_page.draft_label", lang), given, key=_NAME, max_chars=80)

    seconds = min(work.SOLVE_SECONDS, place.desk.service.settings.limits.solve_seconds)

    def clicked() -> None:
        name = "" if owner else str(st.session_state[_NAME]).strip()
        work.ask(
            lambda: place.desk.adjusting.plan(place.version, wanted, district=owner, name=name, seconds=seconds),
            follow=True,
        )

    with st.container(horizontal=True):
        st.button(text("tasks_page.plan_edits", lang), key="tasks_plan", type="primary", on_click=clicked)
        st.button(text("tasks_page.forget", lang), key="tasks_forget", on_click=draft.forget, args=(place,))


def beside_its_base(place: Place) -> None:
    """Where the plan at hand was made from edits: what it moves in the district against the plan that was edited."""
    base = place.desk.adjusting.base(place.version)
    if base is None:
        return
    lang, words = place.lang, place.book.words
    before = place.desk.keeping.view(base, place.district)
    now = {item.patch.patch: Placed(start=item.task.start, option=item.task.option) for item in place.book.items}
    was = {task.patch: Placed(start=task.start, option=task.option) for task in before.tasks}
    nowhere = Placed(start=None, option=None)
    moved = [patch for patch in {**was, **now} if was.get(patch) != now.get(patch)]
    cost = sum(item.total for item in place.book.items)
    cost_before = sum(part.yuan for part in before.commitments if part.source != "enterprise")
    extra = cost - cost_before
    parts.status(
        "plan", text("tasks_page.made_from", lang, plan=base, moved=len(moved)),
        text(
            "tasks_page.made_from_more", lang, unit=words.unit, cost=("+" if extra > 0 else "") + money(extra, words)
        ),
    )  # fmt: skip
    if moved:
        heads = [text(f"tasks_page.{key}", lang) for key in ("moved_patch", "moved_was", "moved_now")]
        rows = [
            [patch, _placed(was.get(patch, nowhere), place), _placed(now.get(patch, nowhere), place)] for patch in moved
        ]
        with st.expander(text("tasks_page.moved_list", lang, count=len(moved)), key="tasks_moved"):
            parts.table(heads, rows, text_columns=3, name="against_base")
    with st.container(horizontal=True):
        st.button(text("tasks_page.to_base", lang), key="tasks_to_base", on_click=work.open_plan, args=(base,))
        _publish(place, lang)


def _publish(place: Place, lang: Language) -> None:
    """Let the city see the district's own plan."""
    plan = place.hand.plan
    if (
        plan is None
        or not plan.document.district
        or not place.desk.may(Action.PUBLISH_DISTRICT, plan.document.district)
    ):
        return

    def clicked() -> None:
        for version in (int(plan.meta[SCENARIO_KIND]), plan.id):
            place.desk.deciding.publish(version)
        st.session_state[_PUBLISHED] = plan.id

    if st.session_state.get(_PUBLISHED) == plan.id:
        parts.quiet(text("tasks_page.published", lang))
    else:
        st.button(text("tasks_page.publish", lang), key="tasks_publish", on_click=clicked)
