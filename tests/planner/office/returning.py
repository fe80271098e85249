"""Returned workbooks for tests: edits as people and their programs make them."""

from __future__ import annotations

import datetime as dt
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from planner.office import export_workbook
from planner.office.folder import PlanFolder, load_folder, save_folder
from planner.office.returned import Case, Change, Returned, read_returned
from planner.office.returned.child import answer
from planner.office.returned.opening import RawBook, raw_book
from tests.planner.office.handmade import hand_plan
from tests.tools import need

ADJUST, PROGRESS, PAID = "任务调整", "执行情况", "实际支付"
HEAD = 4
TIME = dt.datetime(2031, 6, 1, 8, 0, tzinfo=dt.UTC)

Edit = Callable[[openpyxl.Workbook], None]


def folder_of(place: Path, **changes: Any) -> PlanFolder:
    """The small world's plan in a folder."""
    save_folder(place / "plan", *hand_plan(**changes))
    return load_folder(place / "plan")


def handed_out(folder: PlanFolder, place: Path, district: str | None = None, lang: Any = "zh") -> Path:
    """A workbook of the plan."""
    return export_workbook(
        folder.ledger, folder.scenario, folder.plan, place / f"{district or 'city'}.xlsx", district=district, lang=lang,
        facts=folder.facts,
    )  # fmt: skip


def column_of(sheet: Worksheet, name: str) -> int:
    """The column (from 1) with a name."""
    return next(cell.column for cell in sheet[HEAD] if cell.value == name)


def row_with(sheet: Worksheet, patch: str, *more: str) -> int:
    """The row of a patch, and of what else stands in it."""
    for row in sheet.iter_rows(min_row=HEAD + 1):
        values = [cell.value for cell in row]
        if all(wanted in values for wanted in (patch, *more)):
            return int(row[0].row)
    raise AssertionError(f"{sheet.title}: no {patch}")


def setting(sheet: str, patch: str, column: str, value: object, *more: str) -> Edit:
    """An edit of one cell, found as people find it: by patch and column name."""

    def apply(book: openpyxl.Workbook) -> None:
        at = book[sheet]
        at.cell(row_with(at, patch, *more), column_of(at, column)).value = value

    return apply


def cell(sheet: str, address: str, value: object) -> Edit:
    """An edit of one cell by its address."""

    def apply(book: openpyxl.Workbook) -> None:
        book[sheet][address].value = value

    return apply


def edited(path: Path, *edits: Edit, name: str = "") -> Path:
    """A copy of a workbook with edits in it, saved without any formula's result."""
    book = openpyxl.load_workbook(path)
    for edit in edits:
        edit(book)
    target = path.with_name(name or f"edited-{path.name}")
    book.save(target)
    return target


def by_libreoffice(path: Path, scratch: Path) -> Path:
    """The workbook as LibreOffice saves it."""
    soffice, out = need("soffice"), scratch / "saved"
    profile = (scratch / "profile").as_uri()
    subprocess.run(
        [soffice, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx", "--outdir", str(out),
         str(path)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return out / path.name


def read(folder: PlanFolder, *files: Path, author: str = "王工") -> Returned:
    """What returned files say, read at a fixed time."""
    return read_returned(folder, files, author=author, time=TIME)


def read_here(path: Path) -> RawBook:
    """A workbook read in this process: faster, where what is tested is not the reading process."""
    return raw_book(path, answer(path))


def unmerged(sheet: Worksheet) -> None:
    """Take a sheet's merged cells apart: openpyxl moves rows, but not what is merged in them."""
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))


def one(returned: Returned) -> Change:
    """The only change."""
    (change,) = returned.changes
    return change


def cases(returned: Returned) -> list[Case]:
    """The kinds of the changes."""
    return [change.case for change in returned.changes]
