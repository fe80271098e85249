"""What purses spend, by the window of vintages that may cover it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from planner.model.bind._money import spending_of_works
from planner.model.choices import Ints
from planner.model.draft import Draft
from planner.plan import Purse

Window = tuple[int, int]  # oldest vintage that may pay, year of the spending


class Terms(NamedTuple):
    """Columns of the programme, and what one unit of each spends, in yuan; columns may repeat."""

    column: Ints
    yuan: Ints


Windows = dict[Purse, dict[Window, Terms]]
NONE = Terms(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def joined(parts: Iterable[Terms]) -> Terms:
    """Terms one after another."""
    own = [NONE, *parts]
    return Terms(np.concatenate([part.column for part in own]), np.concatenate([part.yuan for part in own]))


def by_window(purses: Sequence[Purse], purse: Ints, low: Ints, year: Ints, terms: Terms) -> Windows:
    """Group terms by purse and window.

    Parameters
    ----------
    purse : int array, shape (m,)
        Indices into `purses`.
    low, year : int arrays, shape (m,)
        The oldest vintage that may pay, and the year of the spending.
    """
    found: Windows = defaultdict(dict)
    order = np.lexsort((year, low, purse))
    keys = np.stack([purse[order], low[order], year[order]])
    cuts = [0, *(np.flatnonzero((keys[:, 1:] != keys[:, :-1]).any(axis=0)) + 1).tolist(), len(order)]
    for begin, end in pairwise(cuts):
        if begin < end:
            at, first, last = keys[:, begin].tolist()
            own = order[begin:end]
            found[purses[at]][first, last] = Terms(terms.column[own], terms.yuan[own])
    return found


def spending_by_window(draft: Draft) -> Windows:
    """What each purse spends by the window of vintages that may cover it, grants moved to their sources."""
    works = spending_of_works(draft)
    low = works.year - draft.scenario.carry.years
    if draft.scenario.carry.scope == "patch":
        low = np.maximum(low, works.start)
    return by_window(works.purses, works.purse, low, works.year, Terms(works.column, works.yuan))
