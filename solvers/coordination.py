"""The linear relaxation of a programme in parts, by prices for the rows that tie the parts together.

A price is set for each tie. At these prices every part stands alone: it is a small linear programme, of which only the
costs change from round to round, so that it goes on from its last basis. What the parts come to is a bound on the whole
(Lagrange), and their answers are columns of a small master programme, which mixes them so that the ties hold and says
what the ties are worth then: the next prices (Dantzig and Wolfe, Decomposition principle for linear programs, 1960).
The master may miss a tie at a fine, which keeps the next prices within a box around the best so far (Marsten, Hogan
and Blankenship, The BOXSTEP method for large-scale optimization, 1975); without it the first prices swing wildly.

With some dozens of ties and some hundreds of parts this takes tens of rounds, each of a second or less, where simplex
and interior points need minutes for the whole. Two runs agree: what is solved side by side does not see each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from solvers.backend import Backend, Linear, Relaxing
from solvers.neighbourhood import Cutter
from solvers.parts import Parts
from solvers.problem import Floats
from solvers.program import Ints, Program
from solvers.relaxation import Relaxed

if TYPE_CHECKING:  # loaded only where a programme is divided
    from scipy import sparse

CLOSE = 1e-5  # of the value: how near the best prices are to the mixture at the end, where no more is asked for
ROUNDS = 100
_BOX = 0.3  # of what a unit of a tie costs on average: how far the first prices may be from nothing
_NARROWER, _WIDER = 0.5, 2.0  # the box after prices that proved no more, and where the best lie on its side


@dataclass(frozen=True, slots=True, eq=False)
class Coordinated:
    """What the rounds came to.

    Parameters
    ----------
    relaxed : Relaxed
        A mixture of the parts' answers that keeps the ties, and the best prices found.
    excess : float
        By how much the answers at these prices, unmixed, break the tie they break most; of what is put into that tie.
    """

    relaxed: Relaxed
    excess: float


def coordinated(
    program: Program,
    parts: Parts,
    backend: Backend,
    *,
    threads: int,
    constant: float = 0.0,
    close: float = CLOSE,
    stopped: Callable[[], bool] = lambda: False,
) -> Coordinated | None:
    """Solve the linear relaxation part by part.

    Parameters
    ----------
    program : Program
    parts : Parts
        As `solvers.parts.divide` finds them.
    backend : Backend
    threads : int
    constant : float
        What the objective lacks, in its units: it says how large the value is that `close` is a part of.
    close : float
        Of the value: how near the prices may be to the mixture at the end.
    stopped : callable, optional
        Asked between two rounds; True ends them.

    Returns
    -------
    Coordinated or None
        Near the optimum by `close`. None where a column has no end, the backend keeps no linear programmes, a part has
        no solution, or the rounds came to no end.
    """
    if not isinstance(backend, Relaxing) or not np.isfinite([program.lower, program.upper]).all():
        return None
    with ThreadPoolExecutor(threads) as pool:
        return _Coordination(program, parts, backend, pool, constant).run(close, stopped)


@dataclass(frozen=True, slots=True)
class _Answer:
    """A part's best point at some prices: its value at them and without them, and what it puts into the ties."""

    point: Relaxed
    priced: float
    cost: float
    into: Floats


@dataclass(frozen=True, slots=True)
class _Part:
    """A part by itself: its linear programme, its rows in the whole, its costs, and its entries in the ties."""

    linear: Linear
    rows: Ints
    costs: Floats
    into: sparse.csc_array

    def answer(self, prices: Floats) -> _Answer | None:
        """The best point at these prices of the ties; None where there is none."""
        costs = self.costs - prices @ self.into
        self.linear.reprice(costs)
        point = self.linear.run()
        if point is None:
            return None
        return _Answer(point, float(costs @ point.x), float(self.costs @ point.x), self.into @ point.x)


class _Coordination:
    def __init__(
        self, program: Program, parts: Parts, backend: Relaxing, pool: ThreadPoolExecutor, constant: float
    ) -> None:
        self.program, self.columns, self.pool, self.constant = program, parts.columns, pool, constant
        self.ties = np.flatnonzero(parts.ties)
        self.low, self.high = program.row_lower[self.ties], program.row_upper[self.ties]
        cutter = Cutter(program, backend)
        into = cutter.matrix[self.ties].tocsc()

        def part(columns: Ints) -> _Part:
            costs = program.objective[columns]
            alone, rows = cutter.alone(columns, costs, ~parts.ties)
            return _Part(backend.linear(alone), rows, costs, into[:, columns])

        self.parts = list(pool.map(part, parts.columns))
        self.master = _Master(backend, self.low, self.high, len(parts))
        self.points: list[list[Floats]] = []  # of each round, of each part
        self.prices = np.zeros(program.rows)  # the best so far, of all rows
        self.bound, self.excess = -np.inf, 0.0  # what they prove, and as in `Coordinated`
        reach = np.maximum(np.abs(program.lower), np.abs(program.upper))
        self.width = _BOX * (np.abs(program.objective) @ reach) / np.maximum(1.0, abs(into) @ reach)

    def run(self, close: float, stopped: Callable[[], bool]) -> Coordinated | None:
        """Ask for the master's prices until what they prove meets its mixture."""
        known = self._ask(self.prices[self.ties])
        for _ in range(ROUNDS):
            if not known or stopped():
                return None
            centre = self.prices[self.ties]
            mixture = self.master.mixed(centre, self.width)
            if mixture is None:
                return None
            near = close * max(1.0, abs(mixture.value + self.constant))
            if mixture.value - self.bound <= near and mixture.fines <= near:
                return Coordinated(self._relaxed(mixture.weights), self.excess)
            before = self.bound
            prices = np.where(np.isfinite(np.where(mixture.prices > 0, self.low, self.high)), mixture.prices, 0.0)
            known = self._ask(prices)
            at_side = np.abs(prices - centre) > 0.99 * self.width
            self.width = np.where(at_side, _WIDER, 1.0) * self.width if self.bound > before else _NARROWER * self.width
        return None

    def _ask(self, prices: Floats) -> bool:
        """Have all parts answer; False where one cannot."""
        answers = list(self.pool.map(lambda part: part.answer(prices), self.parts))
        found = [answer for answer in answers if answer is not None]
        if len(found) < len(answers):
            return False
        sides = np.where(prices > 0, self.low, np.where(prices < 0, self.high, 0.0))
        bound = float(prices @ sides) + sum(answer.priced for answer in found)
        if bound > self.bound:
            into = np.sum([answer.into for answer in found], axis=0)
            broken = np.maximum(0.0, np.maximum(self.low - into, into - self.high)) / np.maximum(1.0, abs(into))
            self.bound, self.excess = bound, float(broken.max(initial=0.0))
            self.prices[self.ties] = prices
            for part, answer in zip(self.parts, found, strict=True):
                self.prices[part.rows] = answer.point.prices
        self.points.append([answer.point.x for answer in found])
        self.master.add(found)
        return True

    def _relaxed(self, weights: Floats) -> Relaxed:
        x = np.zeros(self.program.columns)
        for k, columns in enumerate(self.columns):
            for weight, points in zip(weights[:, k].tolist(), self.points, strict=True):
                if weight:
                    x[columns] += weight * points[k]
        return Relaxed(np.clip(x, self.program.lower, self.program.upper), self.prices)


@dataclass(frozen=True, slots=True)
class _Mixture:
    """The answers so far, mixed: the value, the fines in it, the prices of the ties, and each answer's weight."""

    value: float
    fines: float
    prices: Floats
    weights: Floats  # by round and part


class _Master:
    """Mixes the answers of the parts so that the ties hold, or are missed at a fine."""

    def __init__(self, backend: Relaxing, low: Floats, high: Floats, parts: int) -> None:
        ties = low.size
        self.ties, self.parts = ties, parts
        starts = np.minimum(2 * np.arange(ties + parts + 1), 2 * ties)
        self.costs = [np.zeros(2 * ties)]
        self.linear = backend.linear(
            Program(
                starts=starts, indices=np.arange(2 * ties), values=np.tile([1.0, -1.0], ties),
                row_lower=np.concatenate([low, np.ones(parts)]), row_upper=np.concatenate([high, np.ones(parts)]),
                lower=np.zeros(2 * ties), upper=np.full(2 * ties, np.inf), integer=np.zeros(2 * ties, dtype=np.bool_),
                objective=self.costs[0], offset=0.0, sign=1.0,
            )
        )  # fmt: skip

    def add(self, answers: Sequence[_Answer]) -> None:
        """Take one answer of each part."""
        costs = np.array([answer.cost for answer in answers])
        entries = [np.flatnonzero(answer.into) for answer in answers]
        self.costs.append(costs)
        self.linear.add(
            costs,
            [np.append(own, self.ties + part) for part, own in enumerate(entries)],
            [np.append(answer.into[own], 1.0) for answer, own in zip(answers, entries, strict=True)],
        )

    def mixed(self, centre: Floats, width: Floats) -> _Mixture | None:
        """The best mixture, with fines by which no price leaves the box."""
        self.costs[0] = np.column_stack([centre + width, width - centre]).ravel()
        costs = np.concatenate(self.costs)
        self.linear.reprice(costs)
        found = self.linear.run()
        if found is None:
            return None
        fines = 2 * self.ties
        return _Mixture(
            value=float(costs @ found.x),
            fines=float(np.abs(costs[:fines]) @ found.x[:fines]),
            prices=found.prices[: self.ties],
            weights=found.x[fines:].reshape(-1, self.parts),
        )
