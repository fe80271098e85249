"""Arithmetic without tolerance: the value of a point, the rows it breaks, and the cut that forbids it.

A solver takes 0.999999 for 1. On a project of 50 million yuan that hides 50 yuan, so its answer is rounded and
looked at again here:

- a row whose coefficients are whole and whose columns are all whole holds *exactly*; a side within 1e-12 (relative,
  at most 1e-6) of a whole number is taken for that number, so that 0.29 * 100 means 29;
- any other row holds to ``1e-6 + 1e-10 * (its largest term or side)``, which at 1.9 billion yuan is 0.19 yuan;
- bounds and whole columns hold exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from solvers.problem import Bools, Floats
from solvers.program import Ints, Program

EXACT = float(2**53)
"""Whole numbers below this are exact in a float, and so are sums whose terms' sizes add up to less."""


def whole(array: Floats) -> Bools:
    """Which numbers are whole, and exactly so as floats."""
    return np.asarray((array == np.rint(array)) & (np.abs(array) < EXACT))


def whole_below(side: Floats) -> Floats:
    """The largest whole number that ``side`` allows from above; infinities stay."""
    near = np.rint(side)
    with np.errstate(invalid="ignore"):
        close = np.abs(side - near) <= np.minimum(1e-6, 1e-12 * np.maximum(1.0, np.abs(side)))
    return np.where(close, near, np.floor(side))


def whole_above(side: Floats) -> Floats:
    """The smallest whole number that ``side`` allows from below; infinities stay."""
    return -whole_below(-side)


def dot(coefficients: Floats, x: Floats, offset: float = 0.0) -> float:
    """``coefficients @ x + offset``, rounded once: whole terms are added as integers, the others as fractions."""
    used = np.flatnonzero((coefficients != 0) & (x != 0))
    a, b = coefficients[used], x[used]
    ints = whole(a) & whole(b)
    total = Fraction(offset) + sum(int(p) * int(q) for p, q in zip(a[ints].tolist(), b[ints].tolist(), strict=True))
    for p, q in zip(a[~ints].tolist(), b[~ints].tolist(), strict=True):
        total += Fraction(p) * Fraction(q)
    return float(total)


@dataclass(slots=True)
class Checker:
    """Judges points against one programme.

    Parameters
    ----------
    program : Program
    """

    program: Program
    strict: Bools = field(init=False)
    _low: Floats = field(init=False)
    _high: Floats = field(init=False)
    _side: Floats = field(init=False)

    def __post_init__(self) -> None:
        p = self.program
        #: rows that hold exactly: whole coefficients, whole columns
        self.strict = p.by_row(np.logical_and, whole(p.values) & p.integer[p.indices], empty=True)
        self._low = np.where(self.strict, whole_above(p.row_lower), p.row_lower)
        self._high = np.where(self.strict, whole_below(p.row_upper), p.row_upper)
        sides = np.abs(np.stack([p.row_lower, p.row_upper]))
        self._side = np.where(np.isfinite(sides), sides, 0.0).max(axis=0)

    def rounded(self, x: Floats) -> Floats:
        """The nearest point whose whole columns are whole and whose real columns keep their bounds."""
        p = self.program
        point = np.where(p.integer, np.rint(x), np.clip(x, p.lower, p.upper))
        return np.asarray(point + 0.0)  # -0.0 becomes 0.0: one way to write each point

    def value(self, x: Floats) -> float:
        """The objective to be minimised, at ``x``."""
        return dot(self.program.objective, x, self.program.offset)

    def accepts(self, x: Floats) -> bool:
        """Whether ``x`` is a solution."""
        return next(self.faults(x), None) is None

    def faults(self, x: Floats, tol: float | None = None) -> Iterator[tuple[str, int, float, float]]:
        """What ``x`` breaks, as (kind, index, what it gives, what was allowed); rows first.

        Parameters
        ----------
        x : float array, shape (columns,)
        tol : float, optional
            Allowed absolute excess, instead of the rule of this module.
        """
        p = self.program
        if not np.isfinite(x).all():
            for column in np.flatnonzero(~np.isfinite(x)):
                yield "bound", int(column), float(x[column]), float(p.lower[column])
            return
        activity, tolerance = self._activity(x)
        low, high = (self._low, self._high) if tol is None else (p.row_lower, p.row_upper)
        slack = tolerance if tol is None else tol
        with np.errstate(invalid="ignore"):
            above, below = activity > high + slack, activity < low - slack
        for row in np.flatnonzero(above | below):
            yield "row", int(row), float(activity[row]), float(high[row] if above[row] else low[row])
        yield from self._column_faults(x, tol or 0.0)

    def _column_faults(self, x: Floats, tol: float) -> Iterator[tuple[str, int, float, float]]:
        p = self.program
        lower = np.where(p.integer, whole_above(p.lower), p.lower)
        upper = np.where(p.integer, whole_below(p.upper), p.upper)
        above, below = x > upper + tol, x < lower - tol
        for column in np.flatnonzero(above | below):
            limit = upper[column] if above[column] else lower[column]
            yield "bound", int(column), float(x[column]), float(limit)
        for column in np.flatnonzero(p.integer & (np.abs(x - np.rint(x)) > tol)):
            yield "whole", int(column), float(x[column]), float(np.rint(x[column]))

    def _activity(self, x: Floats) -> tuple[Floats, Floats]:
        """What each row comes to, and how far it may pass its sides (nothing, where it must hold exactly)."""
        p = self.program
        terms = p.values * x[p.indices]
        activity = p.by_row(np.add, terms, empty=0.0)
        sizes = np.abs(terms)
        large = self.strict & (p.by_row(np.add, sizes, empty=0.0) >= EXACT)
        for row in np.flatnonzero(large):
            columns, values = p.entries(int(row))
            activity[row] = dot(values, x[columns])
        largest = np.maximum(p.by_row(np.maximum, sizes, empty=0.0), self._side)
        whole_point = self.strict & p.by_row(np.logical_and, whole(x)[p.indices], empty=True)
        return activity, np.where(whole_point, 0.0, 1e-6 + 1e-10 * largest)


def cover_cut(program: Program, row: int, x: Floats) -> tuple[Ints, Floats, float] | None:
    """A row that forbids ``x`` and no solution, because of one broken row over binary columns.

    Turned so that its upper side is broken, the row reads ``a @ x <= b``. The columns that push it up are those chosen
    with ``a > 0`` and those not chosen with ``a < 0``; of these, a smallest set is kept that alone takes the row past
    ``b``. Not all of it can stand: ``sum over chosen of x + sum over not chosen of (1 - x) <= size - 1``.

    Parameters
    ----------
    program : Program
    row : int
        A row of whole coefficients that ``x`` breaks.
    x : float array, shape (columns,)
        Whole in every column of the row.

    Returns
    -------
    (columns, coefficients, upper) or None
        None where a column of the row is not binary.
    """
    columns, values = program.entries(row)
    binary = program.integer[columns] & (program.lower[columns] >= 0) & (program.upper[columns] <= 1)
    if not binary.all() or not whole(values).all():
        return None
    a = [int(value) for value in values.tolist()]
    chosen = [round(at) for at in x[columns].tolist()]
    high = whole_below(program.row_upper[row : row + 1])[0]
    low = whole_above(program.row_lower[row : row + 1])[0]
    activity = sum(value * at for value, at in zip(a, chosen, strict=True))
    if activity > high:
        limit = int(high)
    elif activity < low:
        a, limit = [-value for value in a], -int(low)
    else:
        return None
    # the least the row can come to when nothing pushes, and what each pushing column adds to it
    least = sum(value for value in a if value < 0)
    pushing = [place for place in range(len(a)) if (a[place] > 0) == (chosen[place] == 1)]
    excess = least + sum(abs(a[place]) for place in pushing) - limit
    kept = []
    for place in sorted(pushing, key=lambda place: (abs(a[place]), place)):
        if abs(a[place]) < excess:
            excess -= abs(a[place])
        else:
            kept.append(place)
    kept.sort()
    signs = np.array([1.0 if chosen[place] == 1 else -1.0 for place in kept])
    turned = int((signs < 0).sum())
    return columns[kept], signs, float(len(kept) - 1 - turned)
