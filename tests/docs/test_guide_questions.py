"""The guide's walk through shortfall and why shows what the commands print on the shipped data.

Compared is what does not depend on how far a search came: obstacles, the least money missing and its places, the
smallest contradiction, the patch's priority and its card. What is found in a limited time (other years, worth) is shown
as an example.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from planner import Plan, Scenario, load_ledger, load_scenario, make_plan
from planner.advice.reasons import why
from planner.advice.said import Voice
from planner.advice.shortfall import ShortfallAnswer, shortfall
from planner.cli.questions import first_lines, shortfall_lines, why_lines
from planner.office.folder import PlanFolder
from planner.texts import Language
from tests.docs.pages import DOCS, ROOT, blocks

PAGES: dict[Language, Path] = {
    "zh": DOCS / "guide.zh-CN.md", "en": DOCS / "guide.md",
}  # fmt: skip
DATA = ROOT / "data" / "beijing"
LEDGER = load_ledger(DATA / "ledger.xlsx")
SECONDS = re.compile(r"\d+\.\d (?=秒|s\))")


@pytest.fixture(scope="module")
def short() -> ShortfallAnswer:
    return shortfall(LEDGER, load_scenario(DATA / "scenarios" / "tight.toml"), seconds=60)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_shortfall_of_the_tight_scenario(lang: Language, short: ShortfallAnswer) -> None:
    (shown,) = blocks(PAGES[lang], "text shortfall")
    voice = Voice(LEDGER.meta)
    printed = [*first_lines(short.first, voice, lang), *shortfall_lines(short, voice, lang)]
    ways = next(i for i, line in enumerate(printed) if line.startswith("  1. "))
    now = [SECONDS.sub("", line) for line in printed[: ways + 1]]
    page = [SECONDS.sub("", line) for line in shown.splitlines()]
    assert page[: ways + 1] == now


@pytest.fixture(scope="module")
def folder() -> PlanFolder:
    """A plan of the base scenario, good enough for what is compared."""
    base = load_scenario(DATA / "scenarios" / "base.toml")
    quick: Scenario = base.model_copy(update={"goals": base.goals[:1]})
    plan: Plan = make_plan(LEDGER, quick, seconds=30, gap=1.0)
    return PlanFolder(Path(), LEDGER, quick, plan)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_why_shows_the_priority_and_the_card(lang: Language, folder: PlanFolder) -> None:
    (shown,) = blocks(PAGES[lang], "text why")
    name = re.match(r"[\w-]+", shown)
    assert name is not None
    answer = why(folder.ledger, folder.scenario, folder.plan, name.group(), seconds=1)
    printed = list(why_lines(answer, folder, lang))
    for line in shown.splitlines():
        if line.startswith("  [") or line == shown.splitlines()[1]:
            assert line in printed
    assert sum(line.startswith("  [") for line in shown.splitlines()) >= 6
