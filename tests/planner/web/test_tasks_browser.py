"""A district planner at the tasks page in a real browser: the workbook goes out, comes back edited, and is compared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.service import Service
from tests.planner.office.returning import ADJUST, edited, setting
from tests.planner.web import stores
from tests.planner.web.browsing import LONGEST
from tests.planner.web.serving import served
from tests.planner.web.test_browser import Walk, walk
from tests.planner.worlds import FIRST

__all__ = ["walk"]
pytestmark = pytest.mark.slow


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Service]:
    service = stores.alone(tmp_path)
    stores.keep(service.desk())
    yield service
    service.close()


def test_a_workbook_goes_out_and_comes_back(walk: Walk, office: Service, tmp_path: Path) -> None:
    with served(tmp_path) as up:
        page: Any = walk.page
        page.goto(f"{up.url}/tasks?district=North&year={FIRST}")
        page.wait_for_selector('[data-testid="stDataFrame"] canvas', timeout=LONGEST)
        walk.settle()
        walk.shot("tasks")
        with page.expect_download() as coming:
            page.get_by_role("button", name=f"下载 {FIRST} 年度任务工作簿").click()
        out = tmp_path / coming.value.suggested_filename
        coming.value.save_as(out)
        assert out.name.startswith(f"North_{FIRST}年度任务计划表_small_")
        assert ADJUST in openpyxl.load_workbook(out).sheetnames
        back = edited(out, setting(ADJUST, "P1", "开工年度", FIRST + 1), setting(ADJUST, "P1", "调整原因", "征地"))
        page.get_by_text("填报交回", exact=True).click()
        page.wait_for_selector('[data-testid="stFileUploader"]')
        page.locator('[data-testid="stFileUploader"] input').set_input_files(str(back))
        page.get_by_role("button", name="交回", exact=True).click()
        page.wait_for_selector('[data-testid="stDataFrame"] canvas', timeout=LONGEST)
        walk.settle()
        walk.shot("tasks-returned")
        page.get_by_text("以文字表格显示").click()
        walk.settle()
        assert "征地" in walk.words()
        assert walk.foreign() == []
        assert [said for said in walk.complaints if "404" not in said] == []
