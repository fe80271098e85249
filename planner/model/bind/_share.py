"""What four clauses have in common: a percentage of an area is started or finished by a year."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Literal

from planner.clauses import Settings
from planner.ledger import Treatment
from planner.model.bind._grouping import rows_by_label
from planner.model.draft import Draft


def hold_shares(
    draft: Draft,
    settings: Settings,
    sets: Sequence[str | None],
    percent: int,
    by_year: int,
    counted: Literal["started", "finished"],
) -> None:
    """For each set of patches, at least a percentage of its area, rounded up to the m², counts by the year.

    Parameters
    ----------
    sets : sequence of str or None, one for each of the patches
        The set a patch is in, which names the row. Natural recovery and enterprise mines are in none.
    """
    choices = draft.choices
    treated = [
        None if patch.by_enterprise or patch.treatment is Treatment.NATURAL else name
        for patch, name in zip(choices.patches, sets, strict=True)
    ]
    area: dict[str, int] = defaultdict(int)
    for patch, name in zip(choices.patches, treated, strict=True):
        if name is not None:
            area[name] += patch.area_m2
    year = choices.start if counted == "started" else choices.finish
    in_time = choices.counts & (choices.area_m2 > 0) & (year <= by_year)
    for name, rows in rows_by_label(choices, treated, in_time).items():
        side = (percent * area[name] + 99) // 100
        if side:
            draft.limit_columns(name, settings, rows, choices.area_m2[rows], low=side)
