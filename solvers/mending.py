"""A start that breaks rows, mended where it is broken and nowhere else.

An earlier plan under another budget is nearly a plan: only the columns of the broken rows, and those that share a
narrow row with them, have to be decided anew, and all others stand. If that is too few, those reached from them by
rows no wider than the broken ones are taken as well.
"""

from __future__ import annotations

import numpy as np

from solvers.backend import Backend, Orders, Watch
from solvers.neighbourhood import Cutter
from solvers.problem import Bools, Floats
from solvers.program import Program

NARROW = 40
"""Columns of a row that says how its columns go together, rather than what they share."""


def mended(program: Program, backend: Backend, x: Floats, orders: Orders, watch: Watch) -> Floats | None:
    """A point near `x` that keeps the rows that `x` breaks.

    Parameters
    ----------
    program : Program
        As `solvers.scaling.prepare` gives it.
    backend : Backend
    x : float array, shape (columns,)
        Whole where it must be, and within the bounds.
    orders : Orders
        For each attempt; there are two at most.
    watch : Watch

    Returns
    -------
    float array, shape (columns,) or None
        None where nothing was found, or nearly everything would have to be decided anew.
    """
    cutter = Cutter(program, backend)
    activity = cutter.matrix @ x
    broken = cutter.excess(activity) > 1e-6
    widths = np.diff(program.starts)
    chosen = _columns(program, broken)
    for width in (NARROW, int(widths[broken].max(initial=0))):
        chosen = chosen | _columns(program, _rows(program, chosen) & (widths <= width))
        columns = np.flatnonzero(chosen)
        if 2 * columns.size > program.columns:
            return None
        piece = cutter.piece(columns)
        others = activity[piece.rows] - piece.matrix @ x[columns]
        sides = program.row_lower[piece.rows] - others, program.row_upper[piece.rows] - others
        values = cutter.decide(piece, sides, program.objective[columns], np.zeros(piece.rows.size), orders, watch)
        if values is not None:
            point = x.copy()
            point[columns] = values
            return point
    return None


def _columns(program: Program, rows: Bools) -> Bools:
    """The columns of some rows."""
    chosen = np.zeros(program.columns, dtype=np.bool_)
    chosen[program.indices[np.repeat(rows, np.diff(program.starts))]] = True
    return chosen


def _rows(program: Program, columns: Bools) -> Bools:
    """The rows of some columns."""
    return program.by_row(np.logical_or, columns[program.indices], empty=False)
