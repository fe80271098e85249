"""Worth of money: hand-worked gains, and no gain beyond what duality allows."""

from __future__ import annotations

import random

import pytest

from planner import BadInput, Ledger, PlanStatus, make_plan, worth
from planner.advice.worth import Worth, Worths
from planner.scenario import Scenario, with_changes
from tests.planner.random_worlds import random_ledger, random_scenario
from tests.planner.worlds import FIRST, LAST, patch, scenario, small


def of(answer: Worths, year: int, source: str = "municipal") -> Worth:
    return next(one for one in answer.purses if (one.source, one.year) == (source, year))


def tight() -> tuple[Ledger, Scenario]:
    """A costs 100, B 60, C 40; 100 yuan in the first year, 60 in the second, 40 in the third, 30 idle in a district."""
    ledger = Ledger((patch("A", cost_yuan=100), patch("B", cost_yuan=60), patch("C", cost_yuan=40)))
    money = [{"source": "municipal", "year": FIRST + i, "yuan": yuan} for i, yuan in enumerate((100, 60, 40))]
    money.append({"source": "district", "district": "North", "year": FIRST, "yuan": 30})
    return ledger, scenario(
        clauses={"completion": "hard", "purse_accounts": "hard"}, budgets=money, goals=[{"name": "waiting"}]
    )


@pytest.mark.usefixtures("in_process")
def test_the_worth_of_forty_yuan_by_hand() -> None:
    """Each patch that waits a year counts 500,000: A, B and C go one a year and wait 0, 1 and 2.

    40 yuan more in the first year bring C forward by two years; in the second, A may wait a year and B and C go first;
    in the third they bring nothing.
    """
    ledger, trial = tight()
    plan = make_plan(ledger, trial)
    assert {task.patch: task.start for task in plan.schedule} == {"A": FIRST, "B": FIRST + 1, "C": LAST}
    answer = worth(ledger, trial, plan, step_yuan=40)
    first, second, last = (of(answer, FIRST + i) for i in range(3))
    assert [(gain.goal, gain.change) for gain in first.goals] == [("waiting", -1_000_000)]
    assert [(move.patch, move.before, move.after) for move in first.brought_forward] == [("C", LAST, FIRST)]
    assert [(gain.goal, gain.change) for gain in second.goals] == [("waiting", -1_000_000)]
    assert [move.patch for move in second.brought_forward] == ["B", "C"]
    assert [(move.patch, move.before, move.after) for move in second.put_back] == [("A", FIRST, FIRST + 1)]
    assert not last.better
    assert first.proved
    assert answer.without == ()
    assert {one.year for one in answer.purses if one.better} == {FIRST, FIRST + 1}
    assert [(idle.source, idle.year, idle.priced) for idle in answer.idle if idle.lapsed == 30] == [
        ("district", FIRST, False)
    ]
    assert not any(idle.lapsed for idle in answer.idle if idle.source == "municipal")


@pytest.mark.usefixtures("in_process")
def test_a_gain_is_what_planning_again_finds_and_keeps_the_price() -> None:
    """On small worlds every plan is within reach, so the first goal's gain is that of planning anew with the step."""
    better = 0
    for seed in range(60):
        rng = random.Random(f"worth-{seed}")
        ledger = random_ledger(rng, patches=4)
        goals = [{"name": rng.choice(["waiting", "benefit", "cost"])}]
        trial = random_scenario(rng, ledger, ["completion", "purse_accounts", "locks"], goals=goals)
        plan = make_plan(ledger, trial)
        if plan.status is not PlanStatus.OPTIMAL or any(own.soft for own in trial.clauses.values()):
            continue
        answer = worth(ledger, trial, plan, step_yuan=60, seconds=60)
        assert not answer.without
        for one in answer.purses:
            assert one.asked
            assert one.agrees is not False
            key = (one.source, one.district, one.year)
            richer = [b.model_dump(mode="json") for b in trial.budgets if (b.source, b.district, b.year) != key]
            had = sum(b.yuan for b in trial.budgets if (b.source, b.district, b.year) == key)
            richer.append({"source": key[0], "district": key[1], "year": key[2], "yuan": had + 60})
            again = make_plan(ledger, with_changes(trial, {"budgets": richer}))
            gain = again.certificate.goals[0].value - plan.certificate.goals[0].value
            if one.better:
                better += 1
                assert sum(change.change for change in one.goals) == gain
            elif any(price > 0 for price in one.price.values()):
                assert gain == 0
    assert better > 5, better


def test_a_plan_without_schedule_and_a_step_of_nothing_are_refused() -> None:
    ledger, trial = small()
    plan = make_plan(ledger, trial)
    with pytest.raises(BadInput, match="no amount"):
        worth(ledger, trial, plan, step_yuan=0)
