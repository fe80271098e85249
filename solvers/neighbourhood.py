"""A few columns are decided anew while all others stand: a small programme, cut out of a large one.

Rows that tie these columns to others may be broken here, at a price: a decision that must break one is better than
none, and what it breaks is mended by those that come after.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from solvers.backend import Backend, Ending, Orders, Watch
from solvers.problem import Bools, Floats
from solvers.program import Ints, Program
from solvers.relaxation import proved_bound

if TYPE_CHECKING:  # loaded only where something is cut out: the solving process starts without it
    from scipy import sparse


_DUAL_TOLERANCE = 1e-6  # for each column, in the units of the programme: what a solver's bound may be too high by


@dataclass(frozen=True, slots=True, eq=False)
class ByItself:
    """What a part comes to by itself.

    Parameters
    ----------
    least : float
        It is no better than this, by the prices of the linear relaxation.
    best : float
        Nor than this, as far as it was solved.
    x : float array, shape (m,) or None
        Its best point, whole where it must be; None where there was no time to find one.
    """

    least: float
    best: float
    x: Floats | None


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Some columns, and what they put into the rows that they are in.

    Parameters
    ----------
    columns : int array, shape (m,)
    rows : int array, shape (k,)
    matrix : sparse array, shape (k, m)
    """

    columns: Ints
    rows: Ints
    matrix: sparse.csr_array


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

    def piece(self, columns: Ints) -> Piece:
        """Cut out some columns; the work goes with their entries, not with the size of the whole."""
        from scipy import sparse

        own = self._by_column[:, columns]
        rows, row = np.unique(own.indices, return_inverse=True)
        column = np.repeat(np.arange(columns.size), np.diff(own.indptr))
        matrix = sparse.csr_array((own.data, (row, column)), shape=(rows.size, columns.size))
        return Piece(columns, rows.astype(np.int64), matrix)

    def excess(self, activity: Floats) -> Floats:
        """By how much each row is broken."""
        return np.maximum(0.0, np.maximum(self.program.row_lower - activity, activity - self.program.row_upper))

    def decide(
        self,
        piece: Piece,
        sides: tuple[Floats, Floats],
        objective: Floats,
        fines: Floats,
        orders: Orders,
        watch: Watch,
    ) -> Floats | None:
        """Decide some columns.

        Parameters
        ----------
        piece : Piece
            Of m columns in k rows.
        sides : (float array, float array), each of shape (k,)
            The least and the most that these columns may put into each of their rows.
        objective : float array, shape (m,)
        fines : float array, shape (k,)
            What one unit of breach of a row costs; a row without a fine holds.
        orders : Orders
            A start in it is for these columns.

        Returns
        -------
        float array, shape (m,) or None
            Whole where it must be; None where nothing was found.
        """
        small, elastic = self._cut(piece, sides, objective, fines)
        if orders.start is not None:
            orders = replace(orders, start=_with_breaches(small, elastic, orders.start))
        raw = self.backend.solve(small, orders, watch)
        if raw.x is None:
            return None
        return self._whole(piece.columns, raw.x[: piece.columns.size])

    def by_itself(
        self, columns: Ints, objective: Floats, ties: Bools, prices: Floats, orders: Orders, watch: Watch
    ) -> ByItself | None:
        """What some columns come to that pay no heed to all others.

        Parameters
        ----------
        columns : int array, shape (m,)
            Each with two ends.
        objective : float array, shape (m,)
        ties : bool array, shape (rows,)
            The rows that need not hold.
        prices : float array, shape (rows,)
            Of the linear relaxation, for the rows that hold.
        orders : Orders
        watch : Watch

        Returns
        -------
        ByItself or None
            None where these columns have no solution.
        """
        part, rows = self.alone(columns, objective, ~ties)
        least = proved_bound(part, prices[rows])
        raw = self.backend.solve(part, orders, watch)
        if least is None or raw.ending is Ending.INFEASIBLE:
            return None
        best = least if raw.bound is None else max(least, raw.bound - _DUAL_TOLERANCE * columns.size)
        return ByItself(least, best, None if raw.x is None else self._whole(columns, raw.x))

    def _whole(self, columns: Ints, x: Floats) -> Floats:
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
        p, piece = self.program, self.piece(columns)
        own = np.flatnonzero(kept[piece.rows])
        rows = piece.rows[own]
        ends = p.lower[columns], p.upper[columns]
        sides = p.row_lower[rows], p.row_upper[rows]
        return _program(piece.matrix[own], *sides, *ends, p.integer[columns], objective), rows

    def _cut(
        self, piece: Piece, sides: tuple[Floats, Floats], objective: Floats, fines: Floats
    ) -> tuple[Program, Ints]:
        """The small programme, and which of its rows may be broken: two more columns each, at its end."""
        from scipy import sparse

        p, columns = self.program, piece.columns
        lower, upper = p.lower[columns], p.upper[columns]
        rows = np.flatnonzero(_can_bind(piece.matrix, lower, upper, *sides))
        matrix, row_lower, row_upper, fine = piece.matrix[rows], sides[0][rows], sides[1][rows], fines[rows]
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
