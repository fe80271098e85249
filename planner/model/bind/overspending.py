"""Costs stay near the approved estimate."""

import numpy as np

from planner.clauses.overspending import OverspendingSettings
from planner.model.draft import Draft


def bind(draft: Draft, settings: OverspendingSettings) -> None:
    """No choice that costs more than its limit; held softly, the excess of all choices together."""
    choices = draft.choices
    limits = [
        None if p.approved_yuan is None else p.approved_yuan * (100 + settings.percent) // 100 for p in choices.patches
    ]
    limit = choices.per_patch([limit or 0 for limit in limits])
    approved = choices.of_patches(np.asarray([limit is not None for limit in limits], dtype=bool))
    excess = np.where(approved, np.maximum(choices.cost_yuan - limit, 0), 0)
    if not settings.soft:
        draft.forbid(excess > 0, "overspending")
        return
    columns = np.flatnonzero(excess)
    if len(columns):
        draft.limit_columns(
            "overspending", settings, columns, excess[columns], high=0, unit=int(np.gcd.reduce(excess[columns])),
            target=sum(limit for limit in limits if limit is not None),
        )  # fmt: skip
