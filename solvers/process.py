"""The process that solves run in: watched, stopped, outlived.

Whatever happens there (a crash, too much memory, a hang) ends as an `Outcome` here, with the best solution that was
reported before. This process loads no solver: two solver libraries cannot always live in one process, and each takes
its number of threads once and for all.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np

from solvers.backend import Backend
from solvers.exact import Checker
from solvers.handover import ERRORS, INCUMBENT, ORDERS, PROGRAM, SOLUTION, START, STOP, kept
from solvers.outcome import Limits, Outcome, Progress, Status, StoppedBy, proved, sound
from solvers.problem import Floats
from solvers.program import Program

_POLL = 0.05  # seconds between two looks at whether the caller wants to stop
_STARTING = 60.0  # seconds that loading may take on a machine with much else to do


class StopSignal(Protocol):
    """Anything that can be asked whether it is set; a `threading.Event` is one."""

    def is_set(self) -> bool:
        """Whether to stop."""


@dataclass(frozen=True, slots=True)
class Job:
    """One solve.

    Parameters
    ----------
    program : Program
    backend : Backend
        For its name and version.
    solver : str
        What the solving process finds it by.
    limits, start, on_progress, stop
        As in `solvers.solve`.
    """

    program: Program
    backend: Backend
    solver: str
    limits: Limits
    start: Floats | None = None
    on_progress: Callable[[Progress], bool | None] | None = None
    stop: StopSignal | None = None


class SolvingProcess:
    """A process that takes one job at a time, and what it has said of the present one."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.fit = True
        """Whether it may be given another job: it has answered each one in good order."""
        self._jobs = 0
        self._ready = False
        self._done: dict[str, Any] | None = None
        self._last: Progress | None = None
        self._seconds = 0.0
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._home = Path(tempfile.mkdtemp(prefix="solve-"))
        self._errors = self._home / ERRORS
        self._errors_before = 0  # what the error file held when the present job began
        try:
            with self._errors.open("wb") as errors:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "solvers.worker", str(self._home)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    text=True,
                    encoding="ascii",
                    errors="replace",
                    env=_environment(self._home),
                    start_new_session=True,  # Ctrl-C is the caller's: it stops us in good order, or not at all
                    creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
                    | getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
        except BaseException:
            shutil.rmtree(self._home, ignore_errors=True)
            raise
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin: IO[str] = self._process.stdin
        self._stdout: IO[str] = self._process.stdout
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def alive(self) -> bool:
        """Whether it has not ended by itself."""
        return self._process.poll() is None

    def solve(self, job: Job) -> Outcome | None:
        """Do one job.

        Returns
        -------
        Outcome or None
            None where the process had ended since its last job, so that this one was never begun.
        """
        self.fit = False  # until it has answered
        self._jobs += 1
        self._ready, self._done, self._last, self._seconds = False, None, None, 0.0
        self._errors_before = self._errors.stat().st_size
        folder = self._home / str(self._jobs)
        folder.mkdir()
        job.program.save(folder / PROGRAM)
        if job.start is not None:
            np.save(folder / START, job.start, allow_pickle=False)
        orders = {"solver": job.solver, "limits": asdict(job.limits)}
        (folder / ORDERS).write_text(json.dumps(orders), encoding="utf-8")
        self._say(folder.name)
        ended = self._follow(folder.name, job)
        if self._done is not None:
            outcome = _told(self._done, job.backend, folder)
            shutil.rmtree(folder, ignore_errors=True)  # an open file on Windows must not cost the answer
            # a limit of memory binds a process for the rest of its life
            self.fit = job.backend.reusable and job.limits.memory_mb is None
            return outcome
        if ended is StoppedBy.CRASH and not self._ready and self._jobs > 1:
            return None
        self._end_process()
        return self._recovered(job, ended, folder)

    def _read(self) -> None:
        for line in self._stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _follow(self, name: str, job: Job) -> StoppedBy:
        """Listen until the end of a job; say what ended it, should it not say so itself."""
        limits, stop = job.limits, job.stop
        began = time.monotonic()
        deadline, reason = began + _STARTING, StoppedBy.CRASH
        asked = False
        while True:
            if not asked and stop is not None and stop.is_set():
                asked, deadline, reason = True, time.monotonic() + limits.grace, StoppedBy.USER
                self._say(STOP)
            now = time.monotonic()
            self._seconds = now - began
            if now > deadline:
                return reason
            try:
                text = self._lines.get(timeout=min(deadline - now, 1.0 if stop is None else _POLL))
            except queue.Empty:
                continue
            if text is None:
                return StoppedBy.CRASH
            line: dict[str, Any] = json.loads(text)
            if line.pop("job") != name:
                raise RuntimeError(f"the solving process answered another job than {name}: {text}")
            event = line.pop("event")
            if event == "done":
                self._done = line
                return StoppedBy.PROOF
            if event == "ready":
                self._ready = True
                began = time.monotonic()
                if not asked:
                    reason = StoppedBy.TIME
                    deadline = began + (1e9 if limits.seconds is None else limits.seconds + limits.grace)
                continue
            self._last = Progress(**line)
            if job.on_progress is not None and job.on_progress(self._last) is False and not asked:
                asked, deadline, reason = True, time.monotonic() + limits.grace, StoppedBy.USER
                self._say(STOP)

    def _say(self, word: str) -> None:
        with contextlib.suppress(BrokenPipeError):  # it has just ended: the end of its lines says the rest
            self._stdin.write(word + "\n")
            self._stdin.flush()

    def end(self) -> None:
        """End the process and all that it started, and remove its folder. Nothing may survive this."""
        try:
            self._end_process()
        finally:
            shutil.rmtree(self._home, ignore_errors=True)

    def _end_process(self) -> None:
        if self._stdin.closed:
            return
        if sys.platform == "win32":
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(self._process.pid)], capture_output=True, check=False)
        elif self._process.returncode is None:
            try:
                # before waiting: until it is waited for, no other process can have got its number
                os.killpg(self._process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                self._process.kill()  # all have ended (some systems call that a lack of permission)
        self._process.wait()
        self._reader.join()
        for pipe in (self._stdout, self._stdin):
            with contextlib.suppress(BrokenPipeError):  # an unsent request to stop: there is nobody to send it to
                pipe.close()

    @property
    def _ending(self) -> str:
        """What the system says of its end."""
        code = self._process.returncode
        if code < 0:
            return f"the solving process was ended by {signal.Signals(-code).name}"
        return f"the solving process ended with code {code}"

    @property
    def _troubles(self) -> str:
        """The last lines that it wrote about its troubles with the present job."""
        with self._errors.open("rb") as file:
            file.seek(self._errors_before)
            lines = file.read().decode("utf-8", errors="replace").split("\n")
        return " / ".join([line.strip() for line in lines if line.strip()][-3:])

    def _recovered(self, job: Job, ended: StoppedBy, folder: Path) -> Outcome:
        """The outcome of a process that did not live to tell: its best reported solution, looked at again here."""
        program, limits = job.program, job.limits
        if ended is StoppedBy.CRASH:
            errors = self._troubles
            message = f"{self._ending}: {errors}" if errors else self._ending
            starved = any(word in errors for word in ("bad_alloc", "MemoryError", "allocate"))
            if limits.memory_mb is not None and starved:
                ended, message = StoppedBy.MEMORY, f"it needed more than {limits.memory_mb} MB: {errors}"
        else:
            what = "its time was up" if ended is StoppedBy.TIME else "it was asked to stop"
            message = f"the solving process did not answer within {limits.grace:g} s after {what}, and was ended"
        checker = Checker(program)
        x, value = None, None
        for point in (kept(folder / INCUMBENT), job.start):
            if point is None or not np.isfinite(point).all():
                continue
            whole = checker.rounded(point)
            if checker.accepts(whole) and (value is None or checker.value(whole) < value):
                x, value = whole, checker.value(whole)
        bound = None if self._last is None or self._last.bound is None else program.sign * self._last.bound
        if value is not None and bound is not None:
            bound = sound(value, bound)
        if x is None:
            status = Status.FAILED if ended is StoppedBy.CRASH else Status.NOTHING_FOUND
        elif value is not None and proved(value, bound, limits.abs_gap):
            status, ended = Status.OPTIMAL, StoppedBy.PROOF
        else:
            status = Status.FEASIBLE
        return Outcome(
            status=status,
            value=None if value is None else program.sign * value + 0.0,
            bound=None if bound is None else program.sign * bound + 0.0,
            x=x,
            seconds=self._seconds,
            solver=job.backend.name,
            version=job.backend.version(),
            nodes=None if self._last is None else self._last.nodes,
            message=message,
            stopped_by=ended,
        )


def _environment(folder: Path) -> dict[str, str]:
    """The caller's, with its import path, our folder for temporary files, and one thread for numpy's own algebra."""
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
    temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
    return os.environ | temporary | {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}


def _told(line: dict[str, Any], backend: Backend, folder: Path) -> Outcome:
    """The outcome as the process tells it."""
    x = None if line["value"] is None else kept(folder / SOLUTION)
    status, by = Status(line.pop("status")), StoppedBy(line.pop("stopped_by"))
    return Outcome(status=status, stopped_by=by, x=x, solver=backend.name, **line)
