"""What is fixed beforehand: locks, frozen years, and works that have begun."""

from collections.abc import Iterator

from planner.audit.case import Case, Violation
from planner.clauses import Settings


def check(case: Case, settings: Settings) -> Iterator[Violation]:
    """Each lock, frozen list and recorded start that the schedule does not keep."""
    starts = {task.patch: task.start for task in case.body.schedule}
    options = {task.patch: task.option for task in case.body.schedule}
    for lock in case.scenario.locks:
        start = starts.get(lock.patch)
        if lock.kind == "option":
            if start is not None and options[lock.patch] != lock.option:
                yield Violation(f"{lock.patch}/{lock.option}", 1, 0, "patches", "least")
        elif lock.year is None:
            if start is not None:
                yield Violation(lock.patch, 0, 1, "patches", "most")
        elif lock.kind == "year":
            yield from _fixed(lock.patch, lock.year, start)
        elif lock.kind == "by" and start is None:
            yield Violation(lock.patch, 1, 0, "patches", "least")
        elif start is not None and lock.kind == "not_before" and start < lock.year:
            yield Violation(lock.patch, lock.year, start, "year", "least")
        elif start is not None and lock.kind in ("not_after", "by") and start > lock.year:
            yield Violation(lock.patch, lock.year, start, "year", "most")
    for frozen in case.scenario.frozen:
        for patch in frozen.patches:
            yield from _fixed(patch, frozen.year, starts.get(patch))
        for patch, start in starts.items():
            if start == frozen.year and patch not in frozen.patches:
                yield Violation(f"{patch}/{frozen.year}", 0, 1, "patches", "most")
    first, last = case.scenario.horizon.first, case.scenario.horizon.last
    for row in case.ledger.patches:
        if row.actual_start is not None and first <= row.actual_start.year <= last:
            yield from _fixed(row.patch, row.actual_start.year, starts.get(row.patch))


def _fixed(patch: str, year: int, start: int | None) -> Iterator[Violation]:
    if start is None:
        yield Violation(patch, 1, 0, "patches", "least")
    elif start != year:
        yield Violation(patch, year, start, "year", "exactly")
