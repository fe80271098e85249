"""A workbook that was handed in, with the plan that it is of: read again as on the day it came."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path

from planner.office.folder import PlanFolder
from planner.office.returned import Returned, read_returned
from planner.service.kept import IMPORT_KIND, open_kept, seen
from planner.service.people import Person
from planner.store import Reading, Version, get_bytes, version


@dataclass(frozen=True)
class HandedIn:
    """A workbook as it came.

    Parameters
    ----------
    kept : Version
        What the job of kind ``hand_in`` has kept.
    plan : Version
    folder : PlanFolder
        The plan with what it was made from.
    workbook : bytes
    """

    kept: Version
    plan: Version
    folder: PlanFolder
    workbook: bytes

    def read(self) -> Returned:
        """What it says differently, in the same words and under the same ids as on the day it came."""
        with tempfile.TemporaryDirectory() as place:
            file = Path(place) / str(self.kept.meta["file"])
            file.write_bytes(self.workbook)
            return read_returned(
                self.folder,
                [file],
                author=str(self.kept.meta["author"]),
                time=dt.datetime.fromisoformat(str(self.kept.meta["at"])),
                district=self.kept.document.district,
            )


def handed_in(tx: Reading, person: Person, identity: int) -> HandedIn:
    """A workbook by the version that its job has kept.

    Raises
    ------
    StoreFault
        There is none that this person may see.
    BadInput
        The version is no handed-in workbook.
    """
    kept = seen(tx, person, identity, IMPORT_KIND)
    plan = version(tx, int(kept.meta["plan"]))
    return HandedIn(kept, plan, open_kept(tx, plan), get_bytes(tx, str(kept.meta["content"])))
