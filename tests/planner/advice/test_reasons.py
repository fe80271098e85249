"""`why` against solving again by hand: the plan with a lock, through the public API."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal

import pytest

from planner import BadInput, Ledger, Plan, PlanStatus, Scenario, make_plan, marginal_prices, why
from planner.advice.reasons import at_once
from planner.ledger import Option
from planner.plan import Pick, build_body
from planner.scenario import GoalName
from tests.planner.cases import DRAWS
from tests.planner.random_worlds import random_ledger, random_scenario
from tests.planner.worlds import ALL_ON, FIRST, LAST, patch, scenario, small

WANTED = 30


def with_lock(trial: Scenario, name: str, year: int | None) -> Scenario | None:
    """The scenario with one lock more; None where it contradicts what the scenario says."""
    data = trial.model_dump(mode="json", serialize_as_any=True)
    kind = "excluded" if year is None else "year"
    if year is None:  # beside it, a lock to some years says nothing more, and counts as a contradiction
        data["locks"] = [lock for lock in data["locks"] if lock["patch"] != name]
    data["locks"].append({"patch": name, "kind": kind, "year": year, "reason": "by hand"})
    try:
        return Scenario.model_validate(data)
    except BadInput:
        return None


def planned_worlds() -> Iterator[tuple[Ledger, Scenario, Plan]]:
    seed = 0
    while True:
        seed += 1
        rng = random.Random(f"why-{seed}")
        ledger = random_ledger(rng, patches=5)
        drawn = rng.sample(sorted(set(DRAWS) - {"locks"}), k=1)
        goals = [{"name": name} for name in rng.sample(["waiting", "cost", "benefit", "waiting_tier_1"], k=2)]
        trial = random_scenario(rng, ledger, [*drawn, "locks", "purse_accounts"], goals=goals)
        if any(settings.soft for settings in trial.clauses.values()):
            continue
        plan = make_plan(ledger, trial)
        if plan.status is PlanStatus.OPTIMAL:
            yield ledger, trial, plan


@pytest.mark.usefixtures("in_process")
def test_why_agrees_with_a_lock_set_by_hand_on_thirty_patches() -> None:
    rng = random.Random(5)
    impossible = solved = moved = 0
    worlds = planned_worlds()
    for _ in range(WANTED):
        ledger, trial, plan = next(worlds)
        name = rng.choice([task.patch for task in plan.schedule] or [ledger.patches[0].patch])
        start = {task.patch: task.start for task in plan.schedule}
        answer = why(ledger, trial, plan, name, seconds=60)
        assert (answer.decision.start if answer.decision else None) == start.get(name)
        assert {year.year for year in answer.years} >= set(trial.horizon.years)
        for year in answer.years:
            locked = with_lock(trial, name, year.year)
            by_hand = make_plan(ledger, locked) if locked is not None else None
            if year.outcome == "planned":
                assert by_hand is not None
                assert [g.value for g in by_hand.certificate.goals] == [g.value for g in plan.certificate.goals]
            elif year.outcome in ("removed", "no_option", "impossible"):
                impossible += 1
                assert by_hand is None or by_hand.status is PlanStatus.IMPOSSIBLE
                assert year.outcome != "removed" or year.clauses
                if year.missing:
                    assert by_hand is not None
                    short = by_hand.certificate.shortfall
                    assert short is not None
                    assert short.missing == year.missing
            else:
                solved += 1
                assert by_hand is not None
                assert year.outcome == by_hand.status == PlanStatus.OPTIMAL
                for cost, goal, own in zip(year.goals, by_hand.certificate.goals, plan.certificate.goals, strict=True):
                    assert (cost.name, cost.value, cost.change) == (goal.name, goal.value, goal.value - own.value)
                    assert cost.proved
                moved += bool(year.moves)
    assert min(impossible, solved) > 10, (impossible, solved)
    assert moved >= 3


@pytest.mark.usefixtures("in_process")
def test_reasons_worked_out_by_hand() -> None:
    """A, B and C each take the one year's money there is; B to 2031 pushes A to 2032, and nothing else moves."""
    ledger, trial = small()
    plan = make_plan(ledger, trial)
    answer = why(ledger, trial, plan, "B")
    assert answer.decision is not None
    assert (answer.decision.start, answer.decision.payers[0].yuan) == (FIRST + 1, 100)
    assert answer.required == ("completion",)
    assert [(row.clause, row.place.en) for row in answer.tight] == [("purse_accounts", f"municipal budget {FIRST + 1}")]
    first, own, last = answer.years
    assert own.outcome == "planned"
    assert [(m.patch, m.before, m.after) for m in first.moves] == [("A", FIRST, FIRST + 1)]
    assert first.fewest
    assert [(goal.name, goal.change) for goal in first.goals] == [("waiting_focal", 500_000), ("waiting", 0)]
    assert [(row.clause, row.amount, row.unit) for row in first.in_the_way] == [("purse_accounts", 100, "yuan")]
    assert last.outcome == "impossible"
    assert [(m.source, m.district, m.year, m.yuan) for m in last.missing] == [("municipal", None, LAST, 100)]
    facts = {fact.field: fact.value.en for group in answer.card.groups for fact in group.facts}
    assert facts["tier"] == "2"
    assert facts["ever_licensed"] == "yes"


@pytest.mark.usefixtures("in_process")
def test_years_that_clauses_or_the_ledger_rule_out_are_named() -> None:
    ledger = Ledger(
        (patch("A", tenure_clear_from=FIRST + 1),),
        (Option(patch="A", option="early", cost_yuan=1, last_start=FIRST + 1),),
    )
    trial = scenario(clauses={"tenure": "hard", "completion": "hard"})
    answer = why(ledger, trial, make_plan(ledger, trial), "A")
    assert [(year.outcome, year.clauses) for year in answer.years] == [
        ("removed", ("tenure",)), ("planned", ()), ("no_option", ()),
    ]  # fmt: skip


@pytest.mark.usefixtures("in_process")
def test_an_unplanned_patch_says_what_each_year_would_take() -> None:
    """100 yuan for two patches: the better one has it; the other in its place loses 9 of benefit."""
    ledger = Ledger((patch("A", benefit=Decimal(10)), patch("B", benefit=Decimal(1))))
    budgets = [{"source": "municipal", "year": FIRST, "yuan": 100}]
    trial = scenario(
        clauses={"purse_accounts": "hard"}, mode="rationed", budgets=budgets, goals=[{"name": GoalName.BENEFIT}]
    )
    answer = why(ledger, trial, make_plan(ledger, trial), "B")
    assert answer.decision is None
    assert not answer.required
    assert [(m.patch, m.before, m.after) for m in answer.years[0].moves] == [("A", FIRST, None)]
    assert [(goal.change, goal.proved) for goal in answer.years[0].goals] == [(-9, True)]
    assert answer.years[1].outcome == "impossible"


@pytest.mark.usefixtures("in_process")
def test_a_marginal_price_is_never_more_than_what_the_year_costs() -> None:
    """A reduced cost bounds what forcing the start costs beside the relaxation's optimum."""
    worlds = planned_worlds()
    priced = 0
    for _ in range(6):
        ledger, trial, plan = next(worlds)
        lead = trial.ordered_goals[0].name
        for row in marginal_prices(ledger, trial, plan).patches:
            for year in row.years:
                locked = with_lock(trial, row.patch, year.year)
                made = make_plan(ledger, locked) if locked is not None else None
                if year.goals is None:
                    assert made is None or made.status is PlanStatus.IMPOSSIBLE
                elif made is not None and made.status.has_plan:
                    change = made.certificate.goals[0].value - plan.certificate.goals[0].value
                    worse = -change if lead.maximised else change
                    gap = abs(relaxed_value(ledger, trial) - plan.certificate.goals[0].value)
                    assert year.goals[lead] <= worse + gap + 1e-6
                    priced += year.goals[lead] > 0
    assert priced


def relaxed_value(ledger: Ledger, trial: Scenario) -> float:
    from planner.model import formulate
    from planner.model.relaxation import relax

    formulation = formulate(ledger, trial)
    name = trial.ordered_goals[0].name
    relaxed = relax(formulation.problem(name))
    assert relaxed is not None
    return relaxed.value / float(formulation.objective(name).scale)


def test_what_cannot_be_asked_is_refused() -> None:
    ledger, trial = small()
    plan = make_plan(ledger, trial)
    with pytest.raises(BadInput, match="no patch"):
        why(ledger, trial, plan, "Z")
    short = make_plan(ledger, scenario(clauses=ALL_ON))
    with pytest.raises(BadInput, match="no schedule"):
        why(ledger, scenario(clauses=ALL_ON), short, "A")


@pytest.mark.usefixtures("in_process")
def test_what_is_known_at_once_is_what_why_says_without_its_solves() -> None:
    """Years that need no solve are the same; of the others it says what the move alone breaks, or what it costs."""
    rng = random.Random(7)
    worlds = planned_worlds()
    opened = free = 0
    for _ in range(8):
        ledger, trial, plan = next(worlds)
        name = rng.choice([task.patch for task in plan.schedule] or [ledger.patches[0].patch])
        known, answer = at_once(ledger, trial, plan, name), why(ledger, trial, plan, name, seconds=20)
        assert known.model_copy(update={"years": ()}) == answer.model_copy(update={"years": (), "seconds": 0.0})
        picks = {task.patch: Pick(task.patch, task.option, task.start) for task in plan.schedule}
        for one, other in zip(known.years, answer.years, strict=True):
            if one.outcome != "open":
                assert one == other
                continue
            opened += 1
            assert (one.year, one.in_the_way) == (other.year, other.in_the_way)
            if one.in_the_way:
                assert not one.goals
            elif one.year is None or name in picks:
                free += 1
                moved = {key: pick for key, pick in picks.items() if key != name}
                if one.year is not None:
                    moved[name] = picks[name]._replace(start=one.year)
                body = build_body(ledger, trial, moved.values(), plan.auxiliary.grants)
                assert body.metrics is not None
                assert {goal.name: goal.value for goal in one.goals} == {
                    goal.name: body.metrics.goals[goal.name] for goal in one.goals
                }
                assert {goal.name for goal in one.goals} == {goal.name for goal in plan.certificate.goals}
    assert opened > 5
    assert free > 2
