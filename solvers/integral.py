"""The same programme in whole numbers only, for a solver that knows no others.

A row of decimals is multiplied by the power of ten that makes it whole: 0.29 is taken for 29 hundredths, as it was
meant, not for the nearest binary fraction. Sides are then rounded to what whole activities can reach. Nothing is
approximated: what has no such power, or is too large to add up in 64 bits, is refused with the reason.

A column without end gets the bounds that the rows imply. Where they imply none it is held to a stated range, and
whatever depends on that range is not claimed (`Integral.reaches`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solvers.exact import EXACT, whole_above, whole_below
from solvers.problem import Floats
from solvers.program import Ints, Program

RANGE = 10**9
"""Where a column is held to, on a side on which nothing bounds it."""

_DIGITS = 9  # digits after the point up to which a decimal is looked for
_LARGEST = float(2**61)  # what a row or the objective may come to, so that no sum of 64 bits runs over
_ROUNDS = 20  # how often bounds may lead to further bounds


class NotWholeError(ValueError):
    """The programme cannot be written in whole numbers; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Integral:
    """A programme in whole numbers. Columns, rows and entries are those of the programme it was made from.

    Parameters
    ----------
    program : Program
        What it was made from.
    values : int array, shape (entries,)
    row_lower, row_upper : int arrays, shape (rows,)
        Beyond any activity where a row has no such side.
    lower, upper : int arrays, shape (columns,)
    objective : int array, shape (columns,)
    scale : float
        ``objective`` is this many times the programme's.
    held : int array
        Columns that are held to a range which nothing implies.
    """

    program: Program
    values: Ints
    row_lower: Ints
    row_upper: Ints
    lower: Ints
    upper: Ints
    objective: Ints
    scale: float
    held: Ints

    @property
    def empty(self) -> bool:
        """Whether a row or a column is left without any value, so that there can be no solution."""
        return bool((self.row_lower > self.row_upper).any() or (self.lower > self.upper).any())

    def reaches(self, x: Floats) -> bool:
        """Whether every solution as good as ``x``, of all there are, keeps within the bounds used here."""
        if not self.held.size:
            return True
        used = np.flatnonzero(self.program.objective)
        if not used.size:
            return True
        costs = self.program.objective[used]
        value = float(costs @ x[used])
        as_good = self.program.with_rows([(used, costs, value + 1e-9 * max(1.0, abs(value)))])
        lower, upper = implied_bounds(as_good)
        return bool(((lower >= self.lower) & (upper <= self.upper))[self.held].all())


def integral(program: Program) -> Integral:
    """Write a programme in whole numbers.

    Parameters
    ----------
    program : Program
        As `solvers.scaling.prepare` gives it, unshrunk.

    Returns
    -------
    Integral

    Raises
    ------
    NotWholeError
        A column is real, a coefficient is no decimal of up to nine digits after the point, or a sum is too large.
    """
    real = np.flatnonzero(~program.integer)
    if real.size:
        raise NotWholeError(f"{real.size} of {program.columns} columns are real, the first is column {real[0]}")
    digits = _digits(program.values)
    if (digits > _DIGITS).any():
        # rows that bind nothing are gone by now, and with them the numbers of the others: columns keep theirs
        entry = int(np.flatnonzero(digits > _DIGITS)[0])
        value, column = float(program.values[entry]), int(program.indices[entry])
        raise NotWholeError(
            f"a row has the coefficient {value!r} on column {column}, which no power of ten makes whole"
        )
    per_row = 10.0 ** program.by_row(np.maximum, digits, empty=0)
    values = np.rint(program.values * np.repeat(per_row, np.diff(program.starts)))
    cost_digits = int(_digits(program.objective).max(initial=0))
    if cost_digits > _DIGITS:
        column = int(np.flatnonzero(_digits(program.objective) > _DIGITS)[0])
        raise NotWholeError(
            f"column {column} costs {float(program.objective[column])!r}, which no power of ten makes whole"
        )
    scale = 10.0**cost_digits
    objective = np.rint(program.objective * scale)
    lower, upper = implied_bounds(program)
    held = np.flatnonzero(np.isinf(lower) | np.isinf(upper))
    # a range is measured from the side that is known, so that it is never empty
    low = np.where(np.isinf(lower), np.where(np.isinf(upper), 0.0, np.minimum(upper, 0.0)) - RANGE, lower)
    high = np.where(np.isinf(upper), np.where(np.isinf(lower), 0.0, np.maximum(lower, 0.0)) + RANGE, upper)
    reach = np.maximum(np.abs(low), np.abs(high))
    sums = program.by_row(np.add, np.abs(values) * reach[program.indices], empty=0.0)
    if (sums >= _LARGEST).any():
        raise NotWholeError("a row can come to more than 2**61")
    if float((np.abs(objective) * reach).sum()) >= _LARGEST:
        raise NotWholeError("the objective can come to more than 2**61")
    decimal = per_row > 1  # such a row may be passed by the rounding that `solvers.exact` allows
    low_side, high_side = program.row_lower, program.row_upper
    with np.errstate(invalid="ignore"):
        low_side = np.where(decimal, low_side - 1e-6 - 1e-10 * np.abs(low_side), low_side)
        high_side = np.where(decimal, high_side + 1e-6 + 1e-10 * np.abs(high_side), high_side)
    far = 2 * _LARGEST
    return Integral(
        program=program,
        values=values.astype(np.int64),
        row_lower=np.clip(whole_above(low_side * per_row), -far, far).astype(np.int64),
        row_upper=np.clip(whole_below(high_side * per_row), -far, far).astype(np.int64),
        lower=low.astype(np.int64),
        upper=high.astype(np.int64),
        objective=objective.astype(np.int64),
        scale=scale,
        held=held,
    )


def implied_bounds(program: Program) -> tuple[Floats, Floats]:
    """Bounds of whole columns, with those that the rows imply where there were none.

    In a row ``a @ x <= b`` the other columns come to at least some ``m``; so ``a[j] * x[j] <= b - m``. What follows is
    rounded outwards, and bounds that were there are left alone.

    Parameters
    ----------
    program : Program

    Returns
    -------
    lower, upper : float arrays, shape (columns,)
        Infinite where nothing is implied; bounds of 2**53 and more count as none.
    """
    lower = np.where(np.abs(program.lower) < EXACT, program.lower, -np.inf)
    upper = np.where(np.abs(program.upper) < EXACT, program.upper, np.inf)
    for _ in range(_ROUNDS):
        known = np.isfinite(lower).sum() + np.isfinite(upper).sum()
        if known == 2 * program.columns:
            break
        for sign, side in ((1.0, program.row_upper), (-1.0, -program.row_lower)):
            _imply(program, sign * program.values, side, lower, upper)
        if np.isfinite(lower).sum() + np.isfinite(upper).sum() == known:
            break
    return lower, upper


def _imply(program: Program, values: Floats, side: Floats, lower: Floats, upper: Floats) -> None:
    """Take what ``values @ x <= side`` implies into bounds that are infinite."""
    columns, lengths = program.indices, np.diff(program.starts)
    least = values * np.where(values > 0, lower[columns], upper[columns])
    endless = np.isinf(least)
    finite = np.where(endless, 0.0, least)
    sums = np.repeat(program.by_row(np.add, finite, empty=0.0), lengths)
    sizes = np.repeat(program.by_row(np.add, np.abs(finite), empty=0.0), lengths)
    others_endless = np.repeat(program.by_row(np.add, endless.astype(np.int64), empty=0), lengths) - endless
    most = np.repeat(side, lengths)
    usable = (others_endless == 0) & np.isfinite(most)
    room = np.where(usable, most, 0.0) - (sums - finite)
    blur = 1e-9 * (1.0 + sizes + np.abs(np.where(usable, most, 0.0)))  # outwards, by more than rounding can add
    up = usable & (values > 0) & np.isinf(upper[columns])
    down = usable & (values < 0) & np.isinf(lower[columns])
    with np.errstate(over="ignore"):
        limit = (room + blur) / np.where(values == 0, 1.0, values)
    for chosen, bound, keep, towards in ((up, upper, np.minimum, np.floor), (down, lower, np.maximum, np.ceil)):
        found = towards(limit[chosen])
        tame = np.abs(found) < EXACT
        keep.at(bound, columns[chosen][tame], found[tame])


def _digits(numbers: Floats) -> Ints:
    """Digits after the point of each number; one more than are looked for where there is no end of them."""
    digits = np.full(numbers.shape, _DIGITS + 1, dtype=np.int64)
    for count in range(_DIGITS, -1, -1):
        power = 10.0**count
        with np.errstate(over="ignore"):
            scaled = np.rint(numbers * power)
        digits[(np.abs(scaled) < EXACT) & (scaled / power == numbers)] = count
    return digits
