"""Login through a real browser against a provider on this machine: who gets in, and what each is sent."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import openpyxl
import pytest

from planner.texts import text
from tests.planner.web import stores
from tests.planner.web.browsing import LONGEST, READY
from tests.planner.web.logins import Office, office_with_login
from tests.planner.web.oidc import CLIENT_SECRET

pytestmark = pytest.mark.slow

SHUT = text("login.shut", "zh")
RANDOM = re.compile(r"[A-Za-z0-9_-]{16,}")
"""Words drawn by chance, in which a name of two letters may stand; all names of the store in a row are shorter."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office_with_login(tmp_path_factory.mktemp("office"), stores.with_people) as (own, _):
        yield own


@dataclass
class Visitor:
    """A browser of its own, with everything that it asked for and was sent."""

    context: Any
    page: Any
    office: Office
    requests: list[str] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)

    def come(self) -> None:
        self.page.goto(self.office.url)
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_selector(".sf", timeout=LONGEST)
        self.page.wait_for_selector(READY, timeout=LONGEST)
        self.page.wait_for_timeout(300)
        self.page.wait_for_selector(READY, timeout=LONGEST)

    def sign_in(self, subject: str, lie: str = "") -> None:
        self.office.provider.user, self.office.provider.lie = subject, lie
        self.come()
        self.go_through_provider("登录")

    def go_through_provider(self, button: str) -> None:
        """Press the button and be back on the page; it may be loaded before the press is reported done."""
        with self.page.expect_event("load", timeout=LONGEST):
            self.page.get_by_role("button", name=button).click()
        self.settle()

    def words(self) -> str:
        return str(self.page.locator("body").inner_text())

    def everything(self) -> str:
        """The page, and all that came through the stream, whatever is in it read as text."""
        return str(self.page.content()) + b"\n".join(self.sent).decode("utf-8", "replace")

    def has(self, selector: str) -> bool:
        return bool(self.page.locator(selector).count())

    def foreign(self) -> list[str]:
        asked = [urlsplit(url) for url in self.requests]
        return [url.geturl() for url in asked if url.scheme not in ("data", "blob") and url.hostname != "127.0.0.1"]


@pytest.fixture
def visitor(browser: Any, office: Office) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 1366, "height": 1600}, accept_downloads=True)
    own = Visitor(context, context.new_page(), office)

    def listen(socket: Any) -> None:
        own.requests.append(socket.url)
        socket.on("framereceived", lambda data: own.sent.append(data if isinstance(data, bytes) else data.encode()))

    own.page.on("request", lambda request: own.requests.append(request.url))
    own.page.on("websocket", listen)
    yield own
    assert not own.foreign()
    context.close()


CARDS, TOTALS, PEOPLE, GRID = (
    "ul.cards",
    "[data-table=city_totals]",
    "[data-table=people]",
    '[data-testid="stDataFrame"]',
)
SEES = {
    "u-finance": {CARDS, GRID},
    "u-leader": {CARDS, GRID},
    "u-north": {TOTALS, GRID},
    "u-both": {TOTALS, GRID},
    stores.ADMIN: {PEOPLE},
}


@pytest.mark.parametrize("subject", SEES)
def test_each_role_sees_its_own_and_no_more(visitor: Visitor, subject: str) -> None:
    visitor.come()
    assert visitor.page.get_by_role("button").all_inner_texts() == ["登录"]
    assert "小方案" not in visitor.everything()
    visitor.sign_in(subject)
    assert urlsplit(visitor.page.url).netloc == urlsplit(visitor.office.url).netloc
    for mark in sorted(SEES[subject]):
        visitor.page.wait_for_selector(mark, timeout=LONGEST)
    assert {mark for mark in (CARDS, TOTALS, PEOPLE, GRID) if visitor.has(mark)} == SEES[subject]
    assert "退出" in visitor.words()
    if GRID in SEES[subject] and CARDS in SEES[subject]:  # what a district is not sent would be found here
        assert all(patch in visitor.everything() for patch in (*stores.OF_NORTH, *stores.OF_SOUTH))


def test_a_link_survives_the_login(visitor: Visitor) -> None:
    link = f"{visitor.office.url}/compare?plan=1&lang=en"
    visitor.page.goto(link)
    visitor.settle()
    visitor.office.provider.user, visitor.office.provider.lie = "u-leader", ""
    visitor.go_through_provider("Sign in")
    assert visitor.page.url == link
    visitor.page.get_by_role("button", name="Sign out").click()
    visitor.page.get_by_role("button", name="登录").wait_for(timeout=LONGEST)


def test_nothing_of_another_district_is_sent(visitor: Visitor, tmp_path: Path) -> None:
    visitor.sign_in("u-north")
    with visitor.page.expect_download() as waited:
        visitor.page.get_by_text(text("login.download_own", "zh")).click()
    path = tmp_path / "own.xlsx"
    waited.value.save_as(path)
    book = openpyxl.load_workbook(path)
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert set(stores.OF_NORTH) <= cells
    assert len(visitor.sent) > 5
    assert "South" not in visitor.everything()
    sent = RANDOM.sub("", visitor.everything())
    assert "P1" in sent
    for hidden in (*stores.OF_SOUTH, "South"):
        assert hidden not in sent
        assert hidden not in cells


def test_who_is_disabled_is_out_at_the_next_click(visitor: Visitor) -> None:
    visitor.sign_in("u-finance")
    visitor.page.wait_for_selector(CARDS)
    staff = visitor.office.service.desk(stores.ADMIN).staff
    staff.disable("u-finance")
    try:
        visitor.page.get_by_text("English", exact=True).click()
        visitor.page.wait_for_selector(".status.broken", timeout=LONGEST)
        visitor.settle()
        assert not visitor.has(CARDS)
        assert not visitor.has(GRID)
        visitor.page.reload()
        visitor.settle()
        assert not visitor.has(CARDS)
    finally:
        staff.enable("u-finance")


def test_an_unknown_person_may_only_leave(visitor: Visitor) -> None:
    visitor.sign_in("u-nobody")
    assert SHUT in visitor.words()
    visitor.page.get_by_role("button", name="退出").click()
    visitor.page.get_by_role("button", name="登录").wait_for(timeout=LONGEST)
    visitor.page.reload()
    visitor.settle()
    assert SHUT not in visitor.words()
    assert visitor.page.get_by_role("button").all_inner_texts() == ["登录"]


def test_a_token_that_is_not_right_lets_nobody_in(visitor: Visitor) -> None:
    """Signed by another key, from another issuer, for another client, of another login, out of date."""
    for lie in ("key", "iss", "aud", "nonce", "exp"):
        before = visitor.office.provider.asked.count("/token")
        visitor.sign_in("u-finance", lie)
        assert visitor.office.provider.asked.count("/token") == before + 1
        assert visitor.page.get_by_role("button").all_inner_texts() == ["登录"], lie
        assert not visitor.has(CARDS)
    visitor.sign_in("u-finance")
    visitor.page.wait_for_selector(CARDS)


def test_a_forged_cookie_lets_nobody_in(visitor: Visitor) -> None:
    visitor.sign_in("u-north")
    visitor.page.wait_for_selector(TOTALS)
    cookies = {cookie["name"]: cookie for cookie in visitor.context.cookies()}
    own = cookies["_streamlit_user"]
    assert own["httpOnly"]
    assert own["sameSite"] == "Lax"
    middle = len(own["value"]) // 2
    other = "A" if own["value"][middle] != "A" else "B"
    own["value"] = own["value"][:middle] + other + own["value"][middle + 1 :]
    visitor.context.add_cookies([own])
    visitor.page.reload()
    visitor.settle()
    assert visitor.page.get_by_role("button").all_inner_texts() == ["登录"]
    assert not visitor.has(TOTALS)


def test_no_secret_is_in_what_the_server_was_started_with(office: Office) -> None:
    if not os.path.isdir("/proc"):
        pytest.skip("no /proc here")
    lines = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(place.read_bytes())
        except OSError:
            continue
    assert [line for line in lines if b"--secrets.files" in line]
    assert not [line for line in lines if CLIENT_SECRET.encode() in line]
