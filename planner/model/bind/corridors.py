"""Ecological corridors and nodes are finished by a year, each for itself."""

from planner.clauses.corridors import CorridorsSettings
from planner.ledger.category.rules import named
from planner.model.bind._share import hold_shares
from planner.model.draft import Draft


def bind(draft: Draft, settings: CorridorsSettings) -> None:
    """One row for each corridor."""
    wanted = frozenset(settings.names)
    sets = [
        f"corridors[{patch.corridor}]" if named(patch.corridor) and (not wanted or patch.corridor in wanted) else None
        for patch in draft.choices.patches
    ]
    by_year = settings.by_year or draft.scenario.horizon.last
    hold_shares(draft, settings, sets, settings.percent, by_year, "finished")
