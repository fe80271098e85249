"""Land that can be reclaimed as arable is taken up first."""

from planner.clauses.arable_first import ArableFirstSettings
from planner.model.bind._share import hold_shares
from planner.model.draft import Draft


def bind(draft: Draft, settings: ArableFirstSettings) -> None:
    """One row over the patches with arable potential."""
    horizon = draft.scenario.horizon
    by_year = settings.by_year or min(horizon.first + 1, horizon.last)
    sets = ["arable_first" if patch.arable_potential else None for patch in draft.choices.patches]
    hold_shares(draft, settings, sets, settings.percent, by_year, "started")
