"""Small ledgers for these tests, and how findings are looked at."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from planner.findings import Finding
from planner.ledger.schema import columns
from planner.ledger.types import Option, Patch

PATCH = {
    "patch": "A-1",
    "district": "甲区",
    "area_m2": 20_000,
    "treatment": "artificial",
    "ever_licensed": True,
    "cost_yuan": 3_000_000,
}
OPTION = {"patch": "A-1", "option": "s", "cost_yuan": 3_000_000}


def patches(*rows: dict[str, Any]) -> pd.DataFrame:
    """Sound patches A-1, A-2, … with these changes; one without any where nothing is given."""
    return _frame({**PATCH, "patch": f"A-{i}", **row} for i, row in enumerate(rows or ({},), start=1))


def options(*rows: dict[str, Any]) -> pd.DataFrame:
    """Sound options s1, s2, … of the patch A-1 with these changes."""
    return _frame({**OPTION, "option": f"s{i}", **row} for i, row in enumerate(rows or ({},), start=1))


def _frame(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    rows = list(rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    data = {name: pd.Series([row.get(name) for row in rows], dtype="object") for name in names}
    return pd.DataFrame(data)


def seen(findings: Iterable[Finding]) -> list[tuple[str, str, int, str]]:
    """The id, sheet, row and column of each finding, whose words must be there in both languages."""
    found = list(findings)
    for finding in found:
        words = finding.to_json()
        for part in ("wrong", "repair"):
            assert words[part]["zh"]
            assert words[part]["en"]
        assert "\n" not in finding.line("zh") + finding.line("en")
    return [(finding.id, finding.sheet, finding.row, finding.column) for finding in found]


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    """A workbook made without any of our code."""
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    book.close()
    return path


ZH = {name: column.zh for name, column in columns(Patch).items()}
ZH_OPTION = {name: column.zh for name, column in columns(Option).items()}
HEADER = [ZH[name] for name in PATCH]
ROW: list[Any] = ["A-1", "甲区", 2, "人工修复", "曾有", 300]
