"""Natural recovery is kept apart from the works."""

from collections.abc import Iterator

from planner.audit.case import Case, Violation
from planner.clauses import Settings


def check(case: Case, settings: Settings) -> Iterator[Violation]:
    """Each patch of natural recovery that stands in the schedule."""
    for task, patch, _ in case.tasks:
        if patch.treatment == "natural":
            yield Violation(task.patch, 0, 1, "patches", "most")
