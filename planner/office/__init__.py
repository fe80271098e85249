"""Documents people exchange: a plan's folder, Excel task plans that go out and come back, the leadership brief."""

from planner.office.brief import export_brief, write_brief
from planner.office.comparison_book import export_comparison
from planner.office.names import brief_name, comparison_name, export_name
from planner.office.workbook import export_workbook, export_zip

__all__ = [
    "brief_name",
    "comparison_name",
    "export_brief",
    "export_comparison",
    "export_name",
    "export_workbook",
    "export_zip",
    "write_brief",
]
