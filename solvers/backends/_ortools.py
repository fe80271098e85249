"""What the solvers of OR-Tools have in common: the package, and a search that is attended to while it runs."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from solvers.backend import Watch

_POLL = 0.02  # seconds between two looks at the news and at whether to stop

T = TypeVar("T")


class OrTools:
    """A solver that comes with OR-Tools: which version is there, and whether it can be used."""

    reusable = True

    def version(self) -> str:
        """Version of OR-Tools, without loading it."""
        try:
            return importlib.metadata.version("ortools")
        except importlib.metadata.PackageNotFoundError:
            return ""

    def obstacle(self) -> str:
        """Why this version of OR-Tools cannot be used."""
        version = self.version()
        if not version:
            return "ortools is not installed; install ortools>=9.15,<10"
        major, minor = (int(part) for part in version.split(".")[:2])
        if (major, minor) < (9, 15):
            return f"ortools {version} is older than what is tested here; install >=9.15,<10"
        return ""


class News:
    """What a search says from whichever of its threads, passed on by the one thread that asked for it."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._waiting: SimpleQueue[dict[str, Any]] = SimpleQueue()

    def tell(self, **news: Any) -> None:
        """Leave a word; what it may hold is what `Watch.report` takes."""
        self._waiting.put(news)

    def attend(self, work: Callable[[], T], interrupt: Callable[[], None]) -> T:
        """Do the work in a thread, pass on its news, and interrupt it when it shall stop.

        Parameters
        ----------
        work : callable
        interrupt : callable
            May be called more than once, and before the search has quite begun.

        Returns
        -------
        what ``work`` returns
        """
        with ThreadPoolExecutor(max_workers=1) as pool:
            future = pool.submit(work)
            try:
                while wait([future], timeout=_POLL).not_done:
                    self._pass_on()
                    if self._watch.stop_requested():
                        interrupt()
            finally:
                if not future.done():
                    interrupt()
        self._pass_on()
        return future.result()

    def _pass_on(self) -> None:
        while True:
            try:
                news = self._waiting.get_nowait()
            except Empty:
                return
            self._watch.report(**news)
