"""The caller's side of one worker: started, fed, listened to, ended with all that it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO, Any

from executor import frames

_THREADS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
)  # fmt: skip


class WorkerProcess:
    """A process that takes one item at a time.

    Parameters
    ----------
    threads : int, optional
        That the numeric libraries there may use; they read it when they are loaded. None: as many as they like.
    """

    def __init__(self, threads: int | None) -> None:
        self._knows = 0  # the number of the function that it has
        self._ending = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "executor.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(threads),
            start_new_session=True,  # Ctrl-C is the caller's; and the group that it leads is ended with it
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
            | getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin: IO[bytes] = self._process.stdin
        self._stdout: IO[bytes] = self._process.stdout
        self._writer = frames.Writer(self._stdin)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def give(self, function_number: int, function: bytes, number: int, item: bytes, memory_mb: int | None) -> None:
        """Hand it an item; one that has died is found out by `hear`."""
        with contextlib.suppress(OSError):
            if self._knows != function_number:
                self._writer.write(frames.FUNCTION, function_number, function)
                self._knows = function_number
            self._writer.write(frames.ITEM, number, item, memory_mb)

    def ask(self, number: int) -> None:
        """Ask an item to stop."""
        with contextlib.suppress(OSError):
            self._writer.write(frames.STOP, number)

    def hear(self, number: int, told: Callable[[str, tuple[Any, ...]], None]) -> bool:
        """Listen until an item has its answer.

        Parameters
        ----------
        told : callable
            Called with each frame, its word and its values; the answer comes last.

        Returns
        -------
        bool
            False where the process ended before.
        """
        while (frame := frames.read(self._stdout)) is not None:
            word, said, *values = frame
            if said != number:
                raise RuntimeError(f"a worker answered item {said} instead of {number}")
            told(word, tuple(values))
            if word in (frames.DONE, frames.FAILED):
                return True
        return False

    def kill(self) -> None:
        """End it and its group; safe at any time, from any thread. `end` has to follow."""
        with self._ending:
            if self._process.returncode is not None:
                return
            if sys.platform == "win32":
                tree = ["taskkill", "/F", "/T", "/PID", str(self._process.pid)]
                subprocess.run(tree, capture_output=True, check=False)
                self._process.kill()
                return
            try:
                # before waiting: until it is waited for, no other process can have got its number
                os.killpg(self._process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                self._process.kill()  # all have ended (some systems call that a lack of permission)

    def end(self) -> int:
        """End it and its group, and give up what it held here; return its exit code."""
        self.kill()
        with self._ending:
            code = self._process.wait()
        for pipe in (self._stdout, self._stdin):
            with contextlib.suppress(OSError):  # an item it did not take: there is nobody to send it to
                pipe.close()
        return code


def _environment(threads: int | None) -> dict[str, str]:
    """The caller's, with its import path."""
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
    numeric = {} if threads is None else dict.fromkeys(_THREADS, str(threads))
    return os.environ | numeric | {"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}
