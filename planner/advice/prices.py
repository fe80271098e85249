"""What each year of each patch costs at the margin, for many patches at once: from the linear relaxation."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

import numpy as np

from planner.advice.said import Record
from planner.ledger import Ledger
from planner.model.formulate import formulate
from planner.model.relaxation import relax
from planner.plan import Plan
from planner.scenario import Scenario, overridden


class YearPrice(Record):
    """What it costs at least to start a patch in a year.

    Parameters
    ----------
    goals : mapping of str to float, or None
        In each goal's own unit, beside the relaxation's optimum with the goals before it held at the plan's values.
        None: no choice is left in the year.
    """

    year: int
    goals: dict[str, float] | None


class PatchPrices(Record):
    """The prices of one patch, and the year that the plan gives it."""

    patch: str
    start: int | None
    years: tuple[YearPrice, ...]


class Prices(Record):
    """The table; `method` says where the prices come from.

    A price is a reduced cost of the linear relaxation: forcing that start makes the goal worse than the relaxation's
    optimum by at least so much. It is no re-solve, and 0 does not promise that the start is free.
    """

    format: Literal["shanfu-prices/1"] = "shanfu-prices/1"
    method: Literal["reduced costs of the linear relaxation"] = "reduced costs of the linear relaxation"
    goals: tuple[str, ...]
    patches: tuple[PatchPrices, ...]

    def to_dict(self) -> dict[str, Any]:
        """The table as plain JSON data."""
        return self.model_dump(mode="json")


def marginal_prices(ledger: Ledger, scenario: Scenario, plan: Plan, patches: Collection[str] | None = None) -> Prices:
    """The marginal price of each year, of the patches named or of all that have a choice.

    Raises
    ------
    BadInput
        The scenario does not fit the ledger.
    """
    seen = overridden(ledger, scenario)
    formulation = formulate(seen, scenario)
    choices = formulation.choices
    reached = {goal.name: goal for goal in plan.certificate.goals}
    for goal in scenario.ordered_goals:
        formulation.objective(goal.name)
    costs: dict[str, Any] = {}
    for goal in scenario.ordered_goals:
        relaxed, scale = relax(formulation.problem(goal.name)), float(formulation.objective(goal.name).scale)
        if relaxed is not None:
            costs[str(goal.name)] = relaxed.reduced_cost[: len(choices)] / scale
        if goal.name in reached:
            formulation.cap(goal.name, float(reached[goal.name].value) * scale, goal.tolerance)
    starts = {task.patch: task.start for task in plan.schedule}
    closed = formulation.draft.closed
    found = []
    for p, patch in enumerate(choices.patches):
        own = choices.patch == p
        if (patches is not None and patch.patch not in patches) or not (own & ~closed).any():
            continue
        years = []
        for year in scenario.horizon.years:
            rows = np.flatnonzero(own & ~closed & (choices.start == year))
            least = {name: float(cost[rows].min()) for name, cost in costs.items()} if rows.size else None
            years.append(YearPrice(year=year, goals=least))
        found.append(PatchPrices(patch=patch.patch, start=starts.get(patch.patch), years=tuple(years)))
    return Prices(goals=tuple(costs), patches=tuple(found))
