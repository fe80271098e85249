"""The smallest set of clauses, locks, frozen years and facts that contradict each other.

QuickXplain (Junker 2004) over whole clauses and single locks, not over rows: what people decided, in their own words.
The set is minimal, not the smallest of all: drop any member, and the rest has a plan. Budgets, options and who pays are
given; they are no members.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from planner.advice.possible import Possible, possible
from planner.advice.said import Said, Voice
from planner.advice.shortfall.types import Conflict, Member
from planner.clauses import Mode, clauses
from planner.ledger import Ledger
from planner.model import Effort
from planner.scenario import Scenario

TEST_SECONDS = 10.0  # of one test at most


@dataclass(frozen=True)
class Demand:
    """One thing that may be dropped: a clause, or the lock, frozen year or fact with this place in its list."""

    kind: Literal["clause", "lock", "frozen", "fact"]
    name: str
    place: int = 0


def find_conflict(
    ledger: Ledger, scenario: Scenario, effort: Effort, stop: threading.Event | None = None
) -> Conflict | None:
    """A minimal conflict of an impossible scenario; None where none was found in the time.

    Parameters
    ----------
    ledger : Ledger
        As the scenario sees it.
    """
    search = _Search(ledger, scenario, effort, stop)
    everything = demands(ledger, scenario)
    found = search.explain([], everything, everything)
    if search.undecided and search.test(found).verdict is not False:
        return None
    whole = possible(*only(ledger, scenario, found), search.each, stop)
    voice = Voice(ledger.meta)
    members = []
    for demand in found:
        rest = [other for other in found if other != demand]
        without = search.test(rest).verdict is True
        said = _said(voice, ledger, scenario, demand)
        members.append(Member(kind=demand.kind, name=demand.name, said=said, without=without))
    proved = whole.verdict is False and all(member.without for member in members)
    return Conflict(members=tuple(members), proved=proved)


def demands(ledger: Ledger, scenario: Scenario) -> list[Demand]:
    """Everything that may be dropped; what may never be switched off, and soft clauses, are none."""
    found = [
        Demand("clause", name)
        for name, clause in clauses().items()
        if scenario.clause(name).mode is Mode.HARD and Mode.OFF in clause.modes and name != "locks"
    ]
    if scenario.clause("locks").on:
        found += [Demand("lock", lock.patch, i) for i, lock in enumerate(scenario.locks)]
        found += [Demand("frozen", str(frozen.year), i) for i, frozen in enumerate(scenario.frozen)]
        years = scenario.horizon.years
        begun = ((i, p) for i, p in enumerate(ledger.patches) if p.actual_start and p.actual_start.year in years)
        found += [Demand("fact", patch.patch, i) for i, patch in begun]
    return found


def only(ledger: Ledger, scenario: Scenario, kept: Sequence[Demand]) -> tuple[Ledger, Scenario]:
    """The same inputs with nothing demanded but these."""
    named = {demand.name for demand in kept if demand.kind == "clause"}
    if any(demand.kind != "clause" for demand in kept):
        named.add("locks")
    switched = {
        name: own
        if name in named or Mode.OFF not in clauses()[name].modes
        else own.model_copy(update={"mode": Mode.OFF})
        for name, own in scenario.clauses.items()
    }
    places = {kind: {d.place for d in kept if d.kind == kind} for kind in ("lock", "frozen", "fact")}
    trial = scenario.model_copy(
        update={
            "clauses": switched,
            "locks": tuple(lock for i, lock in enumerate(scenario.locks) if i in places["lock"]),
            "frozen": tuple(frozen for i, frozen in enumerate(scenario.frozen) if i in places["frozen"]),
        }
    )
    years = scenario.horizon.years
    patches = tuple(
        replace(patch, actual_start=None)
        if i not in places["fact"] and patch.actual_start and patch.actual_start.year in years
        else patch
        for i, patch in enumerate(ledger.patches)
    )
    return (replace(ledger, patches=patches) if patches != ledger.patches else ledger), trial


@dataclass
class _Search:
    ledger: Ledger
    scenario: Scenario
    effort: Effort
    stop: threading.Event | None
    undecided: bool = False
    began: float = field(default_factory=time.monotonic)
    known: dict[frozenset[Demand], Possible] = field(default_factory=dict)

    @property
    def each(self) -> Effort:
        left = self.effort.seconds - (time.monotonic() - self.began)
        return replace(self.effort, seconds=max(0.5, min(TEST_SECONDS, left)))

    def test(self, kept: Sequence[Demand]) -> Possible:
        key = frozenset(kept)
        if key not in self.known:
            ledger, trial = only(self.ledger, self.scenario, kept)
            self.known[key] = possible(ledger, trial, self.each, self.stop, confirm=False)
            self.undecided |= self.known[key].verdict is None
        return self.known[key]

    def explain(self, given: list[Demand], added: Sequence[Demand], rest: list[Demand]) -> list[Demand]:
        """The members of `rest` that a minimal conflict needs beside `given`; `added` is what `given` grew by."""
        if added and given and self.test(given).verdict is False:
            return []
        if len(rest) == 1:
            return rest
        half = len(rest) // 2
        first, second = rest[:half], rest[half:]
        of_second = self.explain([*given, *first], first, second)
        of_first = self.explain([*given, *of_second], of_second, first)
        return [*of_first, *of_second]


def _said(voice: Voice, ledger: Ledger, scenario: Scenario, demand: Demand) -> Said:
    if demand.kind == "clause":
        clause = clauses()[demand.name]
        return voice.say("member_clause", title=clause.title.in_, citation=clause.citation.in_)
    if demand.kind == "lock":
        lock = scenario.locks[demand.place]
        kind = voice.say(f"lock_{lock.kind}", year=lock.year or "").in_
        return voice.say("member_lock", patch=lock.patch, kind=kind, reason=lock.reason)
    if demand.kind == "frozen":
        frozen = scenario.frozen[demand.place]
        return voice.say("member_frozen", year=frozen.year, count=len(frozen.patches), reason=frozen.reason)
    patch = ledger.patches[demand.place]
    return voice.say("member_fact", patch=patch.patch, date=str(patch.actual_start))
