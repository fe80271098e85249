"""Distinctive projects of comprehensive use."""

import numpy as np

from planner.clauses.special_project import SpecialProjectSettings
from planner.model.draft import Draft


def bind(draft: Draft, settings: SpecialProjectSettings) -> None:
    """Enough special options finish in time, and not too many are chosen."""
    choices = draft.choices
    special = choices.of_options(lambda option: option.special).astype(np.int64)
    by_year = settings.by_year or draft.scenario.horizon.last
    draft.limit("special_project.minimum", settings, choices.finish <= by_year, special, low=settings.minimum)
    draft.limit("special_project.maximum", settings, special > 0, special, high=settings.maximum)
