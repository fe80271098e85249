"""A function made ready to be sent."""

from __future__ import annotations

import inspect
import itertools
import pickle
from collections.abc import Callable
from functools import cached_property, partial
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")
_numbers = itertools.count(1)

REPORT, STOP = "report", "stop"


class Prepared(Generic[Result]):
    """A function that is pickled once, and sent once to each worker that needs it, however many items follow.

    What all items share (a ledger, say) goes into a `functools.partial`, and does not travel with each item.

    Parameters
    ----------
    function : callable
        Importable by name, or a `functools.partial` of such a function. It is called with an item. One that has a
        parameter named `report` is given a callable there: what it is called with arrives in `Handle.news`. One that
        has a parameter named `stop` is given a `StopSignal`: once that is set, it should end soon with what it has.
    """

    def __init__(self, function: Callable[..., Result]) -> None:
        self.function = function
        self.number = next(_numbers)
        self.takes = _taken(function)

    @classmethod
    def of(cls, function: Callable[..., Result] | Prepared[Result]) -> Prepared[Result]:
        """The function itself where it is prepared already."""
        return function if isinstance(function, Prepared) else cls(function)

    @cached_property
    def packed(self) -> bytes:
        """The function, pickled.

        Raises
        ------
        ValueError
            The function stands in the script that is being run, where no other process can import it.
        """
        inner: Any = self.function
        while isinstance(inner, partial):
            inner = inner.func
        if getattr(inner, "__module__", None) == "__main__":
            raise ValueError(f"{inner!r} stands in the script that is run; only what can be imported reaches a worker")
        return pickle.dumps(self.function, pickle.HIGHEST_PROTOCOL)


def _taken(function: Callable[..., object]) -> frozenset[str]:
    """Which of the named extras a function takes."""
    try:
        parameters = inspect.signature(function).parameters
    except ValueError:  # some built-in functions do not tell
        return frozenset()
    return frozenset({REPORT, STOP} & set(parameters))
