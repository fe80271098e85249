import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from solver_problems import INF, MAX, enumerate_best, problem

import solvers
import solvers.search
from solvers import Limits, Sense, Status
from solvers.backend import Ending, Orders, Raw, Silent
from solvers.backends import find
from solvers.neighbourhood import Cutter
from solvers.parts import Sizes, divide
from solvers.program import Program
from solvers.relaxation import Relaxed, proved_bound
from solvers.scaling import prepare
from solvers.search import search

SMALL = Sizes(large=0, most=4, enough=3, fewest=2, ties=1.0)
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)


class Trying:
    """Tries every point of whole columns, with what the real columns at the end of a cut-out programme must be."""

    name = "trying"
    floating = True
    shrunk = True
    reusable = True

    def __init__(self, whole_too=True):
        self.whole_too = whole_too  # else it gives up on the whole, and what is found is found by parts
        self.largest = None

    def version(self):
        return "0"

    def obstacle(self):
        return ""

    def load(self):
        pass

    def solve(self, program, orders, watch):
        if self.largest == program.columns and not self.whole_too:
            return Raw(Ending.TIME)
        count = int(program.integer.sum())
        ranges = [np.arange(a, b + 1) for a, b in zip(program.lower[:count], program.upper[:count], strict=True)]
        points = np.array(list(itertools.product(*ranges)))
        matrix = _dense(program)
        activity = points @ matrix[:, :count].T
        breaches = np.zeros((len(points), program.columns - count))
        for place, column in enumerate(range(count, program.columns)):  # each belongs to one row
            row = int(np.flatnonzero(matrix[:, column])[0])
            side = program.row_lower[row] if matrix[row, column] > 0 else -program.row_upper[row]
            if np.isfinite(side):
                breaches[:, place] = np.maximum(0.0, side - np.sign(matrix[row, column]) * activity[:, row])
        activity = activity + breaches @ matrix[:, count:].T
        kept = ((activity >= program.row_lower - 1e-9) & (activity <= program.row_upper + 1e-9)).all(axis=1)
        if not kept.any():
            return Raw(Ending.INFEASIBLE)
        whole = np.hstack([points, breaches])[kept]
        values = whole @ program.objective
        return Raw(Ending.DONE, whole[values.argmin()], bound=float(values.min()))

    def relax(self, program, orders, watch):
        self.largest = program.columns
        return Linear(program).run()

    def linear(self, program):
        return Linear(program)


class Linear:
    """A linear programme by SciPy, from nothing each time."""

    def __init__(self, program):
        self.program, self.matrix = program, _dense(program)
        self.costs, self.ends = program.objective, list(zip(program.lower, program.upper, strict=True))

    def reprice(self, objective):
        self.costs = objective

    def add(self, objective, rows, values):
        more = np.zeros((self.program.rows, objective.size))
        for column, (own, entries) in enumerate(zip(rows, values, strict=True)):
            more[own, column] = entries
        self.matrix = np.hstack([self.matrix, more])
        self.costs = np.concatenate([self.costs, objective])
        self.ends += [(0.0, None)] * objective.size

    def run(self):
        low, high = self.program.row_lower, self.program.row_upper
        sides = [(high, self.matrix), (-low, -self.matrix)]
        kept = [np.isfinite(side) for side, _ in sides]
        answer = linprog(
            self.costs,
            A_ub=np.vstack([rows[keep] for (_, rows), keep in zip(sides, kept, strict=True)]),
            b_ub=np.concatenate([side[keep] for (side, _), keep in zip(sides, kept, strict=True)]),
            bounds=self.ends,
        )
        if answer.status != 0:
            return None
        prices = np.zeros(self.program.rows)
        uppers = int(kept[0].sum())
        prices[kept[0]] += answer.ineqlin.marginals[:uppers]
        prices[kept[1]] -= answer.ineqlin.marginals[uppers:]
        return Relaxed(answer.x, prices)


def _dense(program):
    matrix = np.zeros((program.rows, program.columns))
    for row in range(program.rows):
        columns, values = program.entries(row)
        matrix[row, columns] = values
    return matrix


def divided(rng, parts=3, size=3, ties=2, sense=Sense.MINIMISE):
    """Parts with a row of their own, tied together by a few rows over all; sometimes impossible."""
    n = parts * size
    rows = []
    for part in range(parts):
        row = np.zeros(n)
        row[part * size : (part + 1) * size] = rng.integers(1, 9, size)
        least = int(rng.integers(0, 9))
        rows.append((least, row.tolist(), least + int(rng.integers(0, 9))))
    for _ in range(ties):
        row = rng.integers(-4, 9, n)
        row[row == 0] = 1
        middle = int(row.sum() * rng.uniform(0.2, 0.8))
        rows.append(((-INF, middle - 2)[int(rng.integers(2))], row.tolist(), middle + int(rng.integers(0, 3))))
    return problem(rng.integers(-20, 21, n).tolist(), rows, sense=sense, offset=float(rng.integers(-50, 50)))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.lists(NUMBERS, min_size=5, max_size=5), st.floats(0, 1))
def test_whatever_the_prices_no_solution_is_below_what_they_prove(seed, prices, mixed):
    p = Program.of(divided(np.random.default_rng(seed)))
    best = enumerate_best(divided(np.random.default_rng(seed)))
    good = Trying().relax(p, Orders(), None)
    tried = [np.array(prices)]
    if good is not None:
        tried += [good.prices, mixed * good.prices + (1 - mixed) * np.array(prices) * 1e-6]
    for y in tried:
        bound = proved_bound(p, y)
        assert best is None or bound + p.offset <= best


def test_the_prices_of_the_optimum_prove_the_optimum_of_the_relaxation():
    p = Program.of(problem([-3, -2], [(-INF, [2, 1], 2), (-INF, [1, 3], 3)], integer=False))
    relaxed = Trying().relax(p, Orders(), None)
    assert relaxed.x == pytest.approx([0.6, 0.8])
    assert proved_bound(p, relaxed.prices) == pytest.approx(-3.4)
    assert proved_bound(p, relaxed.prices) <= -3.4


def test_a_price_on_a_side_that_a_row_does_not_have_proves_nothing_wrong():
    p = Program.of(problem([1, 1], [(1, [1, 1], INF)]))
    assert proved_bound(p, np.array([1.0])) == pytest.approx(1.0)
    assert proved_bound(p, np.array([-5.0])) == pytest.approx(0.0)
    assert proved_bound(p, np.array([np.nan])) == pytest.approx(0.0)
    assert proved_bound(Program.of(problem([1, 1], [(1, [1, 1], INF)], upper=INF)), np.array([1.0])) is None


def test_parts_are_what_is_left_when_the_widest_rows_are_out():
    p = Program.of(divided(np.random.default_rng(1), parts=4))
    parts = divide(p, SMALL)
    assert [columns.tolist() for columns in parts.columns] == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]]
    assert parts.ties.tolist() == [False] * 4 + [True] * 2
    together = divide(p, Sizes(large=0, most=4, enough=6, fewest=2, ties=1.0))
    assert [columns.tolist() for columns in together.columns] == [list(range(6)), list(range(6, 12))]


@pytest.mark.parametrize(
    "sizes",
    [
        Sizes(large=13, most=4, enough=3, fewest=2, ties=1.0),
        Sizes(large=0, most=2, enough=3, fewest=2, ties=1.0),
        Sizes(large=0, most=4, enough=3, fewest=5, ties=1.0),
        Sizes(large=0, most=4, enough=3, fewest=2, ties=0.2),
    ],
    ids=["small", "pieces too large", "too few parts", "too many ties"],
)
def test_what_is_not_divided(sizes):
    assert divide(Program.of(divided(np.random.default_rng(1), parts=4)), sizes) is None


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_a_neighbourhood_is_decided_at_its_best_and_pays_for_what_it_breaks(seed):
    rng = np.random.default_rng(seed)
    p = Program.of(divided(rng))
    cutter = Cutter(p, Trying())
    x = rng.integers(0, 2, p.columns).astype(float)
    columns = np.sort(rng.choice(p.columns, 4, replace=False))
    fines = np.full(p.rows, float(rng.integers(1, 30)))
    piece = cutter.piece(columns)
    others = (cutter.matrix @ x)[piece.rows] - piece.matrix @ x[columns]
    sides = p.row_lower[piece.rows] - others, p.row_upper[piece.rows] - others
    orders, watch = Orders(start=x[columns]), Silent(_Deaf())
    found = cutter.decide(piece, sides, p.objective[columns], fines[piece.rows], orders, watch)

    def cost(values):
        whole = x.copy()
        whole[columns] = values
        return p.objective @ whole + fines @ cutter.excess(cutter.matrix @ whole)

    points = [np.array(point, dtype=float) for point in itertools.product((0, 1), repeat=4)]
    assert cost(found) == pytest.approx(min(cost(point) for point in points))


class _Deaf:
    def stop_requested(self):
        return False


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.booleans(), st.sampled_from([(1, None), (2, None), (2, 50)]))
def test_value_and_bound_hold_the_optimum_between_them(seed, whole_too, how):
    """Of the search with and without the whole solver, beside it and before it."""
    sense = MAX if seed % 2 else Sense.MINIMISE
    p = divided(np.random.default_rng(seed), sense=sense)
    best = enumerate_best(p)
    threads, nodes = how
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solvers.search, "SIZES", SMALL)
        outcome = search(Program.of(p), Trying(whole_too), Limits(threads=threads, nodes=nodes))
    if best is None:
        assert not outcome.has_solution
        return
    sign = -1 if sense is MAX else 1
    if outcome.has_solution:
        assert not p.violations(outcome.solution)
        assert p.value(outcome.solution) == outcome.value
        assert sign * outcome.value >= sign * best
    if outcome.bound is not None:
        assert sign * outcome.bound <= sign * best
    assert (outcome.status is Status.OPTIMAL) == (outcome.has_solution and outcome.value == outcome.bound)
    if whole_too:
        assert (outcome.status, outcome.value) == (Status.OPTIMAL, best)


@pytest.mark.parametrize("begin", [False, True], ids=["from nothing", "from a point that breaks rows"])
def test_parts_find_solutions_by_themselves(begin):
    """Of most problems, and half of them within a twentieth of the optimum: it is no use otherwise."""
    found, feasible, lost = 0, 0, []
    for seed in range(40):
        p = divided(np.random.default_rng(seed))
        best = enumerate_best(p)
        if best is None:
            continue
        feasible += 1
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(solvers.search, "SIZES", SMALL)
            start = np.ones(p.columns) if begin else None
            outcome = search(Program.of(p), Trying(whole_too=False), Limits(threads=2), start=start)
        if outcome.has_solution:
            found += 1
            lost.append((outcome.value - best) / max(1.0, abs(best)))
    assert found >= 0.8 * feasible
    assert np.median(lost) <= 0.05


class NotTheWhole:
    """HiGHS, which gives up on programmes of so many rows: what is found of such a one is found by parts."""

    def __init__(self, rows):
        self.highs, self.rows = find("highs"), rows

    def __getattr__(self, name):
        return getattr(self.highs, name)

    def solve(self, program, orders, watch):
        return Raw(Ending.TIME) if program.rows >= self.rows else self.highs.solve(program, orders, watch)


def lending(rng, parts=8, size=5):
    """One of each part's columns is to be taken; what all cost beyond two years' accounts is lent, without end."""
    costs = rng.integers(20, 60, (2, parts * size)).astype(float)
    chosen = [
        (1.0, np.r_[np.repeat(np.arange(parts) == part, size).astype(float), 0.0, 0.0].tolist(), 1.0)
        for part in range(parts)
    ]
    first, both = costs[0], costs.sum(axis=0)
    accounts = [
        (-INF, [*first.tolist(), -1.0, 0.0], 10.0 * parts),
        (-INF, [*both.tolist(), -1.0, -1.0], 30.0 * parts),
    ]
    count = parts * size
    return problem(
        [0.0] * count + [1.0, 1.0], [*chosen, *accounts], upper=[1.0] * count + [3e9, 3e9], integer=[True] * (count + 2)
    )


def test_columns_that_stand_in_ties_only_are_not_left_where_prices_put_them():
    """At the prices of the accounts a loan costs nothing, so that a part may take any amount."""
    for seed in range(12):
        p = lending(np.random.default_rng(seed))
        best = search(Program.of(p), find("highs"), Limits(threads=1)).value
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(solvers.search, "SIZES", Sizes(large=0, most=6, enough=5, fewest=2, ties=1.0))
            patch.setattr(solvers.search, "_HUGE", 0)
            outcome = search(Program.of(p), NotTheWhole(p.rows), Limits(threads=2))
        assert outcome.has_solution
        assert not p.violations(outcome.solution)
        assert best <= outcome.value <= 1.05 * best


def test_two_runs_with_a_limit_of_nodes_agree():
    p = Program.of(divided(np.random.default_rng(5), parts=4))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solvers.search, "SIZES", SMALL)
        one, other = (search(p, Trying(whole_too=False), Limits(threads=2, nodes=9)) for _ in range(2))
    assert one.has_solution
    assert one.x.tolist() == other.x.tolist()
    assert one.bound == other.bound


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 2), st.booleans())
def test_the_parts_first_and_then_the_whole_with_highs(seed, threads, whole):
    """As huge programmes are searched: on both cores by parts, then as a whole; and those without whole columns."""
    made = divided(np.random.default_rng(seed), parts=4)
    p = replace(made, integer=np.full(made.columns, whole))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solvers.search, "SIZES", SMALL)
        patch.setattr(solvers.search, "_HUGE", 0)
        outcome = search(Program.of(p), find("highs"), Limits(threads=threads))
    if whole:
        best = enumerate_best(p)
    else:
        program = Program.of(p)
        linear = Linear(program).run()
        best = None if linear is None else float(program.objective @ linear.x) + program.offset
    if best is None:
        assert outcome.status is Status.INFEASIBLE
    else:
        assert outcome.status is Status.OPTIMAL, outcome.message
        assert outcome.value == pytest.approx(best, abs=1e-5)


@pytest.mark.parametrize("solver", ["scip", "cp_sat"])
def test_another_solver_finds_the_same_optimum(solver):
    """HiGHS in a process that searches by parts as well, against a solver that does not."""
    with solvers.Session() as session:
        for seed in range(4):
            p = divided(np.random.default_rng(100 + seed), parts=8, size=6, ties=3)
            ours = solvers.solve(p, solver="oddities.divided", limits=Limits(seconds=60.0), session=session)
            other = solvers.solve(p, solver=solver, limits=Limits(seconds=60.0), session=session)
            assert (ours.status, ours.value) == (other.status, other.value)
            assert ours.status in (Status.OPTIMAL, Status.INFEASIBLE)


def test_scaling_keeps_the_bound_valid_in_yuan():
    """Amounts of fifty million: the bound of the shrunk programme is one of the programme itself."""
    p = divided(np.random.default_rng(8))
    large = Program.of(problem((np.array(p.objective) * 12_345_678).tolist(), _rows(p, 7_654_321)))
    best = enumerate_best(problem((np.array(p.objective) * 12_345_678).tolist(), _rows(p, 7_654_321)))
    prepared = prepare(large)
    relaxed = Trying().relax(prepared.program, Orders(), None)
    assert best is not None
    assert prepared.bound(proved_bound(prepared.program, relaxed.prices)) <= best


def _rows(p, times):
    dense = p.matrix.toarray() * times
    return [
        (low * times, row.tolist(), high * times)
        for low, row, high in zip(p.row_lower, dense, p.row_upper, strict=True)
    ]
