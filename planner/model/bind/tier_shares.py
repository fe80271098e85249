"""Shares of each tier that are started or finished by a year."""

from planner.clauses.tier_shares import TierSharesSettings
from planner.model.bind._share import hold_shares
from planner.model.draft import Draft


def bind(draft: Draft, settings: TierSharesSettings) -> None:
    """One row for each share."""
    for entry in settings.entries:
        name = f"tier_shares[tier_{entry.tier},{entry.by_year},{entry.counted}]"
        sets = [name if patch.tier == entry.tier else None for patch in draft.choices.patches]
        hold_shares(draft, settings, sets, entry.percent, entry.by_year, entry.counted)
