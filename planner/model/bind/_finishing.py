"""What `completion` and `basic_treatment` have in common: patches of one treatment finish in time."""

import numpy as np

from planner.clauses import Settings
from planner.ledger import Treatment
from planner.model.draft import Draft
from planner.scenario import PlanMode


def bind_finishing(draft: Draft, settings: Settings, clause: str, treatment: Treatment) -> None:
    """Every government patch of a treatment finishes within the horizon; in rationed mode, those that start."""
    choices, last = draft.choices, draft.scenario.horizon.last
    wanted = np.asarray([p.treatment is treatment and not p.by_enterprise for p in choices.patches], dtype=bool)
    rows = choices.of_patches(wanted)
    partial = choices.of_options(lambda option: option.hazard_only)
    if settings.soft:
        area = choices.per_patch([p.area_m2 for p in choices.patches])
        total = sum(p.area_m2 for p, w in zip(choices.patches, wanted, strict=True) if w)
        draft.limit(clause, settings, rows & ~partial & (choices.finish <= last), area, low=total)
        return
    draft.forbid(rows & (choices.finish > last), clause)
    if draft.scenario.mode is PlanMode.COMPLETE:
        draft.forbid(rows & partial, clause)
        draft.must(wanted)
