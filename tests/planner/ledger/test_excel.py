"""Ledgers as workbooks: names, units, headers, single cells, and what is written."""

from __future__ import annotations

import datetime as dt
import os
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from planner.findings import BadInput, Level
from planner.ledger import check_ledger, load_ledger, save_ledger, writing
from planner.ledger.schema import columns
from planner.ledger.types import META_DEFAULTS, Ledger, Option, Patch, PatchKind, Treatment
from tests.planner.ledger.tables import HEADER, PATCH, ROW, ZH, ZH_OPTION, options, patches, seen, workbook

SHEET, OPTIONS, META = "图斑台账", "治理方案", "说明"


def one_sheet(tmp_path: Path, *rows: list[Any], name: str = SHEET) -> Path:
    return workbook(tmp_path / "台账.xlsx", {name: list(rows)})


def test_the_least_workbook(tmp_path: Path) -> None:
    path = one_sheet(tmp_path, HEADER, ROW)
    assert check_ledger(path) == []
    ledger = load_ledger(str(path))
    assert ledger == Ledger.from_frames(patches())
    assert ledger.source == str(path)


def test_title_rows_blank_rows_and_line_ends_in_names(tmp_path: Path) -> None:
    header: list[Any] = [" 图斑编号 ", "区", "未治理面积\n(公顷)", "修复类别", "采矿许可证(曾有/无)", "投资估算(万元)"]
    path = one_sheet(tmp_path, ["某市矿山生态修复台账"], [], ["单位：公顷、万元"], header, [], ROW, [None, "  "])
    assert load_ledger(path) == Ledger.from_frames(patches())


def test_english_names_carry_their_own_units(tmp_path: Path) -> None:
    rows = [list(PATCH), list(PATCH.values())]
    treatments: list[list[Any]] = [["patch", "option", "cost_yuan", "cash_yuan"], ["A-1", "s1", 500, "300;200"]]
    meta: list[list[Any]] = [["key", "value"], ["city", "Testville"], ["money_unit_size", 1000]]
    path = workbook(tmp_path / "ledger.xlsx", {"patches": rows, "options": treatments, "meta": meta})
    ledger = load_ledger(path)
    assert ledger.patches == Ledger.from_frames(patches()).patches
    assert ledger.options == (Option(patch="A-1", option="s1", cost_yuan=500, cash_yuan=(300, 200)),)
    assert ledger.meta == {**META_DEFAULTS, "city": "Testville", "money_unit_size": "1000"}


def test_both_kinds_of_names_in_one_sheet(tmp_path: Path) -> None:
    path = one_sheet(tmp_path, [*HEADER, "patch_area_m2"], [*ROW, 20_001])
    assert load_ledger(path).patches[0].patch_area_m2 == 20_001


def test_floats_are_read_as_they_are_shown(tmp_path: Path) -> None:
    path = one_sheet(tmp_path, HEADER, ["A-1", "甲区", 0.1, "人工修复", "无", 1.1])
    patch = load_ledger(path).patches[0]
    assert (patch.area_m2, patch.cost_yuan, patch.ever_licensed) == (1_000, 11_000, False)


def test_ids_that_are_numbers(tmp_path: Path) -> None:
    path = one_sheet(tmp_path, HEADER, [7, *ROW[1:]], ["007", *ROW[1:]], [8.0, *ROW[1:]])
    assert [patch.patch for patch in load_ledger(path).patches] == ["7", "007", "8"]
    path = one_sheet(tmp_path, HEADER, [1_101_090_000_000_012, *ROW[1:]], [7.5, *ROW[1:]])
    assert seen(check_ledger(path)) == [("digits_lost", SHEET, 2, "图斑编号"), ("id_not_whole", SHEET, 3, "图斑编号")]


def test_places_are_the_workbooks_own(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["标题"], [], HEADER, ROW, [], ["A-2", "甲区", 0.00001, "人工", "也许", -1]]
    findings = check_ledger(one_sheet(tmp_path, *rows))
    assert seen(findings) == [
        ("not_whole_m2", SHEET, 6, "未治理面积(公顷)"),
        ("unknown_word", SHEET, 6, "修复类别"),
        ("not_yes_no", SHEET, 6, "采矿许可证(曾有/无)"),
        ("negative", SHEET, 6, "投资估算(万元)"),
    ]
    assert {finding.file for finding in findings} == {"台账.xlsx"}
    assert [finding.value for finding in findings] == ["1e-05", "人工", "也许", "-1"]
    assert findings[2].wrong("zh") == "“采矿许可证(曾有/无)”应填“曾有”或“无”，现为“也许”"
    with pytest.raises(BadInput) as caught:
        load_ledger(tmp_path / "台账.xlsx")
    assert caught.value.findings == tuple(findings)


def test_amounts_across_cells_are_shown_in_the_columns_unit(tmp_path: Path) -> None:
    treatments: list[list[Any]] = [[*(ZH_OPTION[n] for n in ("patch", "option", "cost_yuan", "cash_yuan"))]]
    treatments += [["A-1", "s1", 300, "100;199.9999"]]
    path = workbook(tmp_path / "a.xlsx", {SHEET: [HEADER, ROW], OPTIONS: treatments})
    (finding,) = check_ledger(path)
    assert finding.wrong("zh") == "分年付款合计 299.9999，与“投资估算(万元)” 300 不符，相差 0.0001"
    path = one_sheet(tmp_path, HEADER, ["A-1", "甲区", 0, *ROW[3:]])
    (finding,) = check_ledger(path)
    assert finding.wrong("en") == "'未治理面积(公顷)' is 0; it must be 0.0001 at least"


def test_header_faults(tmp_path: Path) -> None:
    header: list[Any] = [*HEADER[:-1], "投资估算额度（万元）", "优先级别", "核定", None, "区"]
    findings = check_ledger(one_sheet(tmp_path, ["标题"], header, [*ROW, 1, 2, "x", "乙区"]))
    assert sorted(seen(findings)) == sorted(
        [
            ("column_uncertain", SHEET, 2, "投资估算额度（万元）"),
            ("column_uncertain", SHEET, 2, "优先级别"),
            ("column_unknown", SHEET, 2, "核定"),
            ("column_unnamed", SHEET, 2, ""),
            ("column_twice", SHEET, 2, "区"),
        ]
    )
    by_column = {finding.column: finding for finding in findings}
    cost, tier = by_column["投资估算额度（万元）"], by_column["优先级别"]
    assert (cost.values["expected"], tier.values["expected"]) == ("投资估算(万元)", "优先级")
    assert (cost.level, tier.level) == (Level.ERROR, Level.WARNING)
    assert (cost.cell, tier.cell) == ("F2", "G2")
    assert by_column[""].level is Level.WARNING


def test_a_column_under_both_its_names_is_doubled(tmp_path: Path) -> None:
    path = one_sheet(tmp_path, [*HEADER, "cost_yuan"], [*ROW, 3_000_000])
    assert seen(check_ledger(path)) == [("column_twice", SHEET, 1, "cost_yuan")]


def test_sheets(tmp_path: Path) -> None:
    other = workbook(tmp_path / "other.xlsx", {"Sheet1": [["甲", "乙"], [1, 2]], "Sheet2": [["丙"]]})
    (finding,) = check_ledger(other)
    assert finding.id == "sheet_missing"
    assert "Sheet1" in finding.wrong("zh")
    left_out = workbook(tmp_path / "two.xlsx", {SHEET: [HEADER, ROW], "房山": [HEADER, ["A-2", *ROW[1:]]]})
    assert seen(check_ledger(left_out)) == [("sheet_left_out", "", 0, "")]
    both = workbook(tmp_path / "both.xlsx", {SHEET: [HEADER, ROW], "patches": [HEADER, ROW]})
    assert seen(check_ledger(both)) == [("sheet_twice", "patches", 0, "")]
    headless = workbook(tmp_path / "a.xlsx", {SHEET: [["甲", "乙"], [1, 2]], OPTIONS: [["x"]], META: [["x"]]})
    assert seen(check_ledger(headless)) == [("header_missing", sheet, 0, "") for sheet in (SHEET, OPTIONS, META)]
    blank = workbook(tmp_path / "blank.xlsx", {SHEET: [], OPTIONS: [], META: []})
    assert seen(check_ledger(blank)) == [("header_missing", SHEET, 0, "")]
    empty = workbook(tmp_path / "empty.xlsx", {SHEET: [HEADER]})
    assert seen(check_ledger(empty)) == [("no_rows", SHEET, 1, "")]
    header_only = workbook(tmp_path / "b.xlsx", {SHEET: [HEADER, ROW], OPTIONS: [["图斑编号", "方案编号"]]})
    assert load_ledger(header_only).options == ()


def test_meta_faults(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["键", "值"], ["city", "甲"], ["city", "乙"], ["titel", "x"], ["天气", "晴"], ["note"]]
    findings = check_ledger(workbook(tmp_path / "a.xlsx", {SHEET: [HEADER, ROW], META: rows}))
    assert seen(findings) == [
        ("meta_twice", META, 3, "city"),
        ("meta_misnamed", META, 4, "titel"),
        ("meta_unknown", META, 5, "天气"),
    ]


def test_dates_and_texts(tmp_path: Path) -> None:
    extra = {"verified_on": dt.date(2023, 12, 11), "licence_until": "2023-12-11", "remark": dt.datetime(2021, 2, 3)}
    header = [*HEADER, *(ZH[name] for name in extra)]
    patch = load_ledger(one_sheet(tmp_path, header, [*ROW, *extra.values()])).patches[0]
    assert patch.verified_on == patch.licence_until == dt.date(2023, 12, 11)
    assert patch.remark == "2021-02-03"


def test_formulas(tmp_path: Path) -> None:
    """A formula counts as its stored result; without one it is a fault; a text that looks like one is a text."""
    path = tmp_path / "formulas.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(SHEET)
        for row, cells in enumerate([[*HEADER, "备注", "乡镇(街道)"], ROW, ["A-2", *ROW[1:]]]):
            for column, cell in enumerate(cells):
                sheet.write(row, column, cell)
        sheet.write_formula(1, 5, "=100*3", None, 300)
        sheet.write_formula(2, 5, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 7, '=""', None, "empty")
        sheet.write_string(1, 6, "=1+1")
    with zipfile.ZipFile(path) as parts:
        content = {name: parts.read(name) for name in parts.namelist()}
    with zipfile.ZipFile(path, "w") as parts:  # as Excel stores the formula of an empty text
        for name, data in content.items():
            parts.writestr(name, data.replace(b"<v>empty</v>", b"<v></v>"))
    assert seen(check_ledger(path)) == [("error_cell", SHEET, 3, "投资估算(万元)")]
    book = openpyxl.load_workbook(path)
    book[SHEET]["F3"] = 300
    book[SHEET]["G2"] = None
    book.save(path)
    findings = check_ledger(path)  # openpyxl stores formulas without results
    assert ("formula_without_result", SHEET, 2, "投资估算(万元)") in seen(findings)
    assert findings[0].value == "=100*3"


def test_a_text_that_looks_like_a_formula_is_a_text(tmp_path: Path) -> None:
    ledger = Ledger.from_frames(patches({"patch": "=1+1", "remark": "=cmd|'/c calc'!A1"}))
    save_ledger(ledger, tmp_path / "a.xlsx")
    assert load_ledger(tmp_path / "a.xlsx") == ledger
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert {cell.data_type for row in book[SHEET].iter_rows() for cell in row} <= {"s", "n", "d"}


LEDGER = Ledger(
    patches=(
        Patch(
            patch="SYN-1",
            district="甲区",
            area_m2=12_345,
            treatment=Treatment.ARTIFICIAL,
            ever_licensed=True,
            cost_yuan=1_234_567,
            kind=PatchKind.EXPOSED_ROCK_FACE,
            verified_on=dt.date(2021, 1, 2),
            benefit=Decimal("1.25"),
        ),
    ),
    options=(Option(patch="SYN-1", option="s", cost_yuan=5, cash_yuan=(3, 2)),),
    meta={**META_DEFAULTS, "data_nature": "合成"},
)


def test_what_is_written(tmp_path: Path) -> None:
    save_ledger(LEDGER, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == [SHEET, OPTIONS, META]
    sheet = book[SHEET]
    assert [cell.value for cell in sheet[2]] == list(ZH.values())
    assert [cell.value for cell in book[OPTIONS][2]] == list(ZH_OPTION.values())
    assert [cell.value for cell in sheet[3]][:6] == ["SYN-1", "甲区", 1.2345, "人工修复", "曾有", 123.4567]
    assert sheet.freeze_panes == "B3"
    assert sheet.auto_filter.ref.startswith("A2:")
    assert sheet["C3"].number_format == "#,##0.0000"
    lists = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert lists["D3"] == '"自然恢复,人工修复,综合利用"'
    assert lists["E3"] == '"曾有,无"'
    closed = {column.kind for column in columns(Patch).values() if column.choices}
    assert len(lists) == sum(c.kind in closed or c.kind == "yes_no" for c in columns(Patch).values())


def test_every_sheet_says_the_nature_of_its_data(tmp_path: Path) -> None:
    save_ledger(LEDGER, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    titles = {sheet["A1"].value for sheet in book}
    assert titles == {"矿山生态修复台账　数据性质：合成（非官方数据）"}
    save_ledger(Ledger.from_frames(patches(), meta={"data_nature": "核查"}), tmp_path / "b.xlsx")
    assert openpyxl.load_workbook(tmp_path / "b.xlsx")[META]["A1"].value == "矿山生态修复台账　数据性质：核查"
    save_ledger(Ledger.from_frames(patches()), tmp_path / "c.xlsx")
    assert openpyxl.load_workbook(tmp_path / "c.xlsx")[SHEET]["A1"].value == "图斑编号"


def test_a_failed_save_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"before")
    monkeypatch.setattr(os, "replace", _refuse)
    with pytest.raises(OSError, match="no room"):
        save_ledger(LEDGER, path)
    assert path.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["a.xlsx"]


def _refuse(*_: object) -> None:
    raise OSError("no room")


def test_more_rows_than_can_be_read_are_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_ROWS", 3)
    save_ledger(Ledger.from_frames(patches()), tmp_path / "a.xlsx")
    with pytest.raises(BadInput) as caught:
        save_ledger(Ledger.from_frames(patches({}, {}), options()), tmp_path / "b.xlsx")
    assert seen(caught.value.findings) == [("too_many_rows", SHEET, 0, "")]
    assert not (tmp_path / "b.xlsx").exists()


@pytest.mark.parametrize("ledger", [LEDGER, Ledger.from_frames(patches(), options())])
def test_the_same_ledger_is_the_same_file(ledger: Ledger, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        save_ledger(ledger, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
