"""One problem, one backend, one honest outcome: solve, round, re-compute, repair.

A solver's answer is not taken at its word. Its whole columns are rounded and the point is looked at again without the
solver (`solvers.exact`). If a row breaks, the real columns are solved anew around the rounded ones; if it is still
broken, the point is forbidden by a cut (`solvers.exact.cover_cut`) and the search goes on with the tightest
tolerances. The cuts take away no solution, so every bound found on the way stays valid.

An outcome is *optimal* only where the re-computed value and the bound agree to ``Limits.abs_gap`` or to 1e-9 of the
value, whatever the solver called it. Where the objective can only take multiples of a step, the bound is first lifted
to the next multiple.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from solvers.backend import Backend, Ending, Orders, Raw, Watch
from solvers.exact import Checker, cover_cut
from solvers.outcome import Limits, Outcome, Progress, Status, StoppedBy, gap, proved, sound
from solvers.problem import Floats
from solvers.program import Ints, Program
from solvers.scaling import Prepared, prepare

ROUNDS = 25
"""How often an answer that breaks a row may be forbidden before the search gives up."""

_BEAT = 0.25  # seconds between two reports that bring no new solution
_ENDLESS = "there are solutions, and no end to how good they get"
_REPAIR = 2.0  # seconds that a repair may take when the time is already up

Listener = Callable[[Progress, Floats | None], None]

_STOPPED = {
    Ending.TIME: StoppedBy.TIME,
    Ending.NODES: StoppedBy.NODES,
    Ending.USER: StoppedBy.USER,
    Ending.MEMORY: StoppedBy.MEMORY,
    Ending.GAVE_UP: StoppedBy.SOLVER,
}


def search(
    program: Program,
    backend: Backend,
    limits: Limits,
    *,
    start: Floats | None = None,
    listener: Listener | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Solve in this process.

    Parameters
    ----------
    program : Program
    backend : Backend
        Already loaded.
    limits : Limits
    start : float array of shape (columns,), optional
        NaN where nothing is known. A complete start that is a solution is never lost: the answer is as good or better.
    listener : callable, optional
        Given each `Progress`, with the solution when there is a better one (checked, whole).
    stopped : callable, optional
        Asked from time to time; True ends the search with what there is.

    Returns
    -------
    Outcome
    """
    return _Search(program, backend, limits, start, listener, stopped).run()


class _Desk:
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
        if bound is not None:
            self.bound = max(self.bound, self._prepared.bound(bound))
        if nodes is not None:
            self.nodes = nodes
        if value is not None:
            self._told = min(self._told, self._prepared.value(value))
        self._tell(x is not None and self.offer(self.checker.rounded(x)))

    def offer(self, x: Floats) -> bool:
        """Keep a whole point if it is a solution and better; say whether it was."""
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


class _Silent:
    """A watch over a side question, whose values and bounds mean nothing to the main one."""

    def __init__(self, watch: Watch) -> None:
        self.stop_requested = watch.stop_requested

    def report(self, **news: object) -> None:
        """Nobody is told."""


class _Search:
    def __init__(
        self,
        program: Program,
        backend: Backend,
        limits: Limits,
        start: Floats | None,
        listener: Listener | None,
        stopped: Callable[[], bool],
    ) -> None:
        self.program = program
        self.backend = backend
        self.limits = limits
        self.began = time.monotonic()
        self.prepared = prepare(program, shrink=backend.shrunk)
        self.checker = Checker(program)
        self.desk = _Desk(self.prepared, self.checker, self.began, listener, stopped)
        self.start = start
        self.notes: list[str] = []
        self.repaired = 0
        self.unrepaired = False

    def run(self) -> Outcome:
        """Answer."""
        if self.start is not None and np.isfinite(self.start).all():
            self.desk.report(x=self.start)
        if self.prepared.impossible:
            return self._outcome(Status.INFEASIBLE, StoppedBy.PROOF, self.prepared.impossible)
        if not self.prepared.program.rows:
            return self._without_rows()
        ending = self._rounds()
        if ending in (Ending.UNBOUNDED, Ending.UNCLEAR):
            return self._unbounded()
        if ending is Ending.INFEASIBLE:
            if self.desk.x is None:
                return self._outcome(Status.INFEASIBLE, StoppedBy.PROOF)
            self.notes.append("the solver calls a problem infeasible that has the solution kept here")
            ending = Ending.GAVE_UP
        return self._judge(ending)

    def _rounds(self) -> Ending:
        """Solve until the answer holds when it is whole."""
        cuts: list[tuple[Ints, Floats, float]] = []
        tight = False
        for _ in range(ROUNDS):
            raw = self._ask(self.prepared.program.with_rows(cuts), self._orders(tight), self.desk)
            point = None if raw.x is None else self._whole(raw.x)
            if point is not None:
                self.desk.offer(point)
            if raw.ending is Ending.INFEASIBLE and tight and not cuts:
                # nothing exact has changed since it had an answer: the two contradict each other, to a tolerance
                self.unrepaired = True
                self.notes.append(
                    "with tight tolerances the solver calls the problem infeasible, with others it did not"
                )
                return Ending.DONE
            done = raw.ending is Ending.DONE
            if raw.bound is not None:
                self.desk.report(bound=raw.bound)
            if raw.x is None or not done:
                return raw.ending
            broken = not self.checker.accepts(point) if point is not None else True
            if not broken and (tight or self._close_enough()):
                return raw.ending
            if self._over():
                return Ending.USER if self.desk.stop_requested() else Ending.TIME
            new = self._cuts(point) if broken and point is not None else []
            if tight and not new:
                break
            self.repaired += broken
            cuts += new
            tight = True
        self.unrepaired = True
        self.notes.append(
            f"the solver's answer breaks {self._broken(point)} once whole columns are whole"
            if point is not None and not self.checker.accepts(point)
            else "no repair was found"
        )
        return Ending.DONE

    def _orders(self, tight: bool) -> Orders:
        limits, prepared = self.limits, self.prepared
        step = 0.9 * prepared.step if prepared.step_is_visible else 0.0  # less than a step apart is a proof
        start = self.start if self.desk.x is None else self.desk.x
        return Orders(
            seconds=self._left(),
            gap=limits.gap,
            abs_gap=max(limits.abs_gap, step) / prepared.unit,
            offset=prepared.offset / prepared.unit,
            nodes=limits.nodes,
            threads=limits.threads,
            seed=limits.seed,
            tight=tight,
            start=start,
            grace=limits.grace,
        )

    def _ask(self, program: Program, orders: Orders, watch: Watch) -> Raw:
        raw = self.backend.solve(program, orders, watch)
        if raw.message and raw.message not in self.notes:
            self.notes.append(raw.message)
        if raw.nodes is not None and watch is self.desk:
            self.desk.nodes = raw.nodes
        return raw

    def _whole(self, x: Floats) -> Floats:
        """The point with its whole columns whole, and its real columns fitted to them."""
        point = self.checker.rounded(x)
        if self.checker.accepts(point) or not self.program.integer.any() or self.program.integer.all():
            return point
        left = self._left()
        seconds = None if left is None else max(left, _REPAIR)
        orders = replace(self._orders(tight=True), seconds=seconds, gap=0.0, nodes=None, start=None)
        raw = self._ask(self.prepared.program.fixed(point), orders, _Silent(self.desk))
        if raw.x is None or raw.ending is not Ending.DONE:
            return point
        self.repaired += 1
        return self.checker.rounded(np.where(self.program.integer, point, raw.x))

    def _cuts(self, point: Floats) -> list[tuple[Ints, Floats, float]]:
        rows = [index for kind, index, _, _ in self.checker.faults(point) if kind == "row"]
        cuts = (cover_cut(self.program, row, point) for row in rows if self.checker.strict[row])
        return [cut for cut in cuts if cut is not None]

    def _broken(self, point: Floats) -> str:
        faults = list(self.checker.faults(point))
        kind, index, activity, limit = faults[0]
        more = f" and {len(faults) - 1} more" if len(faults) > 1 else ""
        return f"{kind} {index} (it comes to {activity!r}, allowed is {limit!r}){more}"

    def _close_enough(self) -> bool:
        """Whether what is kept answers the question, or tight tolerances should try once more."""
        value, bound = self.desk.value, self._bound()
        return self._proved() or bound is None or gap(value, bound) <= self.limits.gap

    def _bound(self) -> float | None:
        """The bound, where there is one that the best solution does not refute."""
        value, bound = self.desk.value, self.desk.bound
        if not math.isfinite(bound):
            return None
        return sound(value, bound) if math.isfinite(value) else bound

    def _proved(self) -> bool:
        return math.isfinite(self.desk.value) and proved(self.desk.value, self._bound(), self.limits.abs_gap)

    def _left(self) -> float | None:
        if self.limits.seconds is None:
            return None
        return max(0.0, self.limits.seconds - (time.monotonic() - self.began))

    def _over(self) -> bool:
        return self._left() == 0.0 or self.desk.stop_requested()

    def _unbounded(self) -> Outcome:
        """Infeasible or unbounded? A solution settles it: the relaxation is unbounded, and so is the problem."""
        if self.desk.x is None:
            question = self.prepared.program.without_objective()
            raw = self._ask(question, replace(self._orders(tight=False), start=self.start), _Silent(self.desk))
            if raw.ending in (Ending.INFEASIBLE, Ending.UNCLEAR, Ending.UNBOUNDED):
                # with no objective nothing is unbounded: unclear can only mean infeasible
                return self._outcome(Status.INFEASIBLE, StoppedBy.PROOF)
            if raw.x is not None:
                self.desk.offer(self._whole(raw.x))
            if self.desk.x is None:
                by = _STOPPED.get(raw.ending, StoppedBy.ROUNDING)
                return self._outcome(Status.NOTHING_FOUND, by, "unbounded, if it has a solution at all")
        return self._outcome(Status.UNBOUNDED, StoppedBy.PROOF, _ENDLESS)

    def _without_rows(self) -> Outcome:
        """Every column goes where it is best: no solver needed."""
        p = self.prepared.program
        x = np.where(p.objective > 0, p.lower, p.upper)
        nearest = np.clip(0.0, p.lower, p.upper)
        x = np.where(p.objective == 0, nearest, x)
        if not np.isfinite(x).all():
            return self._outcome(Status.UNBOUNDED, StoppedBy.PROOF, _ENDLESS)
        point = self.checker.rounded(x)
        self.desk.x, self.desk.value, self.desk.bound = point, self.checker.value(point), self.checker.value(point)
        return self._judge(Ending.DONE)

    def _judge(self, ending: Ending) -> Outcome:
        """From what is kept to what may be said."""
        if self.desk.x is not None and not self.program.objective.any():
            self.desk.bound = self.desk.value  # nothing to be better at
        if self.desk.x is None:
            if ending is Ending.GAVE_UP:
                return self._outcome(Status.FAILED, StoppedBy.SOLVER, "" if self.notes else "the solver gave no answer")
            return self._outcome(Status.NOTHING_FOUND, _STOPPED.get(ending, StoppedBy.ROUNDING))
        if self._proved():
            return self._outcome(Status.OPTIMAL, StoppedBy.PROOF)
        by = StoppedBy.ROUNDING if self.unrepaired else StoppedBy.GAP
        return self._outcome(Status.FEASIBLE, _STOPPED.get(ending, by))

    def _outcome(self, status: Status, by: StoppedBy, note: str = "") -> Outcome:
        desk, sign = self.desk, self.program.sign
        solved = status in (Status.OPTIMAL, Status.FEASIBLE)
        bounded = solved or status is Status.NOTHING_FOUND
        bound = self._bound()
        notes = [*self.notes, note] if note else list(self.notes)
        if solved and bound is None and math.isfinite(desk.bound):
            notes.append("the solver's bound is refuted by its own solution, and left out")
        if self.repaired:
            notes.append(f"rounding the solver's answer broke a row and was repaired {self.repaired} times")
        return Outcome(
            status=status,
            value=sign * desk.value + 0.0 if solved else None,
            bound=sign * bound + 0.0 if bounded and bound is not None else None,
            x=desk.x if solved else None,
            seconds=time.monotonic() - self.began,
            solver=self.backend.name,
            version=self.backend.version(),
            nodes=desk.nodes,
            message="; ".join(notes),
            stopped_by=by,
        )
