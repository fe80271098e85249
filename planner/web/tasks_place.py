"""Whose tasks of which year the page shows: chosen in the address, within what the one who looks may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from planner.office.figures import Book
from planner.plan import Purse
from planner.service import Desk
from planner.service.viewing import DistrictView
from planner.texts import Language, text
from planner.web import address, parts, state, stored
from planner.web.hand import Hand
from planner.web.own import book_of
from planner.web.seen import Kind

DISTRICT, YEAR, PART = "district", "year", "part"
EVERY_YEAR = "all"


@dataclass(frozen=True)
class Place:
    """A district and a year of the plan at hand.

    Parameters
    ----------
    hand : Hand
    desk : Desk
    version : int
        The plan's.
    district : str
    year : int or None
        None: every year.
    book : Book
        The district's tasks, and where the city may be seen also all others.
    """

    hand: Hand
    desk: Desk
    version: int
    district: str
    year: int | None
    book: Book

    @property
    def lang(self) -> Language:
        """The language of the page."""
        return self.hand.lang

    @property
    def whole(self) -> bool:
        """Whether the whole city may be seen."""
        return self.hand.view.kind is Kind.PLAN

    @property
    def owner(self) -> str:
        """Whose drafts are made here: the district's, or the city's (empty)."""
        return "" if self.whole else self.district

    def purse(self, source: str, district: str | None) -> str:
        """A purse in words."""
        return self.book.words.purse(Purse(source, district))


def settle() -> None:
    """Before the page is begun, let the district of the address be the one that is looked at."""
    desk, wanted = state.desk(), address.asked(DISTRICT)
    if desk is not None and wanted in desk.person.districts:
        st.session_state[stored.DISTRICT_STATE] = wanted


def place_of(hand: Hand) -> Place | None:
    """The district and year of the address; None where the plan has no tasks to show."""
    view = hand.view
    if view.version is None:
        return None
    if view.kind is Kind.DISTRICT and view.district is not None and view.district.totals.metrics is not None:
        part: DistrictView = view.district
        book = book_of(part, hand.lang)
        return Place(hand, hand.desk, view.version, part.district, _year(book), book)
    if view.kind is Kind.PLAN and view.opened is not None:
        whole = view.opened.books[hand.lang]
        known = whole.ledger.districts
        wanted = address.asked(DISTRICT)
        district = wanted if wanted in known else known[0]
        book = replace(whole, district=district)
        return Place(hand, hand.desk, view.version, district, _year(book), book)
    return None


def choosers(place: Place, names: Sequence[str]) -> str:
    """Let district, year and part of the page be chosen; gives the part."""
    lang, view = place.lang, place.hand.view
    known = list(view.districts) if view.kind is Kind.DISTRICT else list(place.book.ledger.districts)
    left, middle, right = st.columns([2, 2, 5], vertical_alignment="bottom")
    with left:
        _choose(DISTRICT, known, place.district, {name: name for name in known}, lang)
    with middle:
        years = [*map(str, place.book.years), EVERY_YEAR]
        chosen = EVERY_YEAR if place.year is None else str(place.year)
        shown = {year: text("tasks_page.all_years", lang) if year == EVERY_YEAR else year for year in years}
        _choose(YEAR, years, chosen, shown, lang)
    with right:
        asked = address.asked(PART)
        part = asked if asked is not None and asked in names else names[0]
        key = "tasks_part"
        st.session_state[key] = part

        def switched() -> None:
            address.put(PART, st.session_state[key])

        st.segmented_control(
            text("tasks_page.part", lang), list(names), key=key, required=True, on_change=switched,
            format_func=lambda name: text(f"tasks_page.part_{name}", lang), label_visibility="collapsed",
        )  # fmt: skip
    return part


def one_year(place: Place) -> int | None:
    """The year that is chosen; says that one is wanted where none is."""
    if place.year is None:
        parts.quiet(text("tasks_page.choose_year", place.lang))
    return place.year


def _choose(name: str, options: Sequence[str], chosen: str, shown: dict[str, str], lang: Language) -> None:
    key = f"tasks_{name}"
    st.session_state[key] = chosen

    def switched() -> None:
        address.put(name, st.session_state[key])

    st.selectbox(
        text(f"tasks_page.{name}", lang), list(options), key=key, on_change=switched,
        format_func=lambda option: shown[option],
    )  # fmt: skip


def _year(book: Book) -> int | None:
    said = address.asked(YEAR)
    if said == EVERY_YEAR:
        return None
    wanted = address.as_number(said)
    return wanted if wanted in book.years else book.years.start
