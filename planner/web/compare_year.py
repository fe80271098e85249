"""The appraisal of the working year: every district's figures, and the city's targets with what came of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from fractions import Fraction

import streamlit as st

from planner.cycle.scorecard import FIGURES, Progress, Score, total
from planner.findings import BadInput
from planner.office import shown
from planner.office.scorecard import scorecard_name
from planner.office.targets import sides
from planner.office.words import Words
from planner.service import Action
from planner.service.papers import named
from planner.texts import text
from planner.units import decimal_text, hectares
from planner.web import address, parts, told
from planner.web.compare_plans import Table
from planner.web.downloads import EXCEL
from planner.web.hand import Hand

_DAY, _YEAR = "as_of", "score_year"
_REFUSED = "compare:begin_refused"
_RATES = ("execution_rate", "on_time_rate", "acceptance_rate")


def show(table: Table) -> None:
    """Show the appraisal as of a day, or what is to be done first."""
    at, lang, words = table.hand, table.lang, table.words
    parts.heading(text("compare.part_year", lang), text("compare.year_aside", lang))
    worked = at.desk.year.begun()
    if worked is None:
        key = "compare.adopt_first" if at.in_force is None else "compare.begin_next"
        parts.status("none", text("compare.not_begun", lang), text(key, lang))
    _begin(at, worked)
    if worked is None:
        return
    left, middle, right = st.columns([1, 1, 2], vertical_alignment="bottom")
    with left:
        day = _day(at)
    rows = at.desk.year.scorecard(day)
    with middle:
        years = sorted({row.year for row in rows if row.year is not None})
        year = st.selectbox(
            text("web.year", lang), [None, *years], key=_YEAR,
            format_func=lambda one: text("appraisal.all_years", lang) if one is None else str(one),
        )  # fmt: skip
    with right:
        _download(at, day)
    _scores(rows, year, words)
    _progress(at.desk.year.progress(day), words)


def _begin(at: Hand, worked: int | None) -> None:
    """Let leadership have the years worked by the plan that was adopted last, where they are not yet."""
    lang, adopted = at.lang, at.in_force
    kept = at.version(adopted)
    if kept is None or adopted is None or adopted == worked or not at.desk.may(Action.ADOPT):
        return
    act, key = (at.desk.year.begin, "begin") if worked is None else (at.desk.year.put_in_force, "put_in_force")

    def clicked() -> None:
        try:
            act(adopted, str(st.session_state.get("year_note", "")))
        except BadInput as refused:
            st.session_state[_REFUSED] = refused.findings

    if refused := st.session_state.pop(_REFUSED, None):
        told.refusal(refused, text("compare.not_begun_now", lang), lang)
    with st.popover(text(f"compare.{key}", lang)):
        parts.quiet(text(f"compare.{key}_more", lang, name=named(kept, lang)))
        st.text_input(text("compare.note", lang), key="year_note", max_chars=4000)
        st.button(text("compare.confirm", lang), key="year_begin", type="primary", on_click=clicked)


def _day(at: Hand) -> dt.date:
    """The day as of which it is told: the address says which, else today."""
    st.session_state[_DAY] = asked_day(address.asked(_DAY), at.desk.service.now().date())

    def changed() -> None:
        address.put(_DAY, st.session_state[_DAY])

    chosen = st.date_input(text("compare.as_of", at.lang), key=_DAY, on_change=changed, format="YYYY-MM-DD")
    assert isinstance(chosen, dt.date)
    return chosen


def asked_day(said: str | None, today: dt.date) -> dt.date:
    """A day as the address says it; today where it says none."""
    try:
        return dt.date.fromisoformat(said or "")
    except ValueError:
        return today


def _download(at: Hand, day: dt.date) -> None:
    if at.desk.may(Action.EXPORT_CITY):
        st.download_button(
            text("compare.scorecard", at.lang), lambda: at.desk.year.export_scorecard(day, lang=at.lang).data,
            key="scorecard", mime=EXCEL, file_name=scorecard_name(day, at.lang, None), on_click="ignore",
        )  # fmt: skip


def _scores(rows: tuple[Score, ...], year: int | None, words: Words) -> None:
    """A row for each district that has tasks, and the city's."""
    lang = words.lang
    heads = [
        text(f"appraisal.head_{key}", lang, **({"unit": words.unit} if key.startswith("yuan") else {}))
        for key in ("district", *FIGURES, *_RATES)
    ]
    districts = dict.fromkeys(row.district for row in rows)
    every = [total(rows, district, year) for district in districts]
    lines = [_score(score.district, score, words) for score in every if score.tasks]
    if not lines:
        parts.quiet(text("compare.nothing_issued", lang))
        return
    lines.append(_score(text("appraisal.year_total", lang), total(rows, "", year), words))
    parts.table(heads, lines, total=True, name="scores")


def _score(label: str, score: Score, words: Words) -> list[str]:
    def cell(name: str) -> str:
        value = int(getattr(score, name))
        write: Callable[[int], str] = _writer(name, words)
        return write(value) if value else "–"

    rates = (getattr(score, name) for name in _RATES)
    return [label, *map(cell, FIGURES), *("–" if rate is None else shown.percent(rate) for rate in rates)]


def _writer(name: str, words: Words) -> Callable[[int], str]:
    if name.endswith("_m2"):
        return hectares
    if name.startswith("yuan_"):
        return lambda yuan: shown.money(yuan, words)
    return lambda count: f"{count:,}"


def _progress(found: Sequence[Progress], words: Words) -> None:
    """The city's targets: what is demanded, what was issued, what was done."""
    lang = words.lang
    parts.heading(text("compare.progress", lang), text("compare.progress_aside", lang))
    heads = [text("compare.target", lang), text("compare.demand", lang), text("appraisal.head_planned", lang),
             text("appraisal.head_actual", lang), text("appraisal.head_met", lang)]  # fmt: skip
    parts.table(heads, [_target(one, words) for one in found], name="progress")


def _target(one: Progress, words: Words) -> list[str]:
    lang = words.lang
    unit = {"m2": words("hectare"), "yuan": words.unit}.get(one.unit) or text(f"appraisal.unit_{one.unit}", lang)
    name = text("appraisal.target_of_year", lang, target=text(f"appraisal.target_{one.target}", lang), year=one.year)
    low, high = (None if side is None else _amount(one, side, words) for side in (one.least, one.most))
    met = "–" if one.met is None else text("compare.is_met" if one.met else "compare.not_met", lang)
    return [
        text("web.column_with_unit", lang, column=shown.capital(name), unit=unit), sides(low, high) or "–",
        _amount(one, one.planned, words), _amount(one, one.actual, words), met,
    ]  # fmt: skip


def _amount(one: Progress, value: int | Fraction | None, words: Words) -> str:
    if value is None:
        return "–"
    match one.unit:
        case "m2":
            return hectares(int(value))
        case "yuan":
            return decimal_text(int(value), words.size)
        case "percent":
            return shown.percent(Fraction(value) / 100)
        case _:
            return f"{int(value):,}"
