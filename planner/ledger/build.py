"""From raw tables to a ledger, or to everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# Importing the faults registers their checks.
import planner.ledger.faults  # noqa: F401
from planner.findings import BadInput, Finding, Level
from planner.ledger.check import Book, run_checks
from planner.ledger.table import Rows, Table, read_table
from planner.ledger.types import Ledger, Option, Patch


def examine(
    patches: Table, options: Table | None, meta: Mapping[str, str], *, source: str = ""
) -> tuple[Ledger | None, list[Finding]]:
    """Read and check the tables of a ledger.

    Returns
    -------
    Ledger or None
        None where an error was found; warnings do not stop it.
    list of Finding
        By table, row and column.
    """
    patch_rows: Rows[Patch] = read_table(patches)
    option_rows: Rows[Option] | None = read_table(options) if options else None
    found = list(patch_rows.findings)
    if not patches.rows:
        found.append(patches.finding("no_rows", values={}, row=patches.header_row))
    if option_rows:
        found += option_rows.findings
    found += run_checks(Book(patch_rows, option_rows))

    tables = [rows for rows in (patch_rows, option_rows) if rows]
    order = {
        (rows.table.sheet, reading.name): (number, place)
        for number, rows in enumerate(tables)
        for place, reading in enumerate(rows.readings.values())
    }
    first = {rows.table.sheet: number for number, rows in enumerate(tables)}
    found.sort(key=lambda f: (first[f.sheet], f.row, order.get((f.sheet, f.column), (0, -1))[1]))
    if any(finding.level is Level.ERROR for finding in found):
        return None, found
    ledger = Ledger(
        patches=tuple(row.item for row in patch_rows.rows),
        options=tuple(row.item for row in option_rows.rows) if option_rows else (),
        meta=meta,
        source=source,
    )
    return ledger, found


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
