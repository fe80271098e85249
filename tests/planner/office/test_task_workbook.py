"""The sheets of a task workbook beside T1, T2 and T4: hand-worked figures, what is open, what prints."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from planner.cycle.facts import Facts, Paid
from planner.office import export_workbook, export_zip
from tests.planner.office.handmade import EAST, WEST, cached, hand_plan, row_of
from tests.planner.office.returning import ADJUST, PAID, PROGRESS, column_of, row_with

T3_COLUMNS = [
    "图斑编号", "主体编号", "区", "乡镇(街道)", "村/矿山位置", "流域", "中心经度", "中心纬度", "图斑类型", "矿种",
    "开采方式(露天/井工/联合)", "关闭年度", "采矿许可证号(曾有/无)", "责任主体", "图斑面积(公顷)", "未治理面积(公顷)",
    "三调地类", "规划用途", "土地权属", "生态保护红线", "自然保护地类型/级别", "永久基本农田", "城镇开发边界",
    "三区两线", "视域可见对象", "隐患数量/等级/威胁对象", "修复类别", "修复方向", "优先级", "投资估算(万元)",
    "计划年度", "状态", "核查单位/核查人/核查日期", "变更记录", "数据性质",
]  # fmt: skip


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    return cached(export_workbook(*hand_plan(), tmp_path_factory.mktemp("city") / "x.xlsx"))


@pytest.fixture(scope="module")
def west(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_workbook(*hand_plan(), tmp_path_factory.mktemp("west") / "x.xlsx", district=WEST)


def figures(sheet: Worksheet, row: int, first: int, last: int) -> list[object]:
    return [sheet.cell(row, col).value for col in range(first, last + 1)]


def test_t3_has_the_official_columns_and_every_patch(book: openpyxl.Workbook) -> None:
    sheet = book["图斑台账"]
    assert [c.value for c in sheet[3]] == T3_COLUMNS
    assert [sheet.cell(row, 1).value for row in range(5, 11)] == ["P2", "P1", "P3", "P5", "P6", "P4"]
    row = row_of(sheet, 1, "P3")
    at = {name: sheet.cell(row, col).value for col, name in enumerate(T3_COLUMNS, 1)}
    assert (at["采矿许可证号(曾有/无)"], at["隐患数量/等级/威胁对象"], at["修复类别"]) == ("曾有", "2处", "综合利用")
    assert (at["未治理面积(公顷)"], at["投资估算(万元)"], at["计划年度"], at["状态"]) == (5, 300, 2031, "未开工")
    assert sheet["A4"].value == "合计（6 个）"
    # 2 + 2 + 5 + 0.8 + 10 + 4 ha of patches, 23.3 of them to restore; 793.4568 万元.
    assert figures(sheet, 4, 15, 16) == [23.8, 23.3]
    assert sheet.cell(4, 30).value == pytest.approx(793.4568)


def test_the_overview_adds_up_by_district_purse_and_tier(book: openpyxl.Workbook) -> None:
    sheet = book["三年总览"]
    total = row_of(sheet, 1, "合计")
    assert figures(sheet, total, 2, 9) == [6.5, 6, 0.8, 13.3, 423.4567, 300.0001, 70, 793.4568]
    assert figures(sheet, row_of(sheet, 1, WEST), 2, 9) == [6.5, 2, 0, 8.5, 423.4567, 100.0001, 0, 523.4568]
    assert figures(sheet, row_of(sheet, 1, EAST), 2, 9) == [0, 4, 0.8, 4.8, 0, 200, 70, 270]
    city = row_of(sheet, 1, "市级财政")
    assert figures(sheet, city, 2, 9) == [500, 10, 0, 510, 423.4567, 0, 0, 423.4567]
    assert figures(sheet, row_of(sheet, 1, "甲区区级财政"), 6, 9) == [0, 60.0001, 0, 60.0001]
    assert figures(sheet, row_of(sheet, 1, "乙区区级财政"), 6, 9) == [0, 240, 70, 310]
    assert figures(sheet, row_of(sheet, 1, "核对差额（与第一表投资）"), 6, 9) == [0, 0, 0, 0]
    assert figures(sheet, row_of(sheet, 1, "一级（优先）"), 2, 9) == [6.5, 0, 0, 6.5, 423.4567, 0, 0, 423.4567]
    assert figures(sheet, row_of(sheet, 1, "二级（重点）"), 2, 9) == [0, 2, 0, 2, 0, 100.0001, 0, 100.0001]
    assert figures(sheet, row_of(sheet, 1, "三级（一般）"), 2, 9) == [0, 4, 0.8, 4.8, 0, 200, 70, 270]


def test_the_overview_prints_on_one_page_and_no_table_loses_its_header(book: openpyxl.Workbook) -> None:
    setup = book["三年总览"].page_setup
    assert (int(setup.fitToWidth or 1), 1 if setup.fitToHeight is None else int(setup.fitToHeight)) == (1, 1)


def test_the_overview_under_cash_follows_the_payments(tmp_path: Path) -> None:
    sheet = cached(export_workbook(*hand_plan(basis="cash"), tmp_path / "x.xlsx"))["三年总览"]
    assert figures(sheet, row_of(sheet, 1, "合计"), 6, 9) == [233.7654, 310.9877, 189, 733.7531]
    assert figures(sheet, row_of(sheet, 1, WEST), 6, 9) == [233.7654, 220.9877, 53, 507.7531]


def test_the_charts_are_drawn_from_the_cells(west: Path) -> None:
    with zipfile.ZipFile(west) as archive:
        charts = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/charts/chart")]
    assert len(charts) == 2
    sheet = cached(west)["三年总览"]
    for chart, labels, columns in zip(
        charts, (["市级财政", "甲区区级财政", "乙区区级财政"], ["一级（优先）"]), "FB", strict=True
    ):
        assert 'grouping val="stacked"' in chart
        names = re.findall(r"<c:tx><c:strRef><c:f>'?三年总览'?!\$A\$(\d+)</c:f>", chart)
        assert [sheet.cell(int(row), 1).value for row in names][: len(labels)] == labels
        values = re.findall(r"<c:val><c:numRef><c:f>'?三年总览'?!\$([A-Z])\$(\d+):", chart)
        assert {col for col, _ in values} == {columns}
        assert [row for _, row in values] == names


def test_a_district_sees_its_own_townships_and_targets(west: Path) -> None:
    book = cached(west)
    sheet = book["三年总览"]
    assert figures(sheet, row_of(sheet, 1, "丙镇"), 2, 9) == [6.5, 0, 0, 6.5, 423.4567, 0, 0, 423.4567]
    assert figures(sheet, row_of(sheet, 1, "市级财政"), 2, 6) == ["–", "–", "–", "–", 423.4567]
    assert figures(sheet, row_of(sheet, 1, "甲区区级财政"), 2, 9) == [30, 40, 0, 70, 0, 60.0001, 0, 60.0001]
    targets = book["绩效目标表"]
    assert targets["A1"].value == "甲区 矿山生态修复绩效目标表（2031—2033年）"
    found = {row[3].value: [c.value for c in row[4:]] for row in targets.iter_rows(min_row=4, max_row=14)}
    assert found["2031年修复面积"][:5] == ["≥ 6.5", "公顷", "待填", 6.5, "–"]
    assert found["2031—2033年修复面积（完成）"][:4] == ["≥ 8.5", "公顷", "待填", 8.5]
    assert found["2033年底前消除地质灾害隐患"][:4] == ["≥ 2", "处", "待填", 2]
    assert found["2032年投资"][:4] == ["≤ 100.0001", "万元", "待填", 100.0001]
    assert found["2031—2033年资金支出"][:4] == ["≤ 523.4568", "万元", "待填", 523.4568]
    assert found["2031年修复面积"][5] == "按本计划下达本区"
    assert found["验收合格率"][:2] == ["待填", "%"]


def test_a_district_adjusts_its_patches_and_those_it_pays_for(tmp_path: Path, west: Path) -> None:
    east = openpyxl.load_workbook(export_workbook(*hand_plan(), tmp_path / "e.xlsx", district=EAST))
    assert [east[ADJUST].cell(row, 3).value for row in range(5, 9)] == ["P5", "P6", "P4", "P2"]
    assert [east["图斑台账"].cell(row, 1).value for row in range(5, 9)] == ["P5", "P6", "P4", None]
    sheet = openpyxl.load_workbook(west)[ADJUST]
    row = row_with(sheet, "P3")
    names = (
        "图斑编号", "开工年度", "修复类别", "治理方案", "投资估算(万元)", "是否挂账督办", "调整原因", "备注",
        "锁定说明",
    )  # fmt: skip
    open_ones = {name: not sheet.cell(row, column_of(sheet, name)).protection.locked for name in names}
    assert [name for name, is_open in open_ones.items() if not is_open] == ["图斑编号", "锁定说明"]
    enterprise = row_with(east[ADJUST], "P5")
    shut = {n for n in open_ones if east[ADJUST].cell(enterprise, column_of(east[ADJUST], n)).protection.locked}
    assert shut == {"图斑编号", "修复类别", "治理方案", "投资估算(万元)", "锁定说明"}


def test_drop_downs_take_their_words_from_the_hidden_lists(west: Path) -> None:
    book = openpyxl.load_workbook(west)
    sheet, lists = book[ADJUST], book["字典"]
    assert lists.sheet_state == "hidden"
    assert book["证书"].sheet_state == "veryHidden"
    offered = {}
    for validation in sheet.data_validations.dataValidation:
        if validation.type == "list":
            name, _, area = str(validation.formula1).partition("!")
            assert name.strip("'=") == "字典"
            words = [c.value for line in lists[area.replace("$", "")] for c in line]
            offered |= {str(cell): words for cell in str(validation.sqref).split()}
    row = row_with(sheet, "P3")
    at = {name: sheet.cell(row, column_of(sheet, name)).coordinate for name in ("开工年度", "治理方案", "是否挂账督办")}
    assert offered[at["开工年度"]] == [2031, 2032, 2033]
    assert offered[at["治理方案"]] == ["基本治理方案", "特色项目方案"]
    assert offered[at["是否挂账督办"]] == ["是", "否"]


def test_only_what_is_to_be_filled_in_is_open(west: Path) -> None:
    book = openpyxl.load_workbook(west)
    for sheet in book.worksheets:
        assert sheet.protection.sheet, sheet.title
        for line in sheet.iter_rows():
            for one in line:
                assert one.protection.locked or one.data_type != "f", (sheet.title, one.coordinate)
    task = book["甲区_2031"]
    open_cells = {c.coordinate for line in task.iter_rows() for c in line if not c.protection.locked and c.value}
    assert {task[c].value[:4] for c in open_cells} == {
        "编制单位",
        "填报日期",
        "填表人：",
        "审核人：",
        "分管领导",
        "负责人：",
        "联系电话",
    }


def test_payments_planned_and_made_stand_side_by_side(tmp_path: Path) -> None:
    facts = Facts(
        payments=(
            Paid(patch="P1", source="municipal", district=None, year=2031, yuan=900_000),
            Paid(patch="P1", source="municipal", district=None, year=2032, yuan=300_000),
            Paid(patch="P2", source="central", district=None, year=2032, yuan=10_000),
        )
    )
    path = export_workbook(*hand_plan(), tmp_path / "x.xlsx", district=WEST, facts=facts)
    book = cached(path)
    sheet, progress = book[PAID], book[PROGRESS]
    row = row_with(sheet, "P1")
    # 1,234,567 yuan: 80/17/0/3 % of it in 2031, 2032 and 2034, the rounding by largest remainder.
    # The last payment of all, of P4's works of 2033, is planned for 2036.
    assert figures(sheet, row, 5, 19) == [
        "市级财政", "某市", 98.7654, 90, 20.9876, 30, 0, None, 3.7037, None, 0, None, 0, None, 123.4567,
    ]  # fmt: skip
    assert figures(sheet, row, 20, 21) == [120, pytest.approx(3.4567)]
    central = row_with(sheet, "P2", "中央资金")
    assert figures(sheet, central, 7, 10) == [0, None, 0, 1]
    row = row_with(progress, "P2")
    money = [
        progress.cell(row, column_of(progress, f"{n}(万元)")).value for n in ("计划支付合计", "实际支付合计", "差额")
    ]
    assert money == [100.0001, 1, pytest.approx(99.0001)]


def test_the_zip_holds_the_city_and_every_district(tmp_path: Path) -> None:
    ledger, scenario, plan = hand_plan()
    path = export_zip(ledger, scenario, plan, tmp_path)
    assert path.name == "2031—2033年任务计划表_hand_01234567.zip"
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [
            f"{start}2031—2033年任务计划表_hand_01234567.xlsx" for start in ("", "甲区_", "乙区_")
        ]
        archive.extractall(tmp_path)
    district = cached(tmp_path / "乙区_2031—2033年任务计划表_hand_01234567.xlsx")
    assert [name for name in district.sheetnames if "_" in name] == ["乙区_2032", "乙区_2033"]
    assert export_zip(ledger, scenario, plan, tmp_path / "b").read_bytes() == path.read_bytes()
