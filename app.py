"""The page's entry: navigation, nothing else."""

import streamlit as st

from planner.web import (
    page_about,
    page_compare,
    page_explain,
    page_funding,
    page_ledger,
    page_overview,
    page_robust,
    page_tasks,
    shell,
)

PAGES = {
    "overview": page_overview,
    "funding": page_funding,
    "tasks": page_tasks,
    "compare": page_compare,
    "ledger": page_ledger,
    "explain": page_explain,
    "robust": page_robust,
    "about": page_about,
}

lang = shell.begin()
shell.run(
    [
        st.Page(page.show, title=shell.page_title(name, lang), url_path=name, default=name == "overview")
        for name, page in PAGES.items()
    ],
    lang,
)
