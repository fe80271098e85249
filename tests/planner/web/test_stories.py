"""A full story per group of users in a real browser, from a fresh start to the file they take away; zh and en."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from pypdf import PdfReader

from planner.cycle import Kind, Open
from planner.plan import Purse
from planner.texts import Language
from planner.web.tasks_forms import name_of
from tests.planner.office.returning import column_of, row_with
from tests.planner.web import grid, stories
from tests.planner.web.browsing import LONGEST
from tests.planner.web.story_world import FIRST, word

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("lang", ["zh", "en"])]

FUNDS = {"zh": "资金安排表", "en": "Funds"}
TARGETS = {"zh": "绩效目标表", "en": "Targets"}
LEDGER = {"zh": "图斑台账", "en": "Ledger"}
ADJUST = {"zh": "任务调整", "en": "Adjustments"}
START = {"zh": "开工年度", "en": "Start year"}
WHY = {"zh": "调整原因", "en": "Reason of the change"}
GRANTED_AND_SPENT = {"zh": ("预算安排", "实际支出（按承诺）"), "en": ("Budget", "Spent (commitments)")}


def test_finance_brings_money_forward(browser: Any, tmp_path: Path, lang: Language) -> None:
    """200 of the municipal money come a year earlier: N02 can start in 2021, and nothing costs more."""
    name, note = {"zh": ("资金提前", "2022 年提前到 2021 年"), "en": ("money-forward", "from 2022 to 2021")}[lang]
    with stories.told(browser, tmp_path, lang) as story:
        story.shot("finance-1-overview")
        story.go("funding")
        story.type_into(0, 1, 4, "750")
        story.see(f"{story.money(1_750)} → {story.money(1_950)}", within=".sf .status")
        grid.choose_alike(story.page, 0, 2, 4)
        grid.paste(story.page, "300\t400")
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
        box = story.page.get_by_role("textbox", name=story.said("funding.name"), exact=True)
        stories.filled(box, "sample")
        story.fill(story.said("funding.name"), name)
        story.fill(story.said("funding.note"), note)
        story.shot("finance-4-save")
        story.press(story.said("funding.save_now"))
        story.see(story.said("funding.is_base"))
        stories.filled(story.page.locator(".st-key-at_hand_plan input"), re.compile(re.escape(name)))
        story.shot("finance-5-saved")

        file = story.download(story.said("login.download_city"))
        assert name in file.name
        assert f"{FIRST}" in file.name
        funds = [list(row) for row in openpyxl.load_workbook(file)[FUNDS[lang]].iter_rows(values_only=True)]
        municipal = [row for row in funds if row[2] == story.words.purse(Purse("municipal", None))]
        assert [row[4:9] for row in municipal if row[3] in GRANTED_AND_SPENT[lang]] == [
            [None, 750, 300, 400, "=SUM(F11:H11)"], [1_270, 750, 210, 310, "=SUM(F12:H12)"],
        ]  # fmt: skip
        assert funds[4][5:9] == ["=F11+F17", "=G11+G17", "=H11+H17", "=SUM(F5:H5)"]  # both purses of each year


def test_a_district_moves_a_task_hands_its_year_in_and_applies(browser: Any, tmp_path: Path, lang: Language) -> None:
    """N02 a year earlier takes 200 that 2021 has not: 300 and 250 of its 550 are taken."""
    north = word("north", lang)
    reason = {"zh": "道路先通", "en": "the road comes first"}[lang]
    with stories.told(browser, tmp_path, lang, begun=True) as story:
        story.go("tasks")
        story.choose("tasks_district", north)
        story.choose("tasks_year", str(FIRST + 1))
        story.shot("district-1-tasks")
        grid.choose(story.page, 0, 725, 80)
        story.pick(str(FIRST))
        story.see(story.said("tasks_page.tried", edits=1, broken=1, cost="0", unit=story.words.unit))
        grid.choose(story.page, 0, 880, 140)
        story.type_here(reason)
        story.shot("district-2-effects")
        (broken,) = story.table("broken")
        assert broken[2] == story.money(200)
        assert story.table("purses")[0][1:] == ["550", "550", "750", "200"]  # budget, used before, used now, overdrawn
        assert [row[0] for row in story.table("moved")] == ["N02"]

        file = story.download(story.said("tasks_page.download_year", year=FIRST + 1))
        assert north in file.name
        assert str(FIRST + 1) in file.name
        book = openpyxl.load_workbook(file)
        of_year = f"{north}_{FIRST + 1}"
        assert {of_year, FUNDS[lang], TARGETS[lang], LEDGER[lang]} <= set(book.sheetnames)
        assert {row[2]: row[12] for row in book[of_year].iter_rows(min_row=6, values_only=True) if row[2]} == {
            "N02": 200, "N04": 210,
        }  # fmt: skip
        cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
        assert not [cell for cell in cells if word("south", lang) in cell or re.search(r"\bS0\d", cell)]
        sheet = book[ADJUST[lang]]
        for name, head, value in (
            ("N02", START, FIRST), ("N02", WHY, reason), ("N04", START, FIRST + 2), ("N04", WHY, reason),
        ):  # fmt: skip
            sheet.cell(row_with(sheet, name), column_of(sheet, head[lang])).value = value
        book.save(file)
        story.part(story.said("tasks_page.part_hand_in"))
        story.page.locator('input[type="file"]').set_input_files(str(file))
        story.ready()
        story.press(story.said("tasks_page.hand_in"))
        story.see(story.said("tasks_page.not_taken"))
        story.shot("district-3-changes")
        story.page.get_by_text(story.said("tasks_page.as_table")).click()
        found = story.table("changes")
        assert [(row[2], row[5], row[6]) for row in found] == [("N02", "2022", "2021"), ("N04", "2022", "2023")]
        assert all(f"{ADJUST[lang]}!H" in row[1] for row in found)
        grid.choose(story.page, 1, 0, 90)
        story.pick(story.said("tasks_page.decide_leave"))
        story.table("changes", story.said("tasks_page.decide_leave"))
        story.shot("district-4-decided")
        story.press(story.said("tasks_page.take_in_button"))
        story.see(story.said("tasks_page.taken_now", count=1))
        story.shot("district-5-taken")

        apply = name_of(Open(Kind.APPLY), lang)
        story.part(story.said("tasks_page.part_steps"))
        story.page.wait_for_selector('[data-round="open"]', timeout=LONGEST)
        story.part(apply)
        story.fill(story.said("tasks_page.number"), "2022-1")
        story.shot("district-6-apply")
        story.page.get_by_role("button", name=apply, exact=True).last.click()
        story.page.wait_for_selector('[data-round="applied"]', timeout=LONGEST)
        story.shot("district-7-applied")


def test_leadership_compares_adopts_and_takes_the_brief(browser: Any, tmp_path: Path, lang: Language) -> None:
    """Both plans cost 1,570; with the money earlier N02, 2.5 ha of score 50, waits a year less."""
    reason = {"zh": "群众等得少", "en": "people wait less"}[lang]
    with stories.told(browser, tmp_path, lang, earlier=True) as story:
        story.go("compare")
        heads = story.page.locator("h2[data-plan]")
        heads.nth(1).wait_for(timeout=LONGEST)
        assert heads.count() == 2
        goals = story.table("compare_goals")
        assert [cell.split("（")[0].split(" (")[0] for cell in goals[0][1:]] == ["635.00", "760.00", "+125.00"]
        story.shot("leadership-1-compare")

        story.part(story.said("compare.part_frontier"))
        story.press(story.said("compare.draw", points=6, seconds=20))
        points = story.page.locator("[data-point]")
        points.first.wait_for(timeout=LONGEST)
        story.shot("leadership-2-frontier")
        assert points.count() > 1
        said = points.first.inner_text() + points.last.inner_text()
        assert all(cost in said for cost in ("1,600", "1,570"))  # N04 begins in 2021 for 30 more, or in 2022
        story.page.get_by_role("button", name=story.said("compare.open_plan"), exact=True).last.click()
        story.page.wait_for_url(re.compile(r"[?&]plan=\d+"), timeout=LONGEST)
        story.ready()
        frontier = re.compile("^" + re.escape(story.said("desk_page.question_frontier")))
        stories.filled(story.page.locator(".st-key-at_hand_plan input"), frontier)
        assert points.count() > 1
        story.shot("leadership-3-opened")

        story.press(story.said("compare.adopt"))
        story.fill(story.said("compare.reason"), reason)
        story.shot("leadership-4-adopt")
        story.press(story.said("compare.adopt_now", letter="A"))
        story.see(reason, within=".stamp")
        story.shot("leadership-5-adopted")
        pdf, word = (story.download(story.said(f"compare.brief_{ending}")) for ending in ("pdf", "docx"))
        assert pdf.stem == word.stem
        run = pdf.stem.rpartition("_")[2]
        document = docx.Document(str(word))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        written = [
            *(one.text for one in document.paragraphs),
            *cells,
            *(one.text for one in document.sections[0].footer.paragraphs),
        ]
        printed = [page.extract_text() for page in PdfReader(pdf).pages]
        for document_text in ("".join(printed), "".join(written)):
            plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", document_text))
            assert run in plain
            assert "1,570" in plain
            assert re.sub(r"\s", "", reason) in plain
        assert len(printed) == 2
