"""From a table of raw cells to rows of typed values: the core that data frames and workbooks share."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from planner.findings import Change, Finding, Level
from planner.ledger.cells import NOTHING, CellError, Reading, as_read, is_missing, read, show
from planner.ledger.schema import Kind, columns, defaults
from planner.ledger.spelling import loosened, says_nothing
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
    places : mapping, optional
        Which column holds which field, and how it is read; by default the names are the fields' own.
    findings : sequence of Finding
        What was found before a cell was read: in the header and the layout.
    sums : sequence
        Its rows of sums (`planner.ledger.layout.SumRow`).
    extra, payers : mapping
        Columns that are only kept, and those that say who pays (``municipal``, ``district``), by their number from 0.
    """

    row_type: type[Any]
    names: Sequence[str]
    cells: Sequence[Sequence[Any]]
    rows: Sequence[int]
    file: str = ""
    sheet: str = ""
    header_row: int = 0
    places: Mapping[str, tuple[Reading, int]] | None = None
    findings: Sequence[Finding] = ()
    sums: Sequence[Any] = ()
    extra: Mapping[str, int] = field(default_factory=dict)
    payers: Mapping[str, int] = field(default_factory=dict)

    @property
    def in_sheet(self) -> bool:
        """Whether its cells are cells of a sheet, which have names."""
        return self.places is not None

    def cell(self, row: int, index: int) -> str:
        """The name of a cell, such as ``F12``; empty outside a sheet."""
        return f"{column_letters(index + 1)}{row}" if self.in_sheet and row else ""

    def finding(self, key: str, *, level: Level = Level.ERROR, values: Mapping[str, Any], **place: Any) -> Finding:
        """A finding in this table."""
        return Finding(key=f"ledger.{key}", values=values, level=level, file=self.file, sheet=self.sheet, **place)


def column_letters(number: int) -> str:
    """The letters of a column from its number, 1 being A."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(slots=True)
class Row(Generic[T]):
    """A row that was read: its number, its values, and the fields whose cells could not be read.

    An unread field of `item` holds its default or a stand-in, which no check may look at. `home` is the table
    that the row stands in.
    """

    number: int
    item: T
    home: Home
    unread: frozenset[str] = frozenset()


@dataclass(slots=True)
class Home:
    """A table, how its columns were read, and where they stand."""

    table: Table
    readings: Mapping[str, Reading]
    places: Mapping[str, int]
    at: dict[int, int] = field(default_factory=dict)

    def raw(self, row: int, name: str) -> Any:
        """The raw cell of a field; None where there is no such column."""
        return self.raw_at(row, self.places[name]) if name in self.places else None

    def raw_at(self, row: int, index: int) -> Any:
        """The raw cell of a row in a column (from 0)."""
        if not self.at:
            self.at.update((number, i) for i, number in enumerate(self.table.rows))
        return self.table.cells[index][self.at[row]]

    def cell(self, row: int, name: str) -> str:
        """The name of the cell of a field; empty where there is no such column."""
        return self.table.cell(row, self.places[name]) if name in self.places else ""

    def changes(self, row: int, mend: Mapping[str, Any]) -> tuple[Change, ...]:
        """The changes of cells that give these fields these values; none where a column is not there."""
        if not self.table.in_sheet or not mend or not set(mend) <= set(self.places):
            return ()
        return tuple(
            Change(
                self.table.sheet, self.cell(row, name), self.readings[name].name, self.raw(row, name),
                written(value, self.readings[name]),
            )
            for name, value in mend.items()
        )  # fmt: skip


@dataclass(slots=True)
class Rows(Generic[T]):
    """The rows of one or several tables of the same kind, and what was found wrong with single cells."""

    homes: list[Home]
    rows: list[Row[T]]
    findings: list[Finding]

    @classmethod
    def joined(cls, parts: Sequence[Rows[T]]) -> Rows[T]:
        """The rows of several tables as those of one."""
        return cls(
            homes=[home for part in parts for home in part.homes],
            rows=[row for part in parts for row in part.rows],
            findings=[finding for part in parts for finding in part.findings],
        )


def written(value: object, reading: Reading) -> Any:
    """A typed value as it is put into a cell: a number where it is one, else a text; None for nothing."""
    words = show(value, reading)
    if reading.column.kind in (Kind.AREA, Kind.MONEY, Kind.WHOLE, Kind.DECIMAL) and words:
        number = float(words)
        return int(number) if number.is_integer() else number
    return words or None


_HINTS: dict[type[Any], dict[str, Any]] = {}


def _hints(row_type: type[Any]) -> dict[str, Any]:
    """The types of the fields: each annotation is evaluated for it, and it is asked at every column name."""
    if row_type not in _HINTS:
        _HINTS[row_type] = typing.get_type_hints(row_type)
    return _HINTS[row_type]


def _readings(row_type: type[Any], chinese: bool) -> dict[str, Reading]:
    """How each field is read under its Chinese (with units of 公顷 and 万元) or its English name."""
    optional = defaults(row_type)
    hints = _hints(row_type)
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
    findings = list(table.findings)
    if table.places is None:
        places, in_header = _match_header(table)
        findings += in_header
    else:
        places = dict(table.places)
    in_chinese = table.in_sheet and all(not reading.english for reading, _ in places.values() if reading.required)
    readings = dict(_readings(table.row_type, in_chinese))
    readings |= {name: reading for name, (reading, _) in places.items()}
    home = Home(table, readings, {name: index for name, (_, index) in places.items()})

    count = len(table.rows)
    values: dict[str, list[Any]] = {}
    unread: dict[int, set[str]] = {}
    default = defaults(table.row_type)
    for name, reading in readings.items():
        if name in places:
            values[name], faults = _read_column(table.cells[places[name][1]], reading, default.get(name))
            for i, (raw, fault) in faults.items():
                unread.setdefault(i, set()).add(name)
                row = table.rows[i]
                mend = {} if fault.mend is None else {name: fault.mend}
                findings.append(
                    table.finding(
                        fault.key, values=fault.values, row=row, column=reading.name, value=as_read(raw),
                        cell=home.cell(row, name), mend=home.changes(row, mend),
                    )
                )  # fmt: skip
        elif reading.required:
            values[name] = [_stand_in(reading)] * count
            for i in range(count):
                unread.setdefault(i, set()).add(name)
    row_type, fields = table.row_type, tuple(values)
    nothing: frozenset[str] = frozenset()
    rows = [
        Row(
            number,
            row_type(**dict(zip(fields, row, strict=True))),
            home,
            frozenset(unread[i]) if i in unread else nothing,
        )
        for i, (number, row) in enumerate(zip(table.rows, zip(*values.values(), strict=True), strict=True))
    ]
    return Rows([home], rows, findings)


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
        elif is_missing(raw) or says_nothing(raw, reading):
            if reading.required:
                faults[i] = "", CellError("required_empty")
            values.append(otherwise)
        else:
            try:
                value = read(*loosened(raw, reading)) if reading.loose else read(raw, reading)
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
    """Which column of a data frame holds which field; and the columns that are missing, doubled or unknown."""
    known = known_names(table.row_type, chinese=False)
    findings: list[Finding] = []
    places: dict[str, tuple[Reading, int]] = {}
    unknown: list[tuple[int, str]] = []
    for index, name in enumerate(table.names):
        reading = known.get(squeezed(name))
        if reading is None:
            unknown.append((index, name))
        elif reading.field in places:
            first = table.names[places[reading.field][1]]
            findings.append(in_header(table, "column_twice", name, first=first))
        else:
            places[reading.field] = reading, index

    # One slip is one finding: a name that is taken for a missing required column is not reported again.
    taken: set[int] = set()
    named = {name: index for index, name in reversed(unknown) if name}
    for reading in known.values():
        if reading.field in places or not reading.required:
            continue
        near = difflib.get_close_matches(reading.name, named, n=1, cutoff=0.5)
        if near:
            taken.add(named.pop(near[0]))
        nearest = near[0] if near else NOTHING
        findings.append(in_header(table, "column_missing", reading.name, nearest=nearest))
    absent = [name for name, reading in known.items() if reading.field not in places and not reading.required]
    for index, name in unknown:
        if index in taken:
            continue
        if not name:
            if not all(is_missing(raw) for raw in table.cells[index]):
                findings.append(in_header(table, "column_unnamed", "", level=Level.WARNING, number=index + 1))
        elif near := difflib.get_close_matches(squeezed(name), absent, n=1, cutoff=RESEMBLES):
            findings.append(in_header(table, "column_misnamed", name, expected=near[0]))
        else:
            findings.append(in_header(table, "column_unknown", name, level=Level.WARNING))
    return places, findings


def in_header(table: Table, key: str, name: str, *, level: Level = Level.ERROR, **values: Any) -> Finding:
    """A finding about the name of a column."""
    cell = table.cell(table.header_row, list(table.names).index(name)) if name in table.names else ""
    return table.finding(key, level=level, values=values, row=table.header_row, column=name, value=name, cell=cell)
