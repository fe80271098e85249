"""Who works here and with which rights: shown, granted, taken away; each an event that stays."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from planner.findings import BadInput
from planner.service import Action, Desk, Person, Role
from planner.service.rights import RIGHTS, Scope
from planner.texts import Language, text
from planner.web import parts, told
from planner.web.seen import View

_REFUSED, _DONE = "people:refused", "people:done"
_FIELDS = ("grant_subject", "grant_name", "grant_note")


def show(view: View, lang: Language) -> None:
    """Show the people and, to those who may, the forms that change their rights."""
    desk = view.desk
    assert desk is not None
    parts.heading(text("login.people", lang))
    if not desk.service.has_login:
        parts.quiet(text("about.one_person", lang))
    table(desk, lang)
    if refused := st.session_state.pop(_REFUSED, None):
        told.refusal(refused, text("about.people_refused", lang), lang)
    if done := st.session_state.pop(_DONE, None):
        parts.status("plan", done)
    if desk.may(Action.GRANT):
        left, right = st.columns(2, gap="large")
        with left:
            _grant(desk, lang)
        with right:
            _change(desk, lang)
    _rights(lang)


def table(desk: Desk, lang: Language) -> None:
    """Everybody who was ever granted something."""
    heads = [text(f"login.{key}", lang) for key in ("person", "subject", "roles", "districts", "state")]
    rows = [_row(person, lang) for person in desk.staff.everybody().values()]
    if rows:
        parts.table(heads, rows, text_columns=len(heads), name="people")
    else:
        parts.quiet(text("about.nobody", lang))


def _row(person: Person, lang: Language) -> list[str]:
    comma = "、" if lang == "zh" else ", "
    return [
        person.name,
        person.subject,
        comma.join(_role(role, lang) for role in sorted(person.roles)),
        comma.join(sorted(person.districts)),
        text("login.state_active" if person.active else "login.state_disabled", lang),
    ]


def _role(role: Role, lang: Language) -> str:
    return text(f"service.role_{role}", lang)


def _do(act: Callable[[], object], said: str) -> bool:
    """Do something to somebody's rights; what is refused is shown in the next run, and the form stays as it is."""
    try:
        act()
    except BadInput as refused:
        st.session_state[_REFUSED] = refused.findings
        return False
    st.session_state[_DONE] = said
    return True


def _pressed(act: Callable[[], object], said: str) -> None:
    """As a button's callback."""
    _do(act, said)


def _grant(desk: Desk, lang: Language) -> None:
    """Give somebody a role."""
    everybody = desk.staff.everybody().values()
    districts = sorted({district for person in everybody for district in person.districts})

    def clicked() -> None:
        given = st.session_state
        subject, role = str(given["grant_subject"]).strip(), Role(given["grant_role"])
        done = _do(
            lambda: desk.staff.grant(
                subject, role, districts=given["grant_districts"], name=str(given["grant_name"]).strip(),
                note=str(given["grant_note"]),
            ),
            text("about.granted", lang, subject=subject, role=_role(role, lang)),
        )  # fmt: skip
        if done:
            for field in _FIELDS:
                given[field] = ""
            given["grant_districts"] = []

    with st.form("grant", border=True):
        parts.heading(text("about.grant", lang))
        st.text_input(text("login.subject", lang), key="grant_subject", help=text("about.subject_help", lang))
        st.text_input(text("login.person", lang), key="grant_name")
        st.selectbox(text("about.role", lang), list(Role), key="grant_role", format_func=lambda one: _role(one, lang))
        st.multiselect(
            text("about.districts", lang), districts, key="grant_districts", accept_new_options=True,
            placeholder=text("about.districts_more", lang),
        )  # fmt: skip
        st.text_input(text("about.note", lang), key="grant_note")
        st.form_submit_button(text("about.grant", lang), on_click=clicked, type="primary")


def _change(desk: Desk, lang: Language) -> None:
    """Take a role away, shut somebody out, or let them in again."""
    everybody = desk.staff.everybody()
    with st.container(border=True):
        parts.heading(text("about.change", lang))
        if not everybody:
            parts.quiet(text("about.nobody", lang))
            return
        subject = st.selectbox(
            text("about.whom", lang), list(everybody), key="change_subject",
            format_func=lambda one: f"{everybody[one].name}（{one}）" if one in everybody else one,
        )  # fmt: skip
        person = everybody[subject]
        note = st.text_input(text("about.note", lang), key="change_note")
        with st.container(horizontal=True):
            for role in sorted(person.roles):
                st.button(
                    text("about.revoke", lang, role=_role(role, lang)), key=f"revoke:{role}",
                    on_click=_pressed, args=(
                        lambda role=role: desk.staff.revoke(subject, role, note=note),
                        text("about.revoked", lang, subject=subject, role=_role(role, lang)),
                    ),
                )  # fmt: skip
            act, key = (desk.staff.disable, "disable") if person.active else (desk.staff.enable, "enable")
            st.button(
                text(f"about.{key}", lang), key=key, on_click=_pressed,
                args=(lambda: act(subject, note), text(f"about.{key}d", lang, subject=subject)),
            )  # fmt: skip
        parts.quiet(text("about.change_more", lang))


def _rights(lang: Language) -> None:
    """The table of rights as it is asked: what each role may do, everywhere or in its own districts."""
    marks = {Scope.ALL: "●", Scope.OWN: text("about.own", lang)}
    with st.expander(text("about.rights", lang), key="rights"):
        parts.quiet(text("about.rights_more", lang))
        parts.table(
            [text("about.action", lang), *(_role(role, lang) for role in Role)],
            [
                [text(f"service.action_{action}", lang), *(marks[of[role]] if role in of else "" for role in Role)]
                for action, of in RIGHTS.items()
            ],
            name="rights",
        )  # fmt: skip
