"""The page in a real browser: what it shows, what it asks for, how it looks."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pypdf import PdfReader

from planner.plan import PlanStatus
from planner.texts import text
from planner.units import decimal_text
from tests.planner.web import folders
from tests.planner.web.browsing import LONGEST, READY, SCREENS
from tests.planner.web.serving import served

pytestmark = pytest.mark.slow

FREE_SPOT = """mark => {
  const box = mark.getBoundingClientRect();
  for (let i = 1; i < 40; i++) for (let j = 1; j < 40; j++) {
    const [x, y] = [box.left + box.width * i / 40, box.top + box.height * j / 40];
    if (document.elementFromPoint(x, y) === mark) return [x, y];
  }
  throw new Error("nothing of the mark can be reached");
}"""
CHINESE = re.compile(r"[一-鿿]")


@dataclass
class Walk:
    """A browser's page with everything it asked for and complained of."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, url: str, lang: str, *, height: int = 768) -> None:
        self.page.set_viewport_size({"width": 1366, "height": height})
        self.page.goto(f"{url}/?lang={lang}")
        self.page.wait_for_selector(".sf .status", timeout=LONGEST)
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_selector(READY, timeout=LONGEST)
        self.page.wait_for_timeout(800)  # charts and grids draw after the script has run
        self.page.wait_for_selector(READY, timeout=LONGEST)

    def words(self) -> str:
        return "\n".join(self.page.locator(".sf").all_inner_texts())

    def card(self, key: str) -> tuple[str, str]:
        card = self.page.locator(f'li[data-target="{key}"]')
        return card.locator("b").inner_text(), card.inner_text()

    def shot(self, name: str) -> None:
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(SCREENS / f"{name}.png"))

    def foreign(self) -> list[str]:
        local = ("data", "blob")
        return [u for u in self.requests if urlsplit(u).scheme not in local and urlsplit(u).hostname != "127.0.0.1"]


@pytest.fixture
def walk(browser: Any) -> Iterator[Walk]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True)
    walk = Walk(context.new_page())
    walk.page.on("request", lambda request: walk.requests.append(request.url))
    walk.page.on("websocket", lambda socket: walk.requests.append(socket.url))
    walk.page.on("pageerror", lambda error: walk.complaints.append(str(error)))
    walk.page.on("console", lambda said: walk.complaints.append(said.text) if said.type == "error" else None)
    yield walk
    context.close()


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("baseline")
    folders.shipped_baseline(folder)
    with served(folder) as up:
        yield up.url, json.loads((folder / "plan.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_baseline(walk: Walk, baseline: tuple[str, dict[str, Any]], lang: str) -> None:
    url, plan = baseline
    metrics = plan["metrics"]
    walk.open(url, lang)
    walk.shot(f"overview-{lang}-1366x768")
    walk.open(url, lang, height=2400)
    for summary in walk.page.locator('[data-testid="stExpander"] summary').all():
        summary.click()
    walk.settle()
    walk.shot(f"overview-{lang}-tall")

    first = min(metrics["task_area_m2"])
    money, area = metrics["commitments_yuan"][first], metrics["task_area_m2"][first]
    assert walk.card("first_year_task:area")[0] == decimal_text(area, 10_000)
    assert walk.card("first_year_task:money")[0] == decimal_text(money, 10_000)
    assert walk.card("purse_accounts:money")[0] == decimal_text(metrics["total_yuan"], 10_000)
    assert walk.card("hazards:count")[0] == str(sum(metrics["hazards_removed"].values()))
    assert walk.card("special_project:count")[0] == str(metrics["special_projects"])
    assert walk.card("completion:percent")[0] == "100"
    met = {"zh": "达到", "en": "met"}[lang]
    cards = walk.page.locator("ul.cards li").all_inner_texts()
    assert len(cards) >= 8
    assert all(met in card for card in cards)
    table = walk.page.locator('table[data-table="money"]').inner_text()
    for year, yuan in metrics["commitments_yuan"].items():
        row = next(line for line in table.splitlines() if line.startswith(year))
        assert decimal_text(yuan, 10_000) in row.split()
    area_table = walk.page.locator('table[data-table="area"]').inner_text()
    assert decimal_text(metrics["total_area_m2"], 10_000, least=4) in area_table
    words = walk.words()
    assert plan["certificate"]["plan_digest"] in words
    assert {"zh": "合成数据", "en": "Synthetic data"}[lang] in words
    assert {"zh": "距最优至多", "en": "from the best possible"}[lang] in words
    assert walk.page.locator("canvas").count() >= 1
    assert walk.page.locator('[data-testid="stVegaLiteChart"]').count() == 4

    assert walk.requests
    assert walk.foreign() == []
    assert walk.complaints == []


def test_no_english_sentence_on_the_chinese_page(walk: Walk, baseline: tuple[str, dict[str, Any]]) -> None:
    walk.open(baseline[0], "zh", height=2400)
    said = walk.page.locator('[data-testid="stApp"]').inner_text()
    streamlits_own = {
        "Skip",
        "main",
        "content",
        "keyboard",
        "arrow",
        "right",
    }  # its skip link, shown on Tab; icon names
    allowed = streamlits_own | {"Language", "English", "CSV", "JSON", "UTC", "SYN", "base", "none", "SHA"}
    found = {word for word in re.findall(r"[A-Za-z]{3,}", said) if word not in allowed}
    assert not {word for word in found if not re.fullmatch(r"[a-f]+", word)}


def test_filter_switch_and_download(walk: Walk, baseline: tuple[str, dict[str, Any]], tmp_path: Path) -> None:
    url, plan = baseline
    walk.open(url, "zh", height=2000)
    district = plan["schedule"][0]["district"]
    box = walk.page.locator(".st-key-filter_district input")
    box.click()
    walk.page.get_by_role("option", name=district, exact=True).click()
    walk.settle()
    own = [task for task in plan["schedule"] if task["district"] == district]
    assert f"{len(own)} 个图斑" in walk.words()
    with walk.page.expect_download() as event:
        walk.page.get_by_role("button", name="下载任务表 CSV").click()
    file = tmp_path / event.value.suggested_filename
    event.value.save_as(file)
    assert district in file.name
    assert len(file.read_text(encoding="utf-8-sig").splitlines()) == len(own) + 1
    with walk.page.expect_download() as event:
        walk.page.get_by_role("button", name="下载计划文件 JSON").click()
    event.value.save_as(tmp_path / "plan.json")
    assert json.loads((tmp_path / "plan.json").read_text(encoding="utf-8")) == plan
    walk.page.get_by_text("English", exact=True).click()
    walk.page.wait_for_url("**lang=en**")
    walk.settle()
    assert "Targets and plan" in walk.words()
    walk.page.reload()
    walk.page.wait_for_selector(".sf .status", timeout=LONGEST)
    walk.settle()
    assert "Targets and plan" in walk.words()
    assert walk.foreign() == []
    assert walk.complaints == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_click_on_the_map_and_on_the_schedule(walk: Walk, baseline: tuple[str, dict[str, Any]], lang: str) -> None:
    url, plan = baseline
    walk.open(url, lang, height=2000)
    sizes = Counter(task["district"] for task in plan["schedule"])
    district, size = sizes.most_common()[3]

    def shows(count: int) -> None:
        words = {"zh": f"{count} 个图斑", "en": f"Patches {count} "}[lang]
        walk.page.locator(".st-key-filter_bar [role=status]", has_text=words).wait_for(timeout=LONGEST)
        walk.settle()

    def click_on(chart: str, kind: str, name: str) -> None:
        mark = walk.page.locator(f'[class*="st-key-{chart}"] g.{kind} path[aria-label="{name}"]').first
        walk.page.mouse.click(*mark.evaluate(FREE_SPOT))

    click_on("map_chart", "mark-shape", district)
    shows(size)
    assert parse_qs(urlsplit(walk.page.url).query)["district"] == [district]
    assert walk.page.locator(".st-key-filter_district input").input_value() == district
    walk.shot(f"overview-{lang}-district")
    rows = walk.page.locator('[class*="st-key-schedule_chart"] g.mark-rect path')
    township = rows.first.get_attribute("aria-label")
    click_on("schedule_chart", "mark-rect", township)
    walk.page.wait_for_url("**township=**", timeout=LONGEST)
    walk.settle()
    assert parse_qs(urlsplit(walk.page.url).query)["township"] == [township]
    walk.shot(f"overview-{lang}-township")
    walk.page.locator(".st-key-filter_clear button").click()
    shows(len(plan["schedule"]))
    click_on("map_chart", "mark-shape", district)  # the same again
    shows(size)
    assert walk.foreign() == []
    assert walk.complaints == []


def test_the_overview_is_printed_whole(walk: Walk, baseline: tuple[str, dict[str, Any]], tmp_path: Path) -> None:
    walk.open(baseline[0], "zh")
    walk.page.emulate_media(media="print")
    walk.page.wait_for_timeout(500)
    assert not walk.page.locator('[data-testid="stSidebar"]').is_visible()
    charts = walk.page.locator('[data-testid="stVegaLiteChart"]').all()
    assert len(charts) == 4
    for chart in charts:
        assert chart.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    walk.page.pdf(path=str(tmp_path / "overview.pdf"), prefer_css_page_size=True)
    pages = PdfReader(tmp_path / "overview.pdf").pages
    said = unicodedata.normalize("NFKC", "".join(page.extract_text() for page in pages)).replace("\n", "")
    for key in ("web.targets", "web.money_by_year", "overview.map", "overview.schedule", "web.tasks"):
        assert text(key, "zh") in said


def test_the_other_states(walk: Walk, tmp_path: Path) -> None:
    with served(tmp_path) as up:
        walk.open(up.url, "zh")
        walk.shot("empty-zh")
        assert "还没有计划" in walk.words()
        folders.no_plan(tmp_path, PlanStatus.IMPOSSIBLE)
        walk.open(up.url, "zh")
        walk.shot("impossible-zh")
        assert "120" in walk.words()
        folders.small_plan(tmp_path)
        walk.open(up.url, "en", height=1500)
        walk.shot("small-en")
        said = walk.page.locator('[data-testid="stApp"]').inner_text()
        assert not CHINESE.search(said.replace("语言", "").replace("中文", ""))
        folders.tampered(tmp_path)
        walk.open(up.url, "en")
        walk.shot("refused-en")
        assert "Refused by the audit" in walk.words()
        (tmp_path / "plan.json").write_text("{", encoding="utf-8")
        walk.open(up.url, "zh")
        walk.shot("unreadable-zh")
        assert "读不出来" in walk.words()
    assert walk.foreign() == []
