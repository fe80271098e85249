"""Distinctive projects of comprehensive use."""

from collections.abc import Iterator

from planner.audit.case import Case, Violation
from planner.clauses.special_project import SpecialProjectSettings


def check(case: Case, settings: SpecialProjectSettings) -> Iterator[Violation]:
    """Special options finished in time against the minimum, all of them against the maximum."""
    by_year = case.scenario.horizon.last if settings.by_year is None else settings.by_year
    special = [(task, patch, option) for task, patch, option in case.tasks if option.special]
    done = len([1 for task, patch, option in special if case.finish(patch, option, task.start) <= by_year])
    if done < settings.minimum:
        yield Violation(str(by_year), settings.minimum, done, "projects", "least")
    if settings.maximum is not None and len(special) > settings.maximum:
        yield Violation(str(case.scenario.horizon.last), settings.maximum, len(special), "projects", "most")
