"""Funding: a scenario's money edited as a draft, checked at once, planned beside its base, kept under a name."""

from __future__ import annotations

import streamlit as st

from planner.advice.shortfall import Obstacle
from planner.findings import Finding
from planner.ledger import Ledger
from planner.ledger.types import META_DEFAULTS
from planner.office.words import Words
from planner.plan import Plan
from planner.scenario import Scenario
from planner.service import Action
from planner.service.kept import SCENARIO_KIND
from planner.store import Version
from planner.texts import text
from planner.web import address, funding_result, funding_trial, hand, parts, shell, told, work
from planner.web.funding_changes import changes_table, foreseen, listed_changes, short_purses, sums
from planner.web.funding_draft import Drafting, checked, other_bases, refused
from planner.web.funding_grid import grid, typed_faults
from planner.web.funding_levers import clause_modes, levers
from planner.web.funding_moves import moves
from planner.web.funding_save import is_clashing, join, kept_now, save_form
from planner.web.funding_shipped import offer_shipped
from planner.web.funding_view import outcome
from planner.web.funding_worth import sweep, worth_map

VIEWS = ("draft", "result", "worth")
_MOST_OBSTACLES = 6
PANELS = ("moves", "levers", "clauses")


def show() -> None:
    """Show the page."""
    at_hand = hand.begin("funding")
    if at_hand is None:
        return
    lang = at_hand.lang
    parts.title(shell.page_title("funding", lang), "", text("funding.aim", lang))
    if at_hand.ledger is None or at_hand.scenario is None:
        parts.status("none", text("funding.nothing", lang), text("funding.nothing_more", lang))
        return
    refused(lang)
    kept_now(at_hand)
    _edit(at_hand, at_hand.ledger, at_hand.scenario)


def _edit(at_hand: hand.Hand, kept_ledger: Version, base: Version) -> None:
    keeping = at_hand.desk.keeping
    ledger, began = keeping.open_ledger(kept_ledger.id), keeping.open_scenario(base.id)
    words = Words(at_hand.lang, META_DEFAULTS | dict(ledger.meta))
    drafting = Drafting(at_hand.desk, base, began)
    scenario, faults = checked(drafting.now)
    against: tuple[Finding, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    if scenario is not None:
        against, obstacles = foreseen(at_hand.desk.store.place, kept_ledger.id, scenario.digest, at_hand.desk, scenario)
    ready = scenario if not (against or typed_faults(drafting.now, words)) else None
    _bar(at_hand, drafting, ready, words)
    if scenario is not None and is_clashing(drafting):
        join(at_hand, drafting, scenario, words)
    for found in (faults, against):
        if found:
            parts.status("broken", text("funding.no_scenario", at_hand.lang))
            told.faults(found, at_hand.lang, name="draft_faults")
    if obstacles:
        said = [obstacle.said.in_(at_hand.lang) for obstacle in obstacles[:_MOST_OBSTACLES]]
        parts.status("broken", text("funding.impossible_at_sight", at_hand.lang, count=len(obstacles)), *said)
    view = _view(at_hand)
    plan_of_base = funding_trial.newest_plan(at_hand, kept_ledger, base)
    if view == "draft":
        _draft(at_hand, drafting, ledger, plan_of_base, words)
    elif view == "result":
        outcome(at_hand, drafting, scenario, plan_of_base, words)
    else:
        _worth(at_hand, ledger, plan_of_base, words)
    _other_drafts(at_hand, base)
    offer_shipped(at_hand)


def _other_drafts(at_hand: hand.Hand, base: Version) -> None:
    """Lead to the drafts that were begun from other versions: none of them is lost."""
    found = [kept for one in other_bases(at_hand.desk, base.id) if (kept := at_hand.version(one)) is not None]
    if not found:
        return
    lang = at_hand.lang
    with st.expander(text("funding.other_drafts", lang, count=len(found)), key="funding_others"):
        for kept in found:
            st.button(
                hand.name_of(kept, at_hand), key=f"funding_other:{kept.id}", on_click=address.put,
                args=(SCENARIO_KIND, kept.id),
            )  # fmt: skip


def _bar(at_hand: hand.Hand, drafting: Drafting, ready: Scenario | None, words: Words) -> None:
    """What the draft is against its base, and what can be done with it."""
    lang, changed = at_hand.lang, drafting.now.changes(drafting.began)
    before, after = (sum(entry["yuan"] for entry in plain["budgets"]) for plain in (drafting.began, drafting.now.plain))
    said = text("funding.unchanged", lang) if not changed else text(
        "funding.changed", lang, count=len(changed), before=words.money(before), after=words.money(after)
    )  # fmt: skip
    if changed:
        hand.stay(at_hand)
    may_solve = at_hand.desk.may(Action.SOLVE_CITY) and at_hand.desk.may(Action.KEEP_CITY)
    parts.status(
        "none" if not changed else "plan",
        said,
        text("funding.saved_for_you", lang),
        text("funding.compute_help", lang) if may_solve else "",
    )

    def compute() -> None:
        if ready is not None:
            address.put("funding_view", "result")
            hand.stay(at_hand)
            note = listed_changes(drafting.now.changes(drafting.began), words)
            note = text("funding.trial_note", lang, changes=note)
            gap = funding_trial.QUICK_GAP if changed else None
            funding_trial.start(at_hand, drafting.base, ready, note, gap=gap)

    with st.container(horizontal=True):
        if may_solve:
            st.button(
                text("funding.compute", lang), key="funding_compute", type="primary", on_click=compute,
                disabled=ready is None,
            )  # fmt: skip
        st.button(text("funding.back", lang), key="funding_back", on_click=drafting.go_back,
                  disabled=not drafting.can_go_back)  # fmt: skip
        st.button(text("funding.again", lang), key="funding_again", on_click=drafting.begin_again, disabled=not changed
                  and not drafting.now.typed)  # fmt: skip
        if ready is not None and changed and at_hand.desk.may(Action.KEEP_CITY) and not is_clashing(drafting):
            with st.popover(text("funding.save", lang), key="funding_save"):
                save_form(at_hand, drafting, ready, words)
    if not may_solve:
        parts.quiet(text("funding.may_not", lang))


def _view(at_hand: hand.Hand) -> str:
    """Which part of the page is shown; the address says so."""
    asked = address.asked("funding_view")
    st.session_state["funding_view"] = view = asked if asked in VIEWS else VIEWS[0]

    def switched() -> None:
        address.put("funding_view", st.session_state["funding_view"])

    st.segmented_control(
        text("funding.views", at_hand.lang), VIEWS, key="funding_view", required=True, on_change=switched,
        label_visibility="collapsed", format_func=lambda name: text(f"funding.view_{name}", at_hand.lang),
    )  # fmt: skip
    return view


def _draft(
    at_hand: hand.Hand, drafting: Drafting, ledger: Ledger, plan_of_base: Version | None, words: Words
) -> None:  # fmt: skip
    lang = at_hand.lang
    grid(drafting, ledger, words)
    plan = _plan(at_hand, plan_of_base)
    sums(drafting.began, drafting.now.plain, plan, words)
    short_purses(drafting.now.plain, plan, words)
    funding_result.settled("funding_panel", PANELS)
    panel = st.segmented_control(
        text("funding.panels", lang), PANELS, key="funding_panel", required=True, label_visibility="collapsed",
        format_func=lambda name: text(f"funding.panel_{name}", lang),
    )  # fmt: skip
    if panel == "moves":
        moves(drafting, words)
    elif panel == "levers":
        levers(drafting, words)
    else:
        clause_modes(drafting, words)
    changed = drafting.now.changes(drafting.began)
    parts.heading(text("funding.differences", lang), text("funding.differences_count", lang, count=len(changed)))
    if changed:
        changes_table(changed, words)
    else:
        parts.quiet(text("funding.no_differences", lang))


def _plan(at_hand: hand.Hand, kept: Version | None) -> Plan | None:
    if kept is None:
        return None
    seen = funding_result.opened(at_hand.desk.store.place, kept.id, at_hand.desk)
    return seen.folder.plan if seen.clean else None


def _worth(at_hand: hand.Hand, ledger: Ledger, plan_of_base: Version | None, words: Words) -> None:
    lang, plan = at_hand.lang, _plan(at_hand, plan_of_base)
    if plan_of_base is None or plan is None or not plan.status.has_plan:
        parts.status("none", text("funding.no_base_plan", lang), text("funding.no_base_plan_more", lang))
        if at_hand.ledger is not None and at_hand.scenario is not None:
            work.solve_button(at_hand.desk, at_hand.ledger, at_hand.scenario, lang, key="funding_solve_base",
                              label=text("funding.solve_base", lang))  # fmt: skip
        return
    worth_map(at_hand.desk, plan_of_base.id, plan, ledger.districts, words)
    sweep(at_hand.desk, plan_of_base.id, plan, words)
