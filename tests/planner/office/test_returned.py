"""What returned workbooks say: every kind of change, by cell, with old and new value."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.findings import UnreadableInput
from planner.ledger import load_ledger
from planner.office.editable import Field
from planner.office.folder import PlanFolder, save_folder
from planner.office.returned import Case, decide, gather, write_returned
from planner.scenario import Scenario
from tests.planner.office.handmade import EAST, HAND_PICKS, WEST, hand_ledger, hand_scenario, plan_of
from tests.planner.office.returning import (
    ADJUST,
    HEAD,
    PAID,
    PROGRESS,
    by_libreoffice,
    cases,
    cell,
    column_of,
    edited,
    folder_of,
    handed_out,
    one,
    read,
    read_here,
    row_with,
    setting,
    unmerged,
)

Files = tuple[PlanFolder, Path, Path]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "open_returned", read_here)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The plan, and the workbooks of its two districts."""
    place = tmp_path_factory.mktemp("returned")
    folder = folder_of(place)
    return folder, handed_out(folder, place, WEST), handed_out(folder, place, EAST)


def test_an_unchanged_file_says_nothing(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, west, east = files
    monkeypatch.undo()  # in a process of its own
    assert read(folder, west, east).changes == ()


def test_saving_without_the_results_of_formulas_changes_nothing(files: Files, tmp_path: Path) -> None:
    folder, west, _ = files
    assert read(folder, edited(west, name="same.xlsx")).changes == ()


@pytest.mark.parametrize(
    ("sheet", "patch", "column", "written", "field", "value", "old", "new"),
    [
        (ADJUST, "P1", "开工年度", 2032, Field.START, 2032, "2031", "2032"),
        (ADJUST, "P1", "开工年度", "２０３３年", Field.START, 2033, "2031", "2033"),
        (ADJUST, "P1", "修复类别", "综合利用", Field.TREATMENT, "comprehensive", "人工修复", "综合利用"),
        (ADJUST, "P3", "治理方案", "basic", Field.OPTION, "basic", "特色项目方案", "基本治理方案"),
        (ADJUST, "P1", "投资估算(万元)", 100.5, Field.COST, 1_005_000, "123.4567", "100.5"),
        (ADJUST, "P1", "投资估算(万元)", " 1,234.5001 ", Field.COST, 12_345_001, "123.4567", "1,234.5001"),
        (ADJUST, "P1", "投资估算(万元)", 0.1 + 0.2, Field.COST, 3_000, "123.4567", "0.3"),
        (ADJUST, "P1", "是否挂账督办", "是", Field.TRACKED, "yes", "否", "是"),
        (ADJUST, "P1", "备注", "=不是公式", Field.REMARK, "=不是公式", "", "=不是公式"),
        (PROGRESS, "P1", "开工日期", dt.date(2031, 3, 5), Field.ACTUAL_START, dt.date(2031, 3, 5), "", "2031-03-05"),
        (PROGRESS, "P1", "开工日期", "2031年3月5日", Field.ACTUAL_START, dt.date(2031, 3, 5), "", "2031-03-05"),
        (PROGRESS, "P1", "开工日期", "2031.3.5", Field.ACTUAL_START, dt.date(2031, 3, 5), "", "2031-03-05"),
        (PROGRESS, "P1", "开工日期", 47_912, Field.ACTUAL_START, dt.date(2031, 3, 5), "", "2031-03-05"),
        (PROGRESS, "P1", "验收面积(公顷)", 1.2345, Field.ACCEPTED_AREA, 12_345, "", "1.2345"),
        (PAID, "P1", "2031年实付(万元)", "98.7654", Field.PAID, 987_654, "", "98.7654"),
        (PAID, "P1", "2032年实付(万元)", 0, Field.PAID, 0, "", "0"),
    ],
)
def test_an_edit_is_found_at_its_cell(
    files: Files, sheet: str, patch: str, column: str, written: object, field: Field, value: object, old: str, new: str
) -> None:
    folder, west, _ = files

    def write(book: openpyxl.Workbook) -> None:
        at = book[sheet].cell(row_with(book[sheet], patch), column_of(book[sheet], column))
        at.value = written
        if isinstance(written, str):
            at.data_type = "s"  # openpyxl takes any text with an equals sign for a formula

    change = one(read(folder, edited(west, write)))
    assert (change.case, change.patch, change.value, change.old, change.new) == (Case.EDIT, patch, value, old, new)
    assert change.key is not None
    assert change.key.field is field
    place = change.places[0]
    at = openpyxl.load_workbook(west)[sheet]
    assert place.cell == at.cell(row_with(at, patch), column_of(at, column)).coordinate
    assert (place.file, place.sheet, place.author) == ("edited-甲区.xlsx", sheet, "王工")


@pytest.mark.parametrize(
    ("sheet", "column", "written", "detail"),
    [
        (ADJUST, "开工年度", 2030, "unreadable_year_outside"),
        (ADJUST, "开工年度", 2034, "unreadable_year_outside"),
        (ADJUST, "开工年度", "明年", "unreadable_number"),
        (ADJUST, "开工年度", 2031.5, "unreadable_year"),
        (ADJUST, "开工年度", None, "unreadable_empty"),
        (ADJUST, "投资估算(万元)", "约一百", "unreadable_number"),
        (ADJUST, "投资估算(万元)", -1, "unreadable_negative"),
        (ADJUST, "投资估算(万元)", 1.00005, "unreadable_not_whole_yuan"),
        (ADJUST, "投资估算(万元)", "=1/3", "unreadable_no_result"),
        (ADJUST, "修复类别", "人工修理", "unreadable_word"),
        (ADJUST, "是否挂账督办", "也许", "unreadable_word"),
        (PROGRESS, "开工日期", "去年", "unreadable_date"),
        (PROGRESS, "开工日期", "2031-02-30", "unreadable_date"),
        (PROGRESS, "开工日期", 2031, "unreadable_date"),
        (PROGRESS, "验收面积(公顷)", 0.00005, "unreadable_not_whole_m2"),
        (PAID, "2031年实付(万元)", -0.0001, "unreadable_negative"),
    ],
)
def test_a_value_that_cannot_be_read_is_never_guessed(
    files: Files, sheet: str, column: str, written: object, detail: str
) -> None:
    folder, west, _ = files
    change = one(read(folder, edited(west, setting(sheet, "P1", column, written))))
    assert (change.case, change.patch, change.detail) == (Case.UNREADABLE, "P1", detail)
    assert change.explained("zh")
    assert change.explained("en")


def test_moved_sheets_rows_and_columns_and_blank_rows_are_no_edits(files: Files) -> None:
    folder, west, _ = files

    def move(book: openpyxl.Workbook) -> None:
        unmerged(book[ADJUST])
        book.move_sheet(ADJUST, -6)
        sheet = book[ADJUST]
        rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=HEAD + 1, max_row=HEAD + 3)]
        for number, row in enumerate(reversed(rows), HEAD + 1):  # sorted the other way round
            for col, value in enumerate(row, 1):
                sheet.cell(number, col).value = value
        sheet.insert_rows(HEAD + 2)
        sheet.insert_cols(3)
        sheet.column_dimensions["A"].width = 60

    assert read(folder, edited(west, move)).changes == ()
    moved = edited(west, move, setting(ADJUST, "P3", "投资估算(万元)", 299))
    change = one(read(folder, moved))
    assert (change.patch, change.old, change.new) == ("P3", "300", "299")


def test_a_renamed_sheet_is_known_by_its_columns(files: Files) -> None:
    folder, west, _ = files

    def rename(book: openpyxl.Workbook) -> None:
        book[ADJUST].title = "调整(终稿)"

    change = one(read(folder, edited(west, setting(ADJUST, "P1", "开工年度", 2033), rename)))
    assert (change.new, change.places[0].sheet) == ("2033", "调整(终稿)")


def test_a_protected_cell_and_a_replaced_formula_are_listed_and_never_apply(files: Files) -> None:
    folder, west, _ = files
    at = openpyxl.load_workbook(west)["甲区_2031"]
    total = at["O4"].value
    assert str(total).startswith("=")
    found = read(
        folder,
        edited(
            west, cell("甲区_2031", "U6", "改过的备注"), cell("甲区_2031", "O4", 1), cell("图斑台账", "D5", "别的镇"),
            cell("资金安排表", "N40", "旁注"), setting(ADJUST, "P1", "项目名称", "改名"),
            setting(ADJUST, "P1", "治理方案", "basic"),
        ),
    )  # fmt: skip
    listed = {(c.case, c.places[0].sheet, c.places[0].cell): (c.old, c.new) for c in found.changes}
    assert listed == {
        (Case.PROTECTED, "甲区_2031", "U6"): ("合成", "改过的备注"),
        (Case.FORMULA, "甲区_2031", "O4"): (total, "1"),
        (Case.PROTECTED, "图斑台账", "D5"): ("丁镇", "别的镇"),
        (Case.ADDED_ROW, "资金安排表", "A40"): ("", "旁注"),
        (Case.PROTECTED, ADJUST, "D6"): ("P1", "改名"),
        (Case.PROTECTED, ADJUST, "J6"): ("标准方案", "basic"),
    }
    assert not any(change.case.applicable for change in found.changes)


def test_deleted_added_and_doubled_rows_are_listed(files: Files) -> None:
    folder, west, _ = files

    def delete(book: openpyxl.Workbook) -> None:
        unmerged(book[ADJUST])
        book[ADJUST].delete_rows(row_with(book[ADJUST], "P1"))

    gone = one(read(folder, edited(west, delete)))
    assert (gone.case, gone.patch, gone.places[0].sheet, gone.places[0].cell) == (Case.DELETED_ROW, "P1", ADJUST, "A6")
    assert "P1" in gone.old

    def add(book: openpyxl.Workbook) -> None:
        unmerged(book[ADJUST])
        sheet = book[ADJUST]
        sheet.insert_rows(HEAD + 1)
        for col, value in ((2, WEST), (3, "P9"), (8, 2032)):
            sheet.cell(HEAD + 1, col).value = value

    new = one(read(folder, edited(west, add)))
    assert (new.case, new.places[0].cell, new.new) == (Case.ADDED_ROW, "A5", "甲区 P9 2032")

    def double(book: openpyxl.Workbook) -> None:
        unmerged(book[ADJUST])
        sheet = book[ADJUST]
        row = row_with(sheet, "P1")
        values = [c.value for c in sheet[row]]
        sheet.insert_rows(row + 1)
        for col, value in enumerate(values, 1):
            sheet.cell(row + 1, col).value = value
        sheet.cell(row + 1, column_of(sheet, "开工年度")).value = 2033

    found = read(folder, edited(west, double))
    assert sorted(cases(found)) == [Case.DUPLICATED_ROW, Case.EDIT]
    assert {change.patch for change in found.changes} == {"P1"}


def test_a_missing_column_or_sheet_is_listed(files: Files) -> None:
    folder, west, _ = files

    def without(book: openpyxl.Workbook) -> None:
        del book[PROGRESS]
        sheet = book[ADJUST]
        sheet.delete_cols(column_of(sheet, "备注"))

    found = read(folder, edited(west, without))
    assert {(c.case, c.old) for c in found.changes} == {(Case.MISSING_SHEET, PROGRESS), (Case.MISSING_COLUMN, "备注")}


def test_two_districts_that_contradict_each_other_are_both_listed(files: Files) -> None:
    folder, west, east = files
    ours = edited(west, setting(ADJUST, "P2", "开工年度", 2031), setting(ADJUST, "P2", "调整原因", "资金安排"))
    theirs = edited(east, setting(ADJUST, "P2", "开工年度", 2033), setting(ADJUST, "P2", "投资估算(万元)", 90))
    found = read(folder, ours, theirs)
    years = [c for c in found.changes if c.key and c.key.field is Field.START]
    assert [(c.case, c.new, c.places[0].file, c.reason) for c in years] == [
        (Case.CONTRADICTION, "2031", "edited-甲区.xlsx", "资金安排"),
        (Case.CONTRADICTION, "2033", "edited-乙区.xlsx", ""),
    ]
    assert [c.case for c in found.changes if c not in years] == [Case.EDIT]
    same = read(folder, ours, edited(east, setting(ADJUST, "P2", "开工年度", "2031")))
    assert [p.file for p in one(same).places] == ["edited-乙区.xlsx", "edited-甲区.xlsx"]
    assert one(same).case is Case.EDIT


def test_an_edit_of_a_stale_plan_says_what_it_was_made_on(files: Files, tmp_path: Path) -> None:
    _, west, _ = files
    ledger, scenario = hand_ledger(), hand_scenario()
    picks = [p._replace(start=2033) if p.patch == "P4" else p for p in HAND_PICKS]
    picks = [p._replace(start=2033) if p.patch == "P6" else p for p in picks]
    moved = hand_scenario(budgets=[
        *[b.model_dump() for b in scenario.budgets if b.district != EAST],
        {"source": "district", "district": EAST, "year": 2033, "yuan": 3_500_000},
        {"source": "district", "district": EAST, "year": 2032, "yuan": 500_000},
    ])  # fmt: skip
    later = save_folder(tmp_path / "later", ledger, moved, plan_of(ledger, moved, picks))
    change = one(read(later, edited(west, setting(ADJUST, "P1", "开工年度", 2032))))
    assert (change.case, change.old, change.new, change.values) == (Case.STALE, "2031", "2032", {"base": "2031"})
    assert read(later, west).changes == ()


def test_what_is_fixed_is_grey_and_its_edit_is_refused(tmp_path: Path) -> None:
    locks: dict[str, Any] = {
        "locks": [{"patch": "P1", "kind": "year", "year": 2031, "reason": "x"}],
        "frozen": [{"year": 2033, "patches": ["P4"], "reason": "y"}],
    }
    folder = folder_of(tmp_path, **locks)
    path = handed_out(folder, tmp_path)
    sheet = openpyxl.load_workbook(path)[ADJUST]
    year, why = column_of(sheet, "开工年度"), column_of(sheet, "锁定说明")
    locked = {p: sheet.cell(row_with(sheet, p), year).protection.locked for p in ("P1", "P2", "P4", "P5")}
    assert locked == {"P1": True, "P2": False, "P4": True, "P5": False}
    assert sheet.cell(row_with(sheet, "P4"), why).value == "冻结年度"
    assert sheet.cell(row_with(sheet, "P1"), why).value == "方案已锁定"
    assert sheet.protection.sheet
    assert not sheet.protection.password
    found = read(folder, edited(path, setting(ADJUST, "P1", "开工年度", 2032)))
    assert (one(found).case, one(found).old, one(found).new) == (Case.PROTECTED, "2031", "2032")
    into = read(folder, edited(path, setting(ADJUST, "P2", "开工年度", 2033)))
    assert one(into).case is Case.REFUSED
    assert "2033" in one(into).explained("zh")
    assert one(into).places[0].cell == sheet.cell(row_with(sheet, "P2"), year).coordinate


def test_a_start_that_contradicts_a_fact_of_the_same_file_is_refused(files: Files) -> None:
    folder, west, _ = files
    found = read(
        folder,
        edited(
            west, setting(ADJUST, "P1", "开工年度", 2032), setting(PROGRESS, "P1", "开工日期", dt.date(2031, 4, 1)),
        ),
    )  # fmt: skip
    by_field = {change.key.field: change.case for change in found.changes if change.key}
    assert by_field == {Field.START: Case.REFUSED, Field.ACTUAL_START: Case.EDIT}


def test_what_makes_a_faulty_ledger_is_refused_at_its_cell(files: Files) -> None:
    folder, west, _ = files
    found = read(
        folder,
        edited(
            west, setting(PROGRESS, "P1", "验收面积(公顷)", 2.0001), setting(PROGRESS, "P3", "完工日期", "2031-01-01"),
            setting(PROGRESS, "P3", "开工日期", "2031-05-01"), setting(PROGRESS, "P2", "开工日期", "2032-05-01"),
        ),
    )  # fmt: skip
    listed = {(c.patch, c.key.field): c.case for c in found.changes if c.key}
    area = next(c for c in found.changes if c.key and c.key.field is Field.ACCEPTED_AREA)
    assert area.explained("zh") == "“验收面积(公顷)”为 2.0001，大于“图斑面积(公顷)” 2"
    assert area.explained("en") == "'验收面积(公顷)' is 2.0001, more than '图斑面积(公顷)', 2"
    assert listed == {
        ("P1", Field.ACCEPTED_AREA): Case.REFUSED,
        ("P3", Field.ACTUAL_FINISH): Case.REFUSED,
        ("P3", Field.ACTUAL_START): Case.EDIT,
        ("P2", Field.ACTUAL_START): Case.EDIT,
    }


def test_a_file_without_its_certificate_is_refused(files: Files, tmp_path: Path) -> None:
    folder, west, _ = files

    def lose(book: openpyxl.Workbook) -> None:
        del book["证书"]

    def forge(book: openpyxl.Workbook) -> None:
        sheet = book["证书"]
        sheet.cell(2, 3).value = "0" * 64

    def garble(book: openpyxl.Workbook) -> None:
        book["证书"].delete_rows(30)

    for change, expected in ((lose, "seal_missing"), (forge, "seal_broken"), (garble, "seal_broken")):
        with pytest.raises(UnreadableInput) as refused:
            read(folder, edited(west, change))
        (finding,) = refused.value.findings
        assert (finding.id, finding.file) == (expected, "edited-甲区.xlsx")
        assert finding.repair("zh")
        assert finding.repair("en")


def test_what_is_no_workbook_is_refused_and_every_file_is_named(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, west, _ = files
    (tmp_path / "a.xlsx").write_bytes(b"%PDF-1.7 renamed")
    (tmp_path / "b.xlsx").write_bytes(west.read_bytes()[:20_000])
    far = openpyxl.Workbook()
    far.worksheets[0]["XFD1048576"] = "x"
    far.save(tmp_path / "c.xlsx")
    monkeypatch.undo()  # in a process of its own
    with pytest.raises(UnreadableInput) as refused:
        read(folder, tmp_path / "a.xlsx", tmp_path / "b.xlsx", tmp_path / "c.xlsx", tmp_path / "gone.xlsx")
    assert [finding.file for finding in refused.value.findings] == ["a.xlsx", "b.xlsx", "c.xlsx", "gone.xlsx"]


def test_an_english_workbook_comes_back_too(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    path = handed_out(folder, tmp_path, lang="en")
    head = {
        cell.value: cell.column for cell in openpyxl.load_workbook(path)["Adjustments"][HEAD]
    }  # fmt: skip

    def edit(book: openpyxl.Workbook) -> None:
        sheet = book["Adjustments"]
        sheet.cell(row_with(sheet, "P1"), head["Treatment"]).value = "comprehensive"

    assert read(folder, path).changes == ()
    change = one(read(folder, edited(path, edit)))
    assert (change.value, change.new) == ("comprehensive", "综合利用")


@pytest.mark.parametrize(
    "said", ["_x0041_ 见附件 _x000D_", "=现场核实后再定", "=1+1", "+86 010", "-2号平台", "@王工", "'引号", "\t缩进"]
)
def test_a_remark_is_taken_as_it_is_written(files: Files, tmp_path: Path, said: str) -> None:
    folder, west, _ = files

    def write(book: openpyxl.Workbook) -> None:
        sheet = book[ADJUST]
        at = sheet.cell(row_with(sheet, "P1"), column_of(sheet, "备注"))
        at.value = said
        at.data_type = "s"  # a text, as a person enters it with an apostrophe before it

    found = read(folder, edited(west, write))
    change = one(found)
    assert (change.case, change.value, change.new) == (Case.EDIT, said.strip(), said.strip())
    target, applied = write_returned(found, decide(found, everything=True), tmp_path / "next", "zh")
    assert load_ledger(target / "ledger.xlsx").by_id["P1"].remark == said.strip()
    for path in target.glob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        every = (at for sheet in book for row in sheet.iter_rows() for at in row)
        assert not [at.coordinate for at in every if at.data_type == "f"]
    plan = plan_of(applied.ledger, folder.scenario, HAND_PICKS)
    again = handed_out(replace(folder, ledger=applied.ledger, plan=plan), tmp_path)
    sheet = openpyxl.load_workbook(again)[ADJUST]
    at = sheet.cell(row_with(sheet, "P1"), column_of(sheet, "备注"))
    assert (at.value, at.data_type) == (said.strip(), "s")


def test_a_remark_made_a_formula_has_its_result_or_is_questioned(files: Files) -> None:
    folder, west, _ = files
    change = one(read(folder, edited(west, setting(ADJUST, "P1", "备注", '="见"&"附件"'))))
    assert (change.case, change.detail) == (Case.UNREADABLE, "unreadable_no_result")


def test_hidden_lists_that_are_gone_change_nothing(files: Files) -> None:
    folder, west, _ = files

    def drop(book: openpyxl.Workbook) -> None:
        del book["字典"]

    found = read(folder, edited(west, drop, setting(ADJUST, "P1", "开工年度", 2033)))
    assert {(c.case, c.new) for c in found.changes if c.case is not Case.MISSING_SHEET} == {(Case.EDIT, "2033")}
    assert [c.old for c in found.changes if c.case is Case.MISSING_SHEET] in ([], ["字典"])


@pytest.mark.slow
def test_what_libreoffice_saves_is_read_the_same(files: Files, tmp_path: Path) -> None:
    folder, west, east = files
    assert read(folder, by_libreoffice(west, tmp_path), by_libreoffice(east, tmp_path)).changes == ()
    path = edited(
        west, setting(ADJUST, "P1", "开工年度", "2032"), setting(PROGRESS, "P3", "开工日期", dt.date(2031, 3, 5)),
        setting(PAID, "P1", "2031年实付(万元)", 98.7654), setting(ADJUST, "P3", "投资估算(万元)", "=100+200.5"),
        setting(ADJUST, "P1", "备注", "改"),
    )  # fmt: skip
    found = read(folder, by_libreoffice(path, tmp_path))
    assert {(c.case, c.patch, c.key.field if c.key else None, c.new) for c in found.changes} == {
        (Case.EDIT, "P1", Field.START, "2032"),
        (Case.EDIT, "P3", Field.ACTUAL_START, "2031-03-05"),
        (Case.EDIT, "P1", Field.PAID, "98.7654"),
        (Case.EDIT, "P3", Field.COST, "300.5"),
        (Case.EDIT, "P1", Field.REMARK, "改"),
    }
    formula = next(c for c in found.changes if c.detail)
    assert formula.explained("zh") == "填的是公式 =100+200.5，取其结果"


def test_the_scenario_of_the_folder_is_not_touched_by_reading(files: Files) -> None:
    folder, west, _ = files
    before = folder.scenario.digest, folder.ledger.digest
    read(folder, edited(west, setting(ADJUST, "P1", "开工年度", 2032)))
    assert isinstance(folder.scenario, Scenario)
    assert (folder.scenario.digest, folder.ledger.digest) == before
