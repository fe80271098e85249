"""The catalogue is whole: both languages everywhere, with the same placeholders, and no key asked for in vain."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from planner.scenario import GoalName
from planner.texts import catalogue, text

ROOT = Path(__file__).parents[2]


def placeholders(words: str) -> set[str]:
    """The values that a text takes; a message carried in both languages counts as one value."""
    names = {name for _, name, _, _ in string.Formatter().parse(words) if name}
    return {"message" if name in ("zh", "en") else re.sub("_(zh|en)$", "", name) for name in names}


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_both_languages_fill_in_the_same_values(key: str) -> None:
    zh, en = catalogue()[key]["zh"], catalogue()[key]["en"]
    assert placeholders(en) <= placeholders(zh) or placeholders(zh) <= placeholders(en)
    assert zh.strip()
    assert en.strip() or not zh.strip(" 　")


def test_every_fault_has_its_repair() -> None:
    for room in ("ledger", "scenario", "plan"):
        keys = {key for key in catalogue() if key.startswith(f"{room}.")}
        repairs = {key for key in keys if key.endswith("_repair")}
        assert {repair.removesuffix("_repair") for repair in repairs} <= keys


def test_the_keys_that_the_code_names_are_there() -> None:
    named = set()
    for file in (ROOT / "planner").rglob("*.py"):
        named |= set(re.findall(r'text\(\s*"([a-z_]+\.[a-z0-9_]+)"', file.read_text(encoding="utf-8")))
    assert named
    assert named <= set(catalogue())


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        text("cli.year", "zh")


def test_every_goal_has_its_name_and_its_note() -> None:
    for goal in GoalName:
        assert f"office.goal_{goal}" in catalogue()
        assert f"office.goal_note_{goal}" in catalogue()
