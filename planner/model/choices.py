"""The choices table: one row for each (patch, option, start year) that the option's window allows.

A plan picks rows. A clause that makes a row inadmissible takes it away, with its name kept as the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.findings import BadInput, Finding
from planner.ledger import Ledger, Option, Patch
from planner.ledger.cells import LARGEST
from planner.model.amounts import half_up_each
from planner.model.events import Priced, spending_events
from planner.plan import Pick, Purse, Works
from planner.scenario import Scenario

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Choices:
    """Plain arrays over the rows; `n` rows, `m` spending events.

    Parameters
    ----------
    patches : tuple of Patch
        In the ledger's order; `patch` holds indices into it.
    options : tuple of Option
        All that the ledger offers, defaults filled in; `option` holds indices into it.
    patch, option, start, finish : int arrays, shape (n,)
        Rows of one patch stand together, in the ledger's order.
    counts : bool array, shape (n,)
        Whether area and money of the row are a government task.
    area_m2, cost_yuan : int arrays, shape (n,)
        Task area, and whole cost in the prices of the start year.
    purses : tuple of Purse
        `event_purse` holds indices into it.
    event_row, event_purse, event_year, event_yuan : int arrays, shape (m,)
        What base payers spend within the horizon, in the series that the budgets bind.
    """

    patches: tuple[Patch, ...]
    options: tuple[Option, ...]
    patch: Ints
    option: Ints
    start: Ints
    finish: Ints
    counts: Bools
    area_m2: Ints
    cost_yuan: Ints
    from_purses: Bools
    purses: tuple[Purse, ...]
    event_row: Ints
    event_purse: Ints
    event_year: Ints
    event_yuan: Ints

    def __len__(self) -> int:
        return len(self.patch)

    def option_of(self, row: int) -> Option:
        """The option that a row stands for."""
        return self.options[int(self.option[row])]

    def rows_of(self, patch: int) -> Ints:
        """The rows of one patch, by its place in the ledger."""
        return np.arange(*np.searchsorted(self.patch, [patch, patch + 1]))

    def pick(self, row: int) -> Pick:
        """The decision that a row stands for."""
        return Pick(self.patches[self.patch[row]].patch, self.option_of(row).option, int(self.start[row]))

    def of_patches(self, wanted: Bools) -> Bools:
        """Rows of the patches marked in a bool array over `patches`."""
        return np.asarray(wanted)[self.patch]

    def per_patch(self, values: list[int] | list[bool]) -> Ints:
        """An integer array over `patches`, spread over the rows."""
        return np.asarray(values, dtype=np.int64)[self.patch]

    def of_options(self, wanted: Callable[[Option], bool]) -> Bools:
        """Rows of the options for which something holds."""
        return np.asarray([wanted(option) for option in self.options], dtype=bool)[self.option]


def list_choices(ledger: Ledger, scenario: Scenario) -> Choices:
    """Work out the choices table of a ledger under a scenario.

    Raises
    ------
    BadInput
        The scenario's prices lift a cost past what can be reckoned with exactly (`planner.ledger.cells.LARGEST`).
    """
    works = Works(ledger, scenario)
    offers = [(p, patch, option) for p, patch in enumerate(ledger.patches) for option in ledger.options_of(patch)]
    horizon = scenario.horizon
    spans = np.asarray(
        [
            (
                max(horizon.first, option.first_start or horizon.first),
                min(horizon.last, option.last_start or horizon.last), works.duration(patch, option),
                works.counts_as_task(patch, option), works.task_area(patch, option), p,
            )
            for p, patch, option in offers
        ],
        dtype=np.int64,
    ).reshape(-1, 6)  # fmt: skip
    count = np.maximum(spans[:, 1] - spans[:, 0] + 1, 0)
    offer = np.repeat(np.arange(len(offers)), count)
    first, _, years, counts, area, patch = spans[offer].T
    start = first + np.arange(len(offer)) - np.repeat(np.cumsum(count) - count, count)
    options = tuple(option for _, _, option in offers)
    cost = _costs(works, options, offer, start)
    from_purses = np.asarray([works.from_purses(patch) for patch in ledger.patches], dtype=bool)
    purses, events = spending_events(works, Priced(ledger.patches, options, patch, offer, start, cost), from_purses)
    return Choices(
        patches=ledger.patches,
        options=options,
        patch=patch,
        option=offer,
        start=start,
        finish=start + years - 1,
        counts=counts.astype(bool),
        area_m2=area,
        cost_yuan=cost,
        from_purses=from_purses,
        purses=purses,
        event_row=events[:, 0],
        event_purse=events[:, 1],
        event_year=events[:, 2],
        event_yuan=events[:, 3],
    )


def _costs(works: Works, options: tuple[Option, ...], offer: Ints, start: Ints) -> Ints:
    """The whole cost of each row in the prices of its start year."""
    unindexed = np.asarray([option.cost_yuan for option in options], dtype=np.int64)[offer]
    costs = np.zeros(len(offer), dtype=np.int64)
    for year in np.unique(start).tolist():
        rows = np.flatnonzero(start == year)
        priced = half_up_each(unindexed[rows], *works.price_factor(year))
        if max(priced, default=0) > LARGEST:
            raise BadInput([_beyond_reckoning(works, [options[k] for k in offer.tolist()], start.tolist())])
        costs[rows] = priced
    return costs


def _beyond_reckoning(works: Works, options: list[Option], starts: list[int]) -> Finding:
    """What to say of prices that lift a cost past what is exact: one setting is to blame, shown at the dearest row."""
    costs = [works.cost(option, start) for option, start in zip(options, starts, strict=True)]
    dearest = max(range(len(costs)), key=costs.__getitem__)
    scenario = works.scenario
    prices = scenario.price_index
    values = {
        "patch": options[dearest].patch,
        "option": options[dearest].option,
        "year": starts[dearest],
        "cost": f"{costs[dearest]:,}",
        "unindexed": f"{options[dearest].cost_yuan:,}",
        "largest": f"{LARGEST:,}",
        "count": len({option.patch for option, cost in zip(options, costs, strict=True) if cost > LARGEST}),
        "base_year": prices.base_year or scenario.horizon.first,
        "contingency": scenario.contingency_percent,
    }
    return Finding("scenario.cost_beyond", values, column="price_index.rate", value=str(prices.rate))
