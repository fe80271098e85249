"""Driving the page as its users do: a browser on a fresh installation, waiting for what appears, never for time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from planner.ledger.types import META_DEFAULTS
from planner.office.words import Words
from planner.texts import Language, text
from tests.planner.web import grid, story_world
from tests.planner.web.browsing import LONGEST, READY, SCREENS
from tests.planner.web.serving import served
from tests.tools import need_module

CHINESE = re.compile(r"[　-〿一-鿿＀-￯]")
"""Its letters, and its marks beside them."""

OWN_NAMES = re.compile("语言|中文")
"""Chinese that stands on the English page on purpose: the switch names each language in itself."""


@dataclass
class Story:
    """One person at one browser, with everything that it asked for and complained of."""

    page: Any
    url: str
    lang: Language
    place: Path
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Note every request, socket and complaint from now on."""
        page = self.page
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda socket: self.requests.append(socket.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)

    def said(self, key: str, **values: object) -> str:
        """One of the page's sentences in the language of the story."""
        return text(key, self.lang, **values)

    def ready(self) -> None:
        """Wait until the page's script has run."""
        self.page.wait_for_selector(READY, timeout=LONGEST)

    def open(self) -> None:
        """Come to the page, as by a bookmark."""
        self.page.goto(f"{self.url}/?lang={self.lang}")
        self.page.wait_for_selector(".sf .status", timeout=LONGEST)
        self.ready()

    def go(self, desk: str) -> None:
        """Go to another desk by the navigation."""
        title = self.said(f"web.page_{desk}")
        self.page.get_by_role("link", name=title, exact=True).click()
        self.page.locator("h1", has_text=title).last.wait_for(timeout=LONGEST)
        self.ready()

    def see(self, words: str, *, within: str = ".sf") -> Any:
        """Wait until the page says something."""
        found = self.page.locator(within, has_text=words).last
        found.wait_for(timeout=LONGEST)
        self.ready()
        return found

    def table(self, name: str, words: str = "") -> list[list[str]]:
        """Wait for a table, where given until it says something; its body's cells."""
        found = self.page.locator(f'table[data-table="{name}"]', has_text=words).first
        found.wait_for(timeout=LONGEST)
        self.ready()
        return [
            [cell.inner_text() for cell in row.locator("td").all()] for row in found.locator("tbody tr").all()
        ]  # fmt: skip

    def fill(self, label: str, words: str) -> None:
        """Fill a text field by its label."""
        self.page.get_by_role("textbox", name=label, exact=True).fill(words, timeout=LONGEST)

    @property
    def words(self) -> Words:
        """How documents name things, with the usual units."""
        return Words(self.lang, META_DEFAULTS)

    def money(self, units: int) -> str:
        """An amount as the page says it."""
        return self.words.money(units * story_world.WAN)

    def press(self, label: str, *, within: str = "body") -> None:
        """Press a button by what it says."""
        self.page.locator(within).get_by_role("button", name=label, exact=True).first.click(timeout=LONGEST)
        self.ready()

    def choose(self, key: str, option: str) -> None:
        """Choose from a list by the widget's key."""
        self.page.locator(f".st-key-{key} input").click()
        self.page.get_by_role("option", name=option, exact=True).click(timeout=LONGEST)
        self.ready()

    def type_into(self, row: int, column: int, columns: int, words: str) -> None:
        """Type into a cell of the first grid."""
        grid.choose_alike(self.page, row, column, columns)
        self.type_here(words)

    def type_here(self, words: str) -> None:
        """Type into the cell that was clicked last."""
        self.page.keyboard.press("Enter")
        self.page.locator("#portal textarea, #portal input").first.fill(words)
        self.page.keyboard.press("Enter")

    def pick(self, words: str) -> None:
        """Choose from the list of the cell that was clicked last."""
        self.page.keyboard.press("Enter")
        grid.pick(self.page, words)

    def part(self, label: str) -> None:
        """Choose a part of the page, or a step, from a row of them."""
        self.page.get_by_role("radio", name=label, exact=True).click(timeout=LONGEST)
        self.ready()

    def download(self, label: str) -> Path:
        """Press a button that gives a file; where it was saved, under the name that it came with."""
        with self.page.expect_download(timeout=LONGEST) as waited:
            self.page.get_by_role("button", name=label, exact=True).first.click()
        target = self.place / waited.value.suggested_filename
        waited.value.save_as(target)
        return target

    def shot(self, name: str) -> None:
        """A picture of the window once what is drawn after the script has run is drawn."""
        self.ready()
        self.page.wait_for_timeout(600)  # of the picture alone: grids and charts fade in
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(SCREENS / f"story-{name}-{self.lang}.png"))
        self.no_other_language()

    def no_other_language(self) -> None:
        """Nothing Chinese stands on the English page; the story's data are English, too."""
        if self.lang == "en":
            said = self.page.locator('[data-testid="stApp"]').inner_text()
            assert not CHINESE.findall(OWN_NAMES.sub("", said))

    def end(self) -> None:
        """Nothing left this machine, and nothing went wrong in the browser."""
        asked = [urlsplit(url) for url in self.requests]
        assert asked
        foreign = [url.geturl() for url in asked if url.scheme not in ("data", "blob") and url.hostname != "127.0.0.1"]
        assert foreign == []
        assert self.complaints == []


@contextmanager
def told(browser: Any, place: Path, lang: Language, **world: bool) -> Iterator[Story]:
    """A story on an installation of its own, from a fresh start to its end."""
    story_world.fresh(place / "home", lang, **world)
    with served(place / "home", lang=lang) as up:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        story = Story(context.new_page(), up.url, lang, place)
        story.listen()
        try:
            story.open()
            yield story
            story.end()
        except BaseException:
            story.page.screenshot(path=str(SCREENS / f"story-failed-{lang}.png"), full_page=True)
            raise
        finally:
            context.close()


def filled(box: Any, words: str | re.Pattern[str]) -> None:
    """Wait until a box holds these words: it stands there a moment before what it holds."""
    need_module("playwright.sync_api").expect(box).to_have_value(words, timeout=LONGEST)
