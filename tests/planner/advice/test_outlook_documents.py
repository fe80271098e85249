"""The answers as workbook, markdown and JSON."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.ledger import save_ledger
from planner.office.folder import save_folder
from planner.plan import Pick
from planner.scenario import save_scenario
from tests.planner.advice.plans import as_plan
from tests.planner.advice.test_ladder import jealous
from tests.planner.worlds import FIRST


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    ledger, trial = jealous()
    save_ledger(ledger, tmp_path / "ledger.xlsx")
    save_scenario(trial, tmp_path / "trial.toml")
    save_folder(tmp_path / "a", ledger, trial, as_plan(ledger, trial, [Pick("A", "standard", FIRST)]))
    later = [Pick("A", "standard", FIRST + 1), Pick("B", "standard", FIRST)]
    save_folder(tmp_path / "b", ledger, trial, as_plan(ledger, trial, later))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_a_comparison_as_workbook_and_markdown(folder: Path) -> None:
    code, said = run("compare", "a", "b", "--xlsx", "c.xlsx", "--md", "c.md", "--lang", "en")
    assert code == 0, said
    assert (folder / "c.md").read_text(encoding="utf-8").strip() == said.strip()
    assert "| A | North | moved | 2031 | 2032 |" in said
    assert "| B | North | entered | – | 2031 |" in said
    book = openpyxl.load_workbook(folder / "c.xlsx")
    assert book.sheetnames == ["Yardstick", "Districts", "Patches", "Funding"]
    rows = [[cell.value for cell in row[:6]] for row in book["Patches"].iter_rows(min_row=4)]
    assert rows == [["A", "North", "b", "moved", "2031", "2032"], ["B", "North", "b", "entered", "–", "2031"]]
    money = {(row[0].value, row[1].value): row[4].value for row in book["Funding"].iter_rows(min_row=4)}
    assert money == {("municipal budget", 2031): 0.02, ("municipal budget", 2032): 0.01}
    assert "总表" in openpyxl.load_workbook(_in_chinese(folder)).sheetnames


def _in_chinese(folder: Path) -> Path:
    assert run("compare", "a", "b", "--xlsx", "d.xlsx", "--lang", "zh")[0] == 0
    return folder / "d.xlsx"


def test_workers_change_no_answer(folder: Path) -> None:
    for command in (
        ["frontier", "ledger.xlsx", "trial.toml", "--of", "benefit,cost", "--points", "3"],
        ["ladder", "ledger.xlsx", "trial.toml", "--scales", "1,2"],
        ["stress", "a", "--draws", "300"],
        ["robust", "ledger.xlsx", "trial.toml", "--gamma", "1", "--draws", "20"],
    ):
        alone, several = run(*command), run(*command, "--workers", "2")
        assert alone[0] == 0, alone[1]
        assert several == alone


def test_a_cluster_that_cannot_be_reached_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("executor.cluster._PATIENCE", 0.5)
    for address in ("tcp://127.0.0.1:9", "nowhere://1"):
        code, said = run("stress", "a", "--draws", "300", "--cluster", address, "--lang", "en")
        assert code == 2, said
        assert f"the cluster at {address} cannot be used" in said


def test_every_answer_as_json(folder: Path) -> None:
    for command, form in (
        (["compare", "a", "b"], "shanfu-comparison/1"),
        (
            ["frontier", "ledger.xlsx", "trial.toml", "--of", "benefit,cost", "--points", "0", "--out", "f"],
            "shanfu-frontier/1",
        ),
        (["alternatives", "ledger.xlsx", "trial.toml", "-k", "1", "--within", "50"], "shanfu-alternatives/1"),
        (["ladder", "ledger.xlsx", "trial.toml", "--scales", "1,2", "--out", "l"], "shanfu-ladder/1"),
        (["stress", "a", "--draws", "20"], "shanfu-stress/1"),
        (["robust", "ledger.xlsx", "trial.toml", "--gamma", "1", "--draws", "20"], "shanfu-robust/1"),
        (["replan", "a", "--as-of", "2032", "--out", "r"], "shanfu-replan/1"),
    ):
        code, said = run(*command, "--json")
        assert code == 0, said
        assert json.loads(said)["format"] == form
    points = sorted(path.name for path in (folder / "f").iterdir())
    assert points == ["point-01", "point-02"]
    for kept in (*(folder / "f").iterdir(), folder / "r", folder / "l" / "scale-2"):
        assert run("audit", str(kept))[0] == 0, kept


def test_a_bad_question_is_refused_with_code_2(folder: Path) -> None:
    for command in (
        ["compare", "a"],
        ["frontier", "ledger.xlsx", "trial.toml", "--of", "beauty,cost"],
        ["ladder", "ledger.xlsx", "trial.toml", "--scales", "1"],
        ["robust", "ledger.xlsx", "trial.toml"],
        ["replan", "a", "--as-of", "1999"],
        ["replan", "a", "--as-of", "2032", "--facts", "gone.toml"],
        ["stress", "a", "--risks", "bad.toml"],
    ):
        (folder / "bad.toml").write_text("overrun = { mean = -2 }", encoding="utf-8")
        code, said = run(*command, "--json")
        assert code == 2, (command, said)
        assert json.loads(said)["findings"]
