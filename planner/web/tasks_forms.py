"""A step of the working year as a form: its head, and what its kind carries; refused with every reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from planner.cycle import RETURNED_BY, WHO_MAY, Kind, Open
from planner.cycle.admit import ON_ISSUED
from planner.cycle.kinds import NEEDS_A_REASON
from planner.findings import BadInput, Finding
from planner.service import Desk, Role
from planner.service.steps import ACTION_OF
from planner.texts import Language, text
from planner.web import parts
from planner.web.tasks_fields import About, entries

_SAID = "tasks:steps_said"
_SHOWN = 30


@dataclass(frozen=True)
class Said:
    """What came of the last form.

    Parameters
    ----------
    district : str
    name : str
        Of the step, in words.
    done : int
    refused : tuple of (patch, Finding)
        The patch is empty for a step about a year.
    """

    district: str
    name: str
    done: int
    refused: tuple[tuple[str, Finding], ...]


def may_take(desk: Desk, opened: Open, district: str) -> bool:
    """Whether somebody may take a step there, as far as rights and roles go."""
    who = WHO_MAY[opened.kind] if opened.what is None else WHO_MAY[opened.kind] & RETURNED_BY[opened.what]
    return desk.may(ACTION_OF[opened.kind], district) and any(Role(str(role)) in desk.person.roles for role in who)


def name_of(opened: Open, lang: Language) -> str:
    """A step in words; of a return, what it sends back."""
    if opened.what is not None:
        return text("tasks_page.send_back", lang, what=text(f"cycle.back_{opened.what}", lang))
    words = text(f"cycle.kind_{opened.kind}", lang)
    return words[:1].upper() + words[1:]


def form(about: About) -> None:
    """Show the form of a step and take the step when it is sent."""
    place, opened, lang = about.place, about.opened, about.place.lang
    today = place.desk.service.now().date()
    with st.form(about.key("form"), border=True):
        listed = place.book.words.listed(about.patches[:5])
        whom = text("tasks_page.about_patches", lang, count=len(about.patches), patches=listed)
        about_year = text("cycle.place_year", lang, district=about.found.district, year=about.year)
        parts.quiet(f"{name_of(opened, lang)} · {whom if about.patches else about_year}")
        left, right = st.columns(2)
        with left:
            st.text_input(text("tasks_page.number", lang), key=about.key("number"), max_chars=80)
        with right:
            st.date_input(
                text("tasks_page.done_on", lang), today, min_value=min(today, dt.date(about.found.years[0], 1, 1)),
                max_value=today, key=about.key("at"), help=text("tasks_page.done_on_help", lang),
            )  # fmt: skip
        reads = entries(about)
        needs = opened.kind in NEEDS_A_REASON
        st.text_input(
            text("tasks_page.remark_needed" if needs else "tasks_page.remark", lang), key=about.key("remark"),
            max_chars=400,
        )  # fmt: skip
        st.form_submit_button(
            name_of(opened, lang), key=about.key("send"), type="primary", on_click=_take, args=(about, reads, today)
        )


def _take(about: About, reads: Sequence[Any], today: dt.date) -> None:
    """Take the step, of each patch on its own: what is refused of one is no reason for the others."""
    place, lang = about.place, about.place.lang
    done, refused = 0, list[tuple[str, Finding]]()
    try:
        payload: dict[str, Any] = {}
        for read in reads:
            payload |= read()
    except BadInput as bad:
        refused = [("", finding) for finding in bad.findings]
        st.session_state[_SAID] = Said(about.found.district, name_of(about.opened, lang), 0, tuple(refused))
        return
    day: dt.date = st.session_state[about.key("at")]
    for patch in about.patches or (None,):
        try:
            place.desk.year.take(
                about.opened.kind, _year(about, patch, day), number=st.session_state[about.key("number")].strip(),
                district=_district(about, payload), patch=patch,
                remark=st.session_state[about.key("remark")].strip(), payload=_payload(about.opened.kind, payload),
                at=None if day == today else dt.datetime.combine(day, dt.time(12)).isoformat(),
            )  # fmt: skip
            done += 1
        except BadInput as bad:
            refused += [(patch or "", finding) for finding in bad.findings]
    st.session_state[_SAID] = Said(about.found.district, name_of(about.opened, lang), done, tuple(refused))


def _year(about: About, patch: str | None, day: dt.date) -> int:
    """Of works the year that they are issued for; of verifying, tracking and checks the year they are done in."""
    if patch is None:
        return about.year
    work = about.found.works.get(patch)
    return work.year if work and about.opened.kind in {*ON_ISSUED, Kind.CLOSE, Kind.RETURN} else day.year


def _district(about: About, payload: dict[str, Any]) -> str:
    """Whose step it is: late money of a city's purse is the city's."""
    if about.opened.kind is Kind.TRANCHE:
        return str(payload["purse_district"] or "")
    return about.found.district


def _payload(kind: Kind, given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if not (kind is Kind.TRANCHE and name == "purse_district")}


def told(about_district: str, lang: Language) -> None:
    """Show what came of the last form."""
    said: Said | None = st.session_state.get(_SAID)
    if said is None or said.district != about_district:
        return
    if said.done:
        parts.status("plan", text("tasks_page.step_done", lang, name=said.name, count=said.done))
    if said.refused:
        parts.status("broken", text("tasks_page.step_refused", lang, name=said.name))
        heads = [text("web.column_patch", lang), text("web.wrong", lang), text("web.repair", lang)]
        rows = [(patch or "–", one.wrong(lang), one.repair(lang)) for patch, one in said.refused[:_SHOWN]]
        parts.table(heads, rows, long_columns=frozenset((1, 2)), name="step_refused")


def forget() -> None:
    """Let what was said of the last form go."""
    st.session_state.pop(_SAID, None)
