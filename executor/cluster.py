"""Workers on other machines, through a Dask cluster (the extra ``cluster``).

Dask places items on its workers, and places them anew when a worker is lost. It cannot end a running item, hold it to
a time or to an amount of memory, or end what it started; so each of its workers runs items in a process of ours
(`LocalProcesses`), which can.
"""

from __future__ import annotations

import functools
import pickle
import threading
import uuid
from collections.abc import Callable
from typing import Any

from executor.base import Executor
from executor.function import STOP, Prepared, Result
from executor.handle import Handle, end
from executor.local import LocalProcesses
from executor.outcome import Limits, StopSignal, WorkerLost

_LOOK = 0.2  # seconds between two looks, on a worker, at what the caller wants
_PATIENCE = 30.0  # seconds for the scheduler to answer


class DaskCluster(Executor):
    """Runs items on the workers of a Dask cluster, each in a process of its own there.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://10.0.0.1:8786``.
    limits : Limits, optional
        For each item. Of lost processes each try is counted as on one machine; how often an item may lose a whole
        Dask worker is the scheduler's setting ``distributed.scheduler.allowed-failures``.

    Raises
    ------
    ImportError
        The extra ``cluster`` is not installed.
    OSError
        No scheduler answers at the address.

    Notes
    -----
    The workers must have this product in the same version, and one Dask thread for each item that they are to run at
    the same time (``dask worker --nthreads 1``). Whoever can reach the scheduler can run code on the workers: keep it
    in a network of its own, or use Dask's TLS.
    """

    def __init__(self, address: str, *, limits: Limits | None = None) -> None:
        super().__init__(limits)
        from distributed import Client

        self._client = Client(address, timeout=_PATIENCE, set_as_default=False)
        self._topic = f"executor-{uuid.uuid4().hex}"
        self._lock = threading.Lock()
        self._unfinished: dict[str, _Sent[Any]] = {}
        self._functions: dict[int, Any] = {}
        self._closed = False
        self._client.subscribe_topic(self._topic, self._heard)

    @property
    def width(self) -> int:
        """The threads of all workers that there are now; at least one, as workers may still come."""
        return int(max(1, sum(self._client.nthreads().values())))

    def submit(
        self,
        function: Callable[..., Result] | Prepared[Result],
        item: Any,
        *,
        stop: StopSignal | None = None,
        index: int = 0,
    ) -> Handle[Result]:
        """Put an item in line at the scheduler."""
        call = Prepared.of(function)
        with self._lock:
            if self._closed:
                raise RuntimeError("this executor is closed; open another")
        if call.number not in self._functions:
            # sent once, as a task that hands it on: unlike scattered data, it is made anew where its worker is lost
            self._functions = {call.number: self._client.submit(bytes, call.packed, pure=False)}
        handle = _Sent(call, index, self.limits, stop, self._client)
        with self._lock:
            self._unfinished[handle.key] = handle
        handle.future.add_done_callback(lambda _: self._forget(handle.key))
        handle.sent = self._client.submit(
            _there, self._functions[call.number], item, self.limits, index, handle.key, self._topic,
            key=handle.key, pure=False,
        )  # fmt: skip
        handle.sent.add_done_callback(handle.settle)
        return handle

    def close(self) -> None:
        """Cancel whatever runs, and leave the cluster."""
        with self._lock:
            self._closed = True
            unfinished = list(self._unfinished.values())
        for handle in unfinished:
            handle.cancel()
        self._functions = {}
        self._client.close()

    def _forget(self, key: str) -> None:
        with self._lock:
            self._unfinished.pop(key, None)

    def _heard(self, event: tuple[Any, dict[str, Any]]) -> None:
        """Keep what a running item reports."""
        said = event[1]
        with self._lock:
            handle = self._unfinished.get(said["key"])
        if handle is not None:
            handle.tell(said["message"])


class _Sent(Handle[Result]):
    """An item at the scheduler."""

    def __init__(
        self, call: Prepared[Result], index: int, limits: Limits, stop: StopSignal | None, client: Any
    ) -> None:
        super().__init__(call, index, limits, stop)
        self.key = f"item-{uuid.uuid4().hex}"
        self.sent: Any = None
        self._client = client

    def settle(self, sent: Any) -> None:
        """Take over how the item has ended there."""
        from distributed import KilledWorker

        if sent.cancelled():
            # not by us, who would have ended it before: the scheduler has lost it
            end(self.future, error=WorkerLost(self.index, None, 1))
            return
        error = sent.exception()
        if isinstance(error, KilledWorker):
            end(self.future, error=WorkerLost(self.index, None, error.allowed_failures + 1))
        elif error is not None:
            end(self.future, error=error)
        else:
            end(self.future, sent.result())

    def _kill(self) -> None:
        if self.sent is not None:
            self.sent.cancel()

    def _ask(self) -> None:
        from distributed import Event

        Event(_stop_of(self.key), client=self._client).set()


def _stop_of(key: str) -> str:
    return f"{key}-stop"


def _there(packed: bytes, item: Any, limits: Limits, index: int, key: str, topic: str) -> Any:
    """On a worker of Dask: have the item done in a process of ours, and pass on what is said both ways."""
    from distributed import Event, get_worker

    worker = get_worker()
    call = _unpacked(packed)
    handle = _processes(limits, worker.state.nthreads).submit(call, item, index=index)
    stop = Event(_stop_of(key)) if STOP in call.takes else None
    while not handle.wait(_LOOK):
        _pass_on(handle, worker, key, topic)
        task = worker.state.tasks.get(key)
        if task is None or task.state not in ("executing", "long-running"):
            handle.cancel()  # by the caller, or because the caller is gone
        elif stop is not None and stop.is_set():
            handle.stop()
    _pass_on(handle, worker, key, topic)
    return handle.result()


def _pass_on(handle: Handle[Any], worker: Any, key: str, topic: str) -> None:
    for message in handle.news():
        worker.log_event(topic, {"key": key, "message": message})


@functools.lru_cache(maxsize=1)
def _processes(limits: Limits, width: int) -> LocalProcesses:
    """Of this worker of Dask; they end with it."""
    return LocalProcesses(width, limits=limits)


@functools.lru_cache(maxsize=1)
def _unpacked(packed: bytes) -> Prepared[Any]:
    return Prepared(pickle.loads(packed))
