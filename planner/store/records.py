"""Events in series: people and their rights, decisions, the steps of the working year. They only grow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from planner.findings import Finding
from planner.store.canonical import canonical
from planner.store.faults import StoreFault
from planner.store.tables import RECORD
from planner.store.transactions import Reading, Writing


@dataclass(frozen=True)
class Record:
    """One event of a series.

    Parameters
    ----------
    id : int
    series : str
    number : int
        1 for the first of the series.
    kind, district, author, at : str
    payload : mapping
        What happened, as plain data.
    """

    id: int
    series: str
    number: int
    kind: str
    district: str
    author: str
    at: str
    payload: Mapping[str, Any]


def append(
    tx: Writing,
    series_name: str,
    kind: str,
    payload: Mapping[str, Any],
    *,
    district: str = "",
    after: int | None = None,
) -> Record:
    """Add an event to its series.

    Parameters
    ----------
    tx : Writing
    series_name, kind : str
    payload : mapping
    district : str
    after : int, optional
        The number of the last event that the author had seen; None where that does not matter.

    Raises
    ------
    StoreFault
        The series has grown since.
    """
    last = tx.connection.execute(select(func.max(RECORD.c.number)).where(RECORD.c.series == series_name)).scalar() or 0
    if after is not None and after != last:
        raise StoreFault([Finding("store.series_grown", {"series": series_name, "after": after, "last": last})])
    row = {
        "id": tx.next_id(RECORD),
        "series": series_name,
        "number": last + 1,
        "kind": kind,
        "district": district,
        "author": tx.author.who,
        "at": tx.at,
        "payload": canonical(dict(payload)),
    }
    tx.insert(RECORD, row, action=f"{series_name}.{kind}", subject=f"{series_name}#{last + 1}")
    return _record(row)


def series(tx: Reading, name: str, *, after: int = 0) -> tuple[Record, ...]:
    """The events of a series, oldest first; only those after a number, where one is given."""
    chosen = select(RECORD).where(RECORD.c.series == name, RECORD.c.number > after).order_by(RECORD.c.number)
    return tuple(_record(row) for row in tx.connection.execute(chosen).mappings())


def _record(row: Mapping[Any, Any]) -> Record:
    return Record(**{**row, "payload": json.loads(row["payload"])})
