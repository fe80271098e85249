"""Geological hazard points are removed in time."""

from planner.clauses.hazards import HazardSettings
from planner.ledger import Treatment
from planner.model.draft import Draft


def bind(draft: Draft, settings: HazardSettings) -> None:
    """Points of the patches that finish in time reach the number required."""
    choices = draft.choices
    required = settings.required_points
    if required is None:
        required = sum(
            p.hazard_points for p in choices.patches if p.treatment is not Treatment.NATURAL and not p.by_enterprise
        )
    by_year = settings.by_year or draft.scenario.horizon.last
    points = choices.per_patch([p.hazard_points for p in choices.patches])
    draft.limit("hazards", settings, choices.finish <= by_year, points, low=required)
