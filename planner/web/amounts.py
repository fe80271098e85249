"""Amounts in the units that people use here: the ledger's money unit, hectares, gaps rounded up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from planner.ledger import Ledger
from planner.texts import Language, catalogue, text
from planner.units import M2_PER_HECTARE, decimal_text, hectares


@dataclass(frozen=True)
class Units:
    """How a ledger's money is written.

    Parameters
    ----------
    money : str
        Name of the unit.
    size : int
        How many of the smallest unit make it.
    lang : {"zh", "en"}
    """

    money: str
    size: int
    lang: Language

    @classmethod
    def of(cls, ledger: Ledger, lang: Language) -> Units:
        """The units that the ledger names."""
        return cls(ledger.meta[f"money_unit_{lang}"], int(ledger.meta["money_unit_size"]), lang)

    @property
    def area(self) -> str:
        """Name of the unit of area."""
        return text("web.hectare", self.lang)

    def yuan(self, amount: int, *, least: int = 0) -> str:
        """An amount of money, exactly, without its unit."""
        return decimal_text(amount, self.size, least=least)

    def in_money(self, amount: int) -> float:
        """An amount of money as a number to draw or to show, in the unit."""
        return amount / self.size

    @staticmethod
    def m2(area: int, *, least: int = 0) -> str:
        """An area, exactly, without its unit."""
        return hectares(area, least=least)

    @staticmethod
    def in_hectares(area: int) -> float:
        """An area as a number to draw or to show, in hectares."""
        return area / M2_PER_HECTARE


def gap_text(gap: float | None) -> str:
    """A gap in per cent with two digits, rounded up: what is said to be 'at most' is."""
    if gap is None or not math.isfinite(gap):
        return ""
    percent = Decimal(gap) * 100
    if not percent:
        return "0 %"
    step = Decimal(1).scaleb(percent.adjusted() - 1)
    rounded = percent.quantize(max(step, Decimal("0.0001")), rounding=ROUND_CEILING)
    return f"{rounded.normalize():f} %"


def share_text(part: int, whole: int) -> str:
    """A share in per cent with one digit, rounded down: only the whole is 100."""
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)


def source_name(source: str, lang: Language) -> str:
    """A source of money in words; a programme goes by its own name."""
    kind, _, own = source.partition(":")
    return own or text(f"web.source_{kind}", lang)


def purse_name(source: str, district: str | None, lang: Language) -> str:
    """A purse in words: its source, and its district where it is a district's."""
    name = source_name(source, lang)
    return text("web.purse", lang, source=name, district=district) if district else name


def goal_name(goal: str, lang: Language) -> str:
    """A goal in words, or its own name where the catalogue has none."""
    entry = catalogue().get(f"web.goal_{goal}")
    return entry[lang] if entry else goal
