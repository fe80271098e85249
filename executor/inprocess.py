"""The plainest executor: one item after another, in the caller's own process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from executor.base import Executor
from executor.function import REPORT, STOP, Prepared, Result
from executor.handle import Handle, end
from executor.outcome import Stopped, StopSignal


class InProcess(Executor):
    """Runs each item when it is submitted, in the thread that submits it.

    There is no worker to lose or to kill: of the limits none is held, and a running item ends early only by itself,
    where its function takes `stop`. Nothing has to be pickled.
    """

    @property
    def width(self) -> int:
        """One."""
        return 1

    @property
    def apart(self) -> bool:
        """No."""
        return False

    def submit(
        self,
        function: Callable[..., Result] | Prepared[Result],
        item: Any,
        *,
        stop: StopSignal | None = None,
        index: int = 0,
    ) -> Handle[Result]:
        """Run an item to its end; the handle that comes back has ended."""
        call = Prepared.of(function)
        handle = Handle(call, index, self.limits)
        extras: dict[str, Any] = {}
        if REPORT in call.takes:
            extras[REPORT] = handle.tell
        if STOP in call.takes:
            extras[STOP] = stop if stop is not None else threading.Event()
        try:
            end(handle.future, call.function(item, **extras))
        except Exception as error:  # noqa: BLE001  it is the caller's, who gets it with the result
            end(handle.future, error=error)
        return handle

    def imap(
        self,
        function: Callable[..., Result] | Prepared[Result],
        items: Iterable[Any],
        *,
        stop: StopSignal | None = None,
        on_result: Callable[[int, Result], None] | None = None,
    ) -> Iterator[Result]:
        """The results one by one, each item begun when its result is asked for."""
        call = Prepared.of(function)
        for index, item in enumerate(items):
            if stop is not None and stop.is_set():
                raise Stopped
            result = self.submit(call, item, stop=stop, index=index).result()
            if on_result is not None:
                on_result(index, result)
            yield result
