"""A large programme seen as parts that nearly stand alone, with the few rows that tie them together.

Districts with purses of their own, machines, depots: no name is needed to see them. Rows of many columns are taken for
ties and left out, the widest first, until what is left falls apart into small enough pieces; pieces that lie side by
side are then gathered into parts of a size worth a solve.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solvers.problem import Bools
from solvers.program import Ints, Program


@dataclass(frozen=True, slots=True)
class Sizes:
    """What counts as a part, and which programme is worth dividing.

    Parameters
    ----------
    large : int
        Columns, not counting fixed ones, from which a programme is divided at all.
    most : int
        Columns of the largest piece that is still one part: what a solver does well in a second or two.
    enough : int
        Columns at which a part is full.
    fewest : int
        Fewer parts than these are no division: the whole is solved as one.
    ties : float
        Of all rows, how many may tie parts together before the parts say nothing of the whole.
    """

    large: int = 10_000
    most: int = 1_200
    enough: int = 500
    fewest: int = 8
    ties: float = 0.05


SIZES = Sizes()


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Parts of a programme.

    Parameters
    ----------
    columns : tuple of int arrays
        The columns of each part, in order; each column is in one part.
    part : int array, shape (columns,)
    ties : bool array, shape (rows,)
        Rows with columns in more than one part.
    """

    columns: tuple[Ints, ...]
    part: Ints
    ties: Bools

    def __len__(self) -> int:
        return len(self.columns)


def divide(program: Program, sizes: Sizes) -> Parts | None:
    """Find the parts of a programme.

    Parameters
    ----------
    program : Program
    sizes : Sizes

    Returns
    -------
    Parts or None
        None where it is small, or does not fall apart into parts with few ties.
    """
    widths = np.unique(np.diff(program.starts))
    if (program.lower < program.upper).sum() < sizes.large or not widths.size:
        return None
    low, high = 0, widths.size - 1  # the largest width that can stay; pieces only grow with it
    pieces = _pieces(program, int(widths[0]))
    while low < high:
        middle = (low + high + 1) // 2
        found = _pieces(program, int(widths[middle]))
        if np.bincount(found).max() <= sizes.most:
            low, pieces = middle, found
        else:
            high = middle - 1
    if np.bincount(pieces).max() > sizes.most:
        return None
    parts = _parts(program, _gathered(pieces, sizes.enough))
    if len(parts) < sizes.fewest or parts.ties.sum() > sizes.ties * program.rows:
        return None
    return parts


def joined(program: Program, most: int, enough: int) -> Parts:
    """Parts that rows join one after another, the narrowest first, as long as none grows too large.

    Unlike in `divide`, a wide row that lies within one part is no tie, however wide it is, and a programme of any size
    is divided.

    Parameters
    ----------
    program : Program
    most : int
        Columns of the largest part.
    enough : int
        Columns from which a part stands alone; those that are smaller become one.

    Returns
    -------
    Parts
    """
    above = list(range(program.columns))
    size = [1] * program.columns

    def root(column: int) -> int:
        while above[column] != column:
            above[column] = above[above[column]]
            column = above[column]
        return column

    for row in np.argsort(np.diff(program.starts), kind="stable").tolist():
        roots = {root(column) for column in program.entries(row)[0].tolist()}
        if len(roots) < 2 or sum(size[one] for one in roots) > most:
            continue
        largest = max(roots, key=lambda one: (size[one], -one))
        for one in roots - {largest}:
            above[one] = largest
            size[largest] += size[one]
    pieces = np.unique([root(column) for column in range(program.columns)], return_inverse=True)[1]
    small = np.bincount(pieces)[pieces] < enough
    part = np.unique(np.where(small, pieces.size, pieces), return_inverse=True)[1]
    return _parts(program, part)


def _parts(program: Program, part: Ints) -> Parts:
    of_entries = part[program.indices]
    ties = program.by_row(np.maximum, of_entries, empty=0) != program.by_row(np.minimum, of_entries, empty=0)
    order = np.argsort(part, kind="stable")
    return Parts(tuple(np.split(order, np.cumsum(np.bincount(part))[:-1])), part, ties)


def _pieces(program: Program, width: int) -> Ints:
    """Which columns hang together by rows of at most `width` columns; pieces are numbered in order of their first."""
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    lengths = np.diff(program.starts)
    narrow = np.repeat(lengths <= width, lengths)
    row = np.repeat(np.arange(program.rows), lengths)[narrow]
    column = program.indices[narrow] + program.rows
    size = program.rows + program.columns
    graph = sparse.csr_array((np.ones(row.size), (row, column)), shape=(size, size))
    labels = connected_components(graph, directed=False)[1][program.rows :]
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(first.size, dtype=np.int64)
    rank[np.argsort(first)] = np.arange(first.size)
    return rank[inverse]


def _gathered(pieces: Ints, enough: int) -> Ints:
    """The part of each column: pieces in their order, until a part is full."""
    part_of, part, size = [], 0, 0
    for columns in np.bincount(pieces).tolist():
        if size and size + columns > enough:
            part, size = part + 1, 0
        part_of.append(part)
        size += columns
    return np.asarray(part_of, dtype=np.int64)[pieces]
