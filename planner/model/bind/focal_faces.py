"""Rock faces in the views that matter most are finished first."""

from planner.clauses.focal_faces import FocalFacesSettings
from planner.ledger import PatchKind
from planner.model.bind._share import hold_shares
from planner.model.draft import Draft


def bind(draft: Draft, settings: FocalFacesSettings) -> None:
    """One row over the focal rock faces."""
    faces = [patch.focal and patch.kind is PatchKind.EXPOSED_ROCK_FACE for patch in draft.choices.patches]
    by_year = settings.by_year or draft.scenario.horizon.first
    sets = ["focal_faces" if face else None for face in faces]
    hold_shares(draft, settings, sets, settings.percent, by_year, "finished")
