"""Core zones of nature reserves: enclosure only."""

from collections.abc import Iterator

from planner.audit.case import Case, Violation
from planner.clauses import Settings


def check(case: Case, settings: Settings) -> Iterator[Violation]:
    """Each planned patch with works in a core zone whose damage is not irreversible."""
    for task, patch, option in case.tasks:
        if patch.core_reserve and option.treatment != "natural" and not patch.irreversible_damage:
            yield Violation(task.patch, 0, 1, "patches", "most")
