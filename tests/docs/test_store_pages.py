"""The commands of the store's pages run as they stand, and the tables there are the program's own."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import typer
from pydantic import BaseModel
from typer.testing import CliRunner

from planner import make_plan, save_ledger, save_scenario
from planner.cli import app
from planner.ledger import Ledger, load_ledger
from planner.office.folder import save_folder
from planner.service import ServiceSettings
from planner.service.settings import AuthSettings
from tests.docs.pages import DOCS, blocks
from tests.planner.cycle import tiny
from tests.planner.desk_command import trial

YEAR, STORE = DOCS / "working-year.md", DOCS / "store.md"


def commands(page: Path) -> list[list[str]]:
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    return [shlex.split(line.removeprefix("planner ")) for line in lines]


def run(command: list[str]) -> str:
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, (command, result.output, result.exception)
    return result.output


def test_the_year_of_the_page_can_be_worked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    small = tiny.ledger()
    names = {"North": "北区", "South": "南区"}
    ledger = Ledger(tuple(replace(p, district=names[p.district]) for p in small.patches))
    data = trial().model_dump(mode="json", serialize_as_any=True)
    for budget in data["budgets"]:
        budget["district"] = names.get(budget["district"])
    scenario = type(trial()).model_validate(data)
    save_folder(tmp_path / "plan", ledger, scenario, make_plan(ledger, scenario, seconds=20))
    (tmp_path / "photo.jpg").write_bytes(b"a photo")
    (changes,) = blocks(YEAR, "json")
    (tmp_path / "changes.json").write_text(changes, encoding="utf-8")
    said = [run(command) for command in commands(YEAR)]
    assert "N  area_m2: 40000 → 41000" in said[-3]
    assert re.search(r"^北区 +2021 +3 +1 +1 +1 +1 ", said[-2], re.M)
    assert len(openpyxl.load_workbook(tmp_path / "绩效考核.xlsx").sheetnames) == 6


def test_the_store_of_the_page_can_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ledger = tiny.ledger()
    for name, costs in (("ledger", {}), ("edited", {"A": 900}), ("other", {"B": 400})):
        rows = tuple(replace(p, cost_yuan=costs.get(p.patch, p.cost_yuan)) for p in ledger.patches)
        save_ledger(Ledger(rows), tmp_path / f"{name}.xlsx")
    save_scenario(trial(), tmp_path / "trial.toml")
    for command in commands(STORE):
        run(command)
    both = load_ledger(tmp_path / "both.xlsx").by_id
    assert (both["A"].cost_yuan, both["B"].cost_yuan) == (900, 400)


@pytest.mark.parametrize("page", [YEAR, STORE], ids=lambda page: page.name)
def test_commands_that_are_named_are_there(page: Path) -> None:
    known = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    named = set(re.findall(r"planner ([a-z]+(?:-[a-z]+)*)", page.read_text(encoding="utf-8")))
    assert named <= known
    if page == YEAR:
        own = {c.name or "" for c in app.registered_commands if c.callback and c.callback.__module__.endswith(".year")}
        assert own <= named


def test_every_setting_is_on_the_page_with_its_default() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \| ?`?([^|`]*?)`? ?\|", STORE.read_text(encoding="utf-8"), re.M)
    parts: dict[str, type[BaseModel]] = {
        "store": type(ServiceSettings().store), "auth": AuthSettings, "limits": type(ServiceSettings().limits),
    }  # fmt: skip
    assert {*parts, "folder"} == set(ServiceSettings.model_fields)
    wanted = []
    for name, part in parts.items():
        for key, field in part.model_fields.items():
            default = "" if field.is_required() or field.default == () else str(field.default)
            wanted.append((f"{name}.{key}", default))
    assert rows == wanted
