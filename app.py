"""The page's entry: navigation, nothing else."""

import streamlit as st

from planner.web import page_overview, shell

lang = shell.begin()
shell.run(
    [
        st.Page(page_overview.show, title=shell.page_title("overview", lang), url_path="overview", default=True),
    ],
    lang,
)
