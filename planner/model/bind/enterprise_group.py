"""The sites of an enterprise are restored as a whole."""

import numpy as np

from planner.clauses.enterprise_group import EnterpriseGroupSettings
from planner.model.bind._together import bind_together, groups_of, rows_by_year
from planner.model.draft import Draft, Floats


def bind(draft: Draft, settings: EnterpriseGroupSettings) -> None:
    """All sites of an enterprise are planned or none, and all start within one window of years.

    A column says where an enterprise's window begins; so the rows grow with its sites, not with their pairs.
    """
    groups = groups_of(draft, lambda p: p.enterprise_group, lambda p: p.by_enterprise)
    bind_together(draft, "enterprise_group", groups, same_start=False)
    years = draft.scenario.horizon.years
    if settings.within_years >= len(years) - 1:
        return
    rows = rows_by_year(draft, groups)
    begins = range(years[0], years[-1] - settings.within_years + 1)
    for group, members in groups.items():
        columns = {year: draft.add_column(f"window[{group},{year}]", upper=1.0) for year in begins}
        draft.add_row(f"enterprise_group[{group},window]", [*columns.values()], [1] * len(columns), -np.inf, 1)
        for p in members:
            for year, own in sorted(rows[p].items()):
                covering = [columns[t] for t in begins if t <= year <= t + settings.within_years]
                draft.add_row(
                    f"enterprise_group[{group},{draft.choices.patches[p].patch},{year}]", [*own, *covering],
                    [*(1 for _ in own), *(-1 for _ in covering)], -np.inf, 0,
                )  # fmt: skip
        _settle(draft, columns, [(year, row) for p in members for year, own in rows[p].items() for row in own])


def _settle(draft: Draft, columns: dict[int, int], starts: list[tuple[int, int]]) -> None:
    def settle(x: Floats) -> None:
        x[list(columns.values())] = 0.0
        first = min((year for year, row in starts if x[row] > 0), default=None)
        if first is not None:
            x[columns[min(first, max(columns))]] = 1.0

    draft.settle_by(settle)
