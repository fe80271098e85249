"""A few columns are decided anew while all others stand: a small programme, cut out of a large one.

Rows that tie these columns to others may be broken here, at a price: a decision that must break one is better than
none, and what it breaks is mended by those that come after.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from solvers.backend import Backend, Orders, Watch
from solvers.problem import Bools, Floats
from solvers.program import Ints, Program

if TYPE_CHECKING:  # loaded only where something is cut out: the solving process starts without it
    from scipy import sparse


@dataclass(slots=True)
class Cutter:
    """Cuts small programmes out of a large one.

    Parameters
    ----------
    program : Program
        As `solvers.scaling.prepare` gives it.
    backend : Backend
        What solves them.
    """

    program: Program
    backend: Backend
    matrix: sparse.csr_array = field(init=False)
    _by_column: sparse.csc_array = field(init=False)

    def __post_init__(self) -> None:
        from scipy import sparse

        p = self.program
        self.matrix = sparse.csr_array((p.values, p.indices, p.starts), shape=(p.rows, p.columns))
        self._by_column = sparse.csc_array(self.matrix)

    def activity(self, columns: Ints, x: Floats) -> Floats:
        """What these columns put into each row; `x` has one number for each of them."""
        return np.asarray(self._by_column[:, columns] @ x)

    def excess(self, activity: Floats) -> Floats:
        """By how much each row is broken."""
        return np.maximum(0.0, np.maximum(self.program.row_lower - activity, activity - self.program.row_upper))

    def decide(
        self,
        columns: Ints,
        others: Floats,
        objective: Floats,
        fines: Floats,
        orders: Orders,
        watch: Watch,
    ) -> Floats | None:
        """Decide some columns.

        Parameters
        ----------
        columns : int array, shape (m,)
        others : float array, shape (rows,)
            What all other columns put into each row.
        objective : float array, shape (m,)
        fines : float array, shape (rows,)
            What one unit of breach of a row costs; a row without a fine holds.
        orders : Orders
            A start in it is for these columns.

        Returns
        -------
        float array, shape (m,) or None
            Whole where it must be; None where nothing was found.
        """
        small, elastic = self._cut(columns, others, objective, fines)
        if orders.start is not None:
            orders = replace(orders, start=_with_breaches(small, elastic, orders.start))
        raw = self.backend.solve(small, orders, watch)
        if raw.x is None:
            return None
        x = raw.x[: columns.size]
        return np.where(self.program.integer[columns], np.rint(x), x) + 0.0

    def alone(self, columns: Ints, objective: Floats, kept: Bools) -> tuple[Program, Ints]:
        """Some columns as a programme that pays no heed to all others.

        Parameters
        ----------
        columns : int array, shape (m,)
        objective : float array, shape (m,)
        kept : bool array, shape (rows,)
            The rows that hold; those of these without a column among them are left out.

        Returns
        -------
        (Program, int array)
            And which rows it has.
        """
        from scipy import sparse

        p = self.program
        matrix = sparse.csr_array(self._by_column[:, columns])
        rows = np.flatnonzero((np.diff(matrix.indptr) > 0) & kept)
        ends = p.lower[columns], p.upper[columns]
        sides = p.row_lower[rows], p.row_upper[rows]
        return _program(matrix[rows], *sides, *ends, p.integer[columns], objective), rows

    def _cut(self, columns: Ints, others: Floats, objective: Floats, fines: Floats) -> tuple[Program, Ints]:
        """The small programme, and which of its rows may be broken: two more columns each, at its end."""
        from scipy import sparse

        p = self.program
        matrix = sparse.csr_array(self._by_column[:, columns])
        lower, upper = p.lower[columns], p.upper[columns]
        row_lower, row_upper = p.row_lower - others, p.row_upper - others
        rows = np.flatnonzero(_can_bind(matrix, lower, upper, row_lower, row_upper))
        matrix, row_lower, row_upper, fine = matrix[rows], row_lower[rows], row_upper[rows], fines[rows]
        elastic = np.flatnonzero(fine > 0)
        short = sparse.csr_array(
            (np.ones(elastic.size), (elastic, np.arange(elastic.size))), shape=(rows.size, elastic.size)
        )
        whole = sparse.csr_array(sparse.hstack([matrix, short, -short], format="csr"))
        never = np.zeros(2 * elastic.size)
        most = np.concatenate([
            np.where(np.isfinite(row_lower[elastic]), np.inf, 0.0),
            np.where(np.isfinite(row_upper[elastic]), np.inf, 0.0),
        ])  # fmt: skip
        small = _program(
            whole,
            row_lower,
            row_upper,
            np.concatenate([lower, never]),
            np.concatenate([upper, most]),
            np.concatenate([p.integer[columns], never > 0]),
            np.concatenate([objective, fine[elastic], fine[elastic]]),
        )
        return small, elastic


def _program(
    matrix: sparse.csr_array,
    row_lower: Floats,
    row_upper: Floats,
    lower: Floats,
    upper: Floats,
    integer: Bools,
    objective: Floats,
) -> Program:
    return Program(
        starts=matrix.indptr.astype(np.int64),
        indices=matrix.indices.astype(np.int64),
        values=matrix.data,
        row_lower=row_lower,
        row_upper=row_upper,
        lower=lower,
        upper=upper,
        integer=integer,
        objective=objective,
        offset=0.0,
        sign=1.0,
    )


def _can_bind(matrix: sparse.csr_array, lower: Floats, upper: Floats, row_lower: Floats, row_upper: Floats) -> Bools:
    """Rows that some values of the columns break."""
    at_lower, at_upper = matrix.data * lower[matrix.indices], matrix.data * upper[matrix.indices]
    row = np.repeat(np.arange(row_lower.size), np.diff(matrix.indptr))
    least = np.bincount(row, np.minimum(at_lower, at_upper), row_lower.size)
    most = np.bincount(row, np.maximum(at_lower, at_upper), row_lower.size)
    return np.asarray((np.diff(matrix.indptr) > 0) & ((least < row_lower - 1e-9) | (most > row_upper + 1e-9)))


def _with_breaches(small: Program, elastic: Ints, start: Floats) -> Floats:
    """A start with what it breaks in the columns for that."""
    terms = np.pad(start, (0, 2 * elastic.size))[small.indices] * small.values
    activity = small.by_row(np.add, terms, empty=0.0)[elastic]
    short = np.maximum(0.0, small.row_lower[elastic] - activity)
    over = np.maximum(0.0, activity - small.row_upper[elastic])
    return np.concatenate([start, short, over])
