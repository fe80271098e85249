"""What a file holds once it is read, and the bounds of what is read at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MOST_BYTES = 600_000_000
"""What a file may unpack to: a ledger of 100,000 rows takes 250 MB."""
MOST_PARTS = 10_000
MOST_RATIO = 100
"""How much a large part may be packed: a ledger's parts are packed 8 to 20 times, blanks and bombs 500 times."""
PACKED_FREELY = 5_000_000
"""Bytes up to which a part's ratio does not matter."""
MOST_ROWS = 200_000
MOST_COLUMNS = 500
MOST_CELLS = 40_000_000
"""Rows times columns of a sheet, filled or not: parsers take room for each."""
LONGEST_LINE = 4_000_000
"""Bytes of a line of text."""

Progress = Callable[[str, int, int], None]
"""Told the step (``unpack``, ``parse``, ``read``, ``check``), how much of it is done, and of how much."""


class Refused(Exception):
    """A file is not read.

    Parameters
    ----------
    key : str
        Why, such as ``file_damaged``.
    **values
        What the words of it need.
    """

    def __init__(self, key: str, **values: Any) -> None:
        self.key = key
        self.values = values
        super().__init__(key)


@dataclass(frozen=True, slots=True)
class Unusable:
    """A cell that holds no value although it is not empty, such as ``#DIV/0!``."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet.

    Parameters
    ----------
    name : str
    rows : list of (int, tuple)
        The rows that hold anything, each with its number (the first of the sheet is 1) and its cells from the first
        column on: None, a text, a number, a bool, a date or time, or `Unusable`. Empty for a hidden or oversized sheet.
    merged : tuple of (int, int, int, int)
        Merged areas: first row, first column, last row, last column, counted from 1.
    hidden : bool
    too_large : bool
        Beyond `MOST_ROWS`, `MOST_COLUMNS` or `MOST_CELLS`.
    """

    name: str
    rows: list[tuple[int, tuple[Any, ...]]] = field(default_factory=list)
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False
    too_large: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """A file that was read.

    Parameters
    ----------
    kind : str
        ``xlsx``, ``xls``, ``ods`` or ``csv``: what it is, whatever its name says.
    sheets : tuple of Sheet
    notes : tuple of str
        What was there and left alone: ``macros``, ``external_links``.
    """

    kind: str
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = ()
