"""A link to a plan survives the login, after which Streamlit always opens the first page."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, unquote, urlsplit

from planner.web.asgi import Asgi, Message, Receive, Send

COOKIE = "shanfu_link"
CALLBACK = "/oauth2callback"
_SECONDS = 900
_LONGEST = 2000


class RememberedLink:
    """Remembers the address that somebody came by, and leads there once the login is done.

    The address stays in the visitor's own browser, and only a path of this server is ever followed.
    """

    def __init__(self, app: Asgi) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on; a page's answer remembers its address, the login's answer leads to it."""
        headers = {name.lower(): value for name, value in scope.get("headers", ())}
        path = str(scope.get("path", ""))
        back = path.endswith(CALLBACK)
        page = scope.get("method") == "GET" and b"text/html" in headers.get(b"accept", b"")
        if scope["type"] != "http" or not (back or (page and not path.startswith("/auth/"))):
            await self.app(scope, receive, send)
            return
        wanted = _remembered(headers.get(b"cookie", b""))
        query = scope.get("query_string", b"").decode("latin-1")

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                if back:
                    given = [_led(name, value, wanted) for name, value in given]
                given.append((b"set-cookie", _cookie("" if back or not query else f"{path}?{query}").encode()))
                message["headers"] = given
            await send(message)

        await self.app(scope, receive, answer)


def _remembered(cookies: bytes) -> str:
    """The address that was remembered; empty where there is none that is a path of this server."""
    try:
        morsel = SimpleCookie(cookies.decode("latin-1")).get(COOKIE)
    except CookieError:
        return ""
    address = unquote(morsel.value) if morsel else ""
    parts = urlsplit(address)
    plain = address.isprintable() and address.isascii() and "\\" not in address
    ours = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith("//")
    return address if plain and ours and len(address) <= _LONGEST else ""


def _led(name: bytes, value: bytes, wanted: str) -> tuple[bytes, bytes]:
    """The header that leads to the first page leads to the remembered address instead."""
    if name.lower() != b"location" or not wanted or not value.decode("latin-1").endswith("/"):
        return name, value
    return name, value[:-1] + wanted.encode()


def _cookie(address: str) -> str:
    kept = quote(address, safe="") if len(address) <= _LONGEST else ""
    return f"{COOKIE}={kept}; Path=/; Max-Age={_SECONDS if kept else 0}; HttpOnly; SameSite=Lax"
