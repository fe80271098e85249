"""Workbooks that come back: handed in, read by a worker, their changes decided cell by cell, and taken in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import streamlit as st

from planner.service import Action
from planner.service.failed import error_lines
from planner.service.kept import IMPORT_KIND
from planner.service.working import JobKind
from planner.store import Version
from planner.store.queue import Job, JobState
from planner.texts import Language, text
from planner.web import address, parts, work
from planner.web.tasks_changes import changes_of, refused_of_gone
from planner.web.tasks_place import Place

_HANDED = "handed"
_SHOWN_JOBS = 3


def hand_in(place: Place) -> None:
    """Show the part: the way in, what runs or failed, and what came of each workbook."""
    _way_in(place)
    _jobs(place)
    found = _handed(place)
    parts.heading(text("tasks_page.handed", place.lang), text("tasks_page.handed_aside", place.lang, count=len(found)))
    if not found:
        refused_of_gone(place)
        parts.quiet(text("tasks_page.none_handed", place.lang))
        return
    changes_of(_chosen(place, found), place)


def _way_in(place: Place) -> None:
    """Take a workbook."""
    lang, plan = place.lang, place.hand.plan
    parts.heading(text("tasks_page.way_in", lang))
    if not place.desk.may(Action.HAND_IN, place.district):
        parts.quiet(text("tasks_page.may_not_hand_in", lang))
        return
    if plan is None or plan.document.district:
        parts.quiet(text("tasks_page.citys_plan", lang))
        return
    parts.quiet(text("tasks_page.way_in_more", lang, district=place.district))
    given = st.file_uploader(
        text("tasks_page.workbook", lang), type=["xlsx"], key=f"tasks_upload:{st.session_state.get(_ROUND, 0)}",
        label_visibility="collapsed",
    )  # fmt: skip
    st.text_input(text("tasks_page.note", lang), key="tasks_note", max_chars=200)

    def clicked() -> None:
        if given is None:
            return
        note = str(st.session_state["tasks_note"]).strip()
        job = work.ask(
            lambda: place.desk.jobs.hand_in(plan.id, given.name, given.getvalue(), district=place.district, note=note)
        )
        if job is not None:  # else the file stays, to be handed in again
            st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1

    st.button(
        text("tasks_page.hand_in", lang), key="tasks_hand_in", type="primary", on_click=clicked, disabled=given is None
    )


_ROUND = "tasks:upload"


def _jobs(place: Place) -> None:
    """What is being read, and what could not be."""
    lang = place.lang
    own = [job for job in place.desk.jobs.all() if job.kind == JobKind.HAND_IN and job.district == place.district]
    for job in own[:_SHOWN_JOBS]:
        name = str(job.payload.get("file", ""))
        if work.is_at_work(job):
            parts.status("none", text("tasks_page.being_read", lang, file=name), work.progress_words(job, lang))
        elif job.state == JobState.FAILED:
            parts.status("broken", text("tasks_page.not_read", lang, file=name, at=_moment(job.ended)))
            _faults(job, lang)


def _faults(job: Job, lang: Language) -> None:
    """What is wrong with a file: where, what, and the likely repair."""
    said = json.loads(job.error or "{}")
    if "findings" not in said:
        for line in error_lines(job.error, lang):
            parts.quiet(line)
        return
    rows = [(_where(one, lang), one["wrong"][lang], one["repair"][lang]) for one in said["findings"]]
    heads = [text(f"web.{key}", lang) for key in ("place", "wrong", "repair")]
    parts.table(heads, rows, long_columns=frozenset((1, 2)), name="file_faults")


def _where(finding: dict[str, Any], lang: Language) -> str:
    row = text("findings.row", lang, row=finding["row"]) if finding["row"] else ""
    return " · ".join(part for part in (finding["file"], finding["sheet"], row, finding["column"]) if part)


def _handed(place: Place) -> list[Version]:
    """The district's workbooks, the newest first."""
    known = place.desk.keeping.versions(IMPORT_KIND)
    return [kept for kept in reversed(known) if kept.document.district == place.district]


def _chosen(place: Place, found: Sequence[Version]) -> Version:
    lang, by_id = place.lang, {kept.id: kept for kept in found}
    wanted = address.number(_HANDED)
    st.session_state["tasks_handed"] = wanted if wanted in by_id else found[0].id

    def switched() -> None:
        address.put(_HANDED, st.session_state["tasks_handed"])

    def said(identity: int) -> str:
        kept = by_id[identity]
        return text(
            "tasks_page.handed_one", lang, file=str(kept.meta["file"]), at=_moment(kept.at),
            changes=int(kept.meta["changes"]), undecided=int(kept.meta["undecided"]),
        )  # fmt: skip

    st.selectbox(
        text("tasks_page.handed_which", lang), list(by_id), key="tasks_handed", format_func=said, on_change=switched
    )
    return by_id[int(st.session_state["tasks_handed"])]


def _moment(at: str) -> str:
    return at[:16].replace("T", " ")
