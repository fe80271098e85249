"""Programs that some tests need beside Python."""

from __future__ import annotations

import os
import shutil

import pytest


def need(tool: str) -> str:
    """The path of a program; without it the test is skipped loudly, and fails where ``CI=true``."""
    found = shutil.which(tool)
    if found:
        return found
    message = f"{tool} is not installed: what it would have checked was NOT checked"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
