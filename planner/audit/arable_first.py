"""Land that can be reclaimed as arable is taken up first."""

from collections.abc import Iterator

from planner.audit._share import short_of_share
from planner.audit.case import Case, Violation
from planner.clauses.arable_first import ArableFirstSettings


def check(case: Case, settings: ArableFirstSettings) -> Iterator[Violation]:
    """Area with arable potential started by the year set, against its share."""
    by_year = settings.by_year
    if by_year is None:
        by_year = ([*case.scenario.horizon.years][:2])[-1]
    arable = [patch for patch in case.ledger.patches if patch.arable_potential]
    yield from short_of_share(case, str(by_year), arable, settings.percent, by_year, finished=False)
