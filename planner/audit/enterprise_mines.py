"""Closed and producing mines are under restoration by the year set, after their licence."""

from collections.abc import Iterator

from planner.audit.case import Case, Violation
from planner.clauses.enterprise_mines import EnterpriseMinesSettings


def check(case: Case, settings: EnterpriseMinesSettings) -> Iterator[Violation]:
    """Each enterprise mine that does not start, starts late, or starts under its licence."""
    by_year = case.scenario.horizon.last if settings.by_year is None else settings.by_year
    for patch in case.ledger.patches:
        if not patch.by_enterprise:
            continue
        task = case.task_of.get(patch.patch)
        if task is None:
            yield Violation(patch.patch, 1, 0, "patches", "least")
            continue
        if task.start > by_year:
            yield Violation(patch.patch, by_year, task.start, "year", "most")
        if patch.licence_until is not None and task.start <= patch.licence_until.year:
            yield Violation(patch.patch, patch.licence_until.year + 1, task.start, "year", "least")
