"""A ledger goes back marked, or repaired by choice; all else in the user's workbook stays as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from planner.findings import BadInput, Finding, UnreadableInput
from planner.ledger import check_ledger, load_ledger
from planner.ledger.returning import chosen, mark_ledger, repair_ledger
from tests.planner.ledger import ugly
from tests.planner.ledger.tables import HEADER, ROW, seen, workbook
from tests.sheets import hostile

SHEET = "图斑台账"
LIST, LOG = "问题清单", "修复记录"


def faulty(path: Path) -> Path:
    """A formatted workbook with formulas, a text that looks like one, and three faults."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "bg_color": "#00FF00"})
        sheet = book.add_worksheet(SHEET)
        sheet.set_column(0, 0, 33)
        rows: list[list[Any]] = [
            [*HEADER, "图斑类型", "备注", "状态", "实际开工日期"],
            [*ROW, "废弃矿山", "=1+1", "未开工", "2021-03-01"],
            ["A-2", *ROW[1:5], 20, "关停及生产矿山", None, None, None],
            ["A-3", "甲区", 2, "人工修夏", *ROW[4:], None, None, None, None],
        ]
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                if cell is not None:
                    sheet.write(i, j, cell, bold if (i, j) == (1, 0) else None)
        sheet.write_formula(1, 5, "=100*3", None, 300)
        sheet.write_formula(6, 5, "=SUM(F2:F4)", None, 620)
        sheet.write(6, 0, "合计")
        book.add_worksheet("附件").write_formula(0, 0, "=1+1", None, 2)
    return path


def test_a_marked_copy(tmp_path: Path) -> None:
    path = faulty(tmp_path / "a.xlsx")
    findings = check_ledger(path)
    assert [(id, row) for id, _, row, _ in seen(findings)] == [
        ("sheet_passed_over", 0),
        *[("status_behind_dates", 2), ("enterprise_cost", 3), ("unknown_word", 4), ("sum_row", 7)],
    ][1:]
    out = tmp_path / "marked.xlsx"
    mark_ledger(path, findings, out)
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == [SHEET, "附件", LIST]
    sheet, listed = book[SHEET], book[LIST]
    assert (sheet["F3"].fill.fgColor.rgb, sheet["I2"].fill.fgColor.rgb) == ("00FFC7CE", "00FFEB9C")
    assert sheet["F3"].comment.text.startswith("2. 关停及生产矿山由企业修复")
    assert sheet["A2"].comment is None
    rows = [[cell.value for cell in row] for row in listed.iter_rows(min_row=2)]
    assert [row[:2] for row in rows] == [[1, "提醒"], [2, "错误"], [3, "错误"], [4, "说明"]]
    assert [row[4] for row in rows] == ["I2", "F3", "D4", None]
    # the user's own content
    assert (sheet["F2"].value, sheet["H2"].value, sheet["H2"].data_type) == ("=100*3", "=1+1", "s")
    assert (sheet["A2"].font.b, sheet["A2"].fill.fgColor.rgb) == (True, "FF00FF00")
    assert sheet.column_dimensions["A"].width == pytest.approx(33, abs=1)
    values = openpyxl.load_workbook(out, data_only=True)
    assert (values[SHEET]["F2"].value, values[SHEET]["F7"].value, values["附件"]["A1"].value) == (300, 620, 2)
    assert [finding.ref for finding in check_ledger(out)] == [finding.ref for finding in findings]


def test_repairs_are_made_by_choice_and_logged(tmp_path: Path) -> None:
    path = faulty(tmp_path / "a.xlsx")
    findings = check_ledger(path)
    out = tmp_path / "fixed.xlsx"
    repairs = repair_ledger(path, findings, ["enterprise_cost:3", f"unknown_word@{SHEET}!D4"], out)
    assert [(one.rule, one.change.cell, one.change.old, one.change.new) for one in repairs] == [
        ("enterprise_cost", "F3", 20, 0),
        ("unknown_word", "D4", "人工修夏", "人工修复"),
    ]
    left = check_ledger(out)
    # the sum depends on a repaired cell: its old result would be wrong, and is gone
    assert [id for id, *_ in seen(left)] == ["status_behind_dates", "sum_row"]
    assert load_ledger(out).patches[0].cost_yuan == 3_000_000  # a formula that depends on nothing keeps its result
    values = openpyxl.load_workbook(out, data_only=True)
    assert (values[SHEET]["F2"].value, values[SHEET]["F7"].value) == (300, None)
    log = [[cell.value for cell in row] for row in values[LOG].iter_rows(min_row=2)]
    assert [row[:7] for row in log] == [
        [1, "enterprise_cost", SHEET, "F3", HEADER[5], 20, 0],
        [2, "unknown_word", SHEET, "D4", HEADER[3], "人工修夏", "人工修复"],
    ]
    assert check_ledger(path) == findings  # the original is as it was


def test_all_repairs_at_once(tmp_path: Path) -> None:
    path = faulty(tmp_path / "a.xlsx")
    repair_ledger(path, check_ledger(path), ["all"], tmp_path / "fixed.xlsx")
    assert [id for id, *_ in seen(check_ledger(tmp_path / "fixed.xlsx"))] == ["sum_row"]


@pytest.mark.parametrize(("choice", "key"), [("weather", "repair_unknown"), ("sum_row", "repair_none")])
def test_a_choice_that_repairs_nothing_is_refused(choice: str, key: str, tmp_path: Path) -> None:
    path = faulty(tmp_path / "a.xlsx")
    findings = check_ledger(path)
    with pytest.raises(BadInput) as caught:
        repair_ledger(path, findings, ["unknown_word", choice], tmp_path / "fixed.xlsx")
    assert [finding.id for finding in caught.value.findings] == [key]
    assert not (tmp_path / "fixed.xlsx").exists()
    assert chosen([Finding("ledger.sum_row")], ["all"]) == []


@pytest.mark.parametrize(("suffix", "write"), [(".xls", ugly.xls), (".ods", ugly.ods), (".csv", None)])
def test_other_formats_come_back_converted(suffix: str, write: Any, tmp_path: Path) -> None:
    made = ugly.with_cell(3, "treatment", "人工修夏")
    path = tmp_path / f"台账{suffix}"
    (write(made) if write else ugly.text_file(made, "gb18030"))(path)
    findings = check_ledger(path)
    assert [finding.id for finding in findings] == ["unknown_word"]
    mark_ledger(path, findings, tmp_path / "marked.xlsx", lang="en")
    book = openpyxl.load_workbook(tmp_path / "marked.xlsx")
    assert book.sheetnames[-1] == "Findings"
    assert book.worksheets[0]["F3"].comment is not None
    repair_ledger(path, findings, ["all"], tmp_path / "fixed.xlsx")
    clean = tmp_path / "clean.xlsx"
    ugly.xlsx(ugly.grid())(clean)
    assert load_ledger(tmp_path / "fixed.xlsx").digest == load_ledger(clean).digest


def test_texts_never_become_formulas_in_what_goes_back(tmp_path: Path) -> None:
    row = ["=cmd|'/c calc'!A1", "甲区", 2, "@SUM(A1)", "+1", "-2+3"]
    path = workbook(tmp_path / "a.xlsx", {SHEET: [HEADER]})
    book = openpyxl.load_workbook(path)
    for column, value in enumerate(row, start=1):
        cell = book[SHEET].cell(2, column)
        cell.value = value
        cell.data_type = "s" if isinstance(value, str) else "n"
    book.save(path)
    findings = check_ledger(path)
    mark_ledger(path, findings, tmp_path / "marked.xlsx")
    marked = openpyxl.load_workbook(tmp_path / "marked.xlsx")
    assert {cell.data_type for sheet in marked for line in sheet.iter_rows() for cell in line} <= {
        "s",
        "n",
        "inlineStr",
    }
    shown = [line[6] for line in marked[LIST].iter_rows(min_row=2)]
    assert {cell.value for cell in shown} >= {"@SUM(A1)", "+1", "-2+3"}
    assert all(cell.quotePrefix for cell in shown if cell.value)


def test_a_hostile_file_is_not_marked_either(tmp_path: Path) -> None:
    hostile.entities_in_styles(tmp_path / "a.xlsx")
    with pytest.raises(UnreadableInput):
        mark_ledger(tmp_path / "a.xlsx", [], tmp_path / "b.xlsx")
    assert not (tmp_path / "b.xlsx").exists()
