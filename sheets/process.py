"""The caller's side of the process that files are parsed in."""

from __future__ import annotations

import json
import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from sheets.book import Book, Progress, Refused
from sheets.packing import look_at
from sheets.worker import ANSWER, RESULT, TASK

STARTING = 30.0
"""Seconds for the interpreter to start, on a busy machine too."""
AT_LEAST = 9.0
SECONDS_A_MEGABYTE = 3.0
"""Seconds for each packed megabyte: a ledger of 100,000 rows packs into 30 MB and takes about 20 s."""
MOST_SECONDS = 600.0

_NAMES = {
    "sheets.book": ("Book", "Sheet", "Unusable"),
    "datetime": ("date", "datetime", "time", "timedelta"),
    "copyreg": ("_reconstructor",),
}


def read_book(path: Path, *, on_progress: Progress | None = None) -> Book:
    """Read a file in a process of its own.

    Parameters
    ----------
    path : Path
        An ``.xlsx``, ``.xlsm``, ``.xls``, ``.ods`` or ``.csv`` file; its content counts, not its name.
    on_progress : callable, optional

    Returns
    -------
    Book

    Raises
    ------
    Refused
        It is no such file, it is damaged or protected, or reading it would take too much.
    """
    look_at(path)
    with tempfile.TemporaryDirectory(prefix="sheets-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        _do({"path": str(path.resolve())}, folder, _seconds(path), on_progress)
        with (folder / ANSWER).open("rb") as file:
            book = _PlainData(file).load()
    if not isinstance(book, Book):
        raise Refused("file_damaged", error=type(book).__name__)
    return book


def edit_book(path: Path, edits: dict[str, Any], *, on_progress: Progress | None = None) -> bytes:
    """A copy of a file as an ``.xlsx`` workbook with some cells changed, marked and commented.

    Parameters
    ----------
    path : Path
        Anything that `read_book` reads; what is no workbook with formats comes back converted.
    edits : dict
        See `sheets.editing`.
    on_progress : callable, optional

    Returns
    -------
    bytes
        The workbook.

    Raises
    ------
    Refused
    """
    look_at(path)
    with tempfile.TemporaryDirectory(prefix="sheets-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        _do({"path": str(path.resolve()), "edits": edits}, folder, 10 * _seconds(path), on_progress)
        return (folder / RESULT).read_bytes()


def _seconds(path: Path) -> float:
    return min(AT_LEAST + SECONDS_A_MEGABYTE * max(path.stat().st_size / 1e6 - 0.5, 0), MOST_SECONDS)


def _do(task: dict[str, Any], folder: Path, seconds: float, on_progress: Progress | None) -> None:
    """Have a worker do a task; it is gone when this returns.

    Raises
    ------
    Refused
        By the worker, or because it died or took too long.
    """
    (folder / TASK).write_text(json.dumps(task, ensure_ascii=False), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "sheets.worker", str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="ascii",
        errors="replace",
        env=_environment(folder),
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line)
        lines.put(None)

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    deadline = time.monotonic() + STARTING
    try:
        while True:
            left = deadline - time.monotonic()
            try:
                line = lines.get(timeout=left) if left > 0 else ""  # telling of progress buys no time
            except queue.Empty:
                line = ""
            if line == "":
                raise Refused("file_takes_too_long", seconds=round(seconds))
            if line is None:
                raise Refused("file_takes_too_much")
            words: dict[str, Any] = json.loads(line)
            event = words.pop("event")
            if event == "ready":
                deadline = time.monotonic() + seconds
            elif event == "progress" and on_progress is not None:
                on_progress(words["step"], words["done"], words["of"])
            elif event == "refused":
                raise Refused(words["key"], **words["values"])
            elif event == "done":
                return
    finally:
        process.kill()
        process.wait()
        listener.join()
        assert process.stdout is not None
        process.stdout.close()


def _environment(folder: Path) -> dict[str, str]:
    """The caller's surroundings, with this package in reach and temporary files in the task's own folder."""
    here = str(Path(__file__).resolve().parent.parent)
    known = os.environ.get("PYTHONPATH", "")
    paths = [here, *(part for part in known.split(os.pathsep) if part and part != here)]
    temporary = str(folder)
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "MALLOC_ARENA_MAX": "2",  # else every thread reserves address space, which is what the limit counts
        "TMPDIR": temporary,
        "TEMP": temporary,
        "TMP": temporary,
    }


class _PlainData(pickle.Unpickler):
    """Loads nothing but cells: the bytes come from a process that had to do with foreign bytes."""

    def find_class(self, module: str, name: str) -> Any:
        """The few classes that a book is made of."""
        if name in _NAMES.get(module, ()):
            return super().find_class(module, name)
        raise Refused("file_damaged", error=f"{module}.{name}")
