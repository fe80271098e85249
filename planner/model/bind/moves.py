"""An earlier plan is kept: few patches leave the year it gave them."""

import numpy as np

from planner.clauses.moves import MovesSettings
from planner.ledger import Treatment
from planner.model.draft import Draft, Floats


def bind(draft: Draft, settings: MovesSettings) -> None:
    """Enough of the patches with a planned year start in it."""
    choices = draft.choices
    planned = [0 if p.treatment is Treatment.NATURAL else p.planned_year or 0 for p in choices.patches]
    count = sum(1 for year in planned if year)
    least = count - settings.maximum
    if least <= 0:
        return
    kept = np.flatnonzero(choices.start == choices.per_patch(planned))
    if not settings.soft:
        draft.add_row("moves", kept, np.ones(len(kept)), least, np.inf)
        return
    breach = draft.add_breach("moves", settings.maximum, least)
    draft.add_row("moves", [*kept, breach], np.ones(len(kept) + 1), least, np.inf)

    def settle(x: Floats) -> None:
        x[breach] = max(0.0, least - float(x[kept].sum()))

    draft.settle_by(settle)
