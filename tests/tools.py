"""Programs and ports that some tests need beside Python."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import socket
from types import ModuleType

import pytest


def need(tool: str, *folders: str | os.PathLike[str]) -> str:
    """The path of a program, on PATH or in one of the folders; without it the test is skipped loudly, and fails
    where ``CI=true``."""
    found = shutil.which(tool) or shutil.which(tool, path=os.pathsep.join(os.fspath(folder) for folder in folders))
    if found:
        return found
    raise _missing(tool)


def need_module(name: str) -> ModuleType:
    """A module of an extra; without it the test is skipped loudly, and fails where ``CI=true``."""
    if importlib.util.find_spec(name) is None:
        raise _missing(name)
    return importlib.import_module(name)


def _missing(what: str) -> BaseException:
    message = f"{what} is not installed: what it would have checked was NOT checked"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
