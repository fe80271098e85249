"""The served application: ``app.py`` behind security headers, with our own words when a script fails.

Streamlit finds `app` here; ``planner serve`` starts it.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from anyio import to_thread
from starlette.middleware import Middleware

from planner import shipped
from planner.service.settings import Limits
from planner.web import PARENT_VARIABLE, SECRETS_VARIABLE, SECURE_VARIABLE, SESSIONS_VARIABLE
from planner.web.access import FULL_HEADER
from planner.web.asgi import Asgi, Message, Receive, Send
from planner.web.link import RememberedLink
from planner.web.shell import on_script_error

CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' blob: data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = (
    ("content-security-policy", CONTENT_POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)

_log = logging.getLogger(__name__)


class SameOrigin:
    """Refuses what a page of another origin sends.

    Streamlit would refuse most of it too, but compares the origin with this machine's address on the internet, which
    it asks a server out there for: a page that somebody has open beside ours must not make this machine call out.
    """

    def __init__(self, app: Asgi) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on whose origin is its host's own, or that names none."""
        headers = {name.lower(): value for name, value in scope.get("headers", ())}
        origin = headers.get(b"origin")
        if origin is None or origin.partition(b"://")[2].lower() == headers.get(b"host", b"").lower():
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await send({"type": "http.response.start", "status": 403, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})


class SecurityHeaders:
    """Adds the security headers to every answer, and lets cookies travel by https alone where the page is on https."""

    def __init__(self, app: Asgi, *, secure: bool = False) -> None:
        self.app = app
        self.secure = secure

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on; what comes back gets the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(name.encode(), value.encode()) for name, value in HEADERS]
                names = {name for name, _ in own}
                kept = (self._cookie(*h) for h in message.get("headers", ()) if h[0].lower() not in names)
                message["headers"] = [*kept, *own]
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)

    def _cookie(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        if self.secure and name.lower() == b"set-cookie" and b"; secure" not in value.lower():
            return name, value + b"; Secure"
        return name, value


class Sessions:
    """Counts the pages that are open. One too many is told so, see `planner.web.access`; beyond that it is refused."""

    def __init__(self, app: Asgi, *, most: int = Limits().sessions) -> None:
        self.app = app
        self.most = most
        self.open = 0
        self.told = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a page's stream on while there is room."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        headers = [header for header in scope.get("headers", ()) if header[0].lower() != FULL_HEADER.encode()]
        if self.open < self.most:
            self.open += 1
            try:
                await self.app({**scope, "headers": headers}, receive, send)
            finally:
                self.open -= 1
        elif self.told < self.most:
            self.told += 1
            try:
                await self.app({**scope, "headers": [*headers, (FULL_HEADER.encode(), b"1")]}, receive, send)
            finally:
                self.told -= 1
        else:
            await send({"type": "websocket.close", "code": 1013})


def _leave_with_parent() -> None:
    """End when the process that started this server is gone."""
    parent = int(os.environ.get(PARENT_VARIABLE) or 0)
    if not parent or os.name != "posix":
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        if secrets := os.environ.get(SECRETS_VARIABLE):  # the one who would remove it is gone
            shutil.rmtree(os.path.dirname(secrets), ignore_errors=True)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="leave-with-parent").start()


@asynccontextmanager
async def _warm(_app: object) -> AsyncIterator[dict[str, Any]]:
    """Read the plan and import the pages before the first visitor comes."""
    from planner.web import page_overview, state  # these register caches, which need the running server

    try:
        await to_thread.run_sync(state.warm)
    except Exception:  # noqa: BLE001 (the page will say what is wrong)
        _log.exception("the plan could not be read ahead")
    yield {"pages": [page_overview.__name__]}


_leave_with_parent()

app = st.App(
    shipped.path("app.py"),
    middleware=[
        Middleware(SecurityHeaders, secure=bool(os.environ.get(SECURE_VARIABLE))),
        Middleware(SameOrigin),
        *([Middleware(RememberedLink)] if os.environ.get(SECRETS_VARIABLE) else []),
        Middleware(Sessions, most=int(os.environ.get(SESSIONS_VARIABLE) or Limits().sessions)),
    ],
    on_script_error=on_script_error,
    lifespan=_warm,
)
