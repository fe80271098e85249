"""Shares of each tier that are started or finished by a year."""

from collections.abc import Iterator

from planner.audit._share import short_of_share
from planner.audit.case import Case, Violation
from planner.clauses.tier_shares import TierSharesSettings


def check(case: Case, settings: TierSharesSettings) -> Iterator[Violation]:
    """Each share of a tier's area that is not reached."""
    for entry in settings.entries:
        patches = [patch for patch in case.ledger.patches if patch.tier == entry.tier]
        place = f"tier_{entry.tier}/{entry.by_year}/{entry.counted}"
        finished = entry.counted == "finished"
        yield from short_of_share(case, place, patches, entry.percent, entry.by_year, finished=finished)
