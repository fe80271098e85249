"""Solutions of a large programme, part by part, before the solver takes it on as a whole.

1. The linear relaxation gives a bound, and the prices of the rows that tie the parts together (`solvers.coordination`).
2. Where the parts nearly keep the ties at these prices, each is decided by itself, and what they take too much together
   is given back by some of them, each a share. Elsewhere they are decided one after another, the largest first: each
   pays the prices of the ties, and finds in them the room that those before it have left when the rest is taken as in
   the relaxation. It may go beyond that at a fine: what one part takes too much, the next ones pay back.
3. Columns that stand in ties only are decided together once all parts are. What each part comes to by itself at these
   prices, added up, is a bound above the relaxation's (Lagrange), and says how far each part is from its best. A few
   parts at a time are decided anew while all others stand, those first that are farthest, until a round over all of
   them brings little.

Nothing here is proved but the bound. What is found goes to the watch, which rounds it and checks it exactly. Two runs
with the same seed and a limit of nodes agree: what is decided side by side does not see each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from solvers.backend import Backend, Orders, Relaxing, Silent, Watch
from solvers.coordination import CLOSE, Coordinated, coordinated
from solvers.neighbourhood import ByItself, Cutter, Piece
from solvers.outcome import Limits
from solvers.parts import Parts, Sizes, divide
from solvers.problem import Floats
from solvers.program import Ints
from solvers.relaxation import Relaxed, payable, proved_bound, reduced_costs, rounding
from solvers.scaling import Prepared

EXACT = 1e-10  # of the value: how near a linear programme is brought to its optimum
FIRST_GAP, LATER_GAP = 1e-3, 1e-4  # of the value: what a decision on all parts may lose, first and anew
SECONDS = 4.0  # for one decision
NODES = 100  # for one decision, instead, where the search has a limit of nodes
ROUNDS = 10  # over all parts
WORTHWHILE = 1e-4  # of the value: what a round must gain for another
TOGETHER = 2  # parts that are decided anew together
MANY = 100  # groups of parts, from which one thread need not wait for the other after each
NEARLY = 0.015  # of a tie: what the parts may take too much of it, at its price, and be decided by themselves
GIVING_BACK = 8  # every so many parts, one gives back
AHEAD = 3.0  # times the time left for each of the decisions ahead: what one of them may take
PROVING = 0.5  # of the time left: what the bound by parts may take


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
    found = _coordinated(ground, parts, CLOSE)
    if found is not None:
        relaxed, excess = found.relaxed, found.excess
    else:
        orders = Orders(seconds=ground.left(), nodes=limits.nodes, threads=limits.threads, seed=limits.seed)
        whole = backend.relax(program, orders, Silent(ground.watch))
        if whole is None:
            return None
        relaxed, excess = whole, math.inf
    ground.watch.report(bound=proved_bound(program, relaxed.prices))
    return ByParts(ground, parts, relaxed, excess)


def linear_by_parts(ground: Ground, sizes: Sizes) -> None:
    """Solve a programme without whole columns part by part, and tell the watch; nothing where it has no parts."""
    program = ground.prepared.program
    parts = divide(program, sizes)
    found = None if parts is None else _coordinated(ground, parts, EXACT)
    if found is not None:
        ground.watch.report(bound=proved_bound(program, found.relaxed.prices), x=found.relaxed.x)


def _coordinated(ground: Ground, parts: Parts, close: float) -> Coordinated | None:
    stopped, prepared = ground.watch.stop_requested, ground.prepared
    return coordinated(
        prepared.program, parts, ground.backend, threads=ground.limits.threads,
        constant=prepared.offset / prepared.unit, close=close, stopped=lambda: ground.left() == 0.0 or stopped(),
    )  # fmt: skip


class ByParts:
    """One search; `by_parts` makes it."""

    def __init__(self, ground: Ground, parts: Parts, relaxed: Relaxed, excess: float) -> None:
        program = ground.prepared.program
        self.ground = ground
        self.parts = parts
        self.relaxed = relaxed
        self.program = program
        self.cutter = Cutter(program, ground.backend)
        self.excess = excess
        self._stand_at(relaxed.x)
        # what a point of this size costs, in all, in each part, and for each unit of each row
        costs = np.abs(program.objective * relaxed.x)
        constant = ground.prepared.offset / ground.prepared.unit
        self.value = max(1.0, abs(float(program.objective @ relaxed.x) + constant))
        by_part = np.bincount(parts.part, costs, len(parts)) + 1e-9 * self.value
        self.share = self.value * by_part / by_part.sum()
        sizes = abs(self.cutter.matrix) @ np.abs(relaxed.x)
        self.per_unit = max(1.0, float(costs.sum())) / np.maximum(1.0, sizes)
        loose = program.lower < program.upper
        loose[program.indices[np.repeat(~parts.ties, np.diff(program.starts))]] = False
        self.loose = np.flatnonzero(loose)  # columns that stand in ties only
        self.soft_fines, self.hard_fines = self._fines(2.0, 0.02), self._fines(20.0, 0.5)
        self._price()

    def run(self, start: Floats | None) -> None:
        """Decide all parts, then some of them anew for as long as it is worth it.

        Parameters
        ----------
        start : float array of shape (columns,), optional
            A whole point to begin with, a solution or nearly one, instead of deciding all parts.
        """
        if start is not None:
            self._stand_at(start)
        elif self._decide_each() if self.excess <= NEARLY else self._decide_all():
            self._stand_at(self.x)  # what was added up bit by bit is worked out anew
        else:
            return
        self._settle_loose()
        self._tell()
        self._improve()

    def _improve(self) -> None:
        for number in range(ROUNDS):
            better = self.ground.watch.elsewhere()
            if better is not None:
                self._stand_at(better)
            before, broken = self._merit(self.x, self.activity), self._broken()
            if not self.proved and not broken:
                self._by_themselves(PROVING)
            self._round(number)
            self._settle_loose()
            self._tell()
            gain = before - self._merit(self.x, self.activity)
            if self._stopped() or (not broken and gain < WORTHWHILE * self.value):
                return

    def _price(self) -> None:
        """What the columns cost at the prices of the ties, what these prices bring, and what no part is below."""
        p, ties = self.program, self.parts.ties
        prices, sides = payable(p, self.relaxed.prices)
        ended = np.isfinite([p.lower, p.upper]).all(axis=0)
        self.priced = reduced_costs(p, np.where(ties, prices, 0.0))
        self.paid = float((prices * sides)[ties].sum()) - (rounding(p, prices, sides) if ended.all() else math.inf)
        self.proved = not ended.all()  # then nothing can be proved by prices
        reduced = np.where(ended, reduced_costs(p, prices), 0.0)
        lower, upper = np.where(ended, p.lower, 0.0), np.where(ended, p.upper, 0.0)
        self.best = np.bincount(self.parts.part, np.minimum(reduced * lower, reduced * upper), len(self.parts))
        own = np.flatnonzero(~ties & (np.diff(p.starts) > 0))
        self.best += np.bincount(self.parts.part[p.indices[p.starts[own]]], (prices * sides)[own], len(self.parts))

    def _by_themselves(self, patience: float) -> list[Floats | None]:
        """Decide each part by itself at the prices of the ties, and tell the bound that comes of it.

        `patience` is how many times the time left for each a part may take. Nothing stands otherwise afterwards.
        """
        self.proved = True

        def one(number: int) -> ByItself | None:
            if self._stopped():
                return None
            columns = self.parts.columns[number]
            orders = self._orders(FIRST_GAP * float(self.share[number]), None, len(self.parts) - number, patience)
            prices, watch = self.relaxed.prices, Silent(self.ground.watch)
            return self.cutter.by_itself(columns, self.priced[columns], self.parts.ties, prices, orders, watch)

        with ThreadPoolExecutor(self.ground.limits.threads) as pool:
            found = list(pool.map(one, range(len(self.parts))))
        for number, part in enumerate(found):
            if part is not None:
                self.best[number] = max(self.best[number], part.best)
        self.ground.watch.report(bound=self.paid + float(self.best.sum()))
        return [None if part is None else part.x for part in found]

    def _decide_each(self) -> bool:
        """Decide each part by itself; what they take too much together, some give back."""
        points = self._by_themselves(AHEAD)
        known = [point for point in points if point is not None]
        if len(known) < len(points):
            return self._decide_all()
        for columns, point in zip(self.parts.columns, known, strict=True):
            self.x[columns] = point
        self._stand_at(self.x)
        order = np.random.default_rng(self.ground.limits.seed).permutation(len(self.parts))
        self._sweep(order[: -(-order.size // GIVING_BACK)], shared=True)
        return True

    def _decide_all(self) -> bool:
        """From the relaxation to whole parts; False where the time is up before."""
        largest_first = np.argsort([-columns.size for columns in self.parts.columns], kind="stable")
        missed = self._sweep(largest_first, shared=False)
        return not missed.size or not self._sweep(missed, shared=False).size

    def _sweep(self, order: Ints, *, shared: bool) -> Ints:
        """Decide parts one after another at the prices of the ties; gives those for which nothing was found."""
        missed: list[Ints] = []
        ahead = order.size
        for batch in self._batches(order, 1):
            if self._stopped():
                missed += batch
                continue
            decided = self._decided(
                batch, self.priced, self.soft_fines, FIRST_GAP, anew=False, ahead=ahead, shared=shared
            )
            for part, (piece, values) in zip(batch, decided, strict=True):
                if values is None:
                    missed.append(part)
                else:
                    self._put(piece, values)
            ahead -= len(batch)
        return np.concatenate([order[:0], *missed])

    def _round(self, number: int) -> None:
        """Decide parts anew: those that promise anything, a few together; while rows are broken all, at first alone."""
        rng = np.random.default_rng([self.ground.limits.seed, number])
        promise = np.bincount(self.parts.part, self.priced * self.x, len(self.parts)) - self.best
        broken = self._broken()
        if broken:
            order = rng.permutation(len(self.parts))
        else:
            order = np.flatnonzero(promise > LATER_GAP * self.share)
            order = order[np.argsort(-promise[order] * rng.uniform(0.5, 1.0, order.size), kind="stable")]
        for batch in self._batches(order, 1 if broken and number % 2 == 0 else TOGETHER):
            if self._stopped() or (broken and not self._broken()):
                return
            for piece, values in self._decided(batch, self.program.objective, self.hard_fines, LATER_GAP, anew=True):
                if values is not None:
                    self._put_if_better(piece, values)
            self._tell()

    def _settle_loose(self) -> None:
        """Decide together, at their own costs, the columns that stand in ties only.

        At the prices of the ties they cost next to nothing, so that their part may have taken any amount of them.
        """
        if self.loose.size and not self._stopped():
            piece = self.cutter.piece(self.loose)
            sides, orders = self._sides(piece, 1, 1), self._orders(0.0, self.x[self.loose], 0)
            values = self._answer(piece, sides, self.program.objective, self.hard_fines, orders)
            if values is not None:
                self._put_if_better(piece, values)

    def _batches(self, order: Ints, together: int) -> list[list[Ints]]:
        """Groups of parts, and those that are decided side by side: one for each thread, two where there are many."""
        groups = np.split(order, range(together, order.size, together)) if order.size else []
        beside = self.ground.limits.threads * (2 if len(groups) >= MANY else 1)
        return [groups[at : at + beside] for at in range(0, len(groups), beside)]

    def _decided(
        self,
        groups: Sequence[Ints],
        objective: Floats,
        fines: Floats,
        gap: float,
        *,
        anew: bool,
        ahead: int = 0,
        shared: bool = False,
    ) -> list[tuple[Piece, Floats | None]]:
        """What each group comes to, while all others stand."""

        def one(group: Ints) -> tuple[Piece, Floats | None]:
            columns = np.sort(np.concatenate([self.parts.columns[part] for part in group.tolist()]))
            own, piece = self.x[columns], self.cutter.piece(columns)
            sides = self._sides(piece, len(groups), ahead if shared else len(groups))
            orders = self._orders(gap * float(self.share[group].sum()), own if anew else None, ahead)
            return piece, self._answer(piece, sides, objective, fines, orders)

        with ThreadPoolExecutor(self.ground.limits.threads) as pool:
            return list(pool.map(one, groups))

    def _answer(
        self, piece: Piece, sides: tuple[Floats, Floats], objective: Floats, fines: Floats, orders: Orders
    ) -> Floats | None:
        watch = Silent(self.ground.watch)
        return self.cutter.decide(piece, sides, objective[piece.columns], fines[piece.rows], orders, watch)

    def _sides(self, piece: Piece, beside: int, mending: int) -> tuple[Floats, Floats]:
        """What may go into the rows of a piece; so many share what a tie has free, and so many mend what is broken."""
        rows, p = piece.rows, self.program
        own, stands, ties = piece.matrix @ self.x[piece.columns], self.activity[rows], self.parts.ties[rows]
        low, high = p.row_lower[rows] - stands, p.row_upper[rows] - stands
        low = np.where(ties, low / np.where(low > 0, mending, beside), low)
        high = np.where(ties, high / np.where(high < 0, mending, beside), high)
        return own + low, own + high

    def _orders(self, abs_gap: float, start: Floats | None, ahead: int, patience: float = AHEAD) -> Orders:
        """For one decision, with so many more ahead."""
        limits, left = self.ground.limits, self.ground.left()
        if limits.nodes is not None:
            return Orders(seconds=left, abs_gap=abs_gap, nodes=NODES, seed=limits.seed, start=start)
        seconds = SECONDS if left is None else min(SECONDS, left)
        if left is not None and ahead:
            seconds = min(seconds, patience * left * limits.threads / ahead)
        return Orders(seconds=seconds, abs_gap=abs_gap, seed=limits.seed, start=start)

    def _stand_at(self, x: Floats) -> None:
        self.x, self.activity = x.copy(), self.cutter.matrix @ x

    def _put(self, piece: Piece, values: Floats) -> None:
        self.activity[piece.rows] += piece.matrix @ (values - self.x[piece.columns])
        self.x[piece.columns] = values

    def _put_if_better(self, piece: Piece, values: Floats) -> None:
        x, activity = self.x.copy(), self.activity.copy()
        self._put(piece, values)
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
