"""What the benchmarks have in common: a child that is watched, its memory, the load of the machine, tables."""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "out" / "benchmarks"
POLL = 0.1  # seconds between two looks at a child's memory


def load() -> str:
    """How busy the machine is: figures mean little where others work on it."""
    return " ".join(f"{average:.2f}" for average in os.getloadavg())


def machine() -> str:
    """What was measured on."""
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}"


@dataclass(frozen=True, slots=True)
class Child:
    """What a process of its own said and used.

    Parameters
    ----------
    lines : list of dict
    peak : int
        The largest sum of the resident memory of the process and its children, bytes.
    trouble : str
        Why it ended badly; else empty.
    """

    lines: list[dict[str, Any]]
    peak: int
    trouble: str


def run(module: str, *arguments: str, patience: float) -> Child:
    """Run a module of the benchmarks in a process of its own, which prints JSON lines.

    Parameters
    ----------
    patience : float
        Seconds after which the process and its children are ended.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", f"benchmarks.{module}", *arguments],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    peak = [0]
    watch = threading.Thread(target=_watch, args=(process, time.monotonic() + patience, peak), daemon=True)
    watch.start()
    said, errors = process.communicate()
    watch.join()
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    return Child(lines, peak[0], errors[-2_000:] if process.returncode else "")


def _watch(process: subprocess.Popen[str], until: float, peak: list[int]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], _resident(process.pid))
        if time.monotonic() > until:
            end(process.pid)
        time.sleep(POLL)


def _resident(pid: int) -> int:
    total = 0
    try:
        parent = psutil.Process(pid)
        for process in (parent, *parent.children(recursive=True)):
            total += process.memory_info().rss
    except psutil.Error:  # it has just ended
        pass
    return total


def end(pid: int) -> None:
    """End a process and its children."""
    try:
        parent = psutil.Process(pid)
        for process in (*parent.children(recursive=True), parent):
            process.kill()
    except psutil.NoSuchProcess:
        pass


def say(**line: Any) -> None:
    """Print one line for the process that asked."""
    print(json.dumps(line), flush=True)


def geometric_mean(values: Iterable[float]) -> float:
    """The geometric mean of positive numbers; NaN of none."""
    logs = [math.log(value) for value in values]
    return math.exp(sum(logs) / len(logs)) if logs else math.nan


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table that Markdown reads."""
    print("| " + " | ".join(head) + " |")
    print("|" + " --- |" * len(head))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    sys.stdout.flush()
