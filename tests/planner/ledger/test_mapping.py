"""Columns under names of people's own: proposed, confirmed in a file, read, kept, and written back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.findings import Level, UnreadableInput
from planner.ledger import check_ledger, load_ledger, load_mapping, propose_mapping, save_ledger
from planner.ledger.mapping import CERTAIN, MappedColumn, Mapping
from planner.ledger.names import VARIABLE, base, names
from planner.ledger.schema import Kind, columns
from planner.ledger.types import Ledger, Option, Patch
from tests.planner.ledger.tables import HEADER, ROW, patches, seen, workbook

SHEET = "图斑台账"
STRANGE = ["编码", "区域", "裸露面积", "怎么修", "有没有证", "要多少钱"]
ANSWERS = ("patch", "district", "area_m2", "treatment", "ever_licensed", "cost_yuan")


def strange(tmp_path: Path) -> Path:
    return workbook(
        tmp_path / "怪.xlsx", {"Sheet1": [["某地台账"], STRANGE, ["A-1", "甲区", 30, "人工修复", "有", 3_000_000]]}
    )


def answered() -> Mapping:
    units = {"area_m2": "亩", "cost_yuan": "元"}
    return Mapping(tuple(MappedColumn(c, f, units.get(f, "")) for c, f in zip(STRANGE, ANSWERS, strict=True)))


def test_a_ledger_of_strange_names_is_refused_then_mapped_then_read(tmp_path: Path) -> None:
    path = strange(tmp_path)
    with pytest.raises(UnreadableInput):
        load_mapping(path)
    assert {id for id, *_ in seen(check_ledger(path))} == {"header_missing"}
    proposed = propose_mapping(path)
    assert [one.column for one in proposed.patches] == STRANGE
    assert not any(one.confirmed for one in proposed.patches)
    assert all(one.confidence < CERTAIN for one in proposed.patches)
    file = tmp_path / "mapping.toml"
    answered().save(file)
    assert load_mapping(file) == answered()
    ledger = load_ledger(path, mapping=load_mapping(file))
    assert ledger.patches == Ledger.from_frames(patches()).patches


def test_what_is_proposed_but_not_confirmed_is_asked_again(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {SHEET: [[*HEADER[:-1], "投资的估算(万元)"], ROW]})
    proposed = propose_mapping(path)
    (asked,) = [one for one in proposed.patches if not one.confirmed]
    assert (asked.column, asked.field) == ("投资的估算(万元)", "cost_yuan")
    file = tmp_path / "mapping.toml"
    proposed.save(file)
    findings = check_ledger(path, mapping=load_mapping(file))
    assert seen(findings) == [("column_uncertain", SHEET, 1, "投资的估算(万元)")]
    assert findings[0].level is Level.ERROR
    confirmed = file.read_text("utf-8").replace("confirmed = false", "confirmed = true")
    file.write_text(confirmed, "utf-8")
    assert load_ledger(path, mapping=load_mapping(file)).patches == Ledger.from_frames(patches()).patches


def test_a_mapping_may_say_that_a_column_means_nothing(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {SHEET: [[*HEADER, "优先级别"], [*ROW, 2]]})
    assert seen(check_ledger(path)) == [("column_uncertain", SHEET, 1, "优先级别")]
    mapping = Mapping((MappedColumn("优先级别", ""),))
    assert check_ledger(path, mapping=mapping) == []
    assert load_ledger(path, mapping=mapping).extra == {"A-1": {"优先级别": 2}}


def test_the_surer_of_two_columns_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {SHEET: [["总投资(万元)", *HEADER], [999, *ROW]]})
    findings = check_ledger(path)
    assert seen(findings) == [("column_spare", SHEET, 1, "总投资(万元)")]
    assert findings[0].level is Level.WARNING
    assert load_ledger(path).patches[0].cost_yuan == 3_000_000


def test_unknown_columns_are_kept_and_written_back(tmp_path: Path) -> None:
    header = [*HEADER, "联系人", "面积占比", "到场日", "已拍照", "公式样"]
    extra: list[Any] = ["张三", 0.25, dt.date(2021, 3, 1), True, "=1+1"]
    path = workbook(tmp_path / "a.xlsx", {SHEET: [header, [*ROW, *extra[:-1]], ["A-2", *ROW[1:], None, 1]]})
    ledger = load_ledger(path)
    kept = dict(zip(header[6:10], extra[:-1], strict=True))
    assert ledger.extra == {"A-1": kept, "A-2": {"面积占比": 1}}
    assert ledger.digest == Ledger.from_frames(patches({}, {})).digest
    save_ledger(ledger, tmp_path / "b.xlsx")
    again = load_ledger(tmp_path / "b.xlsx")
    assert again.extra == ledger.extra
    assert again == ledger
    formula = Ledger(ledger.patches, extra={"A-1": {"公式样": "=1+1"}})
    save_ledger(formula, tmp_path / "c.xlsx")
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "c.xlsx")[SHEET].iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value == "=1+1"] == ["s"]


BAD_FILES = {
    "mapping_unreadable": [
        "",
        "format = 'other/1'",
        "[[patches",
        "format = 'shanfu-mapping/1'\n[[patches]]\nname = 'x'",
    ],
    "mapping_field_unknown": ["format = 'shanfu-mapping/1'\n[[patches]]\ncolumn = 'x'\nfield = 'weather'"],
    "mapping_unit_unknown": [
        "format = 'shanfu-mapping/1'\n[[patches]]\ncolumn = 'x'\nfield = 'area_m2'\nunit = '丈'",
        "format = 'shanfu-mapping/1'\n[[patches]]\ncolumn = 'x'\nfield = 'tier'\nunit = '公顷'",
    ],
}


@pytest.mark.parametrize(("key", "content"), [(key, one) for key, many in BAD_FILES.items() for one in many])
def test_a_bad_mapping_file_is_refused(key: str, content: str, tmp_path: Path) -> None:
    file = tmp_path / "mapping.toml"
    file.write_text(content, "utf-8")
    with pytest.raises(UnreadableInput) as caught:
        load_mapping(file)
    assert seen(caught.value.findings) == [(key, "", 0, "")]


def test_no_name_means_two_fields() -> None:
    """A synonym that is another field's own name would be read wrongly and silently."""
    for row_type in (Patch, Option):
        own = {base(column.zh): field for field, column in columns(row_type).items()}
        for name, (field, is_own) in names().fields[row_type].items():
            assert own.get(name, field) == field
            assert is_own or name not in own


def test_units_are_what_they_are_worth() -> None:
    known = names()
    assert known.area["亩"] * 15 == 10_000
    assert (known.area["公顷"], known.area["km2"], known.area["平方米"]) == (10_000, 1_000_000, 1)
    assert known.area["acre"] * 640 == pytest.approx(2_589_988.110336)  # a square mile
    assert (known.money["亿元"], known.money["万元"], known.money["元"]) == (10**8, 10**4, 1)
    said = {
        "面积（亩）": "亩",
        "Area [ha]": "ha",
        "面积/平方公里": "平方公里",
        "area_ha": "ha",
        "面积": "",
        "(单位：公顷)面积": "公顷",
    }
    assert {name: known.unit_in(name, Kind.AREA) for name in said} == said


def test_users_add_names_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[patch]\ncost_yuan = ["造价"]\n[words.treatment]\nartificial = ["工程治理"]\n', "utf-8")
    row = ["A-1", "甲区", 2, "工程治理", "曾有", 300]
    path = workbook(tmp_path / "a.xlsx", {SHEET: [[*HEADER[:-1], "造价（万元）"], row]})
    assert check_ledger(path)
    monkeypatch.setenv(VARIABLE, str(own))
    assert load_ledger(path).patches == Ledger.from_frames(patches()).patches


def test_money_in_the_ledgers_own_currency(tmp_path: Path) -> None:
    header = ["Site ID", "District", "Area (acres)", "Treatment", "Licence held", "Cost (k euro)"]
    meta: list[list[Any]] = [
        ["key", "value"],
        ["currency_en", "euro"],
        ["money_unit_en", "k euro"],
        ["money_unit_size", 1000],
    ]
    path = workbook(tmp_path / "a.xlsx", {"Sites": [header, ["S1", "North", 10, "natural", "no", 2.5]], "meta": meta})
    (patch,) = load_ledger(path).patches
    assert (patch.area_m2, patch.cost_yuan) == (40_469, 2_500)  # 10 acres are 40,468.56 m²
