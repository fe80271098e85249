"""A bundle is one decision."""

from collections.abc import Iterator

from planner.audit._together import apart, left_out, members
from planner.audit.case import Case, Violation
from planner.clauses.bundles import BundlesSettings


def check(case: Case, settings: BundlesSettings) -> Iterator[Violation]:
    """Each bundle that is planned in part, or in different years."""
    for bundle, starts in members(case, lambda p: p.bundle if p.treatment != "natural" else ""):
        yield from left_out(bundle, starts)
        if settings.same_start:
            yield from apart(bundle, starts, 0)
