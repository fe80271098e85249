"""What an item may take, and the ways in which it can end other than with a result."""

from __future__ import annotations

import importlib.util
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol


class StopSignal(Protocol):
    """Anything that can be asked whether it is set; a `threading.Event` is one."""

    def is_set(self) -> bool:
        """Whether to stop."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one item may take.

    Parameters
    ----------
    seconds : float, optional
        Of wall time, from when its function is called; then its worker is ended, and `TimedOut` is raised.
    memory_mb : int, optional
        Of address space beyond what the worker has loaded when it begins; beyond it an allocation fails
        (`MemoryError`, or the worker is lost). Each process that the item starts is held to the same. Held only where
        `memory_can_be_limited`.
    retries : int
        How many times an item whose worker was lost is begun again, on another worker. What a function raises is
        never tried again.
    grace : float
        Seconds for a function that takes `stop` to end by itself once it is asked to.
    """

    seconds: float | None = None
    memory_mb: int | None = None
    retries: int = 2
    grace: float = 5.0

    def __post_init__(self) -> None:
        if (self.seconds is not None and self.seconds <= 0) or (self.memory_mb is not None and self.memory_mb <= 0):
            raise ValueError(f"limits must be above 0: {self}")
        if self.retries < 0 or self.grace < 0:
            raise ValueError(f"retries and grace must not be negative: {self}")


class Stopped(Exception):
    """The caller stopped it.

    Parameters
    ----------
    finished : mapping of int to object
        The results there are, by the number of their item (from 0).
    """

    def __init__(self, finished: Mapping[int, Any] | None = None) -> None:
        self.finished = dict(finished or {})
        super().__init__(f"stopped with {len(self.finished)} items finished")


class WorkerLost(RuntimeError):
    """An item's worker ended without an answer, as often as the item was tried.

    Parameters
    ----------
    index : int
        The number of the item, from 0.
    exit_code : int or None
        Of the last worker; negative: the number of the signal that ended it. None: not known.
    attempts : int
    """

    def __init__(self, index: int, exit_code: int | None, attempts: int) -> None:
        self.index, self.exit_code, self.attempts = index, exit_code, attempts
        super().__init__(f"item {index}: its worker {_ending(exit_code)} without an answer (tried {attempts} times)")

    def __reduce__(self) -> tuple[type[WorkerLost], tuple[int, int | None, int]]:
        return type(self), (self.index, self.exit_code, self.attempts)


class TimedOut(TimeoutError):
    """An item took longer than it may, and its worker was ended.

    Parameters
    ----------
    index : int
        The number of the item, from 0.
    seconds : float
        That it was allowed.
    """

    def __init__(self, index: int, seconds: float) -> None:
        self.index, self.seconds = index, seconds
        super().__init__(f"item {index} took longer than {seconds:g} s")

    def __reduce__(self) -> tuple[type[TimedOut], tuple[int, float]]:
        return type(self), (self.index, self.seconds)


class RemoteFailure(RuntimeError):
    """A function raised something that cannot be sent from one process to another; the text says what."""


class RemoteTraceback(Exception):
    """The cause of an exception that came from a worker: its traceback there, as text."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)

    def __str__(self) -> str:
        return f"\n{self.text.rstrip()}"


def memory_can_be_limited() -> bool:
    """Whether this system holds a process to an amount of memory (Linux does; Windows and macOS do not)."""
    return importlib.util.find_spec("resource") is not None and Path("/proc/self/statm").exists()


def _ending(exit_code: int | None) -> str:
    if exit_code is None:
        return "was lost"
    if exit_code < 0:
        try:
            return f"was ended by {signal.Signals(-exit_code).name}"
        except ValueError:
            return f"was ended by signal {-exit_code}"
    return f"ended with code {exit_code}"
