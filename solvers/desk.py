"""Where a search keeps what it has, and tells of it: the best checked solution and the best bound."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from solvers.exact import Checker
from solvers.outcome import Progress, sound
from solvers.problem import Floats
from solvers.scaling import Prepared

_BEAT = 0.25  # seconds between two reports that bring no new solution

Listener = Callable[[Progress, Floats | None], None]


class Desk:
    """Keeps the best checked solution and the best bound, both in the programme's units, and passes on the news."""

    def __init__(
        self,
        prepared: Prepared,
        checker: Checker,
        began: float,
        listener: Listener | None,
        stopped: Callable[[], bool],
    ) -> None:
        self.x: Floats | None = None
        self.value = math.inf
        self.bound = -math.inf
        self.nodes: int | None = None
        self.checker = checker
        self._prepared = prepared
        self._told = math.inf  # the value a solver reports without showing the point
        self._own = math.inf  # the best value that the solver has found or been shown
        self._lock = threading.Lock()
        self._began = began
        self._beat = -math.inf
        self._listener = listener
        self.stop_requested = stopped

    def report(
        self,
        *,
        value: float | None = None,
        bound: float | None = None,
        nodes: int | None = None,
        x: Floats | None = None,
    ) -> None:
        """Take news from the solver."""
        with self._lock:
            if bound is not None:
                self.bound = max(self.bound, self._prepared.bound(bound))
            if nodes is not None:
                self.nodes = nodes
            if value is not None:
                self._told = min(self._told, self._prepared.value(value))
            better = x is not None and self._keep(self.checker.rounded(x))
            if better:
                self._own = self.value
            self._tell(better)

    def elsewhere(self) -> Floats | None:
        """A better point than the solver's own."""
        with self._lock:
            if self.x is None or self.value >= self._own:
                return None
            self._own = self.value
            return self.x

    def offer(self, x: Floats) -> bool:
        """Keep a whole point if it is a solution and better; say whether it was."""
        with self._lock:
            return self._keep(x)

    def told_beside(self, bound: float | None, *, better: bool) -> None:
        """Pass on what was found beside the solver."""
        with self._lock:
            if bound is not None:
                self.bound = max(self.bound, self._prepared.bound(bound))
            self._tell(better)

    def _keep(self, x: Floats) -> bool:
        value = self.checker.value(x)
        if value >= self.value or not self.checker.accepts(x):
            return False
        self.x, self.value = x, value
        return True

    def _tell(self, better: bool) -> None:
        now = time.monotonic()
        if self._listener is None or (not better and now - self._beat < _BEAT):
            return
        self._beat = now
        self._listener(self.progress(), self.x if better else None)

    def progress(self) -> Progress:
        """Where the search stands, in the problem's own sense."""
        sign = self.checker.program.sign
        value = min(self.value, self._told)
        bound = sound(value, self.bound) if math.isfinite(value) else self.bound
        return Progress(
            seconds=time.monotonic() - self._began,
            value=sign * value if math.isfinite(value) else None,
            bound=sign * bound if bound is not None and math.isfinite(bound) else None,
            nodes=self.nodes,
        )


class Beside:
    """A watch over a search beside the solver: what it finds is the solver's too, and the other way round."""

    def __init__(self, desk: Desk, stopped: Callable[[], bool]) -> None:
        self._desk = desk
        self._best = math.inf  # what it has found or been shown
        self.stop_requested = stopped

    def report(
        self,
        *,
        value: float | None = None,
        bound: float | None = None,
        nodes: int | None = None,
        x: Floats | None = None,
    ) -> None:
        """Take its news; values without points and nodes are not the main search's."""
        better = x is not None and self._desk.offer(self._desk.checker.rounded(x))
        if better:
            self._best = self._desk.value
        self._desk.told_beside(bound, better=better)

    def elsewhere(self) -> Floats | None:
        """A better point than its own."""
        if self._desk.x is None or self._desk.value >= self._best:
            return None
        self._best = self._desk.value
        return self._desk.x
