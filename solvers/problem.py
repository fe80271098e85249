"""The problem a backend is given: a sparse mixed-integer programme, as plain arrays with names."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:  # the process that solves never needs scipy, and it is half of what it would have to load
    from scipy import sparse

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_LISTED = 60  # rows and columns up to which `describe` writes the model out


class Sense(StrEnum):
    """Which way is better."""

    MINIMISE = "minimise"
    MAXIMISE = "maximise"


@dataclass(frozen=True, slots=True)
class Violation:
    """One row, bound or whole-number condition that a point breaks.

    Parameters
    ----------
    kind : str
        ``"row"``, ``"bound"`` or ``"whole"``.
    index : int
        Position of the row or column.
    name : str
        Its name, or ``R3`` / ``C3`` where the problem has no names.
    activity : float
        What the point gives.
    limit : float
        What was allowed (for ``"whole"`` the nearest whole number).
    """

    kind: str
    index: int
    name: str
    activity: float
    limit: float

    @property
    def excess(self) -> float:
        """By how much, always positive."""
        return abs(self.activity - self.limit)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}: {_number(self.activity)}, allowed {_number(self.limit)}"


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A mixed-integer linear programme.

    optimise ``objective @ x + offset`` subject to ``row_lower <= matrix @ x <= row_upper`` and
    ``lower <= x <= upper``, with ``x[j]`` whole wherever ``integer[j]``.

    The arrays are copied and made read-only, so that a problem stays what it was when it was checked.

    Parameters
    ----------
    matrix : scipy.sparse.csr_array, shape (rows, columns)
    row_lower, row_upper : float arrays, shape (rows,)
        ``-inf`` / ``inf`` where a row has no such side.
    lower, upper : float arrays, shape (columns,)
    integer : bool array, shape (columns,)
    objective : float array, shape (columns,)
    offset : float
    sense : Sense
    row_names, column_names : sequences of str
        Empty, or one name for each row and column; unique.

    Raises
    ------
    ValueError
        Shapes disagree, a value is NaN, a coefficient is infinite, a lower bound is ``+inf`` or an
        upper bound ``-inf``, or names repeat. (``lower > upper`` is allowed and simply infeasible.)
        All faults are listed in one message.
    """

    matrix: sparse.csr_array
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    integer: Bools
    objective: Floats
    offset: float = 0.0
    sense: Sense = Sense.MINIMISE
    row_names: Sequence[str] = ()
    column_names: Sequence[str] = ()

    def __post_init__(self) -> None:
        from scipy import sparse

        matrix = sparse.csr_array(self.matrix).astype(np.float64)  # a copy
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        object.__setattr__(self, "matrix", matrix)
        for name in ("row_lower", "row_upper", "lower", "upper", "objective"):
            object.__setattr__(self, name, _frozen(np.array(getattr(self, name), dtype=np.float64)))
        object.__setattr__(self, "integer", _frozen(np.array(self.integer, dtype=np.bool_)))
        object.__setattr__(self, "offset", float(self.offset))
        object.__setattr__(self, "sense", Sense(self.sense))
        object.__setattr__(self, "row_names", tuple(self.row_names))
        object.__setattr__(self, "column_names", tuple(self.column_names))
        faults = list(_faults(self))
        if faults:
            raise ValueError("this is not a well-formed problem:\n" + "\n".join(f"- {fault}" for fault in faults))

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.row_lower.size)

    @property
    def columns(self) -> int:
        """Number of columns."""
        return int(self.lower.size)

    def row_name(self, row: int) -> str:
        """The row's name, or ``R3`` for the fourth row of a problem without names."""
        return self.row_names[row] if self.row_names else f"R{row}"

    def column_name(self, column: int) -> str:
        """The column's name, or ``C3`` for the fourth column of a problem without names."""
        return self.column_names[column] if self.column_names else f"C{column}"

    def value(self, x: Floats) -> float:
        """The objective at ``x`` (shape (columns,)), exact wherever coefficients and columns are whole."""
        from solvers.exact import dot

        return dot(self.objective, x, self.offset)

    def violations(self, x: Floats, tol: float | None = None) -> list[Violation]:
        """Every row, bound and whole-number condition that ``x`` breaks.

        Parameters
        ----------
        x : float array, shape (columns,)
        tol : float, optional
            Allowed absolute excess. Left out, the house rule holds (`solvers.exact`): rows of whole
            numbers over whole columns exactly, other rows to a stated rounding tolerance.

        Returns
        -------
        list of Violation
            Empty when ``x`` is a solution.
        """
        from solvers.exact import Checker
        from solvers.program import Program

        x = np.asarray(x, dtype=np.float64)
        if x.shape != (self.columns,):
            raise ValueError(f"x has shape {x.shape}; this problem has {self.columns} columns")
        found = []
        for kind, index, activity, limit in Checker(Program.of(self)).faults(x, tol):
            name = self.row_name(index) if kind == "row" else self.column_name(index)
            found.append(Violation(kind, index, name, activity, limit))
        return found

    def describe(self) -> str:
        """What this problem is, in a few lines; a small one is written out in full."""
        values = np.abs(self.matrix.data)
        span = f", coefficients {_number(values.min())} to {_number(values.max())}" if values.size else ""
        costs = np.abs(self.objective[self.objective != 0])
        cost = f"{_number(costs.min())} to {_number(costs.max())}" if costs.size else "nothing"
        text = (
            f"{self.sense} {cost} over {self.columns} columns ({int(self.integer.sum())} whole), "
            f"{self.rows} rows, {values.size} entries{span}"
        )
        return f"{text}\n{self.lp()}" if max(self.rows, self.columns) <= _LISTED else text

    def lp(self) -> str:
        """The problem as text in the LP format, rows and columns in their own order.

        Names are kept as they are, but for blanks, which become ``_``.
        """
        return "\n".join(_lp_lines(self)) + "\n"


def _frozen(array: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    array.flags.writeable = False
    return array


def _faults(problem: Problem) -> Iterator[str]:
    rows, columns = problem.matrix.shape
    for name, size in (("row_lower", rows), ("row_upper", rows), ("lower", columns), ("upper", columns)):
        side: Floats = getattr(problem, name)
        if side.shape != (size,):
            yield f"{name} has shape {side.shape}; the matrix of {rows} rows and {columns} columns asks for ({size},)"
        wrong = np.isnan(side) | (side == (math.inf if "lower" in name else -math.inf))
        for index in np.flatnonzero(wrong)[:3]:
            yield f"{name}[{index}] is {side[index]}; give a number, or {'-inf' if 'lower' in name else 'inf'} for none"
    for name in ("integer", "objective"):
        shape = getattr(problem, name).shape
        if shape != (columns,):
            yield f"{name} has shape {shape}; the matrix has {columns} columns"
    for name, array in (("objective", problem.objective), ("matrix", problem.matrix.data)):
        bad = np.flatnonzero(~np.isfinite(array))
        if bad.size:
            yield f"{name} has {bad.size} entries that are not finite numbers, the first is {array[bad[0]]}"
    if not math.isfinite(problem.offset):
        yield f"offset is {problem.offset}; give a finite number"
    for name, names, size in (
        ("row_names", problem.row_names, rows),
        ("column_names", problem.column_names, columns),
    ):
        if names and len(names) != size:
            yield f"{name} has {len(names)} names for {size}; give all of them, or none"
        if len(set(names)) != len(names):
            twice = next(name for place, name in enumerate(names) if name in names[:place])
            yield f"{name} has {twice!r} more than once"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(float(value))


def _side(value: float) -> str:
    return ("inf" if value > 0 else "-inf") if math.isinf(value) else _number(value)


def _sum(problem: Problem, columns: Sequence[int], values: Sequence[float]) -> str:
    terms = []
    for column, value in zip(columns, values, strict=True):
        size = "" if abs(value) == 1 else f"{_number(abs(value))} "
        name = "_".join(problem.column_name(column).split())
        terms.append(f"{'-' if value < 0 else '+'} {size}{name}")
    return " ".join(terms).removeprefix("+ ") or "0"


def _lp_lines(problem: Problem) -> Iterator[str]:
    used = np.flatnonzero(problem.objective).tolist()
    goal = _sum(problem, used, problem.objective[used].tolist())
    offset = f" {'-' if problem.offset < 0 else '+'} {_number(abs(problem.offset))}" if problem.offset else ""
    yield "Minimize" if problem.sense is Sense.MINIMISE else "Maximize"
    yield f"  {goal}{offset}"
    yield "Subject To"
    starts, indices, values = problem.matrix.indptr, problem.matrix.indices, problem.matrix.data
    for row in range(problem.rows):
        here = slice(int(starts[row]), int(starts[row + 1]))
        text = _sum(problem, indices[here].tolist(), values[here].tolist())
        low, high = float(problem.row_lower[row]), float(problem.row_upper[row])
        name = "_".join(problem.row_name(row).split())
        if low == high:
            yield f"  {name}: {text} = {_number(low)}"
        elif math.isinf(low) or math.isinf(high):
            sign, side = ("<=", high) if math.isinf(low) else (">=", low)
            yield f"  {name}: {text} {sign} {_side(side)}"
        else:
            yield f"  {name}: {_number(low)} <= {text} <= {_number(high)}"
    yield "Bounds"
    for column in range(problem.columns):
        least, most = _side(float(problem.lower[column])), _side(float(problem.upper[column]))
        yield f"  {least} <= {'_'.join(problem.column_name(column).split())} <= {most}"
    whole = ["_".join(problem.column_name(int(column)).split()) for column in np.flatnonzero(problem.integer)]
    if whole:
        yield "General"
        yield "  " + " ".join(whole)
    yield "End"
