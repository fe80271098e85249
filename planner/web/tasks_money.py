"""Money and actuals of a district: planned against committed against paid, what is overdue, and the appraisal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import streamlit as st

from planner.cycle import Local, Score, Work, total
from planner.office.shown import capital, dash, money, percent
from planner.plan import Purse
from planner.plan.works import has_purse
from planner.texts import text
from planner.units import hectares
from planner.web import charts, parts
from planner.web.overview_figures import unit_head
from planner.web.tasks_place import Place

MOST_ROWS = 200
SERIES = ("planned", "committed", "paid")


@dataclass(frozen=True)
class YearMoney:
    """A year's money in a district, in yuan, by the year that the tasks begin or were issued for."""

    year: int
    planned: int
    committed: int
    paid: int
    released: int

    @property
    def open(self) -> int:
        """What is neither paid nor given back."""
        return self.committed - self.paid - self.released


def money_part(place: Place) -> None:
    """Show the part."""
    lang = place.lang
    begun = place.desk.year.begun()
    found = place.desk.year.of(place.district) if begun is not None else None
    today = place.desk.service.now().date()
    first = min(dt.date(place.book.years[0], 1, 1), today)
    as_of = st.date_input(
        text("tasks_page.as_of", lang), today, min_value=first, max_value=today, key="tasks_as_of", width=220
    )
    if found is None:
        parts.status("none", text("tasks_page.not_begun", lang), text("tasks_page.only_planned", lang))
    years = by_year(place, found, as_of)
    parts.heading(
        text("tasks_page.money_heading", lang), text("tasks_page.money_aside", lang, unit=place.book.words.unit)
    )
    amounts = [(one.year, name, getattr(one, name)) for one in years for name in SERIES]
    st.altair_chart(
        charts.planned_and_paid(amounts, place.book.words),
        key="tasks_money_chart", width="stretch", alt=text("tasks_page.money_heading", lang),
    )  # fmt: skip
    _year_table(years, place)
    if found is None:
        return
    _matters(place, found, as_of)
    _scores(place, as_of)
    _patch_table(place, found, as_of)
    _payments(place, found, as_of)
    _purses(place)


def by_year(place: Place, found: Local | None, as_of: dt.date) -> list[YearMoney]:
    """What the plan gives each year from purses, and what was issued, paid and given back of it by a day."""
    works = [work for work in found.works.values() if work.day <= as_of] if found else []
    return [
        YearMoney(
            year,
            planned=sum(
                yuan for item in place.book.items if item.task.start == year
                for purse, yuan in item.committed.items() if has_purse(purse.source)
            ),
            committed=sum(sum(work.committed(as_of).values()) for work in works if work.year == year),
            paid=sum(sum(work.paid(as_of).values()) for work in works if work.year == year),
            released=sum(_released(work, as_of) for work in works if work.year == year),
        )
        for year in place.book.years
    ]  # fmt: skip


def _released(work: Work, as_of: dt.date) -> int:
    return sum(work.released.values()) if work.closed is not None and work.closed <= as_of else 0


def _year_table(years: Sequence[YearMoney], place: Place) -> None:
    lang, words = place.lang, place.book.words
    keys = (*SERIES, "released", "open")
    heads = [
        unit_head(text("web.year", lang), words.unit, lang),
        *(text(f"tasks_page.money_{key}", lang) for key in keys),
    ]
    heads.append(text("appraisal.head_execution_rate", lang))

    def row(label: str, chosen: Sequence[YearMoney]) -> list[str]:
        sums = {key: sum(getattr(one, key) for one in chosen) for key in keys}
        rate = Fraction(sums["paid"], sums["committed"]) if sums["committed"] else None
        return [label, *(dash(sums[key], words) for key in keys), _rate(rate)]

    rows = [row(str(one.year), [one]) for one in years]
    rows.append(row(text("web.total", lang), years))
    parts.table(heads, rows, total=True, name="planned_and_paid")


def _patch_table(place: Place, found: Local, as_of: dt.date) -> None:
    lang, words = place.lang, place.book.words
    works = {p: w for p, w in found.works.items() if place.year in (None, w.year) and w.day <= as_of}
    parts.heading(text("tasks_page.money_by_patch", lang), words.unit)
    if not works:
        parts.quiet(text("tasks_page.nothing_issued", lang))
        return
    keys = ("planned", "issued", "committed", "paid", "released", "open")
    heads = [text("web.column_patch", lang), text("tasks_page.of_state", lang)]
    heads += [text(f"tasks_page.money_{key}", lang) for key in keys]
    rows = []
    for patch, work in list(works.items())[:MOST_ROWS]:
        item = place.book.item_of.get(patch)
        planned = sum(y for p, y in item.committed.items() if has_purse(p.source)) if item else 0
        committed, paid = sum(work.committed(as_of).values()), sum(work.paid(as_of).values())
        released = _released(work, as_of)
        sums = (planned, sum(work.issued_money.values()), committed, paid, released, committed - paid - released)
        rows.append([patch, text(f"cycle.state_{work.state}", lang), *(dash(yuan, words) for yuan in sums)])
    parts.table(heads, rows, text_columns=2, name="money_by_patch")
    if len(works) > MOST_ROWS:
        parts.quiet(text("web.more", lang, shown=MOST_ROWS, count=len(works)))


def _payments(place: Place, found: Local, as_of: dt.date) -> None:
    """Every voucher, the last first."""
    lang, words = place.lang, place.book.words
    rows = []
    for patch, work in found.works.items():
        if place.year not in (None, work.year):
            continue
        for sign, entries in ((1, work.payments), (-1, work.refunds)):
            rows += [
                (
                    one.on,
                    [
                        one.on.isoformat(), patch, capital(words.purse(one.purse)), one.voucher,
                        money(sign * one.yuan, words),
                    ],
                )
                for one in entries
                if one.on <= as_of
            ]  # fmt: skip
    if not rows:
        return
    with st.expander(text("tasks_page.payments", lang, count=len(rows)), key="tasks_payments"):
        heads = [text(f"tasks_page.payment_{key}", lang) for key in ("on", "patch", "purse", "voucher")]
        heads.append(unit_head(text("tasks_page.payment_yuan", lang), words.unit, lang))
        ordered = [cells for _, cells in sorted(rows, key=lambda row: (row[0], row[1]), reverse=True)]
        parts.table(heads, ordered, text_columns=4, name="payments")


def _matters(place: Place, found: Local, as_of: dt.date) -> None:
    """What is tracked and past its day, and the checks that are due."""
    lang = place.lang
    late = place.desk.year.overdue(as_of, place.district).get(place.district, ())
    open_ones = [one for matters in found.tracked.values() for one in matters if one.closed is None]
    parts.heading(
        text("tasks_page.matters", lang), text("tasks_page.matters_aside", lang, open=len(open_ones), late=len(late))
    )
    if late:
        heads = [text(f"appraisal.head_{key}", lang) for key in ("patch", "reason", "opened", "due_day", "days_late")]
        rows = [
            [one.patch, one.reason, one.opened.isoformat(), one.due.isoformat(), str((as_of - one.due).days)]
            for one in late
        ]
        parts.table(heads, rows, text_columns=4, long_columns=frozenset((1,)), name="overdue")
    due = place.desk.year.checks_due(as_of, place.district)
    if due:
        heads = [text(f"appraisal.head_{key}", lang) for key in ("patch", "check", "due_day")]
        parts.table(
            heads, [[one.patch, str(one.number), one.due.isoformat()] for one in due], text_columns=3, name="checks_due"
        )


def _scores(place: Place, as_of: dt.date) -> None:
    """The appraisal of the district by year."""
    lang = place.lang
    scores = place.desk.year.scorecard(as_of, place.district)
    parts.heading(text("tasks_page.appraisal", lang), text("tasks_page.appraisal_aside", lang, day=as_of.isoformat()))
    counts = ("tasks", "started", "finished", "accepted", "closed")
    rates = ("execution_rate", "on_time_rate", "acceptance_rate")
    heads = [text("web.year", lang), *(text(f"appraisal.head_{name}", lang) for name in counts)]
    heads += [text(f"appraisal.head_{name}", lang) for name in ("area_planned_m2", "area_accepted_m2")]
    heads += [text(f"appraisal.head_{name}", lang) for name in ("hazards_planned", "hazards_removed")]
    heads += [text(f"appraisal.head_{name}", lang) for name in (*rates, "overdue")]

    def row(label: str, score: Score) -> list[str]:
        areas = [hectares(area, least=4) if area else "–" for area in (score.area_planned_m2, score.area_accepted_m2)]
        hazards = [str(score.hazards_planned), str(score.hazards_removed)]
        return [
            label, *(str(getattr(score, name)) for name in counts), *areas, *hazards,
            *(_rate(getattr(score, name)) for name in rates), str(score.overdue),
        ]  # fmt: skip

    rows = [row(str(score.year), score) for score in scores]
    rows.append(row(text("web.total", lang), total(scores)))
    parts.table(heads, rows, total=True, name="scores")


def _purses(place: Place) -> None:
    """For those who may see the city: the purses of the year to the yuan."""
    if not place.whole:
        return
    lang, words = place.lang, place.book.words
    known = [
        one
        for one in place.desk.year.accounts()
        if place.year in (None, one.year) and one.purse.district in (None, place.district)
    ]
    with st.expander(text("tasks_page.purses", lang), key="tasks_purses"):
        keys = ("budget", "issued", "changed", "committed", "paid", "released", "open")
        heads = [text("appraisal.head_purse", lang), text("web.year", lang)]
        heads += [text(f"appraisal.head_{key}", lang) for key in keys]
        rows = [
            [_purse(one.purse, place), str(one.year), *(dash(getattr(one, key), words) for key in keys)]
            for one in known
        ]
        parts.table(heads, rows, text_columns=2, name="purse_accounts")


def _purse(purse: Purse, place: Place) -> str:
    return capital(place.book.words.purse(purse))


def _rate(share: Fraction | None) -> str:
    """A rate in per cent; the unit stands in the heading."""
    return "–" if share is None else percent(share)
