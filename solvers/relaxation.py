"""What a point of the dual proves, whoever found it.

A linear relaxation of a large programme may be solved loosely, by a method that stops a little short of the optimum.
Its bound is still valid when it is worked out here from the prices alone: for any prices ``y`` no solution is below
``y @ sides + sum of min(d * lower, d * upper)`` with ``d = objective - y @ matrix``, whatever the solver said of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solvers.problem import Floats
from solvers.program import Program

_EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """A point of the linear relaxation and its prices.

    Parameters
    ----------
    x : float array, shape (columns,)
    prices : float array, shape (rows,)
        What one unit more on the side of a row is worth to the objective.
    """

    x: Floats
    prices: Floats


def reduced_costs(program: Program, prices: Floats) -> Floats:
    """``objective - prices @ matrix``."""
    spread = np.repeat(prices, np.diff(program.starts))
    taken = np.bincount(program.indices, weights=program.values * spread, minlength=program.columns)
    return np.asarray(program.objective - taken)


def proved_bound(program: Program, prices: Floats) -> float | None:
    """What no solution can be below, by these prices, less all that rounding may have added.

    Parameters
    ----------
    program : Program
    prices : float array, shape (rows,)
        Any numbers; those on a side that a row does not have are left out.

    Returns
    -------
    float or None
        In the units of the programme's objective, without its offset. None where a column has no end: there a price
        that is off by a hair proves nothing.
    """
    if not (np.isfinite(program.lower).all() and np.isfinite(program.upper).all()):
        return None
    prices, sides = payable(program, prices)
    reduced = reduced_costs(program, prices)
    bound = (prices * sides).sum() + np.minimum(reduced * program.lower, reduced * program.upper).sum()
    return float(bound) - rounding(program, prices, sides)


def payable(program: Program, prices: Floats) -> tuple[Floats, Floats]:
    """Prices without those on a side that a row does not have, and the side of each row that is paid for."""
    sides = np.where(prices > 0, program.row_lower, program.row_upper)
    known = np.isfinite(sides) & np.isfinite(prices)
    return np.where(known, prices, 0.0), np.where(known, sides, 0.0)


def rounding(program: Program, prices: Floats, sides: Floats) -> float:
    """The most that floating point can have added to a bound by these prices; all columns have ends."""
    reach = np.maximum(np.abs(program.lower), np.abs(program.upper))
    terms = np.abs(np.repeat(prices, np.diff(program.starts)) * program.values)
    sizes = np.abs(prices * sides).sum() + np.abs(program.objective) @ reach + terms @ reach[program.indices]
    added = 64 + np.bincount(program.indices, minlength=1).max(initial=0)  # terms in a sum; numpy adds rows in pairs
    return float(_EPSILON * added * sizes)
