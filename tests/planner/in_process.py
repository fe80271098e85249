"""Solving within the test's own process, for suites of a thousand tiny problems."""

from __future__ import annotations

from typing import Any

import pytest

from planner.model import lexicographic
from solvers import Limits, Outcome, Problem, solve
from solvers.backends import find
from solvers.program import Program
from solvers.search import search


def solve_here(problem: Problem, *, solver: str = "highs", limits: Limits | None = None, start: Any = None,
               on_progress: Any = None, stop: Any = None, session: Any = None) -> Outcome:  # fmt: skip
    """The same search as `solvers.solve`, without a process of its own."""
    if solver not in ("highs", "cbc"):  # OR-Tools and highspy cannot share a process
        return solve(problem, solver=solver, limits=limits, start=start, session=session)
    backend = find(solver)
    backend.load()
    return search(Program.of(problem), backend, limits or Limits(), start=start)


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the planner solve within this process, and take its word that a problem has no solution."""
    monkeypatch.setattr(lexicographic, "solve", solve_here)
    monkeypatch.setattr(lexicographic, "confirmed_infeasible", lambda *_, **__: True)
