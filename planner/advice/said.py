"""Words in both languages, with the names and units of a ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from planner.clauses import clauses
from planner.ledger import Treatment
from planner.plan import Purse
from planner.texts import Language, catalogue, text
from planner.units import decimal_text, hectares

Spoken = Callable[[Language], str]


class Said(BaseModel):
    """A sentence in both languages."""

    model_config = ConfigDict(frozen=True)

    zh: str
    en: str

    def in_(self, lang: Language) -> str:
        """The sentence in a language."""
        return self.zh if lang == "zh" else self.en


class Record(BaseModel):
    """Part of an answer; `model_dump(mode="json")` gives it as JSON data."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)


@dataclass(frozen=True)
class Voice:
    """The texts of the room for one ledger; a value that is callable is asked in each language.

    Parameters
    ----------
    meta : mapping
        The ledger's names and units.
    """

    meta: Mapping[str, str]

    @property
    def unit(self) -> int:
        """One unit of the money that is shown, such as 10,000 yuan."""
        return int(self.meta["money_unit_size"])

    def say(self, key: str, **values: Any) -> Said:
        """A text of this room in both languages."""

        def words(lang: Language) -> str:
            filled = {name: value(lang) if callable(value) else value for name, value in values.items()}
            return text(f"advice_questions.{key}", lang, **filled)

        return Said(zh=words("zh"), en=words("en"))

    def money(self, yuan: int) -> Spoken:
        """An amount as exact text, its unit included."""
        return lambda lang: f"{decimal_text(yuan, self.unit)} {self.meta[f'money_unit_{lang}']}"

    def amount(self, value: int, unit: str) -> Spoken:
        """An amount in yuan, m² or pieces, with its unit in words."""
        if unit == "yuan":
            return self.money(value)
        if unit == "m2":
            return lambda lang: f"{hectares(value)} {text('advice_questions.hectare', lang)}"
        if unit == "year":
            return lambda _: str(value)
        if not unit:
            return lambda _: f"{value:,}"
        key = f"advice_questions.unit_{unit}"
        return lambda lang: f"{value:,} {text(key, lang)}"

    def purse(self, purse: Purse) -> Spoken:
        """A purse as one phrase."""
        kind, _, name = purse.source.partition(":")
        return lambda lang: " ".join(
            part for part in (purse.district or "", text(f"office.source_{kind}", lang, name=name)) if part
        )

    def where(self, parts: Iterable[str]) -> Spoken:
        """Where a clause is broken, part by part: purses, treatments and what is counted in words."""
        held = list(parts)
        return lambda lang: " ".join(_part(part, lang) for part in held)

    def clause(self, name: str) -> Spoken:
        """A clause's title."""
        return clauses()[name].title.in_

    def clauses(self, names: Iterable[str]) -> Spoken:
        """Several clauses' titles."""
        found = [clauses()[name].title for name in names]
        return lambda lang: text("advice_questions.comma", lang).join(title.in_(lang) for title in found)

    def listed(self, parts: Iterable[Spoken | str]) -> Spoken:
        """Several phrases, one after another."""
        held = list(parts)
        return lambda lang: text("advice_questions.comma", lang).join(
            part(lang) if callable(part) else part for part in held
        )


def _part(part: str, lang: Language) -> str:
    treatment = next((own for own in Treatment if own.value == part), None)
    if treatment is not None:
        return treatment.label(lang)
    kind, _, name = part.partition(":")
    for key in (f"advice_questions.where_{part}", f"office.source_{kind}", f"office.goal_{part}"):
        if key in catalogue():
            return text(key, lang, name=name)
    return part
