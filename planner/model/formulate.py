"""Ledger + scenario → a programme that any backend can be given, and back to picks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor

import numpy as np

from planner.ledger import Ledger
from planner.model.bind import bind_clauses
from planner.model.choices import Choices, list_choices
from planner.model.draft import Draft, Floats
from planner.model.goals import Objective, objective
from planner.plan import Grant, Pick, Works
from planner.scenario import GoalName, Scenario
from solvers import Problem, Sense


@dataclass
class Formulation:
    """A bound draft with its goals; `cap` narrows it from goal to goal."""

    draft: Draft

    @property
    def choices(self) -> Choices:
        """The choices table."""
        return self.draft.choices

    def objective(self, name: GoalName) -> Objective:
        """A goal's objective, built once; columns that were declared after it count nothing in it."""
        return objective(self.draft, name)

    def problem(self, name: GoalName) -> Problem:
        """The programme with one goal as its objective, in the goal's whole units."""
        goal = self.objective(name)
        return self.draft.problem(goal.coefficients, float(goal.constant), goal.sense)

    def settled(self, x: Floats) -> Floats:
        """A solution in whole numbers, with no more in its auxiliary columns than its choices need."""
        return self.draft.settled(np.rint(x))

    def point(self, picks: Iterable[Pick], grants: Sequence[Grant] = ()) -> Floats:
        """The point of all columns that stands for picks and grants; picks that are no choice here are left out."""
        row_of = {self.choices.pick(row): row for row in range(len(self.choices))}
        x = np.zeros(self.draft.columns)
        x[[row_of[pick] for pick in picks if pick in row_of]] = 1.0
        given = {_grant_key(grant): grant.yuan for grant in grants}
        for column in self.draft.grants:
            x[column.column] = given.get(_grant_key(column.grant), 0) // column.unit
        return self.settled(x)

    def cap(self, name: GoalName, reached: float, tolerance: float) -> None:
        """Hold a goal at what it reached, give or take its tolerance.

        Parameters
        ----------
        reached : float
            In the objective's own units (benefit times its scale).
        tolerance : float
            Fraction of `reached` that may be given up; rounded down to whole units where the goal is whole.
        """
        goal = self.objective(name)
        columns = np.flatnonzero(goal.coefficients)
        slack = tolerance * abs(reached)
        if goal.whole:
            slack = floor(slack)
        else:  # less than a unit of any breach, more than what adding floats may cost
            slack += 0.4 * float(np.abs(goal.coefficients[columns]).min(initial=np.inf)) if columns.size else 0.0
        limit = reached - goal.constant
        sides = (limit - slack, np.inf) if goal.sense is Sense.MAXIMISE else (-np.inf, limit + slack)
        self.draft.add_row(f"goal[{name}]", columns, goal.coefficients[columns], *sides)

    def picks(self, x: Floats) -> list[Pick]:
        """The rows that a solution picks."""
        return [self.choices.pick(row) for row in np.flatnonzero(x[: len(self.choices)] > 0.5).tolist()]

    def grants(self, x: Floats) -> list[Grant]:
        """What further sources take over in a solution."""
        return [
            column.grant.model_copy(update={"yuan": int(np.rint(x[column.column])) * column.unit})
            for column in self.draft.grants
            if np.rint(x[column.column]) > 0
        ]

    def removed(self) -> dict[Pick, str]:
        """Every choice that a clause took away, with the clause."""
        return {self.choices.pick(row): clause for row, clause in enumerate(self.draft.removed) if clause}


def _grant_key(grant: Grant) -> tuple[object, ...]:
    return (grant.patch, grant.year, grant.from_source, grant.from_district, grant.source, grant.district)


def formulate(ledger: Ledger, scenario: Scenario) -> Formulation:
    """List the choices and bind every clause that is on.

    Parameters
    ----------
    ledger : Ledger
        With the scenario's overrides already applied (`scenario.overridden`).
    scenario : Scenario
    """
    draft = Draft(ledger, scenario, Works(ledger, scenario), list_choices(ledger, scenario))
    bind_clauses(draft)
    return Formulation(draft)
