"""The commands shortfall, why and worth: exit codes, JSON, both languages, and a fragment that can be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner import Scenario, load_scenario, make_plan, save_ledger, save_scenario
from planner.cli import app
from planner.office.folder import save_folder
from tests.planner.worlds import FIRST, LAST, small

RUN = CliRunner()


@pytest.fixture
def inputs(tmp_path: Path, in_process: None) -> Path:
    del in_process
    ledger, trial = small()
    save_ledger(ledger, tmp_path / "ledger.xlsx")
    save_scenario(trial, tmp_path / "trial.toml")
    data = trial.model_dump(mode="json", serialize_as_any=True)
    data["budgets"][0]["yuan"], data["name"] = 99, "short"
    save_scenario(Scenario.model_validate(data), tmp_path / "short.toml")
    save_folder(tmp_path / "made", ledger, trial, make_plan(ledger, trial))
    return tmp_path


def ask(inputs: Path, *words: str) -> tuple[int, str]:
    result = RUN.invoke(app, [str(inputs / word) if (inputs / word).exists() else word for word in words])
    return result.exit_code, result.stdout


def test_shortfall_in_words_and_the_first_way_out_as_a_file(inputs: Path) -> None:
    code, said = ask(inputs, "shortfall", "ledger.xlsx", "short.toml", "--lang", "en")
    assert code == 3
    assert "missing 0.0001 10k yuan in all (proved least)" in said
    assert "one unit less is impossible" in said
    fragment = said[said.index('extends = "short"') :]
    (inputs / "mended.toml").write_text(fragment, encoding="utf-8")
    ledger, _ = small()
    assert make_plan(ledger, load_scenario(inputs / "mended.toml")).status.has_plan
    assert "已证明最少" in ask(inputs, "shortfall", "ledger.xlsx", "short.toml")[1]


def test_shortfall_as_json_and_of_a_scenario_that_has_a_plan(inputs: Path) -> None:
    code, said = ask(inputs, "shortfall", "ledger.xlsx", "short.toml", "--json")
    data = json.loads(said)
    assert (code, data["format"], data["missing"]["yuan"]) == (3, "shanfu-shortfall/1", 1)
    assert {"changes", "cost", "status", "least"} <= set(data["ways"][0])
    assert "plan" not in data["ways"][0]
    code, said = ask(inputs, "shortfall", "ledger.xlsx", "trial.toml", "--json")
    assert (code, json.loads(said)["possible"]) == (0, True)


def test_why_and_its_table(inputs: Path) -> None:
    code, said = ask(inputs, "why", "made", "B", "--lang", "en")
    assert code == 0
    assert f"A {FIRST}→{FIRST + 1}" in said
    assert f"{LAST}  proved impossible" in said
    (answer,) = json.loads(ask(inputs, "why", "made", "B", "--json")[1])
    assert (answer["format"], answer["decision"]["start"]) == ("shanfu-reasons/1", FIRST + 1)
    assert "B" in ask(inputs, "why", "made", "--all")[1]
    table = json.loads(ask(inputs, "why", "made", "--all", "--json")[1])
    assert [row["patch"] for row in table["patches"]] == ["A", "B", "C"]
    assert ask(inputs, "why", "made", "Z")[0] == 2
    assert ask(inputs, "why", "made")[0] == 2


def test_worth(inputs: Path) -> None:
    code, said = ask(inputs, "worth", "made", "--step", "100", "--lang", "en")
    assert code == 0
    assert "waiting" in said
    data = json.loads(ask(inputs, "worth", "made", "--step", "100", "--json")[1])
    assert (data["format"], data["step_yuan"]) == ("shanfu-worth/1", 100)
