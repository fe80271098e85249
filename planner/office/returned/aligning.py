"""Which row and column of a returned sheet is which of the one handed out, wherever they were moved to."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from planner.office.returned.opening import EMPTY, RawBook, RawCell, RawTable
from planner.office.returned.seal import SealedTable
from planner.office.returned.values import as_text

HEAD_WITHIN = 60


@dataclass
class Aligned:
    """A sheet handed out and what came back of it.

    Parameters
    ----------
    columns : dict of int to int
        The columns handed out, and where they are now.
    rows : list of pairs
        Row numbers, handed out and returned; with duplicates a row handed out stands more than once.
    """

    table: SealedTable
    sheet: RawTable
    columns: dict[int, int]
    missing_columns: list[int]
    rows: list[tuple[int, int]] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)
    added: list[int] = field(default_factory=list)
    duplicated: list[tuple[int, int]] = field(default_factory=list)

    def cell(self, row: int, col: int) -> RawCell:
        """A returned cell by its returned row and the column it was handed out in."""
        return self.sheet.rows.get(row, {}).get(self.columns.get(col, -1), EMPTY)


def sheet_of(book: RawBook, table: SealedTable, names: Collection[str]) -> RawTable | None:
    """The sheet that came back of a table: by its name, else the only one of a new name with its column names."""
    for sheet in book.sheets:
        if sheet.name.strip() == table.name.strip():
            return sheet
    if not table.fields:
        return None
    like = [s for s in book.sheets if s.name.strip() not in names and _head_row(table, s) is not None]
    return like[0] if len(like) == 1 else None


def align(table: SealedTable, sheet: RawTable) -> Aligned:
    """Match rows and columns: columns by name, rows by whose they are, all others in their order."""
    columns, missing, head = _columns(table, sheet)
    found = Aligned(table, sheet, columns, missing)
    filled = [row for row, cells in sorted(sheet.rows.items()) if any(not _blank(cell) for cell in cells.values())]
    seen: dict[str, int] = {}
    loose: list[int] = []
    for row in filled:
        key = _key(found, row) if head is None or row > head else ""
        original = table.by_key.get(key) if key else None
        if original is None:
            loose.append(row)
            continue
        if key in seen:
            found.duplicated.append((original, row))
        seen.setdefault(key, row)
        found.rows.append((original, row))
    found.deleted = [number for key, number in table.by_key.items() if key not in seen]
    _loose_rows(found, loose)
    return found


def _blank(cell: RawCell) -> bool:
    return not cell.formula and (cell.value is None or (isinstance(cell.value, str) and not cell.value.strip()))


def _head_row(table: SealedTable, sheet: RawTable) -> int | None:
    """The row that has most of the column names, half of them at least."""
    wanted = set(map(_name, table.heads.values()))
    best, most = None, len(wanted) // 2
    for row in sorted(sheet.rows)[:HEAD_WITHIN]:
        count = len(wanted & {_name(cell.value) for cell in sheet.rows[row].values()})
        if count > most:
            best, most = row, count
    return best


def _columns(table: SealedTable, sheet: RawTable) -> tuple[dict[int, int], list[int], int | None]:
    head = _head_row(table, sheet) if table.head_row is not None else None
    if head is None:
        every = {col for row in table.rows.values() for col in (*row.cells, *row.open)}
        return {col: col for col in every}, [], None
    at: dict[str, list[int]] = {}
    for col, cell in sorted(sheet.rows[head].items()):
        at.setdefault(_name(cell.value), []).append(col)
    columns, missing = {}, []
    for col, name in table.heads.items():
        places = at.get(_name(name), [])
        if places:
            columns[col] = col if col in places else places[0]
        else:
            missing.append(col)
    return columns, missing, head


def _name(raw: object) -> str:
    return "".join(str(raw if raw is not None else "").split())


def _key(found: Aligned, row: int) -> str:
    parts = [as_text(found.cell(row, col).value).strip() for col in found.table.key_columns]
    return "|".join(parts) if all(parts) else ""


def _loose_rows(found: Aligned, returned: list[int]) -> None:
    """Titles, totals, notes: matched in their order by what they say; rows to be signed by where they are filled."""
    table = found.table
    given = [number for number, row in sorted(table.rows.items()) if not row.key and row.cells]
    to_sign = [number for number, row in sorted(table.rows.items()) if not row.key and not row.cells]
    before = [_signature(str(cell.value) for cell in table.rows[number].cells.values()) for number in given]
    after = [_signature(as_text(cell.value) for cell in found.sheet.rows[row].values()) for row in returned]
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, first, end, other, other_end in matcher.get_opcodes():
        ours, theirs = given[first:end], returned[other:other_end]
        pairs = list(zip(ours, theirs, strict=False))
        found.rows += pairs
        if tag != "equal":
            found.deleted += ours[len(pairs) :]
            found.added += theirs[len(pairs) :]
    back = {now: col for col, now in found.columns.items()}
    for number in to_sign:
        for row in found.added:
            filled = {back.get(col, -1) for col, cell in found.sheet.rows[row].items() if not _blank(cell)}
            if filled <= table.rows[number].open:
                found.added.remove(row)
                found.rows.append((number, row))
                break


def _signature(values: Iterable[str]) -> tuple[str, ...]:
    """What a row says in words; figures follow from other cells and may differ."""
    return tuple(value for value in values if value and not _is_number(value))


def _is_number(value: str) -> bool:
    try:
        float(value.replace(",", ""))
    except ValueError:
        return False
    return True
