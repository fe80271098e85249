"""What a district can carry at once: area and sites under way."""

import numpy as np

from planner.clauses.district_capacity import DistrictCapacitySettings
from planner.model.bind._grouping import rows_by_label
from planner.model.draft import Draft


def bind(draft: Draft, settings: DistrictCapacitySettings) -> None:
    """Area and sites of the government works under way lie within the limits, in each district and year."""
    choices = draft.choices
    own = {entry.district: entry for entry in settings.entries}
    by_district = rows_by_label(choices, [patch.district for patch in choices.patches], choices.counts)
    for district, rows in by_district.items():
        entry = own.get(district)
        area, sites = settings.max_area_m2, settings.max_sites
        if entry is not None:
            area = area if entry.max_area_m2 is None else entry.max_area_m2
            sites = sites if entry.max_sites is None else entry.max_sites
        for year in draft.scenario.horizon.years:
            under_way = rows[(choices.start[rows] <= year) & (year <= choices.finish[rows])]
            sized = under_way[choices.area_m2[under_way] > 0]
            name = f"district_capacity[{district},{year}]"
            if sized.size:
                draft.limit_columns(f"{name}.area", settings, sized, choices.area_m2[sized], high=area)
            if under_way.size:
                ones = np.ones(under_way.size, dtype=np.int64)
                draft.limit_columns(f"{name}.sites", settings, under_way, ones, high=sites)
