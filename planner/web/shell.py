"""What every page has: the browser's title, the language, the navigation, the message when a script fails."""

from __future__ import annotations

import logging
import os
import uuid
from collections.abc import Callable, Sequence
from typing import Any, Literal, cast, get_args

import streamlit as st

from planner.findings import BadInput, Finding
from planner.service import Desk, NotAllowed
from planner.texts import Language, text
from planner.web import LANGUAGE_VARIABLE, access, address, parts, state, theme, work

ICON = "⛰️"
_SWITCH = "language_switch"

_log = logging.getLogger(__name__)


def begin() -> Language:
    """Set the browser's tab up and settle the language of this run."""
    lang = language()
    st.set_page_config(
        page_title=text("web.product", lang),
        page_icon=ICON,
        layout="wide",
        initial_sidebar_state=224,
        menu_items=None,
    )
    st.html(theme.CSS)
    return lang


def run(pages: Sequence[Any], lang: Language) -> None:
    """Let the one who looks in, show the sidebar and run the page that is asked for; else say why not, and no more."""
    desk, refusal = _door()
    page = st.navigation(list(pages), position="hidden" if refusal else "sidebar")
    if refusal is not None:
        refusal(lang)
        return
    st.set_page_config(page_title=f"{page.title} · {text('web.product', lang)}")
    with st.sidebar:
        _brand(lang, "p")
        _language_switch(lang)
        beside = st.container()
        if desk is not None and desk.service.has_login:
            _who(desk, lang)
    try:
        _with_work(page, desk, beside, lang)
    except NotAllowed as refused:  # shut out while the page was being made
        _shut(refused.findings)(lang)


def _with_work(page: Any, desk: Desk | None, beside: Any, lang: Language) -> None:
    """Run a page; its own work stands beside it even where the page fails."""
    if desk is None:
        page.run()
        return
    work.begin()
    try:
        work.follow(desk)
        page.run()
    finally:
        with beside:
            work.panel(desk, lang)


def _door() -> tuple[Desk | None, Callable[[Language], None] | None]:
    """The desk of the one who looks; or what to show instead of every page."""
    if access.is_one_too_many():
        return None, _full
    try:
        return state.desk(), None
    except access.NotSignedIn:
        return None, _sign_in
    except NotAllowed as refused:
        return None, _shut(refused.findings)
    except BadInput as refused:
        return None, _no_store(refused.findings)


def _sign_in(lang: Language) -> None:
    _brand(lang)
    st.button(text("login.sign_in", lang), key="sign_in", type="primary", on_click=st.login)


def _shut(findings: Sequence[Finding]) -> Callable[[Language], None]:
    def show(lang: Language) -> None:
        _brand(lang)
        parts.status("broken", text("login.shut", lang), *_lines(findings, lang))
        if access.signed_in():
            _sign_out(lang)

    return show


def _no_store(findings: Sequence[Finding]) -> Callable[[Language], None]:
    def show(lang: Language) -> None:
        _brand(lang)
        parts.status("broken", text("login.no_store", lang), *_lines(findings, lang))

    return show


def _full(lang: Language) -> None:
    _brand(lang)
    parts.status("none", text("login.full", lang), text("login.full_more", lang))


def _lines(findings: Sequence[Finding], lang: Language) -> list[str]:
    return [f"{finding.wrong(lang)} — {finding.repair(lang)}" for finding in findings]


def _who(desk: Desk, lang: Language) -> None:
    """Whose page this is, and the way out."""
    person = desk.person
    parts.quiet(person.name or person.subject)
    _sign_out(lang)


def _sign_out(lang: Language) -> None:
    st.button(text("login.sign_out", lang), key="sign_out", on_click=st.logout)


def _brand(lang: Language, tag: Literal["h1", "p"] = "h1") -> None:
    """The product's name; beside a page it is no heading: the page has its own."""
    name, line = parts.safe(text("web.product", lang)), parts.safe(text("web.tagline", lang))
    parts.block(f"<{tag} class='brand'>{name}</{tag}><p class='quiet'>{line}</p>")


def page_title(page: str, lang: Language) -> str:
    """A page's title, in the navigation and in the browser's tab."""
    return text(f"web.page_{page}", lang)


def language() -> Language:
    """The language that the URL asks for, else the one this session had, else the server's.

    Where it is not the server's own, the URL says so, and a copied link opens in the same language.
    """
    lang = _known(address.asked("lang")) or _known(os.environ.get(LANGUAGE_VARIABLE)) or "zh"
    st.session_state[parts.LANGUAGE_STATE] = lang
    return lang


def _known(word: object) -> Language | None:
    return cast(Language, word) if word in get_args(Language) else None


def _language_switch(lang: Language) -> None:
    st.session_state[_SWITCH] = lang

    def switched() -> None:
        address.put("lang", st.session_state[_SWITCH])

    st.segmented_control(
        f"{text('web.language', 'zh')} / {text('web.language', 'en')}", list(get_args(Language)), key=_SWITCH,
        format_func=lambda code: text("web.own_name", code), required=True, on_change=switched,
    )  # fmt: skip


def on_script_error(error: Exception) -> bool:
    """Say in our own words that a page failed; the details go to the server's log under a number.

    Returns
    -------
    bool
        True: nothing more is to be shown.
    """
    number = uuid.uuid4().hex[:8]
    _log.error("page failed, reference %s", number, exc_info=error)
    lang = _known(st.session_state.get(parts.LANGUAGE_STATE)) or "zh"
    parts.status("broken", text("web.failed", lang), text("web.failed_more", lang, number=number))
    return True
