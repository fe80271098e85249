"""What a district can carry at once: area and sites under way."""

from collections import defaultdict
from collections.abc import Iterator

from planner.audit.case import Case, Violation
from planner.clauses.district_capacity import DistrictCapacitySettings


def check(case: Case, settings: DistrictCapacitySettings) -> Iterator[Violation]:
    """Area and sites under way in each district and year, against its limits."""
    area: dict[tuple[str, int], int] = defaultdict(int)
    sites: dict[tuple[str, int], int] = defaultdict(int)
    for task, patch, option in case.tasks:
        if case.is_government_task(patch, option):
            finish = case.finish(patch, option, task.start)
            for year in range(task.start, min(finish, case.scenario.horizon.last) + 1):
                area[patch.district, year] += case.task_area(patch, option)
                sites[patch.district, year] += 1
    most_area = {entry.district: entry.max_area_m2 for entry in settings.entries if entry.max_area_m2 is not None}
    most_sites = {entry.district: entry.max_sites for entry in settings.entries if entry.max_sites is not None}
    for district, year in sorted(sites):
        place = f"{district}/{year}"
        limit = most_area.get(district, settings.max_area_m2)
        if limit is not None and area[district, year] > limit:
            yield Violation(place, limit, area[district, year], "m2", "most")
        limit = most_sites.get(district, settings.max_sites)
        if limit is not None and sites[district, year] > limit:
            yield Violation(place, limit, sites[district, year], "patches", "most")
