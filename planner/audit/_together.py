"""What audits of groups have in common: the start years of the members, None where one is not planned."""

from collections import defaultdict
from collections.abc import Callable, Iterator

from planner.audit.case import Case, Violation
from planner.ledger import Patch

Starts = list[tuple[Patch, int | None]]


def members(case: Case, name: Callable[[Patch], str]) -> Iterator[tuple[str, Starts]]:
    """Each group that is named, with the patches that the name covers."""
    starts = {task.patch: task.start for task in case.body.schedule}
    found: dict[str, Starts] = defaultdict(list)
    for patch in case.ledger.patches:
        if name(patch):
            found[name(patch)].append((patch, starts.get(patch.patch)))
    yield from sorted(found.items())


def left_out(group: str, starts: Starts) -> Iterator[Violation]:
    """Some of the group are planned and others not."""
    planned = [patch for patch, start in starts if start is not None]
    if planned and len(planned) < len(starts):
        yield Violation(group, len(starts), len(planned), "patches", "exactly")


def apart(group: str, starts: Starts, years: int) -> Iterator[Violation]:
    """The first and the last start of the group are more than so many years apart."""
    known = [start for _, start in starts if start is not None]
    if known and max(known) > min(known) + years:
        yield Violation(group, min(known) + years, max(known), "year", "most")
