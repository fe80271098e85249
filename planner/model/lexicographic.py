"""One goal after another: each is optimised, then held within its tolerance while the next has its turn."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, floor, isfinite

import numpy as np

from planner.model.draft import Floats
from planner.model.formulate import Formulation
from planner.model.goals import Objective
from planner.plan import GoalResult, Grant, Pick, PlanStatus
from planner.scenario import Goal
from solvers import Limits, Outcome, Problem, Progress, Sense, Session, Status, confirmed_infeasible, solve

LEAD_SHARE = 0.6  # of the time left, what a goal may take while others wait
EXACT_SOLVER = "cp_sat"
FLOATS_SEE = 100_000_000
SECOND_OPINION = ("scip", "highs")  # who confirms that a problem has no solution: the first that did not say so
SECOND_SECONDS = 10.0  # what a second opinion may take at least
NODES = 5_000  # of one goal in a deterministic run
DETERMINISTIC_PATIENCE = 20.0  # the clock is only a safety net there: this many times the seconds asked for


@dataclass(frozen=True, slots=True)
class Effort:
    """How much to try.

    Parameters
    ----------
    solver : str
        A backend's name, see `solvers.backends`.
    seconds : float
        Time for all goals together.
    gap : float, optional
        Relative gap at which a goal is left; by default a tenth of the goal's tolerance, and the proof itself for a
        goal without tolerance.
    seed : int
    deterministic : bool
        Limit the search by its own steps rather than by the clock, so that two runs agree.
    session : Session, optional
        Keeps the solvers loaded from one question to the next; see `warm`.
    """

    solver: str = "highs"
    seconds: float = 60.0
    gap: float | None = None
    seed: int = 0
    deterministic: bool = False
    session: Session | None = field(default=None, compare=False, repr=False)


@contextmanager
def warm(effort: Effort) -> Iterator[Effort]:
    """The effort with a session: that of the caller, or one that ends with the block."""
    if effort.session is not None:
        yield effort
        return
    with Session() as session:
        yield replace(effort, session=session)


@dataclass(frozen=True, slots=True)
class Turn:
    """Progress of one goal's turn.

    Parameters
    ----------
    goal : str
    number, goals : int
        This is goal `number` (from 1) of `goals`.
    seconds : float
        Since the first goal began.
    value, bound : float or None
        In the goal's own unit.
    gap : float or None
    """

    goal: str
    number: int
    goals: int
    seconds: float
    value: float | None
    bound: float | None
    gap: float | None


@dataclass(frozen=True, slots=True)
class Solved:
    """What came of all goals: the picks and grants of the final solution, and each goal's result."""

    status: PlanStatus
    picks: tuple[Pick, ...] = ()
    grants: tuple[Grant, ...] = ()
    goals: tuple[GoalResult, ...] = ()
    solver: str = ""
    solver_version: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class _Reached:
    goal: Goal
    objective: Objective
    value: Fraction | None  # in the objective's whole units
    bound: float | None
    proved: bool


def optimise(
    formulation: Formulation,
    goals: Sequence[Goal],
    effort: Effort,
    on_progress: Callable[[Turn], None] | None = None,
    stop: threading.Event | None = None,
    start: Floats | None = None,
) -> Solved:
    """Optimise the goals in their order.

    Parameters
    ----------
    formulation : Formulation
    goals : sequence of Goal
    effort : Effort
    on_progress, stop
        As in `planner.make_plan`.
    start : float array of shape (columns,), optional
        A point to start the first goal from, such as an earlier plan; columns declared later are filled in.

    Returns
    -------
    Solved
        `optimal` only if every goal was proved in its turn; `impossible` only if the solver proved that
        the programme has no solution, and a second one did too.
    """
    if effort.session is None:
        with warm(effort) as own:
            return optimise(formulation, goals, own, on_progress, stop, start)
    began = time.monotonic()
    reached: list[_Reached] = []
    x: Floats | None = None
    solver, version = effort.solver, ""
    for goal in goals:  # some declare columns of their own: all of them before the first solve
        formulation.objective(goal.name)
    if start is not None:
        start = formulation.settled(np.pad(start, (0, formulation.draft.columns - len(start))))
    for number, goal in enumerate(goals, start=1):
        objective = formulation.objective(goal.name)
        if x is not None and stop is not None and stop.is_set():
            reached.append(_Reached(goal, objective, None, None, False))
            continue
        left = effort.seconds - (time.monotonic() - began)
        problem = formulation.problem(goal.name)
        outcome = solve(
            problem,
            solver=able_solver(problem, effort.solver),
            limits=_limits(effort, goal, left, last=number == len(goals)),
            start=start if x is None else x,
            on_progress=_reporter(on_progress, goal, objective, number, len(goals), began),
            stop=stop,
            session=effort.session,
        )
        solver, version = outcome.solver, outcome.version
        if outcome.x is None and x is None:
            left = effort.seconds - (time.monotonic() - began)
            return _without_plan(problem, outcome, max(left, SECOND_SECONDS), stop, effort.session)
        if outcome.x is None or outcome.status is Status.FAILED:
            reached.append(_Reached(goal, objective, None, _valid(objective, outcome.bound), False))
            continue
        x = formulation.settled(outcome.x)
        value = objective.value(x)
        bound = _valid(objective, outcome.bound)
        proved = outcome.status is Status.OPTIMAL or (objective.whole and bound == value)
        reached.append(_Reached(goal, objective, value, bound, proved))
        formulation.cap(goal.name, float(value), goal.tolerance)
    if x is None:
        raise ValueError("a scenario needs at least one goal")
    results = tuple(_result(turn, x) for turn in reached)
    status = PlanStatus.OPTIMAL if all(result.proved for result in results) else PlanStatus.WITHIN_GAP
    return Solved(status, tuple(formulation.picks(x)), tuple(formulation.grants(x)), results, solver, version)


def ask(
    problem: Problem,
    effort: Effort,
    seconds: float,
    *,
    gap: float = 0.0,
    start: Floats | None = None,
    stop: threading.Event | None = None,
) -> Outcome:
    """Solve one problem by itself, with the solver of an effort or one that reckons in whole numbers."""
    limits = Limits(seconds=max(0.1, seconds), gap=gap, seed=effort.seed)
    solver = able_solver(problem, effort.solver)
    return solve(problem, solver=solver, limits=limits, start=start, stop=stop, session=effort.session)


def confirm_impossible(
    problem: Problem,
    outcome: Outcome,
    effort: Effort,
    stop: threading.Event | None = None,
) -> bool | None:
    """Whether a second solver also finds that there is no solution; None where it comes to no answer."""
    second = next(name for name in SECOND_OPINION if name != outcome.solver)
    patience = max(effort.seconds, SECOND_SECONDS)
    return confirmed_infeasible(problem, outcome, solver=second, seconds=patience, stop=stop, session=effort.session)


def able_solver(problem: Problem, solver: str) -> str:
    """The solver asked for, or one that reckons in whole numbers where floating point cannot see a single yuan.

    Beside an amount of more than about 10^8 units, a solver's tolerance of 1e-6 hides whole units of a column that
    counts them one by one: HiGHS and CBC then call wrong answers optimal.
    """
    matrix = problem.matrix.tocoo()
    counting = problem.upper > 1
    rows = np.zeros(problem.rows, dtype=bool)
    rows[matrix.row[counting[matrix.col]]] = True
    largest = float(np.abs(matrix.data[rows[matrix.row]]).max(initial=0.0))
    return EXACT_SOLVER if largest > FLOATS_SEE else solver


def _limits(effort: Effort, goal: Goal, left: float, *, last: bool) -> Limits:
    gap = effort.gap if effort.gap is not None else goal.tolerance / 10
    seconds = max(0.1, left if last else left * LEAD_SHARE)
    if effort.deterministic:
        return Limits(seconds=effort.seconds * DETERMINISTIC_PATIENCE, gap=gap, nodes=NODES, seed=effort.seed)
    return Limits(seconds=seconds, gap=gap, seed=effort.seed)


def _without_plan(
    problem: Problem, outcome: Outcome, seconds: float, stop: threading.Event | None, session: Session | None
) -> Solved:
    """No plan: impossible where a second solver finds so too, nothing found in every other case."""
    if outcome.status is not Status.INFEASIBLE:
        return Solved(
            PlanStatus.NOTHING_FOUND, solver=outcome.solver, solver_version=outcome.version, message=outcome.message
        )
    second = next(name for name in SECOND_OPINION if name != outcome.solver)
    confirmed = confirmed_infeasible(problem, outcome, solver=second, seconds=seconds, stop=stop, session=session)
    said = {
        True: f"{outcome.solver} and {second} both find that there is no solution",
        False: f"{outcome.solver} finds no solution, {second} finds one: the two contradict each other",
        None: f"{outcome.solver} finds no solution, {second} came to no answer in the time",
    }[confirmed]
    status = PlanStatus.IMPOSSIBLE if confirmed else PlanStatus.NOTHING_FOUND
    return Solved(status, solver=outcome.solver, solver_version=outcome.version, message=said)


def _valid(objective: Objective, bound: float | None) -> float | None:
    """A solver's bound, moved outward by what floating point may have cost, and to a whole value where it must be one.

    Solvers promise a bound to about 1e-9 of its size; 1e-7 is given away, so that the bound stays true.
    """
    if bound is None or not isfinite(bound):
        return None
    give = 1e-7 * max(1.0, abs(bound))
    if objective.sense is Sense.MAXIMISE:
        return float(floor(bound + give)) if objective.whole else bound + give
    return float(ceil(bound - give)) if objective.whole else bound - give


def _result(turn: _Reached, x: Floats) -> GoalResult:
    """A goal's result for the final solution `x`."""
    objective = turn.objective
    value = objective.value(x)
    best = value if turn.value is None else turn.value
    bound = None if turn.bound is None else Fraction(turn.bound)
    if turn.proved:
        bound = best
    elif bound is not None:
        bound = max(bound, best) if objective.sense is Sense.MAXIMISE else min(bound, best)
    shown = _shown(objective, value)
    shown_bound = None if bound is None else _shown(objective, bound)
    gap = None if shown_bound is None else abs(shown - shown_bound) / max(1.0, abs(shown))
    return GoalResult(
        name=str(turn.goal.name),
        value=shown,
        bound=shown_bound,
        gap=gap,
        tolerance=turn.goal.tolerance,
        reached=_shown(objective, best),
        proved=turn.proved,
    )


def _shown(objective: Objective, value: Fraction) -> int | float:
    """A value in the goal's own unit, whole where it is whole."""
    own = value / objective.scale
    return int(own) if own.denominator == 1 else float(own)


def _reporter(
    on_progress: Callable[[Turn], None] | None,
    goal: Goal,
    objective: Objective,
    number: int,
    goals: int,
    began: float,
) -> Callable[[Progress], None] | None:
    if on_progress is None:
        return None

    def report(progress: Progress) -> None:
        on_progress(
            Turn(
                str(goal.name), number, goals, time.monotonic() - began,
                None if progress.value is None else progress.value / float(objective.scale),
                None if progress.bound is None else progress.bound / float(objective.scale), progress.gap,
            )
        )  # fmt: skip

    return report
