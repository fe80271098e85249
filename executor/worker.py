"""The process that items run in: ``python -m executor.worker``.

Frames come in over standard input and go out over standard output (see `executor.frames`). When that input closes, the
caller is gone: then nobody wants an answer, and the process ends itself and its group, whatever it is at.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

from executor import frames
from executor.function import REPORT, STOP, Prepared
from executor.outcome import memory_can_be_limited


@dataclass(frozen=True, slots=True)
class _Item:
    number: int
    packed: bytes
    memory_mb: int | None
    function: bytes
    function_number: int
    stop: threading.Event


def main() -> None:
    """Do one item after another, for as long as the caller lives."""
    # what a function prints, or reads, must not meddle with the frames: they get channels of their own, what is printed
    # goes to the errors, and there is nothing to read
    channel, words = os.fdopen(os.dup(1), "wb"), os.fdopen(os.dup(0), "rb")
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    if hasattr(os, "register_at_fork"):
        # a forked child that held them would hide this process's death from the caller, and the caller's from this one

        def let_go() -> None:
            for pipe in (channel, words):
                os.dup2(nothing, pipe.fileno())

        os.register_at_fork(after_in_child=let_go)
    if sys.stderr is not None:
        faulthandler.enable()
    items: SimpleQueue[_Item] = SimpleQueue()
    threading.Thread(target=_attend, args=(words, items), daemon=True).start()
    writer = frames.Writer(channel)
    known: tuple[int, Prepared[Any]] | None = None
    while True:
        item = items.get()
        writer.write(frames.BEGUN, item.number)
        try:
            with _held_to(item.memory_mb):
                if known is None or known[0] != item.function_number:
                    known = item.function_number, Prepared(pickle.loads(item.function))
                result = _called(known[1], item, writer)
                answer = pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
                del result
        except BaseException as error:  # noqa: BLE001  all of it is the caller's, who is told
            writer.write(frames.FAILED, item.number, *_told(error))
        else:
            writer.write(frames.DONE, item.number, answer)
            del answer
        del item


def _called(call: Prepared[Any], item: _Item, writer: frames.Writer) -> Any:
    extras: dict[str, Any] = {}
    if REPORT in call.takes:
        extras[REPORT] = partial(_report, writer, item.number)
    if STOP in call.takes:
        extras[STOP] = item.stop
    function: Callable[..., Any] = call.function
    return function(pickle.loads(item.packed), **extras)


def _report(writer: frames.Writer, number: int, message: Any) -> None:
    writer.write(frames.NEWS, number, pickle.dumps(message, pickle.HIGHEST_PROTOCOL))


def _told(error: BaseException) -> tuple[bytes | None, str, str]:
    """An exception as it travels: itself where that can be, what it says, and its traceback."""
    trace = "".join(traceback.format_exception(error))
    says = "".join(traceback.format_exception_only(error)).strip()
    try:
        packed = pickle.dumps(error, pickle.HIGHEST_PROTOCOL)
        pickle.loads(packed)  # many an exception can be pickled, and cannot be loaded again
    except Exception:  # noqa: BLE001  whatever an exception's own code raises there: it goes as text
        return None, says, trace
    return packed, says, trace


def _attend(words: IO[bytes], items: SimpleQueue[_Item]) -> None:
    """Take word from the caller; at its end, end all."""
    function, function_number = b"", 0
    last: _Item | None = None
    while True:
        frame = frames.read(words)
        match frame:
            case None:
                if sys.platform != "win32":
                    os.killpg(0, signal.SIGKILL)
                os._exit(1)
            case (frames.FUNCTION, function_number, function):
                pass
            case (frames.ITEM, number, packed, memory_mb):
                last = _Item(number, packed, memory_mb, function, function_number, threading.Event())
                items.put(last)
            case (frames.STOP, number) if last is not None and last.number == number:
                last.stop.set()


@contextlib.contextmanager
def _held_to(megabytes: int | None) -> Iterator[None]:
    """Hold this process, and each that it starts, to what it has loaded and so much more."""
    if megabytes is None or not memory_can_be_limited():
        yield
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    before, most = resource.getrlimit(resource.RLIMIT_AS)
    wanted = pages * resource.getpagesize() + megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, most))


if __name__ == "__main__":
    main()
