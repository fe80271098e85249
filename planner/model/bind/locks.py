"""What is fixed beforehand: locks, frozen years, and works that have begun."""

import numpy as np

from planner.clauses import Settings
from planner.model.choices import Bools
from planner.model.draft import Draft
from planner.scenario import LockKind


def bind(draft: Draft, settings: Settings) -> None:
    """Take away what the locks, frozen years and facts leave out; require what they fix."""
    choices, scenario = draft.choices, draft.scenario
    index = {patch.patch: p for p, patch in enumerate(choices.patches)}
    fixed: list[tuple[str, int]] = []
    promised: list[str] = []
    for lock in scenario.locks:
        rows = choices.patch == index[lock.patch]
        if lock.kind is LockKind.OPTION:
            draft.forbid(rows & np.asarray([o.option != lock.option for o in choices.options], dtype=bool), "locks")
        elif lock.year is None:
            draft.forbid(rows, "locks")
        elif lock.kind is LockKind.NOT_BEFORE:
            draft.forbid(rows & (choices.start < lock.year), "locks")
        elif lock.kind in (LockKind.NOT_AFTER, LockKind.BY):
            draft.forbid(rows & (choices.start > lock.year), "locks")
            promised += [lock.patch] if lock.kind is LockKind.BY else []
        else:
            fixed.append((lock.patch, lock.year))
    for frozen in scenario.frozen:
        listed = np.asarray([p.patch in frozen.patches for p in choices.patches], dtype=bool)
        draft.forbid((choices.start == frozen.year) & ~choices.of_patches(listed), "locks")
        fixed += [(patch, frozen.year) for patch in frozen.patches]
    for patch in choices.patches:
        if patch.actual_start and patch.actual_start.year in scenario.horizon.years:
            fixed.append((patch.patch, patch.actual_start.year))
    required: Bools = np.zeros(len(choices.patches), dtype=bool)
    for name, year in fixed:
        draft.forbid((choices.patch == index[name]) & (choices.start != year), "locks")
        required[index[name]] = True
    required[[index[name] for name in promised]] = True
    draft.must(required)
