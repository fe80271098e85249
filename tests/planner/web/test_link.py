"""The address that somebody came by is followed after the login, and only where it is a path of this server."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote

import pytest

from planner.web.link import COOKIE, RememberedLink

HTML = (b"accept", b"text/html,*/*")


def ask(path: str, query: str = "", cookie: str = "", *, location: str = "/") -> dict[bytes, list[bytes]]:
    """What the browser is answered: headers by name."""
    sent: list[Any] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 302, "headers": [(b"location", location.encode())]})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {}

    headers = [HTML, *([(b"cookie", f"other=1; {COOKIE}={cookie}".encode())] if cookie else [])]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": headers}
    asyncio.run(RememberedLink(app)(scope, receive, send))
    found: dict[bytes, list[bytes]] = {}
    for name, value in sent[0]["headers"]:
        found.setdefault(name, []).append(value)
    return found


def test_a_page_s_address_is_kept_by_the_browser_for_a_while() -> None:
    (cookie,) = ask("/compare", "plan=1&district=%E6%88%BF%E5%B1%B1%E5%8C%BA")[b"set-cookie"]
    assert cookie.startswith(f"{COOKIE}=%2Fcompare%3Fplan%3D1".encode())
    assert b"HttpOnly; SameSite=Lax" in cookie
    assert b"Max-Age=900" in cookie
    assert b"Max-Age=0" in ask("/")[b"set-cookie"][0]
    assert b"Max-Age=0" in ask("/", "x=" + "y" * 3000)[b"set-cookie"][0]


def test_the_login_leads_back() -> None:
    answer = ask("/oauth2callback", "code=1", quote("/compare?plan=1&district=%E6%88%BF", safe=""))
    assert answer[b"location"] == [b"/compare?plan=1&district=%E6%88%BF"]
    assert b"Max-Age=0" in answer[b"set-cookie"][0]


@pytest.mark.parametrize(
    "forged",
    ["//elsewhere.example/x", "https://elsewhere.example/", "/\\\\elsewhere.example", "javascript:alert(1)", "x",
     "/a\r\nSet-Cookie: b=c", "/" + "a" * 3000],
)  # fmt: skip
def test_no_other_place_is_followed(forged: str) -> None:
    assert ask("/oauth2callback", "code=1", quote(forged, safe=""))[b"location"] == [b"/"]


def test_what_does_not_lead_to_the_first_page_is_left_alone() -> None:
    assert ask("/oauth2callback", "", "%2Fcompare%3Fplan%3D1", location="https://issuer.example/error")[
        b"location"
    ] == [b"https://issuer.example/error"]
