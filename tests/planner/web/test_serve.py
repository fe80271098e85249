"""The server's process: its settings, its headers, its end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from planner.store.queue import JobState
from planner.web.serve import command, environment, serve
from tests.planner.web import folders, stores
from tests.planner.web.serving import Served, is_up, served
from tests.tools import free_port


class TestCommand:
    def test_every_setting_is_a_flag(self) -> None:
        flags = command(port=1234)
        for wanted in (
            "--browser.gatherUsageStats=false", "--server.headless=true", "--server.address=127.0.0.1",
            "--server.port=1234", "--server.fileWatcherType=none", "--client.showErrorDetails=none",
            "--client.toolbarMode=minimal", "--server.allowedHosts=127.0.0.1", "--server.allowedHosts=localhost",
        ):  # fmt: skip
            assert wanted in flags

    def test_another_address_is_not_held_to_this_machine_s_names(self) -> None:
        flags = command(port=1, address="0.0.0.0")
        assert "--server.address=0.0.0.0" in flags
        assert not [flag for flag in flags if "allowedHosts" in flag]

    def test_a_named_host_is_let_in_beside_this_machine_s_names(self) -> None:
        flags = command(port=1, address="0.0.0.0", names=["shanfu.example"])
        hosts = [flag.partition("=")[2] for flag in flags if "allowedHosts" in flag]
        assert hosts == ["127.0.0.1", "localhost", "shanfu.example"]

    def test_environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        told = environment(Path("plans"), "en")
        assert told["SHANFU_PLAN"] == str(tmp_path / "plans")
        assert told["SHANFU_LANG"] == "en"

    def test_a_taken_port(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            assert serve(tmp_path, port=port) == 1
        assert str(port) in capsys.readouterr().err


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder, elsewhere = tmp_path_factory.mktemp("plan"), tmp_path_factory.mktemp("elsewhere")
    folders.small_plan(folder)
    (elsewhere / ".streamlit").mkdir()
    (elsewhere / ".streamlit" / "config.toml").write_text(
        '[server]\nbaseUrlPath = "other"\nenableXsrfProtection = false\n'
    )
    with served(folder, cwd=elsewhere, names=["shanfu.example"]) as up:
        yield up


@pytest.mark.slow
class TestServer:
    def test_says_where_it_is(self, server: Served) -> None:
        assert server.url in server.said

    def test_security_headers(self, server: Served) -> None:
        for path in ("/", "/_stcore/health"):
            with urllib.request.urlopen(server.url + path, timeout=10) as answer:
                assert "default-src 'self'" in answer.headers["content-security-policy"]
                assert "http" not in answer.headers["content-security-policy"]
                for rule in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
                    assert rule in answer.headers["content-security-policy"]
                assert answer.headers["x-content-type-options"] == "nosniff"
                assert answer.headers["x-frame-options"] == "DENY"
                assert answer.headers["referrer-policy"] == "no-referrer"
                assert answer.headers["cross-origin-opener-policy"] == "same-origin"

    def test_a_foreign_page_cannot_open_the_stream(self, server: Served) -> None:
        port = int(server.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(
                b"GET /_stcore/stream HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\n"
                b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )
            assert b" 403 " in line.recv(100)

    @pytest.mark.parametrize(
        ("host", "origin", "status"),
        [
            ("127.0.0.1", "http://127.0.0.1", 101),
            ("127.0.0.1", None, 101),
            ("shanfu.example", "https://shanfu.example", 101),
            ("127.0.0.1", "http://evil.example", 403),
            ("shanfu.example", "https://evil.example", 403),
            ("127.0.0.1", "http://127.0.0.1:1", 403),  # another server of this machine
            ("127.0.0.1", "null", 403),
            ("evil.example", "http://evil.example", 403),
        ],
    )
    def test_only_our_own_page_opens_the_stream(
        self, server: Served, host: str, origin: str | None, status: int
    ) -> None:
        assert handshake(int(server.url.rpartition(":")[2]), host, origin) == status


def handshake(port: int, host: str, origin: str | None) -> int:
    """Ask for the page's stream; the answer's status."""
    lines = ["GET /_stcore/stream HTTP/1.1", f"Host: {host}", "Connection: Upgrade", "Upgrade: websocket",
             "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]  # fmt: skip
    lines += [f"Origin: {origin}"] if origin else []
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        return int(line.recv(100).split()[1])


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_another_origin_is_refused_before_streamlit_asks_the_internet_who_we_are(kind: str) -> None:
    from planner.web.server import SameOrigin

    passed: list[str] = []
    sent: list[str] = []

    async def inner(scope: object, receive: object, send: object) -> None:
        passed.append("reached")

    async def send(message: dict[str, str]) -> None:
        sent.append(message["type"])

    async def receive() -> dict[str, str]:
        return {}

    def ask(origin: bytes) -> None:
        headers = [(b"host", b"127.0.0.1:8501"), (b"origin", origin)]
        asyncio.run(SameOrigin(inner)({"type": kind, "headers": headers}, receive, send))

    ask(b"http://evil.example")
    assert not passed
    assert sent[0] == {"http": "http.response.start", "websocket": "websocket.close"}[kind]
    ask(b"http://127.0.0.1:8501")
    assert passed == ["reached"]


def test_cookies_travel_by_https_alone_where_the_page_is_on_https() -> None:
    from planner.web.server import SecurityHeaders

    async def inner(scope: object, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "headers": [(b"set-cookie", b"a=b; HttpOnly")]})  # type: ignore[operator]

    async def receive() -> dict[str, str]:
        return {}

    def answer(secure: bool) -> list[bytes]:
        sent: list[dict[str, object]] = []

        async def send(message: dict[str, object]) -> None:
            sent.append(message)

        asyncio.run(SecurityHeaders(inner, secure=secure)({"type": "http"}, receive, send))
        return [value for name, value in sent[0]["headers"] if name == b"set-cookie"]  # type: ignore[attr-defined]

    assert answer(True) == [b"a=b; HttpOnly; Secure"]
    assert answer(False) == [b"a=b; HttpOnly"]


@pytest.mark.slow
class TestEnd:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_stops_when_asked(self, tmp_path: Path, number: signal.Signals) -> None:
        with served(tmp_path) as up:
            os.kill(up.process.pid, number)
            assert up.process.wait(15) == 0
            assert not is_up(up.url)

    def test_leaves_no_orphan_when_it_is_killed(self, tmp_path: Path) -> None:
        with served(tmp_path) as up:
            up.process.kill()
            until = time.monotonic() + 15
            while is_up(up.url) and time.monotonic() < until:
                time.sleep(0.2)
            assert not is_up(up.url)

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
    def test_works_beside_the_page_and_leaves_no_worker(self, tmp_path: Path, number: signal.Signals) -> None:
        service = stores.alone(tmp_path)
        kept = stores.keep(service.desk())
        made_from = service.desk().keeping.versions("plan")[-1].meta
        with served(tmp_path) as up:
            family = psutil.Process(up.process.pid).children(recursive=True)
            assert any("planner.cli" in process.cmdline() for process in family)
            job, _ = service.desk().jobs.plan(made_from["ledger"], made_from["scenario"])
            until = time.monotonic() + 60
            while not JobState(service.desk().jobs.get(job.id).state).ended and time.monotonic() < until:
                time.sleep(0.2)
            done = service.desk().jobs.get(job.id)
            assert (done.state, done.result["status"], done.result["version"] > kept) == ("done", "optimal", True)
            os.kill(up.process.pid, number)
            _, alive = psutil.wait_procs(family, timeout=20)
            assert not alive
        service.close()


def test_the_served_module_needs_no_page_to_be_imported() -> None:
    """What the parent process loads stays light: no Streamlit, no solver."""
    code = "import sys, planner.web.serve; sys.exit(any(m in sys.modules for m in ('streamlit', 'highspy', 'ortools')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_free_ports_are_free() -> None:
    assert not is_up(f"http://127.0.0.1:{free_port()}")
