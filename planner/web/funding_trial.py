"""A draft that is tried out: kept as a version of the base's trial, planned by a worker, found again by its content."""

from __future__ import annotations

from dataclasses import dataclass

from planner.advice.answer import changed
from planner.plan import PlanStatus
from planner.scenario import Scenario
from planner.service import Desk
from planner.service.kept import PLAN_KIND, SCENARIO_KIND
from planner.service.working import JobKind
from planner.store import Conflict, Version
from planner.store.queue import Job
from planner.texts import LANGUAGES, Language, text
from planner.web import work
from planner.web.hand import Hand
from planner.web.seen import TRIAL_SUFFIX

QUICK_GAP = 0.001
"""Where the search for a trial's plan may stop: 0.1 %, what scenarios usually give up of a goal for the next."""

_TRIES = 3


@dataclass(frozen=True)
class Trial:
    """What there is of a draft's trial.

    Parameters
    ----------
    scenario : Version or None
        None where the draft was never kept.
    job : Job or None
        The newest that plans it.
    plan : Version or None
        The newest that came of it.
    """

    scenario: Version | None = None
    job: Job | None = None
    plan: Version | None = None


def named(base: Version, scenario: Scenario) -> Scenario:
    """A draft under the name of its base's trial: the base's own name with a suffix, and no note of the base.

    The same content has the same name, title and digest, whoever tries it.
    """
    name = base.document.name.removesuffix(TRIAL_SUFFIX)
    title = {
        lang: text("funding.trial_title", lang, title=_plain_title(scenario.title.get(lang) or name, lang))
        for lang in LANGUAGES
    }
    return changed(scenario, name=name + TRIAL_SUFFIX, title=title, note={})


def _plain_title(title: str, lang: Language) -> str:
    return title.removesuffix(text("funding.trial_title", lang, title=""))


def found(hand: Hand, base: Version, scenario: Scenario) -> Trial:
    """What there is of a draft's trial with the ledger at hand; the base itself where nothing was changed."""
    digest = named(base, scenario).digest
    kept = next(
        (one for one in hand.of_kind(SCENARIO_KIND) if one.meta.get("digest") in (digest, scenario.digest)), None
    )
    if kept is None or hand.ledger is None:
        return Trial(kept)
    return Trial(kept, _job(hand.desk, hand.ledger, kept), newest_plan(hand, hand.ledger, kept))


def newest_plan(hand: Hand, ledger: Version, scenario: Version) -> Version | None:
    """The newest plan of a ledger and a scenario; the one at hand where it is of them."""
    wanted = (ledger.id, scenario.id)
    plans = [one for one in (hand.plan,) if one is not None] + list(hand.of_kind(PLAN_KIND))
    return next((one for one in plans if (int(one.meta["ledger"]), int(one.meta["scenario"])) == wanted), None)


def _job(desk: Desk, ledger: Version, scenario: Version) -> Job | None:
    return next(
        (
            job
            for job in desk.jobs.all()
            if job.kind == JobKind.PLAN
            and (job.payload.get("ledger"), job.payload.get("scenario")) == (ledger.id, scenario.id)
        ),
        None,
    )


def keep(desk: Desk, base: Version, scenario: Scenario, note: str) -> Version:
    """Keep a draft's trial on top of the newest of its name; what is kept already stays as it is.

    Raises
    ------
    NotAllowed
    BadInput
    """
    trial = named(base, scenario)
    for left in reversed(range(_TRIES)):
        known = desk.keeping.known(SCENARIO_KIND, trial.digest)
        if known is not None:
            return known
        own = [
            one.id
            for one in desk.keeping.versions(SCENARIO_KIND)
            if (one.document.name, one.document.district) == (trial.name, "")
        ]
        try:
            return desk.keeping.keep_scenario(trial, parent=own[-1] if own else None, note=note)
        except Conflict:  # another trial of the same base was kept in this very moment
            if not left:
                raise
    raise AssertionError("unreachable")


def start(hand: Hand, base: Version, scenario: Scenario, note: str, *, gap: float | None) -> None:
    """Keep the trial and ask for its plan, as a button's callback; the search starts from the base's plan.

    Parameters
    ----------
    gap : float or None
        Of each goal, where the search may stop; None for what a plan is usually searched to.
    """
    ledger, desk = hand.ledger, hand.desk
    if ledger is None:
        return

    plan = newest_plan(hand, ledger, base)
    near = plan.id if plan is not None and PlanStatus(plan.meta["status"]).has_plan else None

    def submit() -> tuple[Job, bool]:
        kept = keep(desk, base, scenario, note)
        return desk.jobs.plan(ledger.id, kept.id, seconds=work.SOLVE_SECONDS, gap=gap, near=near)

    work.ask(submit)
