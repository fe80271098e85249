"""Works wait until tenure is clear."""

from collections.abc import Iterator

from planner.audit.case import Case, Violation
from planner.clauses import Settings


def check(case: Case, settings: Settings) -> Iterator[Violation]:
    """Each patch that starts before its tenure is clear."""
    for task, patch, _ in case.tasks:
        if patch.tenure_clear_from is not None and task.start < patch.tenure_clear_from:
            yield Violation(task.patch, patch.tenure_clear_from, task.start, "year", "least")
