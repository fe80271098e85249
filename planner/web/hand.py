"""What is at hand: the ledger, the scenario and the plan that the address names, and whether they belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from planner.service import Action, Desk
from planner.service.aside import called
from planner.service.kept import LEDGER_KIND, PLAN_KIND, SCENARIO_KIND
from planner.store import Version
from planner.texts import Language, text
from planner.web import address, parts, shell, state, told, work
from planner.web.seen import Kind, Opened, View

_KINDS = (LEDGER_KIND, SCENARIO_KIND, PLAN_KIND)


@dataclass(frozen=True)
class Hand:
    """What somebody works on.

    Parameters
    ----------
    desk : Desk
        The one who works.
    view : View
        The plan as it may be shown.
    lang : {"zh", "en"}
    known : tuple of Version
        Every ledger, scenario and plan that this person may see, in the order they were kept.
    ledger, scenario, plan : Version, optional
        The ones at hand; without a plan, the newest ledger and scenario.
    in_force : int, optional
        The plan that was adopted last.
    """

    desk: Desk
    view: View
    lang: Language
    known: tuple[Version, ...]
    ledger: Version | None
    scenario: Version | None
    plan: Version | None
    in_force: int | None = None

    @property
    def opened(self) -> Opened | None:
        """The plan of the whole city, where it is there and this person may see it."""
        return self.view.opened

    @property
    def fits(self) -> bool:
        """Whether the plan was made from the very ledger and scenario at hand."""
        return self.plan is not None and self._made_from() == (_id(self.ledger), _id(self.scenario))

    @property
    def newer(self) -> tuple[Version, ...]:
        """Later versions of the plan's ledger and scenario: what the plan does not know."""
        made_from = {identity for identity in self._made_from() if identity is not None}
        inputs = [kept for kept in self.known if kept.id in made_from]
        heads = [self.newest_of(kept) for kept in inputs]
        return tuple(head for head, kept in zip(heads, inputs, strict=True) if head.id != kept.id)

    def of_kind(self, kind: str) -> tuple[Version, ...]:
        """The versions of a kind that this person may see, the newest first."""
        return tuple(kept for kept in reversed(self.known) if kept.document.kind == kind)

    def newest_of(self, kept: Version) -> Version:
        """The newest version of the same document."""
        return next(other for other in reversed(self.known) if other.document.id == kept.document.id)

    def version(self, identity: int | None) -> Version | None:
        """A version that this person may see."""
        return next((kept for kept in self.known if kept.id == identity), None)

    def _made_from(self) -> tuple[int | None, int | None]:
        if self.plan is None:
            return None, None
        return int(self.plan.meta["ledger"]), int(self.plan.meta["scenario"])


def begin(page: str, *, whole: bool = True) -> Hand | None:
    """Begin a desk's page: its title's ground, the line of what is at hand; say why where there is nothing to work on.

    Parameters
    ----------
    page : str
        As in :func:`planner.web.shell.page_title`.
    whole : bool
        Whether the page is for those who see the whole city.

    Returns
    -------
    Hand or None
        None: the page has said what there is to say.
    """
    lang = shell.language()
    with st.spinner(text("web.loading", lang)):
        view = state.current()
    title = shell.page_title(page, lang)
    if view.desk is None:
        parts.title(title, "", "")
        parts.status("none", text("desk_page.needs_store", lang), text("desk_page.needs_store_more", lang))
        st.code("planner demo out\nplanner serve out", language=None)
        return None
    if whole and not view.desk.may(Action.READ_CITY):
        parts.title(title, "", "")
        parts.status("none", text("desk_page.not_yours", lang), text("desk_page.not_yours_more", lang))
        return None
    hand = at_hand(view, view.desk, lang)
    bar(hand)
    work.told(lang)
    return hand


def at_hand(view: View, desk: Desk, lang: Language) -> Hand:
    """What the address names, else what belongs to the plan that is shown, else the newest."""
    known = tuple(kept for kept in desk.keeping.versions() if kept.document.kind in _KINDS)
    by_id = {kept.id: kept for kept in known}
    if view.version is not None and view.version not in by_id and view.kind is not Kind.NOT_THERE:
        beside = desk.keeping.standing(view.version)  # an answer speaks of it: it stands in no list
        known += tuple(kept for kept in (beside.ledger, beside.scenario, beside.plan) if kept and kept.id not in by_id)
        by_id = {kept.id: kept for kept in known}
    plan = by_id.get(view.version or 0)
    inputs = []
    for kind in (LEDGER_KIND, SCENARIO_KIND):
        named = by_id.get(address.number(kind) or 0)
        made_from = by_id.get(int(plan.meta[kind])) if plan else None
        newest = next((kept for kept in reversed(known) if kept.document.kind == kind), None)
        inputs.append(named if named is not None and named.document.kind == kind else made_from or newest)
    in_force = next((choice.kept.id for choice in view.choices if choice.adopted), None)
    return Hand(desk, view, lang, known, inputs[0], inputs[1], plan, in_force)


def stay(hand: Hand) -> None:
    """Let the address name what is at hand: work under way keeps its ground, whatever is kept meanwhile."""
    for kind, kept in zip(_KINDS, (hand.ledger, hand.scenario, hand.plan), strict=True):
        if kept is not None:
            address.put(kind, kept.id)


def bar(hand: Hand) -> None:
    """Show what is at hand, each to be switched; and say where the plan does not belong to it."""
    with st.container(key="at_hand"):
        left, middle, right = st.columns([2, 2, 3])
        with left:
            _choose(LEDGER_KIND, hand.ledger, hand)
        with middle:
            _choose(SCENARIO_KIND, hand.scenario, hand)
        with right:
            _choose(PLAN_KIND, hand.plan, hand)
    if hand.plan is not None:
        _standing(hand)


def _choose(kind: str, chosen: Version | None, hand: Hand) -> None:
    key, lang = f"at_hand_{kind}", hand.lang
    choices = {kept.id: name_of(kept, hand) for kept in hand.of_kind(kind)}
    st.session_state[key] = _id(chosen)

    def switched() -> None:
        if kind == PLAN_KIND:  # a plan brings its ledger and its scenario along
            address.put(LEDGER_KIND, None)
            address.put(SCENARIO_KIND, None)
        address.put(kind, st.session_state[key])

    st.selectbox(
        text(f"desk_page.{kind}", lang), list(choices), index=None if chosen is None else 0, key=key,
        on_change=switched, format_func=lambda identity: choices[identity], placeholder="–", disabled=not choices,
    )  # fmt: skip


def name_of(kept: Version, hand: Hand) -> str:
    """What a version is called in a list."""
    lang, whose = hand.lang, f"{kept.document.district} · " if kept.document.district else ""
    if kept.document.kind != PLAN_KIND:
        titles = kept.meta.get("title", {})
        own = kept.document.kind == SCENARIO_KIND and called(kept, lang) == kept.document.name
        name = titles.get(lang) if isinstance(titles, dict) and own else ""
        return text(
            "desk_page.version", lang, name=whose + (name or called(kept, lang)), number=kept.number, at=kept.at[:10]
        )
    return text(
        "login.plan_option", lang, name=whose + called(kept, lang), number=kept.number,
        status=text(f"login.status_{kept.meta['status']}", lang), at=kept.at[:16].replace("T", " "),
        adopted=text("login.adopted", lang) if kept.id == hand.in_force else "",
    )  # fmt: skip


def _standing(hand: Hand) -> None:
    """The badge that keeps old figures from passing for fresh ones."""
    lang = hand.lang
    if not hand.fits:
        parts.status("none", text("desk_page.stale", lang), text("desk_page.stale_more", lang))
    elif hand.newer:
        names = ("、" if lang == "zh" else ", ").join(name_of(kept, hand) for kept in hand.newer)
        parts.status("none", text("desk_page.newer", lang), text("desk_page.newer_more", lang, names=names))
    else:
        return
    inputs = (hand.ledger, hand.scenario) if not hand.fits else _heads(hand)
    if inputs[0] is None or inputs[1] is None:
        return
    work.solve_button(hand.desk, inputs[0], inputs[1], lang, key="solve_at_hand")


def _heads(hand: Hand) -> Sequence[Version | None]:
    return [None if kept is None else hand.newest_of(kept) for kept in (hand.ledger, hand.scenario)]


def has_plan(hand: Hand, page: str) -> bool:
    """Whether there is a plan of the whole city to show; says why where there is none."""
    if hand.view.kind is Kind.PLAN:
        return True
    lang, title = hand.lang, shell.page_title(page, hand.lang)
    if not told.no_plan(hand.view, title, lang):
        parts.title(title, "", "")
        parts.status("none", text("desk_page.no_tasks", lang), text("desk_page.no_tasks_more", lang))
    return False


def _id(kept: Version | None) -> int | None:
    return None if kept is None else kept.id
