"""The patches that another plan decides differently from the first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from planner.advice.compare import Against, Change, ChangeKind
from planner.office.words import Words
from planner.plan import Purse
from planner.texts import text
from planner.web import parts
from planner.web.compare_differences import download
from planner.web.compare_plans import Chosen, Table

_HEIGHT, _ROW = 460, 35
_KINDS: tuple[ChangeKind, ...] = ("entered", "left", "moved", "option", "payer")


def show(table: Table) -> None:
    """Show what entered, left, moved to another year, is done or paid otherwise."""
    lang = table.lang
    if table.found is None:
        parts.status("none", text("compare.one_alone", lang), text("compare.one_alone_more", lang))
        return
    against = _which(table)
    plan = next(plan for plan in table.plans if plan.name == against.name)
    counts = Counter(change.kind for change in against.changes)
    parts.heading(
        text("compare.against", lang, name=plan.name, first=table.plans[0].name),
        text("compare.patches_aside", lang, count=len(against.changes)),
    )
    if not against.changes:
        parts.quiet(text("compare.same_patches", lang))
        return
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        kinds = st.pills(
            text("compare.kind", lang), [kind for kind in _KINDS if counts[kind]], selection_mode="multi",
            key="compare_kinds", format_func=lambda kind: text(f"compare.kind_count_{kind}", lang, count=counts[kind]),
        )  # fmt: skip
    with right:
        districts = sorted({change.district for change in against.changes})
        district = st.selectbox(
            text("web.column_district", lang), [None, *districts], key="compare_district",
            format_func=lambda name: name or text("web.all_districts", lang),
        )  # fmt: skip
    chosen = [
        change
        for change in against.changes
        if (not kinds or change.kind in kinds) and district in (None, change.district)
    ]
    _list(table, plan, chosen)
    download(table)


def _which(table: Table) -> Against:
    assert table.found is not None
    every = table.found.against
    if len(every) == 1:
        return every[0]
    number = st.segmented_control(
        text("compare.which", table.lang), range(len(every)), key="compare_which", default=0, required=True,
        format_func=lambda n: every[n].name,
    )  # fmt: skip
    return every[number or 0]


def _list(table: Table, plan: Chosen, changes: list[Change]) -> None:
    lang, words = table.lang, table.words
    first = table.plans[0]
    names = {p.patch: p.name for one in (plan, first) for p in one.opened.ledger.patches}
    committed = [row for one in (plan, first) for row in one.opened.plan.commitments]
    purses = {purse.text: words.purse(purse) for row in committed if (purse := Purse(row.source, row.district))}
    heads = {
        "patch": text("web.column_patch", lang), "name": text("web.column_name", lang),
        "district": text("web.column_district", lang), "kind": text("compare.kind", lang),
        "before": first.name, "after": plan.name,
        "paid_before": text("compare.paid", lang, letter=first.letter, unit=words.unit),
        "paid_after": text("compare.paid", lang, letter=plan.letter, unit=words.unit),
        "payers": text("compare.payers", lang),
    }  # fmt: skip
    frame = pd.DataFrame(
        [
            {
                "patch": change.patch, "name": names.get(change.patch, ""), "district": change.district,
                "kind": text(f"compare.kind_{change.kind}", lang),
                "before": _decision(change.before, words), "after": _decision(change.after, words),
                "paid_before": sum(change.paid_before.values()) / words.size,
                "paid_after": sum(change.paid_after.values()) / words.size, "payers": _payers(change, purses, words),
            }
            for change in changes
        ],
        columns=list(heads),
    )  # fmt: skip
    if not frame["name"].any():
        frame = frame.drop(columns="name")
    config = {
        name: st.column_config.NumberColumn(head, format="%,.2f")
        if name.startswith("paid")
        else st.column_config.TextColumn(head, pinned=name == "patch")
        for name, head in heads.items()
        if name in frame
    }
    st.dataframe(
        frame, key="compare_changes", hide_index=True, row_height=_ROW,
        height=min(_HEIGHT, (len(frame) + 1) * _ROW + 2), column_config=config, alt=text("compare.part_patches", lang),
    )  # fmt: skip


def _decision(decided: tuple[str, int] | None, words: Words) -> str:
    """Year and treatment, as documents call it."""
    if decided is None:
        return text("compare.not_planned", words.lang)
    return f"{decided[1]} · {words.option(decided[0])}"


def _payers(change: Change, purses: Mapping[str, str], words: Words) -> str:
    """Who pays in the first plan and in the other, where that differs."""

    def said(paid: Mapping[str, int]) -> str:
        return words.listed(purses[purse] for purse, yuan in paid.items() if yuan)

    before, after = said(change.paid_before), said(change.paid_after)
    return after or before if not before or not after or before == after else f"{before} → {after}"
