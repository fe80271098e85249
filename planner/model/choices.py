"""The choices table: one row for each (patch, option, start year) that the option's window allows.

A plan picks rows. A clause that makes a row inadmissible takes it away, with its name kept as the reason.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.findings import BadInput, Finding
from planner.ledger import Ledger, Option, Patch
from planner.ledger.cells import LARGEST
from planner.plan import Pick, Purse, Works
from planner.plan.works import share_payments
from planner.scenario import Basis, Scenario

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
        Of each row, defaults filled in.
    patch, start, finish : int arrays, shape (n,)
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
    start: Ints
    finish: Ints
    counts: Bools
    area_m2: Ints
    cost_yuan: Ints
    purses: tuple[Purse, ...]
    event_row: Ints
    event_purse: Ints
    event_year: Ints
    event_yuan: Ints

    def __len__(self) -> int:
        return len(self.options)

    def pick(self, row: int) -> Pick:
        """The decision that a row stands for."""
        return Pick(self.patches[self.patch[row]].patch, self.options[row].option, int(self.start[row]))

    def of_patches(self, wanted: Bools) -> Bools:
        """Rows of the patches marked in a bool array over `patches`."""
        return np.asarray(wanted)[self.patch]

    def per_patch(self, values: list[int] | list[bool]) -> Ints:
        """An integer array over `patches`, spread over the rows."""
        return np.asarray(values, dtype=np.int64)[self.patch]


def list_choices(ledger: Ledger, scenario: Scenario) -> Choices:
    """Work out the choices table of a ledger under a scenario.

    Raises
    ------
    BadInput
        The scenario's prices lift a cost past what can be reckoned with exactly (`planner.ledger.cells.LARGEST`).
    """
    works = Works(ledger, scenario)
    years = scenario.horizon.years
    purse_index: dict[Purse, int] = {}
    options: list[Option] = []
    costs: list[int] = []
    spans: list[tuple[int, ...]] = []  # a patch's option: patch, first start, number of starts, years, counts, area
    events: list[tuple[int, int, int, int]] = []
    for p, patch in enumerate(ledger.patches):
        paid = works.from_purses(patch)
        for option in ledger.options_of(patch):
            first = max(years.start, option.first_start or years.start)
            last = min(scenario.horizon.last, option.last_start or scenario.horizon.last)
            starts = range(first, last + 1)
            spans.append(
                (
                    p, first, len(starts), works.duration(patch, option), int(works.counts_as_task(patch, option)),
                    works.task_area(patch, option),
                )
            )  # fmt: skip
            for row, start in enumerate(starts, len(options)):
                costs.append(works.cost(option, start))
                if paid:
                    for purse, year, yuan in _events(works, patch, option, start):
                        events.append((row, purse_index.setdefault(purse, len(purse_index)), year, yuan))
            options += [option] * len(starts)
    columns = _per_start(np.asarray(spans, dtype=np.int64).reshape(-1, 6))
    _within_reckoning(scenario, options, columns["start"], costs)
    event_table = np.asarray(events, dtype=np.int64).reshape(-1, 4)
    return Choices(
        patches=ledger.patches,
        options=tuple(options),
        patch=columns["patch"],
        start=columns["start"],
        finish=columns["finish"],
        counts=columns["counts"].astype(bool),
        area_m2=columns["area"],
        cost_yuan=np.asarray(costs, dtype=np.int64),
        purses=tuple(purse_index),
        event_row=event_table[:, 0],
        event_purse=event_table[:, 1],
        event_year=event_table[:, 2],
        event_yuan=event_table[:, 3],
    )


def _per_start(spans: Ints) -> dict[str, Ints]:
    """One entry for each start year from one for each option of a patch."""
    count = np.maximum(spans[:, 2], 0)
    patch, first, _, years, counts, area = np.repeat(spans, count, axis=0).T
    start = first + np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)
    return {"patch": patch, "start": start, "finish": start + years - 1, "counts": counts, "area": area}


def _within_reckoning(scenario: Scenario, options: list[Option], starts: Ints, costs: list[int]) -> None:
    """Refuse prices that lift a cost past what is exact: one finding, for one setting is to blame, at the dearest."""
    beyond = [row for row, cost in enumerate(costs) if cost > LARGEST]
    if not beyond:
        return
    dearest = max(beyond, key=costs.__getitem__)
    prices = scenario.price_index
    values = {
        "patch": options[dearest].patch,
        "option": options[dearest].option,
        "year": int(starts[dearest]),
        "cost": f"{costs[dearest]:,}",
        "unindexed": f"{options[dearest].cost_yuan:,}",
        "largest": f"{LARGEST:,}",
        "count": len({options[row].patch for row in beyond}),
        "base_year": prices.base_year or scenario.horizon.first,
        "contingency": scenario.contingency_percent,
    }
    raise BadInput([Finding("scenario.cost_beyond", values, column="price_index.rate", value=str(prices.rate))])


def _events(works: Works, patch: Patch, option: Option, start: int) -> list[tuple[Purse, int, int]]:
    commitments = works.commitments(patch, option, start)
    if works.scenario.basis is Basis.COMMITMENTS:
        return [(purse, start, yuan) for purse, yuan in commitments.items() if yuan]
    cash = share_payments(commitments, works.payments(patch, option, start))
    last = works.scenario.horizon.last
    return [(purse, y, yuan) for purse, by_year in cash.items() for y, yuan in by_year.items() if y <= last]
