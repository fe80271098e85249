"""Closed and producing mines are under restoration by the year set, after their licence."""

import numpy as np

from planner.clauses.enterprise_mines import EnterpriseMinesSettings
from planner.model.draft import Draft


def bind(draft: Draft, settings: EnterpriseMinesSettings) -> None:
    """Each enterprise mine starts once, after its licence year and by the year set."""
    choices = draft.choices
    mines = np.asarray([p.by_enterprise for p in choices.patches], dtype=bool)
    licence = choices.per_patch([p.licence_until.year if p.licence_until else 0 for p in choices.patches])
    late = choices.start > (settings.by_year or draft.scenario.horizon.last)
    draft.forbid(choices.of_patches(mines) & (late | (choices.start <= licence)), "enterprise_mines")
    draft.must(mines)
