"""The book-keeping of purses for many draws at once: the same rules as `planner.plan.accounts`, over arrays of int64.

An amount is at most 10^12 yuan, a factor at most 4 and counted in millionths: twice their product is within 63 bits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.plan import Body, Purse
from planner.plan.accounts import oldest_vintage
from planner.scenario import BASE_SOURCES, OWN_MONEY, Basis, Scenario

Ints = npt.NDArray[np.int64]
PPM = 1_000_000
MOST_YUAN = 10**12


@dataclass(frozen=True, slots=True)
class Events:
    """What a plan spends within the horizon, in the series that budgets bind.

    Parameters
    ----------
    patches : tuple of str
        `patch` holds indices into it; −1 for costs of holding sites, which do not overrun.
    purses : tuple of Purse
    patch, purse, oldest, year, yuan, owed : int arrays, shape (m,)
        `oldest`: the oldest vintage that may pay. `yuan`: what the plan says. `owed`: what the purse would owe had no
        further source helped; the overrun is reckoned on it.
    """

    patches: tuple[str, ...]
    purses: tuple[Purse, ...]
    patch: Ints
    purse: Ints
    oldest: Ints
    year: Ints
    yuan: Ints
    owed: Ints


def events_of(scenario: Scenario, body: Body) -> Events:
    """List the spending of a plan.

    Raises
    ------
    OverflowError
        An amount is too large for exact arithmetic in 63 bits.
    """
    starts = {task.patch: task.start for task in body.schedule}
    last = scenario.horizon.last
    rows: dict[tuple[str, Purse, int, int], list[int]] = {}

    def add(patch: str, purse: Purse, oldest: int, year: int, yuan: int, owed: int) -> None:
        entry = rows.setdefault((patch, purse, oldest, year), [0, 0])
        entry[0] += yuan
        entry[1] += owed

    for row in body.cash if scenario.basis is Basis.CASH else body.commitments:
        if row.source not in OWN_MONEY and row.year <= last:
            oldest = oldest_vintage(scenario, row.year, starts[row.patch])
            owed = row.yuan if row.source in BASE_SOURCES else 0
            add(row.patch, Purse(row.source, row.district), oldest, row.year, row.yuan, owed)
    for grant in body.auxiliary.grants:
        oldest = oldest_vintage(scenario, grant.year, starts[grant.patch])
        add(grant.patch, Purse(grant.from_source, grant.from_district), oldest, grant.year, 0, grant.yuan)
    for charge in body.holding:
        if charge.year <= last:
            oldest = oldest_vintage(scenario, charge.year, charge.year)
            add("", Purse(charge.source, charge.district), oldest, charge.year, charge.yuan, 0)
    patches = tuple(sorted({key[0] for key in rows if key[0]}))
    money = {Purse(b.source, b.district) for b in scenario.budgets}
    purses = tuple(sorted(money | {key[1] for key in rows}, key=lambda p: (p.source, p.district or "")))
    index = {name: i for i, name in enumerate(patches)} | {"": -1}
    at = {purse: i for i, purse in enumerate(purses)}
    table = np.asarray(
        [(index[p], at[k], oldest, year, *amounts) for (p, k, oldest, year), amounts in rows.items()], dtype=np.int64
    ).reshape(-1, 6)
    if table.size and int(np.abs(table[:, 4:]).max()) > MOST_YUAN:
        raise OverflowError(
            f"an amount is more than {MOST_YUAN:,} of the currency's units; give the ledger in larger ones"
        )
    return Events(patches, purses, *(table[:, column] for column in range(6)))


def budgets_of(scenario: Scenario, purses: tuple[Purse, ...], years: range) -> Ints:
    """Whole budgets by purse and vintage, shape (purses, years); the reserve may be used when things go wrong."""
    budgets = np.zeros((len(purses), len(years)), dtype=np.int64)
    at = {purse: i for i, purse in enumerate(purses)}
    for budget in scenario.budgets:
        budgets[at[Purse(budget.source, budget.district)], budget.year - years.start] = budget.yuan
    return budgets


def grown(amounts: Ints, ppm: Ints) -> Ints:
    """Each amount times each factor in millionths, halves away from zero; shapes broadcast."""
    product = amounts * ppm
    return np.asarray(np.sign(product) * ((2 * np.abs(product) + PPM) // (2 * PPM)), dtype=np.int64)


def overdrawn(spent: dict[tuple[int, int, int], Ints], budgets: Ints, years: range) -> Ints:
    """What each purse is overdrawn by in each year, oldest money first.

    Parameters
    ----------
    spent : dict of (purse, oldest, year) to int array, shape (draws,)
    budgets : int array, shape (draws, purses, years)
    years : range
        Of the vintages.

    Returns
    -------
    int array, shape (draws, purses, years)
        What is overdrawn in a year is made good from elsewhere and burdens no later year.
    """
    left = budgets.copy()
    missing = np.zeros_like(budgets)
    for purse, oldest, year in sorted(spent, key=lambda key: (key[0], key[2], key[1])):
        owed = spent[purse, oldest, year].copy()
        for vintage in range(max(oldest, years.start), year + 1):
            part = np.minimum(owed, left[:, purse, vintage - years.start])
            np.maximum(part, 0, out=part)
            left[:, purse, vintage - years.start] -= part
            owed -= part
        missing[:, purse, year - years.start] += np.maximum(owed, 0)
    return missing
