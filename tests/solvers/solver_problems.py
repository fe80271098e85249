"""Problems whose answers are known, and a way to write them briefly."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from solvers import Problem, Sense, Status

INF = float("inf")


def problem(
    objective: Sequence[float],
    rows: Sequence[tuple[float, Sequence[float], float]],
    *,
    lower: Sequence[float] | float = 0.0,
    upper: Sequence[float] | float = 1.0,
    integer: Sequence[bool] | bool = True,
    sense: Sense = Sense.MINIMISE,
    offset: float = 0.0,
) -> Problem:
    """A problem from rows written as (lower side, coefficients, upper side)."""
    n = len(objective)
    return Problem(
        matrix=sparse.csr_array(np.array([row for _, row, _ in rows], dtype=float).reshape(len(rows), n)),
        row_lower=np.array([low for low, _, _ in rows], dtype=float),
        row_upper=np.array([high for _, _, high in rows], dtype=float),
        lower=np.broadcast_to(np.asarray(lower, dtype=float), (n,)),
        upper=np.broadcast_to(np.asarray(upper, dtype=float), (n,)),
        integer=np.broadcast_to(np.asarray(integer), (n,)),
        objective=np.array(objective, dtype=float),
        offset=offset,
        sense=sense,
    )


@dataclass(frozen=True)
class Project:
    """Tasks of some days each, some after others, that share what there is of a few resources on a day."""

    days: list[int]
    before: list[tuple[int, int]]
    needs: list[list[int]]
    there: list[int]

    @classmethod
    def random(cls, seed: int, tasks: int = 6, resources: int = 2) -> Project:
        rng = np.random.default_rng(seed)
        before = [(a, b) for a in range(tasks) for b in range(a + 1, tasks) if rng.random() < 0.25]
        needs = rng.integers(0, 6, (tasks, resources))
        there = np.maximum(needs.max(axis=0), 7)
        return cls(rng.integers(1, 5, tasks).tolist(), before, needs.tolist(), there.tolist())

    def shortest(self) -> int:
        """By trying every order: in one of them, each task begun as early as can be makes a shortest project."""
        return min(self._length(order) for order in itertools.permutations(range(len(self.days))))

    def _length(self, order: tuple[int, ...]) -> int:
        free = [list(self.there) for _ in range(2 * sum(self.days))]
        end: dict[int, int] = {}
        for task in order:
            day = max((end.get(first, 0) for first, then in self.before if then == task), default=0)
            if any(first not in end for first, then in self.before if then == task):
                return sum(self.days)
            need = self.needs[task]
            while any(
                left < wanted
                for at in range(day, day + self.days[task])
                for left, wanted in zip(free[at], need, strict=True)
            ):
                day += 1
            for at in range(day, day + self.days[task]):
                free[at] = [left - wanted for left, wanted in zip(free[at], need, strict=True)]
            end[task] = day + self.days[task]
        return max(end.values())

    def as_problem(self, longest: int | None = None) -> Problem:
        """As linear rows: one column for each task and first day, and the length as the last column."""
        tasks, horizon = len(self.days), sum(self.days)
        n = tasks * horizon + 1
        rows: list[tuple[float, Sequence[float], float]] = []

        def row(entries: dict[int, float], low: float, high: float) -> None:
            dense = np.zeros(n)
            dense[list(entries)] = list(entries.values())
            rows.append((low, dense.tolist(), high))

        def begin(task: int, sign: float) -> dict[int, float]:
            return {task * horizon + day: sign * day for day in range(horizon)}

        for task in range(tasks):
            row({task * horizon + day: 1.0 for day in range(horizon)}, 1.0, 1.0)
            row(begin(task, -1.0) | {n - 1: 1.0}, self.days[task], INF)
        for first, then in self.before:
            row(begin(first, -1.0) | begin(then, 1.0), self.days[first], INF)
        for resource, there in enumerate(self.there):
            for at in range(horizon):
                running = {
                    task * horizon + day: float(self.needs[task][resource])
                    for task in range(tasks)
                    for day in range(max(0, at - self.days[task] + 1), at + 1)
                }
                row(running, -INF, there)
        upper = [1.0] * (n - 1) + [float(horizon if longest is None else longest)]
        return problem([0.0] * (n - 1) + [1.0], rows, upper=upper)


MAX = Sense.MAXIMISE
PROJECT = Project.random(9)  # a path of 8 days; 17 with what there is of the resources

KNOWN: dict[str, tuple[Problem, Status, float | None]] = {
    "trap of highspy 1.14": (
        problem([2, 3], [(4.5, [1, 1], INF)], upper=10, integer=[False, True]),
        Status.OPTIMAL,
        9.0,
    ),
    "knapsack": (problem([10, 13, 7], [(-INF, [3, 4, 2], 6)], sense=MAX), Status.OPTIMAL, 20.0),
    "with an offset": (problem([10, 13, 7], [(-INF, [3, 4, 2], 6)], sense=MAX, offset=-5.5), Status.OPTIMAL, 14.5),
    "infeasible by rows": (problem([1, 1], [(3, [1, 1], INF)]), Status.INFEASIBLE, None),
    "infeasible by parity": (problem([1, 1], [(3, [2, 2], 3)], upper=9), Status.INFEASIBLE, None),
    "one solution, hidden by ranges": (
        problem([1, 1, 1], [(1, [2, 2, 1], 1), (1, [0, 0, 2], INF), (0, [1, 1, 0], 0), (2, [1, 1, 2], 3)]),
        Status.OPTIMAL,
        1.0,
    ),
    "infeasible linear": (
        problem([1, 1], [(-INF, [1, 2], 1), (2, [1, 1], INF)], upper=INF, integer=False),
        Status.INFEASIBLE,
        None,
    ),
    "crossed bounds": (problem([1, 1], [(0, [1, 1], 9)], lower=2, upper=1), Status.INFEASIBLE, None),
    "no whole number between the bounds": (
        problem([1, 1], [(0, [1, 1.5], 9)], lower=0.2, upper=0.8),
        Status.INFEASIBLE,
        None,
    ),
    "crossed sides": (problem([1, 1], [(5, [1, 1.5], 4)], upper=9), Status.INFEASIBLE, None),
    "unbounded": (problem([1, 1], [(0, [1, -1], 3)], upper=INF, sense=MAX), Status.UNBOUNDED, None),
    "unbounded linear": (
        problem([-1, -1], [(0, [1, -1], 3)], upper=INF, integer=False),
        Status.UNBOUNDED,
        None,
    ),
    "unbounded relaxation, infeasible in whole numbers": (
        problem([-1, -1, 0], [(0, [2, -2, 1.5], 0), (1.2, [0, 0, 1], 1.3)], upper=INF, integer=[True, True, False]),
        Status.INFEASIBLE,
        None,
    ),
    "tied": (problem([1, 1, 1, 1], [(2, [1, 1, 1, 1], 2)]), Status.OPTIMAL, 2.0),
    "badly scaled": (
        problem([1e9, 1.0, 1e-3], [(1e6, [1e6, 1e-2, 0], INF), (0.5, [0, 0, 1e-3], INF)], upper=1e9, integer=False),
        Status.OPTIMAL,
        1e8 + 0.5,
    ),
    "equalities only": (
        problem([1, 2, 3], [(10, [1, 1, 1], 10), (4, [1, -1, 0], 4)], upper=10),
        Status.OPTIMAL,
        13.0,
    ),
    "free variables": (
        problem([1, 1], [(-7.5, [1, 0], INF), (-INF, [1, -2], 6)], lower=-INF, upper=INF, integer=False),
        Status.OPTIMAL,
        -14.25,
    ),
    "free whole variables": (
        problem([1, 1], [(-15, [2, 0], INF), (-INF, [1, -2], 6)], lower=-INF, upper=INF),
        Status.OPTIMAL,
        -13.0,
    ),
    "whole with real bounds": (
        problem([1, -1], [(-INF, [1, 1], 100)], lower=[1.2, 0.5], upper=[8.9, 3.7]),
        Status.OPTIMAL,
        -1.0,
    ),
    "negative coefficients and ranges": (
        problem([-5, 4, -3], [(-4, [2, -3, 1], 1), (-2, [-1, 1, -2], 3)], lower=-2, upper=3),
        Status.OPTIMAL,
        None,
    ),
    "no rows": (problem([2, -3, 0], [], upper=[4, 5, INF], integer=[True, True, False]), Status.OPTIMAL, -15.0),
    "no rows, unbounded": (problem([2, -3], [], upper=INF), Status.UNBOUNDED, None),
    "no columns": (problem([], [(-1, [], 1)], offset=7.0), Status.OPTIMAL, 7.0),
    "no columns, impossible": (problem([], [(1, [], 2)]), Status.INFEASIBLE, None),
    "nothing at all": (problem([], []), Status.OPTIMAL, 0.0),
    "no objective": (problem([0, 0, 0], [(2, [1, 1, 1], 2)]), Status.OPTIMAL, 0.0),
    "rows that bind nothing": (
        problem([1, 1], [(-INF, [1, 1], INF), (0, [0, 0], 0), (1, [1, 1], INF)]),
        Status.OPTIMAL,
        1.0,
    ),
    "yuan in a budget of fifty million": (
        problem(
            [50_000_000, 49_999_999, 3, 3],
            [(-INF, [50_000_000, 49_999_999, 1, 0], 99_999_998), (-INF, [0, 0, 1, 1], 2)],
            sense=MAX,
        ),
        Status.OPTIMAL,
        50_000_006.0,
    ),
    "nine digits in one column": (
        problem([1, 1], [(123_456_789, [1, 0], INF), (987_654_321, [0, 1], INF)], upper=2e9),
        Status.OPTIMAL,
        1_111_111_110.0,
    ),
    "decimals": (
        problem([0.3, 0.7, 0.25], [(0.7, [0.1, 0.2, 0.3], 0.7), (-INF, [0.29, 0.29, 0.5], 2.45)], upper=9),
        Status.OPTIMAL,
        0.8,
    ),
    "infeasible with nothing to bound it": (
        problem([1, 1], [(1, [1, -1], INF), (0, [-1, 1], INF)], upper=INF),
        Status.INFEASIBLE,
        None,
    ),
    "scores of a million million": (
        problem([10**12 + 1, 10**12, 10**12 + 2], [(2, [1, 1, 1], 2)]),
        Status.OPTIMAL,
        2e12 + 1,
    ),
    # a whole column may be 1e-6 to a solver, and 1e-6 of fifty million pays fifty yuan: then 0 would do here
    "fifty yuan that only a tolerance pays": (
        problem([1000, 1], [(50, [50_000_000, 1], INF)], upper=[1, 49]),
        Status.OPTIMAL,
        1000.0,
    ),
    "fifty real yuan that only a tolerance pays": (
        problem([1000, 1], [(50, [50_000_000, 1], INF)], upper=[1, 49], integer=[True, False]),
        Status.OPTIMAL,
        1000.0,
    ),
    # and here 50 would be got for nothing, where it costs 60
    "fifty yuan that only a tolerance gives": (
        problem([-60, 1], [(0, [50_000_000, -1], INF)], upper=[1, 50], sense=MAX),
        Status.OPTIMAL,
        0.0,
    ),
    "impossible but for a tolerance": (
        problem([0, 1], [(50, [50_000_000, 1], INF), (0, [1, 0], 0)], upper=[1, 49]),
        Status.INFEASIBLE,
        None,
    ),
    "badly scaled in whole numbers": (
        problem(
            [10**9, 1, 10**6], [(10**9 + 1, [10**9, 1, 3], INF), (-INF, [1, 10**6, 0], 10**6 + 1)], upper=[9, 9, 9]
        ),
        Status.OPTIMAL,
        1e9 + 1,
    ),
    "equalities only, real": (
        problem([1, 2, 3], [(10, [1, 1, 1], 10), (4, [1, -1, 0], 4)], upper=10, integer=False),
        Status.OPTIMAL,
        13.0,
    ),
    "equalities that nothing meets": (
        problem([1, 1, 1], [(7, [2, 2, 2], 7), (3, [1, 1, 0], 3)], upper=9),
        Status.INFEASIBLE,
        None,
    ),
    "tied many times over": (problem([1] * 12, [(6, [1] * 12, 6)], sense=MAX), Status.OPTIMAL, 6.0),
    # through add_cumulative CP-SAT has called a longer one the shortest; as linear rows all agree
    "a project of six tasks": (PROJECT.as_problem(), Status.OPTIMAL, 17.0),
    "a project a day shorter than can be": (PROJECT.as_problem(longest=16), Status.INFEASIBLE, None),
}


def enumerate_best(p: Problem) -> float | None:
    """The optimum of a problem of whole, bounded columns, by trying every point; None if there is none."""
    points = itertools.product(*(range(int(a), int(b) + 1) for a, b in zip(p.lower, p.upper, strict=True)))
    x = np.array(list(points), dtype=float)
    activity = x @ p.matrix.toarray().T
    good = ((activity >= p.row_lower) & (activity <= p.row_upper)).all(axis=1)
    if not good.any():
        return None
    values = x[good] @ p.objective + p.offset
    return float(values.min() if p.sense is Sense.MINIMISE else values.max())


def hard(n: int = 200, m: int = 40, seed: int = 1) -> Problem:
    """Many-sided knapsacks: solutions at once, a proof not within minutes."""
    rng = np.random.default_rng(seed)
    weights = rng.integers(10, 1000, size=(m, n)).astype(float)
    return Problem(
        matrix=sparse.csr_array(weights),
        row_lower=np.full(m, -INF),
        row_upper=np.floor(weights.sum(axis=1) / 3),
        lower=np.zeros(n),
        upper=np.ones(n),
        integer=np.ones(n, dtype=bool),
        objective=rng.integers(1000, 9000, n).astype(float),
        sense=MAX,
    )


def split(n: int = 50, m: int = 6, seed: int = 3) -> Problem:
    """A market split: equalities that hardly any choice meets; nothing is found in seconds."""
    rng = np.random.default_rng(seed)
    weights = rng.integers(10, 100_000, size=(m, n)).astype(float)
    half = np.floor(weights.sum(axis=1) / 2)
    return Problem(
        matrix=sparse.csr_array(weights),
        row_lower=half,
        row_upper=half,
        lower=np.zeros(n),
        upper=np.ones(n),
        integer=np.ones(n, dtype=bool),
        objective=rng.integers(1, 9, n).astype(float),
    )
