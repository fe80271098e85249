"""The ways out: each change solved again, audited, and tried with one unit less.

Ways are ordered by what they cost: first what only changes a rule (carry-over, who pays), then what only takes longer
(a deadline, the horizon), then money, then locks, then what is left undone (a clause relaxed, rationing); within a kind
by amount. What is not enough by itself is said so, with the money missing even then.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil
from typing import Any

from planner.advice.possible import Held, possible
from planner.advice.said import Said, Voice
from planner.advice.shortfall import changes as options
from planner.advice.shortfall.changes import Change
from planner.advice.shortfall.types import NoWay, WayOut
from planner.clauses import Mode
from planner.findings import BadInput
from planner.ledger import Ledger
from planner.model import Effort
from planner.model.draft import PPM
from planner.model.missing import relaxed_missing
from planner.plan import Plan, PlanStatus, Shortfall
from planner.planning import make_plan
from planner.scenario import GoalName, Scenario, overridden, with_changes

RANKS = ("carry", "payer", "deadline", "horizon", "money", "unlock", "relax", "ration")
ANY_PLAN = 1e6  # a gap at which the first plan found will do
EACH_SECONDS = 12.0  # of one question at most


@dataclass
class Ways:
    """Looks for the ways out of one impossible scenario.

    Parameters
    ----------
    ledger : Ledger
        As it was given; each change sees it with the scenario's overrides.
    missing : Shortfall or None
    """

    ledger: Ledger
    scenario: Scenario
    missing: Shortfall | None
    effort: Effort
    stop: threading.Event | None = None
    began: float = field(default_factory=time.monotonic)
    not_enough: list[NoWay] = field(default_factory=list)
    impossible: bool = False  # of the last change that was planned

    def __post_init__(self) -> None:
        self.voice = Voice(self.ledger.meta)

    def all(self) -> Iterator[WayOut]:
        """Every way out found in the time; `not_enough` fills as it goes."""
        searches: list[Callable[[], Iterator[WayOut]]] = [
            self._money, self._carry, self._payer, self._deadlines, self._unlock, self._relax, self._ration,
        ]  # fmt: skip
        for search in searches:
            if self.left <= 0 or (self.stop is not None and self.stop.is_set()):
                return
            yield from search()

    @property
    def left(self) -> float:
        """Seconds left."""
        return self.effort.seconds - (time.monotonic() - self.began)

    @property
    def each(self) -> Effort:
        """What one question may take."""
        return replace(self.effort, seconds=max(1.0, min(EACH_SECONDS, self.left)))

    # each kind of change

    def _money(self) -> Iterator[WayOut]:
        if self.missing is not None:
            change = options.money(self.ledger, self.scenario, self.voice, self.missing)
            if change is not None:
                yield from self._way(change)

    def _carry(self) -> Iterator[WayOut]:
        yield from self._first(list(options.carry(self.scenario, self.voice)))

    def _deadlines(self) -> Iterator[WayOut]:
        for change in options.deadlines(self.scenario, self.voice):
            yield from self._first([change])

    def _payer(self) -> Iterator[WayOut]:
        """The nearest other share, upwards and downwards: steps are doubled, then the nearest is sought in between."""
        if not any(patch.ever_licensed and not patch.by_enterprise for patch in self.ledger.patches):
            return
        now: int = self.scenario.clause("payer").municipal_share_percent
        for sign in (1, -1):
            reach = 100 - now if sign > 0 else now
            steps = sorted({min(reach, 2**k) for k in range(8) if reach})
            tried = [(step, self._short(options.payer(self.scenario, self.voice, now + sign * step))) for step in steps]
            enough = next((i for i, (_, short) in enumerate(tried) if short == 0), None)
            if enough is None:
                known = [(short, step) for step, short in tried if short is not None]
                if known:
                    self._note(options.payer(self.scenario, self.voice, now + sign * min(known)[1]), min(known)[0])
                continue
            low, high = (tried[enough - 1][0] if enough else 0), tried[enough][0]
            while high - low > 1:
                middle = (low + high) // 2
                enough_there = self._short(options.payer(self.scenario, self.voice, now + sign * middle)) == 0
                low, high = (low, middle) if enough_there else (middle, high)
            yield from self._first(
                [options.payer(self.scenario, self.voice, now + sign * step) for step in range(high, reach + 1)][:5]
            )

    def _unlock(self) -> Iterator[WayOut]:
        """Locks and frozen years to give up: as many are kept as can be, tried in halves."""
        locks, frozen = len(self.scenario.locks), len(self.scenario.frozen)
        everything = [("lock", i) for i in range(locks)] + [("frozen", i) for i in range(frozen)]
        if not everything or not self.scenario.clause("locks").on:
            return
        verdict = self._verdict(self._without(everything))
        if verdict is not True:
            change = Change("unlock", self._unlock_words(everything), self._without(everything), 0, "locks")
            self._note(change, proved=verdict is False)
            return
        dropped = self._keep_most(everything, everything)
        less = self._without([item for item in dropped if item != dropped[-1]])
        yield from self._way(
            Change("unlock", self._unlock_words(dropped), self._without(dropped), len(dropped), "locks", less)
        )

    def _keep_most(self, dropped: list[tuple[str, int]], back: list[tuple[str, int]]) -> list[tuple[str, int]]:
        """What has to stay dropped when as many of `back` as can be are kept."""
        fewer = [item for item in dropped if item not in back]
        if self._verdict(self._without(fewer)) is True:
            return fewer
        if len(back) == 1:
            return dropped
        half = len(back) // 2
        return self._keep_most(self._keep_most(dropped, back[:half]), back[half:])

    def _without(self, dropped: list[tuple[str, int]]) -> dict[str, Any]:
        by = {kind: {i for k, i in dropped if k == kind} for kind in ("lock", "frozen")}
        return options.without_locks(self.scenario, by["lock"], by["frozen"])

    def _unlock_words(self, dropped: list[tuple[str, int]]) -> Said:
        items = []
        for kind, i in dropped:
            if kind == "lock":
                lock = self.scenario.locks[i]
                kind_words = self.voice.say(f"lock_{lock.kind}", year=lock.year or "")
                items.append(self.voice.say("one_lock", patch=lock.patch, kind=kind_words.in_, reason=lock.reason).in_)
            else:
                frozen = self.scenario.frozen[i]
                items.append(self.voice.say("one_frozen", year=frozen.year, reason=frozen.reason).in_)
        return self.voice.say("way_unlock", items=self.voice.listed(items))

    def _relax(self) -> Iterator[WayOut]:
        for name in options.may_be_relaxed(self.scenario):
            if self.left <= 0:
                return
            soft = options.relaxed_softly(name)
            plan = self._planned(self._only_soft(name, soft), gap=None)
            if plan is None or not plan.status.has_plan:
                proved = plan is not None and plan.status is PlanStatus.IMPOSSIBLE
                key = "way_relax_any" if proved else "way_relax_open"
                change = Change("relax", self.voice.say(key, clause=self.voice.clause(name)), soft, 0, "")
                self._note(change, proved=proved)
                continue
            yield from self._relaxed(name, soft, plan)

    def _relaxed(self, name: str, soft: dict[str, Any], plan: Plan) -> Iterator[WayOut]:
        breaches = [b for b in plan.auxiliary.breaches if b.clause == name]
        goal = plan.certificate.goals[0]
        parts = [
            self.voice.say(
                "one_breach", place=self.voice.where(b.place.split("/")), amount=self.voice.amount(b.amount, b.unit),
                target=self.voice.amount(b.target, b.unit),
            ).in_
            for b in breaches
        ]  # fmt: skip
        said = self.voice.say("way_relax", clause=self.voice.clause(name), parts=self.voice.listed(parts))
        total = sum(b.amount for b in breaches)
        units = {b.unit for b in breaches}
        ppm = int(sum(Fraction(PPM * b.amount, max(1, b.target)) for b in breaches))
        numbers = options.by_number(self.scenario, name, breaches)
        if numbers is not None and len(breaches) >= 1:
            change = Change("relax", said, numbers[0], total, units.pop() if len(units) == 1 else "", numbers[1])
            found = list(self._way(change, cost=ppm))
            if found:
                yield from found
                return
        least: bool | None = None
        if goal.proved and self.left > 0:
            seen = self._only_soft(name, soft)
            unit = float(min(Fraction(PPM, max(1, b.target)) for b in breaches)) / 2
            held = Held(GoalName.SOFT, float(goal.value) - unit)
            answer = possible(overridden(self.ledger, seen), seen, self.each, self.stop, held=[held])
            least = {False: True, True: False, None: None}[answer.verdict]
        at_least = total if goal.proved else 0
        if len(breaches) == 1 and goal.bound is not None:
            at_least = ceil(Fraction(goal.bound) * breaches[0].target / PPM - Fraction(1, 1000))
        yield WayOut(
            kind="relax", said=said, changes=soft, amount=total, at_least=max(0, at_least),
            unit=units.pop() if len(units) == 1 else "", cost=(RANKS.index("relax"), ppm), status=plan.status,
            goals=plan.certificate.goals, least=least, plan=plan,
        )  # fmt: skip

    def _only_soft(self, name: str, soft: dict[str, Any]) -> Scenario:
        """One clause soft, and its breaches alone to be made least."""
        changed = with_changes(self.scenario, soft)
        clauses = {
            own: s.model_copy(update={"mode": Mode.OFF}) if s.soft and own != name else s
            for own, s in changed.clauses.items()
        }
        goal = next(goal for goal in changed.ordered_goals if goal.name is GoalName.SOFT)
        return changed.model_copy(
            update={"clauses": clauses, "goals": (goal.model_copy(update={"tolerance": 0.0}), *changed.limited_goals)}
        )

    def _ration(self) -> Iterator[WayOut]:
        change = options.ration(self.scenario)
        if change is None:
            return
        trial = with_changes(self.scenario, change)
        trial = trial.model_copy(
            update={"goals": tuple(g for g in trial.goals if g.name is GoalName.AREA or g.limit is not None)}
        )
        plan = self._planned(trial, gap=None)
        if plan is None or not plan.status.has_plan or plan.metrics is None:
            proved = plan is not None and plan.status is PlanStatus.IMPOSSIBLE
            said = self.voice.say("way_ration_any" if proved else "way_ration_open")
            self._note(Change("ration", said, change, 0, "m2"), proved=proved)
            return
        goal = next(goal for goal in plan.certificate.goals if goal.name == GoalName.AREA)
        groups = (plan.metrics.artificial, plan.metrics.comprehensive)
        wanted = sum(group.area_m2 for group in groups)
        amount = wanted - int(goal.value)
        at_least = wanted - int(goal.bound) if goal.bound is not None else 0
        left_out = sum(group.patches - group.finished for group in groups)
        least: bool | None = None
        if goal.proved and self.left > 0:
            held = Held(GoalName.AREA, float(goal.value) + 1)
            answer = possible(overridden(self.ledger, trial), trial, self.each, self.stop, held=[held])
            least = {False: True, True: False, None: None}[answer.verdict]
        said = self.voice.say("way_ration", patches=left_out, area=self.voice.amount(amount, "m2"))
        yield WayOut(
            kind="ration", said=said, changes=change, amount=amount, at_least=max(0, at_least), unit="m2",
            cost=(RANKS.index("ration"), amount), status=plan.status, goals=plan.certificate.goals, least=least,
            plan=plan,
        )  # fmt: skip

    # solving

    def _first(self, trials: list[Change]) -> Iterator[WayOut]:
        """The smallest of some changes that is enough; the largest is noted where none is."""
        short: int | None = None
        for change in trials:
            if self.left <= 0:
                return
            short = self._short(change)
            if short:
                continue
            found = list(self._way(change))
            if found:
                yield from found
                return
        if trials:
            self._note(trials[-1], short, proved=bool(short) or self.impossible)

    def _way(self, change: Change, cost: int | None = None) -> Iterator[WayOut]:
        plan = self._planned(self._leading(change.changes), gap=ANY_PLAN)
        self.impossible = plan is not None and plan.status is PlanStatus.IMPOSSIBLE
        if plan is None or not plan.status.has_plan:
            return
        least: bool | None = None
        if change.less is not None:
            verdict = False if change.less == {} else self._verdict(change.less, confirm=True)
            least = {False: True, True: False, None: None}[verdict]
        yield WayOut(
            kind=change.kind, said=change.said, changes=change.changes, amount=change.amount,
            at_least=change.amount if least else 0, unit=change.unit,
            cost=(RANKS.index(change.kind), change.amount if cost is None else cost), status=plan.status,
            goals=plan.certificate.goals, least=least, plan=plan,
        )  # fmt: skip

    def _leading(self, change: dict[str, Any]) -> Scenario:
        """The scenario under a change with its leading goal and its limits: enough to see that there is a plan."""
        changed = with_changes(self.scenario, change)
        lead = changed.ordered_goals[0]
        limited = (goal for goal in changed.limited_goals if goal.name is not lead.name)
        return changed.model_copy(update={"goals": (lead, *limited)})

    def _planned(self, trial: Scenario, gap: float | None) -> Plan | None:
        effort = self.each
        return make_plan(
            self.ledger, trial, solver=effort.solver, seconds=effort.seconds, gap=gap, seed=effort.seed, stop=self.stop,
            session=effort.session,
        )  # fmt: skip

    def _verdict(self, change: dict[str, Any], *, confirm: bool = False) -> bool | None:
        try:
            trial = with_changes(self.scenario, change)
        except BadInput:  # such as a frozen year without the lock that it needs
            return None
        return possible(overridden(self.ledger, trial), trial, self.each, self.stop, confirm=confirm).verdict

    def _short(self, change: Change) -> int | None:
        """What is missing at least under a change, by the relaxation; None where money is not what is missing."""
        trial = with_changes(self.scenario, change.changes)
        return relaxed_missing(overridden(self.ledger, trial), trial)

    def _note(self, change: Change, short: int | None = None, *, proved: bool = True) -> None:
        if short is None and change.kind not in ("relax", "ration"):
            short = self._short(change)
        self.not_enough.append(
            NoWay(kind=change.kind, said=change.said, changes=change.changes, missing_at_least=short, proved=proved)
        )
