"""Stored results of formulas: the program that edits a workbook drops them all, and readers would see blanks.

They are put back from the original, except where a changed cell may have changed them.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

from sheets.xlsx_scan import CELL, FORMULA, REFERENCE, RESULT, TYPE, column_number, sheet_parts, words

_UNRESULTED = re.compile(rb"<c ([^>]*)>(<f[ >/].*?(?:</f>|/>))<v ?/?>(?:</v>)?</c>", re.DOTALL)
_POINTS_AT = re.compile(r"(?<![A-Za-z_.!'])\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?(?![\w(])")
_ELSEWHERE = re.compile(
    r"!|\b(?:INDIRECT|OFFSET|INDEX|VLOOKUP|HLOOKUP|XLOOKUP|LOOKUP)\(|\$?[A-Z]+:\$?[A-Z]+(?!\d)|\[", re.IGNORECASE
)

Cell = tuple[int, int]
Stored = dict[Cell, tuple[str, bytes, bytes]]
"""By row and column: the formula, the type of its result, and the result as it stands in the file."""


def keep_results(original: Path, copy: Path, changed: set[tuple[str, str]]) -> None:
    """Put the results of the original's formulas into its edited copy.

    Parameters
    ----------
    original, copy : Path
    changed : set of (str, str)
        Sheet and cell of what was changed.
    """
    with zipfile.ZipFile(original) as parts:
        stored = {name: _stored(parts.read(part)) for name, part in sheet_parts(parts).items()}
    kept: dict[str, Stored] = {}
    for name, formulas in stored.items():
        own = {_place(cell) for sheet, cell in changed if sheet == name}
        stale = _stale(formulas, own, bool(changed))
        kept[name] = {at: told for at, told in formulas.items() if at not in stale}
    if not any(kept.values()):
        return
    unfinished = copy.with_suffix(".part")
    with zipfile.ZipFile(copy) as parts, zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as again:
        where = {part: name for name, part in sheet_parts(parts).items()}
        for entry in parts.infolist():
            content = parts.read(entry)
            if kept.get(where.get(entry.filename, "")):
                results = kept[where[entry.filename]]
                content = _UNRESULTED.sub(lambda found, known=results: _with_result(found, known), content)  # type: ignore[misc]
            again.writestr(entry, content)
    shutil.move(unfinished, copy)


def _stored(xml: bytes) -> Stored:
    found: Stored = {}
    for cell in CELL.finditer(xml):
        attributes, body = cell.groups()
        place, formula, result = REFERENCE.search(attributes), FORMULA.search(body), RESULT.search(body)
        if place and formula and result:
            kind = TYPE.search(attributes)
            at = int(place.group(2)), column_number(place.group(1))
            found[at] = words(formula.group(1) or b"!"), kind.group(1) if kind else b"n", result.group(1)
    return found


def _stale(formulas: Stored, changed: set[Cell], anything: bool) -> set[Cell]:
    """The formulas whose results may have changed, directly or through others."""
    if not anything:
        return set()
    stale = {at for at, (formula, _, _) in formulas.items() if _ELSEWHERE.search(formula)}
    points = {
        at: [
            (int(r1), column_number(c1.encode()), int(r2 or r1), column_number((c2 or c1).encode()))
            for c1, r1, c2, r2 in _POINTS_AT.findall(formula)
        ]
        for at, (formula, _, _) in formulas.items()
    }
    moved = changed | stale
    while moved:
        moved = {
            at
            for at, areas in points.items()
            if at not in stale
            and any(top <= r <= bottom and left <= c <= right for top, left, bottom, right in areas for r, c in moved)
        }
        stale |= moved
    return stale


def _with_result(found: re.Match[bytes], known: Stored) -> bytes:
    attributes, formula = found.groups()
    place = REFERENCE.search(attributes)
    at = (int(place.group(2)), column_number(place.group(1))) if place else (0, 0)
    if at not in known:
        return found.group()
    _, kind, result = known[at]
    attributes = re.sub(rb"\s*\bt=\"\w+\"", b"", attributes)
    if kind != b"n":
        attributes += b' t="' + kind + b'"'
    return b"<c " + attributes.strip() + b">" + formula + b"<v>" + result + b"</v></c>"


def _place(cell: str) -> Cell:
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters) :]), column_number(letters.encode())
