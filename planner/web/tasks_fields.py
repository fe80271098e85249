"""The entries of a step's form, made from the record that its kind carries: one widget for each field, by its type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

import pandas as pd
import streamlit as st
from pydantic.fields import FieldInfo

from planner.cycle import PAYLOADS, Local, Open, Work
from planner.cycle.payloads import Evidence, LedgerChange, Money, Wish, money_of
from planner.office.shown import capital
from planner.plan import Purse
from planner.texts import text
from planner.units import M2_PER_HECTARE
from planner.web.overview_figures import unit_head
from planner.web.tasks_ledger_changes import FIELDS, change_set
from planner.web.tasks_place import Place

Read = Callable[[], Mapping[str, Any]]

FROM_THE_PLAN = frozenset({"plan", "tasks"})
"""What no form asks for: the plan in force says it."""


@dataclass(frozen=True)
class About:
    """What a form is about.

    Parameters
    ----------
    place : Place
    found : Local
    opened : Open
    year : int
    patches : tuple of str
        None of a step about the whole year.
    """

    place: Place
    found: Local
    opened: Open
    year: int
    patches: tuple[str, ...] = ()

    @property
    def work(self) -> Work | None:
        """The works of the only patch it is about."""
        return self.found.works.get(self.patches[0]) if len(self.patches) == 1 else None

    def key(self, name: str) -> str:
        """A widget's key."""
        what = self.opened.what or ""
        return f"step:{self.opened.kind}:{what}:{self.found.district}:{self.year}:{'|'.join(self.patches)[:200]}:{name}"

    def label(self, name: str) -> str:
        """A field's name in words."""
        return text(f"tasks_page.field_{name}", self.place.lang)

    @property
    def purses(self) -> list[Purse]:
        """The purses that may be meant: those of the works, else the city's and the district's."""
        work = self.work
        if work is not None:
            return self.place.book.order_of({*work.committed(), *work.paid()})
        known = {purse for one in self.found.works.values() for purse in one.committed()}
        known |= {Purse("municipal", None), Purse("district", self.found.district)}
        return self.place.book.order_of(purse for purse in known if purse.district in (None, self.found.district))


def entries(about: About) -> list[Read]:
    """Show a widget for each field of the kind's record; each gives its part of the record when it is read."""
    record = PAYLOADS[about.opened.kind]
    return [read for name, field in record.model_fields.items() for read in _entry(about, name, field)]


def _entry(about: About, name: str, field: FieldInfo) -> Iterator[Read]:
    kind = field.annotation
    parts = [part for part in get_args(kind) if isinstance(part, type)]
    if name in FROM_THE_PLAN:
        return
    if name == "what":
        yield lambda: {"what": str(about.opened.what)}
    elif name == "proposal":
        yield from _proposal(about, wanted=field.is_required())
    elif get_origin(kind) is Literal:
        yield _choice(about, name, list(map(str, get_args(kind))))
    elif kind is dt.date:
        yield _day(about, name)
    elif name == "source":
        yield _purse(about)
    elif kind is int:
        yield _number(about, name)
    elif kind is str:
        yield _words(about, name)
    elif Money in parts:
        yield _amounts(about, name)
    elif Evidence in parts:
        yield _proof(about, name)
    elif Wish in parts:
        yield _wishes(about, name)
    elif LedgerChange in parts:
        yield _changes(about, name)


def _proposal(about: About, *, wanted: bool) -> Iterator[Read]:
    if not wanted and about.opened.what != "changes":
        return
    waiting = [one.number for one in about.found.proposals if one.state == "proposed"]
    key = about.key("proposal")
    st.selectbox(about.label("proposal"), waiting, key=key)
    yield lambda: {"proposal": st.session_state[key]}


def _choice(about: About, name: str, known: Sequence[str]) -> Read:
    key, lang = about.key(name), about.place.lang
    st.selectbox(about.label(name), known, key=key, format_func=lambda value: text(f"tasks_page.value_{value}", lang))
    return lambda: {name: st.session_state[key]}


def _day(about: About, name: str) -> Read:
    key, today = about.key(name), about.place.desk.service.now().date()
    first = min(dt.date(about.found.years[0], 1, 1), today)
    latest = dt.date(today.year + 10, 12, 31) if name == "due" else today
    in_year = dt.date(about.year, 12, 31) if about.year in about.found.years else today
    st.date_input(about.label(name), min(in_year, today), min_value=first, max_value=latest, key=key)
    return lambda: {name: st.session_state[key].isoformat()}


def _purse(about: About) -> Read:
    key, purses = about.key("purse"), about.purses
    st.selectbox(
        about.label("purse"), range(len(purses)), key=key,
        format_func=lambda number: capital(about.place.book.words.purse(purses[number])),
    )  # fmt: skip

    def read() -> Mapping[str, Any]:
        purse = purses[st.session_state[key]] if purses else Purse("municipal", None)
        return {"source": purse.source, "purse_district": purse.district}

    return read


def _number(about: About, name: str) -> Read:
    key = about.key(name)
    if name == "yuan":
        return _money_entry(about, name, key, about.label(name), 0, lambda yuan: {name: yuan})
    if name.endswith("_m2"):
        least = about.work.task.area_m2 / M2_PER_HECTARE if about.work else 0.0
        head = unit_head(about.label(name), about.place.book.words("hectare"), about.place.lang)
        st.number_input(head, 0.0, value=least, step=0.0001, format="%.4f", key=key)
        return lambda: {name: _whole(st.session_state[key], M2_PER_HECTARE)}
    if name == "arrives":
        later = [year for year in about.found.years if year > about.year]
        st.selectbox(about.label(name), later, key=key)
        return lambda: {name: st.session_state[key]}
    known = {
        "hazards": about.work.task.hazards if about.work else 0,
        "which": len(about.found.checks.get(about.patches[0], ())) + 1 if about.patches else 1,
    }
    st.number_input(about.label(name), 0, value=known.get(name, 0), step=1, key=key)
    return lambda: {name: int(st.session_state[key])}


def _words(about: About, name: str) -> Read:
    key = about.key(name)
    st.text_input(about.label(name), key=key, max_chars=200)
    return lambda: {name: st.session_state[key].strip()}


def _amounts(about: About, name: str) -> Read:
    """An amount for each purse: of a new cost what is committed, of what is given back what is left of it."""
    work = about.work
    committed = work.committed() if work else {}
    paid = work.paid() if work else {}
    first = {purse: committed.get(purse, 0) - (paid.get(purse, 0) if name == "released" else 0) for purse in committed}
    reads: list[tuple[Purse, Read]] = []
    for number, purse in enumerate(about.purses if work else []):
        label = f"{about.label(name)} · {capital(about.place.book.words.purse(purse))}"
        key = about.key(f"{name}:{number}")
        yuan = max(0, first.get(purse, 0))
        reads.append((purse, _money_entry(about, name, key, label, yuan, lambda amount: {"yuan": amount})))

    def read() -> Mapping[str, Any]:
        sums = {purse: int(one()["yuan"]) for purse, one in reads}
        return {name: [part.model_dump(mode="json") for part in money_of(sums)]}

    return read


def _money_entry(
    about: About, name: str, key: str, label: str, first: int, made: Callable[[int], Mapping[str, Any]]
) -> Read:
    words = about.place.book.words
    size, decimals = words.size, words.decimals
    st.number_input(
        unit_head(label, words.unit, about.place.lang), 0.0, value=first / size, step=1.0,
        format=f"%.{decimals}f", key=key,
    )  # fmt: skip
    return lambda: made(_whole(st.session_state[key], size))


def _whole(shown: float, size: int) -> int:
    """An amount as whole units of what it is counted in; its last decimal is one of them."""
    return int((Decimal(repr(shown)) * size).to_integral_value())


def _proof(about: About, name: str) -> Read:
    key = about.key(name)
    st.file_uploader(about.label(name), accept_multiple_files=True, key=key)

    def read() -> Mapping[str, Any]:
        given = st.session_state[key] or []
        return {name: [about.place.desk.year.prove(one.name, one.getvalue()) for one in given]}

    return read


def _wishes(about: About, name: str) -> Read:
    lang = about.place.lang
    tasks = about.found.to_apply[about.year]
    listed = about.place.book.words.listed(tasks)
    st.caption(text("tasks_page.applies_for", lang, count=len(tasks), tasks=listed))
    columns = {
        "patch": st.column_config.SelectboxColumn(text("web.column_patch", lang), options=list(tasks), width="medium"),
        "change": st.column_config.TextColumn(about.label("change"), width="large"),
    }
    rows = _rows(about, name, columns)

    def read() -> Mapping[str, Any]:
        wishes = [row for row in rows() if row.get("patch") and row.get("change")]
        return {"tasks": list(tasks), "wishes": wishes} if wishes else {}

    return read


def _changes(about: About, name: str) -> Read:
    lang = about.place.lang
    fields = {field: column.zh if lang == "zh" else field for field, column in FIELDS.items()}
    ops = {op: text(f"tasks_page.value_{op}", lang) for op in ("change", "add", "remove", "reopen")}
    config = st.column_config
    columns = {
        "op": config.SelectboxColumn(
            about.label("op"), options=list(ops), format_func=lambda op: ops[str(op)], width=90
        ),
        "patch": config.TextColumn(text("web.column_patch", lang), width=150),
        "field": config.SelectboxColumn(
            about.label("field"), options=list(fields), format_func=lambda field: fields[str(field)], width=170
        ),
        "value": config.TextColumn(about.label("value"), width=140),
        "reason": config.TextColumn(about.label("reason"), width=200),
        "option": config.TextColumn(about.label("option"), width=100),
        "reopens": config.TextColumn(about.label("reopens"), width=130),
    }
    rows = _rows(about, name, columns)
    return lambda: change_set(rows(), about.place.book.words).model_dump(mode="json")


def _rows(about: About, name: str, columns: Mapping[str, Any]) -> Callable[[], list[dict[str, Any]]]:
    """A table to which rows are added."""
    key = about.key(name)
    st.caption(about.label(name))
    st.data_editor(
        pd.DataFrame({column: pd.Series(dtype=str) for column in columns}), key=key, num_rows="dynamic",
        column_config=dict(columns), hide_index=True, width="stretch",
    )  # fmt: skip
    return lambda: [dict(row) for row in st.session_state[key]["added_rows"]]
