"""A solve in a process of its own: watched, stopped, outlived.

Whatever happens there (a crash, too much memory, a hang) ends as an `Outcome` here, with the best solution that was
reported before. This process loads no solver: two solver libraries cannot always live in one process, and each takes
its number of threads once and for all.
"""

from __future__ import annotations

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
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np

from solvers.backend import Backend
from solvers.exact import Checker
from solvers.handover import ERRORS, INCUMBENT, ORDERS, PROGRAM, SOLUTION, START, kept
from solvers.outcome import Limits, Outcome, Progress, Status, StoppedBy, proved, sound
from solvers.problem import Floats
from solvers.program import Program

_POLL = 0.05  # seconds between two looks at whether the caller wants to stop
_STARTING = 60.0  # seconds that loading may take on a machine with much else to do


class StopSignal(Protocol):
    """Anything that can be asked whether it is set; a `threading.Event` is one."""

    def is_set(self) -> bool:
        """Whether to stop."""


def run(
    program: Program,
    backend: Backend,
    solver: str,
    limits: Limits,
    start: Floats | None,
    on_progress: Callable[[Progress], bool | None] | None,
    stop: StopSignal | None,
) -> Outcome:
    """Solve in a new process, and never leave it behind.

    Parameters
    ----------
    program : Program
    backend : Backend
        For its name and version.
    solver : str
        What the new process finds it by.
    limits, start, on_progress, stop
        As in `solvers.solve`.

    Returns
    -------
    Outcome
    """
    folder = Path(tempfile.mkdtemp(prefix="solve-"))
    try:
        program.save(folder / PROGRAM)
        if start is not None:
            np.save(folder / START, start, allow_pickle=False)
        orders = {"solver": solver, "limits": asdict(limits)}
        (folder / ORDERS).write_text(json.dumps(orders), encoding="utf-8")
        child = _Child(folder)
        try:
            ended = child.follow(limits, on_progress, stop)
        finally:
            child.end()
        if child.done is not None:
            return _told(child.done, backend, folder)
        return _recovered(child, ended, program, backend, limits, start, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # an open file on Windows must not cost the answer


class _Child:
    """The process and what it has said."""

    def __init__(self, folder: Path) -> None:
        self.done: dict[str, Any] | None = None
        self.last: Progress | None = None
        self.seconds = 0.0
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._errors = folder / ERRORS
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "solvers.worker", str(folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="ascii",
                errors="replace",
                env=_environment(folder),
                start_new_session=True,  # Ctrl-C is the caller's: it stops us in good order, or not at all
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
                | getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin: IO[str] = self._process.stdin
        self._stdout: IO[str] = self._process.stdout
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._stdout:
            self._lines.put(line)
        self._lines.put(None)

    def follow(
        self,
        limits: Limits,
        on_progress: Callable[[Progress], bool | None] | None,
        stop: StopSignal | None,
    ) -> StoppedBy:
        """Listen until the end; say what ended it, should it not say so itself."""
        began = time.monotonic()
        deadline, reason = began + _STARTING, StoppedBy.CRASH
        asked = False
        while True:
            if not asked and stop is not None and stop.is_set():
                asked, deadline, reason = True, time.monotonic() + limits.grace, StoppedBy.USER
                self._ask_to_stop()
            now = time.monotonic()
            self.seconds = now - began
            if now > deadline:
                return reason
            try:
                text = self._lines.get(timeout=min(deadline - now, 1.0 if stop is None else _POLL))
            except queue.Empty:
                continue
            if text is None:
                return StoppedBy.CRASH
            line: dict[str, Any] = json.loads(text)
            event = line.pop("event")
            if event == "done":
                self.done = line
                return StoppedBy.PROOF
            if event == "ready":
                began = time.monotonic()
                if not asked:
                    reason = StoppedBy.TIME
                    deadline = began + (1e9 if limits.seconds is None else limits.seconds + limits.grace)
                continue
            self.last = Progress(**line)
            if on_progress is not None and on_progress(self.last) is False and not asked:
                asked, deadline, reason = True, time.monotonic() + limits.grace, StoppedBy.USER
                self._ask_to_stop()

    def _ask_to_stop(self) -> None:
        try:
            self._stdin.write("stop\n")
            self._stdin.flush()
        except BrokenPipeError:
            return  # it has just ended: the end of its lines says the rest

    def end(self) -> None:
        """End the process and all that it started. Nothing may survive this."""
        if sys.platform == "win32":
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(self._process.pid)], capture_output=True, check=False)
        else:
            try:
                # before waiting: until it is waited for, no other process can have got its number
                os.killpg(self._process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                self._process.kill()  # all have ended (some systems call that a lack of permission)
        self._process.wait()
        self._reader.join()
        for pipe in (self._stdout, self._stdin):
            try:
                pipe.close()
            except BrokenPipeError:
                continue  # an unsent request to stop: there is nobody to send it to

    @property
    def ending(self) -> str:
        """What the system says of its end."""
        code = self._process.returncode
        if code < 0:
            return f"the solving process was ended by {signal.Signals(-code).name}"
        return f"the solving process ended with code {code}"

    @property
    def errors(self) -> str:
        """The last lines that it wrote about its troubles."""
        lines = self._errors.read_text(encoding="utf-8", errors="replace").split("\n")
        return " / ".join([line.strip() for line in lines if line.strip()][-3:])


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


def _recovered(
    child: _Child,
    ended: StoppedBy,
    program: Program,
    backend: Backend,
    limits: Limits,
    start: Floats | None,
    folder: Path,
) -> Outcome:
    """The outcome of a process that did not live to tell: its best reported solution, looked at again here."""
    if ended is StoppedBy.CRASH:
        errors = child.errors
        message = f"{child.ending}: {errors}" if errors else child.ending
        if limits.memory_mb is not None and any(word in errors for word in ("bad_alloc", "MemoryError", "allocate")):
            ended, message = StoppedBy.MEMORY, f"it needed more than {limits.memory_mb} MB: {errors}"
    else:
        what = "its time was up" if ended is StoppedBy.TIME else "it was asked to stop"
        message = f"the solving process did not answer within {limits.grace:g} s after {what}, and was ended"
    checker = Checker(program)
    x, value = None, None
    for point in (kept(folder / INCUMBENT), start):
        if point is None or not np.isfinite(point).all():
            continue
        whole = checker.rounded(point)
        if checker.accepts(whole) and (value is None or checker.value(whole) < value):
            x, value = whole, checker.value(whole)
    bound = None if child.last is None or child.last.bound is None else program.sign * child.last.bound
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
        seconds=child.seconds,
        solver=backend.name,
        version=backend.version(),
        nodes=None if child.last is None else child.last.nodes,
        message=message,
        stopped_by=ended,
    )
