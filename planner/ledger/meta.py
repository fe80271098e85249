"""The names and units of the place that a ledger describes: reading and checking them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

from planner.findings import Finding, Level
from planner.ledger.cells import CellError, Reading, as_read, is_missing, read
from planner.ledger.schema import Column, Kind
from planner.ledger.types import META_DEFAULTS

RESEMBLES = 0.75
_POWER_OF_TEN = re.compile("10{0,15}")


def read_meta(
    entries: Iterable[tuple[str, object, int]], *, file: str = "", sheet: str = "", in_file: bool = False
) -> tuple[dict[str, str], list[Finding]]:
    """Read the entries of a ledger's meta; an empty one stands for its default.

    Parameters
    ----------
    entries : iterable of (key, raw value, row number)
    file, sheet : str
    in_file : bool
        Whether the values come from a program that keeps 15 digits of a number.

    Returns
    -------
    dict
        Every key of `META_DEFAULTS`.
    list of Finding
    """
    meta = dict(META_DEFAULTS)
    findings: list[Finding] = []
    first: dict[str, int] = {}
    for key, raw, row in entries:
        place: dict[str, Any] = {"file": file, "sheet": sheet, "row": row, "column": key, "value": as_read(raw)}
        if key not in META_DEFAULTS:
            near = difflib.get_close_matches(key, META_DEFAULTS, n=1, cutoff=RESEMBLES)
            if near:
                findings.append(Finding("ledger.meta_misnamed", {"expected": near[0]}, **place))
            else:
                known = ", ".join(META_DEFAULTS)
                findings.append(Finding("ledger.meta_unknown", {"known": known}, level=Level.WARNING, **place))
            continue
        if key in first:
            findings.append(Finding("ledger.meta_twice", {"first": first[key]}, **place))
            continue
        first[key] = row
        if is_missing(raw):
            continue
        column = Column(key, Kind.TEXT, "")
        try:
            value = str(read(raw, Reading(field=key, column=column, name=key, keeps_15_digits=in_file)))
        except CellError as fault:
            findings.append(Finding(f"ledger.{fault.key}", fault.values, **place))
            continue
        if key == "money_unit_size" and not _POWER_OF_TEN.fullmatch(value):
            findings.append(Finding("ledger.unit_size_not_power_of_ten", **place))
            continue
        meta[key] = value
    return meta, findings
