"""Yearly and district quotas, in area and in money, both sides."""

from collections import defaultdict
from collections.abc import Iterator

from planner.audit.case import Case, Violation
from planner.clauses.quotas import QuotasSettings

Part = tuple[str | None, int | None]


def check(case: Case, settings: QuotasSettings) -> Iterator[Violation]:
    """Area and money of the government works of each quota's district and year, against both sides of each."""
    area: dict[Part, int] = defaultdict(int)
    money: dict[Part, int] = defaultdict(int)
    for task, patch, option in case.tasks:
        if case.is_government_task(patch, option):
            for part in ((d, y) for d in (patch.district, None) for y in (task.start, None)):
                area[part] += case.task_area(patch, option)
                money[part] += case.price(option, task.start)
    first, last = case.scenario.horizon.first, case.scenario.horizon.last
    for entry in settings.entries:
        part = entry.district, entry.year
        years = f"{first}-{last}" if entry.year is None else str(entry.year)
        place = years if entry.district is None else f"{entry.district}/{years}"
        if entry.min_area_m2 is not None and area[part] < entry.min_area_m2:
            yield Violation(place, entry.min_area_m2, area[part], "m2", "least")
        if entry.max_area_m2 is not None and area[part] > entry.max_area_m2:
            yield Violation(place, entry.max_area_m2, area[part], "m2", "most")
        if entry.min_yuan is not None and money[part] < entry.min_yuan:
            yield Violation(place, entry.min_yuan, money[part], "yuan", "least")
        if entry.max_yuan is not None and money[part] > entry.max_yuan:
            yield Violation(place, entry.max_yuan, money[part], "yuan", "most")
