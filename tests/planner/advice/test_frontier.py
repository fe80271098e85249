"""The frontier and the alternatives of small ledgers against every assignment."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise

import pytest

from planner.advice.alternatives import alternatives, distance
from planner.advice.frontier import frontier, knee_of
from planner.advice.search import picks_of
from planner.audit import audit, clause_findings
from planner.audit.case import Case
from planner.audit.certificate import goal_value
from planner.findings import BadInput
from planner.ledger import Ledger
from planner.plan import Pick, PlanStatus, build_body
from planner.scenario import GoalName, Scenario
from tests.planner.random_worlds import assignments, random_ledger, random_scenario
from tests.planner.worlds import FIRST, patch, scenario

CLAUSES = ["completion", "purse_accounts", "hazards", "tenure"]
PAIRS = [
    ("waiting", "cost"),
    ("cost", "area"),
    ("evenness", "waiting"),
    ("moves", "waiting_focal"),
    ("scattered", "cost"),
]
Values = tuple[Fraction, ...]


def clean_cases(ledger: Ledger, trial: Scenario) -> list[tuple[tuple[Pick, ...], Case]]:
    cases = [(picks, Case(ledger, trial, build_body(ledger, trial, picks))) for picks in assignments(ledger)]
    return [(picks, case) for picks, case in cases if not clause_findings(case)]


def values_of_case(case: Case, names: tuple[str, ...]) -> Values:
    return tuple(goal_value(case, GoalName(name), ()) for name in names)


def beats(one: Values, other: Values, names: tuple[str, ...]) -> bool:
    signs = [-1 if GoalName(name).maximised else 1 for name in names]
    return one != other and all(s * a <= s * b for s, a, b in zip(signs, one, other, strict=True))


def keeps(name: GoalName, value: Fraction, limit: float) -> bool:
    return value >= limit if name.maximised else value <= limit


def undominated(ledger: Ledger, trial: Scenario, names: tuple[str, ...]) -> set[Values]:
    values = {values_of_case(case, names) for _, case in clean_cases(ledger, trial)}
    return {own for own in values if not any(beats(other, own, names) for other in values)}


def world(seed: str, clauses: list[str] = CLAUSES) -> tuple[Ledger, Scenario]:
    rng = random.Random(seed)
    ledger = Ledger(random_ledger(rng, patches=4).patches)
    return ledger, random_scenario(rng, ledger, clauses)


def test_every_point_of_small_ledgers_is_the_enumerated_frontier(in_process: None) -> None:
    wide = 0
    for seed in range(30):
        ledger, trial = world(f"frontier-{seed}", ["purse_accounts", "tenure"])
        names = PAIRS[seed % len(PAIRS)]
        right = undominated(ledger, trial, names)
        drawn = frontier(ledger, trial, names)
        assert {tuple(Fraction(p.values[name]) for name in names) for p in drawn.points} == right, seed
        assert drawn.complete == bool(right)
        for point in drawn.points:
            assert point.proved
            assert audit(ledger, point.scenario, point.plan).clean
        wide += len(right) > 2
    assert wide > 5


def test_three_goals_at_chosen_points_are_all_on_the_frontier(in_process: None) -> None:
    names = ("waiting", "cost", "evenness")
    several = 0
    for seed in range(6):
        ledger, trial = world(f"three-{seed}", ["purse_accounts", "tenure"])
        right = undominated(ledger, trial, names)
        drawn = frontier(ledger, trial, names, points=3)
        found = {tuple(Fraction(p.values[name]) for name in names) for p in drawn.points}
        assert found <= right
        assert bool(found) == bool(right)
        assert not drawn.complete
        several += len(found) > 2
    assert several


def test_the_knee_is_farthest_from_the_line() -> None:
    """Ends (0, 10) and (10, 0): (2, 3) is 5/√2 below the line, (4, 4) 2/√2; (6, 6) lies beyond it."""
    at = [[Fraction(a), Fraction(b)] for a, b in ((0, 10), (2, 3), (4, 4), (10, 0))]
    assert knee_of(at) == 1
    assert knee_of([at[0], [Fraction(6), Fraction(6)], at[3]]) is None
    assert knee_of([at[0], at[3]]) is None


def test_goals_that_cannot_be_traded_are_refused() -> None:
    ledger, trial = world("refused")
    for of, points, fault in (
        (["waiting", "soft"], 3, "no_such_goal"),
        (["waiting"], 3, "goals_to_trade"),
        (["waiting", "cost", "area"], None, "goals_to_trade"),
        (["waiting", "cost"], 1, "too_few_points"),
    ):
        with pytest.raises(BadInput) as refused:
            frontier(ledger, trial, of, points)
        assert [finding.id for finding in refused.value.findings] == [fault]


def test_nothing_to_draw_where_nothing_is_possible(in_process: None) -> None:
    ledger = Ledger((patch("A"),))
    trial = scenario(clauses={"completion": "hard", "purse_accounts": "hard"})
    drawn = frontier(ledger, trial, ("waiting", "cost"))
    assert drawn.status is PlanStatus.IMPOSSIBLE
    assert not drawn.points


def test_alternatives_differ_as_much_as_any_plan_within_the_limits(in_process: None) -> None:
    checked = 0
    for seed in range(30):
        ledger, trial = world(f"alternatives-{seed}")
        found = alternatives(ledger, trial, k=2, within=20)
        if not found.status.has_plan:
            continue
        limits = found.limits
        within = [
            set(picks)
            for picks, case in clean_cases(ledger, trial)
            if all(keeps(GoalName(name), goal_value(case, GoalName(name), ()), limit) for name, limit in limits.items())
        ]
        before = [set(picks_of(found.best))]
        for made in found.alternatives:
            right = max(min(distance(picks, other) for other in before) for picks in within)
            assert made.proved
            assert made.distance == made.most == right
            assert audit(ledger, found.scenario, made.plan).clean
            assert made.plan.status is PlanStatus.WITHIN_GAP
            before.append(set(picks_of(made.plan)))
            checked += 1
        if not found.enough:
            assert max(min(distance(picks, other) for other in before) for picks in within) == 0
    assert checked > 8


def test_distance_counts_patches() -> None:
    one = {Pick("A", "standard", FIRST), Pick("B", "standard", FIRST)}
    other = {Pick("A", "standard", FIRST + 1), Pick("C", "standard", FIRST)}
    assert distance(one, other) == 3
    assert all(a == b for a, b in pairwise([distance(one, other), distance(other, one)]))
