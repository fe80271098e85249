"""Files to take away: the audited plan itself and the workbooks beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import streamlit as st

from planner.office.figures import Book
from planner.office.folder import LEDGER
from planner.texts import Language, text
from planner.web.state import Opened

_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f\s]+')
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def downloads(opened: Opened, lang: Language) -> None:
    """Offer the plan file as it was audited, and the workbooks of this very plan that stand beside it."""
    with st.container(horizontal=True):
        st.download_button(
            text("web.download_plan", lang), opened.plan_bytes, key="download_plan", mime="application/json",
            file_name=file_name(opened.books[lang], "plan", "json"), on_click="ignore",
        )  # fmt: skip
        for path in workbooks(opened):
            st.download_button(
                text("web.download_workbook", lang, name=path.stem), path.read_bytes(), key=f"download:{path.name}",
                mime=_EXCEL, file_name=path.name, on_click="ignore",
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
