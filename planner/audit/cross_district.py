"""A mine that crosses districts is restored at one time."""

from collections.abc import Iterator

from planner.audit._together import apart, left_out, members
from planner.audit.case import Case, Violation
from planner.clauses import Settings


def check(case: Case, settings: Settings) -> Iterator[Violation]:
    """Each mine in several districts that is planned in part, or in different years."""
    for mine, starts in members(case, lambda p: p.responsible_id if p.treatment != "natural" else ""):
        if any(patch.district != starts[0][0].district for patch, _ in starts):
            yield from left_out(mine, starts)
            yield from apart(mine, starts, 0)
