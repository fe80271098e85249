"""What a returned workbook says differently, one change a cell or row."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from planner.office.editable import Key, Value
from planner.texts import Language, text


class Case(StrEnum):
    """What kind of change it is; the first three can be applied."""

    EDIT = "edit"
    CONTRADICTION = "contradiction"
    STALE = "stale"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    PROTECTED = "protected"
    FORMULA = "formula"
    DUPLICATED_ROW = "duplicated_row"
    ADDED_ROW = "added_row"
    DELETED_ROW = "deleted_row"
    MISSING_COLUMN = "missing_column"
    MISSING_SHEET = "missing_sheet"

    @property
    def applicable(self) -> bool:
        """Whether it can become part of the next plan's inputs."""
        return self in (Case.EDIT, Case.CONTRADICTION, Case.STALE)

    @property
    def undecided(self) -> bool:
        """Whether somebody has to choose before everything can be applied."""
        return self is not Case.EDIT


@dataclass(frozen=True, order=True)
class Place:
    """Where it was said, and by whom."""

    file: str
    sheet: str
    cell: str
    author: str = ""

    @property
    def text(self) -> str:
        """The place on one line."""
        return f"{self.file} · {self.sheet}!{self.cell}"


@dataclass(frozen=True)
class Change:
    """One change.

    Parameters
    ----------
    case : Case
    key : Key or None
        The cell by what it means; None for rows, columns and cells that mean nothing to the next plan.
    patch : str
        The patch it concerns, or an empty text.
    value : Value
        What is wanted, for an applicable change; money in yuan, area in m².
    old, new : str
        What the plan has now and what is wanted, as people read them.
    places : tuple of Place
        Every place that says so.
    detail : str
        The text of the room ``office`` that says more, with `values` for its placeholders; or empty.
    reason : str
        Why, in the district's words.
    also : mapping of language to text
        What another check said, in its own words.
    base : str
        What the cell held when it was handed out, as people read it.
    """

    case: Case
    key: Key | None
    patch: str
    value: Value
    old: str
    new: str
    places: tuple[Place, ...]
    detail: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    also: Mapping[str, str] = field(default_factory=dict)
    base: str = ""

    @property
    def id(self) -> str:
        """A short name, the same whenever the same files are read."""
        first = self.places[0]
        said = self.key.text if self.key else f"{first.file}|{first.sheet}|{first.cell}|{self.case}"
        if not self.case.applicable and self.case is not Case.REFUSED:
            said += f"|{first.file}|{first.sheet}|{first.cell}|{self.case}"
        return hashlib.sha256(f"{said}|{self.new}".encode()).hexdigest()[:8]

    def refused(self, also: Mapping[str, str]) -> Change:
        """The same, with what a check has against it."""
        return replace(self, case=Case.REFUSED, also=also)

    def explained(self, lang: Language) -> str:
        """What is to be said about it beside its values."""
        parts = [text(f"office.{self.detail}", lang, **self.values) if self.detail else "", self.also.get(lang, "")]
        return text("office.separator", lang).join(part for part in parts if part)
