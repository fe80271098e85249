"""Programs and ports that some tests need beside Python."""

from __future__ import annotations

import os
import shutil
import socket

import pytest


def need(tool: str, *folders: str | os.PathLike[str]) -> str:
    """The path of a program, on PATH or in one of the folders; without it the test is skipped loudly, and fails
    where ``CI=true``."""
    found = shutil.which(tool) or shutil.which(tool, path=os.pathsep.join(os.fspath(folder) for folder in folders))
    if found:
        return found
    message = f"{tool} is not installed: what it would have checked was NOT checked"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
