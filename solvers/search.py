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
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from solvers.backend import Backend, Ending, Orders, Raw, Relaxing, Silent, Watch
from solvers.by_parts import Ground, by_parts, linear_by_parts
from solvers.desk import Beside, Desk, Listener
from solvers.exact import Checker, cover_cut
from solvers.mending import mended
from solvers.outcome import Limits, Outcome, Status, StoppedBy, gap, proved, sound
from solvers.parts import SIZES
from solvers.problem import Floats
from solvers.program import Ints, Program
from solvers.scaling import prepare
from solvers.strengthening import Strengthened, strengthened

ROUNDS = 25
"""How often an answer that breaks a row may be forbidden before the search gives up."""

_ENDLESS = "there are solutions, and no end to how good they get"
_HEAD_START = 2.0  # seconds that the solver has alone before a second search is worth its while
_PART_COLUMNS = (500, 12)  # columns of the largest part for that, and of the smallest that stands alone
_PATIENCE, _WELL = 10.0, 0.01  # seconds that the solver has alone to come as near as that to the best
_HUGE = 100_000  # columns that are not fixed, from which the whole is not begun before the parts are done
_MENDING, _MENDING_NODES, _MENDING_GAP = 1.0, 100, 1e-3  # what mending a start may take, and lose
_REPAIR = 2.0  # seconds that a repair may take when the time is already up

_SETTLED = (Ending.DONE, Ending.INFEASIBLE, Ending.UNBOUNDED, Ending.UNCLEAR)
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
        self.desk = Desk(self.prepared, self.checker, self.began, listener, stopped)
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
        ending = self._found()
        if ending in (Ending.UNBOUNDED, Ending.UNCLEAR):
            return self._unbounded()
        if ending is Ending.INFEASIBLE:
            if self.desk.x is None:
                return self._outcome(Status.INFEASIBLE, StoppedBy.PROOF)
            self.notes.append("the solver calls a problem infeasible that has the solution kept here")
            ending = Ending.GAVE_UP
        return self._judge(ending)

    def _found(self) -> Ending:
        """Solve the whole: after its parts where it is huge; else, where runs need not agree, beside another search."""
        stop = threading.Event()
        beside = Beside(self.desk, lambda: stop.is_set() or self._answered() or self.desk.stop_requested())
        ground = Ground(self.prepared, self.backend, self.limits, beside, self._left)
        start = self.start if self.start is not None and np.isfinite(self.start).all() else None
        start = None if start is None else self.checker.rounded(start)
        free = int((self.prepared.program.lower < self.prepared.program.upper).sum())
        alone = self.limits.nodes is not None or self.limits.threads == 1 or not isinstance(self.backend, Relaxing)
        huge = free >= _HUGE
        if huge and not self.program.integer.any():
            linear_by_parts(ground, SIZES)
            return Ending.DONE if self._answered() else self._rounds()
        parts = by_parts(ground, SIZES) if alone or huge else None
        if parts is not None:
            parts.run(start)
            return Ending.DONE if self._answered() else self._rounds()
        if start is not None and self.desk.x is None:
            self._mend(start)
        return self._rounds() if alone else self._side_by_side(ground, start, stop, large=free >= SIZES.large)

    def _side_by_side(self, ground: Ground, start: Floats | None, stop: threading.Event, *, large: bool) -> Ending:
        """Solve the whole; beside it, search otherwise on a core that it leaves idle. `stop` ends that."""
        ended, beside = threading.Event(), ground.watch

        def aside() -> None:
            """Search otherwise: by parts where the solver has not got anywhere by itself, else with stronger rows."""
            left = self._left()
            patience = _HEAD_START if not large else _PATIENCE if left is None else min(_PATIENCE, 0.25 * left)
            if (ended.wait(patience) and not large) or beside.stop_requested():
                return
            divided = by_parts(ground, SIZES) if large and not self._within(_WELL) else None
            if divided is not None:
                divided.run(start)
                return
            stronger = strengthened(ground, *_PART_COLUMNS)
            if stronger is not None:
                beside.report(bound=stronger.bound)
            if not beside.stop_requested():
                self._again(stronger, beside)

        asked = self.desk.stop_requested
        self.desk.stop_requested = lambda: asked() or self._answered()
        with ThreadPoolExecutor(1) as thread:
            joined = thread.submit(aside)
            try:
                ending = self._rounds()
            except BaseException:
                stop.set()
                raise
            finally:
                ended.set()
            if ending in (*_SETTLED, Ending.TIME, Ending.USER):
                stop.set()
        joined.result()
        if ending is Ending.USER and self._answered():
            self.notes.clear()  # that it was stopped: what was found beside it is enough
            return Ending.DONE
        return ending

    def _again(self, stronger: Strengthened | None, watch: Watch) -> None:
        """Search once more, in one thread; with what the parts prove where that is more than is known."""
        program = self.prepared.program
        if stronger is not None and self.prepared.bound(stronger.bound) >= self.desk.bound:
            program = stronger.program
        orders = replace(self._orders(tight=False), threads=1, seed=self.limits.seed + 1)
        raw = self.backend.solve(program, orders, watch)
        watch.report(bound=raw.bound, x=raw.x)

    def _mend(self, start: Floats) -> None:
        """A start that breaks rows is first made a solution, where that takes few columns and little time."""
        left = self._left()
        seconds = _MENDING if left is None else min(_MENDING, 0.2 * left)
        nodes = None if self.limits.nodes is None else _MENDING_NODES
        orders = Orders(
            seconds=seconds, gap=_MENDING_GAP, nodes=nodes, threads=self.limits.threads, seed=self.limits.seed
        )
        point = mended(self.prepared.program, self.backend, start, orders, Silent(self.desk))
        if point is not None:
            self.desk.report(x=point)

    def _answered(self) -> bool:
        """Whether what is kept is as good as was asked for."""
        return self.desk.x is not None and (self._proved() or self._within(self.limits.gap))

    def _within(self, wanted: float) -> bool:
        """Whether what is kept is proved to be that near the best."""
        return self.desk.x is not None and gap(self.desk.value, self._bound()) <= wanted

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
        raw = self._ask(self.prepared.program.fixed(point), orders, Silent(self.desk))
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
            raw = self._ask(question, replace(self._orders(tight=False), start=self.start), Silent(self.desk))
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
