"""The cells of a foreign workbook, read in a process of its own, so that the caller never bears what it costs."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.findings import Finding, UnreadableInput

MOST_SECONDS = 180.0
"""A district's workbook takes three, the whole city's up to twenty on a free processor."""

Content = str | int | float | bool | dt.date | None


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell that is not empty. A formula comes with the value it had when it was saved, which may be None."""

    value: Content
    formula: str = ""
    error: bool = False


EMPTY = RawCell(None)


@dataclass(frozen=True)
class RawTable:
    """A sheet: its cells by row and column, both counted from 0."""

    name: str
    rows: dict[int, dict[int, RawCell]]


@dataclass(frozen=True)
class RawBook:
    """A workbook; `author` is who its program says saved it last."""

    file: str
    author: str
    sheets: tuple[RawTable, ...]


def open_returned(path: Path) -> RawBook:
    """Read every cell of a workbook.

    Raises
    ------
    UnreadableInput
        It is no sound ``.xlsx`` workbook, is too large, or could not be read in the time and memory allowed.
    """
    return raw_book(path, _in_child(path))


def _in_child(path: Path) -> dict[str, Any]:
    try:
        child = subprocess.run(
            [sys.executable, "-m", "planner.office.returned.child", str(path)],
            capture_output=True, timeout=MOST_SECONDS, check=False, env={**os.environ, "MALLOC_ARENA_MAX": "2"},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise UnreadableInput([Finding("office.file_too_slow", {"most": int(MOST_SECONDS)}, file=path.name)]) from error
    try:
        answer: dict[str, Any] = json.loads(child.stdout)
    except ValueError as error:  # it was killed, or ran out of memory, before it could say so
        raise UnreadableInput([Finding("office.file_broke_reader", {}, file=path.name)]) from error
    return answer


def raw_book(path: Path, answer: Mapping[str, Any]) -> RawBook:
    """The workbook of a child's answer.

    Raises
    ------
    UnreadableInput
        The answer is that it cannot be read.
    """
    if findings := answer.get("findings"):
        raise UnreadableInput([Finding(**finding) for finding in findings])
    tables = tuple(RawTable(sheet["name"], _rows(sheet["rows"])) for sheet in answer["sheets"])
    return RawBook(path.name, answer["author"], tables)


def _rows(rows: list[Any]) -> dict[int, dict[int, RawCell]]:
    return {row: {cell[0]: _cell(*cell[1:]) for cell in cells} for row, cells in rows}


def _cell(kind: str, value: Any, formula: str) -> RawCell:
    if kind == "date":
        value = dt.date.fromisoformat(value)
    return RawCell(value, formula, kind == "error")
