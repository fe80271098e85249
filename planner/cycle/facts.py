"""What was really paid, beside the plan: the format ``shanfu-facts/1``.

Payments are facts of a folder, not part of a plan: neither the ledger's nor the scenario's digest knows them, so that
a payment that is entered leaves the plan as valid as it was.
"""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from planner.files import write_whole
from planner.findings import BadInput, Finding, UnreadableInput
from planner.plan import Purse

FACTS = "facts.json"


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Paid(_Record):
    """What a purse paid for a patch in a calendar year, in yuan, and where that was said."""

    patch: str
    source: str
    district: str | None
    year: int
    yuan: Annotated[int, Field(ge=0)]
    author: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""
    time: str = ""

    @property
    def purse(self) -> Purse:
        """Who paid."""
        return Purse(self.source, self.district)


class Facts(_Record):
    """Everything that is known to have been paid: at most one entry for each patch, purse and year."""

    format: Literal["shanfu-facts/1"] = "shanfu-facts/1"
    payments: tuple[Paid, ...] = ()

    @cached_property
    def paid(self) -> dict[tuple[str, Purse, int], int]:
        """Yuan by patch, purse and year."""
        return {(entry.patch, entry.purse, entry.year): entry.yuan for entry in self.payments}

    @property
    def digest(self) -> str:
        """SHA-256 of what was paid, wherever it was said."""
        plain = sorted([p.patch, p.source, p.district or "", p.year, p.yuan] for p in self.payments)
        return hashlib.sha256(json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()

    def replaced(self, entries: tuple[Paid, ...], removed: frozenset[tuple[str, Purse, int]]) -> Facts:
        """The same facts with some entries written anew and others taken out."""
        new = {(entry.patch, entry.purse, entry.year): entry for entry in entries}
        kept = [e for e in self.payments if (key := (e.patch, e.purse, e.year)) not in new and key not in removed]
        ordered = sorted([*kept, *entries], key=lambda e: (e.patch, e.source, e.district or "", e.year))
        return Facts(payments=tuple(ordered))


NOTHING_PAID = Facts()


def load_facts(folder: Path) -> Facts:
    """The facts of a folder; none where it has no such file.

    Raises
    ------
    UnreadableInput
        The file cannot be read, or is not JSON.
    BadInput
        It is not a ``shanfu-facts/1``.
    """
    file = folder / FACTS
    if not file.exists():
        return Facts()
    try:
        return Facts.model_validate(json.loads(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        values = {"message": f"{'.'.join(map(str, first['loc']))}: {first['msg']}"}
        raise BadInput([Finding("cycle.bad_facts", values, file=file.name)]) from error
    except (OSError, ValueError, RecursionError) as error:
        raise UnreadableInput([Finding("cycle.bad_facts", {"message": str(error)}, file=file.name)]) from error


def save_facts(folder: Path, facts: Facts) -> None:
    """Write the facts of a folder."""
    write_whole(folder / FACTS, json.dumps(facts.model_dump(mode="json"), ensure_ascii=False, indent=1).encode())
