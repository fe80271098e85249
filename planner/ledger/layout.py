"""Where the header of a sheet is, which rows are patches, and which are sums, page headers and signatures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from planner.ledger.cells import as_read, is_missing
from planner.ledger.names import names as known_words
from planner.ledger.names import plain
from sheets import Sheet

HEADER_WITHIN = 30
"""The header is looked for in that many rows that are not empty."""

_SUM = re.compile(
    r"(?:[^\d,，;；]{0,12}?)(?:合计|小计|总计|共计|累计)|(?:grand|sub)?total(?:\s*\(.*\))?", re.IGNORECASE
)
_PART = re.compile(r".*小计|subtotal", re.IGNORECASE)
_SIGNATURE = re.compile(
    r"(?:注|备注|说明|填表人?|制表人?|审核人?|分管领导|负责人|联系电话|填报日期|填报单位|编制单位|单位负责人)\s*[:：]"
)
_BRACKETED = re.compile(r"[(（\[【](.+)[)）\]】]")
_UNITS = re.compile(r"单位\s*[:：]\s*(.+)|units?\s*:\s*(.+)", re.IGNORECASE)

Recognise = Callable[[str], str]
"""The field that a column's name surely stands for; empty where it does not."""


@dataclass(frozen=True, slots=True)
class SumRow:
    """A row of sums.

    Parameters
    ----------
    number : int
    cells : tuple
    before : int
        How many rows of data stand above it.
    partial : bool
        Whether it calls itself the sum of a part.
    """

    number: int
    cells: tuple[Any, ...]
    before: int
    partial: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet taken apart.

    Parameters
    ----------
    names : list of str
        The columns' names; of a header of two rows ``upper/lower``, or ``upper(unit)``.
    header_row : int
    rows : list of (int, tuple)
        The rows of data.
    sums : list of SumRow
    passed_over : list of int
        Page headers and signatures.
    units : str
        What a line above the header says of units.
    """

    names: list[str]
    header_row: int
    rows: list[tuple[int, tuple[Any, ...]]]
    sums: list[SumRow] = field(default_factory=list)
    passed_over: list[int] = field(default_factory=list)
    units: str = ""


def lay_out(sheet: Sheet, recognise: Recognise, id_field: str = "patch") -> Layout | None:
    """Take a sheet apart; None where no header is found.

    Parameters
    ----------
    sheet : Sheet
    recognise : callable
    id_field : str
        The field whose column tells a row of data from others.
    """
    rows = [(number, row) for number, row in sheet.rows if not all(map(is_missing, row))]
    best: tuple[int, int, list[str], int] = 0, 0, [], 1
    across = _across(sheet)
    for place in range(min(len(rows), HEADER_WITHIN)):
        upper = [_name(raw) for raw in rows[place][1]]
        found = _fields(upper, recognise)
        if len(found) <= best[0] and len(found) < 2:
            continue
        names, height = upper, 1
        if place + 1 < len(rows) and _is_second_row(upper, rows[place + 1][1], recognise, id_field):
            double = _joined(upper, rows[place + 1][1], across.get(rows[place][0], {}))
            if len(_fields(double, recognise)) >= len(found):
                names, height = double, 2
        below = rows[place + height][1] if place + height < len(rows) else ()
        if below and _only_units(below):
            names, height = _joined(names, below, {}), height + 1
        if (count := len(_fields(names, recognise))) > best[0]:
            best = count, place, names, height
    count, place, names, height = best
    if count < 2:
        return None
    told = " ".join(as_read(raw) for _, row in rows[:place] for raw in row if isinstance(raw, str))
    stated = _UNITS.search(told)
    layout = Layout(names, rows[place + height - 1][0], [], units=next(filter(None, stated.groups())) if stated else "")
    fields = [recognise(name) if name else "" for name in names]
    id_at = fields.index(id_field) if id_field in fields else 0
    _sort_rows(layout, rows[place + height :], id_at)
    return layout


def _sort_rows(layout: Layout, rows: Sequence[tuple[int, tuple[Any, ...]]], id_at: int) -> None:
    header = plain(layout.names[id_at])
    for number, row in rows:
        id = row[id_at] if id_at < len(row) else None
        texts = [cell for cell in row[: max(id_at + 1, 4)] if isinstance(cell, str) and cell.strip()]
        first = texts[0].strip() if texts else ""
        said = "".join(unicodedata.normalize("NFKC", first).split())
        if _SUM.fullmatch(said) and (is_missing(id) or id == texts[0] or _SUM.fullmatch(as_read(id))):
            layout.sums.append(SumRow(number, row, len(layout.rows), bool(_PART.fullmatch(said))))
        elif (isinstance(id, str) and header and plain(id) == header) or (
            _SIGNATURE.match(first) and not any(isinstance(cell, int | float) for cell in row)
        ):
            layout.passed_over.append(number)
        else:
            layout.rows.append((number, row))


def _name(raw: object) -> str:
    return "" if is_missing(raw) else as_read(raw)


def _fields(names: Sequence[str], recognise: Recognise) -> set[str]:
    return {found for name in names if name and (found := recognise(name))}


def _across(sheet: Sheet) -> dict[int, dict[int, int]]:
    """For each row, the first column (from 0) of the merged area that a column lies in, where it spans several."""
    spans: dict[int, dict[int, int]] = {}
    for top, left, _, right in sheet.merged:
        if right > left and right - left < 500:
            spans.setdefault(top, {}).update({column - 1: left - 1 for column in range(left, right + 1)})
    return spans


def _is_second_row(upper: Sequence[str], row: Sequence[Any], recognise: Recognise, id_field: str) -> bool:
    """Whether a row below a header belongs to it: words only, and nothing below the id's name."""
    if any(not is_missing(cell) and not isinstance(cell, str) for cell in row):
        return False
    under_id = [
        row[place] if place < len(row) else None
        for place, name in enumerate(upper)
        if name and recognise(name) in (id_field, "district")
    ]
    words = [cell.strip() for cell in row if isinstance(cell, str) and cell.strip()]
    return bool(under_id) and all(map(is_missing, under_id)) and bool(words) and not any(map(_SUM.fullmatch, words))


def _only_units(row: Sequence[Any]) -> bool:
    """Whether a row holds nothing but names of units: it belongs to the header."""
    known = {*known_words().area, *known_words().money}
    words = [_inside(_name(raw)) for raw in row if not is_missing(raw)]
    return bool(words) and known.issuperset(map(plain, words))


def _inside(word: str) -> str:
    """A word without the brackets that stand around all of it."""
    found = _BRACKETED.fullmatch(word.strip())
    return found.group(1) if found else word


def _joined(upper: Sequence[str], lower_row: Sequence[Any], spans: Mapping[int, int]) -> list[str]:
    lower = [_name(raw) for raw in lower_row]
    names: list[str] = []
    last = ""
    for place in range(max(len(upper), len(lower))):
        above = upper[place] if place < len(upper) else ""
        below = lower[place] if place < len(lower) else ""
        if not above and below:
            above = upper[spans[place]] if place in spans and spans[place] < len(upper) else ("" if spans else last)
        last = above or ("" if not below else last)
        if above and _BRACKETED.fullmatch(below.strip()):
            names.append(above + below)
        elif above and below:
            names.append(f"{above}/{below}")
        else:
            names.append(above or below)
    return names


def fill_down(sheet: Sheet, layout: Layout, identifying: set[int], used: set[int]) -> list[tuple[int, int, int, bool]]:
    """Give the value of a merged area to all its rows, in the columns that tell where a patch is.

    Parameters
    ----------
    sheet : Sheet
    layout : Layout
        Its rows are changed.
    identifying, used : set of int
        The columns (from 0) that are filled, and all that are read.

    Returns
    -------
    list of (int, int, int, bool)
        First row, last row and column (from 0) of each merged area that matters, and whether it was filled.
    """
    at = {number: place for place, (number, _) in enumerate(layout.rows)}
    told: list[tuple[int, int, int, bool]] = []
    for top, left, bottom, _right in sheet.merged:
        column = left - 1
        if bottom == top or top <= layout.header_row or column not in used:
            continue
        inside = [at[number] for number in range(top, min(bottom, top + len(at) + 1000) + 1) if number in at]
        if not inside or layout.rows[inside[0]][0] != top:
            continue
        if column in identifying:
            row = layout.rows[inside[0]][1]
            value = row[column] if column < len(row) else None
            for place in inside[1:]:
                number, cells = layout.rows[place]
                wide = list(cells) + [None] * (column + 1 - len(cells))
                wide[column] = value
                layout.rows[place] = number, tuple(wide)
        if len(inside) > 1:
            told.append((top, bottom, column, column in identifying))
    return told
