"""Natural recovery is kept apart from the works."""

import numpy as np

from planner.clauses import Settings
from planner.ledger import Treatment
from planner.model.draft import Draft


def bind(draft: Draft, settings: Settings) -> None:
    """No row of a patch of natural recovery."""
    natural = np.asarray([p.treatment is Treatment.NATURAL for p in draft.choices.patches], dtype=bool)
    draft.forbid(draft.choices.of_patches(natural), "natural_recovery")
