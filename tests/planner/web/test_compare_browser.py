"""Leadership at the comparison in a real browser: the decision by keyboard, then the brief that carries its stamp."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from planner.service import Service
from planner.texts import text
from tests.planner.web import stores
from tests.planner.web.browsing import LONGEST
from tests.planner.web.serving import served
from tests.planner.web.test_browser import Walk, walk
from tests.planner.web.test_compare import keep_earlier
from tests.planner.worlds import FIRST

__all__ = ["walk"]

pytestmark = pytest.mark.slow


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Service]:
    service = stores.alone(tmp_path)
    yield service
    service.close()


def test_decide_and_take_the_brief_away(walk: Walk, alone: Service, tmp_path: Path) -> None:
    first, second = stores.keep(alone.desk()), keep_earlier(alone)
    with served(tmp_path) as up:
        page = walk.page
        page.goto(f"{up.url}/compare?plans={first},{second}")
        page.wait_for_selector("[data-table='compare_money']", timeout=LONGEST)
        walk.settle()
        page.get_by_role("button", name=text("compare.adopt", "zh")).nth(1).focus()
        page.keyboard.press("Enter")
        box = page.get_by_label(text("compare.reason", "zh"))
        box.wait_for()
        box.fill("早一年消除等待")
        page.get_by_role("button", name=text("compare.adopt_now", "zh", letter="B")).focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".sf .stamp", timeout=LONGEST)
        walk.settle()
        walk.shot("compare-adopted")
        box.wait_for(state="hidden")
        (stamp,) = alone.desk().deciding.stamps()
        assert (stamp.version, stamp.reason) == (second, "早一年消除等待")

        def taken(label: str, nth: int = 0) -> Path:
            with page.expect_download(timeout=LONGEST) as coming:
                page.get_by_role("button", name=label).nth(nth).click()
            file = tmp_path / coming.value.suggested_filename
            coming.value.save_as(file)
            return file

        word = taken(text("compare.brief_docx", "zh"), 1)
        assert word.name.startswith("Aldrun")
        assert "早一年消除等待" in "".join(one.text for one in Document(str(word)).sections[0].footer.paragraphs)
        assert taken(text("compare.brief_pdf", "zh"), 1).read_bytes().startswith(b"%PDF")
        book = load_workbook(taken(text("compare.workbook", "zh")))
        cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
        assert {"P3", FIRST} <= set(cells)
        assert not walk.foreign()
