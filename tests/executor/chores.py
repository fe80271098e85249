"""What the tests have workers do."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import executor


def square(x: int) -> int:
    return x * x


def later_is_faster(x: int) -> int:
    time.sleep(0.3 / (1 + x))
    return x


def add(base: int, x: int) -> int:
    return base + x


def worker_number(_: Any) -> int:
    return os.getpid()


def refuse(x: int) -> int:
    if x == 3:
        raise ValueError(f"{x} is not wanted")
    return x


class Unloadable(Exception):
    """Can be pickled, and not loaded again."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


def raise_unloadable(x: int) -> None:
    raise Unloadable(x, x)


def return_unpicklable(_: Any) -> Any:
    return threading.Lock()


def noisy(x: int) -> int:
    sys.stdout.write("words on standard output")
    sys.stdout.flush()
    os.write(1, b"and more of them\n")
    assert sys.stdin.read() == ""
    return x


def die(item: tuple[Path, int]) -> int:
    """Killed the first so many times; each try leaves a file."""
    folder, times = item
    tries = len(list(folder.iterdir()))
    (folder / str(tries)).touch()
    if tries < times:
        kill_me()
    return tries


def kill_me() -> None:
    if sys.platform == "win32":
        os._exit(9)
    os.kill(os.getpid(), signal.SIGKILL)


def leave_quietly(_: Any) -> None:
    os._exit(0)


def sleep(item: Path) -> None:
    item.write_text(str(os.getpid()))
    time.sleep(600)


def sleep_in_c(item: Path) -> None:
    """Computes without end, where no Python runs."""
    item.write_text(str(os.getpid()))
    sum(range(10**15))


def sleep_or_square(item: int | Path) -> int:
    if isinstance(item, Path):
        sleep(item)
        return 0
    return square(item)


def count_until_stopped(item: Path, report: Any, stop: executor.StopSignal) -> str:
    report(f"at {item.name}")
    item.touch()
    while not stop.is_set():
        time.sleep(0.01)
    return f"stopped at {item.name}"


def deaf(item: Path, stop: executor.StopSignal) -> None:
    """Takes `stop`, and does not look at it."""
    assert stop is not None
    sleep(item)


def report_steps(steps: int, report: Any) -> int:
    for step in range(steps):
        report({"step": step})
    return steps


def take_memory(megabytes: int) -> int:
    return len(bytearray(megabytes * 2**20))


def threads_allowed(_: Any) -> str | None:
    return os.environ.get("OMP_NUM_THREADS")


def start_child(item: Path) -> None:
    """A child that does not watch anything, and then a long wait."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    part = item.with_suffix(".part")
    part.write_text(f"{os.getpid()} {child.pid}")
    part.rename(item)
    time.sleep(600)


def start_forked_child(item: Path) -> None:
    """A forked child in a session of its own, that holds whatever its parent held; then the parent dies."""
    pid = os.fork()
    if pid == 0:
        os.setsid()
        item.write_text(str(os.getpid()))
        time.sleep(600)
        os._exit(0)
    while not item.exists():
        time.sleep(0.01)
    kill_me()


def squares_by_children(x: int) -> list[int]:
    """A worker may have workers, ours and those of others."""
    with executor.LocalProcesses(1) as inner, multiprocessing.get_context("spawn").Pool(1) as pool:
        return inner.map(square, [x]) + pool.map(square, [x + 1])


def solve_for_long(item: Path) -> None:
    """Solve in a solving process, which leads a session of its own."""
    import solvers
    from tests.solvers.processes import children
    from tests.solvers.solver_problems import hard

    def seen(_: solvers.Progress) -> None:
        if not item.exists():
            part = item.with_suffix(".part")
            part.write_text(f"{os.getpid()} {children(os.getpid())[0]}")
            part.rename(item)

    solvers.solve(hard(), limits=solvers.Limits(seconds=100.0), on_progress=seen)


plus_ten = partial(add, 10)
