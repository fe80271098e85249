"""A mine that crosses districts is restored at one time."""

from planner.clauses import Settings
from planner.ledger import Treatment
from planner.model.bind._together import bind_together, groups_of
from planner.model.draft import Draft


def bind(draft: Draft, settings: Settings) -> None:
    """Each patch of a mine in several districts starts in the year of the one before it."""
    mines = groups_of(draft, lambda p: p.responsible_id, lambda p: p.treatment is not Treatment.NATURAL)
    patches = draft.choices.patches
    crossing = {mine: own for mine, own in mines.items() if len({patches[p].district for p in own}) > 1}
    bind_together(draft, "cross_district", crossing, same_start=True)
