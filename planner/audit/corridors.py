"""Ecological corridors and nodes are finished by a year, each for itself."""

from collections import defaultdict
from collections.abc import Iterator

from planner.audit._share import short_of_share
from planner.audit.case import Case, Violation
from planner.clauses.corridors import CorridorsSettings
from planner.ledger import Patch
from planner.ledger.category.rules import named


def check(case: Case, settings: CorridorsSettings) -> Iterator[Violation]:
    """Each corridor whose finished area does not reach its share by the year set."""
    by_year = case.scenario.horizon.last if settings.by_year is None else settings.by_year
    members: dict[str, list[Patch]] = defaultdict(list)
    for patch in case.ledger.patches:
        if named(patch.corridor):
            members[patch.corridor].append(patch)
    for corridor, patches in members.items():
        if not settings.names or corridor in settings.names:
            place = f"{corridor}/{by_year}"
            yield from short_of_share(case, place, patches, settings.percent, by_year, finished=True)
