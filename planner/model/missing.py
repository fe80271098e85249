"""How much money is missing at least, and who absorbs it: the purses counted, everything else kept."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import ceil, floor, gcd

import numpy as np

from planner.clauses import Mode
from planner.ledger import Ledger
from planner.model.draft import Floats, Lent
from planner.model.formulate import Formulation, formulate
from planner.model.lexicographic import Effort, ask
from planner.model.relaxation import FLOAT_COST, SECONDS, relax
from planner.plan import Missing, Purse, Shortfall
from planner.scenario import Goal, GoalName, Scenario
from solvers import Problem, Sense, Status

LEVEL_SECONDS = 5.0  # of one step of the order, before it is left unproved, where little time is left
LEVEL_SHARE = 0.3  # of the time left, what a step may take where that is longer
ROUNDS = 4  # of small questions near the relaxation, before the whole one
ROUND_SHARE = 0.3  # of the time left, what one of them may take
LARGE_SHARE = 0.8  # the same of the first round, where all of a large problem is asked by parts
FIRST_GAP = 0.01  # at which the first of them, which seldom reaches the bound, is left
OTHERS = 0.1  # of the patches, so many are asked about beside those of purses that fall behind; more with each round
MOST_OTHERS = 300
WHOLE = 1e-6  # how near to 1 the relaxation holds a choice that it picks whole
LARGE = 100_000  # columns from which simplex does not relax a problem in seconds, and the whole is searched by parts
BLOCK = 1_000_000  # consecutive steps are weighed into one question while their weights stay below it


def elastic(scenario: Scenario) -> Scenario | None:
    """The same scenario with purses that may be overdrawn; None where they may be already.

    A soft clause may be broken as far as it takes, so it asks for no money: it is switched off. Limits of goals stay.
    """
    settings = scenario.clause("purse_accounts")
    if settings.mode is not Mode.HARD:
        return None
    clauses = {
        name: own.model_copy(update={"mode": Mode.OFF}) if own.soft else own for name, own in scenario.clauses.items()
    }
    clauses["purse_accounts"] = settings.model_copy(update={"mode": Mode.SOFT})
    return scenario.model_copy(
        update={"clauses": clauses, "goals": (Goal(name=GoalName.SOFT), *scenario.limited_goals)}
    )


def relaxed_missing(ledger: Ledger, scenario: Scenario) -> int | None:
    """A bound from below on the money missing, by the linear relaxation; None where there is none to be had.

    Parameters
    ----------
    ledger : Ledger
        As the scenario sees it.
    """
    trial = elastic(scenario)
    if trial is None:
        return None
    search = _Absorbing(formulate(ledger, trial), Effort(), None)
    answer = search.relaxed(search.problem(search.total, Sense.MINIMISE), SECONDS)
    return None if answer is None else search.unit * max(0, ceil(answer.bound))


def least_missing(
    ledger: Ledger,
    scenario: Scenario,
    effort: Effort,
    stop: threading.Event | None = None,
    *,
    placed: bool = True,
) -> Shortfall | None:
    """The least money missing, then its places in the scenario's order.

    First the total is made least. Then, one purse after another in the order of `absorb`, as much of it as can be is
    put on that purse; then, purse by purse, on one year after another. What is reached is held for the steps after it.

    Parameters
    ----------
    ledger : Ledger
        As the scenario sees it.
    placed : bool
        Whether the order is wanted; without it the places are those of the first solution found.

    Returns
    -------
    Shortfall or None
        None where money is not what is missing, or nothing was found in the time.
    """
    trial = elastic(scenario)
    if trial is None:
        return None
    search = _Absorbing(formulate(ledger, trial), effort, stop)
    if not search.find_total():
        return None
    order = absorbing_order(ledger, scenario)
    ordered = search.proved and placed and search.place(order)
    return Shortfall(
        yuan=search.yuan(search.total), proved=search.proved, ordered=ordered, missing=search.missing(order)
    )


def absorbing_order(ledger: Ledger, scenario: Scenario) -> Sequence[Purse]:
    """Every purse that could pay, in the order in which they absorb what is missing."""
    absorb = scenario.absorb
    sources = dict.fromkeys([*absorb.sources, "municipal", "district", *sorted(s.source for s in scenario.sources)])
    shared = (name for patch in ledger.patches for name, _ in patch.district_shares)
    budgeted = (budget.district for budget in scenario.budgets if budget.district)
    districts = dict.fromkeys([*absorb.districts, *ledger.districts, *sorted(shared), *sorted(budgeted)])
    return [Purse(source, place) for source in sources for place in (None, *districts)]


@dataclass(frozen=True, slots=True, eq=False)
class _Relaxed:
    """A relaxation's point, and the value that nothing whole is better than."""

    bound: float
    x: Floats


@dataclass
class _Absorbing:
    formulation: Formulation
    effort: Effort
    stop: threading.Event | None
    x: Floats | None = None
    proved: bool = False
    held: int = 0
    began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        draft = self.formulation.draft
        self.lent: dict[int, Lent] = draft.lent
        self.unit = gcd(*(lent.unit for lent in self.lent.values())) or 1
        self.total = list(self.lent)
        # money of before the horizon does nothing that money of its first year would not do
        early = [column for column, lent in self.lent.items() if lent.vintage < draft.scenario.horizon.first]
        draft.add_row("absorb[before]", early, [1] * len(early), 0, 0)

    @property
    def point(self) -> Floats:
        assert self.x is not None, "find_total comes first"
        return self.x

    @property
    def left(self) -> float:
        return self.effort.seconds - (time.monotonic() - self.began)

    @property
    def level(self) -> float:
        """Seconds that one step of the order may take; none where the time is up."""
        left = self.left
        return min(max(LEVEL_SECONDS, LEVEL_SHARE * left), left)

    def weights(self, columns: Sequence[int]) -> list[int]:
        return [self.lent[column].unit // self.unit for column in columns]

    def problem(self, columns: Sequence[int], sense: Sense, weights: Sequence[int] | None = None) -> Problem:
        objective = np.zeros(self.formulation.draft.columns)
        objective[list(columns)] = self.weights(columns) if weights is None else weights
        return self.formulation.draft.problem(objective, 0.0, sense)

    def value(self, columns: Sequence[int]) -> int:
        """Missing in these columns, in `unit` yuan."""
        held = zip(columns, self.weights(columns), strict=True)
        return sum(int(self.point[column]) * weight for column, weight in held)

    def yuan(self, columns: Sequence[int]) -> int:
        return self.value(columns) * self.unit

    def missing(self, order: Sequence[Purse]) -> tuple[Missing, ...]:
        found = [(lent, int(self.point[column]) * lent.unit) for column, lent in self.lent.items()]
        found.sort(key=lambda row: (self.rank(order, row[0].purse), row[0].vintage))
        return tuple(
            Missing(source=lent.purse.source, district=lent.purse.district, year=lent.vintage, yuan=yuan)
            for lent, yuan in found
            if yuan
        )

    def rank(self, order: Sequence[Purse], purse: Purse) -> tuple[int, str]:
        return (order.index(purse) if purse in order else len(order), purse.text)

    def relaxed(self, problem: Problem, seconds: float) -> _Relaxed | None:
        """Relax a problem; a large one is taken to a solving process, which does it part by part."""
        sign = 1 if problem.sense is Sense.MINIMISE else -1
        if problem.columns < LARGE:
            answer = relax(problem, seconds)
            return None if answer is None else _Relaxed(answer.value - sign * answer.slack, answer.x)
        real = replace(problem, integer=np.zeros(problem.columns, dtype=np.bool_))
        outcome = ask(real, self.effort, seconds, stop=self.stop)
        if outcome.bound is None or outcome.x is None:
            return None
        return _Relaxed(outcome.bound - sign * max(1e-6, FLOAT_COST * abs(outcome.bound)), outcome.x)

    def find_total(self) -> bool:
        self.proved = self._reach(self.problem(self.total, Sense.MINIMISE), max(self.left, 0.1), rounds=ROUNDS)
        if self.x is None:
            return False
        self._hold(self.total)
        return True

    def _reach(self, problem: Problem, seconds: float, rounds: int = 0) -> bool:
        """Bring the point to a problem's optimum, where there is time; say whether it is known to be there.

        The relaxation says how far it can go. In the first of some rounds what it picks whole is kept and the rest is
        asked, or all of a large problem, to be left when it is near; in the others, around the best point, whatever
        the purses pay that fall behind it; only then all of it.
        """
        until = time.monotonic() + seconds
        relaxed = self.relaxed(problem, seconds)
        for number in range(rounds + 1 if relaxed is not None else 0):
            assert relaxed is not None
            if self._reaches(problem, relaxed):
                return True
            near = self._near(problem, relaxed.x, number)
            left = until - time.monotonic()
            if near is None or left <= 0 or number == rounds:
                break
            gap, share = 0.0 if number else FIRST_GAP, LARGE_SHARE if near is problem else ROUND_SHARE
            self._take(problem, ask(near, self.effort, share * left, gap=gap, start=self.x, stop=self.stop).x)
        if time.monotonic() >= until:
            return False
        outcome = ask(problem, self.effort, until - time.monotonic(), start=self.x, stop=self.stop)
        self._take(problem, outcome.x)
        return outcome.status is Status.OPTIMAL

    def _near(self, problem: Problem, relaxed: Floats, number: int) -> Problem | None:
        """What is asked: first near the relaxation, or all of a large problem; in later rounds around the point."""
        if number:
            return self._around(problem, relaxed, number)
        return problem if problem.columns >= LARGE else self._kept(problem, relaxed)

    def _kept(self, problem: Problem, relaxed: Floats) -> Problem:
        """The problem with the choices kept that the relaxation picks whole."""
        n = len(self.formulation.choices)
        sure = (relaxed[:n] > 1 - WHOLE) & (problem.upper[:n] > 0)
        lower, upper = problem.lower.copy(), problem.upper.copy()
        lower[:n][sure] = 1.0
        patch = self.formulation.choices.patch
        settled = np.isin(patch, patch[sure]) & ~sure
        upper[:n][settled] = 0.0
        return replace(problem, lower=lower, upper=upper)

    def _around(self, problem: Problem, relaxed: Floats, number: int) -> Problem | None:
        """The problem with the point's choices kept but for the patches of purses that fall behind, and some others."""
        if self.x is None:
            return None
        sign = 1 if problem.sense is Sense.MINIMISE else -1
        behind: dict[Purse, float] = defaultdict(float)
        for column in np.flatnonzero(problem.objective).tolist():
            behind[self.lent[column].purse] += sign * problem.objective[column] * (self.x[column] - relaxed[column])
        patches = len(self.formulation.choices.patches)
        free = np.random.default_rng(number).random(patches) < number * min(OTHERS, MOST_OTHERS / patches)
        for purse, amount in behind.items():
            if amount > 0.5:
                free[self._paid_by[purse]] = True
        n = len(self.formulation.choices)
        fixed = ~free[self.formulation.choices.patch]
        lower, upper = problem.lower.copy(), problem.upper.copy()
        lower[:n][fixed] = upper[:n][fixed] = self.x[:n][fixed]
        return replace(problem, lower=lower, upper=upper)

    @cached_property
    def _paid_by(self) -> dict[Purse, list[int]]:
        """The patches that each purse may pay for."""
        choices, found = self.formulation.choices, defaultdict(list)
        pairs = np.unique(np.stack([choices.event_purse, choices.patch[choices.event_row]]), axis=1)
        for purse, patch in pairs.T.tolist():
            found[choices.purses[purse]].append(patch)
        place = {patch.patch: p for p, patch in enumerate(choices.patches)}
        for own in self.formulation.draft.grants:
            found[Purse(own.grant.source, own.grant.district)].append(place[own.grant.patch])
        return found

    def _take(self, problem: Problem, x: Floats | None) -> None:
        """Keep what was found, where it is better."""
        if x is None:
            return
        found = self.formulation.settled(x)
        sign = 1 if problem.sense is Sense.MINIMISE else -1
        if self.x is None or sign * problem.value(found) < sign * problem.value(self.x):
            self.x = found

    def _reaches(self, problem: Problem, relaxed: _Relaxed) -> bool:
        """Whether the point is as good as whole columns can be: its value is a whole number."""
        if self.x is None:
            return False
        value = problem.value(self.x)
        if problem.sense is Sense.MAXIMISE:
            return value >= floor(relaxed.bound)
        return value <= ceil(relaxed.bound)

    def place(self, order: Sequence[Purse]) -> bool:
        """Go through the order; say whether every step was proved."""
        return all(self._settle(steps, base) for steps, base in self._blocks(order))

    def _lean(self) -> None:
        """Lean all purses towards the years asked for at once: not yet the order, but most steps find it kept."""
        horizon, absorb = self.formulation.draft.scenario.horizon, self.formulation.draft.scenario.absorb
        end = horizon.first if absorb.years == "late_first" else horizon.last
        weights = [
            weight * abs(self.lent[column].vintage - end)
            for column, weight in zip(self.total, self.weights(self.total), strict=True)
        ]
        if (seconds := self.level) > 0:
            self._reach(self.problem(self.total, Sense.MAXIMISE, weights), seconds)

    def _blocks(self, order: Sequence[Purse]) -> Iterator[tuple[list[list[int]], int]]:
        """Steps of the order (each some columns to be filled as far as can be) and what none of them reaches.

        Several steps that hold little are asked together, each weighing more than all that come after it.
        """
        purses = sorted({lent.purse for lent in self.lent.values()}, key=lambda purse: self.rank(order, purse))
        own = {purse: [c for c in self.total if self.lent[c].purse == purse] for purse in purses}
        for purse in purses:
            yield [own[purse]], 1
        if self.value(self.total):
            self._lean()
        late = self.formulation.draft.scenario.absorb.years == "late_first"
        for purse in purses:
            base = self.value(own[purse]) + 1
            if base == 1:
                continue
            years = sorted(own[purse], key=lambda c: self.lent[c].vintage, reverse=late)[:-1]  # the last takes the rest
            at_once = 1
            while base ** (at_once + 1) <= BLOCK:
                at_once += 1
            for first in range(0, len(years), at_once):
                if sum(self.value([column]) for column in years[:first]) == base - 1:
                    break  # all of it is placed
                yield [[column] for column in years[first : first + at_once]], base

    def _settle(self, steps: list[list[int]], base: int) -> bool:
        """Fill the steps in their order, as far as can be, and hold them there."""
        columns, weights = [], []
        for place, step in enumerate(reversed(steps)):
            columns += step
            weights += [weight * base**place for weight in self.weights(step)]
        seconds = self.level
        done = seconds > 0 and self._reach(self.problem(columns, Sense.MAXIMISE, weights), seconds)
        if done:
            for step in steps:
                self._hold(step)
        return done

    def _hold(self, columns: Sequence[int]) -> None:
        reached = self.value(columns)
        self.held += 1
        self.formulation.draft.add_row(f"absorb[{self.held}]", columns, self.weights(columns), reached, reached)
