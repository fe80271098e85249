"""How a field of the ledger is written down: its column names, kind, unit, default and meaning.

A field of `Patch` or `Option` carries its `Column` in the dataclass metadata, and everything
else (reading, checking, writing, documentation) is driven by it, so that a field is said once.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from planner.texts import Language

REQUIRED: Any = dataclasses.MISSING


class Kind(StrEnum):
    """What a cell of a column holds, and how it travels between memory and an Excel cell."""

    TEXT = "text"
    WHOLE = "whole"  # a count or a year
    DECIMAL = "decimal"  # an exact decimal number
    AREA = "area"  # m² in memory, hectares in Excel
    MONEY = "money"  # yuan in memory, 万元 in Excel
    MONEY_LIST = "money_list"  # yuan by project year; "300;200" in 万元 in Excel
    YES_NO = "yes_no"
    DATE = "date"
    CHOICE = "choice"
    SHARES = "shares"  # weights of several districts, "甲区:60;乙区:40"


class Labelled(StrEnum):
    """An enumeration whose members have a Chinese word, kept as ``member.zh``."""

    zh: str

    def __new__(cls, value: str, zh: str) -> Labelled:
        """Make a member from its English value and its Chinese word."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        return member

    def label(self, lang: Language) -> str:
        """The member's word in a language."""
        return self.zh if lang == "zh" else self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the ledger.

    Parameters
    ----------
    zh : str
        The exact Chinese column name, its unit included. The English name is the field's own.
    kind : Kind
    doc : str
        What it means, and what its default stands for.
    choices : type, optional
        The enumeration of a `CHOICE` column.
    yes, no : str
        The words of a `YES_NO` column.
    """

    zh: str
    kind: Kind
    doc: str
    choices: type[Labelled] | None = None
    yes: str = "是"
    no: str = "否"


def column(zh: str, kind: Kind, doc: str, default: Any = REQUIRED, **more: Any) -> Any:
    """Declare a field of a ledger row together with its column."""
    return dataclasses.field(default=default, metadata={"column": Column(zh, kind, doc, **more)})


def columns(row_type: type[Any]) -> dict[str, Column]:
    """The columns of a row type by field name, in their order."""
    return {field.name: field.metadata["column"] for field in dataclasses.fields(row_type)}


def defaults(row_type: type[Any]) -> dict[str, Any]:
    """The defaults of a row type by field name; required fields are not in it."""
    return {field.name: field.default for field in dataclasses.fields(row_type) if field.default is not REQUIRED}
