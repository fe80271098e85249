"""Core zones of nature reserves: enclosure only."""

import numpy as np

from planner.clauses import Settings
from planner.ledger import Treatment
from planner.model.draft import Draft


def bind(draft: Draft, settings: Settings) -> None:
    """No works where the zone is a core zone and the damage not irreversible."""
    choices = draft.choices
    closed = np.asarray([p.core_reserve and not p.irreversible_damage for p in choices.patches], dtype=bool)
    works = choices.of_options(lambda option: option.treatment is not Treatment.NATURAL)
    draft.forbid(choices.of_patches(closed) & works, "core_reserve")
