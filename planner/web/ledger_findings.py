"""Everything that was found in a ledger's file: where, what, and the likely repair; all of it as a file too."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from planner.service.ledgers import Checked
from planner.texts import Language, text
from planner.web import parts
from planner.web.tasks import harmless

PAGE = 50
LEVELS = ("error", "warning", "note")
_COLUMNS = ("level", "sheet", "row", "column", "cell", "value", "wrong", "repair")


def show(checked: Checked, lang: Language) -> None:
    """Show what was found, page by page."""
    if not checked.findings:
        return
    parts.heading(text("ledger_page.findings", lang))
    there = [level for level in LEVELS if any(one["level"] == level for one in checked.findings)]
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        level = st.segmented_control(
            text("ledger_page.level", lang), ["", *there], key="findings_level", default="", required=True,
            format_func=lambda one: text(f"ledger_page.level_{one}" if one else "web.all", lang),
        )  # fmt: skip
    with right:
        st.download_button(
            text("ledger_page.download_findings", lang), lambda: csv_of(checked, lang), key="findings_csv",
            mime="text/csv", file_name=f"{checked.file}_{text('ledger_page.findings', lang)}.csv", on_click="ignore",
            width="stretch",
        )  # fmt: skip
    found = [one for one in checked.findings if level in ("", one["level"])]
    pages = -(-len(found) // PAGE)
    page = st.pagination(pages, key=f"findings_page:{level}") if pages > 1 else 1
    shown = found[(page - 1) * PAGE : page * PAGE]
    parts.table(
        [text(f"ledger_page.finding_{name}", lang) for name in _COLUMNS], [_row(one, lang) for one in shown],
        text_columns=6, long_columns=frozenset((5, 6, 7)), name="findings",
    )  # fmt: skip


def _row(one: Mapping[str, Any], lang: Language) -> Sequence[str]:
    row = str(one["row"]) if one["row"] else ""
    level = text(f"ledger_page.level_{one['level']}", lang)
    return level, one["sheet"], row, one["column"], one["cell"], one["value"], one["wrong"][lang], one["repair"][lang]


def csv_of(checked: Checked, lang: Language) -> bytes:
    """Every finding as CSV: UTF-8 with its mark, and no text that would be run as a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([text(f"ledger_page.finding_{name}", lang) for name in ("file", *_COLUMNS)])
    for one in checked.findings:
        writer.writerow([harmless(cell) for cell in (one["file"], *_row(one, lang))])
    return stream.getvalue().encode("utf-8-sig")
