"""Work that takes time, as pages show it: asked for, watched beside every page, stopped, and taken up when it is done.

The work itself is a job of the store: it goes on whatever becomes of the page, and is found again after a reload.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from planner.findings import BadInput
from planner.office.words import goal_words
from planner.service import Action, Desk
from planner.service.failed import error_lines
from planner.service.kept import LEDGER_KIND, PLAN_KIND, SCENARIO_KIND
from planner.service.standing import KeptAnswer
from planner.service.working import JobKind
from planner.store import Version
from planner.store.queue import Job, JobState
from planner.texts import Language, text
from planner.web import address, parts
from planner.web import told as telling

POLL_SECONDS, ELSEWHERE_SECONDS = 1.0, 3.0  # between two looks at what the page waits for, and at other work
SOLVE_SECONDS = 60.0
_SHOWN_ENDED, _SHOWN_HOURS = 3, 12
_REFUSED, _FOLLOWED, _AWAITED = "work:refused", "work:followed", "work:awaited"


def ask(submit: Callable[[], tuple[Job, bool]], *, follow: bool = False) -> Job | None:
    """Ask for work, as a button's callback; what is refused is shown by :func:`told` in the next run.

    Parameters
    ----------
    submit : callable
        One of the methods of ``desk.jobs``.
    follow : bool
        Whether the page goes to the plan once it is there.

    Returns
    -------
    Job or None
        None where it was refused.
    """
    st.session_state.pop(_REFUSED, None)
    try:
        job, _ = submit()
    except BadInput as refused:
        st.session_state[_REFUSED] = refused.findings
        return None
    if follow:
        st.session_state[_FOLLOWED] = job.id
    return job


def told(lang: Language) -> None:
    """Show why the work that was asked for last was refused."""
    if findings := st.session_state.pop(_REFUSED, None):
        telling.refusal(findings, text("desk_page.refused", lang), lang)


def solve_button(
    desk: Desk, ledger: Version, scenario: Version, lang: Language, *, key: str, label: str = "", district: str = "",
    seconds: float = SOLVE_SECONDS,
) -> None:  # fmt: skip
    """A button that has a ledger and a scenario planned, for those who may; the page then goes to the plan."""
    if not desk.may(Action.SOLVE_DISTRICT if district else Action.SOLVE_CITY, district):
        return

    most = min(seconds, desk.service.settings.limits.solve_seconds)

    def clicked() -> None:
        ask(lambda: desk.jobs.plan(ledger.id, scenario.id, district=district, seconds=most), follow=True)

    st.button(label or text("desk_page.solve", lang), key=key, type="primary", on_click=clicked)


def follow(desk: Desk) -> None:
    """Go to the plan of the job that is followed, once it is there."""
    identity = st.session_state.get(_FOLLOWED)
    if identity is None:
        return
    job = desk.jobs.get(identity)
    if not JobState(job.state).ended:
        return
    del st.session_state[_FOLLOWED]
    if job.kind in (JobKind.PLAN, JobKind.REPLAN) and "version" in job.result:
        open_plan(int(job.result["version"]))


def open_plan(version: int) -> None:
    """Let the address name a plan; its ledger and its scenario come along."""
    address.put(LEDGER_KIND, None)
    address.put(SCENARIO_KIND, None)
    address.put(PLAN_KIND, version)


def begin() -> None:
    """Forget what the page waited for in its last run. Call it before the page is made."""
    st.session_state[_AWAITED] = set()


def is_at_work(job: Job) -> bool:
    """Whether a job that the page is about to show has not ended; the page is made anew when it has."""
    if JobState(job.state).ended:
        return False
    st.session_state.setdefault(_AWAITED, set()).add(job.id)
    return True


def panel(desk: Desk, lang: Language) -> None:
    """Show one's own work beside the page: what runs, and what ended lately. Call it once the page is made."""
    own = [job for job in desk.jobs.all() if job.author == desk.author.who]
    running = [job.id for job in own if not JobState(job.state).ended]
    about = _about(desk) if own else {}
    since = (dt.datetime.now(dt.UTC) - dt.timedelta(hours=_SHOWN_HOURS)).isoformat()
    ended = [job for job in own if JobState(job.state).ended and job.ended >= since][:_SHOWN_ENDED]
    awaited = _awaited()
    if awaited or running:
        pace = POLL_SECONDS if awaited else ELSEWHERE_SECONDS
        st.fragment(_watch, run_every=pace)(desk, running, ended, about, lang, awaited)
    else:
        for job in ended:
            _ended(job, about, lang)


def _awaited() -> frozenset[int]:
    """The jobs whose end the page has to be made anew for."""
    followed = st.session_state.get(_FOLLOWED)
    return frozenset(st.session_state.get(_AWAITED, ())) | ({followed} if followed is not None else frozenset())


def _about(desk: Desk) -> dict[int, str]:
    """What the versions that jobs are about are called."""
    return {kept.id: f"{kept.document.name} #{kept.number}" for kept in desk.keeping.versions()}


def _watch(
    desk: Desk, known: Sequence[int], ended: Sequence[Job], about: Mapping[int, str], lang: Language,
    awaited: frozenset[int],
) -> None:  # fmt: skip
    """What runs, looked at again and again; the whole page is made anew only for what it waits for."""
    unended = desk.jobs.all(unended=True)
    running = {job.id: job for job in unended if job.author == desk.author.who}
    if awaited - {job.id for job in unended}:
        follow(desk)
        st.rerun()
    for job in running.values():
        name, progress = parts.safe(job_name(job, lang, about)), parts.safe(progress_words(job, lang))
        parts.block(
            f"<div class='job' data-job='{job.id}' aria-live='polite'><strong>{name}</strong>"
            f"<p class='quiet'>{progress}</p></div>"
        )
        if job.stop_asked:
            parts.quiet(text("desk_page.stopping", lang))
        else:
            st.button(
                text("desk_page.stop", lang), key=f"stop:{job.id}", on_click=_stop, args=(desk, job.id),
                help=text("desk_page.stop_more", lang),
            )  # fmt: skip
    lately = [desk.jobs.get(one) for one in known if one not in running]
    opened = [_ended(job, about, lang) for job in [*lately, *ended][:_SHOWN_ENDED]]
    if any(opened):
        st.rerun()


def _stop(desk: Desk, identity: int) -> None:
    desk.jobs.stop(identity)


def job_name(job: Job, lang: Language, about: Mapping[int, str]) -> str:
    """What a job is called, and what it is about."""
    asks = job.kind == JobKind.ASK
    name = text(f"desk_page.question_{job.payload['question']}" if asks else f"desk.job_{job.kind}", lang)
    version = job.payload.get("plan", job.payload.get(SCENARIO_KIND))
    return f"{name} · {about[version]}" if version in about else name


def progress_words(job: Job, lang: Language) -> str:
    """How far a job is: the goal it is at, the best value, the bound and the gap, as far as they are known."""
    told = job.progress
    if job.state == JobState.WAITING:
        return text("desk_page.waiting", lang)
    if "goal" not in told:
        done, of = told.get("done"), told.get("of")
        return text("desk_page.running", lang) if of is None else text("desk_page.points", lang, done=done, of=of)
    said = [
        text(
            "desk_page.goal", lang, number=told["number"], goals=told["goals"], goal=goal_words(told["goal"], lang),
            seconds=f"{told['seconds']:.0f}",
        )
    ]  # fmt: skip
    amounts = {name: told[name] for name in ("value", "bound") if told.get(name) is not None}
    said += [text(f"desk_page.{name}", lang, amount=f"{amount:,.0f}") for name, amount in amounts.items()]
    if told.get("gap") is not None:
        said.append(text("desk_page.gap", lang, percent=f"{told['gap'] * 100:.2f}"))
    return " · ".join(said)


def _ended(job: Job, about: Mapping[int, str], lang: Language) -> bool:
    """Show a job that has ended; whether its plan is to be opened now."""
    opened = False
    parts.block(
        f"<div class='job' data-job='{job.id}'><strong>{parts.safe(job_name(job, lang, about))}</strong> "
        f"<span class='quiet'>{parts.safe(text(f'desk.state_{job.state}', lang))}</span></div>"
    )
    if job.kind in (JobKind.PLAN, JobKind.REPLAN) and "version" in job.result:
        opened = st.button(
            text("desk_page.open", lang), key=f"open:{job.id}", on_click=open_plan, args=(int(job.result["version"]),)
        )
    for line in error_lines(job.error, lang):
        parts.quiet(line)
    return opened


def question(
    desk: Desk, question: str, plan: int, options: Mapping[str, Any], lang: Language, *, label: str = "",
    key: str = "", district: str = "",
) -> Mapping[str, Any] | None:  # fmt: skip
    """A question about a plan that plans again: its answer where it was asked before, else a button that asks it.

    Parameters
    ----------
    desk : Desk
    question : str
        One of :data:`planner.service.questions.QUESTIONS`.
    plan : int
        A version.
    options : mapping
        What may be said beside the plan.
    lang : {"zh", "en"}
    label : str
        On the button.
    key : str
        Of the button, where the question stands twice on a page.
    district : str
        Whose people ask, where it is not the city's.

    Returns
    -------
    mapping or None
        The answer's plain data; None where it is not there yet, which the page then says.
    """
    found = answer(desk, question, plan, options, lang, label=label, key=key, district=district)
    return None if found is None else found.data


def answer(
    desk: Desk, question: str, plan: int, options: Mapping[str, Any], lang: Language, *, label: str = "",
    key: str = "", district: str = "",
) -> KeptAnswer | None:  # fmt: skip
    """As :func:`question`, with the plans that the answer speaks of."""
    if not desk.may(Action.ASK_OWN if district else Action.ASK, district):
        parts.quiet(text("desk_page.may_not_ask", lang))
        return None
    asked = desk.jobs.find_ask(question, plan, options, district=district)
    if asked is not None and is_at_work(asked):
        parts.quiet(text("desk_page.at_work", lang, progress=progress_words(asked, lang)))
        return None
    if asked is not None and asked.state == JobState.FAILED:
        parts.status("broken", text("desk_page.failed", lang), *error_lines(asked.error, lang))
    elif asked is not None and "version" in asked.result:
        return desk.keeping.answer(int(asked.result["version"]))

    def clicked() -> None:
        ask(lambda: desk.jobs.ask(question, plan, options, district=district))

    st.button(label or text(f"desk_page.question_{question}", lang), key=key or f"ask:{question}", on_click=clicked)
    return None
