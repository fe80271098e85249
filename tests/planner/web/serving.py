"""A served page for tests, on a port of its own, that is gone afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.tools import free_port

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 120.0
_CODE = """
import sys
from planner.web.serve import serve
sys.exit(serve(sys.argv[1], port=int(sys.argv[2]), lang=sys.argv[3], names=sys.argv[4:]))
"""


@dataclass
class Served:
    """A page that is being served."""

    url: str
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        """What the command has printed so far."""
        return "".join(self.lines)


def is_up(url: str) -> bool:
    """Whether a server answers."""
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def served(
    folder: Path, *, lang: str = "zh", cwd: Path | None = None, names: Sequence[str] = (), port: int | None = None
) -> Iterator[Served]:
    """Serve a folder until the block ends."""
    port = port or free_port()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    process = subprocess.Popen(
        [sys.executable, "-c", _CODE, str(folder), str(port), lang, *names], cwd=cwd, env=env, text=True,
        encoding="utf-8", stdout=subprocess.PIPE,
    )  # fmt: skip
    up = Served(f"http://127.0.0.1:{port}", process)
    ready = threading.Event()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            up.lines.append(line)
            ready.set()
        ready.set()

    threading.Thread(target=listen, daemon=True).start()
    try:
        assert ready.wait(START_SECONDS), "the server did not start"
        assert process.poll() is None, up.said
        yield up
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process.stdout is not None:
            process.stdout.close()
