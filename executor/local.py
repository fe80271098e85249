"""Workers in processes of this machine, each of which does one item after another.

Why it is not a library. Asked were Pebble 5.2, loky 3.7 and `concurrent.futures`. In the latter two one lost worker
breaks the pool and fails every item in it, and a running item cannot be ended. Pebble ends and replaces workers, but
it does not see one that ends with code 0 (the item hangs for ever, tried), its workers outlive a caller that is killed
while they compute (tried), what a worker has started lives on, there is no word from a running item, and a worker that
is killed while it holds the pipe they all share breaks the pool. `multiprocessing` itself imports the caller's script
again in each child, which a page server or a script without a guard does not survive, and can set a child's
environment only through the caller's own. So each worker is a `subprocess` with two pipes of its own, as solves have
them: its death closes the pipes, which is seen at once, and so is the caller's there.
"""

from __future__ import annotations

import itertools
import logging
import os
import pickle
import queue
import threading
from collections.abc import Callable
from typing import Any

from executor import frames
from executor.base import Executor
from executor.function import Prepared, Result
from executor.handle import Handle, end
from executor.outcome import (
    Limits,
    RemoteFailure,
    RemoteTraceback,
    StopSignal,
    TimedOut,
    WorkerLost,
    memory_can_be_limited,
)
from executor.process import WorkerProcess

_log = logging.getLogger(__name__)
_numbers = itertools.count(1)


class LocalProcesses(Executor):
    """Runs items in processes of their own, as many at the same time as there are workers.

    A worker starts when there is first something for it to do, and is kept. It ends when it is lost, when its item is
    cancelled or takes too long, when the executor is closed, and by itself when the caller dies, even while it
    computes. With it ends what it started, as far as that stayed in its process group (POSIX) or its tree (Windows,
    where a worker is ended by us); a process that leaves the group, as solving processes do, has to watch its own
    standard input.

    Parameters
    ----------
    workers : int, optional
        By default one for each processor.
    limits : Limits, optional
        For each item.
    threads : int, optional
        That numeric libraries may use in each worker; None leaves it to them.
    """

    def __init__(self, workers: int | None = None, *, limits: Limits | None = None, threads: int | None = 1) -> None:
        super().__init__(limits)
        if workers is not None and workers < 1:
            raise ValueError(f"{workers} workers cannot do anything")
        if self.limits.memory_mb is not None and not memory_can_be_limited():
            _log.warning("this system holds no process to an amount of memory: the limit is NOT held")
        self._width = workers or os.cpu_count() or 1
        self._threads = threads
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._queue: queue.SimpleQueue[_Task[Any] | None] = queue.SimpleQueue()
        self._unfinished = set[_Task[Any]]()
        self._keepers: list[threading.Thread] = []
        self._closed = False

    @property
    def width(self) -> int:
        """The number of workers."""
        return self._width

    def submit(
        self,
        function: Callable[..., Result] | Prepared[Result],
        item: Any,
        *,
        stop: StopSignal | None = None,
        index: int = 0,
    ) -> Handle[Result]:
        """Put an item in line."""
        if os.getpid() != self._owner:
            raise RuntimeError("these workers belong to another process; start some in this process")
        call = Prepared.of(function)
        task = _Task(call, index, self.limits, stop, call.packed, pickle.dumps(item, pickle.HIGHEST_PROTOCOL))
        with self._lock:
            if self._closed:
                raise RuntimeError("this executor is closed; open another")
            self._unfinished.add(task)
            if len(self._keepers) < min(self._width, len(self._unfinished)):
                keeper = threading.Thread(target=self._keep, name=f"worker-{len(self._keepers)}", daemon=True)
                self._keepers.append(keeper)
                keeper.start()
        task.future.add_done_callback(lambda _: self._forget(task))
        self._queue.put(task)
        return task

    def close(self) -> None:
        """End whatever runs, with its workers, and wait for their end."""
        if os.getpid() != self._owner:
            return
        with self._lock:
            self._closed = True
            unfinished = list(self._unfinished)
        for task in unfinished:
            task.cancel()
        for _ in self._keepers:
            self._queue.put(None)
        for keeper in self._keepers:
            keeper.join()

    def _forget(self, task: _Task[Any]) -> None:
        with self._lock:
            self._unfinished.discard(task)

    def _keep(self) -> None:
        """Keep one worker busy."""
        process: WorkerProcess | None = None
        try:
            while (task := self._queue.get()) is not None:
                process = task.run(process, self._threads)
                del task
        finally:
            if process is not None:
                process.end()


class _Task(Handle[Result]):
    """An item, the worker that has it, and how often it was tried."""

    def __init__(
        self,
        call: Prepared[Result],
        index: int,
        limits: Limits,
        stop: StopSignal | None,
        function: bytes,
        item: bytes,
    ) -> None:
        super().__init__(call, index, limits, stop)
        self._number = next(_numbers)  # of all items ever: a late word meets no other
        self._function, self._item = function, item
        self._process: WorkerProcess | None = None
        self._process_lock = threading.Lock()
        self._clock: threading.Timer | None = None
        self._began, self._fit = False, True

    def run(self, process: WorkerProcess | None, threads: int | None) -> WorkerProcess | None:
        """Try it until it has ended; return the worker, where it is fit for another item."""
        attempts = 0
        while True:
            if self.poll():
                return process
            fresh = process is None
            try:
                process = process or WorkerProcess(threads)
            except OSError as error:  # no worker can be started at all
                end(self.future, error=error)
                return None
            if self._had_by(process):
                return process
            code, process = process.end(), None
            # one that had died since its last item never began this one
            attempts += self._began or fresh
            if not self.poll() and attempts > self.limits.retries:
                end(self.future, error=WorkerLost(self.index, code, attempts))

    def _had_by(self, process: WorkerProcess) -> bool:
        """Let a worker do it; return whether that worker is fit for another item."""
        with self._process_lock:
            self._process, self._began, self._fit = process, False, True
        try:
            if self.poll():  # cancelled before the worker was known
                return True
            process.give(self.call.number, self._function, self._number, self._item, self.limits.memory_mb)
            if self.asked:
                process.ask(self._number)
            answered = process.hear(self._number, self._told)
        except Exception as error:  # noqa: BLE001  what came back is not what left: the caller gets to know it
            end(self.future, error=error)
            answered = self._fit = False
        finally:
            with self._process_lock:
                self._process = None
            if self._clock is not None:
                self._clock.cancel()
        return answered and self._fit

    def _told(self, word: str, values: tuple[Any, ...]) -> None:
        match word, values:
            case frames.BEGUN, _:
                self._began = True
                if self.limits.seconds is not None:
                    self._clock = threading.Timer(self.limits.seconds, self._expire)
                    self._clock.daemon = True
                    self._clock.start()
            case frames.NEWS, (packed,):
                self.tell(pickle.loads(packed))
            case frames.DONE, (packed,):
                end(self.future, pickle.loads(packed))
            case frames.FAILED, (packed, says, trace):
                error = pickle.loads(packed) if packed is not None else RemoteFailure(says)
                error.__cause__ = RemoteTraceback(trace)
                self._fit = not isinstance(error, MemoryError)  # its heap may be in shreds
                end(self.future, error=error)

    def _expire(self) -> None:
        assert self.limits.seconds is not None
        if end(self.future, error=TimedOut(self.index, self.limits.seconds)):
            self._kill()

    def _kill(self) -> None:
        with self._process_lock:
            if self._process is not None:
                self._fit = False
                self._process.kill()

    def _ask(self) -> None:
        with self._process_lock:
            if self._process is not None:
                self._process.ask(self._number)
