"""The linear relaxation: bounds and prices, from scipy's own HiGHS within this process.

It neither loads nor needs the solvers' libraries. What it says is never called a plan or a proof of one: a bound is
moved outward by what floating point may have cost, and a price is what the relaxation pays for the last unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from planner.model.choices import Bools
from planner.model.draft import Floats
from solvers import Problem, Sense

FLOAT_COST = 1e-9  # of a value's size, and 1e-6 at least: what is given away before a bound is believed
SECONDS = 60.0
_INFEASIBLE = 2  # as linprog says it


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The relaxation's optimum, in the sense of the problem.

    Parameters
    ----------
    value : float
    x : float array, shape (columns,)
    row_price : float array, shape (rows,)
        How the value changes with one unit more on the side of the row that binds; 0 where none does.
    reduced_cost : float array, shape (columns,)
        By how much at least the value gets worse when a column at its lower bound is forced up by one; never negative.
    """

    value: float
    x: Floats
    row_price: Floats
    reduced_cost: Floats

    @property
    def slack(self) -> float:
        """What floating point may have cost the value."""
        return max(1e-6, FLOAT_COST * abs(self.value))


def relax(problem: Problem, seconds: float = SECONDS) -> Relaxed | None:
    """Solve the linear relaxation.

    Returns
    -------
    Relaxed or None
        None where it has no solution, or none was found in the time.
    """
    parts = _Parts.of(problem)
    answer = parts.solve(problem, seconds)
    if answer.status != 0:
        return None
    price = np.zeros(problem.rows)
    marginals = np.asarray(answer.ineqlin.marginals, dtype=np.float64)
    uppers = int(parts.above.sum())
    price[parts.above] += marginals[:uppers]
    price[parts.below] -= marginals[uppers:]
    price[parts.same] = answer.eqlin.marginals
    reduced = np.maximum(0.0, np.asarray(answer.lower.marginals, dtype=np.float64))
    value = parts.sign * float(answer.fun) + problem.offset
    return Relaxed(value, np.asarray(answer.x), parts.sign * price, reduced)


def impossible_even_relaxed(problem: Problem, seconds: float = SECONDS) -> bool:
    """Whether not even the relaxation has a solution. No proof by itself: floating point decides it."""
    return int(_Parts.of(problem).solve(problem, seconds).status) == _INFEASIBLE


@dataclass(frozen=True, slots=True)
class _Parts:
    """The rows by their sides: equal, with an upper side, with a lower side."""

    sign: float
    same: Bools
    above: Bools
    below: Bools

    @classmethod
    def of(cls, problem: Problem) -> _Parts:
        same = problem.row_lower == problem.row_upper
        above, below = ~same & np.isfinite(problem.row_upper), ~same & np.isfinite(problem.row_lower)
        return cls(1.0 if problem.sense is Sense.MINIMISE else -1.0, same, above, below)

    def solve(self, problem: Problem, seconds: float) -> Any:
        return linprog(  # type: ignore[call-overload]  # its stubs know no sparse matrices
            self.sign * problem.objective,
            A_ub=sparse.vstack([problem.matrix[self.above], -problem.matrix[self.below]], format="csr"),
            b_ub=np.concatenate([problem.row_upper[self.above], -problem.row_lower[self.below]]),
            A_eq=problem.matrix[self.same],
            b_eq=problem.row_lower[self.same],
            bounds=np.column_stack([problem.lower, problem.upper]),
            method="highs",
            options={"time_limit": max(0.1, seconds)},
        )
