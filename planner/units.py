"""Exact quantities: money in whole yuan, area in whole square metres, readable text on the way out.

Nothing in the product holds money or area as a float. Every rounding goes through
:func:`half_up` and every division of an amount among several takers through :func:`split`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm

M2_PER_HECTARE = 10_000

Exact = int | Fraction | Decimal


def half_up(value: Exact) -> int:
    """Round to the nearest whole number, halves away from zero.

    Parameters
    ----------
    value : int, Fraction or Decimal
        An exact number; floats are refused because they are already rounded.

    Returns
    -------
    int

    Raises
    ------
    TypeError
        `value` is a float.
    """
    if isinstance(value, float):
        raise TypeError(f"half_up needs an exact number, got the float {value!r}; pass a Fraction or a Decimal")
    exact = Fraction(value)
    doubled, sign = abs(exact) * 2, -1 if exact < 0 else 1
    return sign * int((doubled + 1) // 2)


def half_up_part(amount: int, numerator: int, denominator: int) -> int:
    """``half_up(amount * numerator / denominator)``, without fractions: for what is asked half a million times.

    Parameters
    ----------
    amount, numerator : int
    denominator : int
        Positive.

    Returns
    -------
    int
    """
    doubled = 2 * abs(amount * numerator)
    part = (doubled + denominator) // (2 * denominator)
    return part if amount * numerator >= 0 else -part


def split(total: int, weights: Sequence[Exact]) -> tuple[int, ...]:
    """Divide a whole amount in proportion to weights, by largest remainder.

    Parameters
    ----------
    total : int
        The amount, in its smallest unit (yuan, m²).
    weights : sequence of exact numbers
        Not negative, not all zero. Of two equal remainders the earlier taker is served first.

    Returns
    -------
    tuple of int
        One part for each weight; the parts sum to `total` exactly, and a weight of 0 gets 0.

    Raises
    ------
    ValueError
        A weight is negative, or none is positive while `total` is not 0.
    """
    shares = _in_whole_parts(weights)
    whole = sum(shares)
    if any(share < 0 for share in shares):
        raise ValueError(f"split: weights must not be negative: {list(map(str, weights))}")
    if not whole:
        if total:
            raise ValueError(f"split: {total} cannot be divided among weights that are all zero")
        return (0,) * len(shares)
    parts = [total * share // whole for share in shares]
    by_remainder = sorted(range(len(parts)), key=lambda i: (-(total * shares[i] % whole), i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return tuple(parts)


def _in_whole_parts(weights: Sequence[Exact]) -> list[int]:
    """The same weights as whole numbers: over their common denominator."""
    if all(isinstance(weight, int) for weight in weights):
        return [int(weight) for weight in weights]
    exact = [Fraction(weight) for weight in weights]
    common = lcm(*(weight.denominator for weight in exact))
    return [int(weight * common) for weight in exact]


def decimal_text(value: int, per_unit: int, *, least: int = 0) -> str:
    """Write a whole amount in a larger unit, exactly: no digit is lost and none is invented.

    Parameters
    ----------
    value : int
        In the smallest unit.
    per_unit : int
        A power of ten: how many of the smallest unit make the larger one (10,000 for 万元 and 公顷).
    least : int
        Decimals to show at least.

    Returns
    -------
    str
        With thousands separators, such as ``1,234.5``.
    """
    whole, rest = divmod(abs(value), per_unit)
    width = len(str(per_unit)) - 1
    decimals = (str(rest).zfill(width) if width else "").rstrip("0").ljust(least, "0")
    return ("-" if value < 0 else "") + f"{whole:,}" + (f".{decimals}" if decimals else "")


def two_digits(value: int, per_unit: int, *, least: int = 0) -> str:
    """As :func:`decimal_text`, to the second digit, halves away from zero."""
    if per_unit <= 100:
        return decimal_text(value, per_unit, least=least)
    return decimal_text(half_up(Fraction(value * 100, per_unit)), 100, least=least)


def hectares(area_m2: int, *, least: int = 0) -> str:
    """Area in hectares as exact text, from whole square metres."""
    return decimal_text(area_m2, M2_PER_HECTARE, least=least)
