"""A file from outside, opened with care: its raw sheets, or words that say why it cannot be read."""

from __future__ import annotations

from pathlib import Path

from planner.findings import Finding, UnreadableInput
from sheets import MOST_BYTES, MOST_COLUMNS, MOST_PARTS, MOST_ROWS, Book, Progress, Refused, read_book

__all__ = ["MOST_BYTES", "MOST_COLUMNS", "MOST_PARTS", "MOST_ROWS", "open_book", "unreadable"]


def open_book(path: Path, on_progress: Progress | None = None) -> Book:
    """Read the sheets of a file as they are, in a process of its own.

    Raises
    ------
    UnreadableInput
        There is no such file, it is no table, it is damaged or protected, or its size is absurd.
    """
    try:
        return read_book(path, on_progress=on_progress)
    except Refused as refused:
        raise unreadable(path, refused.key, **refused.values) from refused


def unreadable(path: Path, key: str, *, sheet: str = "", **values: object) -> UnreadableInput:
    """The error that says why a file is not read."""
    return UnreadableInput([Finding(f"ledger.{key}", values, file=path.name, sheet=sheet)])
