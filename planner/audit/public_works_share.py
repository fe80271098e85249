"""Funds lean to works without cash flow."""

from collections.abc import Iterator

from planner.audit._public_money import too_small_a_share
from planner.audit.case import Case, Violation
from planner.clauses.public_works_share import PublicWorksShareSettings


def check(case: Case, settings: PublicWorksShareSettings) -> Iterator[Violation]:
    """Each period in which too small a part of public money goes to works without cash flow."""
    without = {patch.patch for patch in case.ledger.patches if not patch.cash_flow}
    return too_small_a_share(case, settings.percent, settings.each_year, lambda row: row.patch in without)
