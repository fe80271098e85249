"""What clauses about groups have in common: members that are planned together. Rows are linear in the members."""

from collections.abc import Callable, Hashable
from itertools import pairwise

import numpy as np

from planner.ledger import Patch
from planner.model.draft import Draft

Groups = dict[str, list[int]]  # name of the group, its patches as indices


def groups_of(draft: Draft, name: Callable[[Patch], str], member: Callable[[Patch], bool]) -> Groups:
    """The members by the name of their group, for groups of two or more; no name, no group."""
    found: Groups = {}
    for p, patch in enumerate(draft.choices.patches):
        if name(patch) and member(patch):
            found.setdefault(name(patch), []).append(p)
    return {group: members for group, members in found.items() if len(members) > 1}


def rows_by_year(draft: Draft, groups: Groups) -> dict[int, dict[int, list[int]]]:
    """For each member of any group, its rows of the choices table by start year."""
    choices = draft.choices
    rows: dict[int, dict[int, list[int]]] = {p: {} for members in groups.values() for p in members}
    wanted = np.zeros(len(choices.patches), dtype=bool)
    wanted[list(rows)] = True
    for row in np.flatnonzero(choices.of_patches(wanted)).tolist():
        rows[int(choices.patch[row])].setdefault(int(choices.start[row]), []).append(row)
    return rows


def bind_together(draft: Draft, clause: str, groups: Groups, *, same_start: bool) -> None:
    """All members of a group are planned or none, and with `same_start` in one year: each member as the one before."""
    rows = rows_by_year(draft, groups)
    for group, members in groups.items():
        for one, next_one in pairwise(members):
            keyed: dict[Hashable, tuple[list[int], list[int]]] = {}
            for side, p in enumerate((one, next_one)):
                for year, own in rows[p].items():
                    keyed.setdefault(year if same_start else "any", ([], []))[side].extend(own)
            for key, (left, right) in keyed.items():
                draft.add_row(
                    f"{clause}[{group},{draft.choices.patches[next_one].patch},{key}]", [*left, *right],
                    [*(1 for _ in left), *(-1 for _ in right)], 0, 0,
                )  # fmt: skip
