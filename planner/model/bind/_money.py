"""What is spent within the horizon, in the series that the budgets bind: base payers, then what grants move."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.model.choices import Bools, Ints
from planner.model.draft import Draft
from planner.plan import Purse


@dataclass(frozen=True)
class Spending:
    """One entry for each spending of a choice; two for each grant: what its base payer is spared, what its source pays.

    Parameters
    ----------
    column, yuan : int arrays, shape (m,)
        A column of the programme, and what one unit of it spends; negative where a payer is spared.
    purse : int array, shape (m,)
        Indices into `purses`.
    patch : int array, shape (m,)
        Indices into the patches of the choices.
    year, start : int arrays, shape (m,)
        When it is spent, and when the works start that it is spent on.
    purses : tuple of Purse
    """

    column: Ints
    yuan: Ints
    purse: Ints
    patch: Ints
    year: Ints
    start: Ints
    purses: tuple[Purse, ...]

    def by_source(self, wanted: list[bool] | Bools) -> Bools:
        """Entries of the purses marked in a bool array over `purses`."""
        return np.asarray(wanted, dtype=bool)[self.purse]

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """The source of each of `purses`."""
        return tuple(purse.source for purse in self.purses)


def spending_of_works(draft: Draft) -> Spending:
    """All that works spend; `payer` must have declared its grants."""
    choices = draft.choices
    purses = {purse: i for i, purse in enumerate(choices.purses)}
    index = {patch.patch: p for p, patch in enumerate(choices.patches)} if draft.grants else {}
    moved = []
    for column in draft.grants:
        grant = column.grant
        base = purses[Purse(grant.from_source, grant.from_district)]
        further = purses.setdefault(Purse(grant.source, grant.district), len(purses))
        for purse, yuan in ((base, -column.unit), (further, column.unit)):
            moved.append((column.column, yuan, purse, index[grant.patch], grant.year, column.start))
    table = np.asarray(moved, dtype=np.int64).reshape(-1, 6)
    row = choices.event_row
    return Spending(
        column=np.concatenate([row, table[:, 0]]),
        yuan=np.concatenate([choices.event_yuan, table[:, 1]]),
        purse=np.concatenate([choices.event_purse, table[:, 2]]),
        patch=np.concatenate([choices.patch[row], table[:, 3]]),
        year=np.concatenate([choices.event_year, table[:, 4]]),
        start=np.concatenate([choices.start[row], table[:, 5]]),
        purses=tuple(purses),
    )
