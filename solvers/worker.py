"""The process that a solve runs in: ``python -m solvers.worker FOLDER``.

The folder holds the programme and the orders. Lines of JSON go out over standard output; points go out as files that
appear whole or not at all. A line on standard input asks to stop. When that input closes, the caller is gone: then
nobody wants the answer, and the process ends itself, its children and its folder.
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
from typing import Any

from solvers.backends import find
from solvers.handover import INCUMBENT, ORDERS, PROGRAM, SOLUTION, START, kept, put
from solvers.outcome import Limits, Progress, memory_can_be_limited
from solvers.problem import Floats
from solvers.program import Program
from solvers.search import search


def main(folder: Path) -> None:
    """Solve what is in the folder."""
    # a library that prints must not garble the lines: they get a channel of their own, and print goes to the errors
    channel = os.fdopen(os.dup(1), "w", encoding="ascii", buffering=1)
    os.dup2(2, 1)
    orders: dict[str, Any] = json.loads((folder / ORDERS).read_text(encoding="utf-8"))
    limits = Limits(**orders["limits"])
    backend = find(orders["solver"])
    program = Program.load(folder / PROGRAM)
    start = kept(folder / START)
    backend.load()
    if limits.memory_mb is not None and memory_can_be_limited():
        _limit_memory(limits.memory_mb)

    stop = threading.Event()
    threading.Thread(target=_attend, args=(stop, folder), daemon=True).start()

    def say(**line: object) -> None:
        channel.write(json.dumps(line) + "\n")

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
    channel.close()
    # nothing is left to do, and taking down a solver's threads in order can take longer than a small solve
    sys.stderr.flush()
    os._exit(0)


def _attend(stop: threading.Event, folder: Path) -> None:
    """Wait for word from the caller."""
    while os.read(0, 4096):
        stop.set()
    # under another name nothing new is put into it while it is being removed
    with contextlib.suppress(OSError):
        folder = folder.rename(folder.with_suffix(".gone"))
    shutil.rmtree(folder, ignore_errors=True)  # what cannot be removed now, the system's own clearing of /tmp will
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
