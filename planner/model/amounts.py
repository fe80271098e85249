"""Rounding and division of many amounts at once: `units.half_up_part` and `units.split` over arrays, to the yuan.

Where a product could pass what 64 bits hold, the amount is left to `units`, which reckons without a limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np
import numpy.typing as npt

from planner.units import half_up_part, split

Ints = npt.NDArray[np.int64]
_HOLDS = 2.0**62


def half_up_each(amounts: Ints, numerator: int, denominator: int) -> list[int]:
    """``half_up(amount * numerator / denominator)`` of each amount.

    Parameters
    ----------
    amounts : int array, shape (n,)
        Not negative.
    numerator, denominator : int
        Not negative, and positive.
    """
    if 2.0 * float(amounts.max(initial=0)) * numerator + denominator >= _HOLDS:
        return [half_up_part(amount, numerator, denominator) for amount in amounts.tolist()]
    parts: list[int] = ((2 * amounts * numerator + denominator) // (2 * denominator)).tolist()
    return parts


def split_each(totals: Ints, weights: npt.NDArray[np.generic]) -> Ints:
    """Divide each total in proportion to its own line of weights, by largest remainder.

    Parameters
    ----------
    totals : int array, shape (n,)
        Not negative.
    weights : int or object array, shape (n, m)
        Whole numbers, not negative; a line may end in zeros, which get 0.

    Returns
    -------
    int array, shape (n, m)
    """
    if weights.shape[1] == 1:
        return np.array(totals[:, None])
    large = totals.astype(float) * weights.max(axis=1).astype(float) >= _HOLDS
    large |= weights.astype(float).sum(axis=1) >= _HOLDS
    parts = np.zeros(weights.shape, dtype=np.int64)
    fits = ~large
    parts[fits] = _split_each(totals[fits], weights[fits].astype(np.int64))
    for line in np.flatnonzero(large).tolist():
        parts[line] = split(int(totals[line]), [int(weight) for weight in weights[line]])
    return parts


def _split_each(totals: Ints, weights: Ints) -> Ints:
    whole = np.maximum(weights.sum(axis=1), 1)[:, None]
    products = totals[:, None] * weights
    parts = products // whole
    left = totals - parts.sum(axis=1)
    by_remainder = np.argsort(parts * whole - products, axis=1, kind="stable")
    served = np.arange(weights.shape[1])[None, :] < left[:, None]
    one_more = np.zeros_like(parts)
    np.put_along_axis(one_more, by_remainder, served.astype(np.int64), axis=1)
    shares: Ints = parts + one_more
    return shares


def weight_table(lines: Sequence[Sequence[int | Fraction]]) -> npt.NDArray[np.generic]:
    """Lines of exact weights as one table of whole numbers: over a line's common denominator, filled with zeros."""
    width = max((len(line) for line in lines), default=0) or 1
    table = []
    for line in lines:
        common = lcm(*(weight.denominator for weight in line))
        table.append([*(int(weight * common) for weight in line), *[0] * (width - len(line))])
    largest = max((weight for line in table for weight in line), default=0)
    return np.asarray(table, dtype=np.int64 if largest < _HOLDS else object).reshape(-1, width)
