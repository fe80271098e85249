"""The draft's outcome: how far its plan is, what it comes to beside the base's, or what is missing and the ways out."""

from __future__ import annotations

import streamlit as st

from planner.office.shown import capital
from planner.office.words import Words, status_words
from planner.plan import Plan, PlanStatus
from planner.scenario import Scenario
from planner.service import Action
from planner.service.failed import error_lines
from planner.store import Version
from planner.store.queue import Job, JobState
from planner.texts import text
from planner.web import address, funding_result, funding_trial, parts, work
from planner.web.funding_draft import Drafting
from planner.web.funding_short import missing, ways_out
from planner.web.hand import Hand
from planner.web.seen import TRIAL_SUFFIX

LONGER_SECONDS = 300.0
_CLOSE = 2e-4  # a gap that needs no further search: twice what a plan is usually searched to
_SHOWN = "trial"


def outcome(
    hand: Hand, drafting: Drafting, scenario: Scenario | None, plan_of_base: Version | None, words: Words
) -> None:  # fmt: skip
    """Show what came of the draft; of an earlier state of it where this one was not planned yet, and say so."""
    lang = hand.lang
    trial = funding_trial.Trial()
    if scenario is not None:
        trial = funding_trial.found(hand, drafting.base, scenario)
    running = trial.job is not None and work.is_at_work(trial.job)
    if trial.job is not None and running:
        parts.status("none", text("funding.at_work", lang), work.progress_words(trial.job, lang))
    elif trial.plan is None:
        _not_planned(trial.job, hand)
    fresh = trial.plan is not None
    shown = trial.plan or _earlier(hand, drafting)
    if shown is None:
        return
    if fresh:
        if address.number(_SHOWN) != shown.id:
            address.put(_SHOWN, shown.id)
    else:
        parts.status("none", text("funding.stale", lang), text("funding.stale_more", lang))
    _result(hand, drafting, shown, plan_of_base, words, fresh=fresh and not running)


def _not_planned(job: Job | None, hand: Hand) -> None:
    lang = hand.lang
    if job is not None and JobState(job.state).ended and job.state != JobState.DONE:
        parts.status("broken", text("desk_page.failed", lang), *error_lines(job.error, lang))
    else:
        parts.status("none", text("funding.not_planned", lang), text("funding.not_planned_more", lang))


def _earlier(hand: Hand, drafting: Drafting) -> Version | None:
    """The plan that was shown last, where it is of a trial of this base."""
    kept = hand.version(address.number(_SHOWN))
    if kept is None or "scenario" not in kept.meta:
        return None
    scenario = hand.version(int(kept.meta["scenario"]))
    name = drafting.base.document.name.removesuffix(TRIAL_SUFFIX)
    own = scenario is not None and scenario.document.name.removesuffix(TRIAL_SUFFIX) == name
    return kept if own else None


def _result(
    hand: Hand, drafting: Drafting, shown: Version, plan_of_base: Version | None, words: Words, *, fresh: bool
) -> None:  # fmt: skip
    lang, desk, place = hand.lang, hand.desk, hand.desk.store.place
    with st.spinner(text("web.loading", lang)):
        seen = funding_result.opened(place, shown.id, desk)
    if not seen.clean:
        parts.status("broken", text("funding.refused_plan", lang))
        return
    plan, folder = seen.folder.plan, seen.folder
    _standing(hand, plan, shown if fresh else None)
    if plan.status is PlanStatus.IMPOSSIBLE:
        missing(drafting, folder.ledger, folder.scenario, plan, words, fresh=fresh)
        ways_out(drafting, desk, shown.id, words, fresh=fresh)
        return
    if not plan.status.has_plan:
        more = text("funding.longer", lang, seconds=f"{LONGER_SECONDS:.0f}")
        _further(hand, shown, more, LONGER_SECONDS, key="funding_longer")
        return
    if plan_of_base is None or not funding_result.opened(place, plan_of_base.id, desk).folder.plan.status.has_plan:
        parts.status("none", text("funding.no_base_plan", lang), text("funding.no_base_plan_more", lang))
        if hand.ledger is not None:
            work.solve_button(desk, hand.ledger, drafting.base, lang, key="funding_solve_base",
                              label=text("funding.solve_base", lang))  # fmt: skip
        return
    if plan_of_base.id == shown.id:
        parts.quiet(text("funding.is_base", lang))
        funding_result.workbook(desk, shown, folder, lang)
        return
    base = funding_result.opened(place, plan_of_base.id, desk).folder.scenario
    with st.spinner(text("web.loading", lang)):
        beside = funding_result.beside(place, plan_of_base.id, shown.id, funding_result.names_of(base, lang), desk)
    funding_result.cards(beside, words)
    funding_result.files(beside, shown, folder, desk, words)
    parts.heading(text("funding.by_year", lang))
    funding_result.by_year(beside, words)
    parts.heading(text("funding.by_purse", lang))
    funding_result.by_purse(beside, words)
    funding_result.patches(beside, words)


def _standing(hand: Hand, plan: Plan, fresh: Version | None) -> None:
    """What the plan is worth, and which run made it when; a fresh one of a quick trial can be searched further."""
    lang, certificate = hand.lang, plan.certificate
    line = text(
        "funding.made", lang, run=certificate.run_id[:8], at=certificate.made_at[:16].replace("T", " "),
        seconds=f"{certificate.seconds:.1f}",
    )  # fmt: skip
    parts.status("plan" if plan.status.has_plan else "none", capital(status_words(plan, lang)), line)
    if fresh is not None and plan.status is PlanStatus.WITHIN_GAP and max(_gaps(plan)) > _CLOSE:
        _further(hand, fresh, text("funding.closer", lang), work.SOLVE_SECONDS, key="funding_closer")


def _gaps(plan: Plan) -> list[float]:
    return [goal.gap for goal in plan.certificate.goals if goal.gap is not None] or [0.0]


def _further(hand: Hand, shown: Version, label: str, seconds: float, *, key: str) -> None:
    """Offer to search again, for as long and as closely as a plan is usually searched for, or longer."""
    if not hand.desk.may(Action.SOLVE_CITY):
        return
    ledger, scenario = int(shown.meta["ledger"]), int(shown.meta["scenario"])

    def again() -> None:
        work.ask(lambda: hand.desk.jobs.plan(ledger, scenario, seconds=seconds))

    st.button(label, key=key, on_click=again)
