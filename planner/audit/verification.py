"""What moves from natural recovery to works was verified before."""

from collections.abc import Iterator

from planner.audit.case import Case, Violation
from planner.clauses import Settings


def check(case: Case, settings: Settings) -> Iterator[Violation]:
    """Each former natural recovery with works that was not verified, or only after they start."""
    for task, patch, option in case.tasks:
        if patch.reclassified_from != "natural" or option.treatment == "natural":
            continue
        if patch.verified_on is None:
            yield Violation(patch.patch, 0, 1, "patches", "most")
        elif task.start < patch.verified_on.year:
            yield Violation(patch.patch, patch.verified_on.year, task.start, "year", "least")
