"""The sites of an enterprise are restored as a whole."""

from collections.abc import Iterator

from planner.audit._together import apart, left_out, members
from planner.audit.case import Case, Violation
from planner.clauses.enterprise_group import EnterpriseGroupSettings


def check(case: Case, settings: EnterpriseGroupSettings) -> Iterator[Violation]:
    """Each enterprise whose sites are planned in part, or start too far apart."""
    for enterprise, starts in members(case, lambda p: p.enterprise_group if p.by_enterprise else ""):
        yield from left_out(enterprise, starts)
        yield from apart(enterprise, starts, settings.within_years)
