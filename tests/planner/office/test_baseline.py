"""The calibrated ledger under the official baseline: the sums of every sheet are the published 190,000."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from planner.ledger import load_ledger
from planner.office import export_brief, export_workbook
from planner.planning import make_plan
from planner.scenario import load_scenario
from tests.planner.office.brief.reading import docx_pages, docx_text, pdf_pages, pdf_text
from tests.planner.office.handmade import row_of
from tests.planner.office.test_recalculation import compare, recalculated

DATA = Path(__file__).parents[3] / "data" / "beijing"


@pytest.mark.slow
def test_the_sheets_of_the_baseline_add_up_to_the_published_sum(tmp_path: Path) -> None:
    ledger, scenario = load_ledger(DATA / "ledger.xlsx"), load_scenario(DATA / "scenarios" / "base.toml")
    plan = make_plan(ledger, scenario, seconds=20)
    path = export_workbook(ledger, scenario, plan, tmp_path)
    assert compare(path, tmp_path) > 2_000
    book = recalculated(path, tmp_path)
    check = book["核对"]
    assert check["B3"].value == "全部一致"
    assert [round(check.cell(6, col).value, 4) for col in range(2, 9)] == [190_000] * 4 + [0] * 3
    assert round(sum(sheet["N4"].value for sheet in task_plans(book)), 4) == 190_000
    funds = book["资金安排表"]
    assert round(funds.cell(row_of(funds, 4, "实际支出（按承诺）"), 11).value, 4) == 190_000
    assert [sheet.title for sheet in book if sheet.sheet_state != "visible"] == ["字典", "证书"]
    for sheet in book.worksheets[:-2]:
        text = "".join(str(cell.value or "") for row in sheet.iter_rows() for cell in row)
        assert "数据性质：合成" in text, sheet.title
    brief = export_brief(ledger, scenario, plan, tmp_path)
    for words in (docx_text(brief.docx), pdf_text(brief.pdf)):
        assert "安排资金190,000万元;消除地质灾害隐患43处" in words
        assert "不得作为审批依据" in words
        assert words.count("最优") == words.count("距最优") or "已证明最优" in words
    assert pdf_pages(brief.pdf) == docx_pages(brief.docx, tmp_path) == 2


def task_plans(book: openpyxl.Workbook) -> list[openpyxl.worksheet.worksheet.Worksheet]:
    return [sheet for sheet in book if str(sheet["A1"].value).endswith("年度矿山生态修复任务计划表")]
