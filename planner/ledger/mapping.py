"""Which column of a ledger holds which field: known for certain, proposed with a confidence, or said by the user."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping as MappingOf
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher
from functools import partial
from pathlib import Path
from typing import Any

import tomli_w

from planner.files import write_whole
from planner.findings import Finding, UnreadableInput
from planner.ledger.names import base, names, plain
from planner.ledger.schema import columns
from planner.ledger.types import Option, Patch

FORMAT = "shanfu-mapping/1"
CERTAIN = 0.9
"""Below this a column is asked about, never read; likeness alone never reaches it."""
LIKELY = 0.55
"""Below this nothing is proposed."""
_MOST_BY_LIKENESS = 0.89
_SECTIONS: dict[type[Any], str] = {Patch: "patches", Option: "options"}


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """What a column holds.

    Parameters
    ----------
    column : str
        Its name as seen.
    field : str
        The ledger's field; empty for a column that means nothing here and is only kept.
    unit : str
        The unit of its numbers, such as 亩; empty where its name says it, or where it has none.
    confidence : float
        1 where the name is known, below `CERTAIN` where it is only like a known one.
    confirmed : bool
        Whether it is read so. In a file, people set it.
    """

    column: str
    field: str
    unit: str = ""
    confidence: float = 1.0
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Mapping:
    """The columns of a ledger's two tables; what is not confirmed is asked about again."""

    patches: tuple[MappedColumn, ...] = ()
    options: tuple[MappedColumn, ...] = ()

    def of(self, row_type: type[Any]) -> dict[str, MappedColumn]:
        """The confirmed columns of a table by plain name."""
        told = self.patches if row_type is Patch else self.options
        return {plain(one.column): one for one in told if one.confirmed}

    def to_toml(self) -> str:
        """The text of a mapping file."""
        parts = [tomli_w.dumps({"format": FORMAT})]
        for section in _SECTIONS.values():
            parts += [f"[[{section}]]\n{tomli_w.dumps(asdict(one))}" for one in getattr(self, section)]
        return "\n".join(parts)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a mapping file, whole or not at all."""
        write_whole(Path(path), self.to_toml().encode())


def load_mapping(path: str | os.PathLike[str]) -> Mapping:
    """Read a mapping file.

    Raises
    ------
    UnreadableInput
        It is no mapping file, or names a field or a unit that there is not.
    """
    file = Path(path)
    try:
        words = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(file.name, "mapping_unreadable", error=str(error)) from error
    return read_mapping(words, file.name)


def read_mapping(words: str, file: str = "") -> Mapping:
    """Read the text of a mapping file.

    Parameters
    ----------
    words : str
    file : str
        What findings call it.

    Raises
    ------
    UnreadableInput
        It is none, or names a field or a unit that there is not.
    """
    refused = partial(_refused, file)
    try:
        data = tomllib.loads(words)
    except tomllib.TOMLDecodeError as error:
        raise refused("mapping_unreadable", error=str(error)) from error
    if data.get("format") != FORMAT:
        raise refused("mapping_unreadable", error=f"format = {data.get('format')!r}")
    told: dict[str, tuple[MappedColumn, ...]] = {}
    for row_type, section in _SECTIONS.items():
        try:
            told[section] = tuple(MappedColumn(**one) for one in data.get(section, []))
        except TypeError as error:
            raise refused("mapping_unreadable", error=str(error)) from error
        for one in told[section]:
            if one.field and one.field not in columns(row_type):
                raise refused("mapping_field_unknown", field=one.field, named=one.column)
            units = names().units(columns(row_type)[one.field].kind) if one.field else {}
            if one.unit and plain(one.unit) not in units:
                known = "、".join(units) or "—"
                raise refused("mapping_unit_unknown", unit=one.unit, named=one.column, known=known)
    return Mapping(**told)


def _refused(file: str, key: str, **values: Any) -> UnreadableInput:
    return UnreadableInput([Finding(f"ledger.{key}", values, file=file)])


@dataclass(slots=True)
class Likeness:
    """How like a name is to the names of the fields that are still wanted."""

    row_type: type[Any]
    known: MappingOf[str, tuple[str, bool]] = field(init=False)

    def __post_init__(self) -> None:
        self.known = names().fields[self.row_type]

    def best(self, name: str, fits: MappingOf[str, float]) -> tuple[str, float]:
        """The likeliest field and the confidence.

        Parameters
        ----------
        name : str
        fits : mapping
            For each field that is still wanted, how well the column's contents fit its kind (0 to 1).
        """
        own = base(name.rpartition("/")[2]) or base(name)
        best = "", 0.0
        for known, (candidate, _) in self.known.items():
            if candidate not in fits:
                continue
            matcher = SequenceMatcher(None, own, known, autojunk=False)
            if matcher.real_quick_ratio() < LIKELY or matcher.quick_ratio() < LIKELY:
                continue
            alike = matcher.ratio()
            if own and known and (own in known or known in own) and min(len(own), len(known)) >= 2:
                alike = max(alike, 0.75)
            confidence = round(min(alike * (0.5 + 0.5 * fits[candidate]), _MOST_BY_LIKENESS), 2)
            if confidence > best[1]:
                best = candidate, confidence
        return best if best[1] >= LIKELY else ("", 0.0)
