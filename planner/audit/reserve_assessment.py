"""Inside the red line and the reserves works wait for their assessment."""

from collections.abc import Iterator

from planner.audit.case import Case, Violation
from planner.clauses import Settings
from planner.ledger.category.rules import named


def check(case: Case, settings: Settings) -> Iterator[Violation]:
    """Each patch with works that starts before its assessment, or has none to wait for."""
    for task, patch, option in case.tasks:
        inside = (patch.ecological_redline or named(patch.reserve)) and not patch.core_reserve
        if not inside or patch.assessed or option.treatment == "natural":
            continue
        if patch.assessed_from is None:
            yield Violation(task.patch, 0, 1, "patches", "most")
        elif task.start < patch.assessed_from:
            yield Violation(task.patch, patch.assessed_from, task.start, "year", "least")
