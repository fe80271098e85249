"""The process that solves run in: ``python -m solvers.worker HOME``.

A line on standard input names the folder, in HOME, of the next job: it holds the programme and the orders. Lines of
JSON about it go out over standard output; points go out as files that appear whole or not at all. The line ``stop``
stops the job named last. When that input closes, the caller is gone: then nobody wants an answer, and the process ends
itself, its children and its home.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

from solvers.backends import find
from solvers.handover import INCUMBENT, ORDERS, PROGRAM, SOLUTION, START, STOP, kept, put
from solvers.outcome import Limits, Progress, memory_can_be_limited
from solvers.problem import Floats
from solvers.program import Program
from solvers.search import search


def main(home: Path) -> None:
    """Do one job after another, for as long as the caller lives."""
    # a library that prints, or reads, must not meddle with the lines: they get channels of their own, what is printed
    # goes to the errors, and there is nothing to read
    channel = os.fdopen(os.dup(1), "w", encoding="ascii", buffering=1)
    words = os.fdopen(os.dup(0), encoding="ascii")
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    jobs: SimpleQueue[tuple[Path, threading.Event]] = SimpleQueue()
    threading.Thread(target=_attend, args=(words, jobs, home), daemon=True).start()
    while True:
        _solve(*jobs.get(), channel)


def _solve(folder: Path, stop: threading.Event, channel: IO[str]) -> None:
    """Solve what is in the folder."""

    def say(**line: object) -> None:
        channel.write(json.dumps({"job": folder.name} | line) + "\n")

    def tell(progress: Progress, x: Floats | None) -> None:
        if x is not None:
            put(folder / INCUMBENT, x)
        say(
            event="progress",
            seconds=progress.seconds,
            value=progress.value,
            bound=progress.bound,
            nodes=progress.nodes,
        )

    orders: dict[str, Any] = json.loads((folder / ORDERS).read_text(encoding="utf-8"))
    limits = Limits(**orders["limits"])
    backend = find(orders["solver"])
    program = Program.load(folder / PROGRAM)
    start = kept(folder / START)
    backend.load()
    if limits.memory_mb is not None and memory_can_be_limited():
        _limit_memory(limits.memory_mb)
    say(event="ready")
    outcome = search(program, backend, limits, start=start, listener=tell, stopped=stop.is_set)
    if outcome.x is not None:
        put(folder / SOLUTION, outcome.x)
    say(
        event="done",
        status=outcome.status,
        value=outcome.value,
        bound=outcome.bound,
        seconds=outcome.seconds,
        version=outcome.version,
        nodes=outcome.nodes,
        message=outcome.message,
        stopped_by=outcome.stopped_by,
    )


def _attend(words: IO[str], jobs: SimpleQueue[tuple[Path, threading.Event]], home: Path) -> None:
    """Take word from the caller, in the order in which it comes: a stop that is late meets a job that has ended."""
    stop = threading.Event()
    for line in words:
        word = line.strip()
        if word == STOP:
            stop.set()
        else:
            stop = threading.Event()
            jobs.put((home / word, stop))
    # under another name nothing new is put into it while it is being removed
    with contextlib.suppress(OSError):
        home = home.rename(home.with_suffix(".gone"))
    shutil.rmtree(home, ignore_errors=True)  # what cannot be removed now, the system's own clearing of /tmp will
    if sys.platform != "win32":
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _limit_memory(megabytes: int) -> None:
    """Hold this process, and each that it starts, to what it has loaded and so much more."""
    import resource

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    size = pages * resource.getpagesize() + megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
