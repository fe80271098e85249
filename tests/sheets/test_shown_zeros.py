"""A number that its format shows with zeros before it is read as it is shown: 101 under the format 0000 is 0101."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from planner import load_ledger
from planner.ledger import Ledger, save_ledger
from sheets import read_book
from tests.planner.worlds import patch


def test_whole_numbers_are_read_as_they_are_shown(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row, (value, shown) in enumerate(
        [(101, "0000"), (12345, "0000"), (7, "General"), (2.5, "0000"), ("x", "0000")], 1
    ):
        sheet.cell(row, 1, value).number_format = shown
    book.save(tmp_path / "book.xlsx")
    assert [cells[0] for _, cells in read_book(tmp_path / "book.xlsx").sheets[0].rows] == ["0101", "12345", 7, 2.5, "x"]


def test_an_id_keeps_its_zeros(tmp_path: Path) -> None:
    path = tmp_path / "ledger.xlsx"
    save_ledger(Ledger((patch("1"), patch("20"))), path)
    book = openpyxl.load_workbook(path)
    sheet = book["图斑台账"]
    ids = [cell for (cell,) in sheet.iter_rows(max_col=1) if cell.value in ("1", "20")]
    assert len(ids) == 2
    for cell in ids:
        cell.value, cell.number_format = int(cell.value), "000"
    book.save(path)
    assert list(load_ledger(path).by_id) == ["001", "020"]
