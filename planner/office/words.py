"""The words of documents: names of goals, sources, places and outcomes, in one language and one place's units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from planner.ledger import STANDARD, DataNature, PatchKind, Treatment
from planner.plan import Plan, PlanStatus, Purse
from planner.texts import Language, catalogue, text
from planner.units import decimal_text, hectares

_COMMON_OPTIONS = (STANDARD, "basic", "special")
"""Options that have a word of their own: the one a ledger need not list, and those of the shipped ledger."""


@dataclass(frozen=True)
class Words:
    """The texts of the room ``office`` in a language, with the units of a ledger.

    Parameters
    ----------
    lang : {"zh", "en"}
    meta : mapping
        The ledger's names and units.
    """

    lang: Language
    meta: Mapping[str, str]

    def __call__(self, key: str, **values: Any) -> str:
        """One text of the room, its placeholders filled; ``{unit}`` is the money unit."""
        return text(f"office.{key}", self.lang, **{"unit": self.unit, **values})

    @property
    def unit(self) -> str:
        """The name of the unit that money is shown in."""
        return self.meta[f"money_unit_{self.lang}"]

    @property
    def size(self) -> int:
        """How many of the currency's units make the unit that money is shown in."""
        return int(self.meta["money_unit_size"])

    @property
    def decimals(self) -> int:
        """How many decimals of the money unit are exact to one unit of the currency."""
        return len(str(self.size)) - 1

    @property
    def city(self) -> str:
        """The city, or a word that stands for it."""
        return self.meta["city"] or self("whole_city")

    def money(self, yuan: int) -> str:
        """An amount as exact text, its unit included."""
        return self("amount", number=decimal_text(yuan, self.size), of=self.unit)

    def area(self, area_m2: int) -> str:
        """An area as exact text, its unit included."""
        return self("amount", number=hectares(area_m2), of=self("hectare"))

    def join(self, parts: Iterable[str]) -> str:
        """Parts of one line, the empty ones left out."""
        return self("separator").join(part for part in parts if part)

    def listed(self, parts: Iterable[str]) -> str:
        """Items of one list."""
        return self("comma").join(parts)

    def source(self, source: str) -> str:
        """A source of money."""
        return source_words(source, self.lang)

    def place(self, purse: Purse) -> str:
        """Whose purse it is."""
        return purse.district or self.city

    def purse(self, purse: Purse) -> str:
        """A purse as one phrase."""
        if purse.district is None:
            return self.source(purse.source)
        return self("purse", source=self.source(purse.source), district=purse.district)

    def treatment(self, treatment: str) -> str:
        """A treatment."""
        return next(known.label(self.lang) for known in Treatment if known.value == treatment)

    def option(self, option: str) -> str:
        """An option: a word for those with a common id, else its own id."""
        return self(f"{option}_option") if option in _COMMON_OPTIONS else option

    def kind(self, kind: PatchKind) -> str:
        """What a patch is."""
        return kind.label(self.lang)

    def nature(self, said: str) -> str:
        """The nature of data; what is no known kind of it is given as it was said."""
        for nature in DataNature:
            if said in (nature.zh, str(nature.value)):
                return nature.label(self.lang)
        return said or DataNature.UNSTATED.label(self.lang)


def goal_words(name: str, lang: Language = "zh") -> str:
    """The name of a goal."""
    return text(f"office.goal_{name}", lang)


def source_words(source: str, lang: Language = "zh") -> str:
    """The name of a source of money."""
    kind, _, name = source.partition(":")
    return text(f"office.source_{kind}", lang, name=name)


def at_most_percent(gap: float) -> str:
    """A gap in per cent, rounded up: what is said is never less than what is so."""
    exact = Fraction(gap) * 100
    if not exact:
        return "0"
    for decimals in (2, 4):
        scale = 10**decimals
        if exact * scale >= 1 or decimals == 4:
            return f"{-(-exact * scale // 1) / scale:.{decimals}f}"
    raise AssertionError("unreachable")


def status_words(plan: Plan, lang: Language = "zh") -> str:
    """A plan's outcome in honest words.

    The four outcomes stay apart; a plan whose goals are not all proved says by how much a better one could
    exceed it at most: by the gap of the first goal that is not proved.
    """
    certificate = plan.certificate
    if plan.status is not PlanStatus.WITHIN_GAP:
        return text(f"office.status_{plan.status}", lang)
    open_goals = [goal for goal in certificate.goals if not goal.proved]
    goal = open_goals[0] if open_goals else None
    if goal is None or goal.gap is None:
        return text("office.status_gap_unknown", lang)
    number = certificate.goals.index(goal) + 1
    key = "office.status_within_gap" if number == 1 else "office.status_within_later_gap"
    return text(key, lang, percent=at_most_percent(goal.gap), goal=goal_words(goal.name, lang), number=number)


def numeral(number: int, lang: Language) -> str:
    """A small number in words, where the language has them; else in digits."""
    words = catalogue()["office.numerals"][lang].split()
    return words[number - 1] if 0 < number <= len(words) else str(number)
