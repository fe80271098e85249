"""A problem as it travels to the solving process: plain arrays, always minimised, no names, no scipy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from solvers.problem import Bools, Floats, Problem, Sense

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Minimise ``objective @ x + offset`` over rows kept one after another (CSR).

    Parameters
    ----------
    starts : int array, shape (rows + 1,)
        Row ``i`` has the entries ``starts[i]:starts[i + 1]``.
    indices, values : arrays, shape (entries,)
        The column and the coefficient of each entry.
    row_lower, row_upper, lower, upper, integer, objective, offset
        As in `Problem`, the objective turned round where the problem maximises.
    sign : float
        ``1.0``, or ``-1.0`` where the problem maximises: the problem's value is ``sign`` times ours.
    """

    starts: Ints
    indices: Ints
    values: Floats
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    integer: Bools
    objective: Floats
    offset: float
    sign: float

    @classmethod
    def of(cls, problem: Problem) -> Program:
        """The same problem, to be minimised."""
        sign = 1.0 if problem.sense is Sense.MINIMISE else -1.0
        return cls(
            starts=problem.matrix.indptr.astype(np.int64),
            indices=problem.matrix.indices.astype(np.int64),
            values=problem.matrix.data.astype(np.float64),
            row_lower=problem.row_lower,
            row_upper=problem.row_upper,
            lower=problem.lower,
            upper=problem.upper,
            integer=problem.integer,
            objective=sign * problem.objective,
            offset=sign * problem.offset,
            sign=sign,
        )

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.row_lower.size)

    @property
    def columns(self) -> int:
        """Number of columns."""
        return int(self.lower.size)

    def entries(self, row: int) -> tuple[Ints, Floats]:
        """Columns and coefficients of one row."""
        here = slice(int(self.starts[row]), int(self.starts[row + 1]))
        return self.indices[here], self.values[here]

    def by_row(self, ufunc: np.ufunc, data: npt.NDArray[Any], empty: float) -> npt.NDArray[Any]:
        """Reduce one number per entry to one per row; rows without entries get ``empty``."""
        full = np.flatnonzero(np.diff(self.starts) > 0)
        out = np.full(self.rows, empty, dtype=data.dtype)
        if full.size:
            out[full] = ufunc.reduceat(data, self.starts[full])
        return out

    def with_rows(self, rows: list[tuple[Ints, Floats, float]]) -> Program:
        """The same with further rows ``coefficients @ x[columns] <= upper``."""
        if not rows:
            return self
        lengths = np.array([columns.size for columns, _, _ in rows], dtype=np.int64)
        return replace(
            self,
            starts=np.concatenate([self.starts, self.starts[-1] + np.cumsum(lengths)]),
            indices=np.concatenate([self.indices, *(columns for columns, _, _ in rows)]),
            values=np.concatenate([self.values, *(values for _, values, _ in rows)]),
            row_lower=np.concatenate([self.row_lower, np.full(len(rows), -np.inf)]),
            row_upper=np.concatenate([self.row_upper, np.array([upper for _, _, upper in rows])]),
        )

    def fixed(self, x: Floats) -> Program:
        """The linear programme that is left when the whole columns are what they are in ``x``."""
        return replace(
            self,
            lower=np.where(self.integer, x, self.lower),
            upper=np.where(self.integer, x, self.upper),
            integer=np.zeros(self.columns, dtype=np.bool_),
        )

    def without_objective(self) -> Program:
        """The mere question whether there is a solution."""
        return replace(self, objective=np.zeros(self.columns), offset=0.0)

    def save(self, path: Path) -> None:
        """Write the arrays, uncompressed (a local hand-over, read once)."""
        arrays: dict[str, Any] = {name: np.asarray(getattr(self, name)) for name in self.__slots__}
        np.savez(path, **arrays)

    @classmethod
    def load(cls, path: Path) -> Program:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            fields = {name: kept[name] for name in cls.__slots__}
        fields["offset"], fields["sign"] = float(fields["offset"]), float(fields["sign"])
        return cls(**fields)
