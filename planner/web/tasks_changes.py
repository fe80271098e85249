"""The changes of a handed-in workbook, cell by cell: what was, what is, what is wanted; confirmed or rejected each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from planner.findings import BadInput, Finding
from planner.office.adjust import head_of
from planner.office.editable import Field
from planner.office.returned import Case
from planner.office.shown import capital
from planner.service import Action
from planner.service.kept import LEDGER_KIND, SCENARIO_KIND
from planner.store import Record, Version
from planner.texts import Language, text
from planner.web import parts, told, work
from planner.web.tasks_place import Place

TAKE, LEAVE, OPEN = "take", "leave", "open"
_COLUMNS = ("decision", "place", "patch", "field", "base", "old", "new", "case", "reason", "explained")
_ROW, _MOST_HEIGHT = 35, 420


def changes_of(kept: Version, place: Place) -> None:
    """Show a workbook's changes and what may be done with them."""
    lang = place.lang
    found: list[dict[str, Any]] = json.loads(place.desk.keeping.open_bytes(kept.id))["changes"]
    taken = place.desk.joining.taken(kept.id)
    _state(kept, taken, place)
    if not found:
        parts.quiet(text("tasks_page.no_changes", lang))
        return
    decided = decisions(kept, found)
    _table(kept, found, decided, place)
    _told(kept, place)
    if place.desk.may(Action.TAKE_IN):
        _take_in(kept, found, decided, place)
    if place.desk.may(Action.HAND_IN, place.district) and place.desk.year.begun() is not None:
        _as_steps(kept, found, decided, place)


def _state(kept: Version, taken: Sequence[Record], place: Place) -> None:
    """Whether it was taken in, when, and what of it."""
    lang = place.lang
    if not taken:
        parts.status("none", text("tasks_page.not_taken", lang), text("tasks_page.not_taken_more", lang))
        return
    last = taken[-1]
    parts.status(
        "plan",
        text(
            "tasks_page.taken", lang, at=last.at[:16].replace("T", " "), accepted=len(last.payload["accepted"]),
            left_out=len(last.payload["left_out"]),
        ),
        str(last.payload["note"]),
    )  # fmt: skip
    if place.whole:
        inputs = [place.hand.version(int(last.payload[kind])) for kind in (LEDGER_KIND, SCENARIO_KIND)]
        if inputs[0] is not None and inputs[1] is not None:
            label = text("tasks_page.solve_taken", lang)
            work.solve_button(place.desk, inputs[0], inputs[1], lang, key="tasks_solve_taken", label=label)


def decisions(kept: Version, found: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What was decided of each change; to begin with, plain edits are taken and what cannot be applied is left."""
    decided: dict[str, str] = st.session_state.setdefault(f"tasks:decided:{kept.id}", {})
    for change in found:
        case = Case(change["case"])
        first = TAKE if not case.undecided else OPEN if case.applicable else LEAVE
        decided.setdefault(change["id"], first)
    return decided


def _table(kept: Version, found: Sequence[Mapping[str, Any]], decided: dict[str, str], place: Place) -> None:
    lang = place.lang
    turn = st.session_state.get(_TURN, 0)
    key = f"tasks_changes:{kept.id}:{lang}:{turn}"
    if key not in st.session_state or st.session_state.get(_BASE, ("",))[0] != key:
        st.session_state[_BASE] = (key, _frame(found, decided, place))
    base: pd.DataFrame = st.session_state[_BASE][1]
    by_word = {_decision(name, lang): name for name in (TAKE, LEAVE, OPEN)}

    def edited() -> None:
        for row, changed in st.session_state[key]["edited_rows"].items():
            if changed.get("decision") in by_word:
                decided[str(base.index[int(row)])] = by_word[changed["decision"]]

    widths = (90, 230, 150, 110, 110, 110, 110, 120, 130, 260)
    columns: dict[str, Any] = {
        name: st.column_config.TextColumn(text(f"tasks_page.change_{name}", lang), width=width)
        for name, width in zip(_COLUMNS, widths, strict=True)
    }
    columns["decision"] = st.column_config.SelectboxColumn(
        text("tasks_page.change_decision", lang), options=list(by_word), width=90, required=True, pinned=True
    )
    st.data_editor(
        base, key=key, on_change=edited, hide_index=True, num_rows="fixed", disabled=list(_COLUMNS[1:]),
        row_height=_ROW, height=min(_MOST_HEIGHT, (len(found) + 1) * _ROW + 2), column_config=columns, width="stretch",
    )  # fmt: skip
    with st.container(horizontal=True):
        for name in (TAKE, LEAVE):
            label = text(f"tasks_page.all_{name}", lang)
            st.button(label, key=f"tasks_all_{name}", on_click=_all, args=(found, decided, name))
    if st.toggle(text("tasks_page.as_table", lang), key="tasks_changes_as_table"):
        heads = [text(f"tasks_page.change_{name}", lang) for name in _COLUMNS]
        rows = [list(map(str, row)) for row in _frame(found, decided, place).itertuples(index=False)]
        parts.table(heads, rows, text_columns=len(heads), long_columns=frozenset((1, 8, 9)), name="changes")


_TURN, _BASE, _SAID = "tasks:changes_turn", "tasks:changes_base", "tasks:changes_said"


def _all(found: Sequence[Mapping[str, Any]], decided: dict[str, str], name: str) -> None:
    """Decide all alike; what cannot be applied is left in any case."""
    for change in found:
        decided[change["id"]] = name if Case(change["case"]).applicable else LEAVE
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1


def _frame(found: Sequence[Mapping[str, Any]], decided: Mapping[str, str], place: Place) -> pd.DataFrame:
    lang, words = place.lang, place.book.words
    rows = []
    for change in found:
        field = head_of(place.book, Field(change["field"]), change["year"]) if change["field"] else ""
        if change["source"]:
            field = words.join([field, capital(place.purse(change["source"], change["district"] or None))])
        rows.append(
            {
                "decision": _decision(decided[change["id"]], lang),
                "place": "\n".join(f"{p['sheet']}!{p['cell']} · {p['file']}" for p in change["places"]),
                "patch": change["patch"], "field": field, "base": change.get("base") or change["old"],
                "old": change["old"], "new": change["new"], "case": words(f"case_{change['case']}"),
                "reason": change["reason"], "explained": change["explained"][lang],
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(_COLUMNS), index=[change["id"] for change in found])


def _decision(name: str, lang: Language) -> str:
    return text(f"tasks_page.decide_{name}", lang)


def _take_in(kept: Version, found: Sequence[Mapping[str, Any]], decided: Mapping[str, str], place: Place) -> None:
    """Finance takes what is confirmed into the city's ledger, scenario and payments."""
    lang = place.lang
    parts.heading(text("tasks_page.take_in", lang), text("tasks_page.take_in_aside", lang))
    choices = _clashes(kept, place)
    st.text_input(text("tasks_page.note", lang), key="tasks_take_note", max_chars=200)
    waiting = sum(decided[change["id"]] == OPEN for change in found)
    if waiting:
        parts.quiet(text("tasks_page.undecided", lang, count=waiting))

    def clicked() -> None:
        accept = [change["id"] for change in found if decided[change["id"]] == TAKE]
        reject = [change["id"] for change in found if decided[change["id"]] != TAKE]

        note = str(st.session_state["tasks_take_note"]).strip()

        def done() -> str:
            place.desk.joining.take_in(kept.id, accept=accept, reject=reject, choices=choices, note=note)
            return text("tasks_page.taken_now", lang, count=len(accept))

        _try(kept, done)

    st.button(
        text("tasks_page.take_in_button", lang), key="tasks_take_in", type="primary", on_click=clicked,
        disabled=waiting > 0,
    )  # fmt: skip


def _clashes(kept: Version, place: Place) -> dict[str, Any]:
    """Where the city has changed the very place since: which of the two it is to be."""
    lang = place.lang
    said = st.session_state.get(_SAID)
    open_ones = [] if said is None or said[0] != kept.id else [f for f in said[1] if f.key == "service.clash_unsettled"]
    choices: dict[str, Any] = dict(st.session_state.get(f"tasks:choices:{kept.id}", {}))
    for number, finding in enumerate(open_ones):
        label = text(
            "tasks_page.clash", lang, place=finding.column, base=finding.values["base"],
            theirs=finding.values["theirs"], mine=finding.values["mine"],
        )  # fmt: skip
        side = st.segmented_control(
            label, ["theirs", "mine"], key=f"tasks_clash:{kept.id}:{number}",
            format_func=lambda name: text(f"tasks_page.clash_{name}", lang),
        )  # fmt: skip
        if side:
            choices[finding.column] = side
    st.session_state[f"tasks:choices:{kept.id}"] = choices
    return choices


def _as_steps(kept: Version, found: Sequence[Mapping[str, Any]], decided: Mapping[str, str], place: Place) -> None:
    """What was begun, finished and paid becomes steps of the working year."""
    lang = place.lang
    reported = [c for c in found if c["field"] in (Field.ACTUAL_START, Field.ACTUAL_FINISH, Field.PAID)]
    if not reported:
        return
    parts.heading(text("tasks_page.as_steps", lang), text("tasks_page.as_steps_aside", lang, count=len(reported)))
    st.text_input(text("tasks_page.number", lang), key="tasks_steps_number", max_chars=80)

    def clicked() -> None:
        reject = [change["id"] for change in found if decided[change["id"]] == LEAVE]

        number = str(st.session_state["tasks_steps_number"]).strip()

        def done() -> str:
            report = place.desk.reporting.take(kept.id, number, reject=reject)
            return text("tasks_page.steps_taken", lang, steps=len(report.steps), left_out=len(report.left_out))

        _try(kept, done)

    st.button(text("tasks_page.as_steps_button", lang), key="tasks_as_steps", on_click=clicked)


def _try(kept: Version, do: Callable[[], str]) -> None:
    """Do it, and remember what came of it for the next run."""
    try:
        st.session_state[_SAID] = (kept.id, (), do())
    except BadInput as refused:
        st.session_state[_SAID] = (kept.id, tuple(refused.findings), "")


def refused_of_gone(place: Place) -> None:
    """Why the last button did nothing, where the workbook is no longer there for the one who pressed it."""
    said: tuple[int, tuple[Finding, ...], str] | None = st.session_state.pop(_SAID, None)
    if said is not None and said[1]:
        _nothing_taken(said[1], place.lang)


def _nothing_taken(found: Sequence[Finding], lang: Language) -> None:
    parts.status("broken", text("tasks_page.nothing_taken", lang))
    told.faults(found, lang, "taking_faults")


def _told(kept: Version, place: Place) -> None:
    """What came of the last button."""
    said: tuple[int, tuple[Finding, ...], str] | None = st.session_state.get(_SAID)
    if said is None or said[0] != kept.id:
        return
    if said[1]:
        _nothing_taken(said[1], place.lang)
    elif said[2]:
        parts.status("plan", said[2])
