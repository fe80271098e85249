"""The ledger's patches: filters, a table that is quick with thousands, the same as a file, the patch that is chosen."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from planner.ledger import Patch
from planner.office.shown import money
from planner.texts import Language, text
from planner.units import M2_PER_HECTARE, decimal_text, hectares
from planner.web import address, ledger_filters, parts
from planner.web.ledger_register import Register, headers
from planner.web.tasks import harmless

_HEIGHT, _ROW = 352, 32
_WIDE = {"patch": 130, "name": 190, "district": 74, "township": 110, "kind": 110, "treatment": 80, "relation": 80}


def patch_list(register: Register, starts: dict[str, int]) -> Patch | None:
    """Show the patches that are looked for, and let one be chosen.

    Parameters
    ----------
    register : Register
    starts : dict
        The start years of the plan that belongs to this ledger; empty where there is none.

    Returns
    -------
    Patch or None
        The one that the address names.
    """
    lang = register.words.lang
    filters = ledger_filters.choose(register)
    found = filters.of(register)
    left, right = st.columns([5, 1], vertical_alignment="center")
    with left:
        parts.quiet(_summary(register, found))
    with right:
        st.download_button(
            text("ledger_page.download_list", lang), lambda: csv_of(register, found, starts), key="ledger_csv",
            mime="text/csv", file_name=_file_name(register, filters), on_click="ignore", width="stretch",
        )  # fmt: skip
    if not found:
        parts.status("none", text("ledger_page.none_found", lang), text("ledger_page.none_found_more", lang))
        st.button(text("ledger_page.clear", lang), key="ledger_clear", on_click=ledger_filters.clear)
    else:
        _table(register, found, starts, filters)
    return _chosen(register, found)


def _table(register: Register, found: list[str], starts: dict[str, int], filters: ledger_filters.Filters) -> None:
    lang = register.words.lang
    shown = register.frame.loc[found]
    if starts:
        shown.insert(list(shown.columns).index("kind"), "start", pd.Series(starts))
    key = f"ledger_table:{register.version}:{hash(filters)}"  # a new table forgets which row of the old was chosen

    def selected() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        address.put("patch", found[rows[0]] if rows else None)

    st.dataframe(
        shown, key=key, hide_index=True, height=min(_HEIGHT, (len(found) + 1) * _ROW + 3), row_height=_ROW,
        column_config=_config(register), on_select=selected, selection_mode="single-row",
        alt=text("ledger_page.list", lang),
    )  # fmt: skip


def _config(register: Register) -> dict[str, Any]:
    config: dict[str, Any] = {}
    for name, head in headers(register.words).items():
        if name in ("area_m2", "cost_yuan"):
            config[name] = st.column_config.NumberColumn(head, format="%,.2f")
        elif name in ("tier", "hazard_points"):
            config[name] = st.column_config.NumberColumn(head, format="%d", width=90 if name == "hazard_points" else 60)
        else:
            config[name] = st.column_config.TextColumn(head, width=_WIDE.get(name, 100), pinned=name == "patch")
    lang = register.words.lang
    config["start"] = st.column_config.NumberColumn(text("ledger_page.planned_start", lang), format="%d")
    return config


def _chosen(register: Register, found: Sequence[str]) -> Patch | None:
    """The patch that the address names, to be chosen by its id or name too."""
    lang, asked = register.words.lang, address.asked("patch")
    there = register.ledger.by_id.get(asked or "")
    options = list(found) if there is None or there.patch in found else [there.patch, *found]
    st.session_state["ledger_patch"] = there.patch if there else None

    def switched() -> None:
        address.put("patch", st.session_state["ledger_patch"])

    st.selectbox(
        text("ledger_page.patch", lang), options, index=None, key="ledger_patch", on_change=switched,
        format_func=lambda name: label(register.ledger.by_id[name]), placeholder=text("ledger_page.patch_more", lang),
        disabled=not options,
    )  # fmt: skip
    if asked and there is None:
        parts.quiet(text("ledger_page.no_patch", lang, patch=asked[:40]))
    return there


def label(patch: Patch) -> str:
    """A patch in a list: its id, its name and its district."""
    return " · ".join(dict.fromkeys(part for part in (patch.patch, patch.title, patch.district) if part))


def _summary(register: Register, found: Sequence[str]) -> str:
    words, patches = register.words, [register.ledger.by_id[name] for name in found]
    return text(
        "ledger_page.summary", words.lang, found=f"{len(found):,}", of=f"{len(register.frame):,}",
        area=hectares(sum(p.area_m2 for p in patches)), area_unit=words("hectare"),
        money=money(sum(p.cost_yuan for p in patches), words), unit=words.unit,
        hazards=f"{sum(p.hazard_points for p in patches):,}",
    )  # fmt: skip


def csv_of(register: Register, found: Sequence[str], starts: dict[str, int]) -> bytes:
    """The patches as CSV: UTF-8 with its mark, exact figures, and no text that would be run as a formula."""
    words, lang = register.words, register.words.lang
    columns = headers(words) | ({"start": text("ledger_page.planned_start", lang)} if starts else {})
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([harmless(head) for head in columns.values()])
    for name in found:
        patch = register.ledger.by_id[name]
        exact: dict[str, object] = {
            "area_m2": _exact(patch.area_m2, M2_PER_HECTARE), "cost_yuan": _exact(patch.cost_yuan, words.size),
            "start": starts.get(name, ""),
        }  # fmt: skip
        row = [exact.get(column, register.frame.at[name, column] if column not in exact else "") for column in columns]
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return stream.getvalue().encode("utf-8-sig")


def _exact(amount: int, per_unit: int) -> Decimal:
    return Decimal(decimal_text(amount, per_unit).replace(",", ""))


def _file_name(register: Register, filters: ledger_filters.Filters) -> str:
    lang: Language = register.words.lang
    said = [filters.district, text("ledger_page.file_list", lang), str(register.version)]
    return "_".join(part for part in said if part) + ".csv"
