"""Figures as page and brief write them: in the money unit and in hectares, with two digits where room is short."""

from __future__ import annotations

import math
from fractions import Fraction

from planner.office.targets import Target
from planner.office.words import Words, at_most_percent
from planner.units import M2_PER_HECTARE, decimal_text, hectares, two_digits


def money(yuan: int, words: Words) -> str:
    """An amount of money, exactly, without its unit."""
    return decimal_text(yuan, words.size)


def short_money(yuan: int, words: Words) -> str:
    """An amount of money to the second digit, half up, without its unit."""
    return two_digits(yuan, words.size)


def short_area(area_m2: int) -> str:
    """An area in hectares to the second digit, half up, without its unit."""
    return two_digits(area_m2, M2_PER_HECTARE)


def dash(yuan: int, words: Words) -> str:
    """An amount of money, exactly, or a dash for nothing."""
    return money(yuan, words) if yuan else "–"


def gap(value: float | None) -> str:
    """A gap in per cent, rounded up: what is said to be 'at most' is."""
    return "–" if value is None or not math.isfinite(value) else f"≤ {at_most_percent(value)} %" if value else "0 %"


def target_value(target: Target, words: Words) -> str:
    """What the plan gives for a target, without its unit."""
    if target.value is None:
        return "–"
    match target.kind:
        case "area":
            return hectares(int(target.value))
        case "money":
            return money(int(target.value), words)
        case "percent":
            return percent(Fraction(target.value))
        case "year":
            return str(target.value)
        case _:
            return f"{int(target.value):,}"


def percent(share: Fraction) -> str:
    """A share in per cent with one digit, rounded down: only the whole is 100."""
    return decimal_text(int(share * 1000 // 1), 10)


def capital(words: str) -> str:
    """Words with a capital first letter, where the script has one."""
    return words[:1].upper() + words[1:]
