"""Task plans that come back: what was edited, cell by cell, and what it makes of ledger, scenario and facts.

`opening` reads a foreign workbook in a process of its own, `seal` its hidden certificate, `closed` and `reading` find
what differs from what was handed out, `gather` holds several files against each other and against the plan, `apply`
makes locks, overrides and facts of what was accepted, `record` writes the new folder with the list of edits.
"""

from planner.office.returned.changes import Case, Change, Place
from planner.office.returned.gather import Returned, read_returned
from planner.office.returned.record import Decision, decide, edits_json, report, write_returned

__all__ = [
    "Case",
    "Change",
    "Decision",
    "Place",
    "Returned",
    "decide",
    "edits_json",
    "read_returned",
    "report",
    "write_returned",
]
