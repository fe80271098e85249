"""What there is to restore: the ledger (台账), read, checked and written.

``load_ledger`` and ``save_ledger`` for workbooks, ``Ledger.from_frames`` and ``Ledger.to_frames``
for data frames, ``check_ledger`` for everything that is wrong with a workbook.

A field is said once, in `types`, with its column, kind, default and meaning. `cells` reads one cell,
`table` a whole table, `faults` holds the checks across cells (one function for one fault), `build`
puts them together; `frames`, `opening`, `excel` and `writing` are the ways in and out. `category` suggests how
each patch should be restored.
"""

from planner.ledger.excel import check_ledger, load_ledger, propose_mapping, save_ledger
from planner.ledger.mapping import Mapping, load_mapping
from planner.ledger.types import STANDARD, DataNature, Ledger, Option, Patch, PatchKind, Recovery, Status, Treatment

__all__ = [
    "STANDARD",
    "DataNature",
    "Ledger",
    "Mapping",
    "Option",
    "Patch",
    "PatchKind",
    "Recovery",
    "Status",
    "Treatment",
    "check_ledger",
    "load_ledger",
    "load_mapping",
    "propose_mapping",
    "save_ledger",
]
