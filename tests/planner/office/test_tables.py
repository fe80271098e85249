"""Every figure of T1, T2, T4, schedule and reconciliation, against figures worked out by hand."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from planner.office import export_workbook
from tests.planner.office.handmade import BACK, FORMULA, cached, hand_plan, row_of, texts

T1_COLUMNS = [
    "序号", "项目名称", "图斑编号", "所在乡镇(街道)", "图斑类型(废弃矿山/裸露岩壁)", "修复类别", "图斑面积(公顷)",
    "本年度修复面积(公顷)", "地质灾害隐患(处)", "优先级及依据", "主要建设内容及规模", "建设工期(起止年月)",
    "项目总投资(万元)", "本年度投资(万元)", "市级财政", "区级财政", "其他资金", "责任单位", "完成时限",
    "是否挂账督办", "备注",
]  # fmt: skip
AREA, TASK, HAZARDS, TOTAL, YEAR, MUNICIPAL, DISTRICT, OTHER, REMARK = 7, 8, 9, 13, 14, 15, 16, 17, 21


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    return cached(export_workbook(*hand_plan(), tmp_path_factory.mktemp("zh") / "计划.xlsx"))


@pytest.fixture(scope="module")
def cash_book(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    return cached(export_workbook(*hand_plan(basis="cash"), tmp_path_factory.mktemp("cash") / "计划.xlsx"))


def figures(sheet: Worksheet, row: int, *cols: int) -> list[object]:
    return [sheet.cell(row, col).value for col in cols]


def test_sheets_stand_in_order(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == [
        "封面", "三年总览", "资金安排表", "绩效目标表", "三年任务总表", "甲区_2031", "甲区_2032", "乙区_2032",
        "乙区_2033", *BACK,
    ]  # fmt: skip


def test_t1_has_the_columns_and_the_head_of_the_form(book: openpyxl.Workbook) -> None:
    sheet = book["甲区_2031"]
    assert [cell.value for cell in sheet[3]] == T1_COLUMNS
    assert sheet["A1"].value == "甲区2031年度矿山生态修复任务计划表"
    assert sheet["A2"].value == "编制单位:甲区人民政府(盖章)"
    assert str(sheet["G2"].value).startswith("填报日期:")
    assert sheet["N2"].value == "单位:公顷、万元"
    foot = " ".join(value for title, _, value in texts(book) if title == "甲区_2031")
    for word in ("填表人", "审核人", "分管领导", "负责人", "联系电话", "数据性质：合成", "0123456789abcdef"):
        assert word in foot


def test_t1_of_a_first_year(book: openpyxl.Workbook) -> None:
    sheet = book["甲区_2031"]
    assert sheet["B4"].value == "合计（2 个，不含企业修复）"
    money = [423.4567, 423.4567, 423.4567, 0, 0]
    assert figures(sheet, 4, AREA, TASK, HAZARDS, TOTAL, YEAR, MUNICIPAL, DISTRICT, OTHER) == [7, 6.5, 2, *money]
    assert sheet["B5"].value == "小计：人工修复（1 个）"
    assert figures(sheet, 6, 3, AREA, TASK, TOTAL, YEAR, MUNICIPAL) == ["P1", 2, 1.5, 123.4567, 123.4567, 123.4567]
    assert figures(sheet, 6, 4, 10, 12, 19) == [
        "丙镇", "一级（优先）：生态保护红线内", "2031年1月—2031年12月", "2031年底",
    ]  # fmt: skip
    assert sheet["B7"].value == "小计：综合利用（1 个）"
    assert figures(sheet, 8, 3, TASK, HAZARDS, YEAR, 12, 20) == ["P3", 5, 2, 300, "2031年1月—2032年12月", "是"]
    assert sheet.cell(8, REMARK).value == "另有社会投入 50 万元，不计入本表"
    assert sheet.cell(6, REMARK).value == "合成"


def test_t1_lists_the_second_year_of_works_as_continuing_with_area_and_money_0(book: openpyxl.Workbook) -> None:
    sheet = book["甲区_2032"]
    assert figures(sheet, 4, AREA, TASK, TOTAL, YEAR, DISTRICT) == [7, 2, 400.0001, 100.0001, 100.0001]
    row = row_of(sheet, 2, "小计：续建（1 个）")
    assert figures(sheet, row, TASK, TOTAL, YEAR) == [0, 300, 0]
    assert figures(sheet, row + 1, 3, AREA, TASK, TOTAL, YEAR, MUNICIPAL) == ["P3", 5, 0, 300, 0, 0]
    assert sheet.cell(row + 1, REMARK).value == "续建（2031年开工）"


def test_t1_says_how_districts_share(book: openpyxl.Workbook) -> None:
    sheet = book["甲区_2032"]
    remark = sheet.cell(row_of(sheet, 3, "P2"), REMARK).value
    assert remark == "区级财政分担：甲区 60.0001 万元、乙区 40 万元"


def test_t1_lists_enterprise_mines_apart(book: openpyxl.Workbook) -> None:
    sheet = book["乙区_2032"]
    assert figures(sheet, 4, AREA, TASK, YEAR) == [4, 4, 200]
    row = row_of(sheet, 2, "小计：企业修复（另列）（1 个）")
    assert figures(sheet, row + 1, 3, AREA, TASK, TOTAL, YEAR) == ["P5", 10, 0, 0, 0]
    assert sheet.cell(row + 1, REMARK).value == "企业修复，不使用财政资金"


def test_text_of_the_ledger_stays_text(book: openpyxl.Workbook, tmp_path: Path) -> None:
    sheet = book["乙区_2033"]
    row = row_of(sheet, 3, "P4")
    assert figures(sheet, row, 2, 4, 11, REMARK) == [FORMULA, "+1+1", "-2+3", "@SUM(A1)"]
    with zipfile.ZipFile(export_workbook(*hand_plan(), tmp_path / "x.xlsx")) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                formulas = re.findall(r"<f>([^<]*)", archive.read(name).decode())
                assert not [f for f in formulas if "HYPERLINK" in f or "@SUM" in f or f[0] in "+-"]


def account(sheet: Worksheet, place: str, item: str, after: int = 1) -> list[object]:
    for row in range(after, sheet.max_row + 1):
        if sheet.cell(row, 2).value == place and sheet.cell(row, 4).value == item:
            return figures(sheet, row, 6, 7, 8, 9)
    raise AssertionError(f"no {item} of {place}")


def test_t2_keeps_every_purse_by_year(book: openpyxl.Workbook) -> None:
    sheet = book["资金安排表"]
    spent = "实际支出（按承诺）"
    assert account(sheet, "某市", "上年结转") == [0, 76.5433, 10, 0]
    assert account(sheet, "某市", "预算安排") == [500, 10, 0, 510]
    assert account(sheet, "某市", spent) == [423.4567, 0, 0, 423.4567]
    assert account(sheet, "某市", "收回") == [0, 76.5433, 10, 86.5433]
    assert account(sheet, "某市", "结转下年") == [76.5433, 10, 0, 0]
    assert account(sheet, "甲区", spent) == [0, 60.0001, 0, 60.0001]
    assert account(sheet, "甲区", "结转下年") == [30, 9.9999, 0, 0]
    assert account(sheet, "甲区", "收回") == [0, 0, 9.9999, 9.9999]
    assert account(sheet, "乙区", spent) == [0, 240, 70, 310]
    assert account(sheet, "乙区", "结转下年") == [0, 0, 10, 10]
    for place in ("某市", "甲区", "乙区", "小计", "合计"):
        assert account(sheet, place, "核对差额") == [0, 0, 0, 0]


def test_t2_adds_purses_up_and_shows_the_tail(book: openpyxl.Workbook) -> None:
    sheet = book["资金安排表"]
    assert [cell.value for cell in sheet[3]] == [
        "序号", "区/项目", "资金来源", "科目", "项目总投资", "2031年", "2032年", "2033年", "合计", "2034年及以后尾款",
        "备注",
    ]  # fmt: skip
    spent = "实际支出（按承诺）"
    assert account(sheet, "小计", spent) == [0, 300.0001, 70, 370.0001]
    assert account(sheet, "合计", spent) == [423.4567, 300.0001, 70, 793.4568]
    row = row_of(sheet, 4, spent)
    assert figures(sheet, row, 5, 10) == [793.4568, 59.7037]
    assert sheet["A2"].value == "预算约束口径：承诺额"


def test_under_cash_the_tables_follow_the_payments(cash_book: openpyxl.Workbook) -> None:
    sheet = cash_book["资金安排表"]
    spent = "实际支出（按支付）"
    assert account(sheet, "某市", spent) == [233.7654, 140.9876, 36, 410.753]
    assert account(sheet, "合计", spent) == [233.7654, 310.9877, 189, 733.7531]
    assert figures(sheet, row_of(sheet, 4, spent), 5, 10) == [793.4568, 59.7037]
    assert cash_book.sheetnames[5 : -len(BACK)] == ["甲区_2031", "甲区_2032", "甲区_2033", "乙区_2032", "乙区_2033"]
    assert cash_book["甲区_2032"].cell(4, YEAR).value == 220.9877
    last = cash_book["甲区_2033"]
    assert figures(last, 4, TASK, YEAR, MUNICIPAL, DISTRICT) == [0, 53, 36, 17]
    assert last.cell(row_of(last, 3, "P2"), REMARK).value == (
        "2032年已完工，支付尾款；区级财政分担：甲区 10.2 万元、乙区 6.8 万元"
    )
    assert cash_book["核对"]["B3"].value == "全部一致"


def test_t4_takes_its_figures_from_the_scenario_and_leaves_the_rest_open(book: openpyxl.Workbook) -> None:
    sheet = book["绩效目标表"]
    found = {row[3].value: [cell.value for cell in row[4:]] for row in sheet.iter_rows(min_row=4, max_row=16)}
    assert found["2031年修复面积"][:5] == ["6 – 7", "公顷", "待填", 6.5, "满足"]
    assert str(found["2031年修复面积"][5]).startswith("方案设定")
    assert found["2031—2033年修复面积（完成）"][:5] == ["≥ 13.3", "公顷", "待填", 13.3, "满足"]
    assert found["2033年底前消除地质灾害隐患"][:5] == ["≥ 2", "处", "待填", 2, "满足"]
    assert found["2033年底前完成特色项目"][:5] == ["1 – 2", "个", "待填", 1, "满足"]
    assert found["2033年底前人工修复完成率"][:5] == ["100", "%", "待填", 100, "满足"]
    assert found["2031年投资"][:4] == ["≤ 423.4567", "万元", "待填", 423.4567]
    assert found["2031—2033年资金支出"][:4] == ["≤ 900", "万元", "待填", 793.4568]
    assert found["验收合格率"][:5] == ["待填", "%", "待填", "–", "–"]
    assert found["验收合格率"][5] == "方案与台账均无此数，由编制单位填写"


def test_a_target_that_the_scenario_does_not_set_is_marked_as_the_planners_default(tmp_path: Path) -> None:
    plan = hand_plan(clauses={"special_project": "hard", "hazards": "hard"})
    sheet = cached(export_workbook(*plan, tmp_path / "x.xlsx"))["绩效目标表"]
    found = {row[3].value: str(row[9].value) for row in sheet.iter_rows(min_row=4, max_row=16)}
    assert found["2033年底前完成特色项目"].startswith("系统默认值〔D〕")
    assert found["2033年底前消除地质灾害隐患"].startswith("按台账汇总")


def test_the_schedule_lists_every_task_in_order(book: openpyxl.Workbook) -> None:
    sheet = book["三年任务总表"]
    assert [sheet.cell(row, 4).value for row in range(5, 11)] == ["P1", "P3", "P2", "P5", "P6", "P4"]
    assert figures(sheet, 4, 4, 5, 10, 11, 12, 15) == ["合计", 6, 2, 23.8, 13.3, 793.4568]
    heads = [cell.value for cell in sheet[3]]
    assert heads[14:] == [
        "总投资", "市级财政", "区级财政", "2031年支付", "2032年支付", "2033年支付", "2034年及以后支付", "备注",
    ]  # fmt: skip
    assert figures(sheet, 5, 15, 16, 17, 18, 19, 20, 21) == [123.4567, 123.4567, 0, 98.7654, 20.9876, 0, 3.7037]
    assert sheet.auto_filter.ref == "A4:V10"


def test_every_sheet_agrees_with_the_others(book: openpyxl.Workbook) -> None:
    sheet = book["核对"]
    assert sheet["B3"].value == "全部一致"
    assert figures(sheet, 6, 2, 3, 4, 5, 6, 7, 8) == [793.4568, 793.4568, 793.4568, 793.4568, 0, 0, 0]
    assert figures(sheet, 7, 1, 2, 3, 4, 5) == [2031, 423.4567, 423.4567, 423.4567, 423.4567]
    row = row_of(sheet, 1, "二、任务面积(公顷)")
    assert figures(sheet, row + 2, 2, 4, 5, 6, 8) == [13.3, 13.3, 13.3, 0, 0]


def test_the_cover_says_what_is_proved_and_what_the_data_are(book: openpyxl.Workbook) -> None:
    sheet = book["封面"]
    assert sheet["A3"].value == "已证明最优"
    assert sheet["A4"].value == "数据性质：合成；手工样例"
    said = {value for title, _, value in texts(book) if title == "封面"}
    assert {"三年任务总表", "甲区_2031", "核对", "手工方案；hand"} <= said


def test_money_headers_and_page_set_up(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets[:-1]:
        assert sheet.page_setup.paperSize == 8
        assert sheet.page_setup.orientation == "landscape"
        if sheet.title == "图斑台账":
            assert [b.id for b in sheet.col_breaks.brk] == [18]
            assert sheet.print_title_cols == "$A:$A"
        else:
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            high = None if "总览" in sheet.title else 0  # of several tables none may lose its header; None is 1
            assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, high)
        assert "第 &P 页，共 &N 页" in str(sheet.oddFooter.center.text)
        assert "0123456789abcdef" in str(sheet.oddFooter.left.text)
    for name in book.sheetnames[1:-3]:
        ends = {"三年总览": 2, "任务调整": 4, "执行情况": 4, "实际支付": 4}.get(name, 3)
        assert book[name].print_title_rows == f"$1:${ends}"
    for name in book.sheetnames[2:-3]:
        assert book[name].freeze_panes
