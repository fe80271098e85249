"""Who pays: further sources take over part of what base payers owe, where they are eligible.

The base payers themselves stand in the choices table's events.
"""

from collections import defaultdict
from math import gcd

import numpy as np

from planner.clauses.payer import PayerSettings
from planner.model.draft import Draft, GrantColumn
from planner.plan import Grant, Purse
from planner.scenario import FurtherSource


def bind(draft: Draft, settings: PayerSettings) -> None:
    """For each eligible patch, start and spending year: grants within the spending and the source's share."""
    if not draft.scenario.sources:
        return
    choices = draft.choices
    unit = _unit(draft)
    spending: dict[tuple[int, int, int, Purse], list[tuple[int, int]]] = defaultdict(list)
    for row, purse, year, yuan in zip(
        choices.event_row, choices.event_purse, choices.event_year, choices.event_yuan, strict=True
    ):
        key = (int(choices.patch[row]), int(choices.start[row]), int(year), choices.purses[purse])
        spending[key].append((int(row), int(yuan)))
    takers: dict[tuple[int, int, int, Purse], list[int]] = defaultdict(list)
    for source in draft.scenario.sources:
        by_patch: dict[int, list[int]] = defaultdict(list)
        for key, events in spending.items():
            p, start, year, base = key
            patch = choices.patches[p]
            eligible = [(row, yuan) for row, yuan in events if _eligible(draft, source, row)]
            further = _purse(draft, source, patch.district)
            if not eligible or further is None:
                continue
            name = f"grant[{source.source},{patch.patch},{start},{year},{base.text}]"
            column = draft.add_column(name, upper=sum(yuan for _, yuan in eligible) // unit)
            draft.grants.append(
                GrantColumn(
                    column,
                    unit,
                    start,
                    Grant(
                        patch=patch.patch, year=year, from_source=base.source, from_district=base.district,
                        source=further.source, district=further.district, yuan=0,
                    ),
                )
            )  # fmt: skip
            draft.add_row(
                f"within[{name}]", [column, *(row for row, _ in eligible)],
                [1, *(-(yuan // unit) for _, yuan in eligible)], -np.inf, 0,
            )  # fmt: skip
            takers[key].append(column)
            by_patch[p].append(column)
        for p, columns in by_patch.items():
            rows = [row for row in np.flatnonzero(choices.patch == p).tolist() if _eligible(draft, source, row)]
            caps = [int(choices.cost_yuan[row]) * source.max_share_percent // 100 // unit for row in rows]
            draft.add_row(
                f"share[{source.source},{choices.patches[p].patch}]", [*columns, *rows],
                [*(1 for _ in columns), *(-cap for cap in caps)], -np.inf, 0,
            )  # fmt: skip
    for (p, start, year, base), columns in takers.items():
        if len(columns) > 1:
            events = spending[p, start, year, base]
            draft.add_row(
                f"once[{choices.patches[p].patch},{start},{year},{base.text}]", [*columns, *(row for row, _ in events)],
                [*(1 for _ in columns), *(-(yuan // unit) for _, yuan in events)], -np.inf, 0,
            )  # fmt: skip


def _eligible(draft: Draft, source: FurtherSource, row: int) -> bool:
    option = draft.choices.options[row]
    patch = draft.choices.patches[draft.choices.patch[row]]
    return option.treatment is not None and source.eligible(patch, option.treatment)


def _purse(draft: Draft, source: FurtherSource, district: str) -> Purse | None:
    """The source's purse for a district: its own where it has money of its own, else the city's."""
    for purse in (Purse(source.source, district), Purse(source.source, None)):
        if purse in draft.works.budgeted:
            return purse
    return None


def _unit(draft: Draft) -> int:
    """The largest amount that divides every spending, share cap and budget: nothing is lost by counting in it.

    Given the picks, grants are a transport from sources to spendings; with data in whole units it
    has a solution in whole units whenever it has one.
    """
    choices = draft.choices
    unit = gcd(*(int(yuan) for yuan in choices.event_yuan), *(b.yuan for b in draft.scenario.budgets))
    for source in draft.scenario.sources:
        if source.max_share_percent < 100:
            unit = gcd(unit, *(int(cost) * source.max_share_percent // 100 for cost in choices.cost_yuan))
    return unit or 1
