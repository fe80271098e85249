"""What a caller and its worker say to each other: tuples of a word and its values, framed on a pipe."""

from __future__ import annotations

import pickle
import struct
import threading
from typing import IO, Any

FUNCTION, ITEM, STOP = "function", "item", "stop"
"""To the worker: a function and its number; an item, its number and limit of memory; stop that item."""
BEGUN, NEWS, DONE, FAILED = "begun", "news", "done", "failed"
"""From the worker, each with the number of the item."""

_LENGTH = struct.Struct("<Q")


class Writer:
    """The end that frames go into, from any thread."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()

    def write(self, *frame: Any) -> None:
        """Write a frame.

        Raises
        ------
        OSError
            Nobody is at the other end.
        """
        data = pickle.dumps(frame, pickle.HIGHEST_PROTOCOL)
        with self._lock:
            self._pipe.write(_LENGTH.pack(len(data)))
            self._pipe.write(data)
            self._pipe.flush()


def read(pipe: IO[bytes]) -> tuple[Any, ...] | None:
    """The next frame; None where the other end has closed, in the midst of a frame too."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = pipe.read(length)
    if len(data) < length:
        return None
    frame: tuple[Any, ...] = pickle.loads(data)
    return frame
