"""Yearly and district quotas, in area and in money, both sides."""

import numpy as np

from planner.clauses.quotas import QuotasSettings
from planner.model.bind._grouping import rows_by_label
from planner.model.draft import Draft


def bind(draft: Draft, settings: QuotasSettings) -> None:
    """Area and money of the government works that start in the district in the year lie within their limits."""
    choices = draft.choices
    in_city = np.flatnonzero(choices.counts)
    in_district = rows_by_label(choices, [patch.district for patch in choices.patches], choices.counts)
    for entry in settings.entries:
        rows = in_city if entry.district is None else in_district.get(entry.district, in_city[:0])
        if entry.year is not None:
            rows = rows[choices.start[rows] == entry.year]
        name = f"quotas[{entry.district or '*'},{entry.year or '*'}]"
        for what, values, low, high in (
            ("area", choices.area_m2, entry.min_area_m2, entry.max_area_m2),
            ("money", choices.cost_yuan, entry.min_yuan, entry.max_yuan),
        ):
            counted = rows[values[rows] != 0]
            draft.limit_columns(f"{name}.{what}", settings, counted, values[counted], low, high)
