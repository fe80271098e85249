"""Whether any works start in a township in a year: one column each, shared by all who ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.plan.holding import township_of

if TYPE_CHECKING:
    from planner.model.draft import Draft, Floats

TownshipYear = tuple[str, int]


def township_columns(draft: Draft) -> dict[TownshipYear, int]:
    """The column of each township and year in which works may start: 1 where any do.

    Each choice of a government task that purses pay for has a row ``x <= column`` of its own, which is tighter than
    one row for them all.
    """
    choices = draft.choices
    places = [township_of(patch) for patch in choices.patches]
    codes: dict[str, int] = {}
    place = choices.per_patch([codes.setdefault(name, len(codes)) for name in places])
    rows = np.flatnonzero(choices.counts & choices.of_patches(choices.from_purses) & ~draft.closed)
    place_year = place[rows] * len(draft.scenario.horizon.years) + choices.start[rows] - draft.scenario.horizon.first
    _, first, own = np.unique(place_year, return_index=True, return_inverse=True)
    column_of = np.zeros(len(first), dtype=np.int64)
    columns: dict[TownshipYear, int] = {}
    for k in np.argsort(first).tolist():
        row = int(rows[first[k]])
        key = (places[choices.patch[row]], int(choices.start[row]))
        column_of[k] = columns[key] = draft.add_column(f"township[{key[0]},{key[1]}]", upper=1.0)
    table = np.column_stack([rows, column_of[own]])
    patches = zip(choices.patch[rows].tolist(), rows.tolist(), strict=True)
    names = [f"township[{choices.patches[p].patch},{row}]" for p, row in patches]
    draft.add_rows(names, table, [1, -1], -np.inf, 0)

    def settle(x: Floats) -> None:
        x[list(columns.values())] = 0.0
        np.maximum.at(x, table[:, 1], x[table[:, 0]])

    draft.settle_by(settle)
    return columns


def starts_behind(draft: Draft) -> None:
    """Let a township's column be 1 only where works do start: for rows in which mobilisation is not unwelcome."""
    choices = draft.choices
    places = [township_of(patch) for patch in choices.patches]
    starting: dict[TownshipYear, list[int]] = {}
    for row in np.flatnonzero(choices.counts).tolist():
        starting.setdefault((places[choices.patch[row]], int(choices.start[row])), []).append(row)
    for key, column in draft.townships.items():
        rows = starting[key]
        draft.add_row(f"township_started[{key[0]},{key[1]}]", [column, *rows], [1, *(-1 for _ in rows)], -np.inf, 0)
