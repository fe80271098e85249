"""Links from one page to another; what the address says comes along."""

from __future__ import annotations

import streamlit as st

from planner.texts import Language, text
from planner.web import shell


def to(page: str, lang: Language, label: str = "") -> None:
    """A link to a page of the navigation.

    Parameters
    ----------
    page : str
        As in :func:`planner.web.shell.page_title`.
    lang : {"zh", "en"}
    label : str
        By default the page's title.
    """
    title = shell.page_title(page, lang)
    there = st.Page(lambda: None, title=title, url_path=page)  # the navigation knows its own page by the address alone
    st.page_link(there, label=label or text("desk_page.to_page", lang, page=title))
