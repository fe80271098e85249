"""One full story per group of users in a real browser, from a fresh start to the file they take away, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.texts import Language
from tests.planner.web import stories
from tests.planner.web.story_world import FIRST
from tests.planner.web.test_browser import browser

__all__ = ["browser"]

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("lang", ["zh", "en"])]


def test_finance_brings_money_forward(browser: Any, tmp_path: Path, lang: Language) -> None:
    with stories.told(browser, tmp_path, lang) as story:
        story.shot("finance-1-overview")
        story.go("funding")
        story.type_into(0, 1, 4, "750")
        story.table("draft_changes", "750")
        story.cell(0, 2, 4)
        story.paste("300\t400")
        story.table("draft_changes", "300")
        story.shot("finance-2-draft")
        story.press(story.said("funding.compute"))
        story.page.wait_for_selector('[data-table="result_years"]', timeout=stories.LONGEST)
        story.shot("finance-3-result")
        story.press(story.said("funding.save"))
        story.shot("finance-4-save")
        story.page.get_by_role("textbox", name=story.said("funding.name")).fill("forward")
        story.page.get_by_role("textbox", name=story.said("funding.note")).fill("note")
        story.press(story.said("funding.save_now"))
        story.page.wait_for_timeout(8000)
        story.shot("finance-5-saved")
        print(story.page.locator("body").inner_text())
