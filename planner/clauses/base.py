"""What a clause is: an id, a citation, its meaning and formula, its settings, and how hard it may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from numbers import Integral
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, StringConstraints
from pydantic_core import PydanticCustomError

from planner.texts import Language


class Mode(StrEnum):
    """How strictly a clause is held."""

    HARD = "hard"
    SOFT = "soft"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Words:
    """The same sentence in both languages."""

    zh: str
    en: str

    def in_(self, lang: Language) -> str:
        """The sentence in a language."""
        return self.zh if lang == "zh" else self.en


class Settings(BaseModel):
    """What every clause can be told; a clause with more to set has a subclass of its own.

    Parameters
    ----------
    mode : Mode
        Filled in from the clause's standard mode, or from ``clauses.default``, where it is not given.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: Mode = Mode.HARD

    @property
    def on(self) -> bool:
        """Whether the clause counts at all."""
        return self.mode is not Mode.OFF

    @property
    def soft(self) -> bool:
        """Whether it may be broken at a price."""
        return self.mode is Mode.SOFT


class Entry(BaseModel):
    """One line of a clause that has a list of them, such as the quota of one district and year."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _whole(value: object) -> object:
    """Let any whole number through as an int (data frames bring numpy's and floats); nothing else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Integral) or (isinstance(value, float) and value.is_integer()):
        return int(value)
    return value


Whole = Annotated[StrictInt, BeforeValidator(_whole)]
Count = Annotated[Whole, Field(ge=0)]
Percent = Annotated[Whole, Field(ge=0, le=100)]
Year = Annotated[Whole, Field(ge=1000, le=9999)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def two_sided(low: int | None, high: int | None, low_name: str, high_name: str) -> None:
    """Refuse a lower side above its upper side.

    Raises
    ------
    PydanticCustomError
        Naming both settings and both values.
    """
    if low is not None and high is not None and low > high:
        raise PydanticCustomError(
            "sides_cross",
            "{low_name} = {low} > {high_name} = {high}",
            {"low_name": low_name, "low": low, "high_name": high_name, "high": high},
        )


def some_limit(limits: dict[str, int | None]) -> None:
    """Refuse an entry that limits nothing.

    Raises
    ------
    PydanticCustomError
        Naming the limits it could give.
    """
    if all(limit is None for limit in limits.values()):
        raise PydanticCustomError("no_limit", "{names}", {"names": ", ".join(limits)})


def told_once(keys: Sequence[tuple[object, ...]]) -> None:
    """Refuse two entries that speak of the same thing.

    Parameters
    ----------
    keys : sequence of tuple
        What each entry speaks of, in the entries' order.

    Raises
    ------
    PydanticCustomError
        Naming the second entry and the first.
    """
    first: dict[tuple[object, ...], int] = {}
    for i, key in enumerate(keys):
        if key in first:
            said = "/".join(str(part) for part in key if part is not None)
            raise PydanticCustomError(
                "entry_twice", "entries[{again}] = {said}", {"again": i, "said": said, "first": first[key]}
            )
        first[key] = i


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of the plan or the law.

    Parameters
    ----------
    title, meaning : Words
        Its name, and what it says in the users' words.
    citation : Words
        Chapter and section, or the law's article.
    formula : str
        The rows it adds or the choices it takes away; each symbol names the field it comes from.
    settings : type of Settings
        Its settings, with defaults and units.
    default_mode : Mode
        What holds when the scenario says nothing.
    modes : tuple of Mode
        The modes it can be held in; a clause that may not be switched off lacks `Mode.OFF`.
    """

    title: Words
    meaning: Words
    citation: Words
    formula: str
    settings: type[Settings] = Settings
    default_mode: Mode = Mode.HARD
    modes: tuple[Mode, ...] = (Mode.HARD, Mode.OFF)


ALL_MODES = (Mode.HARD, Mode.SOFT, Mode.OFF)
