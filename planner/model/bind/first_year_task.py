"""The task of a named year, in area and in money."""

from planner.clauses.first_year_task import FirstYearTaskSettings
from planner.model.draft import Draft


def bind(draft: Draft, settings: FirstYearTaskSettings) -> None:
    """Area and money of the government works that start in the year lie within their limits."""
    choices = draft.choices
    rows = choices.counts & (choices.start == (settings.year or draft.scenario.horizon.first))
    draft.limit(
        "first_year_task.area", settings, rows, choices.area_m2, low=settings.min_area_m2, high=settings.max_area_m2
    )
    draft.limit(
        "first_year_task.money", settings, rows, choices.cost_yuan, low=settings.min_yuan, high=settings.max_yuan
    )
