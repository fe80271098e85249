"""Documents people exchange: a plan's folder, Excel task plans that go out and come back."""

from planner.office.names import export_name
from planner.office.workbook import export_workbook, export_zip

__all__ = ["export_name", "export_workbook", "export_zip"]
