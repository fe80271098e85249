"""SECURITY.md promises only what is there: each test that it names exists, each place too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "SECURITY.md"
HEAD = ["Threat", "Defence", "Where", "Test"]
CODE = re.compile(r"`([^`]+)`")


def rows() -> Iterator[tuple[int, list[str]]]:
    """The rows of the page's tables, with their line."""
    for number, line in enumerate(PAGE.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("|") and not set(line) <= set("|-"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if cells != HEAD:
                yield number, cells


ROWS = list(rows())
IDS = [f"line-{number}" for number, _ in ROWS]


@cache
def named_in(path: Path) -> frozenset[str]:
    """The tests that a file defines, as pytest names them after the file."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            inner = [one.name for one in node.body if isinstance(one, ast.FunctionDef) and one.name.startswith("test")]
            found |= {f"{node.name}::{name}" for name in inner}
    return frozenset(found)


@pytest.mark.parametrize("cells", [cells for _, cells in ROWS], ids=IDS)
def test_what_a_row_names_is_there(cells: list[str]) -> None:
    assert len(cells) == len(HEAD)
    assert all(cells)
    _, _, where, tests = cells
    places, named = CODE.findall(where), CODE.findall(tests)
    assert places
    assert named
    for place in places:
        assert (ROOT / place).exists(), place
    for one in named:
        file, _, test = one.partition("::")
        assert (ROOT / file).is_file(), one
        assert named_in(ROOT / file), one
        assert not test or test in named_in(ROOT / file), one


def test_requirements_are_cited_in_their_form() -> None:
    cited = [number for _, cells in ROWS for number in re.findall(r"V[\d.]+\d", cells[0])]
    assert cited
    assert all(re.fullmatch(r"V([1-9]|1[0-7])\.\d{1,2}\.\d{1,2}", number) for number in cited)


def test_a_test_that_is_not_there_would_be_found() -> None:
    with pytest.raises(AssertionError):
        test_what_a_row_names_is_there(["a", "b", "`planner`", "`tests/test_security_md.py::test_that_nobody_wrote`"])
    with pytest.raises(AssertionError):
        test_what_a_row_names_is_there(["a", "b", "`planner/nowhere.py`", "`tests/test_security_md.py`"])
