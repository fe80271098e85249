"""What confirmed edits become, and that the next plan keeps each of them."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.audit import audit
from planner.cycle.facts import load_facts
from planner.findings import BadInput
from planner.ledger import Ledger, Option, Patch, Status, Treatment, load_ledger
from planner.office import export_workbook
from planner.office.editable import Field
from planner.office.folder import PlanFolder, load_folder, load_plan, save_folder
from planner.office.returned import Case, decide, gather, write_returned
from planner.planning import make_plan
from planner.scenario import Scenario, load_scenario
from tests.planner.office.handmade import EAST, WEST
from tests.planner.office.returning import (
    ADJUST,
    PAID,
    PROGRESS,
    TIME,
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
)

FIRST, LAST = 2031, 2034
DISTRICTS = ("甲区", "乙区", "丙区")


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "open_returned", read_here)


def three_districts() -> tuple[Ledger, Scenario]:
    """Three districts of three patches; one of each has a choice of two options; money for all of it in any year."""
    patches, options = [], []
    for number, district in enumerate(DISTRICTS):
        patches += [
            Patch(
                patch=f"{'ABC'[number]}{i + 1}", district=district, area_m2=10_000 * (i + 1), cost_yuan=1_000_000,
                treatment=Treatment.ARTIFICIAL, ever_licensed=i != 2, township=f"镇{i}", tier=i + 1,
                land_levelling_yuan=400_000, revegetation_yuan=600_000, duration_years=1,
            )
            for i in range(3)
        ]  # fmt: skip
        name = f"{'ABC'[number]}2"
        options += [Option(patch=name, option=o, cost_yuan=c) for o, c in (("light", 900_000), ("full", 1_500_000))]
    budgets: list[dict[str, Any]] = []
    for year in range(FIRST, LAST + 1):
        budgets.append({"source": "municipal", "year": year, "yuan": 20_000_000})
        budgets += [{"source": "district", "district": d, "year": year, "yuan": 9_000_000} for d in DISTRICTS]
    scenario = {
        "horizon": {"first": FIRST, "last": LAST}, "budgets": budgets,
        "clauses": {"default": "off", "completion": "hard", "purse_accounts": "hard", "payer": "hard"},
        "goals": [{"name": "waiting"}, {"name": "cost"}],
    }  # fmt: skip
    return Ledger(tuple(patches), tuple(options)), Scenario.model_validate(scenario)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> PlanFolder:
    ledger, scenario = three_districts()
    folder = tmp_path_factory.mktemp("three") / "plan"
    save_folder(folder, ledger, scenario, make_plan(ledger, scenario, seconds=20))
    return load_folder(folder)


def test_edits_of_three_districts_become_exactly_their_locks_overrides_and_facts_and_the_next_plan_keeps_them(
    planned: PlanFolder, tmp_path: Path
) -> None:
    starts = {task.patch: (task.start, task.option) for task in planned.plan.schedule}
    assert set(starts.values()) == {(FIRST, "standard"), (FIRST, "light")}  # waiting leads, then cost: all at once
    west, east, south = (handed_out(planned, tmp_path, district) for district in DISTRICTS)
    files = [
        edited(
            west, setting(ADJUST, "A1", "开工年度", 2033), setting(ADJUST, "A1", "调整原因", "权属或用地"),
            setting(ADJUST, "A2", "治理方案", "full"), setting(ADJUST, "A3", "备注", "汛后开工"),
        ),
        edited(
            east, setting(ADJUST, "B1", "投资估算(万元)", 120), setting(ADJUST, "B2", "投资估算(万元)", 80),
            setting(ADJUST, "B3", "修复类别", "综合利用"), setting(ADJUST, "B3", "是否挂账督办", "是"),
        ),
        edited(
            south, setting(PROGRESS, "C1", "开工日期", dt.date(2032, 2, 1)),
            setting(PROGRESS, "C3", "开工日期", "2031-03-01"), setting(PROGRESS, "C3", "完工日期", "2031-09-30"),
            setting(PROGRESS, "C3", "验收日期", "2031-11-05"), setting(PROGRESS, "C3", "验收面积(公顷)", 2.95),
            setting(PAID, "C3", "2031年实付(万元)", 81.5), setting(PAID, "C3", "2032年实付(万元)", 17),
        ),
    ]  # fmt: skip
    found = read(planned, *files)
    assert len(found.changes) == 14
    assert not found.undecided
    made, applied = write_returned(found, decide(found, everything=True), tmp_path / "next")

    def reason(words: str, file: str, sheet: str, patch: str, column: str) -> str:
        at = openpyxl.load_workbook(tmp_path / f"{file}.xlsx")[sheet]
        address = at.cell(row_with(at, patch), column_of(at, column)).coordinate
        return f"{words}（王工，edited-{file}.xlsx {sheet}!{address}，2031-06-01T08:00:00+00:00）"

    scenario, ledger, facts = load_scenario(made / "scenario.toml"), load_ledger(made / "ledger.xlsx"), load_facts(made)
    plain = "区任务计划调整"
    assert [lock.model_dump(mode="json", exclude_none=True) for lock in scenario.locks] == [
        {"patch": "A1", "kind": "year", "year": 2033,
         "reason": reason("权属或用地", "甲区", ADJUST, "A1", "开工年度")},
        {"patch": "A2", "kind": "option", "option": "full", "reason": reason(plain, "甲区", ADJUST, "A2", "治理方案")},
    ]  # fmt: skip
    listed = {(o.patch, o.option, o.field): o.value for o in scenario.overrides}
    assert listed == {
        ("B3", None, "treatment"): "comprehensive",
        ("B3", None, "tracked"): True,
        ("B1", None, "cost_yuan"): 1_200_000,
        ("B1", None, "land_levelling_yuan"): 480_000,
        ("B1", None, "revegetation_yuan"): 720_000,
        ("B2", "light", "cost_yuan"): 800_000,
    }
    assert scenario.clause("locks").mode == "hard"
    # Nothing else of the scenario, and of the ledger nothing but these facts.
    rest = {"locks", "overrides", "clauses"}
    assert scenario.model_dump(exclude=rest) == planned.scenario.model_dump(exclude=rest)
    before = planned.ledger.by_id
    changed = {name: patch for name, patch in ledger.by_id.items() if patch != before[name]}
    assert changed == {
        "A3": replace(before["A3"], remark="汛后开工"),
        "C1": replace(before["C1"], actual_start=dt.date(2032, 2, 1), status=Status.UNDER_WAY),
        "C3": replace(
            before["C3"], actual_start=dt.date(2031, 3, 1), actual_finish=dt.date(2031, 9, 30),
            accepted_date=dt.date(2031, 11, 5), accepted_area_m2=29_500, status=Status.ACCEPTED,
        ),
    }  # fmt: skip
    assert ledger.options == planned.ledger.options
    assert [(p.patch, p.source, p.district, p.year, p.yuan, p.author, p.sheet) for p in facts.payments] == [
        ("C3", "district", "丙区", 2031, 815_000, "王工", PAID),
        ("C3", "district", "丙区", 2032, 170_000, "王工", PAID),
    ]
    assert (ledger.digest, scenario.digest) == (applied.ledger.digest, applied.scenario.digest)

    plan = make_plan(ledger, scenario, seconds=20)
    assert audit(ledger, scenario, plan).clean
    new = {task.patch: task for task in plan.schedule}
    assert {name: (task.start, task.option) for name, task in new.items()} == starts | {
        "A1": (2033, "standard"), "A2": (FIRST, "full"), "C1": (2032, "standard"), "C3": (2031, "standard"),
    }  # fmt: skip
    assert new["B3"].treatment == "comprehensive"
    cost = {name: sum(c.yuan for c in plan.commitments if c.patch == name) for name in ("A2", "B1", "B2")}
    assert cost == {"A2": 1_500_000, "B1": 1_200_000, "B2": 800_000}

    # The next workbook shows what was paid beside what was planned, and what has begun is fixed in it.
    save_folder(made, ledger, scenario, plan)
    again = load_folder(made)
    assert again.facts == facts
    book = openpyxl.load_workbook(handed_out(again, tmp_path / "again", "丙区"), data_only=True)
    progress = book[PROGRESS]
    row = row_with(progress, "C3")
    money = [
        progress.cell(row, column_of(progress, f"{n}(万元)")).value for n in ("计划支付合计", "实际支付合计", "差额")
    ]
    assert money == [100, 98.5, 1.5]
    adjust = book[ADJUST]
    assert adjust.cell(row_with(adjust, "C3"), column_of(adjust, "锁定说明")).value == "已开工"
    assert read(again, handed_out(again, tmp_path / "again", "丙区")).changes == ()


def test_the_list_of_edits_says_all_of_it_and_holds_no_formula(planned: PlanFolder, tmp_path: Path) -> None:
    west = handed_out(planned, tmp_path, "甲区")

    def evil(book: openpyxl.Workbook) -> None:
        sheet = book[ADJUST]
        for patch, words in (("A1", '=HYPERLINK("http://example.invalid")'), ("A2", "+1+1"), ("A3", "@SUM(1)")):
            at = sheet.cell(row_with(sheet, patch), column_of(sheet, "备注"))
            at.value = words
            at.data_type = "s"
        sheet.cell(row_with(sheet, "A1"), column_of(sheet, "开工年度")).value = "-2+3"

    found = read(planned, edited(west, evil, name="=1+1.xlsx"), author="=cmd|' /C calc'!A0")
    made, _ = write_returned(found, decide(found, everything=True, reject=("problems",)), tmp_path / "next")
    plain = json.loads((made / "edits.json").read_text(encoding="utf-8"))
    assert plain["format"] == "shanfu-edits/1"
    assert [(c["case"], c["patch"], c["field"], c["new"], c["decision"]) for c in plain["changes"]] == [
        ("unreadable", "A1", "start", "-2+3", "left_out"),
        ("edit", "A1", "remark", '=HYPERLINK("http://example.invalid")', "applied"),
        ("edit", "A2", "remark", "+1+1", "applied"),
        ("edit", "A3", "remark", "@SUM(1)", "applied"),
    ]
    assert [c["becomes"] for c in plain["changes"]][1] == ["fact ledger A1.remark"]
    assert plain["changes"][0]["explained"]["en"]
    with zipfile.ZipFile(made / "修改清单.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    sheet = openpyxl.load_workbook(made / "修改清单.xlsx").worksheets[0]
    assert sheet["A1"].value == "全市矿山生态修复任务计划修改清单"
    row = next(row for row in sheet.iter_rows(values_only=True) if row[3] == "A2")
    assert row[1:8] == ("改动", "应用", "A2", "备注", None, None, "+1+1")
    assert load_ledger(made / "ledger.xlsx").by_id["A1"].remark.startswith("=HYPERLINK")
    # And handed out again it is still text.
    ledger, scenario = load_ledger(made / "ledger.xlsx"), load_scenario(made / "scenario.toml")
    path = export_workbook(ledger, scenario, make_plan(ledger, scenario, seconds=20), tmp_path / "x.xlsx")
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            assert b"HYPERLINK(" not in archive.read(name) or name == "xl/sharedStrings.xml"


def test_an_unchanged_file_gives_the_same_digests_and_the_plan_itself(planned: PlanFolder, tmp_path: Path) -> None:
    found = read(planned, *(handed_out(planned, tmp_path, district) for district in DISTRICTS))
    assert found.changes == ()
    made, applied = write_returned(found, decide(found, everything=True), tmp_path / "same")
    assert applied.same_inputs(planned)
    again = load_folder(made)
    assert (again.ledger.digest, again.scenario.digest) == (planned.ledger.digest, planned.scenario.digest)
    assert load_plan(made / "plan.json") == planned.plan
    assert audit(again.ledger, again.scenario, again.plan).clean


def test_payments_alone_leave_the_plan_valid(planned: PlanFolder, tmp_path: Path) -> None:
    path = edited(handed_out(planned, tmp_path, "甲区"), setting(PAID, "A1", "2031年实付(万元)", 12.3456))
    found = read(planned, path)
    made, applied = write_returned(found, decide(found, everything=True), tmp_path / "paid")
    assert applied.same_inputs(planned)
    again = load_folder(made)
    assert [p.yuan for p in again.facts.payments] == [123_456]
    # Taken out again it is gone; the first workbook is of other facts now.
    out = handed_out(again, tmp_path / "b", "甲区")
    cleared = read(again, edited(out, setting(PAID, "A1", "2031年实付(万元)", None)))
    last, _ = write_returned(cleared, decide(cleared, everything=True), tmp_path / "cleared")
    assert load_folder(last).facts.payments == ()
    assert [c.case for c in read(again, edited(path, setting(PAID, "A1", "2031年实付(万元)", 20))).changes] == [
        Case.STALE
    ]


def test_nothing_is_applied_while_something_is_in_question(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    west, east = handed_out(folder, tmp_path, WEST), handed_out(folder, tmp_path, EAST)
    found = read(
        folder,
        edited(west, setting(ADJUST, "P2", "开工年度", 2031), setting(ADJUST, "P1", "备注", "甲"),
               cell("甲区_2031", "U6", "乙")),
        edited(east, setting(ADJUST, "P2", "开工年度", 2033)),
    )  # fmt: skip
    by_new = {change.new: change for change in found.changes}
    assert len(by_new) == 4
    with pytest.raises(BadInput) as refused:
        decide(found, everything=True)
    assert sorted(f.id for f in refused.value.findings) == ["change_undecided"] * 3
    assert {f.column for f in refused.value.findings} == {"H5", "U6"} | {by_new["2033"].places[0].cell}
    both = [by_new["2031"].id, by_new["2033"].id]
    for wrong, expected in (
        ({"accept": both}, "changes_contradict"),
        ({"accept": [by_new["乙"].id]}, "change_not_applicable"),
        ({"accept": ["00000000"]}, "no_such_change"),
        ({"accept": both[:1], "reject": both[:1]}, "accepted_and_rejected"),
    ):
        with pytest.raises(BadInput) as refused:
            decide(found, **wrong)
        assert expected in {finding.id for finding in refused.value.findings}
    chosen = decide(found, everything=True, accept=[by_new["2033"].id], reject=["problems"])
    assert {change.new for change in chosen.accepted} == {"2033", "甲"}
    assert {change.new for change in decide(found, accept=[by_new["甲"].id]).accepted} == {"甲"}
    assert {c.new for c in decide(found, reject=[both[0], both[1], by_new["乙"].id]).accepted} == {"甲"}
    # The same files read again give the same ids.
    again = read(folder, *(tmp_path / name for name in found.files))
    assert [change.id for change in again.changes] == [change.id for change in found.changes]


def test_applying_is_all_or_nothing_and_the_original_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_of(tmp_path)
    before = {p.name: p.read_bytes() for p in folder.path.iterdir()}
    found = read(folder, edited(handed_out(folder, tmp_path, WEST), setting(ADJUST, "P1", "备注", "甲")))
    decision = decide(found, everything=True)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("planner.office.returned.record.save_facts", full)
        with pytest.raises(OSError, match="No space"):
            write_returned(found, decision, tmp_path / "next")
    assert not [p for p in tmp_path.iterdir() if "next" in p.name]
    write_returned(found, decision, tmp_path / "next")
    with pytest.raises(BadInput) as refused:
        write_returned(found, decision, tmp_path / "next")
    assert refused.value.findings[0].id == "returned_exists"
    assert {p.name: p.read_bytes() for p in folder.path.iterdir()} == before
    assert sorted(p.name for p in (tmp_path / "next").iterdir()) == [
        "edits.json", "facts.json", "ledger.xlsx", "scenario.toml", "修改清单.xlsx",
    ]  # fmt: skip


def test_what_the_clauses_leave_no_choice_for_is_refused_at_its_cell(tmp_path: Path) -> None:
    ledger, scenario = three_districts()
    patches = [
        replace(p, tenure_clear_from=2032) if p.patch == "A1" else
        replace(p, treatment=Treatment.NATURAL, cost_yuan=0, land_levelling_yuan=0, revegetation_yuan=0)
        if p.patch == "A3" else p
        for p in ledger.patches
    ]  # fmt: skip
    options = [replace(o, last_start=2032) if o.option == "full" else o for o in ledger.options]
    ledger = Ledger(tuple(patches), tuple(options))
    clauses = {**scenario.model_dump(mode="json", serialize_as_any=True)["clauses"], "tenure": "hard",
               "natural_recovery": "hard"}  # fmt: skip
    scenario = Scenario.model_validate({**scenario.model_dump(mode="json", exclude={"clauses"}), "clauses": clauses})
    save_folder(tmp_path / "plan", ledger, scenario, make_plan(ledger, scenario, seconds=20))
    folder = load_folder(tmp_path / "plan")
    west = handed_out(folder, tmp_path, "甲区")
    found = read(
        folder,
        edited(
            west, setting(ADJUST, "A1", "开工年度", 2031), setting(ADJUST, "A2", "治理方案", "full"),
            setting(ADJUST, "A2", "开工年度", 2033), setting(PROGRESS, "A3", "开工日期", "2033-04-01"),
        ),
    )  # fmt: skip
    said = {(c.patch, c.key.field): (c.case, c.explained("en")) for c in found.changes if c.key}
    assert said["A2", Field.OPTION][0] is Case.EDIT
    refused = {key: words for key, (case, words) in said.items() if case is Case.REFUSED}
    assert set(refused) == {("A1", Field.START), ("A2", Field.START), ("A3", Field.ACTUAL_START)}
    assert refused["A2", Field.START] == "its option can start in 2031–2032 only"
    assert "enure" in refused["A1", Field.START]
    assert "Natural recovery kept apart" in refused["A3", Field.ACTUAL_START]
    early = one(read(folder, edited(west, setting(ADJUST, "A1", "开工年度", 2033)))).case
    assert early is Case.EDIT


def test_a_second_override_of_a_field_takes_the_place_of_the_first(tmp_path: Path) -> None:
    own = {"patch": "P1", "field": "cost_yuan", "value": 1_234_568, "reason": "earlier"}
    folder = folder_of(
        tmp_path,
        overrides=[own],
        clauses={"first_year_task": "off", "hazards": "off", "special_project": "off", "purse_accounts": "off"},
    )
    found = read(folder, edited(handed_out(folder, tmp_path, WEST), setting(ADJUST, "P1", "投资估算(万元)", 99)))
    assert [(c.old, c.new) for c in found.changes] == [("123.4568", "99")]
    _, applied = write_returned(found, decide(found, everything=True), tmp_path / "next")
    assert [(o.field, o.value) for o in applied.scenario.overrides] == [("cost_yuan", 990_000)]
    assert applied.becomes[found.changes[0].id] == ["override overrides[0].cost_yuan"]
    assert found.time == TIME
    assert {c.key.field for c in found.changes if c.key} == {Field.COST}
