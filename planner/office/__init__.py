"""Documents people exchange: a plan's folder, Excel task plans."""

from planner.office.names import export_name
from planner.office.workbook import export_workbook

__all__ = ["export_name", "export_workbook"]
