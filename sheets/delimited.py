"""Comma-separated text, in whatever coding and with whatever separator an office program wrote it."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from pathlib import Path

from sheets.book import LONGEST_LINE, MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Refused, Sheet

_CHUNK = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEPARATORS = ",;\t"
_LOOKED_AT = 50


def read_csv(path: Path) -> Sheet:
    """The one sheet of a text file, every cell a text.

    Raises
    ------
    Refused
        Its coding is unknown, or it is no table.
    """
    if path.stat().st_size > MOST_BYTES:
        raise Refused("file_too_large", most=MOST_BYTES // 1_000_000)
    coding = _coding(path)
    csv.field_size_limit(LONGEST_LINE)
    separator = _separator(path, coding)
    rows: list[tuple[int, tuple[str | None, ...]]] = []
    with path.open(encoding=coding, newline="") as file:
        reader = csv.reader(file, delimiter=separator, strict=True)
        try:
            for cells in reader:
                if reader.line_num > 3 * MOST_ROWS or len(rows) >= MOST_ROWS or len(cells) > MOST_COLUMNS:
                    return Sheet(path.stem, too_large=True)
                if any(cell and not cell.isspace() for cell in cells):
                    rows.append((reader.line_num, tuple(cell or None for cell in cells)))
        except csv.Error as error:
            raise Refused("file_damaged", error=f"line {reader.line_num}: {error}") from error
    return Sheet(path.stem, rows)


def _coding(path: Path) -> str:
    """The first coding in which the whole file can be read."""
    with path.open("rb") as file:
        start = file.read(4)
    for mark, coding in _MARKS:
        if start.startswith(mark):
            candidates: tuple[str, ...] = (coding,)
            break
    else:
        candidates = ("utf-8", "gb18030")
    for coding in candidates:
        if _readable(path, coding):
            return coding
    raise Refused("file_coding_unknown")


def _readable(path: Path, coding: str) -> bool:
    decoder = codecs.getincrementaldecoder(coding)()
    since_line_end = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if b"\n" in chunk or b"\r" in chunk:
                since_line_end = 0
            since_line_end += len(chunk)
            if since_line_end > LONGEST_LINE:
                raise Refused("file_not_workbook")
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError:
                return False
            if "\x00" in text:
                raise Refused("file_not_workbook")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _separator(path: Path, coding: str) -> str:
    """The separator that divides most of the first lines, into the most columns; text without any is no table."""
    with path.open(encoding=coding, newline="") as file:
        lines = [line for line, _ in zip(file, range(_LOOKED_AT), strict=False) if line.strip()]
    if not lines:
        return ","

    def columns(separator: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator))
        width, often = max(widths.items(), key=lambda item: ((item[0] > 1) * item[1], item[0]))
        return (often * (width > 1), width)

    best = max(_SEPARATORS, key=columns)
    if columns(best)[1] < 2:
        raise Refused("file_not_workbook")
    return best
