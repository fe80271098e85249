"""Programs that some tests need beside Python."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
from types import ModuleType

import pytest


def need(tool: str) -> str:
    """The path of a program; without it the test is skipped loudly, and fails where ``CI=true``."""
    found = shutil.which(tool)
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
