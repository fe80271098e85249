"""Keeping a draft under a name and a note; and where somebody else was first, both versions, joined clash by clash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from planner.advice.answer import changed
from planner.findings import BadInput, Finding
from planner.office.words import Words
from planner.scenario import Scenario
from planner.service.kept import SCENARIO_KIND
from planner.service.merging import Clash, Merge, Side, changed_leaves, plain_scenario, scenario_leaves
from planner.store import Conflict, Version
from planner.texts import text
from planner.web import address, parts, work
from planner.web.funding_changes import changes_table, listed_changes, place_words, value_words
from planner.web.funding_draft import Drafting, refuse
from planner.web.hand import Hand, name_of
from planner.web.seen import TRIAL_SUFFIX

_NAME, _NOTE, _PLAN = "funding_name", "funding_note", "funding_plan_it"
SIDES: tuple[Side, ...] = ("theirs", "mine")
_CLASH, _KEPT = "funding:clash", "funding:kept"


def save_form(hand: Hand, drafting: Drafting, scenario: Scenario, words: Words) -> None:
    """Ask for a name and a note, and keep the draft: as the base's next version, or as a new one under another name."""
    lang, base = hand.lang, drafting.base
    own = base.document.name

    def saved() -> None:
        name = str(st.session_state[f"{_NAME}:{base.id}"]).strip()
        note = str(st.session_state[f"{_NOTE}:{base.id}"]).strip()
        _attempt(hand, drafting, lambda: _keep(hand, drafting, scenario, name, note))

    with st.form(f"funding_save:{base.id}", border=True):
        left, right = st.columns([1, 2])
        with left:
            st.text_input(
                text("funding.name", lang), "" if own.endswith(TRIAL_SUFFIX) else own, key=f"{_NAME}:{base.id}",
                help=text("funding.name_help", lang),
            )  # fmt: skip
        with right:
            st.text_input(
                text("funding.note", lang), key=f"{_NOTE}:{base.id}", placeholder=listed_changes(
                    drafting.now.changes(drafting.began), words, most=3
                ),
            )  # fmt: skip
        st.checkbox(text("funding.plan_it", lang), value=True, key=_PLAN)
        st.form_submit_button(text("funding.save_now", lang), key="funding_save_now", on_click=saved)


def _keep(hand: Hand, drafting: Drafting, scenario: Scenario, name: str, note: str) -> Version:
    if not note:
        raise BadInput([Finding("funding.no_note", {}, column=text("funding.note", hand.lang))])
    if not name:
        raise BadInput([Finding("funding.no_name", {}, column=text("funding.name", hand.lang))])
    base, keeping = drafting.base, hand.desk.keeping
    if name == base.document.name:
        return keeping.keep_scenario(scenario, parent=base.id, note=note, district=base.document.district)
    if any(kept.document.name == name and not kept.document.district for kept in hand.of_kind(SCENARIO_KIND)):
        raise BadInput(
            [Finding("funding.name_taken", {"name": name}, column=text("funding.name", hand.lang), value=name)]
        )
    return keeping.keep_scenario(_renamed(scenario, name, note), note=note)


def _renamed(scenario: Scenario, name: str, note: str) -> Scenario:
    """The scenario under a name of its own: the base's title and note would say what is no longer so."""
    return changed(scenario, name=name, title={"zh": name, "en": name}, note={"zh": note, "en": note})


def _attempt(hand: Hand, drafting: Drafting, keep: Callable[[], Version]) -> None:
    try:
        kept = keep()
    except Conflict:
        st.session_state[_CLASH] = (drafting.base.id, str(st.session_state.get(f"{_NOTE}:{drafting.base.id}", "")))
        return
    except BadInput as refused:
        refuse(refused.findings)
        return
    st.session_state.pop(_CLASH, None)
    st.session_state[_KEPT] = kept.id
    drafting.drop()
    address.put("scenario", kept.id)
    if hand.ledger is not None and st.session_state.get(_PLAN):
        ledger = hand.ledger.id
        work.ask(lambda: hand.desk.jobs.plan(ledger, kept.id, seconds=work.SOLVE_SECONDS), follow=True)


def kept_now(hand: Hand) -> None:
    """Say what was kept last."""
    kept = hand.version(st.session_state.pop(_KEPT, None))
    if kept is not None:
        parts.status("plan", text("funding.kept", hand.lang, name=name_of(kept, hand)))


def is_clashing(drafting: Drafting) -> bool:
    """Whether saving this draft found that somebody else was first."""
    clash = st.session_state.get(_CLASH)
    return clash is not None and clash[0] == drafting.base.id


def join(hand: Hand, drafting: Drafting, scenario: Scenario, words: Words) -> None:
    """Show both versions, let each clash be settled, and keep them joined: nothing of either is lost."""
    lang, base = hand.lang, drafting.base
    newest, merge = hand.desk.joining.scenario_merge(base.id, scenario)
    theirs = hand.desk.keeping.open_scenario(newest.id)
    parts.status(
        "broken", text("funding.clash", lang, name=base.document.name),
        text("funding.clash_who", lang, author=newest.author, at=newest.at[:16].replace("T", " "), number=newest.number,
             note=newest.note or "–", mine=base.number),
    )  # fmt: skip
    sides: dict[Side, dict[str, Any]] = {"theirs": plain_scenario(theirs), "mine": plain_scenario(scenario)}
    for place, (side, plain) in zip(st.columns(2), sides.items(), strict=True):
        with place:
            own = changed_leaves(drafting.began, plain)
            parts.heading(text(f"funding.side_{side}", lang), text("funding.side_count", lang, count=len(own)))
            changes_table(own, words, name=f"clash_{side}", side=side)
    choices = _choices(merge, sides, base.id, words)
    note = st.text_input(
        text("funding.note", lang), key=f"funding_join_note:{base.id}", value=st.session_state[_CLASH][1]
    )  # fmt: skip

    def joined() -> None:
        given = str(st.session_state[f"funding_join_note:{base.id}"]).strip()
        _attempt(hand, drafting, lambda: hand.desk.joining.keep_merged_scenario(base.id, scenario, choices, note=given))

    def later() -> None:
        st.session_state.pop(_CLASH, None)

    left = len(merge.clashes) - len(choices)
    with st.container(horizontal=True):
        st.button(text("funding.join", lang), key="funding_join", type="primary", on_click=joined,
                  disabled=bool(left) or not note.strip())  # fmt: skip
        st.button(text("funding.join_later", lang), key="funding_join_later", on_click=later)
    if left:
        parts.quiet(text("funding.join_left", lang, count=left))


def _choices(merge: Merge, sides: Mapping[Side, Mapping[str, Any]], base: int, words: Words) -> dict[str, Side]:
    """Let each place that both changed be settled; what only one changed is taken from both as it is."""
    lang = words.lang
    if not merge.clashes:
        parts.quiet(text("funding.no_clashes", lang))
        return {}
    paths = {" / ".join(path): path for plain in sides.values() for path in scenario_leaves(plain)}
    choices: dict[str, Side] = {}
    for number, clash in enumerate(merge.clashes):
        path = paths.get(clash.place, tuple(clash.place.split(" / ")))
        chosen: Side | None = st.radio(
            _asked(clash, path, words), SIDES, index=None, horizontal=True,
            key=f"funding_clash:{base}:{number}",
            format_func=_option(clash, path, words),
        )  # fmt: skip
        if chosen is not None:
            choices[clash.place] = chosen
    return choices


def _asked(clash: Clash, path: tuple[str, ...], words: Words) -> str:
    some = next((value for value in (clash.mine, clash.theirs, clash.base) if isinstance(value, Mapping)), clash.mine)
    place, before = place_words(path, some, words), value_words(path, clash.base, words)
    return text("funding.clash_place", words.lang, place=place, base=before)


def _option(clash: Clash, path: tuple[str, ...], words: Words) -> Callable[[str], str]:
    values = {"theirs": clash.theirs, "mine": clash.mine}

    def said(side: str) -> str:
        return text(f"funding.take_{side}", words.lang, value=value_words(path, values[side], words))

    return said
