"""A ledger's file on its way in: handed in, its columns confirmed, everything found shown, kept as a version."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import streamlit as st

from planner.findings import BadInput
from planner.ledger import Mapping as ColumnMapping
from planner.ledger import load_ledger
from planner.ledger.mapping import read_mapping
from planner.service import Action
from planner.service.failed import error_lines
from planner.service.ledgers import Checked
from planner.service.working import JobKind
from planner.store import StoreFault
from planner.store.queue import Job
from planner.texts import text
from planner.web import address, ledger_findings, ledger_mapping, ledger_merge, parts, work
from planner.web.hand import Hand

_FIRST = 0
"""Stands for a ledger that is the first of its name."""

KINDS = ["xlsx", "xlsm", "xls", "ods", "csv"]
_FILE, _NAME, _NOTE, _FOLLOWS = "ledger_file", "ledger_name", "ledger_note", "ledger_follows"


def upload(hand: Hand) -> None:
    """Show how far a file is on its way in."""
    lang = hand.lang
    if not hand.desk.may(Action.KEEP_CITY):
        parts.status("none", text("ledger_page.not_yours_to_keep", lang))
        return
    _hand_in(hand)
    job = _asked(hand, "check", JobKind.CHECK_LEDGER)
    if job is None:
        parts.quiet(text("ledger_page.upload_more", lang))
        return
    if work.is_at_work(job):
        parts.status(
            "none", text("ledger_page.checking", lang, file=job.payload["file"]), work.progress_words(job, lang)
        )
        return
    if "version" not in job.result:
        parts.status("broken", text("ledger_page.not_checked", lang), *error_lines(job.error, lang))
        return
    checked = Checked.model_validate_json(hand.desk.keeping.open_bytes(int(job.result["version"])))
    _standing(hand, checked)
    ledger_mapping.confirm(hand, job, checked)
    ledger_findings.show(checked, lang)
    if checked.clean:
        _keep(hand, job)


def _hand_in(hand: Hand) -> None:
    lang, most = hand.lang, hand.desk.service.settings.limits.upload_mb
    file = st.file_uploader(
        text("ledger_page.file", lang), type=KINDS, key=_FILE, max_upload_size=most,
        help=text("ledger_page.file_more", lang, most=most),
    )  # fmt: skip
    if file is not None and st.session_state.get("ledger:handed") != file.file_id:
        st.session_state["ledger:handed"] = file.file_id
        job = work.ask(lambda: hand.desk.jobs.check_ledger(file.name, file.getvalue(), mapping=known_mapping(hand)))
        if job is not None:
            address.put("check", job.id)
            address.put("read", None)
        st.rerun()


def known_mapping(hand: Hand) -> ColumnMapping | None:
    """What people said of the columns when the ledger at hand was handed in: asked only once."""
    if hand.ledger is None:
        return None
    of_it = [kept for kept in reversed(hand.known) if kept.document.id == hand.ledger.document.id]
    said = next((str(kept.meta["mapping"]) for kept in of_it if kept.meta.get("mapping")), None)
    return read_mapping(said) if said else None


def _asked(hand: Hand, name: str, *kinds: JobKind) -> Job | None:
    identity = address.number(name)
    if identity is None:
        return None
    try:
        job = hand.desk.jobs.get(identity)
    except StoreFault:
        job = None
    if job is None or job.kind not in kinds or not job.payload:
        parts.quiet(text("ledger_page.no_check", hand.lang, id=identity))
        return None
    return job


def _standing(hand: Hand, checked: Checked) -> None:
    lang = hand.lang
    counts = {
        level: sum(1 for one in checked.findings if one["level"] == level) for level in ("error", "warning", "note")
    }
    more = text("ledger_page.counts", lang, **counts)
    if checked.clean:
        parts.status("plan", text("ledger_page.clean", lang, file=checked.file, patches=f"{checked.patches:,}"), more)
    else:
        parts.status(
            "broken", text("ledger_page.faulty", lang, file=checked.file), more, text("ledger_page.faulty_more", lang)
        )


def _keep(hand: Hand, job: Job) -> None:
    """Keep the file as a ledger's version: the next of one that is there, or the first of its name."""
    lang = hand.lang
    parts.heading(text("ledger_page.keep", lang))
    heads = {head.id: head for kept in hand.of_kind("ledger") if not kept.document.district
             for head in (hand.newest_of(kept),)}  # fmt: skip
    options = [*heads, _FIRST]
    left, middle, right = st.columns([2, 2, 3])
    with left:
        follows = st.selectbox(
            text("ledger_page.follows", lang), options, key=_FOLLOWS,
            format_func=lambda one: text("ledger_page.first", lang) if one == _FIRST else
            text("ledger_page.next_of", lang, name=heads[one].document.name, number=heads[one].number + 1),
        )  # fmt: skip
    with middle:
        if follows == _FIRST:
            st.text_input(text("ledger_page.name", lang), key=_NAME, max_chars=100)
    with right:
        st.text_input(text("ledger_page.note", lang), key=_NOTE, max_chars=300)

    def keep() -> None:
        name = str(st.session_state[_NAME]).strip() if follows == _FIRST else heads[follows].document.name
        note = str(st.session_state[_NOTE]).strip()
        reading = work.ask(lambda: _read(hand, job, name, follows or None, note))
        if reading is not None:
            address.put("read", reading.id)

    st.button(text("ledger_page.keep_version", lang), key="ledger_keep", type="primary", on_click=keep)
    _kept(hand)


def _read(hand: Hand, job: Job, name: str, parent: int | None, note: str) -> tuple[Job, bool]:
    file, data = hand.desk.jobs.ledger_file(job.id)
    said = job.payload.get("mapping")
    mapping = read_mapping(said) if said else None
    return hand.desk.jobs.read_ledger(file, data, name, parent=parent, note=note, mapping=mapping)


def _kept(hand: Hand) -> None:
    """What became of keeping: at work, kept, or refused because somebody else kept a version meanwhile."""
    lang = hand.lang
    job = _asked(hand, "read", JobKind.READ_LEDGER)
    if job is None:
        return
    if work.is_at_work(job):
        parts.quiet(text("desk_page.at_work", lang, progress=work.progress_words(job, lang)))
    elif "version" in job.result:
        version = hand.version(int(job.result["version"]))
        if version is not None:
            number = version.number
            parts.status("plan", text("ledger_page.kept", lang, number=number), text("ledger_page.kept_more", lang))
            st.button(text("desk_page.open", lang), key="ledger_open", on_click=_open, args=(version.id,))
    else:
        parts.status("broken", text("desk_page.refused", lang), *error_lines(job.error, lang))
        if job.payload["parent"] is not None and _somebody_was_first(job):
            st.button(text("ledger_page.compare_both", lang), key="ledger_compare", on_click=_join, args=(hand, job))


def _somebody_was_first(job: Job) -> bool:
    return any(one["id"] == "conflict" for one in json.loads(job.error or "{}").get("findings", ()))


def _open(version: int) -> None:
    for name in ("check", "read"):
        address.put(name, None)
    address.put("section", None)
    address.put("ledger", version)


def _join(hand: Hand, job: Job) -> None:
    """Hold the file's ledger beside the newest version."""
    file, data = hand.desk.jobs.ledger_file(job.id)
    said = job.payload.get("mapping")
    try:
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / file
            path.write_bytes(data)
            mine = load_ledger(path, mapping=read_mapping(said) if said else None)
    except BadInput as refused:
        ledger_merge.refuse(refused)
        return
    ledger_merge.hold(ledger_merge.Pending(int(job.payload["parent"]), mine, str(job.payload["note"])))
