"""Which column of a sheet holds which field, in which unit; and the columns that must be asked about."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from planner.findings import Finding, Level
from planner.ledger.cells import NOTHING, CellError, Reading, is_missing, read
from planner.ledger.mapping import Likeness, MappedColumn, Mapping
from planner.ledger.names import Names, base, names, plain
from planner.ledger.schema import Kind, columns
from planner.ledger.spelling import in_unit, loosened, says_nothing
from planner.ledger.table import Table, file_readings, in_header, known_names, squeezed

_SAMPLE = 40
_UNIT_KINDS = (Kind.AREA, Kind.MONEY, Kind.MONEY_LIST)
_SUMS = frozenset(["合计", "小计", "总计", "total"])
_SAID, _OWN, _OWN_WITHOUT_UNIT, _SYNONYM = range(4)


@dataclass(frozen=True, slots=True)
class Columns:
    """How the columns of a sheet are read.

    Parameters
    ----------
    places : dict
        Reading and column (from 0) of each field.
    extra : dict
        Columns that are only kept, by name.
    payers : dict
        Columns that say who pays: ``municipal`` or ``district``.
    proposals : list of MappedColumn
        Every column with a name.
    findings : list of Finding
    """

    places: dict[str, tuple[Reading, int]] = field(default_factory=dict)
    extra: dict[str, int] = field(default_factory=dict)
    payers: dict[str, int] = field(default_factory=dict)
    proposals: list[MappedColumn] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Matcher:
    """Knows the names of one table's columns, what the user said of them, and the ledger's units of money.

    Parameters
    ----------
    row_type : type
    mapping : Mapping
    money : mapping
        Further units of money by plain name.
    """

    row_type: type[Any]
    mapping: Mapping = field(default_factory=Mapping)
    money: MappingOf[str, Fraction] = field(default_factory=dict)
    _known: dict[str, Reading] = field(init=False)
    _said: dict[str, MappedColumn] = field(init=False)
    _names: Names = field(init=False)
    _seen: dict[str, tuple[str, int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._known = known_names(self.row_type, chinese=True)
        self._said = self.mapping.of(self.row_type)
        table = names()
        self._names = dataclasses.replace(table, money={**table.money, **self.money})

    def field_of(self, name: str) -> str:
        """The field that a name surely stands for; empty where it does not."""
        return self._identify(name)[0]

    def _identify(self, name: str) -> tuple[str, int]:
        if name not in self._seen:
            self._seen[name] = self._look_up(name)
        return self._seen[name]

    def _look_up(self, name: str) -> tuple[str, int]:
        if (said := self._said.get(plain(name))) is not None:
            return said.field, _SAID
        if (reading := self._known.get(squeezed(name))) is not None:
            return reading.field, _OWN
        fields = self._names.fields[self.row_type]
        upper, _, lower = name.rpartition("/")
        candidates = [base(name), plain(name)]
        if upper and (plain(lower) in self._any_unit() or plain(lower) in _SUMS):
            candidates.append(base(upper))
        elif upper and not self._payer(name):
            candidates.append(base(lower))
        for kind in (Kind.AREA, Kind.MONEY):
            unit = self._names.unit_in(name, kind)
            if unit and base(name).endswith(unit):
                candidates.append(base(name).removesuffix(unit))
        for candidate in candidates:
            if candidate in fields:
                known, own = fields[candidate]
                return known, _OWN_WITHOUT_UNIT if own else _SYNONYM
        return "", _SYNONYM

    def _any_unit(self) -> set[str]:
        return {*self._names.area, *self._names.money}

    def _payer(self, name: str) -> str:
        parts = [base(part) for part in name.split("/")]
        return self._names.payers.get("/".join(parts)) or self._names.payers.get(parts[-1], "")

    def match(self, table: Table, units: str = "") -> Columns:
        """Match the columns of a table.

        Parameters
        ----------
        table : Table
        units : str
            What a line above the header says of units.
        """
        told = Columns()
        claims: dict[str, tuple[int, int]] = {}
        unsure: list[int] = []
        for index, name in enumerate(table.names):
            if not name:
                if not all(map(is_missing, table.cells[index])):
                    told.findings.append(in_header(table, "column_unnamed", "", level=Level.WARNING, number=index + 1))
                continue
            known, rank = self._identify(name)
            if not known:
                if rank == _SAID:
                    _keep(told.extra, name, index)
                    told.proposals.append(MappedColumn(name, ""))
                elif payer := self._payer(name):
                    told.payers.setdefault(payer, index)
                    _keep(told.extra, name, index)
                    told.proposals.append(MappedColumn(name, ""))
                else:
                    unsure.append(index)
                continue
            if known in claims:
                self._settle(table, told, claims, known, index, rank)
            else:
                claims[known] = index, rank
        for known, (index, rank) in sorted(claims.items(), key=lambda item: item[1][0]):
            self._place(table, told, known, index, rank, units)
        self._propose(table, told, unsure, taken=set(claims))
        return told

    def _settle(
        self, table: Table, told: Columns, claims: dict[str, tuple[int, int]], known: str, index: int, rank: int
    ) -> None:
        """Two columns for one field: the surer one is read and the other kept; equally sure ones are a fault."""
        first, its_rank = claims[known]
        if rank == its_rank or {rank, its_rank} == {_OWN, _OWN_WITHOUT_UNIT}:
            told.findings.append(in_header(table, "column_twice", table.names[index], first=table.names[first]))
            return
        read_, kept = (index, first) if rank < its_rank else (first, index)
        claims[known] = read_, min(rank, its_rank)
        _keep(told.extra, table.names[kept], kept)
        values = {"first": table.names[read_]}
        told.findings.append(in_header(table, "column_spare", table.names[kept], level=Level.WARNING, **values))

    def _place(self, table: Table, told: Columns, known: str, index: int, rank: int, units: str) -> None:
        name = table.names[index]
        own = self._known.get(squeezed(name))
        reading = file_readings(self.row_type)[known]
        seen = own.name if own and own.field == known else " ".join(name.split())
        reading = dataclasses.replace(reading, name=seen, keeps_15_digits=True, loose=True)
        unit = ""
        if reading.column.kind in _UNIT_KINDS:
            unit = self._unit(name, reading.column.kind, units)
            if unit:
                reading = in_unit(reading, self._names.units(reading.column.kind)[unit])
            elif _all_with_unit(table.cells[index], reading, self._names):
                reading = in_unit(reading, Fraction(1))
            else:
                allowed = "、".join(self._names.units(reading.column.kind))
                level = Level.ERROR if reading.required else Level.WARNING
                told.findings.append(in_header(table, "unit_missing", name, level=level, allowed=allowed))
                told.proposals.append(MappedColumn(name, known, "", 0.5, confirmed=False))
                if not reading.required:
                    _keep(told.extra, name, index)
                    return
        told.places[known] = reading, index
        if not any(one.column == name for one in told.proposals):
            stated = (
                plain(name).endswith(unit) or bool(self._names.unit_in(name, reading.column.kind)) if unit else True
            )
            told.proposals.append(MappedColumn(name, known, "" if stated and rank != _SAID else unit))

    def _unit(self, name: str, kind: Kind, above: str) -> str:
        said = self._said.get(plain(name))
        if said is not None and said.unit:
            return plain(said.unit)
        upper, _, lower = name.rpartition("/")
        if plain(lower) in self._names.units(kind):
            return plain(lower)
        for part in (name, lower, upper):
            if part and (unit := self._names.unit_in(part, kind)):
                return unit
        stated = [unit for unit in self._names.units(kind) if unit in [plain(part) for part in _words(above)]]
        return stated[0] if len(stated) == 1 else ""

    def _propose(self, table: Table, told: Columns, unsure: Sequence[int], taken: set[str]) -> None:
        """Ask about columns whose names are only like known ones; keep them meanwhile."""
        readings = file_readings(self.row_type)
        likeness = Likeness(self.row_type)
        wanted = {known for known in columns(self.row_type) if known not in taken}
        offers: list[tuple[float, int, str]] = []
        for index in unsure:
            fits = {known: _fit(table.cells[index], readings[known]) for known in wanted}
            known, confidence = likeness.best(table.names[index], fits)
            offers.append((confidence, index, known))
        asked: dict[int, str] = {}
        for confidence, index, known in sorted(offers, key=lambda offer: (-offer[0], offer[1])):
            name = table.names[index]
            if known and known not in asked.values():
                asked[index] = known
                level = Level.ERROR if readings[known].required else Level.WARNING
                values = {"expected": readings[known].name, "confidence": f"{confidence:.0%}"}
                told.findings.append(in_header(table, "column_uncertain", name, level=level, **values))
                told.proposals.append(MappedColumn(name, known, "", confidence, confirmed=False))
            else:
                if not all(map(is_missing, table.cells[index])):
                    told.findings.append(in_header(table, "column_unknown", name, level=Level.WARNING))
                told.proposals.append(MappedColumn(name, "", "", 0.0, confirmed=False))
            _keep(told.extra, name, index)
        english = bool(told.places) and all(reading.english for reading, _ in told.places.values() if reading.required)
        for known, reading in readings.items():
            if reading.required and known not in taken and known not in asked.values():
                name = known if english else reading.name
                near = difflib.get_close_matches(name, [table.names[index] for index in unsure], n=1, cutoff=0.3)
                told.findings.append(in_header(table, "column_missing", name, nearest=near[0] if near else NOTHING))


def money_units(meta: MappingOf[str, str]) -> dict[str, Fraction]:
    """The units of money that a ledger's own meta names."""
    found = {meta[f"currency_{lang}"]: Fraction(1) for lang in ("zh", "en")}
    found |= {meta[f"money_unit_{lang}"]: Fraction(meta["money_unit_size"]) for lang in ("zh", "en")}
    return {plain(name): size for name, size in found.items() if name}


def _keep(extra: dict[str, int], name: str, index: int) -> None:
    number = 2
    kept = name
    while kept in extra:
        kept, number = f"{name} {number}", number + 1
    extra[kept] = index


def _words(above: str) -> list[str]:
    for separator in "、，,;；/和及 ":
        above = above.replace(separator, "|")
    return [part for part in above.split("|") if part]


def _sample(cells: Sequence[Any]) -> list[Any]:
    found: list[Any] = []
    for raw in cells:
        if not is_missing(raw):
            found.append(raw)
            if len(found) == _SAMPLE:
                break
    return found


def _fit(cells: Sequence[Any], reading: Reading) -> float:
    """How well the contents of a column fit a field's kind: 0 to 1, and a half where there are none."""
    sample = _sample(cells)
    if not sample:
        return 0.5
    reading = dataclasses.replace(reading, scale=Fraction(1) if reading.column.kind in _UNIT_KINDS else 1, loose=True)
    if reading.column.kind is Kind.TEXT:
        texts = sum(isinstance(raw, str) and not raw.strip().replace(".", "").isdigit() for raw in sample)
        return 1.0 if texts == len(sample) else 0.6
    good = 0
    for raw in sample:
        if says_nothing(raw, reading):
            good += 1
            continue
        try:
            read(*loosened(raw, reading))
        except CellError:
            continue
        good += 1
    return good / len(sample)


def _all_with_unit(cells: Sequence[Any], reading: Reading, known: Names) -> bool:
    """Whether each cell that holds anything states its own unit."""
    units = known.units(reading.column.kind)
    marked = dataclasses.replace(reading, scale=-1)
    filled = [raw for raw in cells if not is_missing(raw) and not says_nothing(raw, marked)]
    return bool(filled) and bool(units) and all(loosened(raw, marked)[1].scale != -1 for raw in filled)
