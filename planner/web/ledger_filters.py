"""The filters of the ledger's table; every choice stands in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd
import streamlit as st

from planner.ledger import Treatment
from planner.ledger.category import Relation
from planner.ledger.schema import Labelled
from planner.texts import text
from planner.web import address
from planner.web.ledger_register import Register

M = TypeVar("M", bound=Labelled)
ANY = ""
_HAZARDS = ("with", "without")
NAMES = ("district", "tier", "treatment", "hazards", "relation", "find")


@dataclass(frozen=True)
class Filters:
    """What is looked for; an empty word looks for everything."""

    district: str = ANY
    tier: str = ANY
    treatment: str = ANY
    hazards: str = ANY
    relation: str = ANY
    find: str = ANY

    def of(self, register: Register) -> list[str]:
        """The ids of the patches that are looked for, in the ledger's order."""
        frame, lang = register.frame, register.words.lang
        wanted = pd.Series(data=True, index=frame.index)
        if self.district:
            wanted &= frame["district"] == self.district
        if self.tier:
            wanted &= frame["tier"] == int(self.tier)
        if self.treatment:
            wanted &= frame["treatment"] == _member(Treatment, self.treatment).label(lang)
        if self.hazards:
            wanted &= (frame["hazard_points"] > 0) == (self.hazards == "with")
        if self.relation:
            wanted &= frame["relation"] == _member(Relation, self.relation).label(lang)
        for word in self.find.lower().split():
            wanted &= register.searched.str.contains(word, regex=False)
        return [str(name) for name in frame.index[wanted]]


def _member(kind: type[M], value: str) -> M:
    return next(one for one in kind if one.value == value)


def choose(register: Register) -> Filters:
    """Let people say what they look for."""
    lang = register.words.lang
    tiers = sorted({patch.tier for patch in register.ledger.patches})
    options: dict[str, Mapping[str, str]] = {
        "district": {name: name for name in register.ledger.districts},
        "tier": {str(tier): text("web.tier", lang, tier=tier) for tier in tiers},
        "treatment": {one.value: one.label(lang) for one in Treatment},
        "hazards": {word: text(f"ledger_page.hazards_{word}", lang) for word in _HAZARDS},
        "relation": {one.value: one.label(lang) for one in Relation},
    }
    chosen: dict[str, str] = {}
    *places, last = st.columns([3, 2, 2, 2, 2, 4])
    for place, (name, known) in zip(places, options.items(), strict=True):
        with place:
            chosen[name] = _one(name, known, register)
    with last:
        chosen["find"] = _words(register)
    return Filters(**chosen)


def _one(name: str, known: Mapping[str, str], register: Register) -> str:
    lang, key = register.words.lang, f"ledger_{name}"
    asked = address.asked(name)
    st.session_state[key] = asked if asked in known else ANY
    shown = {ANY: text("web.all", lang), **known}
    return st.selectbox(
        text(f"ledger_page.{name}", lang), list(shown), key=key, format_func=lambda one: shown[one],
        on_change=_put, args=(name, key),
    )  # fmt: skip


def _words(register: Register) -> str:
    lang, key = register.words.lang, "ledger_find"
    st.session_state[key] = address.asked("find") or ""
    return st.text_input(
        text("ledger_page.find", lang), key=key, placeholder=text("ledger_page.find_more", lang), max_chars=100,
        on_change=_put, args=("find", key),
    ).strip()  # fmt: skip


def _put(name: str, key: str) -> None:
    address.put(name, st.session_state[key] or None)


def clear(names: Sequence[str] = NAMES) -> None:
    """Look for everything again."""
    for name in names:
        address.put(name, None)
