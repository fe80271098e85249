"""What every executor offers, however it runs the items."""

from __future__ import annotations

import queue
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from functools import partial
from types import TracebackType
from typing import Any, Self

from executor.function import Prepared, Result
from executor.handle import POLL, Handle
from executor.outcome import Limits, Stopped, StopSignal


class Executor(ABC):
    """Runs one function on many items.

    Use it as a context manager: whatever is still running at its end is ended with it. It may be used from several
    threads at once.

    Parameters
    ----------
    limits : Limits, optional
        For each item.

    Notes
    -----
    The same promises hold for each executor: results come in the order of the items; what a function raises is raised
    to the caller, with the traceback in the worker as its cause, and is never tried again; a worker that is lost is
    seen at once, its item tried again on another, and given up honestly.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()

    @property
    @abstractmethod
    def width(self) -> int:
        """How many items run at the same time."""

    @property
    def apart(self) -> bool:
        """Whether items run in other processes, so that whatever they need has to be pickled."""
        return True

    @abstractmethod
    def submit(
        self,
        function: Callable[..., Result] | Prepared[Result],
        item: Any,
        *,
        stop: StopSignal | None = None,
        index: int = 0,
    ) -> Handle[Result]:
        """Begin one item, as soon as there is room.

        Parameters
        ----------
        function : callable or Prepared
            See `Prepared`.
        item : object
            That can be pickled.
        stop : StopSignal, optional
            Looked at while somebody waits for the handle: once set, a function that takes `stop` is asked to end, any
            other is cancelled.
        index : int
            The number of the item, for messages.

        Raises
        ------
        RuntimeError
            The executor is closed, or was opened by another process.
        """

    def imap(
        self,
        function: Callable[..., Result] | Prepared[Result],
        items: Iterable[Any],
        *,
        stop: StopSignal | None = None,
        on_result: Callable[[int, Result], None] | None = None,
    ) -> Iterator[Result]:
        """The results one by one, in the order of the items.

        Items are taken only when there is room for them, so that what they are can depend on results that have come.

        Parameters
        ----------
        function, items, stop
            As in `map`.
        on_result : callable, optional
            Called in this thread with the number of an item and its result, in the order in which they end.

        Raises
        ------
        Stopped
            As in `map`, with the finished results that have not been given out yet.
        """
        call = Prepared.of(function)
        source, more = enumerate(items), True
        ended: queue.SimpleQueue[Handle[Result]] = queue.SimpleQueue()
        running = set[Handle[Result]]()
        waiting = deque[Handle[Result]]()
        try:
            while True:
                while waiting and waiting[0] not in running:
                    yield waiting.popleft().result()
                while more and len(running) < self.width:
                    following = next(source, None)
                    if following is None:
                        more = False
                    elif stop is not None and stop.is_set():
                        raise Stopped(_halted(running, waiting))
                    else:
                        handle = self.submit(call, following[1], index=following[0])
                        waiting.append(handle)
                        running.add(handle)
                        handle.future.add_done_callback(partial(_put, ended, handle))
                if not running and not more:
                    return
                if stop is not None and stop.is_set():
                    raise Stopped(_halted(running, waiting))
                try:
                    handle = ended.get(timeout=None if stop is None else POLL)
                except queue.Empty:
                    continue
                running.discard(handle)
                result = handle.result()  # raised here where it failed: the first failure that is seen ends all
                if on_result is not None:
                    on_result(handle.index, result)
        finally:
            for handle in running:
                handle.cancel()

    def map(
        self,
        function: Callable[..., Result] | Prepared[Result],
        items: Iterable[Any],
        *,
        progress: Callable[[int, int], None] | None = None,
        stop: StopSignal | None = None,
    ) -> list[Result]:
        """The results in the order of the items.

        Parameters
        ----------
        function : callable or Prepared
            See `Prepared`.
        items : iterable
            Of objects that can be pickled.
        progress : callable, optional
            Called in this thread with how many items are done, and how many there are.
        stop : StopSignal, optional
            Set it (from any thread) to end: what has not begun is not begun, functions that take `stop` are asked to
            end, the others are killed.

        Raises
        ------
        Stopped
            It was stopped before all items had ended; `Stopped.finished` has those that had.
        WorkerLost, TimedOut, MemoryError
            An item took too much, or its workers died of it.
        Exception
            What the function raised for an item. The other items are cancelled.
        """
        every = list(items)
        done: dict[int, Result] = {}

        def noted(index: int, result: Result) -> None:
            done[index] = result
            if progress is not None:
                progress(len(done), len(every))

        try:
            return list(self.imap(function, every, stop=stop, on_result=noted))
        except Stopped as stopped:
            raise Stopped(dict(sorted({**done, **stopped.finished}.items()))) from None

    def close(self) -> None:  # noqa: B027  an executor need not have anything to end
        """End whatever runs, and take no more."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _put(ended: queue.SimpleQueue[Handle[Result]], handle: Handle[Result], _: Future[Result]) -> None:
    ended.put(handle)


def _halted(running: Iterable[Handle[Result]], waiting: Iterable[Handle[Result]]) -> dict[int, Result]:
    """Stop what runs, and the results of what has ended; what else than the stop a function raises is raised."""
    for handle in list(running):
        handle.stop()
    finished = {}
    for handle in waiting:
        try:
            finished[handle.index] = handle.result()
        except Stopped:
            continue
    return finished
