"""The problem a backend is given: a sparse mixed-integer programme, as plain arrays with names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Sense(StrEnum):
    """Which way is better."""

    MINIMISE = "minimise"
    MAXIMISE = "maximise"


@dataclass(frozen=True, slots=True)
class Problem:
    """A mixed-integer linear programme.

    optimise ``objective @ x + offset`` subject to ``row_lower <= matrix @ x <= row_upper`` and
    ``lower <= x <= upper``, with ``x[j]`` whole wherever ``integer[j]``.

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
        Shapes disagree, a value is NaN, a lower bound is above its upper bound by construction
        error (``lower > upper`` is allowed and simply infeasible; NaN is not), or names repeat.
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
