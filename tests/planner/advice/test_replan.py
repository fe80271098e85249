"""Planning again against enumeration: nothing changed, nothing moved; the best k moves; the past as it was."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import replace

import pytest

from planner.advice.outturn import Outturn, Paid, with_facts
from planner.advice.past import fix_past, referenced
from planner.advice.replan import Replan, replan
from planner.audit import audit, clause_findings
from planner.audit.case import Case
from planner.audit.certificate import goal_value
from planner.findings import BadInput
from planner.ledger import Ledger, Treatment
from planner.plan import Pick, Plan, PlanStatus, build_body
from planner.planning import make_plan
from planner.scenario import Scenario
from tests.planner.advice.plans import as_plan
from tests.planner.random_worlds import assignments, random_ledger, random_scenario
from tests.planner.worlds import FIRST, LAST, patch, scenario

CLAUSES = ["completion", "purse_accounts", "tenure"]


def without_facts(seed: str) -> tuple[Ledger, Scenario]:
    rng = random.Random(seed)
    rows = random_ledger(rng, patches=4).patches
    ledger = Ledger(tuple(replace(row, actual_start=None, planned_year=None) for row in rows))
    return ledger, random_scenario(rng, ledger, CLAUSES)


def clean(ledger: Ledger, trial: Scenario) -> list[tuple[Pick, ...]]:
    return [
        picks
        for picks in assignments(ledger)
        if not clause_findings(Case(ledger, trial, build_body(ledger, trial, picks)))
    ]


def count_moves(ledger: Ledger, previous: Iterable[Pick], picks: Iterable[Pick]) -> int:
    """Patches with works that leave their year; natural recovery has no works to move."""
    now = {pick.patch: pick.start for pick in picks}
    works = {row.patch for row in ledger.patches if row.treatment is not Treatment.NATURAL}
    return sum(1 for pick in previous if pick.patch in works and now.get(pick.patch) != pick.start)


def lead_of(ledger: Ledger, trial: Scenario, picks: Iterable[Pick]) -> float:
    goal = trial.ordered_goals[0].name
    value = goal_value(Case(ledger, trial, build_body(ledger, trial, picks)), goal, ())
    return float(-value if goal.maximised else value)


def test_with_nothing_changed_nothing_moves(in_process: None) -> None:
    planned = 0
    for seed in range(14):
        ledger, trial = without_facts(f"same-{seed}")
        plan = make_plan(ledger, trial)
        if not plan.status.has_plan or not plan.schedule:
            continue
        planned += 1
        for as_of in (FIRST, FIRST + 1, LAST):
            again = replan(ledger, trial, plan, as_of)
            assert again.status is PlanStatus.OPTIMAL
            assert again.moves == ()
            assert again.moves_counted == again.forced == 0
            assert again.before == again.after
        assert replan(ledger, trial, plan, FIRST, max_moves=4).moves_counted == 0
    assert planned > 4


def test_with_k_moves_the_best_k_are_made(in_process: None) -> None:
    """From a plan that is allowed but not good: every k against all allowed assignments with at most k moves."""
    bettered = checked = 0
    for seed in range(14):
        ledger, trial = without_facts(f"best-{seed}")
        allowed = clean(ledger, trial)
        if len(allowed) < 3:
            continue
        worst = max(allowed, key=lambda picks: lead_of(ledger, trial, picks))
        previous = as_plan(ledger, trial, worst)
        for k in (0, 1, 2):
            right = min(lead_of(ledger, trial, p) for p in allowed if count_moves(ledger, worst, p) <= k)
            again = replan(ledger, trial, previous, FIRST, max_moves=k)
            found = [Pick(t.patch, t.option, t.start) for t in again.plan.schedule]
            assert lead_of(ledger, trial, found) == right
            assert count_moves(ledger, worst, found) == again.moves_counted <= k
            assert audit(again.ledger, again.scenario, again.plan).clean
            bettered += right < lead_of(ledger, trial, worst)
            checked += 1
    assert checked > 9
    assert bettered > 4


def test_the_fewest_moves_that_a_changed_ledger_forces(in_process: None) -> None:
    forced = 0
    for seed in range(14):
        ledger, trial = without_facts(f"fewest-{seed}")
        plan = make_plan(ledger, trial)
        later = Ledger(tuple(replace(row, tenure_clear_from=FIRST + 1) for row in ledger.patches))
        allowed = clean(later, trial)
        if not plan.status.has_plan or not plan.schedule or not allowed:
            continue
        before = [Pick(t.patch, t.option, t.start) for t in plan.schedule]
        again = replan(later, trial, plan, FIRST)
        assert again.moves_counted == min(count_moves(later, before, picks) for picks in allowed)
        forced += again.moves_counted > 0
    assert forced > 1


def test_moves_at_a_price_are_those_worth_it(in_process: None) -> None:
    """A could start two years earlier (2 · 500,000), B one (500,000): at 600,000 a move, only A's is worth it."""
    ledger = Ledger((patch("A"), patch("B")))
    trial = scenario(goals=[{"name": "waiting"}])
    previous = as_plan(ledger, trial, [Pick("A", "standard", LAST), Pick("B", "standard", FIRST + 1)])
    for price, moved in ((400_000, ["A", "B"]), (600_000, ["A"]), (1_100_000, [])):
        again = replan(ledger, trial, previous, FIRST, price=price)
        assert [move.patch for move in again.moves] == moved
    (move,) = replan(ledger, trial, previous, FIRST, price=600_000).moves
    assert (move.kind, move.reason, move.before, move.after) == (
        "moved",
        "goal",
        ("standard", LAST),
        ("standard", FIRST),
    )
    assert move.brings == {"waiting": 1_000_000}


def history() -> tuple[Ledger, Scenario, Plan]:
    """A first, then B and C, 100 yuan each; there are 100, 200 and 0, and unused money lives a year."""
    ledger = Ledger((patch("A"), patch("B"), patch("C")))
    budgets = [{"source": "municipal", "year": FIRST + i, "yuan": yuan} for i, yuan in enumerate((100, 200, 0))]
    trial = scenario(
        clauses={"completion": "hard", "purse_accounts": "hard", "locks": "hard"}, budgets=budgets, carry={"years": 1},
        goals=[{"name": "waiting"}],
    )  # fmt: skip
    picks = [Pick("A", "standard", FIRST), Pick("B", "standard", FIRST + 1), Pick("C", "standard", FIRST + 1)]
    return ledger, trial, as_plan(ledger, trial, picks)


def begun(ledger: Ledger, *names: str, year: int = FIRST) -> Ledger:
    started = [{"patch": name, "on": dt.date(year, 4, 1)} for name in names]
    return with_facts(ledger, Outturn.model_validate({"started": started}))


def told(found: Replan) -> list[tuple[str, str, str]]:
    return [(move.patch, move.kind, move.reason) for move in found.moves]


def test_what_happened_is_fixed_and_what_did_not_is_planned_again(in_process: None) -> None:
    """B began instead of A: A takes B's place. Two moves, both by fact."""
    ledger, trial, previous = history()
    again = replan(begun(ledger, "B"), trial, previous, FIRST + 1)
    assert {task.patch: task.start for task in again.plan.schedule} == {"A": FIRST + 1, "B": FIRST, "C": FIRST + 1}
    assert told(again) == [("A", "moved", "fact"), ("B", "moved", "fact")]
    assert (again.forced, again.moves_counted, again.recorded, again.approved) == (2, 2, (FIRST,), ())
    assert audit(again.ledger, again.scenario, again.plan).clean


def test_a_year_without_records_keeps_what_was_approved(in_process: None) -> None:
    ledger, trial, previous = history()
    again = replan(ledger, trial, previous, FIRST + 1)
    assert (again.recorded, again.approved, again.moves) == ((), (FIRST,), ())
    assert again.scenario.frozen[0].patches == ("A",)


def test_what_is_spent_is_spent(in_process: None) -> None:
    """Of the first year's 200 yuan 100 were left for C; 60 of them went to A, so that 60 are missing for C."""
    ledger, trial, previous = history()
    budgets = [{"source": "municipal", "year": FIRST + i, "yuan": yuan} for i, yuan in enumerate((200, 100, 100))]
    trial = Scenario.model_validate({**trial.model_dump(), "budgets": budgets})
    previous = as_plan(ledger, trial, [Pick(t.patch, t.option, t.start) for t in previous.schedule])
    as_planned = replan(ledger, trial, previous, FIRST + 1)
    assert as_planned.moves == ()
    assert as_planned.money == ()
    again = replan(ledger, trial, previous, FIRST + 1, paid=[Paid(source="municipal", year=FIRST, yuan=160)])
    assert [(m.planned, m.paid, m.missing, m.left) for m in again.money] == [(100, 160, 0, 40)]
    (moved,) = again.moves
    assert (moved.kind, moved.reason, moved.clause, moved.place, moved.amount) == (
        "moved", "clause", "purse_accounts", f"municipal/{FIRST + 1}", 60,
    )  # fmt: skip
    assert moved.after == ("standard", LAST)
    assert moved.brings == {"waiting": -500_000}


def test_a_past_that_was_overdrawn_is_told_and_does_not_stop_the_plan(in_process: None) -> None:
    """A and B both began, with 100 yuan there: 100 were missing. The rest is planned with what comes."""
    ledger, trial, previous = history()
    again = replan(begun(ledger, "A", "B"), trial, previous, FIRST + 1)
    assert again.status is PlanStatus.OPTIMAL
    assert [(m.year, m.planned, m.paid, m.missing, m.left) for m in again.money] == [(FIRST, 200, 200, 100, 0)]
    assert told(again) == [("B", "moved", "fact")]


def test_a_demand_of_the_past_that_was_not_kept_is_told(in_process: None) -> None:
    """At most 1 ha was to start in the first year, 2 ha did: 10,000 m² too much, in the auditor's words."""
    ledger, trial, previous = history()
    clauses = {**trial.clauses, "first_year_task": {"mode": "hard", "max_area_m2": 10_000}}
    trial = Scenario.model_validate({**{k: getattr(trial, k) for k in type(trial).model_fields}, "clauses": clauses})
    again = replan(begun(ledger, "A", "B"), trial, previous, FIRST + 1)
    assert [(one.clause, one.amount) for one in again.overtaken] == [("first_year_task", 10_000)]
    assert again.status is PlanStatus.OPTIMAL
    assert [goal.name for goal in again.plan.certificate.goals] == ["soft", "moves", "waiting"]
    assert [(breach.clause, breach.amount) for breach in again.plan.auxiliary.breaches] == [("first_year_task", 10_000)]


def test_a_fact_that_no_clause_lets_pass_is_refused_by_name() -> None:
    ledger, trial, previous = history()
    clauses = {**trial.clauses, "tenure": {"mode": "hard"}}
    trial = Scenario.model_validate({**{k: getattr(trial, k) for k in type(trial).model_fields}, "clauses": clauses})
    early = Ledger((replace(ledger.patches[0], tenure_clear_from=LAST), *ledger.patches[1:]))
    with pytest.raises(BadInput, match="tenure"):
        replan(begun(early, "A"), trial, previous, FIRST + 1)


def test_new_patches_enter_and_lost_ones_leave(in_process: None) -> None:
    ledger, trial, previous = history()
    now = Ledger((ledger.patches[0], ledger.patches[1], patch("D", cost_yuan=10)))
    again = replan(now, trial, previous, FIRST + 1)
    assert told(again) == [("C", "left", "gone"), ("D", "entered", "clause")]
    assert again.moves[1].clause == "completion"


def test_the_reference_is_the_earlier_plan() -> None:
    ledger, trial, previous = history()
    assert [p.planned_year for p in referenced(ledger, previous).patches] == [FIRST, FIRST + 1, FIRST + 1]
    past = fix_past(begun(ledger, "B"), trial, previous, FIRST + 1, ())
    assert past.fixed == {"B": FIRST}


def test_what_cannot_be_asked() -> None:
    ledger, trial, previous = history()
    for change, fault in (
        ({"as_of": LAST + 1}, "as_of_outside"),
        ({"paid": [Paid(source="municipal", year=LAST, yuan=1)]}, "paid_not_past"),
        ({"max_moves": 1, "price": 1.0}, "limit_or_price"),
        ({"max_moves": -1}, "out_of_range"),
    ):
        with pytest.raises(BadInput) as refused:
            replan(ledger, trial, previous, **{"as_of": FIRST + 1, **change})  # type: ignore[arg-type]
        assert [finding.id for finding in refused.value.findings] == [fault]
    with pytest.raises(BadInput) as refused:
        with_facts(ledger, Outturn.model_validate({"started": [{"patch": "Z", "on": dt.date(FIRST, 1, 1)}]}))
    assert refused.value.findings[0].column == "started[0].patch"


def test_categories_and_acceptance_enter_the_ledger() -> None:
    ledger, _, _ = history()
    facts = {
        "reclassified": [{"patch": "A", "treatment": "natural", "cost_yuan": 0, "reason": "recovers by itself"}],
        "accepted": [{"patch": "B", "on": dt.date(FIRST, 11, 1), "area_m2": 9_000}],
    }
    now = with_facts(begun(ledger, "B"), Outturn.model_validate(facts))
    one, other = now.by_id["A"], now.by_id["B"]
    assert (str(one.treatment.value), str(one.reclassified_from), one.change_record) == (
        "natural", str(ledger.patches[0].treatment), "recovers by itself",
    )  # fmt: skip
    assert (other.accepted_area_m2, other.actual_start) == (9_000, dt.date(FIRST, 4, 1))
