"""The process that a file is parsed in: ``python -m sheets.worker FOLDER``.

It finds its task in the folder, says on its standard output how far it is, and leaves its answer in the folder. It may
be killed at any moment, by its own limit on memory or by the caller.
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from pathlib import Path
from typing import Any

from sheets.book import Refused
from sheets.parsing import parse

TASK, ANSWER, RESULT = "task.json", "answer.pickle", "result.xlsx"
AT_FIRST = 450_000_000
"""Bytes of address space before it is known what is in a file: an interpreter with its libraries takes 150 MB."""
AT_MOST = 4_000_000_000
_TELL_AFTER = 0.2


class _Room:
    """The limit on memory, raised for what is truly in the file."""

    def __init__(self, at_first: int) -> None:
        self.granted = at_first
        self._set()

    def need(self, count: int) -> None:
        self.granted = min(self.granted + count, AT_MOST)
        self._set()

    def _set(self) -> None:
        try:
            import resource
        except ImportError:  # Windows has no such limit; the time still holds
            return
        resource.setrlimit(resource.RLIMIT_AS, (self.granted, resource.getrlimit(resource.RLIMIT_AS)[1]))


def main(folder: Path) -> None:
    """Do the task of a folder."""
    task: dict[str, Any] = json.loads((folder / TASK).read_text(encoding="utf-8"))
    room = _Room(AT_FIRST)
    told = 0.0

    def on_progress(step: str, done: int, of: int) -> None:
        nonlocal told
        if (now := time.monotonic()) - told > _TELL_AFTER:
            told = now
            _say(event="progress", step=step, done=done, of=of)

    _say(event="ready")
    try:
        if "edits" in task:
            from sheets.editing import edit

            edit(Path(task["path"]), task["edits"], folder / RESULT, on_progress, room.need)
        else:
            book = parse(Path(task["path"]), on_progress, room.need)
            with (folder / ANSWER).open("wb") as file:
                pickle.dump(book, file, protocol=5)
    except Refused as refused:
        _say(event="refused", key=refused.key, values=refused.values)
    except MemoryError:
        _say(event="refused", key="file_takes_too_much", values={})
    except Exception as error:  # noqa: BLE001  whatever a foreign parser meets in foreign bytes
        _say(event="refused", key="file_damaged", values={"error": type(error).__name__})
    else:
        _say(event="done")


def _say(**words: Any) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
