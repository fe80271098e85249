"""The leadership brief: two pages, as a Word file and as a PDF, from one plan and what it was made from."""

from planner.office.brief.parts import Adopted
from planner.office.brief.write import Written, export_brief, write_brief

__all__ = ["Adopted", "Written", "export_brief", "write_brief"]
