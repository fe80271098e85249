"""The guide's commands are run again, on a small ledger: they still say what the pages show, figures aside."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner.advice.answer import changed
from planner.cli import app
from planner.ledger import Ledger, Treatment, load_ledger, save_ledger
from planner.office.folder import save_folder
from planner.plan import Pick
from planner.scenario import Scenario, load_scenario, save_scenario
from planner.texts import catalogue
from tests.docs.pages import DOCS, ROOT, blocks
from tests.planner.advice.plans import as_plan

PAGES = {"en": DOCS / "guide.md", "zh": DOCS / "guide.zh-CN.md"}
DATA = ROOT / "data" / "beijing"
QUESTIONS = ("compare", "frontier", "alternatives", "ladder", "stress", "robust", "replan")


def shown(page: Path) -> Iterator[tuple[list[str], str]]:
    """Each command of a page with what it printed."""
    for block in blocks(page, "text"):
        first, _, said = block.partition("\n")
        if first.startswith("$ planner "):
            yield shlex.split(first.removeprefix("$ planner ")), said


def skeleton(said: str) -> set[str]:
    """The lines that hold on any ledger, their figures masked: titles, sentences, heads of tables and row labels."""
    lines = set()
    for line in said.splitlines():
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            line = "|".join(cells) if any(cell in HEADS for cell in cells) else ""
        if line.startswith("- ") or line.strip() in ("…", ""):
            continue
        lines.add(re.sub(r"[-+]?\d[\d,.]*", "#", line))
    return lines - {""}


SOMETIMES = ("more_rows", "frontier_dropped", "frontier_open", "price_open")


def sometimes(lang: str) -> set[str]:
    """Sentences that depend on the figures: on the page they must be what the catalogue says."""
    texts = (catalogue()[f"advice_outlook.{key}"]["zh" if lang == "zh" else "en"] for key in SOMETIMES)
    return {re.sub(r"\{\w+\}", "#", words) for words in texts}


HEADS = {
    "purse", "资金", "patch", "图斑", "district", "区", "no.", "序号", "budgets", "预算", "nominal", "原计划", "before",
}  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like the repository's, with a dozen patches, the same scenarios, and two plans made by hand."""
    here = tmp_path_factory.mktemp("guide")
    (here / "data" / "beijing" / "scenarios").mkdir(parents=True)
    whole = load_ledger(DATA / "ledger.xlsx")
    rows = [p for p in whole.patches if p.ever_licensed and p.treatment is Treatment.ARTIFICIAL and p.area_m2 < 20_000]
    ledger = Ledger(tuple(replace(p, tenure_clear_from=None) for p in rows[:12]), (), whole.meta)
    save_ledger(ledger, here / "data" / "beijing" / "ledger.xlsx")
    for name in ("contingency", "tight-rationed", "cheapest"):
        trial = small(load_scenario(DATA / "scenarios" / f"{name}.toml"), ledger)
        save_scenario(trial, here / "data" / "beijing" / "scenarios" / f"{name}.toml")
        if name != "tight-rationed":
            years = trial.horizon.years
            shift = 0 if name == "contingency" else 1
            picks = [Pick(p.patch, "standard", years[(i + shift) % 5]) for i, p in enumerate(ledger.patches)]
            save_folder(here / "out" / name, ledger, trial, as_plan(ledger, trial, picks))
    facts = f'started = [{{ patch = "{ledger.patches[1].patch}", on = 2021-05-01 }}]'
    (here / "data" / "beijing" / "outturn-2021.toml").write_text(facts, encoding="utf-8")
    return here


def small(trial: Scenario, ledger: Ledger) -> Scenario:
    """The shipped scenario with money for a dozen patches and without what only the whole city can do."""
    each = sum(p.cost_yuan for p in ledger.patches) // 3
    budgets = [{"source": "municipal", "year": year, "yuan": each} for year in trial.horizon.years]
    off = {
        name: trial.clause(name).model_copy(update={"mode": "off"})
        for name in ("first_year_task", "special_project", "hazards")
    }
    return changed(trial, budgets=budgets, clauses={**trial.clauses, **off}, price_index={"rate": Decimal(0)})


@pytest.mark.parametrize("lang", sorted(PAGES))
def test_every_question_has_its_place_in_both_languages(lang: str) -> None:
    asked = [command[0] for command, _ in shown(PAGES[lang])]
    assert set(QUESTIONS) <= set(asked)
    mine, other = ([c for c, _ in shown(PAGES[code])] for code in ("en", "zh"))
    assert [[part for part in c if part not in ("--lang", "en", "zh")] for c in mine] == [
        [part for part in c if part not in ("--lang", "en", "zh")] for c in other
    ]


@pytest.mark.parametrize("lang", sorted(PAGES))
def test_the_commands_still_say_what_the_page_shows(
    lang: str, place: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    shutil.copytree(place, work)
    monkeypatch.chdir(work)
    monkeypatch.setenv("SHANFU_LANG", lang)
    for command, said in shown(PAGES[lang]):
        if "--seconds" in command:
            command[command.index("--seconds") + 1] = "5"
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 0, (command, result.output, result.exception)
        missing = skeleton(said) - skeleton(result.output) - sometimes(lang)
        assert not missing, (command, missing)
