"""From raw tables to a ledger, or to everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

# Importing the faults registers their checks.
import planner.ledger.faults
import planner.ledger.faults_contradictions
import planner.ledger.faults_magnitudes
import planner.ledger.faults_places  # noqa: F401
from planner.findings import BadInput, Finding, Level
from planner.ledger.cells import is_missing, show
from planner.ledger.check import Book, run_checks
from planner.ledger.gazetteer import Gazetteer
from planner.ledger.sums import check_sums
from planner.ledger.table import Rows, Table, file_readings, read_table
from planner.ledger.types import Ledger, Option, Patch
from sheets import Progress, Unusable


class Examined(NamedTuple):
    """What came of a ledger.

    Parameters
    ----------
    ledger : Ledger or None
        None where an error was found; warnings do not stop it.
    findings : list of Finding
    """

    ledger: Ledger | None
    findings: list[Finding]


def examine(
    patches: Sequence[Table],
    options: Sequence[Table],
    meta: Mapping[str, str],
    *,
    source: str = "",
    gazetteer: Gazetteer | None = None,
    on_progress: Progress | None = None,
) -> Examined:
    """Read and check the tables of a ledger.

    Parameters
    ----------
    patches : sequence of Table
        At least one; several are read as one.
    options : sequence of Table
    meta : mapping
    source : str
    gazetteer : Gazetteer, optional
        The city's places; without it they are not checked.
    on_progress : callable, optional

    Returns
    -------
    Examined
        With the findings by table, row and column.
    """

    def tell(step: str, done: int, of: int) -> None:
        if on_progress is not None:
            on_progress(step, done, of)

    parts = []
    for number, table in enumerate(patches):
        tell("read", number, len(patches))
        parts.append(read_table(table))
    patch_rows: Rows[Patch] = Rows.joined(parts)
    option_rows: Rows[Option] | None = Rows.joined([read_table(table) for table in options]) if options else None
    found = list(patch_rows.findings)
    if not patch_rows.rows:
        found.append(patches[0].finding("no_rows", values={}, row=patches[0].header_row))
    for part in parts:
        found += check_sums(part.homes[0], part.rows, part.homes[0].table.sums)
    if option_rows:
        found += option_rows.findings
    tell("check", 0, 1)
    found += run_checks(Book(patch_rows, option_rows, gazetteer))

    homes = [home for rows in (patch_rows, option_rows) if rows for home in rows.homes]
    order = {
        (home.table.sheet, reading.name): place
        for home in homes
        for place, reading in enumerate(home.readings.values())
    }
    first: dict[str, int] = {}
    for number, home in enumerate(homes):
        first.setdefault(home.table.sheet, number)
    found.sort(key=lambda f: (first[f.sheet], f.row, order.get((f.sheet, f.column), -1)))
    if any(finding.level is Level.ERROR for finding in found):
        return Examined(None, found)
    ledger = Ledger(
        patches=tuple(row.item for row in patch_rows.rows),
        options=tuple(row.item for row in option_rows.rows) if option_rows else (),
        meta=meta,
        source=source,
        extra=_extra(patch_rows),
    )
    return Examined(ledger, found)


def _extra(rows: Rows[Patch]) -> dict[str, dict[str, Any]]:
    """What the columns say that mean nothing here, by patch and column."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows.rows:
        if row.home.table.extra:
            said = {name: row.home.raw_at(row.number, index) for name, index in row.home.table.extra.items()}
            found[row.item.patch] = {
                name: raw.text if isinstance(raw, Unusable) else raw
                for name, raw in said.items()
                if not is_missing(raw)
            }
    return {patch: said for patch, said in found.items() if said}


def said_as_in_files(ledger: Ledger, finding: Finding) -> Finding:
    """A finding about a ledger's frames in the names, units and words that its workbook has.

    It is the finding itself where the workbook would be found fault with otherwise.
    """
    readings = {Patch: file_readings(Patch), Option: file_readings(Option)}
    tables = []
    for row_type, rows, sheet in ((Patch, ledger.patches, "patches"), (Option, ledger.options, "options")):
        own = list(readings[row_type].values())
        tables.append(
            Table(
                row_type, [reading.name for reading in own],
                [[show(getattr(row, reading.field), reading) for row in rows] for reading in own],
                range(1, len(rows) + 1), sheet=sheet,
                places={reading.field: (reading, place) for place, reading in enumerate(own)},
            )
        )  # fmt: skip
    patches, options = tables
    name = readings[Option if finding.sheet == "options" else Patch].get(finding.column)
    for said in examine([patches], [options] if ledger.options else [], ledger.meta).findings:
        place = (said.key, said.sheet, said.row, said.column)
        if name is not None and place == (finding.key, finding.sheet, finding.row, name.name):
            return said
    return finding


def ledger_or_raise(ledger: Ledger | None, findings: Sequence[Finding]) -> Ledger:
    """The ledger, where nothing stops it.

    Raises
    ------
    BadInput
        With every finding, warnings included, where one of them is an error.
    """
    if ledger is None or any(finding.level is Level.ERROR for finding in findings):
        raise BadInput(findings)
    return ledger
