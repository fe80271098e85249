"""What a history has come to: rounds of districts, works on patches, verification, tracking, checks, the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from planner.cycle.payloads import AfterCheck, ChangeSet, IssuedTask, Payment, Tranche, Verification, Wish, by_purse
from planner.cycle.step import Step
from planner.findings import BadInput
from planner.ledger import Ledger, Patch, Recovery, Treatment
from planner.plan import Plan, Purse, Task
from planner.scenario import Scenario

if TYPE_CHECKING:
    from planner.cycle.register import Version


class RoundState(StrEnum):
    """How far a district's year is, in the order of the steps."""

    OPEN = "open"
    RETURNED = "returned"
    APPLIED = "applied"
    PASSED = "passed"
    ISSUED = "issued"
    CLOSED = "closed"


class WorkState(StrEnum):
    """How far a task is."""

    NOT_ISSUED = "not_issued"
    ISSUED = "task_issued"
    STARTED = "started"
    FINISHED = "finished"
    ACCEPTED = "accepted"
    CLOSED = "task_closed"


class NaturalState(StrEnum):
    """How far a site left to natural recovery is."""

    UNVERIFIED = "unverified"
    FAILED = "failed"
    VERIFIED = "verified"
    CLOSED = "natural_closed"


@dataclass(frozen=True, slots=True)
class Round:
    """A district's year: the application at hand, and the lists issued so far by document number."""

    state: RoundState = RoundState.OPEN
    tasks: tuple[str, ...] = ()
    wishes: tuple[Wish, ...] = ()
    issued: tuple[tuple[str, tuple[str, ...]], ...] = ()
    returned: int = 0


@dataclass(frozen=True, slots=True)
class CostChange:
    """Costs by purse granted in a document on a day."""

    number: str
    day: dt.date
    money: Mapping[Purse, int]


@dataclass(frozen=True, slots=True)
class Work:
    """An issued task and what became of it."""

    task: IssuedTask
    district: str
    year: int
    number: str
    day: dt.date
    state: WorkState = WorkState.ISSUED
    started: dt.date | None = None
    finished: dt.date | None = None
    accepted: dt.date | None = None
    closed: dt.date | None = None
    accepted_m2: int = 0
    hazards_removed: int = 0
    payments: tuple[Payment, ...] = ()
    refunds: tuple[Payment, ...] = ()
    asked: Mapping[Purse, int] | None = None
    changes: tuple[CostChange, ...] = ()
    released: Mapping[Purse, int] = field(default_factory=dict)

    @property
    def issued_money(self) -> dict[Purse, int]:
        """What was committed when it was issued, by purse."""
        return by_purse(self.task.money)

    def committed(self, by: dt.date = dt.date.max) -> dict[Purse, int]:
        """What is committed by a day, granted changes included, by purse."""
        known = [change for change in self.changes if change.day <= by]
        return dict(known[-1].money) if known else self.issued_money

    def paid(self, by: dt.date = dt.date.max) -> dict[Purse, int]:
        """What was paid by a day, less what came back, by purse."""
        sums: dict[Purse, int] = {}
        for sign, entries in ((1, self.payments), (-1, self.refunds)):
            for entry in entries:
                if entry.on <= by:
                    sums[entry.purse] = sums.get(entry.purse, 0) + sign * entry.yuan
        return sums


@dataclass(frozen=True, slots=True)
class Tracked:
    """A matter under tracked supervision (挂账督办)."""

    patch: str
    district: str
    reason: str
    opened: dt.date
    due: dt.date
    closed: dt.date | None = None
    how: str = ""

    def overdue(self, as_of: dt.date) -> bool:
        """Whether it was open past its day."""
        return self.opened <= as_of and self.due < as_of and (self.closed is None or self.closed > as_of)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change set that waits, was sent back or was adopted."""

    number: str
    district: str
    year: int
    changes: ChangeSet
    state: str = "proposed"


@dataclass(frozen=True, slots=True)
class Moved:
    """Money of a purse's year that arrives in a later one."""

    purse: Purse
    year: int
    tranche: Tranche
    number: str


@dataclass(frozen=True)
class Ground:
    """What a history stands on.

    Parameters
    ----------
    ledger : Ledger
        As it was before the first step.
    scenario : Scenario
        Budgets and clauses before late tranches; the horizon.
    plan : Plan, optional
        The plan in force, whose tasks are applied for and issued; the past needs none.
    """

    ledger: Ledger
    scenario: Scenario
    plan: Plan | None = None


@dataclass(frozen=True)
class Cycle:
    """The state after a history. `of` and `then` make it; it never changes."""

    ground: Ground
    history: tuple[Step, ...] = ()
    register: Ledger = None  # type: ignore[assignment]  # the ground's ledger, until a change set is adopted
    rounds: Mapping[tuple[str, int], Round] = field(default_factory=dict)
    works: Mapping[str, Work] = field(default_factory=dict)
    verified: Mapping[str, Verification] = field(default_factory=dict)
    natural_closed: frozenset[str] = frozenset()
    tracked: Mapping[str, tuple[Tracked, ...]] = field(default_factory=dict)
    checks: Mapping[str, tuple[AfterCheck, ...]] = field(default_factory=dict)
    proposals: Mapping[str, Proposal] = field(default_factory=dict)
    versions: tuple[Version, ...] = ()
    reopened: Mapping[str, str] = field(default_factory=dict)
    tranches: tuple[Moved, ...] = ()
    vouchers: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.register is None:
            object.__setattr__(self, "register", self.ground.ledger)

    @classmethod
    def of(cls, ground: Ground, history: tuple[Step, ...] = ()) -> Cycle:
        """The state after a history, every step of it checked again but for the plans that were in force then.

        Raises
        ------
        BadInput
            A step of the history is not admissible where it stands.
        """
        return cls(ground).after(history)

    def after(self, history: tuple[Step, ...]) -> Cycle:
        """The state after more steps that were taken before, each checked again as `of` checks them.

        Raises
        ------
        BadInput
            One of them is not admissible where it stands.
        """
        from planner.cycle.admit import stepped

        cycle = self
        for step in history:
            cycle = stepped(cycle, step, fresh=False)
        return cycle

    def then(self, step: Step) -> Cycle:
        """The state after one more step.

        Raises
        ------
        BadInput
            The step is not admissible: with the present state, what was asked, what comes first and who may do it.
        """
        from planner.cycle.admit import stepped

        return stepped(self, step, fresh=True)

    def with_plan(self, plan: Plan) -> Cycle:
        """The same state with another plan in force.

        Raises
        ------
        BadInput
            The plan moves or drops an issued task (Budget Law, art. 72).
        """
        from planner.cycle.refuse import plan_refused

        if findings := plan_refused(self, plan):
            raise BadInput(findings)
        return replace(self, ground=replace(self.ground, plan=plan))

    def round(self, district: str, year: int) -> Round:
        """A district's year."""
        return self.rounds.get((district, year), Round())

    def work_state(self, patch: str) -> WorkState:
        """How far a patch's works are."""
        work = self.works.get(patch)
        return WorkState.NOT_ISSUED if work is None else work.state

    def natural_state(self, patch: Patch) -> NaturalState:
        """How far a natural site is; what the ledger said before the first step counts."""
        found = self.verified.get(patch.patch)
        if patch.patch in self.natural_closed:
            return NaturalState.CLOSED
        if found is None:
            if patch.verified_on is None:
                return NaturalState.UNVERIFIED
            return NaturalState.FAILED if patch.recovery is Recovery.POOR else NaturalState.VERIFIED
        return NaturalState.FAILED if found.result == "poor" else NaturalState.VERIFIED

    def naturals(self, district: str | None = None) -> list[Patch]:
        """The sites left to natural recovery, of a district or all."""
        return [
            patch
            for patch in self.register.patches
            if patch.treatment is Treatment.NATURAL and (district is None or patch.district == district)
        ]

    def planned(self, district: str, year: int) -> dict[str, Task]:
        """What the plan in force gives a district to begin in a year; natural recovery is no task."""
        if self.ground.plan is None:
            return {}
        return {
            task.patch: task
            for task in self.ground.plan.schedule
            if (task.district, task.start) == (district, year) and task.treatment != Treatment.NATURAL.value
        }

    def to_apply(self, district: str, year: int) -> tuple[str, ...]:
        """What a district has to apply for: planned, and not issued yet."""
        return tuple(sorted(patch for patch in self.planned(district, year) if patch not in self.works))

    def open_tracking(self, patch: str) -> Tracked | None:
        """The matter that is open on a patch."""
        found = self.tracked.get(patch, ())
        return found[-1] if found and found[-1].closed is None else None

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger as it stands: the register with every date, acceptance, verification and granted cost entered."""
        from planner.cycle.register import with_history

        return with_history(self)

    def changed(self, **values: Any) -> Cycle:
        """The same state with some parts replaced."""
        return replace(self, **values)

    def with_work(self, patch: str, work: Work | None) -> Cycle:
        """The same state with a patch's works replaced, or taken out."""
        works = {**self.works, patch: work} if work else {p: w for p, w in self.works.items() if p != patch}
        return replace(self, works=works)

    def with_round(self, district: str, year: int, found: Round) -> Cycle:
        """The same state with a district's year replaced."""
        return replace(self, rounds={**self.rounds, (district, year): found})
