"""What an auditor has before them: the inputs and the plan, joined by nothing but ids.

This room works everything out again in its own way; it shares no arithmetic with the room that talks to solvers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cached_property
from typing import Literal

from planner.ledger import Ledger, Option, Patch, Treatment
from planner.ledger.category.rules import named
from planner.plan import Body, Task
from planner.scenario import Scenario

Unit = Literal["m2", "yuan", "points", "projects", "patches", "sources", "year", "goal", ""]


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which a plan goes against a clause.

    Parameters
    ----------
    place : str
        Patch, purse or year.
    required, actual : int
        The side that is broken, and what the plan has.
    unit : str
    side : {"least", "most", "exactly", "after"}
        Whether `required` is a lower side, an upper side, or the only value allowed; "after": so many patches should
        have gone before this one and have not.
    """

    place: str
    required: int
    actual: int
    unit: Unit
    side: Literal["least", "most", "exactly", "after"]

    @property
    def amount(self) -> int:
        """By how much, never negative."""
        return abs(self.actual - self.required)


@dataclass(frozen=True)
class Case:
    """The inputs and a plan's body.

    Parameters
    ----------
    ledger : Ledger
        As the scenario sees it.
    """

    ledger: Ledger
    scenario: Scenario
    body: Body

    @cached_property
    def tasks(self) -> tuple[tuple[Task, Patch, Option], ...]:
        """Each task with its patch and option; tasks that name neither are left to the consistency check."""
        joined = []
        for task in self.body.schedule:
            patch = self.ledger.by_id.get(task.patch)
            option = (
                next((o for o in self.ledger.options_of(patch) if o.option == task.option), None) if patch else None
            )
            if patch is not None and option is not None:
                joined.append((task, patch, option))
        return tuple(joined)

    @cached_property
    def pick_of(self) -> dict[str, tuple[Task, Option]]:
        """The task and option of each planned patch that the ledger knows."""
        return {patch.patch: (task, option) for task, patch, option in self.tasks}

    @cached_property
    def task_of(self) -> dict[str, Task]:
        """The task of each planned patch."""
        return {task.patch: task for task in self.body.schedule}

    def finish(self, patch: Patch, option: Option, start: int) -> int:
        """Last year of the works, from the ledger's duration or the rule by area."""
        years = option.duration_years or patch.duration_years
        if not years:
            years = 2 if patch.area_m2 >= self.scenario.durations.one_year_below_m2 else 1
        return start + years - 1

    def price(self, option: Option, start: int) -> int:
        """Cost in the prices of the start year with its contingency, half up."""
        prices = self.scenario.price_index
        years = start - (prices.base_year if prices.base_year is not None else self.scenario.horizon.first)
        with localcontext(prec=60):
            factor = (1 + prices.rate) ** years * (100 + self.scenario.contingency_percent) / 100
            return int((option.cost_yuan * factor).quantize(Decimal(1), rounding=ROUND_HALF_UP))

    def task_area(self, patch: Patch, option: Option) -> int:
        """Area that counts, m²: none where only the hazards are removed."""
        return 0 if option.hazard_only or not self.is_government_task(patch, option) else patch.area_m2

    def is_government_task(self, patch: Patch, option: Option) -> bool:
        """Whether it counts in task area and money."""
        return not patch.by_enterprise and option.treatment != Treatment.NATURAL

    def by_user(self, patch: Patch) -> bool:
        """Whether the user named in the ledger restores a patch inside the urban growth boundary at their own cost."""
        if patch.by_enterprise or not self.scenario.clause("payer").user_pays:
            return False
        return patch.urban_growth_boundary and named(patch.named_user)

    @property
    def government_patches(self) -> Iterator[Patch]:
        """The patches that no enterprise restores."""
        return (patch for patch in self.ledger.patches if not patch.by_enterprise)
