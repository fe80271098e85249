"""A ledger as the page filters and shows it: one table, made once for each version and language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from planner.advice.card import title_of
from planner.ledger import Ledger, Patch, category
from planner.ledger.schema import columns
from planner.office.words import Words
from planner.store import Version
from planner.texts import Language, text
from planner.units import M2_PER_HECTARE
from planner.web.hand import Hand

KEPT_REGISTERS = 8
_SEARCHED = (
    "patch", "name", "township", "village", "basin", "mineral", "licence_number", "responsible_party",
    "enterprise_group", "works", "remark", "change_record",
)  # fmt: skip


@dataclass(frozen=True)
class Register:
    """A ledger's version with what the page needs of it.

    Parameters
    ----------
    version : int
    ledger : Ledger
    words : Words
    frame : DataFrame
        One row a patch, in the ledger's order, indexed by id: what is shown.
    searched : Series
        What a search looks through, in lower case, indexed by id.
    compared : mapping
        The suggested category beside the ledger's, by id.
    """

    version: int
    ledger: Ledger
    words: Words
    frame: pd.DataFrame
    searched: pd.Series
    compared: Mapping[str, category.Comparison]


def register_of(hand: Hand, version: Version) -> Register:
    """The register of a version; whether this person may see it is asked each time."""
    ledger = hand.desk.keeping.open_ledger(version.id)
    return _register(hand.desk.store.place, version.id, hand.lang, ledger)


@st.cache_resource(max_entries=KEPT_REGISTERS, show_spinner=False)
def _register(place: str, version: int, lang: Language, _ledger: Ledger) -> Register:
    """The caller has opened the ledger, and so asked whether this person may see it."""
    return made_register(version, _ledger, lang)


def made_register(version: int, ledger: Ledger, lang: Language) -> Register:
    """A ledger's register in a language."""
    words = Words(lang, ledger.meta)
    compared = {one.patch.patch: one for one in category.compare(ledger)}
    rows = [_row(patch, words, compared[patch.patch]) for patch in ledger.patches]
    names = [patch.patch for patch in ledger.patches]
    frame = pd.DataFrame(rows, index=names, columns=list(headers(words)))
    searched = pd.Series(
        [" ".join(str(getattr(patch, field)) for field in _SEARCHED).lower() for patch in ledger.patches],
        index=names, dtype=object,
    )  # fmt: skip
    return Register(version, ledger, words, frame, searched, compared)


def headers(words: Words) -> dict[str, str]:
    """The table's columns by name, with their headings and units."""
    known, lang = columns(Patch), words.lang
    units = {"area_m2": words("hectare"), "cost_yuan": words.unit, "hazard_points": words("points")}

    def head(field: str) -> str:
        name = title_of(field, known[field], lang)
        return text("web.column_with_unit", lang, column=name, unit=units[field]) if field in units else name

    fields = ("patch", "name", "district", "township", "treatment", "tier", "area_m2", "cost_yuan", "hazard_points")
    found = {field: head(field) for field in (*fields, "kind", "ever_licensed")}
    return found | {"relation": text("ledger_page.relation", lang)}


def _row(patch: Patch, words: Words, compared: category.Comparison) -> dict[str, object]:
    column = columns(Patch)["ever_licensed"]
    licensed = column.yes if patch.ever_licensed else column.no
    return {
        "patch": patch.patch, "name": patch.name, "district": patch.district, "township": patch.township,
        "kind": words.kind(patch.kind), "treatment": patch.treatment.label(words.lang), "tier": patch.tier,
        "area_m2": patch.area_m2 / M2_PER_HECTARE, "cost_yuan": patch.cost_yuan / words.size,
        "hazard_points": patch.hazard_points,
        "ever_licensed": licensed if words.lang == "zh" else words("yes" if patch.ever_licensed else "no"),
        "relation": compared.relation.label(words.lang),
    }  # fmt: skip
