"""Geological hazard points are removed in time."""

from collections.abc import Iterator

from planner.audit.case import Case, Violation
from planner.clauses.hazards import HazardSettings


def check(case: Case, settings: HazardSettings) -> Iterator[Violation]:
    """Points of the patches finished by the year set, against the number required."""
    by_year = case.scenario.horizon.last if settings.by_year is None else settings.by_year
    removed = 0
    for task, patch, option in case.tasks:
        if case.finish(patch, option, task.start) <= by_year:
            removed += patch.hazard_points
    required = settings.required_points
    if required is None:
        required = sum(p.hazard_points for p in case.government_patches if p.treatment != "natural")
    if removed < required:
        yield Violation(str(by_year), required, removed, "points", "least")
