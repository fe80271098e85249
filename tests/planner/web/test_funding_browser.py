"""Two people at the funding desk in two browsers: cells pasted from a table, and the second saver who sees both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from planner.service import Role
from planner.service.kept import SCENARIO_KIND
from planner.texts import text
from tests.planner.web import grid, stores
from tests.planner.web.browsing import LONGEST, SCREENS
from tests.planner.web.logins import Office
from tests.planner.web.test_login import Visitor, office
from tests.planner.worlds import FIRST

__all__ = ["office"]

pytestmark = pytest.mark.slow


@pytest.fixture
def two(browser: Any, office: Office) -> Iterator[tuple[Visitor, Visitor]]:
    """Two people of finance, each at the funding desk in a browser of their own."""
    office.service.desk(stores.ADMIN).staff.grant("u-second", Role.FINANCE, name="财务戊")
    people = []
    for subject in ("u-finance", "u-second"):
        context = browser.new_context(viewport={"width": 1366, "height": 1600})
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        one = Visitor(context, context.new_page(), office)
        one.page.on("request", lambda request, own=one: own.requests.append(request.url))
        one.sign_in(subject)
        one.page.get_by_role("link", name=text("web.page_funding", "zh")).click()
        one.page.wait_for_selector(grid.GRID, timeout=LONGEST)
        one.settle()
        people.append(one)
    yield people[0], people[1]
    for one in people:
        assert not one.foreign()
        one.context.close()


def paste(one: Visitor, block: str, *, row: int, year: int) -> None:
    """Paste into the grid from a cell on, as from Excel."""
    grid.choose_alike(one.page, row, 1 + year - FIRST, 4)  # a purse and three years
    grid.paste(one.page, block)


def save(one: Visitor, note: str) -> None:
    one.page.get_by_role("button", name=text("funding.save", "zh")).click()
    one.page.get_by_label(text("funding.note", "zh")).fill(note)
    one.page.get_by_text(text("funding.plan_it", "zh")).click()
    one.page.get_by_role("button", name=text("funding.save_now", "zh"), exact=True).click()


def test_the_second_saver_sees_both_and_nothing_is_lost(two: tuple[Visitor, Visitor], office: Office) -> None:
    first, second = two
    paste(first, "１，７００\t150", row=0, year=FIRST)
    first.page.wait_for_selector('[data-table="draft_changes"]', timeout=LONGEST)
    paste(second, "abc\t160\n\t2,500\n", row=0, year=FIRST)
    second.page.wait_for_selector('[data-table="bad_cells"]', timeout=LONGEST)
    assert "abc" in second.page.locator('[data-table="bad_cells"]').inner_text()
    assert "160 克朗" in second.page.locator('[data-table="draft_changes"]').inner_text()
    second.page.screenshot(path=str(SCREENS / "funding-bad-cell.png"))
    paste(second, "1,650", row=0, year=FIRST)
    second.page.wait_for_selector('[data-table="bad_cells"]', state="detached", timeout=LONGEST)

    save(first, "第一人")
    first.page.get_by_text("已保存").wait_for(timeout=LONGEST)
    save(second, "第二人")
    second.page.wait_for_selector('[data-table="clash_theirs"]', timeout=LONGEST)
    second.settle()
    second.page.screenshot(path=str(SCREENS / "funding-clash.png"))
    said = second.words()
    assert all(words in said for words in ("第一人", "1,700 克朗", "1,650 克朗", "150 克朗", "160 克朗", "2,500 克朗"))
    for chosen in ("对方：1,700 克朗", "您：160 克朗"):
        second.page.get_by_text(chosen, exact=True).click()
        second.settle()
    second.page.get_by_role("button", name=text("funding.join", "zh")).click()
    second.page.get_by_text("已保存").wait_for(timeout=LONGEST)

    desk = office.service.desk("u-second")
    kept = desk.keeping.versions(SCENARIO_KIND)
    assert [(one.number, one.author, one.note) for one in kept][-2:] == [
        (2, "u-finance", "第一人"), (3, "u-second", "第二人"),
    ]  # fmt: skip
    budgets = {(one.source, one.year): one.yuan for one in desk.keeping.open_scenario(kept[-1].id).budgets}
    assert budgets == {
        ("municipal", FIRST): 1_700, ("municipal", FIRST + 1): 160, ("district", FIRST + 1): 2_500,
    }  # fmt: skip
