"""What each row of the choices table spends: by base payer and year, in the series that the budgets bind."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from planner.ledger import Option, Patch
from planner.model.amounts import Ints, split_each, weight_table
from planner.plan import Purse, Works
from planner.scenario import Basis

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Priced:
    """Rows of the choices table with their cost; `patch` and `option` are indices."""

    patches: tuple[Patch, ...]
    options: tuple[Option, ...]
    patch: Ints
    option: Ints
    start: Ints
    cost: Ints


@dataclass(frozen=True, slots=True)
class Payers:
    """The base payers of each patch that purses pay for.

    Parameters
    ----------
    purses : tuple of Purse
    group : int array, shape (patches,)
        Patches with the same payers are in one group; -1 where no purse pays.
    purse : int array, shape (groups, m)
        Indices into `purses`, -1 where a group has fewer payers.
    weight : int or object array, shape (groups, m)
    """

    purses: tuple[Purse, ...]
    group: Ints
    purse: Ints
    weight: npt.NDArray[np.generic]

    def divided(self, patch: Ints, yuan: Ints) -> Ints:
        """Amounts of patches (given as indices), divided among their payers; shape (n, m)."""
        return split_each(yuan, self.weight[self.group[patch]])


def payers_of(works: Works, patches: tuple[Patch, ...], from_purses: Bools) -> Payers:
    """Who pays for each patch, worked out once for all that have the same payers."""
    groups: dict[object, int] = {}
    shares: list[dict[Purse, Fraction]] = []
    group = np.full(len(patches), -1, dtype=np.int64)
    for p in np.flatnonzero(from_purses).tolist():
        patch = patches[p]
        alike = (patch.ever_licensed, patch.district, patch.district_shares)
        if alike not in groups:
            groups[alike] = len(shares)
            shares.append(works.payers(patch))
        group[p] = groups[alike]
    index: dict[Purse, int] = {}
    width = max((len(payers) for payers in shares), default=1)
    purse = [[index.setdefault(payer, len(index)) for payer in payers] for payers in shares]
    table = np.asarray([[*line, *[-1] * (width - len(line))] for line in purse], dtype=np.int64).reshape(-1, width)
    return Payers(tuple(index), group, table, weight_table([tuple(payers.values()) for payers in shares]))


def spending_events(works: Works, rows: Priced, from_purses: Bools) -> tuple[tuple[Purse, ...], Ints]:
    """What base payers spend within the horizon, row by row.

    Returns
    -------
    purses : tuple of Purse
        In the order in which they first spend.
    events : int array, shape (m, 4)
        Row, index of the purse, year, yuan; never 0 yuan.
    """
    payers = payers_of(works, rows.patches, from_purses)
    paid = np.flatnonzero(from_purses[rows.patch])
    owed = payers.divided(rows.patch[paid], rows.cost[paid])
    if works.scenario.basis is Basis.COMMITMENTS:
        yuan = owed[:, :, None]
    else:
        yuan = _share_payments(owed, _payments(works, rows, paid))
    at, payer, offset = np.nonzero(yuan)
    year = rows.start[paid[at]] + offset
    within = year <= works.scenario.horizon.last
    at, payer, offset, year = at[within], payer[within], offset[within], year[within]
    purse = payers.purse[payers.group[rows.patch[paid[at]]], payer]
    used, first, code = np.unique(purse, return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    events = np.column_stack([paid[at], place[code], year, yuan[at, payer, offset]])
    return tuple(payers.purses[k] for k in used[order].tolist()), events


def _payments(works: Works, rows: Priced, paid: Ints) -> Ints:
    """Cash of some rows by project year, all payers together; shape (n, years)."""
    offered, first, own = np.unique(rows.option[paid], return_index=True, return_inverse=True)
    weights = []
    for k, p in zip(offered.tolist(), rows.patch[paid[first]].tolist(), strict=True):
        option = rows.options[k]
        weights.append(option.cash_yuan or works.scenario.profile(works.duration(rows.patches[p], option)))
    return split_each(rows.cost[paid], weight_table(weights)[own])


def _share_payments(owed: Ints, payments: Ints) -> Ints:
    """Divide yearly payments among payers, each year in proportion to what each still owes (`plan.works`).

    Parameters
    ----------
    owed : int array, shape (n, payers)
    payments : int array, shape (n, years)

    Returns
    -------
    int array, shape (n, payers, years)
    """
    left = owed.copy()
    shared = np.zeros((*owed.shape, payments.shape[1]), dtype=np.int64)
    for year in range(payments.shape[1]):
        shared[:, :, year] = split_each(payments[:, year], left)
        left -= shared[:, :, year]
    return shared
