"""Every desk in a real browser in every state that it can be in, in both languages side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from planner.plan import PlanStatus
from planner.service import Service
from planner.texts import LANGUAGES, Language, text
from tests.planner.web import folders, stores
from tests.planner.web.browsing import LONGEST, READY
from tests.planner.web.serving import served
from tests.planner.web.test_browser import CHINESE, Walk
from tests.planner.worlds import FIRST

pytestmark = pytest.mark.slow

MAIN = '[data-testid="stMain"]'
TITLE = f"{MAIN} .sf h1"
GRAPHIC = f'{MAIN} :is([data-testid="stVegaLiteChart"], [data-testid="stDataFrame"])'
INSTEAD = f'{MAIN} :is(table[data-table], .stCheckbox, [data-testid="stExpander"], [data-testid="stDownloadButton"])'
"""What says the same in letters: a table, the switch or the fold that shows it, a file."""

DESKS = ("overview", "funding", "tasks", "compare", "ledger", "explain", "robust", "about")
PARTS: tuple[tuple[str, str], ...] = (
    ("overview", ""),
    *(("funding", f"funding_view={one}") for one in ("draft", "result", "worth")),
    *(("tasks", f"year={FIRST} part={one}") for one in ("tasks", "hand_in", "steps", "money")),
    *(("compare", f"part={one}") for one in ("differences", "patches", "fairness", "frontier", "year")),
    *(("ledger", f"section={one}") for one in ("list", "upload", "history")),
    ("ledger", "patch=P1"),
    ("explain", ""),
    ("explain", "patch=P1"),
    ("robust", ""),
    *(("about", f"about={one}")
      for one in ("product", "people", "store", "trail", "clauses", "glossary", "guide", "help")),
)  # fmt: skip
"""Every desk with everything that it unfolds, as addresses say it."""

OWN = r"语言|中文|'无'"
"""The switch of the language, and what is to be written into a cell of a ledger."""

REACHED = {
    "overview": "filter_district",
    "funding": "funding_compute",
    "tasks": "tasks_district",
    "compare": "compare_plans",
    "ledger": "ledger_section",
    "explain": "explain_patch",
    "robust": "robust_draws",
    "about": "about",
}
"""By desk the control that the Tab key must come to, after what is at hand."""


@dataclass
class Pair:
    """The same page in both languages, each in a browser of its own."""

    url: str
    walks: Mapping[Language, Walk]

    def open(self, desk: str, asked: str = "", *, langs: Sequence[Language] = LANGUAGES) -> None:
        words = dict(word.split("=") for word in asked.split())
        walks = {lang: self.walks[lang] for lang in langs}
        for lang, walk in walks.items():
            place = "" if desk == DESKS[0] else desk
            walk.page.goto(f"{self.url}/{place}?{urlencode(words | {'lang': lang})}", wait_until="commit")
        for walk in walks.values():
            walk.page.wait_for_selector(TITLE, timeout=LONGEST)
            walk.page.wait_for_selector(READY, timeout=LONGEST)


def pair(browser: Any, url: str) -> Iterator[Pair]:
    walks = {}
    for lang in LANGUAGES:
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        walks[lang] = walk = Walk(context.new_page())
        walk.page.on("request", lambda request, walk=walk: walk.requests.append(request.url))
        walk.page.on("websocket", lambda socket, walk=walk: walk.requests.append(socket.url))
        walk.page.on("pageerror", lambda error, walk=walk: walk.complaints.append(str(error)))
        walk.page.on("console", lambda said, walk=walk: _heard(walk, said))
    yield Pair(url, walks)
    for walk in walks.values():
        assert walk.foreign() == []
        assert not walk.complaints, "\n".join(walk.complaints)
        walk.page.context.close()


def _heard(walk: Walk, said: Any) -> None:
    beside = "/_stcore/" in said.location.get("url", "")  # Streamlit looks for its server beside the page first
    if said.type == "error" and not beside:
        walk.complaints.append(said.text)


@pytest.fixture(scope="module")
def store(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Pair, Service]]:
    place = tmp_path_factory.mktemp("walk")
    service = stores.alone(place)
    with served(place) as up:
        yield from ((one, service) for one in pair(browser, up.url))
    service.close()


# The glossary and the guide (``about=g…``) teach the Chinese words to those who read English.
def faults(lang: Language, walk: Walk, desk: str) -> list[str]:
    """What no page may be, in any state."""
    page, found = walk.page, []
    if page.locator("h1:visible").count() != 1:
        found.append(f"headings: {page.locator('h1:visible').all_inner_texts()}")
    name = text(f"web.page_{desk}", lang)
    if name not in page.title():
        found.append(f"tab: {page.title()}")
    wide = [one for one in ("html", MAIN) if page.locator(one).first.evaluate("e => e.scrollWidth > e.clientWidth")]
    found += [f"wider than the screen: {one}" for one in wide]
    said = page.locator('[data-testid="stApp"]').inner_text()
    if lang == "en" and "about=g" not in page.url and (strange := set(CHINESE.findall(re.sub(OWN, "", said)))):
        found.append(f"Chinese: {''.join(sorted(strange))}")
    if page.locator(GRAPHIC).count() and not page.locator(INSTEAD).count():
        found.append("a graphic without its table")
    return found


def walked(pair: Pair, desk: str, asked: str = "") -> list[str]:
    """Open a page and tell its faults; what it says is broken, too."""
    pair.open(desk, asked)
    found = []
    for lang, walk in pair.walks.items():
        broken = walk.page.locator(".status.broken").all_inner_texts()
        found += [f"{desk} {asked} {lang}: {fault}" for fault in (*faults(lang, walk, desk), *broken)]
    return found


def says_what_to_do(pair: Pair) -> list[bool]:
    """Whether there is a sentence, and one more that helps on."""
    return [bool(walk.page.locator(f"{MAIN} .status.none p").count()) for walk in pair.walks.values()]


def test_an_empty_store_says_what_to_do(store: tuple[Pair, Service]) -> None:
    at, service = store
    assert not service.desk().keeping.versions()
    found = []
    for desk in DESKS:
        found += walked(at, desk)
        if desk not in ("ledger", "about") and not all(says_what_to_do(at)):  # these begin with a file, and with us
            found.append(f"{desk}: nothing is said")
    assert not found, "\n".join(found)


def test_every_part_of_every_desk(store: tuple[Pair, Service]) -> None:
    at, service = store
    stores.keep(service.desk())
    found = []
    for desk, asked in PARTS:
        found += walked(at, desk, asked)
    assert not found, "\n".join(found)


def test_the_tab_key_comes_to_the_controls_of_every_desk(store: tuple[Pair, Service]) -> None:
    at, service = store
    if not service.desk().keeping.versions("plan"):
        stores.keep(service.desk())
    for desk, wanted in REACHED.items():
        at.open(desk, langs=("zh",))
        page = at.walks["zh"].page
        page.locator(f".st-key-{wanted}").first.wait_for(timeout=LONGEST)
        order = _settled_order(page, wanted)
        assert wanted in order, f"{desk}: {order}"
        assert order.index("language_switch") < order.index(wanted), desk
        if desk != "about":
            assert order.index("at_hand_plan") < order.index(wanted), desk


def _settled_order(page: Any, wanted: str, most: int = 8) -> list[str]:
    """The order down to a control, twice the same: while a page is made, controls are shut and focus falls back."""
    order: list[str] = []
    for _ in range(most):
        before, order = order, _order(page, wanted)
        if order == before and wanted in order:
            break
    return order


FROM_THE_TOP = """() => {
    const top = document.createElement('span');
    top.tabIndex = -1;
    document.body.prepend(top);
    top.focus();
    top.remove();
}"""
"""Lets Tab begin at the top of the page: a focus that is only taken away leaves its place to begin from."""


def _order(page: Any, wanted: str, most: int = 60) -> list[str]:
    """The keys of the controls that Tab comes to, in its order, down to the one that is looked for."""
    page.evaluate(FROM_THE_TOP)
    keys: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => { const own = document.activeElement.closest('[class*="st-key-"]');
              return own ? [...own.classList].find(name => name.startsWith('st-key-')).slice(7) : '' }"""
        )
        if found and found not in keys:
            keys.append(found)
        if found == wanted:
            break
    return keys


def test_an_impossible_plan_is_told_on_every_desk(store: tuple[Pair, Service]) -> None:
    at, service = store
    desk = service.desk()
    ledger, under = folders.small_world()
    kept = desk.keeping.known("ledger", ledger.digest) or desk.keeping.keep_ledger(ledger, "small")
    scenario = desk.keeping.known("scenario", under.digest) or desk.keeping.keep_scenario(under)
    plan = desk.keeping.keep_plan(_impossible(), kept.id, scenario.id, name="impossible").id
    found = []
    for name in DESKS:
        found += walked(at, name, f"plan={plan}")
        if name in ("overview", "tasks", "robust", "compare") and not all(says_what_to_do(at)):
            found.append(f"{name}: nothing is said")
    assert not found, "\n".join(found)


def _impossible() -> Any:
    ledger, under = folders.small_world()
    return folders.without_plan(ledger, under, PlanStatus.IMPOSSIBLE)


@pytest.mark.parametrize("with_plan", [False, True])
def test_a_folder_without_a_store(browser: Any, tmp_path: Path, with_plan: bool) -> None:
    if with_plan:
        folders.small_plan(tmp_path)
    with served(tmp_path) as up:
        for at in pair(browser, up.url):
            found = []
            for desk in ("overview", "about") if with_plan else DESKS:  # the others want a store either way
                found += walked(at, desk)
                wants_store = desk not in ("overview", "about")
                if wants_store and not all(says_what_to_do(at)):
                    found.append(f"{desk}: nothing is said")
            assert not found, "\n".join(found)
