"""LibreOffice works every formula out again: the same values, and no error cell."""

from __future__ import annotations

import subprocess
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from planner.office import export_workbook
from tests.planner.office.handmade import hand_plan
from tests.planner.office.test_export import another_world
from tests.tools import need

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""
ERRORS = ("#", "Err:")


def recalculated(path: Path, scratch: Path) -> openpyxl.Workbook:
    """The workbook as LibreOffice calculates it, whatever values it was written with."""
    soffice = need("soffice")
    profile, out = scratch / "profile", scratch / "recalculated"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    subprocess.run(
        [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx", "--outdir",
         str(out), str(path)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return openpyxl.load_workbook(out / path.name, data_only=True)


def compare(path: Path, scratch: Path) -> int:
    """Hold every formula's own value against the one worked out again; how many there were."""
    formulas, own = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    again = recalculated(path, scratch)
    count = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                after = again[sheet.title][cell.coordinate].value
                place = f"{sheet.title}!{cell.coordinate}: {cell.value}"
                assert not (isinstance(after, str) and after.startswith(ERRORS)), place
                if cell.data_type == "f":
                    count += 1
                    before = own[sheet.title][cell.coordinate].value
                    assert before is not None, place
                    assert after == (before if isinstance(before, str) else pytest.approx(before, abs=1e-7)), place
    return count


@pytest.mark.slow
def test_recalculation_finds_a_wrong_value(tmp_path: Path) -> None:
    path = tmp_path / "wrong.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet("a").write_formula("A1", "=1+1", None, 3)
    assert recalculated(path, tmp_path)["a"]["A1"].value == 2


@pytest.mark.slow
@pytest.mark.parametrize("basis", ["commitments", "cash"])
@pytest.mark.parametrize("limits", [{}, {"district": "甲区"}, {"year": 2032}], ids=["whole", "district", "year"])
def test_the_small_world(tmp_path: Path, basis: str, limits: dict[str, object]) -> None:
    path = export_workbook(*hand_plan(basis=basis), tmp_path / "x.xlsx", **limits)  # type: ignore[arg-type]
    assert compare(path, tmp_path) > 100


@pytest.mark.slow
def test_another_world(tmp_path: Path) -> None:
    assert compare(export_workbook(*another_world(), tmp_path / "x.xlsx", lang="en"), tmp_path) > 200


@pytest.mark.slow
def test_a_changed_figure_shows_as_a_difference(tmp_path: Path) -> None:
    path = export_workbook(*hand_plan(), tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(path)
    book["甲区_2031"]["O6"].value = 123.4568
    book.save(path)
    sheet = recalculated(path, tmp_path)["核对"]
    assert sheet["B3"].value == "有差异"
    assert sheet["F6"].value == pytest.approx(0.0001)
