"""What somebody wants otherwise in a plan's tasks, patch by patch: kept as one's own draft while it is worked on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from planner.advice.adjusted import Wanted
from planner.findings import BadInput, Finding
from planner.web.tasks_place import Place

PIN, MOVE, DROP, OPTION, WHY = "pin", "move", "drop", "option", "why"
EDITED = (PIN, MOVE, DROP, OPTION, WHY)
NONE = "–"
"""Stands for no year in the table."""

Edits = dict[str, dict[str, Any]]


def edits(place: Place) -> Edits:
    """The cells that were changed, by patch and column."""
    if _name(place) not in st.session_state:
        kept = place.desk.drafts.load(_key(place))
        st.session_state[_name(place)] = json.loads(kept.content) if kept else {}
    found: Edits = st.session_state[_name(place)]
    return found


def put(place: Place, patch: str, changed: Mapping[str, Any]) -> None:
    """Change some cells of a patch."""
    known = {name: None if value == NONE else value for name, value in changed.items() if name in EDITED}
    edits(place).setdefault(patch, {}).update(known)
    st.session_state.pop(_UNSAVED, None)
    try:
        place.desk.drafts.save(_key(place), json.dumps(edits(place), ensure_ascii=False), place.version)
    except BadInput as refused:  # it is still there for this session
        st.session_state[_UNSAVED] = refused.findings


def unsaved() -> Sequence[Finding]:
    """Why the last edit could not be kept for another session."""
    found: Sequence[Finding] = st.session_state.get(_UNSAVED, ())
    return found


def forget(place: Place) -> None:
    """Take everything back; the table begins anew."""
    st.session_state[_name(place)] = {}
    st.session_state.pop(_UNSAVED, None)
    place.desk.drafts.drop(_key(place))
    renew()


def renew() -> None:
    """Let the table show what is changed elsewhere than in it."""
    st.session_state[_TURN] = turn() + 1


def turn() -> int:
    """How often the table began anew."""
    return int(st.session_state.get(_TURN, 0))


def before(place: Place, patch: str, wishes: Mapping[str, Wanted]) -> dict[str, Any]:
    """The cells of a patch before anything is changed: what was wanted by hand in this plan already."""
    wish, item = wishes.get(patch), place.book.item_of.get(patch)
    start = item.task.start if item else None
    return {
        PIN: wish is not None and wish.year is not None and wish.year == start,
        MOVE: wish.year if wish is not None and wish.year is not None and wish.year != start else None,
        DROP: wish is not None and wish.excluded,
        OPTION: item.task.option if item else place.book.ledger.options_of(place.book.ledger.by_id[patch])[0].option,
        WHY: wish.reason if wish else "",
    }


def cells(place: Place, patch: str, wishes: Mapping[str, Wanted]) -> dict[str, Any]:
    """The cells of a patch as they are to be shown."""
    return {**before(place, patch, wishes), **edits(place).get(patch, {})}


def wanted(place: Place, wishes: Mapping[str, Wanted]) -> tuple[Wanted, ...]:
    """What the changed cells ask for; a patch whose cells are as before asks for nothing."""
    found = []
    for patch in edits(place):
        if patch not in place.book.ledger.by_id:
            continue
        was, now = before(place, patch, wishes), cells(place, patch, wishes)
        if all((now[name] or None) == (was[name] or None) for name in EDITED):
            continue
        one = _wanted(place, patch, was, now)
        if not one.frees or patch in wishes:
            found.append(one)
    return tuple(found)


def _wanted(place: Place, patch: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Wanted:
    reason = str(now[WHY] or "").strip()
    if now[DROP]:
        return Wanted(patch=patch, excluded=True, reason=reason)
    item = place.book.item_of.get(patch)
    start = item.task.start if item else None
    year = int(now[MOVE]) if now[MOVE] else start if now[PIN] else None
    other = now[OPTION] if now[OPTION] and (now[OPTION] != was[OPTION] or now[PIN]) else None
    single = len(place.book.ledger.options_of(place.book.ledger.by_id[patch])) < 2
    return Wanted(patch=patch, year=year, option=None if single else other, reason=reason)


_TURN, _UNSAVED = "tasks:turn", "tasks:unsaved"


def _key(place: Place) -> str:
    return f"tasks {place.version} {place.district}"


def _name(place: Place) -> str:
    return f"tasks:edits:{place.version}:{place.district}"
