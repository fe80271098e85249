"""One item on its way: wait for it, hear of it, end it."""

from __future__ import annotations

import threading
import time
from collections import deque
from concurrent.futures import Future, InvalidStateError
from typing import Any, Generic

from executor.function import STOP, Prepared, Result
from executor.outcome import Limits, Stopped, StopSignal

MOST_NEWS = 1_000  # the oldest are dropped where nobody asks for them
POLL = 0.05  # seconds between two looks at whether the caller wants to stop


class Handle(Generic[Result]):
    """One item that was submitted; it may be used from any thread.

    Parameters
    ----------
    call : Prepared
    index : int
        The number of the item, for messages.
    limits : Limits
    stop : StopSignal, optional
        Looked at while the caller waits.
    """

    def __init__(self, call: Prepared[Result], index: int, limits: Limits, stop: StopSignal | None = None) -> None:
        self.call, self.index, self.limits = call, index, limits
        self.future: Future[Result] = Future()
        """For internal use: whoever sets its result first has ended the item."""
        self._signal = stop
        self._news: deque[Any] = deque(maxlen=MOST_NEWS)
        self._lock = threading.Lock()
        self._asked = False

    def poll(self) -> bool:
        """Whether it has ended, well or badly."""
        return self.future.done()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for its end, `timeout` seconds at most; return whether it has ended."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self.future.done():
            if self._signal is not None and self._signal.is_set():
                self.stop()
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            watched = self._signal is not None and not self._asked
            try:
                self.future.exception(min(POLL, left or POLL) if watched else left)
            except TimeoutError:
                if left == 0.0:
                    return self.future.done()
        return True

    def result(self, timeout: float | None = None) -> Result:
        """Its result, waited for.

        Raises
        ------
        TimeoutError
            It has not ended within `timeout` seconds; it goes on.
        Stopped
            It was stopped or cancelled.
        WorkerLost, TimedOut, MemoryError
            It took too much, or its workers died of it.
        Exception
            What the function raised; its cause is the traceback in the worker.
        """
        if not self.wait(timeout):
            raise TimeoutError(f"item {self.index} has not ended within {timeout:g} s")
        return self.future.result()

    def news(self) -> list[Any]:
        """What the function has reported since this was last asked, the oldest first."""
        found = []
        while self._news:
            found.append(self._news.popleft())
        return found

    def tell(self, message: Any) -> None:
        """For internal use: keep a report."""
        self._news.append(message)

    def cancel(self) -> None:
        """End it now: its worker and all that the worker started in its group are killed."""
        if end(self.future, error=Stopped()):
            self._kill()

    def stop(self) -> None:
        """Ask a function that takes `stop` to end with what it has, and cancel it after the grace; cancel others."""
        if STOP not in self.call.takes:
            self.cancel()
            return
        with self._lock:
            if self._asked:
                return
            self._asked = True
        timer = threading.Timer(self.limits.grace, self.cancel)
        timer.daemon = True
        timer.start()
        self.future.add_done_callback(lambda _: timer.cancel())
        self._ask()

    @property
    def asked(self) -> bool:
        """Whether it was asked to stop."""
        return self._asked

    def _kill(self) -> None:
        """End the worker that has the item, if one has."""

    def _ask(self) -> None:
        """Set the function's `stop`."""


def end(future: Future[Any], result: Any = None, error: BaseException | None = None) -> bool:
    """Set how a future ends, unless it has ended before; return whether this was its end."""
    try:
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)
    except InvalidStateError:
        return False
    return True
