"""Limits that a scenario sets to its goals: one row each, over the goal's own columns."""

from fractions import Fraction
from math import ceil, floor

import numpy as np

from planner.clauses import Settings
from planner.model.draft import Draft
from planner.model.goals import objective
from solvers import Sense


def bind(draft: Draft, settings: Settings) -> None:
    """Hold every goal with a limit to it, in the goal's whole units."""
    for goal in draft.scenario.goals:
        if goal.limit is None:
            continue
        built = objective(draft, goal.name)
        columns = np.flatnonzero(built.coefficients)
        side = Fraction(goal.limit) * built.scale - built.constant
        more = built.sense is Sense.MAXIMISE
        sides = (float(ceil(side)), np.inf) if more else (-np.inf, float(floor(side)))
        draft.add_row(f"goal_limits[{goal.name}]", columns, built.coefficients[columns], *sides)
