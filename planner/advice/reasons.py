"""Why this year, this purse and this treatment, and what another year would cost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from planner.advice.around import (
    Again,
    GoalCost,
    Move,
    goal_costs,
    moves_between,
    picks_of,
    solve_again,
)
from planner.advice.card import Card, card_of
from planner.advice.rows import RowWords
from planner.advice.said import Record, Said, Voice
from planner.advice.shortfall.conflict import find_conflict
from planner.findings import BadInput, Finding
from planner.ledger import Ledger, Patch
from planner.model import Effort, Formulation, Session, formulate, warm
from planner.model.effects import Effects, effects_of
from planner.model.missing import least_missing
from planner.plan import Missing, Pick, Plan, PlanStatus, Works, build_body
from planner.scenario import Lock, LockKind, Scenario, overridden
from solvers import Problem, Sense

WHY_NOT_SECONDS = 5.0  # for what is missing in a year that proves impossible


class Payer(Record):
    """What a purse commits to the patch."""

    source: str
    district: str | None
    yuan: int


class Decision(Record):
    """What the plan says of the patch."""

    option: str
    treatment: str
    start: int
    finish: int
    task_area_m2: int
    payers: tuple[Payer, ...]


class Score(Record):
    """The priority of the patch: its tier, its score, and what the score is made of."""

    tier: int
    focal: bool
    hazard_points: int
    score: int
    parts: dict[str, int]
    weights: dict[str, int]


class Binding(Record):
    """A row of a clause that stands at its side, or would be broken.

    Parameters
    ----------
    amount : int
        What it would be broken by, in `unit`; 0 where it only has nothing to spare.
    """

    clause: str
    place: Said
    amount: int
    unit: str


class OtherYear(Record):
    """What another year would mean.

    Parameters
    ----------
    year : int or None
        None: not planned at all.
    outcome : str
        ``planned`` (it is the plan's own), ``removed`` (clauses leave no choice in it), ``no_option`` (the ledger
        has no option that may start in it), ``open`` (only solving again can say; see `at_once`), else the status of
        solving again with the patch in that year.
    clauses : tuple of str
        That leave no choice in it, or that contradict each other once the patch is put there.
    in_the_way : tuple of Binding
        Rows that break where the patch alone is moved.
    goals : tuple of GoalCost
    moves : tuple of Move
        Other patches that then start otherwise: as few as the goals allow, where `fewest`.
    missing : tuple of Missing
        Money without which the year is impossible.
    """

    year: int | None
    outcome: str
    clauses: tuple[str, ...] = ()
    in_the_way: tuple[Binding, ...] = ()
    goals: tuple[GoalCost, ...] = ()
    moves: tuple[Move, ...] = ()
    fewest: bool = False
    missing: tuple[Missing, ...] = ()


class Reasons(Record):
    """Why a patch is decided as it is; `decision` is None where it is not planned.

    Parameters
    ----------
    required : tuple of str
        Clauses that require it to be planned.
    lock : Lock or None
        The lock it has.
    tight : tuple of Binding
        Rows that its decision takes part in and that have nothing to spare.
    years : tuple of OtherYear
    """

    format: Literal["shanfu-reasons/1"] = "shanfu-reasons/1"
    patch: str
    decision: Decision | None
    score: Score
    required: tuple[str, ...]
    locks: tuple[Lock, ...]
    tight: tuple[Binding, ...]
    years: tuple[OtherYear, ...]
    card: Card
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain JSON data."""
        return self.model_dump(mode="json")


def why(
    ledger: Ledger,
    scenario: Scenario,
    plan: Plan,
    patch: str,
    *,
    solver: str = "highs",
    seconds: float = 60.0,
    gap: float | None = None,
    seed: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
    stop: threading.Event | None = None,
    session: Session | None = None,
) -> Reasons:
    """Why a patch is planned as it is, or is not planned, and what every other year would cost.

    Parameters
    ----------
    ledger, scenario
        What the plan was made from.
    plan : Plan
        With a schedule.
    patch : str
    solver, gap, seed
        See `Effort`.
    seconds : float
        For all other years together, in equal parts.
    on_progress : callable, optional
        Called with how many of the years that need solving are done, and how many there are.
    stop : threading.Event, optional
    session : Session, optional
        As in `make_plan`.

    Returns
    -------
    Reasons
        Each other year is solved again with the patch in it, as `make_plan` would with a lock; its goals say what is
        proved.

    Raises
    ------
    BadInput
        The ledger has no such patch, or the plan has no schedule.
    """
    began = time.monotonic()
    with warm(Effort(solver, seconds, gap, seed, session=session)) as effort:
        answer = _asking(ledger, scenario, plan, patch, effort, stop).answer(on_progress)
    return answer.model_copy(update={"seconds": round(time.monotonic() - began, 3)})


def at_once(ledger: Ledger, scenario: Scenario, plan: Plan, patch: str) -> Reasons:
    """What `why` says without solving anything.

    Parameters
    ----------
    ledger, scenario
        What the plan was made from.
    plan : Plan
        With a schedule.
    patch : str

    Returns
    -------
    Reasons
        A year that only solving again can settle is ``open``, with the rows that break where the patch alone is moved,
        or, where none does, what the goals come to by that.

    Raises
    ------
    BadInput
        The ledger has no such patch, or the plan has no schedule.
    """
    return _asking(ledger, scenario, plan, patch, Effort(), None).at_once()


def _asking(
    ledger: Ledger, scenario: Scenario, plan: Plan, patch: str, effort: Effort, stop: threading.Event | None
) -> _Asking:
    seen = overridden(ledger, scenario)
    if patch not in seen.by_id:
        raise BadInput([Finding("advice_questions.no_patch", {}, value=patch)])
    if not plan.status.has_plan:
        raise BadInput([Finding("advice_questions.no_schedule", {}, value=str(plan.status))])
    return _Asking(seen, scenario, plan, seen.by_id[patch], effort, stop)


@dataclass
class _Asking:
    ledger: Ledger
    scenario: Scenario
    plan: Plan
    patch: Patch
    effort: Effort
    stop: threading.Event | None
    began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.index = next(i for i, p in enumerate(self.ledger.patches) if p.patch == self.patch.patch)
        self.task = next((task for task in self.plan.schedule if task.patch == self.patch.patch), None)
        self.formulation = formulate(self.ledger, self.scenario)
        draft = self.formulation.draft
        self.problem: Problem = draft.problem(np.zeros(draft.columns), 0.0, Sense.MINIMISE)
        self.words = RowWords(self.formulation, self.problem, Voice(self.ledger.meta))
        self.point = self.formulation.point(picks_of(self.plan), self.plan.auxiliary.grants)
        self.effects: Effects = effects_of(self.ledger, self.scenario)

    def answer(self, on_progress: Callable[[int, int], None] | None = None) -> Reasons:
        asked = [year for year in self._years() if self._at_once(year) is None]
        others = []
        for year in self._years():
            known = self._at_once(year)
            others.append(known if known is not None else self._again(year, len(asked)))
            if known is None and on_progress is not None:
                on_progress(asked.index(year) + 1, len(asked))
        return self._reasons(others)

    def at_once(self) -> Reasons:
        return self._reasons([self._at_once(year) or self._open(year) for year in self._years()])

    def _years(self) -> list[int | None]:
        """Every year of the horizon, and not to be planned at all where it is planned and nothing requires it."""
        years: list[int | None] = [*self.scenario.horizon.years]
        return [*years, None] if self.task is not None and not self.effects.requiring(self.index) else years

    def _reasons(self, years: list[OtherYear]) -> Reasons:
        return Reasons(
            patch=self.patch.patch, decision=self._decision(), score=self._score(),
            required=tuple(self.effects.requiring(self.index)),
            locks=tuple(lock for lock in self.scenario.locks if lock.patch == self.patch.patch),
            tight=tuple(self._tight()), years=tuple(years), card=card_of(self.ledger, self.patch),
        )  # fmt: skip

    def _decision(self) -> Decision | None:
        if self.task is None:
            return None
        payers: dict[tuple[str, str | None], int] = {}
        for row in self.plan.commitments:
            if row.patch == self.patch.patch:
                payers[row.source, row.district] = payers.get((row.source, row.district), 0) + row.yuan
        task = self.task
        return Decision(
            option=task.option, treatment=task.treatment, start=task.start, finish=task.finish,
            task_area_m2=task.task_area_m2,
            payers=tuple(Payer(source=s, district=d, yuan=yuan) for (s, d), yuan in payers.items()),
        )  # fmt: skip

    def _score(self) -> Score:
        weights = self.scenario.score_weights.model_dump()
        return Score(
            tier=self.patch.tier, focal=self.patch.focal, hazard_points=self.patch.hazard_points,
            score=Works(self.ledger, self.scenario).score(self.patch), weights=weights,
            parts={name: getattr(self.patch, name) for name in weights},
        )  # fmt: skip

    def _at_once(self, year: int | None) -> OtherYear | None:
        """What needs no solving."""
        start = self.task.start if self.task else None
        if year == start:
            return OtherYear(year=year, outcome="planned")
        if year is None:
            return None
        against = self.effects.against(self.index, year)
        if against is None:
            return OtherYear(year=year, outcome="no_option")
        return OtherYear(year=year, outcome="removed", clauses=tuple(against)) if against else None

    def _open(self, year: int | None) -> OtherYear:
        picks = self._moved(year)
        in_the_way = tuple(self._broken(picks))
        return OtherYear(
            year=year, outcome="open", in_the_way=in_the_way, goals=() if in_the_way else self._moved_alone(picks)
        )

    def _moved_alone(self, picks: list[Pick]) -> tuple[GoalCost, ...]:
        """What the goals come to where the patch alone is moved; others may then be moved to better them."""
        metrics = build_body(self.ledger, self.scenario, picks, self.plan.auxiliary.grants).metrics
        worth = metrics.goals if metrics is not None else {}
        return tuple(
            GoalCost(
                name=goal.name, value=worth[goal.name], plan=goal.value, change=worth[goal.name] - goal.value,
                change_bound=None, gap=None, proved=False,
            )
            for goal in self.plan.certificate.goals
            if goal.name in worth
        )  # fmt: skip

    def _again(self, year: int | None, asked: int) -> OtherYear:
        seconds = max(1.0, self.effort.seconds / max(1, asked))
        formulation, start = self._put(year)
        again: Again = solve_again(
            self.ledger, formulation, self.plan, replace(self.effort, seconds=seconds), self.stop, start=start
        )
        in_the_way = tuple(self._broken(start))
        if again.body is not None:
            return OtherYear(
                year=year, outcome=again.status.value, in_the_way=in_the_way,
                goals=goal_costs(self.plan, again.goals),
                moves=moves_between(self.plan, again.body, but=self.patch.patch), fewest=again.fewest,
            )  # fmt: skip
        if again.status is not PlanStatus.IMPOSSIBLE or year is None:
            return OtherYear(year=year, outcome=again.status.value, in_the_way=in_the_way)
        missing, clauses = self._missing(year)
        return OtherYear(year=year, outcome="impossible", in_the_way=in_the_way, missing=missing, clauses=clauses)

    def _missing(self, year: int) -> tuple[tuple[Missing, ...], tuple[str, ...]]:
        """Why a year is impossible: the money that is missing, else the clauses that contradict each other."""
        lock = Lock(patch=self.patch.patch, kind=LockKind.YEAR, year=year, reason="why")
        if not self.scenario.clause("locks").on:
            return (), ()
        locked = self.scenario.model_copy(update={"locks": (*self.scenario.locks, lock)})
        effort = replace(self.effort, seconds=WHY_NOT_SECONDS)
        short = least_missing(self.ledger, locked, effort, self.stop)
        if short is not None:
            return short.missing, ("purse_accounts",)
        conflict = find_conflict(self.ledger, locked, effort, self.stop)
        named = (member for member in conflict.members if member.kind == "clause") if conflict else ()
        return (), tuple(member.name for member in named)

    def _put(self, year: int | None) -> tuple[Formulation, list[Pick]]:
        """The programme with the patch in a year, and the plan's picks with it moved there."""
        formulation = formulate(self.ledger, self.scenario)
        draft, choices = formulation.draft, formulation.choices
        own = choices.patch == self.index
        if year is None:
            draft.forbid(own, "why")
        else:
            draft.forbid(own & (choices.start != year), "why")
            draft.must(np.arange(len(choices.patches)) == self.index)
        return formulation, self._moved(year)

    def _moved(self, year: int | None) -> list[Pick]:
        """The plan's picks with the patch in a year that its clauses leave open, by its own option where it can be."""
        picks = [pick for pick in picks_of(self.plan) if pick.patch != self.patch.patch]
        if year is None:
            return picks
        choices, removed = self.formulation.choices, self.formulation.draft.removed
        own = np.flatnonzero((choices.patch == self.index) & (choices.start == year)).tolist()
        open_rows = [row for row in own if not removed[row]]
        same = [row for row in open_rows if self.task is not None and choices.option_of(row).option == self.task.option]
        return [*picks, choices.pick((same or open_rows)[0])]

    def _broken(self, picks: list[Pick]) -> Iterator[Binding]:
        """Rows that break where the patch alone is moved and nothing else."""
        moved = self.formulation.point(picks, self.plan.auxiliary.grants)
        activity = self.problem.matrix @ moved
        for row, clause in enumerate(self.formulation.draft.row_clauses):
            over = max(self.problem.row_lower[row] - activity[row], activity[row] - self.problem.row_upper[row])
            if clause and over > 0:
                unit, size = self.words.unit(row)
                yield self._binding(row, clause, int(over) * size, unit)

    def _tight(self) -> Iterator[Binding]:
        """Rows with the patch's own choice in them that have nothing to spare."""
        if self.task is None:
            return
        pick = Pick(self.task.patch, self.task.option, self.task.start)
        column = next(row for row in range(len(self.formulation.choices)) if self.formulation.choices.pick(row) == pick)
        activity = self.problem.matrix @ self.point
        mine = self.problem.matrix.tocsc()[:, [column]].indices
        for row in mine.tolist():
            clause = self.formulation.draft.row_clauses[row]
            if clause and activity[row] in (self.problem.row_lower[row], self.problem.row_upper[row]):
                yield self._binding(row, clause, 0, self.words.unit(row)[0])

    def _binding(self, row: int, clause: str, amount: int, unit: str) -> Binding:
        place = self.words.place(row)
        return Binding(clause=clause, place=Said(zh=place("zh"), en=place("en")), amount=amount, unit=unit)
