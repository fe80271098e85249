"""A working process that is ready before its first job: what it imports is loaded, and so is the solver."""

from __future__ import annotations

import functools

import numpy as np
from scipy import sparse

from planner.model import Effort, Session
from solvers import Problem, solve


@functools.cache
def warm_session() -> Session:
    """The session of this process for all jobs that it does; its solvers end with the process."""
    return Session()


def get_ready(_item: object = None) -> None:
    """Load what the first job would load, by solving for one column."""
    one = np.ones(1)
    nothing = sparse.csr_array((0, 1))
    problem = Problem(nothing, np.zeros(0), np.zeros(0), np.zeros(1), one, np.ones(1, dtype=bool), one)
    solve(problem, solver=Effort().solver, session=warm_session())
