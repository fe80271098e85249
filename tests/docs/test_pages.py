"""Pages point at what is there; the picture of the house is the house."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from planner.scenario import load_scenario
from tests.docs.pages import DOCS, PAGES, ROOT, blocks

LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:planner|solvers|tests|docs|data|scripts)/[\w./-]*|app\.py|pyproject\.toml)`")
HOUSE = DOCS / "architecture.md"


def house() -> list[str]:
    """The paths in the list of rooms."""
    (drawn,) = blocks(HOUSE, "text house")
    return [line.split()[0] for line in drawn.splitlines()]


def headings(page: Path) -> set[str]:
    """The anchors that a page's headings have."""
    lines = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        there = page.parent / file if file else page
        assert there.exists(), target
        assert not anchor or anchor in headings(there), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_paths_in_the_text_exist(page: Path) -> None:
    for path in PATH.findall(page.read_text(encoding="utf-8")):
        assert (ROOT / path).exists(), path


def test_every_room_that_is_drawn_exists() -> None:
    for path in house():
        there = ROOT / path
        assert there.is_dir() if path.endswith("/") else there.is_file(), path


def test_every_module_is_in_a_room_that_is_drawn() -> None:
    drawn = house()
    rooms = tuple(path for path in drawn if path.endswith("/"))
    modules = [
        file.relative_to(ROOT).as_posix()
        for package in ("planner", "solvers")
        for file in (ROOT / package).rglob("*.py")
        if "shipped_files" not in file.parts
    ]
    assert modules
    homeless = [module for module in modules if module not in drawn and not module.startswith(rooms)]
    assert not homeless, "name it in docs/architecture.md"


def test_every_scenario_is_on_its_page() -> None:
    page = (DOCS / "scenarios.md").read_text(encoding="utf-8")
    for file in sorted((ROOT / "data" / "beijing" / "scenarios").glob("*.toml")):
        scenario = load_scenario(file)
        assert f"`{file.stem}`" in page or f"`-{file.stem.rpartition('-')[2]}`" in page
        if scenario.expected == "impossible":
            assert re.search(rf"`{file.stem}`.*impossible", page)
