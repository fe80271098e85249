"""Files to take away: the audited plan itself and the workbook beside it."""

from __future__ import annotations

import re

import streamlit as st

from planner.office.folder import LEDGER
from planner.texts import Language, text
from planner.web.state import Opened

_UNFIT = re.compile(r'[\\/:*?"<>|\s]+')
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def downloads(opened: Opened, lang: Language) -> None:
    """Offer the plan file as it was audited, and the workbooks that were written beside it."""
    with st.container(horizontal=True):
        st.download_button(
            text("web.download_plan", lang), opened.plan_bytes, key="download_plan", mime="application/json",
            file_name=file_name(opened, lang, "plan", "json"), on_click="ignore",
        )  # fmt: skip
        for path in sorted(opened.folder.path.glob("*.xlsx")):
            if path.name != LEDGER and not path.name.startswith("~"):
                st.download_button(
                    text("web.download_workbook", lang, name=path.name), path.read_bytes(), key=f"download:{path.name}",
                    mime=_EXCEL, file_name=path.name, on_click="ignore",
                )  # fmt: skip


def file_name(opened: Opened, lang: Language, what: str, ending: str, *chosen: str) -> str:
    """A telling name: what was chosen, what it is, the scenario, the run."""
    scenario, certificate = opened.scenario, opened.plan.certificate
    parts = [*chosen, text(f"web.file_{what}", lang), scenario.name, certificate.run_id[:8]]
    return _UNFIT.sub("-", "_".join(parts)) + f".{ending}"
