"""What every page has: the browser's title, the language, the navigation, the message when a script fails."""

from __future__ import annotations

import logging
import os
import uuid
from collections.abc import Sequence
from typing import Any, cast, get_args

import streamlit as st

from planner.texts import Language, text
from planner.web import LANGUAGE_VARIABLE, parts, theme

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
    """Show the sidebar and run the page that is asked for."""
    page = st.navigation(list(pages), position="sidebar")
    with st.sidebar:
        _brand(lang)
        _language_switch(lang)
    page.run()


def _brand(lang: Language) -> None:
    name, line = parts.safe(text("web.product", lang)), parts.safe(text("web.tagline", lang))
    parts.block(f"<h1>{name}</h1><p class='quiet'>{line}</p>")


def page_title(page: str, lang: Language) -> str:
    """A page's title, in the navigation and in the browser's tab."""
    return text(f"web.page_{page}", lang)


def language() -> Language:
    """The language that the URL asks for, else the one this session had, else the server's.

    Where it is not the server's own, the URL says so, and a copied link opens in the same language.
    """
    asked, kept = st.query_params.get("lang"), st.session_state.get(parts.LANGUAGE_STATE)
    own = _known(os.environ.get(LANGUAGE_VARIABLE)) or "zh"
    lang = _known(asked) or _known(kept) or own
    st.session_state[parts.LANGUAGE_STATE] = lang
    if lang != own and asked != lang:
        st.query_params["lang"] = lang
    return lang


def _known(word: object) -> Language | None:
    return cast(Language, word) if word in get_args(Language) else None


def _language_switch(lang: Language) -> None:
    st.session_state[_SWITCH] = lang

    def switched() -> None:
        st.query_params["lang"] = st.session_state[_SWITCH]

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
