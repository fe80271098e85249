"""Rock faces in the views that matter most are finished first."""

from collections.abc import Iterator

from planner.audit._share import short_of_share
from planner.audit.case import Case, Violation
from planner.clauses.focal_faces import FocalFacesSettings


def check(case: Case, settings: FocalFacesSettings) -> Iterator[Violation]:
    """Area of the focal rock faces finished by the year set, against its share."""
    by_year = case.scenario.horizon.first if settings.by_year is None else settings.by_year
    faces = [patch for patch in case.ledger.patches if patch.kind == "exposed_rock_face" and patch.focal]
    yield from short_of_share(case, str(by_year), faces, settings.percent, by_year, finished=True)
