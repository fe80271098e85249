"""What moves from natural recovery to works was verified before."""

import numpy as np

from planner.clauses import Settings
from planner.ledger import Treatment
from planner.model.draft import Draft


def bind(draft: Draft, settings: Settings) -> None:
    """No works before the year of verification, none where there was none."""
    choices = draft.choices
    never = draft.scenario.horizon.last + 1
    moved = np.asarray([p.reclassified_from is Treatment.NATURAL for p in choices.patches], dtype=bool)
    verified = choices.per_patch([p.verified_on.year if p.verified_on else never for p in choices.patches])
    works = choices.of_options(lambda option: option.treatment is not Treatment.NATURAL)
    draft.forbid(choices.of_patches(moved) & works & (choices.start < verified), "verification")
