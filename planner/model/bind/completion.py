"""Artificial restoration is finished by the end of the horizon."""

from planner.clauses import Settings
from planner.ledger import Treatment
from planner.model.bind._finishing import bind_finishing
from planner.model.draft import Draft


def bind(draft: Draft, settings: Settings) -> None:
    """One finishing row for each patch of artificial restoration."""
    bind_finishing(draft, settings, "completion", Treatment.ARTIFICIAL)
