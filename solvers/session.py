"""Several solves in a row, without starting a process for each.

Loading a solver takes longer than many a small solve: HiGHS about 0.2 s, OR-Tools more than a second. A session keeps
the process of a solve for the next one.
"""

from __future__ import annotations

import os
import threading
from types import TracebackType
from typing import Self

from solvers.outcome import Outcome
from solvers.process import Job, SolvingProcess


class Session:
    """Keeps one process for each solver that was used, until it is closed.

    Use it as a context manager, and hand it to each solve: ``solve(problem, session=session)``. Every promise of a
    single solve holds, and no solve knows of another:

    - a process is given one solve at a time. It is kept only after it has answered in good order; one that crashed,
      hung, or was left by an exception is ended, and the next solve gets another;
    - it is kept for one number of threads, which some solvers take once and for all. A solve that asks for another
      number gets another process, and so does one with a limit of memory, which nothing can lift afterwards;
    - it ends itself when the caller dies.

    A session may be used from several threads at once: none waits for another, each takes the process that is free or
    starts one, and of those that come free together one is kept. It belongs to the process that opened it, not to its
    forks.
    """

    def __init__(self) -> None:
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._free: dict[str, SolvingProcess] = {}
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes that are free; one that is still solving for another thread ends after its answer."""
        if os.getpid() != self._owner:
            return
        with self._lock:
            self._closed = True
            free, self._free = self._free, {}
        for process in free.values():
            process.end()

    def run(self, job: Job) -> Outcome:
        """Do a job (`solvers.solve` makes it), in a process that is kept or a new one.

        Raises
        ------
        RuntimeError
            The session is closed, or another process opened it.
        """
        outcome = None
        while outcome is None:  # at most twice: a new process always answers
            process = self._take(job)
            try:
                outcome = process.solve(job)
            finally:
                self._put_back(process, job.solver)
        return outcome

    def _take(self, job: Job) -> SolvingProcess:
        if os.getpid() != self._owner:
            raise RuntimeError("this session was opened by another process; open one in this process")
        with self._lock:
            if self._closed:
                raise RuntimeError("this session is closed; open another")
            process = self._free.pop(job.solver, None) if job.limits.memory_mb is None else None
        if process is not None and (process.threads != job.limits.threads or not process.alive):
            process.end()
            process = None
        return process or SolvingProcess(job.limits.threads)

    def _put_back(self, process: SolvingProcess, solver: str) -> None:
        with self._lock:
            kept = process.fit and not self._closed and solver not in self._free
            if kept:
                self._free[solver] = process
        if not kept:
            process.end()
