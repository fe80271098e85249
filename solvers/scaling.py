"""The same programme in numbers that a solver's tolerances of 1e-6 can see.

Rows of whole numbers are divided by their greatest common divisor, which is exact; where all their columns are whole
too, the sides are then rounded to what whole activities can reach. What is still large is shrunk by a power of two,
which loses no bit, and by at most 2**10, so that one unit of a row of whole numbers stays a thousand times the
tolerance. The objective is treated likewise. Columns stay what they are: a point needs no translation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from solvers.exact import whole, whole_above, whole_below
from solvers.problem import Bools, Floats
from solvers.program import Ints, Program

_LARGE_ROW = 20  # coefficients up to 2**20 are left alone
_ROW_SHRINK = 10
_LARGE_COST = 24
_CERTAIN = 5e7  # objective values, counted in steps, up to which a solver's bound is good to a small part of a step


@dataclass(frozen=True, slots=True)
class Prepared:
    """A programme as a solver gets it, and the way back.

    Parameters
    ----------
    program : Program
        Its offset is 0; rows that bind nothing are gone.
    unit : float
        What one unit of its objective is worth: ``value = unit * scaled + offset``.
    offset : float
    step : float
        The objective of every solution, less the offset, is a whole multiple of this; 0 where that is not known.
    step_is_visible : bool
        Whether a solver's bound can be trusted to a small part of a step, so that less than a step is a proof.
    impossible : str
        Why there can be no solution, where that shows without solving; else empty.
    """

    program: Program
    unit: float
    offset: float
    step: float
    step_is_visible: bool
    impossible: str

    def value(self, scaled: float) -> float:
        """From the solver's objective to the programme's."""
        return self.unit * scaled + self.offset

    def bound(self, scaled: float) -> float:
        """The solver's bound, lifted to the next value that a solution can have."""
        bound = self.unit * scaled
        if self.step:
            steps = bound / self.step
            blur = max(1e-6, 1e-9 * abs(steps))
            if blur <= 0.05:
                bound = self.step * math.ceil(steps - blur)
        return bound + self.offset


def prepare(program: Program, *, shrink: bool = True) -> Prepared:
    """Make a programme ready for a solver.

    Parameters
    ----------
    program : Program
    shrink : bool
        Whether to shrink by powers of two as well; a solver that works in whole numbers wants them kept.
    """
    lower = np.where(program.integer, whole_above(program.lower), program.lower)
    upper = np.where(program.integer, whole_below(program.upper), program.upper)
    rows, impossible = _rows(program, shrink)
    if (lower > upper).any():
        impossible = f"column {int(np.flatnonzero(lower > upper)[0])} has no value between its bounds"
    objective, unit, step = _objective(program, shrink)
    reach = np.where(program.objective != 0, np.maximum(np.abs(lower), np.abs(upper)), 0.0)
    largest = float((np.abs(program.objective) * reach).sum())
    return Prepared(
        program=replace(rows, lower=lower, upper=upper, objective=objective, offset=0.0),
        unit=unit,
        offset=program.offset,
        step=step,
        step_is_visible=step > 0 and largest / step <= _CERTAIN,
        impossible=impossible,
    )


def _rows(program: Program, shrink: bool) -> tuple[Program, str]:
    low, high = program.row_lower, program.row_upper
    values_whole = whole(program.values)
    ints: Bools = program.by_row(np.logical_and, values_whole, empty=False)
    strict: Bools = ints & program.by_row(np.logical_and, program.integer[program.indices], empty=False)
    low, high = np.where(strict, whole_above(low), low), np.where(strict, whole_below(high), high)
    divisor = _divisors(program, values_whole, ints, strict, low, high)
    # whole sides of strict rows divide downwards and upwards in integers: no quotient is rounded by a float
    high = np.where(strict, _floor_divide(high, divisor), high / divisor)
    low = np.where(strict, -_floor_divide(-low, divisor), low / divisor)
    values = program.values / _spread(program, divisor)
    empty = np.diff(program.starts) == 0
    impossible = ""
    if (low > high).any():
        impossible = f"row {int(np.flatnonzero(low > high)[0])} has no value between its sides"
    beyond = empty & ((low > 1e-6) | (high < -1e-6))
    if beyond.any():
        impossible = f"row {int(np.flatnonzero(beyond)[0])} has no entries, and its sides leave 0 out"
    if shrink:
        largest = program.by_row(np.maximum, np.abs(values), empty=1.0)
        power = np.ceil(np.log2(largest))
        down = np.clip(power - _LARGE_ROW, 0, _ROW_SHRINK)
        up = np.clip(power, -30, 0)
        exponent = -(down + up).astype(np.int64)
        low, high = np.ldexp(low, exponent), np.ldexp(high, exponent)
        values = np.ldexp(values, _spread(program, exponent))
    binding = ~empty & (np.isfinite(low) | np.isfinite(high))
    kept = np.repeat(binding, np.diff(program.starts))
    starts = np.concatenate([[0], np.cumsum(np.diff(program.starts)[binding])]).astype(np.int64)
    return (
        replace(
            program,
            starts=starts,
            indices=program.indices[kept],
            values=values[kept],
            row_lower=low[binding],
            row_upper=high[binding],
        ),
        impossible,
    )


def _divisors(program: Program, values_whole: Bools, ints: Bools, strict: Bools, low: Floats, high: Floats) -> Ints:
    """What each row can be divided by exactly; 1 where that is nothing."""
    sizes = np.where(values_whole, np.abs(program.values), 1.0).astype(np.int64)
    divisor: Ints = program.by_row(np.gcd, sizes, empty=1.0)
    for side in (low, high):
        given = np.isfinite(side)
        tame = ~given | whole(np.where(given, side, 0.0))
        number = np.where(given & tame, side, 0.0).astype(np.int64)
        # a side of a row with real columns must divide too; a strict row's side is rounded instead
        divisor = np.where(strict, divisor, np.gcd(divisor, number))
        ints = ints & tame
    return np.where(ints, divisor, 1)


def _floor_divide(side: Floats, divisor: Ints) -> Floats:
    tame = np.isfinite(side) & (divisor > 1)
    return np.where(tame, np.where(tame, side, 0.0).astype(np.int64) // divisor, side)


def _spread(program: Program, per_row: Ints) -> Ints:
    """One number a row, to one number an entry."""
    return np.repeat(per_row, np.diff(program.starts))


def _objective(program: Program, shrink: bool) -> tuple[Floats, float, float]:
    """The objective for the solver, what its unit is worth, and the step between values (0 if unknown)."""
    costs = program.objective
    used = np.flatnonzero(costs)
    if not used.size:
        return costs, 1.0, 0.0
    unit, step = 1.0, 0.0
    if whole(costs[used]).all():
        unit = float(np.gcd.reduce(np.abs(costs[used]).astype(np.int64)))
        if program.integer[used].all():
            step = unit
    scaled = costs / unit
    if shrink:
        power = math.ceil(math.log2(float(np.abs(scaled).max())))
        exponent = max(0, power - _LARGE_COST) + min(0, power)
        scaled, unit = np.ldexp(scaled, -exponent), math.ldexp(unit, exponent)
    return scaled, unit, step
