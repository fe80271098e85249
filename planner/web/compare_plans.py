"""Which plans are compared: chosen, kept in the address, opened, and held against the first of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from planner.advice.compare import Comparison, Planned, Side, compare, measured
from planner.findings import BadInput
from planner.office.figures import Book
from planner.office.outlook import Said
from planner.office.words import Words
from planner.service import Desk
from planner.service.deciding import Stamp
from planner.service.kept import PLAN_KIND
from planner.service.papers import named
from planner.store import Version
from planner.texts import Language, text
from planner.web import address, parts, stored, told
from planner.web.hand import Hand
from planner.web.seen import Kind, Opened, View

MOST = 4
LETTERS = "ABCD"
ADDRESS = "plans"
_WITH_TASKS = ("optimal", "within_gap")
_KEY = "compare_plans"


@dataclass(frozen=True)
class Chosen:
    """One of the plans that are compared.

    Parameters
    ----------
    letter : str
        Its place: A is the yardstick.
    kept : Version
    opened : Opened
    stamp : Stamp, optional
        Its last adoption.
    in_force : bool
        Whether no other was adopted since.
    lang : {"zh", "en"}
    """

    letter: str
    kept: Version
    opened: Opened
    stamp: Stamp | None
    in_force: bool
    lang: Language

    @property
    def name(self) -> str:
        """What it is called beside the others."""
        return named(self.kept, self.lang, self.letter)

    @property
    def planned(self) -> Planned:
        """The plan as a comparison takes it."""
        folder = self.opened.folder
        return Planned(folder.ledger, folder.scenario, folder.plan, self.name)

    def book(self, lang: Language) -> Book:
        """What documents show of it."""
        return self.opened.books[lang]


@dataclass(frozen=True)
class Table:
    """The plans that are compared, in their order.

    Parameters
    ----------
    hand : Hand
    plans : tuple of Chosen
    sides : tuple of Side
        Each on the yardstick of the first.
    found : Comparison or None
        None where there is one plan alone.
    """

    hand: Hand
    plans: tuple[Chosen, ...]
    sides: tuple[Side, ...]
    found: Comparison | None

    @property
    def desk(self) -> Desk:
        """The one who looks."""
        return self.hand.desk

    @property
    def lang(self) -> Language:
        """The language of the page."""
        return self.hand.lang

    @property
    def words(self) -> Words:
        """The units of the first plan's ledger."""
        return self.plans[0].book(self.lang).words

    @property
    def said(self) -> Said:
        """Goals and figures in words."""
        return Said(self.words)


def choose(at: Hand) -> Table | None:
    """Let plans be chosen and open them; say why where there is none."""
    lang = at.lang
    listed = {kept.id: kept for kept in at.of_kind(PLAN_KIND) if kept.meta["status"] in _WITH_TASKS}
    asked = _asked()
    known = listed | {kept.id: kept for kept in _unlisted(at, [one for one in asked if one not in listed])}
    if not known:
        parts.status("none", text("compare.no_plan", lang), text("compare.no_plan_more", lang))
        return None
    chosen = [one for one in asked if one in known][:MOST] or _first_choice(at, list(listed))
    if lost := [one for one in asked if one not in known]:
        parts.quiet(text("compare.lost", lang, ids=("、" if lang == "zh" else ", ").join(map(str, lost))))
    chosen = _picked(chosen, known, at)
    opened, stamps = [], at.desk.deciding.stamps()
    for number, letter in zip(chosen, LETTERS, strict=False):
        view = _view(number, at)
        if view.opened is None or view.kind is not Kind.PLAN:
            _say_broken(view, known[number], lang)
            return None
        own = [stamp for stamp in stamps if stamp.version == number]
        last = own[-1] if own else None
        opened.append(Chosen(letter, known[number], view.opened, last, bool(last and last is stamps[-1]), lang))
    place, ids = at.desk.store.place, tuple(chosen)
    try:
        found = _compared(place, ids, lang, tuple(opened)) if len(opened) > 1 else None
        sides = found.sides if found else (_alone(place, ids[0], lang, opened[0]),)
    except BadInput as refused:
        told.refusal(refused.findings, text("compare.not_comparable", lang), lang)
        return None
    return Table(at, tuple(opened), sides, found)


def put(plans: Sequence[int]) -> None:
    """Let the address name the plans that are compared."""
    address.put(ADDRESS, ",".join(map(str, dict.fromkeys(plans))) or None)


def add(plan: int, beside: Sequence[int]) -> None:
    """Compare one more plan; where there are as many as can be, in place of the last."""
    put([*[one for one in beside if one != plan][: MOST - 1], plan])


def _asked() -> list[int]:
    said = (address.asked(ADDRESS) or "").split(",")
    numbers = [number for one in said if (number := address.as_number(one.strip())) is not None]
    return list(dict.fromkeys(numbers))[:MOST]


def _unlisted(at: Hand, wanted: Sequence[int]) -> list[Version]:
    """Plans that stand in no list but that this person may see: those that an answer speaks of."""
    found = []
    for number in wanted:
        try:
            kept = at.desk.keeping.standing(number).plan
        except BadInput:
            continue
        if kept.meta["status"] in _WITH_TASKS:
            found.append(kept)
    return found


def _first_choice(at: Hand, newest_first: list[int]) -> list[int]:
    """The plan in force or at hand, beside the newest other one."""
    own = at.plan.id if at.plan is not None else None
    wanted = [one for one in (at.in_force, own, *newest_first) if one in newest_first]
    return list(dict.fromkeys(one for one in wanted if one is not None))[:2]


def _picked(chosen: list[int], known: dict[int, Version], at: Hand) -> list[int]:
    lang = at.lang
    st.session_state[_KEY] = chosen

    def changed() -> None:
        put(st.session_state[_KEY])

    options = [*[one for one in known if one not in chosen], *chosen]
    options.sort(reverse=True)
    st.multiselect(
        text("compare.plans", lang), options, key=_KEY, on_change=changed, max_selections=MOST,
        format_func=lambda number: _option(known[number], number == at.in_force, lang),
        placeholder=text("compare.choose", lang), help=text("compare.plans_help", lang, most=MOST),
    )  # fmt: skip
    return chosen


def _option(kept: Version, in_force: bool, lang: Language) -> str:
    whose = f"{kept.document.district} · " if kept.document.district else ""
    return f"{whose}{named(kept, lang)}{text('login.adopted', lang) if in_force else ''}"


def _view(number: int, at: Hand) -> View:
    return at.view if number == at.view.version else stored.whole(at.desk, number)


def _say_broken(view: View, kept: Version, lang: Language) -> None:
    told.no_plan(view, named(kept, lang), lang)


@st.cache_resource(max_entries=8, show_spinner=False)
def _compared(place: str, ids: tuple[int, ...], lang: Language, _plans: tuple[Chosen, ...]) -> Comparison:
    """The comparison of versions that the caller may see."""
    return compare([one.planned for one in _plans])


@st.cache_resource(max_entries=8, show_spinner=False)
def _alone(place: str, version: int, lang: Language, _plan: Chosen) -> Side:
    return measured(_plan.planned)
