"""Shortfall on small worlds: what is missing, the ways out and the conflict, against every assignment."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from planner.advice.shortfall import ShortfallAnswer, WayOut, shortfall
from planner.advice.shortfall.changes import with_money
from planner.advice.shortfall.conflict import demands, only
from planner.audit import audit, audit_body, soft_breaches
from planner.audit.case import Case
from planner.audit.certificate import goal_value
from planner.clauses import Mode
from planner.ledger import Ledger
from planner.model.missing import absorbing_order
from planner.plan import Body, Pick, Purse, build_body
from planner.scenario import GoalName, Scenario, with_changes
from tests.planner.cases import DRAWS
from tests.planner.in_process import in_process  # noqa: F401
from tests.planner.random_worlds import assignments, random_ledger, random_scenario

WANTED = 50


def bodies(ledger: Ledger, scenario: Scenario, last: int | None = None) -> Iterator[Body]:
    """The body of every assignment that keeps each hard clause, as the auditor sees it."""
    for picks in assignments(ledger):
        body = build_body(ledger, scenario, picks)
        breaches = soft_breaches(Case(ledger, scenario, body))
        whole = body.model_copy(update={"auxiliary": body.auxiliary.model_copy(update={"breaches": breaches})})
        if audit_body(ledger, scenario, whole).clean:
            yield whole


def can_be_done(ledger: Ledger, scenario: Scenario) -> bool:
    return next(bodies(ledger, scenario), None) is not None


def with_modes(scenario: Scenario, **modes: Mode) -> Scenario:
    clauses = {n: s.model_copy(update={"mode": modes.get(n, s.mode)}) for n, s in scenario.clauses.items()}
    return scenario.model_copy(update={"clauses": clauses})


def impossible_worlds() -> Iterator[tuple[Ledger, Scenario]]:
    """Random worlds in which no assignment is clean; further sources are left out, they are no part of assignments."""
    seed = 0
    while True:
        seed += 1
        rng = random.Random(f"short-{seed}")
        ledger = random_ledger(rng, patches=3)
        drawn = rng.sample(sorted(set(DRAWS) - {"purse_accounts"}), k=rng.choice([2, 3, 5]))
        scenario = random_scenario(rng, ledger, [*drawn, "completion", "purse_accounts"])
        if scenario.sources or scenario.clause("purse_accounts").mode is not Mode.HARD:
            continue
        if not can_be_done(ledger, scenario):
            yield ledger, scenario


def missing_by_enumeration(ledger: Ledger, scenario: Scenario) -> dict[tuple[Purse, int], int] | None:
    """The least missing money, and the places that the order likes best, over every assignment.

    Book-keeping covers each year as well as can be before the next, so what it overdraws stands as late as can be.
    """
    order = list(absorbing_order(ledger, scenario))
    years = list(scenario.horizon.years)
    soft = {name: Mode.OFF for name, own in scenario.clauses.items() if own.soft}
    unbound = with_modes(scenario, **{**soft, "purse_accounts": Mode.OFF})
    found = []
    for body in bodies(ledger, unbound):
        over = {(Purse(a.source, a.district), a.vintage): a.overdrawn for a in body.accounts if a.overdrawn}
        totals = [sum(yuan for (purse, _), yuan in over.items() if purse == k) for k in order]
        late = [over.get((k, y), 0) for k in order for y in reversed(years)]
        assert sum(totals) == sum(over.values())
        found.append((-sum(totals), totals, late, over))
    return max(found, key=lambda row: row[:3])[3] if found else None


@pytest.fixture(scope="module")
def worlds() -> list[tuple[Ledger, Scenario]]:
    drawn = impossible_worlds()
    return [next(drawn) for _ in range(WANTED)]


def answers(worlds: list[tuple[Ledger, Scenario]]) -> list[tuple[Ledger, Scenario, ShortfallAnswer]]:
    return [(ledger, scenario, shortfall(ledger, scenario, seconds=60)) for ledger, scenario in worlds]


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("part", range(10))
def test_missing_money_ways_out_and_conflict_equal_enumeration(
    part: int, worlds: list[tuple[Ledger, Scenario]]
) -> None:
    """50 impossible worlds, five in each part."""
    for ledger, scenario, answer in answers(worlds[part * 5 : part * 5 + 5]):
        assert answer.possible is False
        check_missing(ledger, scenario, answer)
        check_conflict(ledger, scenario, answer)
        for way in answer.ways:
            check_way(ledger, scenario, way)
        assert [way.cost for way in answer.ways] == sorted(way.cost for way in answer.ways)


def check_missing(ledger: Ledger, scenario: Scenario, answer: ShortfallAnswer) -> None:
    expected = missing_by_enumeration(ledger, scenario)
    if expected is None:
        assert answer.missing is None
        return
    assert answer.missing is not None
    assert answer.missing.proved
    assert answer.missing.ordered
    stated = {(Purse(m.source, m.district), m.year): m.yuan for m in answer.missing.missing}
    assert stated == expected
    assert answer.missing.yuan == sum(expected.values())
    assert answer.first.missing_at_least is not None
    assert answer.first.missing_at_least <= answer.missing.yuan


def check_conflict(ledger: Ledger, scenario: Scenario, answer: ShortfallAnswer) -> None:
    """The members contradict each other; without any one of them there is an assignment."""
    conflict = answer.conflict
    assert conflict is not None
    assert conflict.proved
    named = {(member.kind, member.name) for member in conflict.members}
    members = [demand for demand in demands(ledger, scenario) if (demand.kind, demand.name) in named]
    assert not can_be_done(*only(ledger, scenario, members))
    for member in members:
        assert can_be_done(*only(ledger, scenario, [other for other in members if other != member]))


def check_way(ledger: Ledger, scenario: Scenario, way: WayOut) -> None:
    changed = with_changes(scenario, way.changes)
    assert way.plan.status.has_plan
    assert way.plan.certificate.audit.clean
    picks = [Pick(t.patch, t.option, t.start) for t in way.plan.schedule]
    body = build_body(ledger, changed, picks)
    breaches = soft_breaches(Case(ledger, changed, body))
    whole = body.model_copy(update={"auxiliary": body.auxiliary.model_copy(update={"breaches": breaches})})
    assert audit_body(ledger, changed, whole).clean
    assert way.least is True
    for less in reduced(scenario, changed, way):
        assert not can_be_done(ledger, less), (way.kind, way.changes)
    if way.kind in ("relax", "ration"):
        check_least(ledger, changed, way)


def reduced(scenario: Scenario, changed: Scenario, way: WayOut) -> Iterator[Scenario]:
    """The same way by one unit less: one yuan in each purse and year, a year, a per cent, a lock."""
    if way.kind == "money":
        for budget in changed.budgets:
            key = (budget.source, budget.district, budget.year)
            before = next((b.yuan for b in scenario.budgets if (b.source, b.district, b.year) == key), 0)
            if budget.yuan > before:
                yield with_changes(changed, {"budgets": with_money(changed, {key: -1})})
    elif way.kind == "carry":
        yield with_changes(scenario, {"carry": {"years": changed.carry.years - 1}})
    elif way.kind == "payer":
        now = scenario.clause("payer").municipal_share_percent
        then = changed.clause("payer").municipal_share_percent
        step = 1 if then < now else -1
        yield with_changes(scenario, {"clauses": {"payer": {"municipal_share_percent": then + step}}})
    elif way.kind in ("deadline", "horizon"):
        yield scenario
    elif way.kind == "unlock":
        kept = [lock.model_dump(mode="json") for lock in changed.locks]
        for lock in scenario.locks:
            if lock not in changed.locks:
                yield with_changes(changed, {"locks": [*kept, lock.model_dump(mode="json")]})
        frozen = [year.model_dump(mode="json") for year in changed.frozen]
        for year in scenario.frozen:
            if year not in changed.frozen:
                yield with_changes(changed, {"frozen": [*frozen, year.model_dump(mode="json")]})


def check_least(ledger: Ledger, changed: Scenario, way: WayOut) -> None:
    """What is left undone is the least over every assignment."""
    if way.kind == "ration":
        done = [goal_value(Case(ledger, changed, body), GoalName.AREA, ()) for body in bodies(ledger, changed)]
        groups = (way.plan.metrics.artificial, way.plan.metrics.comprehensive) if way.plan.metrics else ()
        assert way.amount == way.at_least == sum(group.area_m2 for group in groups) - max(done)
        return
    name = next(iter(way.changes["clauses"]))
    soft = with_modes(changed, **{name: Mode.SOFT})
    if changed.clause(name).mode is Mode.HARD:  # relaxed by a number: with none to spare, so the next unit must break it
        assert can_be_done(ledger, changed)
        return
    mine = [
        sum(b.amount / max(1, b.target) for b in body.auxiliary.breaches if b.clause == name)
        for body in bodies(ledger, soft)
    ]
    assert sum(b.amount / max(1, b.target) for b in way.plan.auxiliary.breaches if b.clause == name) == pytest.approx(
        min(mine)
    )


def test_the_draws_stir_every_kind_of_way(worlds: list[tuple[Ledger, Scenario]], in_process: Any) -> None:  # noqa: F811
    """Guards the test above."""
    del in_process
    kinds = {way.kind for _, _, answer in answers(worlds[:25]) for way in answer.ways}
    assert {"money", "carry", "unlock", "relax", "ration", "payer"} <= kinds


def test_a_scenario_with_a_plan_has_no_shortfall() -> None:
    from tests.planner.worlds import small

    ledger, trial = small()
    answer = shortfall(ledger, trial)
    assert answer.possible is True
    assert answer.missing is None
    assert not answer.ways
    assert not answer.first.obstacles
    assert audit  # the audit is what `possible` rests on
