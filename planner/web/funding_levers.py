"""What else of a scenario moves money: shares, carry-over, prices, reserves, the first year's limits, the clauses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import streamlit as st

from planner.advice.shortfall.changes import ration
from planner.clauses import Clause, Mode, clauses
from planner.office.words import Words
from planner.texts import Language, text
from planner.units import M2_PER_HECTARE
from planner.web import parts
from planner.web.funding_draft import Draft, Drafting, checked

Kind = Literal["percent", "exact", "years", "rate", "money", "area", "count", "choice", "yes_no"]


@dataclass(frozen=True)
class Lever:
    """One key of a scenario that can be turned.

    Parameters
    ----------
    path : tuple of str
    kind : str
        How it is shown and turned: ``exact`` is a percentage with decimals, ``rate`` a part of one that is shown in per
        cent; ``money`` and ``area`` may be left open.
    low, high : int
        Of a number, as it is shown.
    choices : tuple of str
    """

    path: tuple[str, ...]
    kind: Kind
    low: int = 0
    high: int = 100
    choices: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Of its widget and its texts."""
        return "_".join(self.path)


PAYING = (
    Lever(("clauses", "payer", "municipal_share_percent"), "percent"),
    Lever(("clauses", "municipal_share", "percent"), "percent"),
    Lever(("clauses", "public_works_share", "percent"), "percent"),
    Lever(("clauses", "minimum_execution", "percent"), "percent"),
)
LASTING = (
    Lever(("carry", "years"), "years", high=5),
    Lever(("carry", "scope"), "choice", choices=("purse", "patch")),
    Lever(("clauses", "purse_accounts", "reserve_percent"), "percent"),
    Lever(("basis",), "choice", choices=("commitments", "cash")),
)
PRICES = (
    Lever(("price_index", "rate"), "rate", low=-10, high=20),
    Lever(("contingency_percent",), "exact", high=30),
    Lever(("charge_holding",), "yes_no"),
    Lever(("mode",), "choice", choices=("complete", "rationed")),
)
LIMITS = (
    Lever(("clauses", "first_year_task", "min_yuan"), "money"),
    Lever(("clauses", "first_year_task", "max_yuan"), "money"),
    Lever(("clauses", "first_year_task", "min_area_m2"), "area"),
    Lever(("clauses", "first_year_task", "max_area_m2"), "area"),
)
COLUMNS: Mapping[str, tuple[Lever, ...]] = {"paying": PAYING, "lasting": LASTING, "prices": PRICES, "limits": LIMITS}

GROUPS: Mapping[str, tuple[str, ...]] = {
    "money": ("purse_accounts", "municipal_share", "public_works_share", "minimum_execution", "overspending",
              "robust_accounts"),
    "tasks": ("completion", "basic_treatment", "first_year_task", "hazards", "special_project", "enterprise_mines",
              "enterprise_group", "natural_recovery", "quotas", "district_capacity"),
    "order": ("tier_shares", "strict_tiers", "focal_faces", "arable_first", "corridors", "bundles", "cross_district",
              "locks", "moves", "goal_limits"),
}  # fmt: skip
"""The clauses by what they are about; one that is in none stands under ``law``."""

_MODES = (Mode.OFF, Mode.SOFT, Mode.HARD)


def levers(drafting: Drafting, words: Words) -> None:
    """Show the levers, column by column; what a clause is told counts only where the clause is on."""
    for (name, column), place in zip(COLUMNS.items(), st.columns(len(COLUMNS)), strict=True):
        with place:
            parts.quiet(text(f"funding.levers_{name}", words.lang))
            for lever in column:
                _lever(lever, drafting, words)


def _lever(lever: Lever, drafting: Drafting, words: Words) -> None:
    lang, draft, key = words.lang, drafting.now, f"funding:{lever.key}"
    label, more = text(f"funding.lever_{lever.key}", lang), text(f"funding.lever_{lever.key}_help", lang)
    if lever.path[0] == "clauses" and draft.value(("clauses", lever.path[1], "mode")) == Mode.OFF:
        label = text("funding.lever_off", lang, label=label)
    st.session_state[key] = _shown(lever, draft.value(lever.path), words)

    def turned() -> None:
        value = st.session_state[key]
        drafting.change(lambda draft: _with(lever, draft, drafting.began, value, words))

    asked: dict[str, Any] = {"key": key, "on_change": turned, "help": more}
    if lever.kind in ("percent", "years"):
        unit = " %%" if lever.kind == "percent" else ""
        high = max(lever.high, int(st.session_state[key]))
        st.slider(label, lever.low, high, format=f"%d{unit}", **asked)
    elif lever.kind in ("rate", "exact"):
        low, high = (end(float(edge), st.session_state[key]) for end, edge in ((min, lever.low), (max, lever.high)))
        st.slider(label, low, high, step=0.5, format="%.2f %%", **asked)
    elif lever.kind == "choice":
        st.selectbox(
            label, lever.choices, format_func=lambda one: text(f"funding.lever_{lever.key}_{one}", lang), **asked
        )  # fmt: skip
    elif lever.kind == "yes_no":
        st.toggle(label, **asked)
    else:
        unit = words.unit if lever.kind == "money" else words("hectare")
        st.number_input(
            text("web.column_with_unit", lang, column=label, unit=unit), min_value=0.0, format="%.2f",
            step=100.0 if lever.kind == "money" else 1.0, placeholder=text("funding.open", lang), **asked,
        )  # fmt: skip


def _shown(lever: Lever, value: Any, words: Words) -> Any:
    """A value as its widget has it."""
    if lever.kind in ("rate", "exact"):
        return float(Decimal(value) * (100 if lever.kind == "rate" else 1))
    if lever.kind in ("money", "area"):
        return None if value is None else value / (words.size if lever.kind == "money" else M2_PER_HECTARE)
    return value


def _with(lever: Lever, draft: Draft, began: Mapping[str, Any], turned: Any, words: Words) -> Draft:
    """The draft with a lever where its widget has it."""
    value = turned
    if lever.path == ("mode",):
        return _rationed(draft, began, turned)
    if lever.kind in ("rate", "exact"):
        exact = Decimal(str(round(turned, 2))) / (100 if lever.kind == "rate" else 1)
        was = Draft(began).value(lever.path)  # written as it is there, where it is the same number
        value = was if Decimal(was) == exact else str(exact)
    elif lever.kind in ("money", "area") and turned is not None:
        value = round(turned * (words.size if lever.kind == "money" else M2_PER_HECTARE))
    return draft.with_value(lever.path, value)


def _rationed(draft: Draft, began: Mapping[str, Any], mode: str) -> Draft:
    """Rationing takes the goals along: area leads; and back they are the base's."""
    scenario, _ = checked(draft)
    plain = {**draft.plain, "mode": mode}
    if mode == began["mode"]:
        plain["goals"] = began["goals"]
    elif scenario is not None and (changes := ration(scenario)) is not None:
        plain |= changes
    return Draft(plain, draft.typed)


def clause_modes(drafting: Drafting, words: Words) -> None:
    """Show how strictly each clause is held, group by group; those that differ from the base are marked."""
    known, lang = clauses(), words.lang
    grouped = {name for names in GROUPS.values() for name in names}
    groups = {**GROUPS, "law": tuple(name for name in known if name not in grouped)}
    parts.quiet(text("funding.modes_help", lang))
    for (group, names), place in zip(groups.items(), st.columns(len(groups)), strict=True):
        with place:
            parts.quiet(text(f"funding.group_{group}", lang))
            for name in names:
                if len(known[name].modes) > 1:
                    _mode(name, known[name], drafting, lang)


def _mode(name: str, clause: Clause, drafting: Drafting, lang: Language) -> None:
    key, path = f"funding:mode:{name}", ("clauses", name, "mode")
    st.session_state[key] = now = drafting.now.value(path)
    differs = now != drafting.began["clauses"][name]["mode"]
    title = clause.title.in_(lang)
    st.segmented_control(
        text("funding.mode_changed", lang, title=title) if differs else title,
        [str(mode) for mode in _MODES if mode in clause.modes], key=key, required=True,
        format_func=lambda mode: text(f"funding.mode_{mode}", lang), on_change=_switch(drafting, path, key),
        help=f"{clause.meaning.in_(lang)}（{clause.citation.in_(lang)}）",
    )  # fmt: skip


def _switch(drafting: Drafting, path: tuple[str, ...], key: str) -> Callable[[], None]:
    def switched() -> None:
        value = st.session_state[key]
        drafting.change(lambda draft: draft.with_value(path, value))

    return switched
