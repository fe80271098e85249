"""Limits that a scenario sets to its goals."""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from planner.audit.case import Case, Unit, Violation
from planner.audit.goals import goal_value
from planner.clauses import Settings

UNITS: dict[str, Unit] = {"cost": "yuan", "area": "m2", "tier_area": "m2", "evenness": "m2", "moves": "patches"}


def check(case: Case, settings: Settings) -> Iterator[Violation]:
    """Each goal beyond its limit; of a decimal goal the breach is told in whole units, rounded up."""
    for goal in case.scenario.goals:
        limit = goal.at_least if goal.name.maximised else goal.at_most
        if limit is None:
            continue
        value = goal_value(case, goal.name, ())
        beyond = Fraction(limit) - value if goal.name.maximised else value - Fraction(limit)
        if beyond > 0:
            whole, unit = int(limit), UNITS.get(goal.name, "goal")
            if goal.name.maximised:
                yield Violation(str(goal.name), whole, whole - ceil(beyond), unit, "least")
            else:
                yield Violation(str(goal.name), whole, whole + ceil(beyond), unit, "most")
