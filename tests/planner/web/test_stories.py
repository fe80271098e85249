"""One full story per group of users in a real browser, from a fresh start to the file they take away, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.plan import Purse
from planner.texts import Language
from tests.planner.web import stories
from tests.planner.web.story_world import FIRST
from tests.planner.web.test_browser import browser

__all__ = ["browser"]

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("lang", ["zh", "en"])]

FUNDS = {"zh": "资金安排表", "en": "Funds"}
GRANTED_AND_SPENT = {"zh": ("预算安排", "实际支出（按承诺）"), "en": ("Budget", "Spent (commitments)")}


def test_finance_brings_money_forward(browser: Any, tmp_path: Path, lang: Language) -> None:
    """200 of the municipal money come a year earlier: N02 can start in 2021, and nothing costs more."""
    name, note = {"zh": ("资金提前", "2022 年提前到 2021 年"), "en": ("money-forward", "from 2022 to 2021")}[lang]
    with stories.told(browser, tmp_path, lang) as story:
        story.shot("finance-1-overview")
        story.go("funding")
        story.type_into(0, 1, 4, "750")
        story.see(f"{story.money(1_750)} → {story.money(1_950)}", within=".sf .status")
        story.cell(0, 2, 4)
        story.paste("300\t400")
        assert [row[1:] for row in story.table("draft_changes", "300")] == [
            [story.money(550), story.money(750)], [story.money(500), story.money(300)],
        ]  # fmt: skip
        assert story.table("draft_sums")[2][1:] == ["+200", "-200", "–", "–"]
        story.shot("finance-2-draft")

        story.press(story.said("funding.compute"))
        story.see(story.said("funding.card_changed"), within='li[data-target="changed"]')
        story.shot("finance-3-result")
        assert story.page.locator(".sf .status.plan", has_text=story.said("office.status_optimal")).count()
        (moved,) = story.table("result_patches")
        assert (moved[0], moved[4:6]) == ("N02", ["2022", "2021"])

        story.press(story.said("funding.save"))
        story.fill(story.said("funding.name"), name)
        story.fill(story.said("funding.note"), note)
        story.shot("finance-4-save")
        story.press(story.said("funding.save_now"))
        story.see(story.said("funding.is_base"))
        assert name in story.page.locator(".st-key-at_hand_plan input").input_value()
        story.shot("finance-5-saved")

        file = story.download(story.said("login.download_city"))
        assert name in file.name
        assert f"{FIRST}" in file.name
        funds = [list(row) for row in openpyxl.load_workbook(file)[FUNDS[lang]].iter_rows(values_only=True)]
        assert [row[4:9] for row in funds if row[2] == story.words.purse(Purse("municipal", None)) and row[3] in GRANTED_AND_SPENT[lang]] == [
            [None, 750, 300, 400, "=SUM(F11:H11)"], [1_270, 750, 210, 310, "=SUM(F12:H12)"],
        ]  # fmt: skip
        assert funds[4][5:9] == ["=F11+F17", "=G11+G17", "=H11+H17", "=SUM(F5:H5)"]  # both purses of each year
