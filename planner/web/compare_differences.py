"""Plans side by side: what differs on top, what is equal folded away."""

from __future__ import annotations

from collections import Counter
from functools import partial

import streamlit as st

from planner.advice.compare import Against, ChangeKind, Side
from planner.office import comparison_name, shown
from planner.service import Action
from planner.texts import text
from planner.web import parts
from planner.web.compare_plans import Table
from planner.web.compare_rows import Row, difference, groups
from planner.web.downloads import EXCEL

_MOST_OPEN = 24
_KINDS: tuple[ChangeKind, ...] = ("entered", "left", "moved", "option", "payer")


def show(table: Table) -> None:
    """Show the differences of the plans to the first one."""
    lang = table.lang
    if table.found is None:
        parts.status("none", text("compare.one_alone", lang), text("compare.one_alone_more", lang))
        return
    for side, against in zip(table.sides[1:], table.found.against, strict=True):
        _summary(table, side, against)
    parts.quiet(text("compare.yardstick", lang, name=table.plans[0].name))
    short = len(table.plans) > 2
    heads = ["", table.plans[0].letter if short else table.plans[0].name]
    for plan in table.plans[1:]:
        heads += [plan.letter if short else plan.name, text("compare.against_first", lang, letter=plan.letter)]
    equal: list[tuple[str, Row]] = []
    for name, rows in groups(table):
        title = text(f"compare.group_{name}", lang)
        differing = [row for row in rows if not row.same]
        equal += [(title, row) for row in rows if row.same]
        parts.heading(title, text(f"compare.about_{name}", lang))
        if len(differing) > _MOST_OPEN:
            with st.expander(text("compare.differing_rows", lang, count=len(differing)), key=f"compare_{name}"):
                _rows(heads, differing, name)
        elif differing:
            _rows(heads, differing, name)
        else:
            parts.quiet(text("compare.all_equal", lang, count=len(rows)))
    with st.expander(text("compare.equal_rows", lang, count=len(equal)), key="compare_equal"):
        parts.table(
            [text("compare.group", lang), "", text("compare.every_plan", lang)],
            [(title, row.label, row.cells[0]) for title, row in equal],
            text_columns=2, name="compare_equal",
        )  # fmt: skip
    _incomparable(table)
    download(table)


def _rows(heads: list[str], rows: list[Row], name: str) -> None:
    parts.table(heads, [row.line for row in rows], long_columns=frozenset((0,)), name=f"compare_{name}")


def _summary(table: Table, side: Side, against: Against) -> None:
    """One plan against the first in two lines: the patches, the money, the waiting."""
    lang, said, first = table.lang, table.said, table.sides[0]
    kinds = Counter(change.kind for change in against.changes)
    moved = table.words.listed(
        text(f"compare.kind_count_{kind}", lang, count=kinds[kind]) for kind in _KINDS if kinds[kind]
    )
    money = difference(first.total_yuan, side.total_yuan, lambda yuan: shown.money(int(yuan), table.words), lang)
    unchanged = text("compare.unchanged", lang) if side.total_yuan == first.total_yuan else ""
    figures = [text("compare.money_change", lang, unit=table.words.unit, change=unchanged or money)]
    for goal in table.plans[0].opened.folder.scenario.ordered_goals:
        name = str(goal.name)
        before, after = first.goals.get(name), side.goals.get(name)
        if before is not None and after is not None and before != after and name != "cost":
            change = difference(before, after, partial(said.goal, name), lang)
            figures.append(f"{shown.capital(said.goal_head(name))} {change}")
    parts.status(
        "plan", text("compare.against", lang, name=side.name, first=first.name),
        text("compare.patches_differ", lang, count=len(against.changes), kinds=moved)
        if against.changes else text("compare.same_patches", lang),
        ("；" if lang == "zh" else "; ").join(figures),
    )  # fmt: skip


def _incomparable(table: Table) -> None:
    """What of the other plans the first one's ledger and scenario cannot measure."""
    lacks = [(side.name, lack) for side in table.sides for lack in side.incomparable]
    if not lacks:
        return
    parts.heading(text("compare.not_compared", table.lang))
    for name, lack in lacks:
        said = table.said(f"not_{lack.kind}", count=lack.count, items=table.words.listed(lack.items))
        parts.quiet(f"{name}: {said}")


def download(table: Table) -> None:
    """Offer the comparison as a workbook: the yardstick, the districts, the patches, the money."""
    if not table.desk.may(Action.EXPORT_CITY):
        return
    ids = [plan.kept.id for plan in table.plans]
    folders = [plan.opened.folder for plan in table.plans]
    st.download_button(
        text("compare.workbook", table.lang),
        lambda: table.desk.keeping.comparison(ids, lang=table.lang).data,
        key="compare_workbook", mime=EXCEL, on_click="ignore",
        file_name=comparison_name([(folder.scenario, folder.plan) for folder in folders], table.lang),
    )  # fmt: skip
