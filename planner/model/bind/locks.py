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
    gone: Bools = np.zeros(len(choices), dtype=bool)
    fixed: list[tuple[str, int]] = []
    promised: list[str] = []
    for lock in scenario.locks:
        rows = choices.rows_of(index[lock.patch])
        if lock.kind is LockKind.OPTION:
            gone[[row for row in rows.tolist() if choices.option_of(row).option != lock.option]] = True
        elif lock.year is None:
            gone[rows] = True
        elif lock.kind is LockKind.NOT_BEFORE:
            gone[rows[choices.start[rows] < lock.year]] = True
        elif lock.kind in (LockKind.NOT_AFTER, LockKind.BY):
            gone[rows[choices.start[rows] > lock.year]] = True
            promised += [lock.patch] if lock.kind is LockKind.BY else []
        else:
            fixed.append((lock.patch, lock.year))
    for frozen in scenario.frozen:
        names = frozenset(frozen.patches)
        listed = np.asarray([p.patch in names for p in choices.patches], dtype=bool)
        gone |= (choices.start == frozen.year) & ~choices.of_patches(listed)
        fixed += [(patch, frozen.year) for patch in frozen.patches]
    for patch in choices.patches:
        if patch.actual_start and patch.actual_start.year in scenario.horizon.years:
            fixed.append((patch.patch, patch.actual_start.year))
    required: Bools = np.zeros(len(choices.patches), dtype=bool)
    for name, year in fixed:
        rows = choices.rows_of(index[name])
        gone[rows[choices.start[rows] != year]] = True
        required[index[name]] = True
    draft.forbid(gone, "locks")
    required[[index[name] for name in promised]] = True
    draft.must(required)
