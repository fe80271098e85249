"""The names, units and words that people's ledgers use, from ``data/columns.toml``."""

from __future__ import annotations

import os
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from planner import shipped
from planner.ledger.schema import Kind, columns
from planner.ledger.types import Option, Patch

FILE = "columns.toml"
VARIABLE = "SHANFU_COLUMNS"
"""Names a file of the same form that adds to the shipped one."""

_BRACKETS = re.compile(r"[(\[{【〔「].*?[)\]}】〕」]")
_IN_BRACKETS = re.compile(r"[(\[{【〔「](.*?)[)\]}】〕」]")
_NOT_A_NAME = re.compile(r"[\s_*#.:,;、，。：；·\-—]+")
_NUMBERED = re.compile(r"^(?:[（(]?\d{1,2}[)）.、]|[一二三四五六七八九十]{1,2}、)\s*")
_TABLES = {"patch": Patch, "option": Option}


def plain(name: str) -> str:
    """A name as it is compared: half-width, in lower case, without blanks, points and signs."""
    return _NOT_A_NAME.sub("", unicodedata.normalize("NFKC", name)).casefold()


def base(name: str) -> str:
    """A name as it is compared, without what stands in brackets and without the number before it."""
    text = _NUMBERED.sub("", unicodedata.normalize("NFKC", name).strip())
    return plain(_BRACKETS.sub("", text)) or plain(text)


@dataclass(frozen=True, slots=True)
class Names:
    """The table, ready to be looked up.

    Parameters
    ----------
    fields : mapping
        By row type: the field of each plain name (without unit), and whether it is the ledger's own name.
    payers : mapping
        ``municipal`` or ``district`` by plain name.
    area, money : mapping
        What a unit is in m² or in the currency's own unit, by its plain name.
    words : mapping
        By field: the English value of each further word.
    """

    fields: Mapping[type[Any], Mapping[str, tuple[str, bool]]]
    payers: Mapping[str, str]
    area: Mapping[str, Fraction]
    money: Mapping[str, Fraction]
    words: Mapping[str, Mapping[str, str]]

    def units(self, kind: Kind) -> Mapping[str, Fraction]:
        """The units of a kind of column; none where it has no unit."""
        return {Kind.AREA: self.area, Kind.MONEY: self.money, Kind.MONEY_LIST: self.money}.get(kind, {})

    def unit_in(self, name: str, kind: Kind) -> str:
        """The unit that a column's name states in brackets or at its end, in plain form; empty where it states none."""
        units = self.units(kind)
        text = unicodedata.normalize("NFKC", name)
        for inside in _IN_BRACKETS.findall(text):
            said = plain(inside)
            for candidate in (said, said.removeprefix("单位"), said.removeprefix("unit")):
                if candidate in units:
                    return candidate
        whole = plain(name)
        ends = [unit for unit in units if whole.endswith(unit) and whole != unit and len(unit) > 1]
        after_break = [unit for unit in units if re.search(rf"[\s_/,，、]{re.escape(unit)}$", text.strip().casefold())]
        return max(ends if not whole.isascii() else after_break, key=len, default="")


def names() -> Names:
    """The shipped table, and the user's own where the environment names one."""
    return _names(os.environ.get(VARIABLE, ""))


@cache
def _names(own: str) -> Names:
    files = [shipped.path("data") / FILE, *([Path(own)] if own else [])]
    tables = [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]
    fields: dict[type[Any], dict[str, tuple[str, bool]]] = {}
    for key, row_type in _TABLES.items():
        known = fields.setdefault(row_type, {})
        for field, column in columns(row_type).items():
            known[base(column.zh)] = known[plain(field)] = known[base(field)] = (field, True)
        for table in tables:
            for field, synonyms in table.get(key, {}).items():
                if field not in columns(row_type):
                    raise ValueError(f"{FILE}: [{key}] names {field!r}, which is no field")
                for synonym in synonyms:
                    known.setdefault(base(synonym), (field, False))
                    known.setdefault(plain(synonym), (field, False))
    words: dict[str, dict[str, str]] = {}
    for table in tables:
        for field, members in table.get("words", {}).items():
            known_words = words.setdefault(field, {})
            known_words.update({plain(word): value for value, said in members.items() for word in said})
    return Names(
        fields=fields,
        payers={
            plain(name): payer for table in tables for payer, said in table.get("payer", {}).items() for name in said
        },
        area=_units(tables, "area"),
        money=_units(tables, "money"),
        words=words,
    )


def _units(tables: list[dict[str, Any]], kind: str) -> dict[str, Fraction]:
    return {
        plain(unit): Fraction(size)
        for table in tables
        for size, said in table.get("units", {}).get(kind, {}).items()
        for unit in said
    }
