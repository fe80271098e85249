"""What the columns of a file hold: those that are known, and those that people have to confirm."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import streamlit as st

from planner.advice.card import title_of
from planner.ledger import Mapping as ColumnMapping
from planner.ledger import Option, Patch
from planner.ledger.mapping import MappedColumn
from planner.ledger.names import names
from planner.ledger.schema import Kind, columns
from planner.service.ledgers import Checked
from planner.store.queue import Job
from planner.texts import Language, text
from planner.web import address, parts, work
from planner.web.hand import Hand

_ONLY_KEPT = ""
_UNITS = (Kind.AREA, Kind.MONEY, Kind.MONEY_LIST)
_TABLES: dict[str, type[Any]] = {"patches": Patch, "options": Option}


def confirm(hand: Hand, job: Job, checked: Checked) -> None:
    """Show what each column is read as, and let people settle the others; the file is then looked through again."""
    lang = hand.lang
    if not (checked.patch_columns or checked.option_columns):
        return
    tables = {"patches": checked.patch_columns, "options": checked.option_columns}
    told = {name: sure(several) for name, several in tables.items()}
    known = sum(len(surely) for surely, _ in told.values())
    left = sum(len(unsure) for _, unsure in told.values())
    parts.heading(text("ledger_page.columns", lang), text("ledger_page.columns_count", lang, known=known, left=left))
    with st.expander(text("ledger_page.columns_known", lang), key="ledger_columns"):
        _known([(name, one) for name, (surely, _) in told.items() for one in surely], lang)
        again = st.multiselect(
            text("ledger_page.columns_again", lang),
            [f"{name}:{one.column}" for name, (surely, _) in told.items() for one in surely],
            key=f"columns_again:{job.id}", format_func=lambda key: key.partition(":")[2],
            placeholder=text("ledger_page.columns_again_more", lang),
        )  # fmt: skip
    asked = [(name, one) for name, (_, unsure) in told.items() for one in unsure]
    asked += [(name, one) for name, (surely, _) in told.items() for one in surely if f"{name}:{one.column}" in again]
    if not asked:
        return
    with st.form(f"mapping:{job.id}", border=True):
        parts.quiet(text("ledger_page.columns_ask", lang))
        for number, (name, one) in enumerate(asked):
            _ask(job, number, name, one, lang)
        st.form_submit_button(
            text("ledger_page.columns_confirm", lang), type="primary", key=f"mapping_go:{job.id}",
            on_click=_again, args=(hand, job, tables, asked),
        )  # fmt: skip


def sure(several: Sequence[MappedColumn]) -> tuple[list[MappedColumn], list[MappedColumn]]:
    """Columns that are read as they stand, and columns that people have to settle."""
    return [one for one in several if one.confirmed], [one for one in several if not one.confirmed]


def _known(rows: Sequence[tuple[str, MappedColumn]], lang: Language) -> None:
    parts.table(
        [text(f"ledger_page.{key}", lang) for key in ("column", "reads_as", "unit")],
        [(one.column, field_words(name, one.field, lang), one.unit or "–") for name, one in rows],
        text_columns=3, name="columns",
    )  # fmt: skip


def field_words(table: str, field: str, lang: Language) -> str:
    """What a field is called; a column that means nothing here is only kept."""
    if not field:
        return text("ledger_page.only_kept", lang)
    return title_of(field, columns(_TABLES[table])[field], lang)


def _ask(job: Job, number: int, table: str, one: MappedColumn, lang: Language) -> None:
    known = columns(_TABLES[table])
    units = [_ONLY_KEPT, *dict.fromkeys(unit for kind in _UNITS for unit in names().units(kind))]
    left, middle, right = st.columns([3, 3, 2], vertical_alignment="center")
    with left:
        guess = text("ledger_page.guess", lang, confidence=f"{one.confidence:.0%}") if one.field else ""
        parts.block(f"<p>{parts.safe(one.column)} <span class='unit'>{parts.safe(guess)}</span></p>")
    with middle:
        fields = [_ONLY_KEPT, *known]
        st.selectbox(
            text("ledger_page.reads_as_of", lang, column=one.column), fields, index=fields.index(one.field),
            key=f"field:{job.id}:{number}", format_func=lambda field: field_words(table, field, lang),
            label_visibility="collapsed",
        )  # fmt: skip
    with right:
        st.selectbox(
            text("ledger_page.unit_of", lang, column=one.column), units,
            index=units.index(one.unit) if one.unit in units else 0, key=f"unit:{job.id}:{number}",
            format_func=lambda unit: unit or text("ledger_page.no_unit", lang), label_visibility="collapsed",
        )  # fmt: skip


def _again(
    hand: Hand, job: Job, tables: dict[str, Sequence[MappedColumn]], asked: Sequence[tuple[str, MappedColumn]]
) -> None:
    """Look the file through again with what people have said."""
    state, said = st.session_state, {}
    for number, (name, one) in enumerate(asked):
        field = state[f"field:{job.id}:{number}"]
        kind = columns(_TABLES[name])[field].kind if field else None
        unit = state[f"unit:{job.id}:{number}"] if kind in _UNITS else ""
        said[name, one.column] = MappedColumn(one.column, field, unit)
    mapping = ColumnMapping(
        **{
            name: tuple(said.get((name, one.column), dataclasses.replace(one, confidence=1.0)) for one in several)
            for name, several in tables.items()
        }
    )
    file, data = hand.desk.jobs.ledger_file(job.id)
    again = work.ask(lambda: hand.desk.jobs.check_ledger(file, data, mapping=mapping))
    if again is not None:
        address.put("check", again.id)
