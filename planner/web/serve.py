"""Serve the page: a Streamlit process of our own, with every setting given, from any folder."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import typer

from planner import shipped
from planner.texts import Language, text
from planner.web import (
    HOME_VARIABLE,
    LANGUAGE_VARIABLE,
    PARENT_VARIABLE,
    PLAN_VARIABLE,
    SECRETS_VARIABLE,
    SECURE_VARIABLE,
    SESSIONS_VARIABLE,
)

if TYPE_CHECKING:
    from planner.service.settings import ServiceSettings

EXIT_OK, EXIT_FAILED = 0, 1
_START_SECONDS = 90.0
_STOP_SECONDS = 5.0


def serve(
    plan_dir: str | os.PathLike[str] = "out",
    *,
    port: int = 8501,
    address: str = "127.0.0.1",
    names: Sequence[str] = (),
    lang: Language = "zh",
    open_browser: bool = False,
    worker: bool = True,
) -> int:
    """Serve the page until Ctrl-C, and say where it is; beside it, do the jobs that the page is asked for.

    Parameters
    ----------
    plan_dir : path
        An installation, which holds ``shanfu.toml`` or a store; or a plan's folder. It may still be empty: the page
        then says what to do.
    port : int
    address : str
        ``127.0.0.1`` is this machine alone; another needs a login.
    names : sequence of str
        Under which other host names people reach the page, through a reverse proxy.
    lang : {"zh", "en"}
        Language of a page that is opened without a choice.
    open_browser : bool
        Whether to open the page in this machine's browser.
    worker : bool
        Whether to work, too; not where ``planner work`` runs by itself.

    Returns
    -------
    int
        Exit code: 0 when the server was stopped, 1 when it did not start or broke off.

    Raises
    ------
    BadInput
        The settings are refused, a secret of the login is missing, or the page would be open to others without one.
    """
    from planner.service.settings import load_settings
    from planner.web.home import find_home, refuse_open_door, secrets_file

    home = find_home(Path(plan_dir))
    settings = None if home is None else load_settings(home)
    refuse_open_door(address, settings.auth if settings else None)
    with secrets_file(settings) as secrets:
        if not _is_free(address, port):
            typer.echo(text("web.port_taken", lang, port=port), err=True)
            return EXIT_FAILED
        own = environment(Path(plan_dir), lang, home=home, settings=settings, secrets=secrets)
        line = command(port=port, address=address, names=names, settings=settings, secrets=secrets)
        with _worker(home if worker else None, own):
            return _run(line, own, _url(address, port), lang, open_browser=open_browser)


@contextmanager
def _worker(home: Path | None, own: Mapping[str, str]) -> Iterator[None]:
    """Have the jobs of an installation done until the block ends, or this process does: its end closes the pipe."""
    if home is None:
        yield
        return
    line = [sys.executable, "-P", "-m", "planner.cli", "work", "--home", str(home), "--until-closed"]
    kinder = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)  # Windows; elsewhere the worker sees to it
    child = subprocess.Popen(
        line, env=dict(own), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, creationflags=kinder
    )
    try:
        yield
    finally:
        assert child.stdin is not None
        child.stdin.close()
        _stop(child)


def _run(line: list[str], own: Mapping[str, str], url: str, lang: Language, *, open_browser: bool) -> int:
    """Start the server, say where it is, and stay until it ends."""
    child = subprocess.Popen(
        line,
        env=own,
        cwd=Path(__file__).parent,  # not the caller's folder, whose .streamlit would be read
        stdout=subprocess.DEVNULL,
    )
    before = {number: signal.signal(number, _interrupt) for number in _signals()}
    try:
        if not _wait_until_up(child, url):
            typer.echo(text("web.not_started", lang), err=True)
            return EXIT_FAILED
        typer.echo(text("web.serving", lang, url=url))
        if open_browser:
            webbrowser.open(url)
        return EXIT_OK if child.wait() == 0 else EXIT_FAILED
    except KeyboardInterrupt:
        typer.echo("\n" + text("web.stopped", lang))
        return EXIT_OK
    finally:
        _stop(child)
        for number, handler in before.items():
            signal.signal(number, handler)


def command(
    *,
    port: int,
    address: str = "127.0.0.1",
    names: Sequence[str] = (),
    settings: ServiceSettings | None = None,
    secrets: Path | None = None,
) -> list[str]:
    """The command that serves the page, its settings as flags: no file of the working folder can change them."""
    config = tomllib.loads(shipped.path(".streamlit/config.toml").read_text(encoding="utf-8"))
    config["server"] |= {"port": port, "address": address}
    config["secrets"] = {"files": [str(secrets or Path(__file__).with_name("no-secrets.toml"))]}
    if settings is not None:
        config["server"]["maxUploadSize"] = settings.limits.upload_mb
        if settings.auth is not None:
            names = [*names, urlsplit(settings.auth.redirect_uri).hostname or ""]
    known = config["server"]["allowedHosts"]
    if names:
        config["server"]["allowedHosts"] = [*known, *(name for name in dict.fromkeys(names) if name not in known)]
    elif address not in ("127.0.0.1", "localhost"):
        config["server"].pop("allowedHosts", None)
    flags = [f"--{name}={_flag(value)}" for name, value in _flat(config)]
    server = Path(__file__).with_name("server.py")
    return [sys.executable, "-P", "-m", "streamlit", "run", str(server), *flags]


def environment(
    plan_dir: Path,
    lang: Language,
    *,
    home: Path | None = None,
    settings: ServiceSettings | None = None,
    secrets: Path | None = None,
) -> dict[str, str]:
    """What the server's process is told: the installation or plan, the language, where a checkout's packages are.

    Streamlit's own variables are left out: the flags are all the settings there are.
    """
    own = {
        **{name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")},
        PLAN_VARIABLE: str(plan_dir.absolute()),
        HOME_VARIABLE: "" if home is None else str(home),
        SECRETS_VARIABLE: "" if secrets is None else str(secrets),
        LANGUAGE_VARIABLE: lang,
        PARENT_VARIABLE: str(os.getpid()),
        "PYTHONUTF8": "1",
    }
    if settings is not None:
        own[SESSIONS_VARIABLE] = str(settings.limits.sessions)
        if settings.auth is not None and settings.auth.redirect_uri.startswith("https:"):
            own[SECURE_VARIABLE] = "1"
    root = Path(__file__).resolve().parents[2]
    if (root / "app.py").exists():
        own["PYTHONPATH"] = os.pathsep.join(filter(None, (str(root), os.environ.get("PYTHONPATH"))))
    return own


def _url(address: str, port: int) -> str:
    """Where this machine reaches the server."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            for item in value:
                yield f"{prefix}{name}", item
        else:
            yield f"{prefix}{name}", value


def _flag(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_free(address: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def _signals() -> tuple[signal.Signals, ...]:
    named = ("SIGINT", "SIGTERM", "SIGHUP")
    return tuple(getattr(signal, name) for name in named if hasattr(signal, name))


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _wait_until_up(child: subprocess.Popen[bytes], url: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + _START_SECONDS
    while child.poll() is None and time.monotonic() < until:
        try:
            with direct.open(f"{url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


def _stop(child: subprocess.Popen[bytes]) -> None:
    """End the server: kindly, then for good."""
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
