"""Municipal money leads."""

from collections.abc import Iterator

from planner.audit._public_money import too_small_a_share
from planner.audit.case import Case, Violation
from planner.clauses.municipal_share import MunicipalShareSettings


def check(case: Case, settings: MunicipalShareSettings) -> Iterator[Violation]:
    """Each period in which municipal money is too small a part of public money."""
    return too_small_a_share(case, settings.percent, settings.each_year, lambda row: row.source == "municipal")
