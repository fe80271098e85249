"""Solutions of a large programme, part by part, before the solver takes it on as a whole.

1. The linear relaxation gives a bound, and the prices of the rows that tie the parts together (`solvers.relaxation`).
2. The parts are decided one after another, the largest first. Each pays the prices of the ties, and finds in them the
   room that those before it have left when the rest is taken as in the relaxation. It may go beyond that at a fine:
   what one part takes too much, the next ones pay back.
3. Then a few parts at a time are decided anew while all others stand, those first whose reduced costs promise most,
   until a round over all of them brings little.

Nothing here is proved but the bound. What is found goes to the watch, which rounds it and checks it exactly. Two runs
with the same seed and a limit of nodes agree: what is decided side by side does not see each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from solvers.backend import Backend, Orders, Relaxing, Silent, Watch
from solvers.neighbourhood import Cutter
from solvers.outcome import Limits
from solvers.parts import Parts, Sizes, divide
from solvers.problem import Floats
from solvers.program import Ints
from solvers.relaxation import Relaxed, proved_bound, reduced_costs
from solvers.scaling import Prepared

FIRST_GAP, LATER_GAP = 1e-3, 1e-4  # of the value: what a decision on all parts may lose, first and anew
SECONDS = 4.0  # for one decision
NODES = 100  # for one decision, instead, where the search has a limit of nodes
ROUNDS = 10  # over all parts
WORTHWHILE = 1e-4  # of the value: what a round must gain for another
TOGETHER = 2  # parts that are decided anew together


@dataclass(frozen=True, slots=True)
class Ground:
    """What a search by parts stands on.

    Parameters
    ----------
    prepared : Prepared
    backend : Backend
    limits : Limits
    watch : Watch
        Is told of points and of the bound; asked for points from elsewhere.
    left : callable
        Seconds that are left; None for no limit.
    """

    prepared: Prepared
    backend: Backend
    limits: Limits
    watch: Watch
    left: Callable[[], float | None]


def by_parts(ground: Ground, sizes: Sizes) -> ByParts | None:
    """Get a search by parts ready: the parts, the relaxation and its bound, of which the watch is told.

    Returns
    -------
    ByParts or None
        None where the programme is small or does not fall into parts, or the solver could not relax it in the time.
    """
    program, backend, limits = ground.prepared.program, ground.backend, ground.limits
    if not program.integer.any() or not isinstance(backend, Relaxing):
        return None
    parts = divide(program, sizes)
    if parts is None:
        return None
    orders = Orders(seconds=ground.left(), nodes=limits.nodes, threads=limits.threads, seed=limits.seed)
    relaxed = backend.relax(program, orders, Silent(ground.watch))
    if relaxed is None:
        return None
    ground.watch.report(bound=proved_bound(program, relaxed.prices))
    return ByParts(ground, parts, relaxed)


class ByParts:
    """One search; `by_parts` makes it."""

    def __init__(self, ground: Ground, parts: Parts, relaxed: Relaxed) -> None:
        program = ground.prepared.program
        self.ground = ground
        self.parts = parts
        self.relaxed = relaxed
        self.program = program
        self.cutter = Cutter(program, ground.backend)
        self.begun = self.whole = False
        self._stand_at(relaxed.x)
        # what a point of this size costs, in all, in each part, and for each unit of each row
        costs = np.abs(program.objective * relaxed.x)
        constant = ground.prepared.offset / ground.prepared.unit
        self.value = max(1.0, abs(float(program.objective @ relaxed.x) + constant))
        by_part = np.bincount(parts.part, costs, len(parts)) + 1e-9 * self.value
        self.share = self.value * by_part / by_part.sum()
        sizes = abs(self.cutter.matrix) @ np.abs(relaxed.x)
        self.per_unit = max(1.0, float(costs.sum())) / np.maximum(1.0, sizes)
        self.hard_fines = self._fines(20.0, 0.5)

    def run(self, start: Floats | None) -> None:
        """`begin`, where that was not done, and `improve`."""
        if not self.begun:
            self.begin(start)
        self.improve()

    def begin(self, start: Floats | None) -> None:
        """Decide all parts.

        Parameters
        ----------
        start : float array of shape (columns,), optional
            A whole point to begin with, a solution or nearly one; without it the parts are decided one after another.
        """
        self.begun = True
        if start is not None:
            self._stand_at(start)
        elif not self._decide_all():
            return
        else:
            self._stand_at(self.x)
        self.whole = True
        self._tell()

    def improve(self) -> None:
        """Decide some parts anew for as long as it is worth it."""
        if not self.whole:
            return
        for number in range(ROUNDS):
            better = self.ground.watch.elsewhere()
            if better is not None:
                self._stand_at(better)
            before, broken = self._merit(self.x, self.activity), self._broken()
            self._round(number)
            gain = before - self._merit(self.x, self.activity)
            if self._stopped() or (not broken and gain < WORTHWHILE * self.value):
                return

    def _decide_all(self) -> bool:
        """From the relaxation to whole parts; False where the time is up before."""
        priced = reduced_costs(self.program, np.where(self.parts.ties, self.relaxed.prices, 0.0))
        fines = self._fines(2.0, 0.02)
        largest_first = np.argsort([-columns.size for columns in self.parts.columns], kind="stable")
        for batch in self._batches(largest_first, 1):
            if self._stopped():
                return False
            for columns, values in self._decided(batch, priced, fines, FIRST_GAP, anew=False):
                if values is None:
                    return False
                self._put(columns, values)
        return True

    def _round(self, number: int) -> None:
        """Decide parts anew: those that promise anything, a few together; while rows are broken all, at first alone."""
        rng = np.random.default_rng([self.ground.limits.seed, number])
        reduced = reduced_costs(self.program, self.relaxed.prices)
        promise = np.bincount(self.parts.part, reduced * (self.x - self.relaxed.x), len(self.parts))
        broken = self._broken()
        if broken:
            order = rng.permutation(len(self.parts))
        else:
            order = np.flatnonzero(promise > LATER_GAP * self.share)
            order = order[np.argsort(-promise[order] * rng.uniform(0.5, 1.0, order.size), kind="stable")]
        for batch in self._batches(order, 1 if broken and number % 2 == 0 else TOGETHER):
            if self._stopped() or (broken and not self._broken()):
                return
            for columns, values in self._decided(batch, self.program.objective, self.hard_fines, LATER_GAP, anew=True):
                if values is not None:
                    self._put_if_better(columns, values)
            self._tell()

    def _batches(self, order: Ints, together: int) -> list[list[Ints]]:
        """Groups of parts, and as many groups side by side as there are threads."""
        groups = np.split(order, range(together, order.size, together)) if order.size else []
        threads = self.ground.limits.threads
        return [groups[at : at + threads] for at in range(0, len(groups), threads)]

    def _decided(
        self, groups: Sequence[Ints], objective: Floats, fines: Floats, gap: float, *, anew: bool
    ) -> list[tuple[Ints, Floats | None]]:
        """What each group comes to, while all others stand."""

        def one(group: Ints) -> tuple[Ints, Floats | None]:
            columns = np.sort(np.concatenate([self.parts.columns[part] for part in group.tolist()]))
            own = self.x[columns]
            others = self.activity - self.cutter.activity(columns, own)
            orders = self._orders(gap * float(self.share[group].sum()), own if anew else None)
            watch = Silent(self.ground.watch)
            return columns, self.cutter.decide(columns, others, objective[columns], fines, orders, watch)

        with ThreadPoolExecutor(len(groups)) as pool:
            return list(pool.map(one, groups))

    def _orders(self, abs_gap: float, start: Floats | None) -> Orders:
        limits, left = self.ground.limits, self.ground.left()
        if limits.nodes is not None:
            return Orders(seconds=left, abs_gap=abs_gap, nodes=NODES, seed=limits.seed, start=start)
        seconds = SECONDS if left is None else min(SECONDS, left)
        return Orders(seconds=seconds, abs_gap=abs_gap, seed=limits.seed, start=start)

    def _stand_at(self, x: Floats) -> None:
        self.x, self.activity = x.copy(), self.cutter.matrix @ x

    def _put(self, columns: Ints, values: Floats) -> None:
        self.activity += self.cutter.activity(columns, values - self.x[columns])
        self.x[columns] = values

    def _put_if_better(self, columns: Ints, values: Floats) -> None:
        x, activity = self.x.copy(), self.activity.copy()
        self._put(columns, values)
        if self._merit(self.x, self.activity) >= self._merit(x, activity):
            self.x, self.activity = x, activity

    def _fines(self, times: float, part: float) -> Floats:
        """For a unit of breach of a tie: some times its price, and a part of what its units cost on average."""
        return np.where(self.parts.ties, times * np.abs(self.relaxed.prices) + part * self.per_unit, 0.0)

    def _merit(self, x: Floats, activity: Floats) -> float:
        return float(self.program.objective @ x + self.hard_fines @ self.cutter.excess(activity))

    def _broken(self) -> bool:
        return bool((self.cutter.excess(self.activity) > 1e-6).any())

    def _tell(self) -> None:
        if not self._broken():
            self.ground.watch.report(x=self.x)

    def _stopped(self) -> bool:
        return self.ground.left() == 0.0 or self.ground.watch.stop_requested()
