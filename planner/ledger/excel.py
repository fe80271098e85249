"""The ledger as a file: patches (图斑台账), options (治理方案, may be missing) and meta (说明, may be missing).

A ledger of our own names its sheets so. In other people's, every visible sheet with the header of a ledger holds
patches: one for each district, say.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

from planner.findings import Finding, Level
from planner.ledger.build import Examined, examine, ledger_or_raise
from planner.ledger.cells import as_read, is_missing
from planner.ledger.gazetteer import Gazetteer, gazetteer_of
from planner.ledger.layout import HEADER_WITHIN, Layout, fill_down, lay_out
from planner.ledger.mapping import MappedColumn, Mapping
from planner.ledger.matching import Columns, Matcher, money_units
from planner.ledger.meta import read_meta
from planner.ledger.opening import MOST_COLUMNS, MOST_ROWS, open_book, unreadable
from planner.ledger.spelling import REWRITTEN
from planner.ledger.table import Table, file_readings, required_names, squeezed
from planner.ledger.types import Ledger, Option, Patch
from planner.ledger.writing import META_HEADER, META_SHEET, OPTION_SHEET, PATCH_SHEET, save_ledger
from sheets import Book, Progress, Sheet

__all__ = ["check_ledger", "examine_ledger", "load_ledger", "propose_mapping", "save_ledger"]

_PATCH_SHEETS = (PATCH_SHEET, "patches")
_OPTION_SHEETS = (OPTION_SHEET, "options")
_META_SHEETS = (META_SHEET, "meta")
_META_HEADERS = (META_HEADER[:2], ("key", "value"))
_TELLS_A_LEDGER = 3
_DISTRICT = re.compile(r".+[区县市旗]|.+ (?:district|county)", re.IGNORECASE)
"""Required columns that a sheet must have to be taken for patches whatever its name."""
_PLACES = (
    "district",
    "township",
    "village",
    "basin",
    "responsible_id",
    "responsible_party",
    "enterprise_group",
    "responsible_unit",
)
"""Columns in which a merged cell counts for all its rows."""


def load_ledger(
    path: str | os.PathLike[str],
    *,
    mapping: Mapping | None = None,
    gazetteer: Gazetteer | None = None,
    on_progress: Progress | None = None,
) -> Ledger:
    """Read a ledger from a file.

    A column's unit is the one that its name says, or a line above the header: 公顷 and 万元 under the ledger's own
    Chinese names, m² and yuan under the English names of the fields.

    Parameters
    ----------
    path : path-like
        An ``.xlsx``, ``.xlsm``, ``.xls``, ``.ods`` or ``.csv`` file.
    mapping : Mapping, optional
        What the columns hold whose names are not known; see `propose_mapping`.
    gazetteer : Gazetteer, optional
        The city's places; by default the shipped ones of the city that the ledger names.
    on_progress : callable, optional
        Told the step, how much of it is done, and of how much.

    Returns
    -------
    Ledger

    Raises
    ------
    UnreadableInput
        The file cannot be opened as a table.
    BadInput
        With every fault found, by sheet, row and column.
    """
    examined = examine_ledger(path, mapping=mapping, gazetteer=gazetteer, on_progress=on_progress)
    return ledger_or_raise(examined.ledger, examined.findings)


def check_ledger(
    path: str | os.PathLike[str],
    *,
    mapping: Mapping | None = None,
    gazetteer: Gazetteer | None = None,
    on_progress: Progress | None = None,
) -> list[Finding]:
    """Everything that is found in a ledger's file, warnings and notes included; empty where there is nothing to say.

    Raises
    ------
    UnreadableInput
        The file cannot be opened as a table.
    """
    return examine_ledger(path, mapping=mapping, gazetteer=gazetteer, on_progress=on_progress).findings


def propose_mapping(path: str | os.PathLike[str], *, mapping: Mapping | None = None) -> Mapping:
    """What each column of a ledger's file holds: known ones confirmed, the rest proposed with a confidence.

    Parameters
    ----------
    path : path-like
    mapping : Mapping, optional
        What has been said already.

    Raises
    ------
    UnreadableInput
        The file cannot be opened as a table.
    """
    reading = _Reading(Path(path), open_book(Path(path)), mapping or Mapping(), proposing=True)
    reading.tables()

    def gathered(columns: Sequence[Columns]) -> tuple[MappedColumn, ...]:
        return tuple({one.column: one for told in columns for one in told.proposals}.values())

    return Mapping(gathered(reading.patch_columns), gathered(reading.option_columns))


def examine_ledger(
    path: str | os.PathLike[str],
    *,
    mapping: Mapping | None = None,
    gazetteer: Gazetteer | None = None,
    on_progress: Progress | None = None,
) -> Examined:
    """The ledger of a file, if nothing stops it, together with everything that was found.

    Raises
    ------
    UnreadableInput
        The file cannot be opened as a table.
    """
    file = Path(path)
    reading = _Reading(file, open_book(file, on_progress), mapping or Mapping())
    patches, options = reading.tables()
    examined = Examined(None, [])
    if patches:
        places = gazetteer or gazetteer_of(reading.meta["city"])
        examined = examine(
            patches, [table for table in options if table.rows], reading.meta,
            source=str(file), gazetteer=places, on_progress=on_progress,
        )  # fmt: skip
    findings = reading.findings + examined.findings + reading.meta_findings
    stopped = any(finding.level is Level.ERROR for finding in findings)
    return Examined(None if stopped else examined.ledger, findings)


@dataclass
class _Reading:
    """One file on its way to tables."""

    file: Path
    book: Book
    mapping: Mapping
    proposing: bool = False
    findings: list[Finding] = field(default_factory=list)
    patch_columns: list[Columns] = field(default_factory=list)
    option_columns: list[Columns] = field(default_factory=list)

    def __post_init__(self) -> None:
        for note in self.book.notes:
            self._find(f"has_{note}", level=Level.WARNING)
        self.visible = [sheet for sheet in self.book.sheets if not sheet.hidden]
        if hidden := [sheet.name for sheet in self.book.sheets if sheet.hidden]:
            self._find("sheet_hidden", level=Level.WARNING, named="、".join(hidden))
        meta_sheet = self._named(_META_SHEETS)
        self.meta, self.meta_findings = self._read_meta(meta_sheet)
        money = money_units(self.meta)
        self.patch_matcher = Matcher(Patch, self.mapping, money)
        self.option_matcher = Matcher(Option, self.mapping, money)
        self.spoken_for = {id(meta_sheet)}

    def _find(self, key: str, *, level: Level = Level.ERROR, sheet: str = "", **values: Any) -> None:
        self.findings.append(Finding(f"ledger.{key}", values, level=level, file=self.file.name, sheet=sheet))

    def tables(self) -> tuple[list[Table], list[Table]]:
        """The tables of patches and of options."""
        option_sheet = self._named(_OPTION_SHEETS)
        self.spoken_for.add(id(option_sheet))
        patch_sheets = self._patch_sheets()
        patches = [
            table for sheet in patch_sheets if (table := self._table(sheet, self.patch_matcher, self.patch_columns))
        ]
        self._sheets_by_district(patches)
        options: list[Table] = []
        if option_sheet and option_sheet.rows:
            table = self._table(option_sheet, self.option_matcher, self.option_columns)
            options = [table] if table else []
        return patches, options

    def _sheets_by_district(self, tables: list[Table]) -> None:
        """Where sheets are named after districts, one that holds none of its own district's patches."""
        said = {}
        for table in tables:
            if table.places and "district" in table.places:
                cells = table.cells[table.places["district"][1]]
                said[table.sheet] = {as_read(raw) for raw in cells if not is_missing(raw)}
        if any(sheet.strip() in there for sheet, there in said.items()):
            known = set().union(*said.values())
            for sheet, there in said.items():
                if sheet.strip() not in known and _DISTRICT.fullmatch(sheet.strip()):
                    self._find("sheet_of_another", level=Level.WARNING, sheet=sheet, named="、".join(sorted(there)))

    def _named(self, names: tuple[str, str]) -> Sheet | None:
        """The sheet that goes by one of its two names; both at once is a fault."""
        there = {sheet.name.strip(): sheet for sheet in self.visible if sheet.name.strip() in names}
        if self.book.kind == "csv" or not there:
            return None
        if len(there) > 1:
            first, second = (name for name in names if name in there)
            self._find("sheet_twice", sheet=second, first=first, second=second)
            return there[first]
        return self._not_too_large(next(iter(there.values())))

    def _not_too_large(self, sheet: Sheet) -> Sheet:
        if sheet.too_large:
            raise unreadable(
                self.file, "sheet_too_large", sheet=sheet.name, named=sheet.name, rows=MOST_ROWS, columns=MOST_COLUMNS
            )
        return sheet

    def _patch_sheets(self) -> list[Sheet]:
        named = self._named(_PATCH_SHEETS)
        others = [
            s for s in self.visible if s is not named and id(s) not in self.spoken_for and (s.rows or s.too_large)
        ]
        if named:
            if any(sheet.name.strip() in _PATCH_SHEETS for sheet in others):
                others = [sheet for sheet in others if sheet.name.strip() not in _PATCH_SHEETS]
            likely = [sheet.name for sheet in others if self._is_ledger(sheet)]
            if likely:
                self._find("sheet_left_out", level=Level.WARNING, named="、".join(likely), used=named.name)
            return [named]
        for sheet in others:
            self._not_too_large(sheet)
        found = others if len(others) == 1 else [sheet for sheet in others if self._is_ledger(sheet)]
        if not found:
            wanted, there = " / ".join(_PATCH_SHEETS), "、".join(sheet.name for sheet in self.visible)
            self._find("sheet_missing", wanted=wanted, there=there)
        elif passed := [sheet.name for sheet in others if sheet not in found]:
            self._find("sheet_passed_over", level=Level.NOTE, named="、".join(passed))
        return found

    def _is_ledger(self, sheet: Sheet) -> bool:
        layout = lay_out(sheet, self.patch_matcher.field_of)
        if layout is None:
            return False
        fields = {self.patch_matcher.field_of(name) for name in layout.names if name}
        required = {known for known, reading in file_readings(Patch).items() if reading.required}
        return len(fields & required) >= _TELLS_A_LEDGER

    def _table(self, sheet: Sheet, matcher: Matcher, columns: list[Columns]) -> Table | None:
        """The table below the row that holds the column names."""
        layout = lay_out(sheet, matcher.field_of) or (_first_words(sheet) if self.proposing else None)
        if layout is None:
            wanted = "、".join(required_names(matcher.row_type, chinese=True))
            self._find("header_missing", sheet=sheet.name, wanted=wanted, within=HEADER_WITHIN)
            return None
        table = _raw_table(self.file, sheet, layout, matcher.row_type)
        told = matcher.match(table, layout.units)
        columns.append(told)
        used = {index for _, index in told.places.values()}
        identifying = {index for known, (_, index) in told.places.items() if known in _PLACES}
        findings = list(told.findings)
        filled = fill_down(sheet, layout, identifying, used)
        for top, bottom, column, done in filled:
            key = "merged_filled" if done else "merged_not_filled"
            findings.append(
                table.finding(
                    key, level=Level.WARNING, values={"until": bottom}, row=top, column=table.names[column],
                    cell=table.cell(top, column),
                )
            )  # fmt: skip
        findings += [
            table.finding("row_passed_over", level=Level.NOTE, values={}, row=row) for row in layout.passed_over
        ]
        if any(done for *_, done in filled):
            table = _raw_table(self.file, sheet, layout, matcher.row_type)
        if self.book.kind == "csv":
            _mend_rewritten_ids(table, told)
        return Table(
            row_type=table.row_type, names=table.names, cells=table.cells, rows=table.rows, file=table.file,
            sheet=table.sheet, header_row=table.header_row, places=told.places, findings=findings,
            sums=tuple(layout.sums), extra=told.extra, payers=told.payers,
        )  # fmt: skip

    def _read_meta(self, sheet: Sheet | None) -> tuple[dict[str, str], list[Finding]]:
        """The entries below the row 键, 值."""
        if sheet is None or not sheet.rows:
            return read_meta(())
        for place, (_, row) in enumerate(sheet.rows[:HEADER_WITHIN]):
            names = [_name(raw) for raw in row]
            for key, value in _META_HEADERS:
                if key in names and value in names:
                    key_at, value_at = names.index(key), names.index(value)
                    entries = [
                        (as_read(cells[key_at]), cells[value_at] if value_at < len(cells) else None, number)
                        for number, cells in sheet.rows[place + 1 :]
                        if key_at < len(cells) and not is_missing(cells[key_at])
                    ]
                    return read_meta(entries, file=self.file.name, sheet=sheet.name, in_file=True)
        wanted = "、".join(META_HEADER[:2])
        finding = Finding(
            "ledger.header_missing", {"wanted": wanted, "within": HEADER_WITHIN}, file=self.file.name, sheet=sheet.name
        )
        return read_meta(())[0], [finding]


def _raw_table(file: Path, sheet: Sheet, layout: Layout, row_type: type[Any]) -> Table:
    columns = list(zip_longest(layout.names, *(row for _, row in layout.rows)))
    return Table(
        row_type=row_type,
        names=[column[0] or "" for column in columns],
        cells=[column[1:] for column in columns],
        rows=[number for number, _ in layout.rows],
        file=file.name,
        sheet=sheet.name,
        header_row=layout.header_row,
        places={},
    )


def _first_words(sheet: Sheet) -> Layout | None:
    """A header of unknown names: the first row of several words, all different."""
    for place, (number, row) in enumerate(sheet.rows[:HEADER_WITHIN]):
        words = [_name(raw) for raw in row if isinstance(raw, str)]
        if len(words) >= _TELLS_A_LEDGER and len(set(words)) == len(words) == sum(not is_missing(raw) for raw in row):
            return Layout([_name(raw) for raw in row], number, sheet.rows[place + 1 :])
    return None


def _mend_rewritten_ids(table: Table, told: Columns) -> None:
    """Ids that some program wrote otherwise in every row: as numbers and then as text, ``1.0``, or after ``'``."""
    for known in ("patch", "option"):
        if known in told.places:
            index = told.places[known][1]
            texts = [raw for raw in table.cells[index] if raw is not None]
            for pattern in REWRITTEN:
                found = [pattern.fullmatch(raw.strip()) if isinstance(raw, str) else None for raw in texts]
                if texts and all(found):
                    said = iter(match.group(1) for match in found if match)
                    mended = tuple(None if raw is None else next(said) for raw in table.cells[index])
                    table.cells[index] = mended  # type: ignore[index]
                    break


def _name(raw: object) -> str:
    return "" if is_missing(raw) else squeezed(as_read(raw))
