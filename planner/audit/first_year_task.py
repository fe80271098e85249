"""The task of a named year, in area and in money."""

from collections.abc import Iterator

from planner.audit.case import Case, Violation
from planner.clauses.first_year_task import FirstYearTaskSettings


def check(case: Case, settings: FirstYearTaskSettings) -> Iterator[Violation]:
    """Area and money of the government works that start in the year, against both sides of each."""
    year = case.scenario.horizon.first if settings.year is None else settings.year
    started = [
        (case.task_area(patch, option), case.price(option, task.start))
        for task, patch, option in case.tasks
        if task.start == year and case.is_government_task(patch, option)
    ]
    area = sum(size for size, _ in started)
    money = sum(price for _, price in started)
    if settings.min_area_m2 is not None and area < settings.min_area_m2:
        yield Violation(str(year), settings.min_area_m2, area, "m2", "least")
    if settings.max_area_m2 is not None and area > settings.max_area_m2:
        yield Violation(str(year), settings.max_area_m2, area, "m2", "most")
    if settings.min_yuan is not None and money < settings.min_yuan:
        yield Violation(str(year), settings.min_yuan, money, "yuan", "least")
    if settings.max_yuan is not None and money > settings.max_yuan:
        yield Violation(str(year), settings.max_yuan, money, "yuan", "most")
