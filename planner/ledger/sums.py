"""Rows of sums in a ledger: they are no patches, but what they say must be the sum of the patches."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from planner.findings import Change, Finding, Level
from planner.ledger.cells import CellError, Reading, as_read, exact, is_missing, show
from planner.ledger.layout import SumRow
from planner.ledger.schema import Kind
from planner.ledger.spelling import loosened, says_nothing
from planner.ledger.table import Home, Row, written

_SUMMED = (Kind.AREA, Kind.MONEY)
_COUNTED = ("hazard_points",)


def check_sums(home: Home, rows: Sequence[Row[Any]], sums: Sequence[SumRow]) -> Iterator[Finding]:
    """A note for each row of sums, and a warning for each sum that is not what the rows give.

    A sum may be that of the whole sheet, of the rows since the last sum, or of the rows up to the next one.

    Parameters
    ----------
    home : Home
    rows : sequence of Row
        The rows of the sheet.
    sums : sequence of SumRow
    """
    table = home.table
    edges = [0, *(row.before for row in sums), len(rows)]
    for place, row in enumerate(sums, start=1):
        yield table.finding("sum_row", level=Level.NOTE, values={}, row=row.number)
        since, until = edges[place - 1], edges[place + 1]
        blocks = [(0, len(rows)), (since, row.before), (row.before, until)]
        if row.partial:
            blocks = blocks[1:] + blocks[:1]
        for name, index in home.places.items():
            reading = home.readings[name]
            raw = row.cells[index] if index < len(row.cells) else None
            if reading.column.kind not in _SUMMED and name not in _COUNTED:
                continue
            if is_missing(raw) or says_nothing(raw, reading) or any(name in one.unread for one in rows):
                continue
            if finding := _compared(home, rows, row, name, raw, blocks):
                yield finding


def _compared(
    home: Home, rows: Sequence[Row[Any]], row: SumRow, name: str, raw: Any, blocks: Sequence[tuple[int, int]]
) -> Finding | None:
    reading = home.readings[name]
    try:
        plain, reading = loosened(raw, reading)
        number = exact(plain)
    except CellError:
        return None  # words in a row of sums, such as a number of sites with its counter
    stated = Fraction(number) * Fraction(reading.scale)
    room = _half_a_digit(number, reading)
    expected = [sum(getattr(one.item, name) or 0 for one in rows[start:end]) for start, end in blocks if start < end]
    if not expected or any(abs(stated - one) <= room for one in expected):
        return None
    at, table = home.places[name], home.table
    shown = dataclasses.replace(home.readings[name])
    cell = table.cell(row.number, at)
    return table.finding(
        "sum_wrong",
        level=Level.WARNING,
        values={"expected": show(expected[0], shown)},
        row=row.number,
        column=shown.name,
        value=as_read(raw),
        cell=cell,
        mend=(Change(table.sheet, cell, shown.name, raw, written(expected[0], shown)),),
    )


def _half_a_digit(number: Decimal, reading: Reading) -> Fraction:
    """Half a unit of the last digit that is shown: sums are shown rounded."""
    digits = max(-int(number.as_tuple().exponent), 0)
    half: Fraction = Fraction(reading.scale) / (2 * 10**digits)
    return max(half, Fraction(1, 2))
