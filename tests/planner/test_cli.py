"""The command line: exit codes, both languages, JSON, and the folder that it leaves."""

from __future__ import annotations

import inspect
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner import Scenario, load_scenario, save_ledger, save_scenario
from planner.cli import app
from planner.ledger import Ledger, Treatment
from tests.planner.ledger.category_cases import patch as category_patch
from tests.planner.worlds import hard_problem, small


def run(*args: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "planner.cli", *map(str, args)],
        cwd=cwd, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    ledger, trial = small()
    save_ledger(ledger, tmp_path / "ledger.xlsx")
    save_scenario(trial, tmp_path / "trial.toml")
    return tmp_path


def with_less_money(folder: Path) -> Path:
    data = load_scenario(folder / "trial.toml").model_dump(mode="json", serialize_as_any=True)
    data["budgets"][0]["yuan"] -= 1
    save_scenario(Scenario.model_validate(data), folder / "short.toml")
    return folder / "short.toml"


def test_plan_audit_and_export_in_both_languages(inputs: Path) -> None:
    made = run("plan", "ledger.xlsx", "trial.toml", "--out", "made", cwd=inputs)
    assert made.returncode == 0, made.stderr
    assert "独立审计：无误" in made.stdout
    assert sorted(p.name for p in (inputs / "made").iterdir()) == ["ledger.xlsx", "plan.json", "scenario.toml"]
    assert "clean" in run("audit", "made", "--lang", "en", cwd=inputs).stdout
    brief = run("brief", "made", "--lang", "en", "--against", "made/plan.json", cwd=inputs)
    assert brief.returncode == 0, brief.stdout
    assert [path.suffix for path in sorted((inputs / "made").glob("*brief*"))] == [".docx", ".pdf"]
    for path in (inputs / "made").glob("*brief*"):
        assert path.name in brief.stdout
    assert run("brief", "nowhere", cwd=inputs).returncode == 2
    written = run("export", "made/plan.json", "--district", "North", "--year", "2031", "--lang", "en", cwd=inputs)
    assert written.returncode == 0, written.stdout
    books = list((inputs / "made").glob("*.xlsx"))
    assert len(books) == 2
    assert all(openpyxl.load_workbook(book).sheetnames for book in books)


def test_task_plans_go_out_and_come_back(inputs: Path) -> None:
    run("plan", "ledger.xlsx", "trial.toml", cwd=inputs)
    assert run("export", "out", "--zip", "--district", "North", cwd=inputs).returncode == 2
    assert run("export", "out", "--zip", cwd=inputs).returncode == 0
    (zipped,) = (inputs / "out").glob("*.zip")
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(inputs / "files")
    (north,) = (inputs / "files").glob("North*.xlsx")
    same = run("import-tasks", "out", north, cwd=inputs)
    assert (same.returncode, same.stdout.strip()) == (0, "没有改动：台账、方案与计划保持不变，无需重新求解")
    book = openpyxl.load_workbook(north)
    book["任务调整"]["N5"].value = "改过"
    book["任务调整"]["D5"].value = "不该改"
    book.save(north)
    listed = run("import-tasks", "out", north, "--json", cwd=inputs)
    assert listed.returncode == 1
    changes = {change["case"]: change for change in json.loads(listed.stdout)["changes"]}
    assert sorted(changes) == ["edit", "protected"]
    refused = run("import-tasks", "out", north, "--confirm", cwd=inputs)
    assert refused.returncode == 2
    assert changes["protected"]["id"] in refused.stdout
    assert not (inputs / "out-returned").exists()
    done = run("import-tasks", "out", north, "--confirm", "--reject", "problems", "--author", "王工", cwd=inputs)
    assert done.returncode == 0, done.stdout
    assert "planner plan" in done.stdout
    again = run("plan", "out-returned/ledger.xlsx", "out-returned/scenario.toml", "--out", "out-returned", cwd=inputs)
    assert again.returncode == 0
    assert (inputs / "out-returned" / "facts.json").exists()
    missing = run("import-tasks", "out", "gone.xlsx", "--lang", "en", cwd=inputs)
    assert missing.returncode == 2


def test_json_is_the_plan_and_nothing_else(inputs: Path) -> None:
    made = run("plan", "ledger.xlsx", "trial.toml", "--json", cwd=inputs)
    data = json.loads(made.stdout)
    assert data["format"] == "shanfu-plan/1"
    assert data["certificate"]["status"] == "optimal"
    assert data == json.loads((inputs / "out" / "plan.json").read_text(encoding="utf-8"))


def test_exit_codes_are_kept_apart(inputs: Path) -> None:
    short = run("plan", "ledger.xlsx", with_less_money(inputs), "--json", cwd=inputs)
    assert short.returncode == 3
    assert json.loads(short.stdout)["certificate"]["shortfall"]["yuan"] == 1
    in_words = run("plan", "ledger.xlsx", "short.toml", cwd=inputs)
    assert in_words.returncode == 3
    assert "0.0001 万元" in in_words.stdout
    missing = run("plan", "ledger.xlsx", "gone.toml", "--json", cwd=inputs)
    assert missing.returncode == 2
    assert json.loads(missing.stdout)["findings"][0]["id"] == "no_file"
    assert run("plan", "ledger.xlsx", "trial.toml", "--solver", "abacus", cwd=inputs).returncode == 2
    unknown = run("plan", "ledger.xlsx", "trial.toml", "--solver", "pulp:ABACUS", "--json", cwd=inputs)
    assert unknown.returncode == 2
    assert "PuLP knows no such solver" in json.loads(unknown.stdout)["findings"][0]["wrong"]["en"]
    assert run("plan", "ledger.xlsx", cwd=inputs).returncode == 2
    assert run("export", "nowhere", cwd=inputs).returncode == 2


def test_a_place_that_cannot_be_written_to_is_said_before_solving(inputs: Path) -> None:
    (inputs / "taken").write_text("a file")
    refused = run("plan", "ledger.xlsx", "trial.toml", "--out", "taken", "--json", cwd=inputs)
    assert refused.returncode == 2
    assert json.loads(refused.stdout)["findings"][0]["id"] == "no_place"
    (inputs / "plan.json").write_text("[" * 100_000)
    assert run("audit", "plan.json", cwd=inputs).returncode == 2


def test_a_tampered_plan_is_refused_with_code_1(inputs: Path) -> None:
    run("plan", "ledger.xlsx", "trial.toml", cwd=inputs)
    file = inputs / "out" / "plan.json"
    data = json.loads(file.read_text(encoding="utf-8"))
    data["commitments"][0]["yuan"] -= 1
    file.write_text(json.dumps(data), encoding="utf-8")
    refused = run("audit", "out", cwd=inputs)
    assert refused.returncode == 1
    assert "[payer]" in refused.stdout
    assert run("export", "out", cwd=inputs).returncode == 2


def test_categories_beside_the_ledgers_with_their_codes(tmp_path: Path) -> None:
    land = {"land_class": "采矿用地", "planned_use": "城镇建设用地"}
    right = category_patch(**land)
    for name, treatment in (("right", Treatment.COMPREHENSIVE), ("wrong", Treatment.ARTIFICIAL)):
        save_ledger(Ledger((replace(right, treatment=treatment),)), tmp_path / f"{name}.xlsx")
    agreed = run("categories", "right.xlsx", "--all", "--lang", "en", cwd=tmp_path)
    assert agreed.returncode == 0, agreed.stdout
    assert agreed.stdout.startswith(
        "[agrees] A-1  ledger: comprehensive  suggested: comprehensive  Because: the planned"
    )
    assert len(run("categories", "right.xlsx", cwd=tmp_path).stdout.splitlines()) == 1
    contradicted = run("categories", "wrong.xlsx", cwd=tmp_path)
    assert contradicted.returncode == 1
    assert contradicted.stdout.startswith("[矛盾] A-1　台账：人工修复　建议：综合利用　依据：规划用途“城镇建设用地”")
    data = json.loads(run("categories", "wrong.xlsx", "--json", cwd=tmp_path).stdout)
    assert data["format"] == "shanfu-categories/1"
    assert data["patches"][0]["relation"] == "contradicts"
    assert data["patches"][0]["suggestion"]["reasons"][0]["rule"] == "planned_construction"
    missing = run("categories", "gone.xlsx", "--json", cwd=tmp_path)
    assert missing.returncode == 2
    assert json.loads(missing.stdout)["findings"][0]["id"] == "file_missing"


def test_check_lists_faults_with_their_codes(inputs: Path) -> None:
    assert run("check", "ledger.xlsx", cwd=inputs).returncode == 0
    book = openpyxl.load_workbook(inputs / "ledger.xlsx")
    sheet = book["图斑台账"]
    head: dict[Any, int] = {}
    for row in sheet.iter_rows(max_row=5):
        if any(cell.value == "图斑编号" for cell in row):
            head = {cell.value: cell.column for cell in row}
            first = row[0].row + 1
    sheet.cell(first, head["优先级"]).value = 9
    sheet.cell(first + 1, head["修复类别"]).value = "人工修理"
    book.save(inputs / "bad.xlsx")
    found = run("check", "bad.xlsx", "--json", cwd=inputs)
    assert found.returncode == 1
    places = {(f["row"], f["column"]) for f in json.loads(found.stdout)["findings"]}
    assert places == {(first, "优先级"), (first + 1, "修复类别")}
    (inputs / "text.xlsx").write_text("not a workbook")
    assert run("check", "text.xlsx", cwd=inputs).returncode == 2
    assert run("plan", "bad.xlsx", "trial.toml", cwd=inputs).returncode == 2


def test_solvers_and_clauses_are_listed(tmp_path: Path) -> None:
    found = json.loads(run("solvers", "--json", cwd=tmp_path).stdout)
    assert {entry["name"] for entry in found if entry["available"]} >= {"highs", "cbc"}
    assert all(entry["version"] for entry in found if entry["available"])
    assert "hazards" in run("clauses", cwd=tmp_path).stdout
    assert "Budget Law" in run("clauses", "--lang", "en", cwd=tmp_path).stdout


@pytest.mark.skipif(shutil.which("glpsol") is None, reason="glpsol is not installed (scripts/debian-packages.sh)")
def test_a_solver_that_only_pulp_finds_is_listed_and_taken(inputs: Path) -> None:
    found = json.loads(run("solvers", "--json", cwd=inputs).stdout)
    assert "pulp:GLPK_CMD" in {entry["name"] for entry in found if entry["available"]}
    plan = run("plan", "ledger.xlsx", "trial.toml", "--solver", "pulp:GLPK_CMD", "--json", cwd=inputs)
    assert plan.returncode == 0
    assert json.loads(plan.stdout)["certificate"]["solver"] == "pulp:GLPK_CMD"


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_ctrl_c_keeps_the_best_plan(tmp_path: Path) -> None:
    ledger, trial = hard_problem()
    save_ledger(Ledger(ledger.patches), tmp_path / "ledger.xlsx")
    save_scenario(trial, tmp_path / "trial.toml")
    child = subprocess.Popen(
        [sys.executable, "-m", "planner.cli", "plan", "ledger.xlsx", "trial.toml", "--seconds", "100"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    assert child.stderr is not None
    while "1/2" not in child.stderr.readline():
        assert child.poll() is None
    time.sleep(3)
    child.send_signal(signal.SIGINT)
    said, _ = child.communicate(timeout=60)
    assert child.returncode == 0
    assert "独立审计：无误" in said
    assert "已证明最优" not in said
    status = json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))["certificate"]["status"]
    assert status == "within_gap"


def test_a_foreign_ledger_is_mapped_marked_repaired_and_planned(inputs: Path) -> None:
    book = openpyxl.load_workbook(inputs / "ledger.xlsx")
    sheet = book["图斑台账"]
    header = {cell.value: cell for cell in sheet[1]}
    header["投资估算(万元)"].value = "要花的钱"
    header["区"].value = "所在区县"
    sheet.cell(2, header["修复类别"].column).value = "人工修夏"
    book.save(inputs / "foreign.xlsx")
    refused = run("check", "foreign.xlsx", cwd=inputs)
    assert refused.returncode == 1
    assert "column_missing" in refused.stdout
    mapped = run("map", "foreign.xlsx", "--out", "mapping.toml", cwd=inputs)
    assert mapped.returncode == 0, mapped.stdout
    words = (inputs / "mapping.toml").read_text("utf-8")
    at = words.index('"要花的钱"')
    asked = words[at : words.index("confirmed", at)]
    answer = (
        asked.replace('field = ""', 'field = "cost_yuan"').replace('unit = ""', 'unit = "万元"') + "confirmed = true"
    )
    (inputs / "mapping.toml").write_text(words.replace(asked + "confirmed = false", answer), "utf-8")
    mapping = ("--mapping", "mapping.toml")
    checked = run("check", "foreign.xlsx", *mapping, "--marked", "marked.xlsx", "--json", cwd=inputs)
    (finding,) = json.loads(checked.stdout)["findings"]
    assert (finding["id"], finding["repairable"]) == ("unknown_word", True)
    assert "问题清单" in openpyxl.load_workbook(inputs / "marked.xlsx").sheetnames
    assert run("check", "foreign.xlsx", *mapping, "--fix", "all", cwd=inputs).returncode == 2
    fixing = (*mapping, "--fix", finding["ref"], "--out", "fixed.xlsx")
    fixed = run("check", "foreign.xlsx", *fixing, "--lang", "en", cwd=inputs)
    assert "人工修夏 → 人工修复" in fixed.stdout
    planned = run("plan", "fixed.xlsx", "trial.toml", *mapping, "--out", "made", cwd=inputs)
    assert planned.returncode == 0, planned.stdout
    unmapped = run("plan", "fixed.xlsx", "trial.toml", cwd=inputs)
    assert unmapped.returncode == 2
    places = run("check", "ledger.xlsx", "--places", "trial.toml", cwd=inputs)
    assert places.returncode == 2
    assert "places_unreadable" in places.stdout


def test_warnings_of_a_ledger_are_told_when_it_is_planned(inputs: Path) -> None:
    book = openpyxl.load_workbook(inputs / "ledger.xlsx")
    sheet = book["图斑台账"]
    sheet.cell(1, sheet.max_column + 1).value = "联系人"
    sheet.cell(2, sheet.max_column).value = "张三"
    book.save(inputs / "more.xlsx")
    planned = run("plan", "more.xlsx", "trial.toml", cwd=inputs)
    assert planned.returncode == 0, planned.stdout
    assert "column_unknown" in planned.stderr
    repairs = run("check", "more.xlsx", "--fix", "all", "--out", "same.xlsx", "--json", cwd=inputs)
    assert json.loads(repairs.stdout)["repairs"] == []


def test_every_command_that_takes_a_ledger_takes_its_mapping_and_places() -> None:
    takes = {
        command.callback.__name__: set(inspect.signature(command.callback).parameters)
        for command in app.registered_commands
        if command.callback is not None and "ledger" in inspect.signature(command.callback).parameters
    }
    assert {"plan", "check", "map_columns", "categories", "shortfall_command", "frontier", "replan"} <= set(takes)
    assert {name for name, given in takes.items() if "mapping" not in given} == set()
    assert {name for name, given in takes.items() if "places" not in given} == {"map_columns"}  # it reads no places
