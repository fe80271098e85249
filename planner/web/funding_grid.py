"""The budgets as a grid that takes what is typed and pasted, and as a block of text that goes to Excel and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from planner.ledger import Ledger
from planner.office.shown import capital
from planner.office.words import Words
from planner.plan import Purse
from planner.texts import text
from planner.web import funding_cells as cells
from planner.web import parts, told
from planner.web.funding_cells import Cell, Unread
from planner.web.funding_draft import Draft, Drafting

_ROW, _HIGHEST = 35, 490
_FRAME = "funding_grid:frame"
_PASTE, _PASTE_FAULTS = "funding_paste", "funding_paste:faults"


def grid(drafting: Drafting, ledger: Ledger, words: Words) -> None:
    """Show the budgets by purse and year, to be edited."""
    lang = words.lang
    parts.heading(text("funding.budgets", lang), f"{words.unit} · {text('funding.grid_help', lang)}")
    key = f"funding_grid:{drafting.base.id}:{drafting.epoch}:{lang}"
    held = st.session_state.get(_FRAME)
    if held is None or held[0] != key or key not in st.session_state:
        held = (key, *_frame(drafting.now, words))
        st.session_state[_FRAME] = held
    _, frame, purses = held

    def edited() -> None:
        edits = st.session_state[key]["edited_rows"]
        drafting.change(lambda draft: with_edits(draft, purses, edits, words), in_grid=True)

    head = text("web.purse_column", lang)
    years = [str(name) for name in frame.columns[1:]]
    st.data_editor(
        frame, key=key, on_change=edited, hide_index=True, width="stretch", row_height=_ROW,
        height=min(_HIGHEST, (len(frame) + 1) * _ROW + 2), disabled=["purse"], alt=text("funding.budgets", lang),
        column_config={
            "purse": st.column_config.TextColumn(head, pinned=True, width="medium"),
            **{year: st.column_config.TextColumn(year, alignment="right", width="small") for year in years},
        },
    )  # fmt: skip
    if faults := typed_faults(drafting.now, words):
        parts.status("broken", text("funding.bad_cells", lang, count=len(faults)))
        told.faults(faults, lang, name="bad_cells")
    left, right = st.columns([1, 2])
    with left:
        _new_purse(drafting, ledger, words)
    with right:
        _block(drafting, words)


def with_edits(draft: Draft, purses: list[Purse], edits: Mapping[int, Mapping[str, Any]], words: Words) -> Draft:
    """A draft with what the grid says was edited; rows are the purses that it was given.

    An emptied cell is a budget of nothing where there was one. What is no amount is kept as it was typed, and the
    budget stays as it was.
    """
    money: dict[str, int] = {}
    typed: dict[str, str] = {}
    known = cells.money_of(draft.plain)
    for row, by_year in edits.items():
        for year, said in by_year.items():
            cell, read = Cell(purses[int(row)], int(year)).id, cells.amount(said, words)
            if isinstance(read, Unread):
                typed[cell] = str(said)
            elif read is not None or cell in known:
                money[cell] = read or 0
    changed = draft.with_money({cell: yuan for cell, yuan in money.items() if known.get(cell) != yuan})
    kept = {cell: said for cell, said in changed.typed.items() if cell not in money}
    return Draft(changed.plain, kept | typed)


def typed_faults(draft: Draft, words: Words) -> list[Any]:
    """What is wrong with each cell that holds no amount."""
    found = []
    for identity, said in draft.typed.items():
        read = cells.amount(said, words)
        if isinstance(read, Unread):
            found.append(cells.fault(Cell.of(identity), said, read, words))
    return found


def _frame(draft: Draft, words: Words) -> tuple[pd.DataFrame, list[Purse]]:
    shown = cells.shown(draft.plain, draft.typed, words)
    rows = [
        {"purse": capital(words.purse(purse)), **{str(year): said for year, said in by_year.items()}}
        for purse, by_year in shown.items()
    ]
    columns = ["purse", *map(str, cells.years_of(draft.plain))]
    return pd.DataFrame(rows, columns=columns, dtype="string"), list(shown)


def possible_purses(draft: Draft, ledger: Ledger) -> list[Purse]:
    """The purses that the scenario could have and has not: the two budgets', and those of its further sources."""
    every = [Purse("municipal", None), *(Purse("district", name) for name in ledger.districts)]
    every += [Purse(source["source"], None) for source in draft.plain["sources"]]
    known = cells.purses_of(draft.plain)
    return [purse for purse in every if purse not in known]


def _new_purse(drafting: Drafting, ledger: Ledger, words: Words) -> None:
    lang, offered = words.lang, possible_purses(drafting.now, ledger)
    names = {purse.text: purse for purse in offered}

    def added() -> None:
        purse = names.get(st.session_state["funding_new_purse"])
        if purse is not None:
            years = cells.years_of(drafting.now.plain)
            drafting.change(lambda draft: draft.with_money({Cell(purse, year).id: 0 for year in years}))
        st.session_state["funding_new_purse"] = None

    st.selectbox(
        text("funding.new_purse", lang), list(names), index=None, key="funding_new_purse", on_change=added,
        format_func=lambda name: capital(words.purse(names[name])), disabled=not offered,
        placeholder=text("funding.new_purse_none" if not offered else "funding.new_purse_choose", lang),
    )  # fmt: skip


def _block(drafting: Drafting, words: Words) -> None:
    lang = words.lang
    with st.expander(text("funding.block", lang), key="funding_block"):
        parts.quiet(text("funding.block_help", lang, unit=words.unit))
        st.code(cells.as_block(drafting.now.plain, drafting.now.typed, words, text("web.purse_column", lang)),
                language=None, height=140)  # fmt: skip

        def written() -> None:
            found = cells.pasted(str(st.session_state[_PASTE]), drafting.now.plain, words)
            st.session_state[_PASTE_FAULTS] = found.faults
            if not found.faults and found.money:
                drafting.change(lambda draft: draft.with_money(found.money))
                st.session_state[_PASTE] = ""

        st.text_area(text("funding.block_paste", lang), key=_PASTE, height=100)
        st.button(text("funding.block_write", lang), key="funding_paste_write", on_click=written)
        if faults := st.session_state.pop(_PASTE_FAULTS, ()):
            parts.status("broken", text("funding.block_refused", lang, count=len(faults)))
            told.faults(faults, lang, name="block_faults")
