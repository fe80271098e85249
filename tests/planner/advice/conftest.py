"""Solving within the test's own process also where this room asks a solver itself."""

from __future__ import annotations

import pytest

from planner.advice import search
from tests.planner.in_process import in_process as in_process
from tests.planner.in_process import solve_here


@pytest.fixture
def quick(in_process: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """`in_process`, and the room's own questions too."""
    monkeypatch.setattr(search, "solve", solve_here)
