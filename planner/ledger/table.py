"""From a table of raw cells to rows of typed values: the core that data frames and workbooks share."""

from __future__ import annotations

import dataclasses
import difflib
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from planner.findings import Finding, Level
from planner.ledger.cells import NOTHING, CellError, Reading, as_read, is_missing, read
from planner.ledger.schema import Kind, columns, defaults
from planner.units import M2_PER_HECTARE

RESEMBLES = 0.75
"""How alike an unknown column name and an absent known one must be (0 to 1) to be taken for a slip."""
YUAN_PER_WAN = 10_000

T = TypeVar("T")

_FILE_SCALE = {Kind.AREA: M2_PER_HECTARE, Kind.MONEY: YUAN_PER_WAN, Kind.MONEY_LIST: YUAN_PER_WAN}
_REPEATING = (str, bool, int, float)
_STAND_INS: dict[Kind, Any] = {Kind.TEXT: "", Kind.AREA: 1, Kind.MONEY: 0, Kind.YES_NO: False}


@dataclass(frozen=True, slots=True)
class Table:
    """A table as its program hands it over, nothing interpreted yet.

    Parameters
    ----------
    row_type : type
        `Patch` or `Option`.
    names : sequence of str
        The column names as seen, in order; an empty text for a column without a name.
    cells : sequence of sequences
        The raw cells by column: ``cells[column][row]``.
    rows : sequence of int
        The number of each row as the user's program counts it.
    file, sheet : str
    header_row : int
        0 where the header is not a row.
    chinese : bool
        Whether the Chinese column names are known too (in a workbook).
    """

    row_type: type[Any]
    names: Sequence[str]
    cells: Sequence[Sequence[Any]]
    rows: Sequence[int]
    file: str = ""
    sheet: str = ""
    header_row: int = 0
    chinese: bool = False

    def finding(self, key: str, *, level: Level = Level.ERROR, values: Mapping[str, Any], **place: Any) -> Finding:
        """A finding in this table."""
        return Finding(key=f"ledger.{key}", values=values, level=level, file=self.file, sheet=self.sheet, **place)


@dataclass(slots=True)
class Row(Generic[T]):
    """A row that was read: its number, its values, and the fields whose cells could not be read.

    An unread field of `item` holds its default or a stand-in, which no check may look at.
    """

    number: int
    item: T
    unread: frozenset[str] = frozenset()


@dataclass(slots=True)
class Rows(Generic[T]):
    """The rows of a table, how its columns were read, and what was found wrong with single cells."""

    table: Table
    readings: Mapping[str, Reading]
    rows: list[Row[T]]
    findings: list[Finding]


def _readings(row_type: type[Any], chinese: bool) -> dict[str, Reading]:
    """How each field is read under its Chinese (with units of 公顷 and 万元) or its English name."""
    optional = defaults(row_type)
    hints = typing.get_type_hints(row_type)
    return {
        field: Reading(
            field=field,
            column=column,
            name=column.zh if chinese else field,
            scale=_FILE_SCALE.get(column.kind, 1) if chinese else 1,
            required=field not in optional,
            as_float=hints[field] is float or float in typing.get_args(hints[field]),
        )
        for field, column in columns(row_type).items()
    }


def file_readings(row_type: type[Any]) -> dict[str, Reading]:
    """How a workbook's columns are read, by field, in their order."""
    return dict(_readings(row_type, True))


def squeezed(name: str) -> str:
    """A column name without blanks and line ends, by which it is known."""
    return "".join(name.split())


def known_names(row_type: type[Any], *, chinese: bool) -> dict[str, Reading]:
    """Every name by which a column of the row type may go, and how it is then read."""
    known = {reading.name: reading for reading in _readings(row_type, False).values()}
    if chinese:
        known |= {squeezed(reading.name): reading for reading in _readings(row_type, True).values()}
    return known


def required_names(row_type: type[Any], *, chinese: bool) -> list[str]:
    """The names of the columns that must be there."""
    return [reading.name for reading in _readings(row_type, chinese).values() if reading.required]


def read_table(table: Table) -> Rows[Any]:
    """Read every cell, gathering what is wrong with single cells and with the header.

    Parameters
    ----------
    table : Table

    Returns
    -------
    Rows
        One row for each row of the table, whatever was wrong.
    """
    places, findings = _match_header(table)
    in_chinese = table.chinese and all(not reading.english for reading, _ in places.values() if reading.required)
    readings = dict(_readings(table.row_type, in_chinese))
    readings |= {field: reading for field, (reading, _) in places.items()}

    count = len(table.rows)
    values: dict[str, list[Any]] = {}
    unread: dict[int, set[str]] = {}
    default = defaults(table.row_type)
    for field, reading in readings.items():
        if field in places:
            values[field], faults = _read_column(table.cells[places[field][1]], reading, default.get(field))
            for i, (raw, fault) in faults.items():
                unread.setdefault(i, set()).add(field)
                findings.append(
                    table.finding(
                        fault.key, values=fault.values, row=table.rows[i], column=reading.name, value=as_read(raw)
                    )
                )
        elif reading.required:
            values[field] = [_stand_in(reading)] * count
            for i in range(count):
                unread.setdefault(i, set()).add(field)
    row_type, fields = table.row_type, tuple(values)
    rows = [
        Row(number, row_type(**dict(zip(fields, row, strict=True))), frozenset(unread.get(i, ())))
        for i, (number, row) in enumerate(zip(table.rows, zip(*values.values(), strict=True), strict=True))
    ]
    return Rows(table, readings, rows, findings)


def _read_column(
    raws: Sequence[Any], reading: Reading, default: Any
) -> tuple[list[Any], dict[int, tuple[Any, CellError]]]:
    """The values of one column, a stand-in where a cell is at fault, and the faults by position."""
    values: list[Any] = []
    faults: dict[int, tuple[Any, CellError]] = {}
    otherwise = _stand_in(reading) if reading.required else default
    known: dict[tuple[type, Any], Any] = {}  # most cells of a large ledger repeat a few values
    for i, raw in enumerate(raws):
        if raw is None and not reading.required:
            values.append(default)
            continue
        key = (raw.__class__, raw) if raw.__class__ in _REPEATING else None
        if key and key in known:
            values.append(known[key])
        elif is_missing(raw):
            if reading.required:
                faults[i] = "", CellError("required_empty")
            values.append(otherwise)
        else:
            try:
                value = read(raw, reading)
            except CellError as fault:
                faults[i] = raw, fault
                value = otherwise
            else:
                if key:
                    known[key] = value
            values.append(value)
    return values, faults


def _stand_in(reading: Reading) -> Any:
    if reading.column.choices:
        return next(iter(reading.column.choices))
    return _STAND_INS[reading.column.kind]


def _match_header(table: Table) -> tuple[dict[str, tuple[Reading, int]], list[Finding]]:
    """Which column holds which field; and the columns that are missing, doubled or unknown."""
    known = known_names(table.row_type, chinese=table.chinese)
    findings: list[Finding] = []
    places: dict[str, tuple[Reading, int]] = {}
    unknown: list[tuple[int, str]] = []
    for index, name in enumerate(table.names):
        reading = known.get(squeezed(name))
        if reading is None:
            unknown.append((index, name))
        elif reading.field in places:
            first = table.names[places[reading.field][1]]
            findings.append(_in_header(table, "column_twice", name, first=first))
        else:
            if table.chinese:
                reading = dataclasses.replace(reading, keeps_15_digits=True)
            places[reading.field] = reading, index

    # One slip is one finding: a name that is taken for a missing required column is not reported again.
    taken: set[int] = set()
    required = [reading for reading in known.values() if reading.required]
    named = {name: index for index, name in reversed(unknown) if name}
    in_chinese = table.chinese and all(not reading.english for reading, _ in places.values() if reading.required)
    for reading in required:
        if reading.field in places or reading.english == in_chinese:
            continue
        near = difflib.get_close_matches(reading.name, named, n=1, cutoff=0.5)
        if near:
            taken.add(named.pop(near[0]))
        nearest = near[0] if near else NOTHING
        findings.append(_in_header(table, "column_missing", reading.name, nearest=nearest))
    absent = [name for name, reading in known.items() if reading.field not in places and not reading.required]
    for index, name in unknown:
        if index in taken:
            continue
        if not name:
            if not all(is_missing(raw) for raw in table.cells[index]):
                findings.append(_in_header(table, "column_unnamed", "", level=Level.WARNING, number=index + 1))
        elif near := difflib.get_close_matches(squeezed(name), absent, n=1, cutoff=RESEMBLES):
            findings.append(_in_header(table, "column_misnamed", name, expected=near[0]))
        else:
            findings.append(_in_header(table, "column_unknown", name, level=Level.WARNING))
    return places, findings


def _in_header(table: Table, key: str, name: str, *, level: Level = Level.ERROR, **values: Any) -> Finding:
    return table.finding(key, level=level, values=values, row=table.header_row, column=name, value=name)
