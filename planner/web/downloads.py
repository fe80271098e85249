"""Files to take away: the audited plan itself and the workbooks beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import streamlit as st

from planner.office.figures import Book
from planner.office.folder import LEDGER
from planner.service import Desk
from planner.texts import Language, text
from planner.web.seen import Opened, View

_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f\s]+')
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def downloads(view: View, lang: Language) -> None:
    """Offer the plan file and its workbooks: out of the store, or those of this very plan that stand beside it."""
    opened = view.opened
    if opened is None:
        return
    if view.desk is not None and view.version is not None:
        _of_store(view.desk, view.version, opened, lang)
        return
    with st.container(horizontal=True):
        st.download_button(
            text("web.download_plan", lang), opened.plan_bytes, key="download_plan", mime="application/json",
            file_name=file_name(opened.books[lang], "plan", "json"), on_click="ignore",
        )  # fmt: skip
        for path in workbooks(opened):
            st.download_button(
                text("web.download_workbook", lang, name=path.stem), path.read_bytes(), key=f"download:{path.name}",
                mime=EXCEL, file_name=path.name, on_click="ignore",
            )  # fmt: skip


def _of_store(desk: Desk, version: int, opened: Opened, lang: Language) -> None:
    """Files that are made when they are asked for; the right is asked then, too."""
    book = opened.books[lang]
    with st.container(horizontal=True):
        st.download_button(
            text("web.download_plan", lang), lambda: desk.keeping.open_bytes(version), key="download_plan",
            mime="application/json", file_name=file_name(book, "plan", "json"), on_click="ignore",
        )  # fmt: skip
        if opened.plan.status.has_plan:
            st.download_button(
                text("login.download_city", lang), lambda: desk.keeping.export(version, lang=lang).data,
                key="download_city", mime=EXCEL, file_name=file_name(book, "workbook", "xlsx"), on_click="ignore",
            )  # fmt: skip


def workbooks(opened: Opened) -> Iterator[Path]:
    """The workbooks in the plan's folder that carry its run id in their names; others are of another plan."""
    run = opened.plan.certificate.run_id[:8]
    for path in sorted(opened.folder.path.glob("*.xlsx")):
        if path.name != LEDGER and run in path.stem and not path.name.startswith((".", "~")):
            yield path


def file_name(book: Book, what: str, ending: str, *chosen: str) -> str:
    """A telling name: what was chosen, what it is, the scenario, the run."""
    named = [*chosen, text(f"web.file_{what}", book.words.lang), book.scenario.name, book.plan.certificate.run_id[:8]]
    return _UNFIT.sub("-", "_".join(named)) + f".{ending}"
