"""Artificial restoration is finished by the end of the horizon."""

from collections.abc import Iterator

from planner.audit._finished import unfinished
from planner.audit.case import Case, Violation
from planner.clauses import Settings
from planner.ledger import Treatment


def check(case: Case, settings: Settings) -> Iterator[Violation]:
    """Each patch of artificial restoration that is late or missing."""
    return unfinished(case, settings, Treatment.ARTIFICIAL)
