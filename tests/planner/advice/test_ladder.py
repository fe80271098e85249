"""More money never takes a promise away."""

from __future__ import annotations

import random
from decimal import Decimal
from itertools import pairwise

import pytest

from planner.advice.ladder import broken_promises, ladder
from planner.audit import audit
from planner.findings import BadInput
from planner.ledger import Ledger
from planner.plan import Pick
from planner.scenario import Scenario
from tests.planner.advice.plans import as_plan
from tests.planner.random_worlds import random_ledger, random_scenario
from tests.planner.worlds import FIRST, patch, scenario


def jealous() -> tuple[Ledger, Scenario]:
    """100 yuan buy A (benefit 10); 200 buy B alone (benefit 25), or A and something small: the best of each differ."""
    ledger = Ledger(
        (
            patch("A", cost_yuan=100, benefit=Decimal(10)),
            patch("B", cost_yuan=200, benefit=Decimal(25)),
            patch("C", cost_yuan=100, benefit=Decimal(9)),
        )
    )
    trial = scenario(
        clauses={"purse_accounts": "hard"}, mode="rationed", goals=[{"name": "benefit"}],
        budgets=[{"source": "municipal", "year": FIRST, "yuan": 100}],
    )  # fmt: skip
    return ledger, trial


def test_promises_are_kept_and_their_price_is_said(in_process: None) -> None:
    """Twice the money by itself gives A up for B, 25; keeping A it does A and C, 19: the promise costs 6."""
    ledger, trial = jealous()
    found = ladder(ledger, trial, ["2", "1"])
    poor, rich = found.rungs
    assert [rung.scale for rung in found.rungs] == ["1", "2"]
    assert [task.patch for task in poor.plan.schedule] == ["A"]
    assert [task.patch for task in rich.plan.schedule] == ["A", "C"]
    assert (rich.own["benefit"], rich.values["benefit"], rich.price["benefit"]) == (25, 19, 6)
    assert poor.price["benefit"] == 0
    assert broken_promises(poor.own_plan, rich.own_plan) == ["A"]


def test_downward_from_the_richest_only_what_it_does(in_process: None) -> None:
    """With 200 in hand B is planned; 100 may then only do what the richer plan does, and B is too dear: nothing."""
    ledger, trial = jealous()
    poor, rich = ladder(ledger, trial, ["1", "2"], anchor="2").rungs
    assert [task.patch for task in rich.plan.schedule] == ["B"]
    assert not poor.plan.schedule
    assert poor.price["benefit"] == 10


def test_random_ladders_contain_each_other(in_process: None) -> None:
    steps = 0
    for seed in range(14):
        rng = random.Random(f"ladder-{seed}")
        ledger = Ledger(random_ledger(rng, patches=4).patches)
        trial = random_scenario(rng, ledger, ["purse_accounts", "tenure"])
        rungs = ladder(ledger, trial, ["0.5", "1", "1.5"]).rungs
        for rung in rungs:
            assert audit(ledger, rung.scenario, rung.plan).clean
        withplan = [rung for rung in rungs if rung.status.has_plan]
        for poorer, richer in pairwise(withplan):
            assert not broken_promises(poorer.plan, richer.plan)
            steps += bool(poorer.plan.schedule)
        for rung in withplan:
            leading = next(iter(rung.price), None)
            assert leading is None or rung.price[leading] >= 0
    assert steps > 8


def test_a_promise_is_broken_by_leaving_out_and_by_putting_off() -> None:
    ledger, trial = jealous()
    one = as_plan(ledger, trial, [Pick("A", "standard", FIRST), Pick("C", "standard", FIRST)])
    other = as_plan(ledger, trial, [Pick("A", "standard", FIRST + 1), Pick("B", "standard", FIRST)])
    assert broken_promises(one, other) == ["A", "C"]
    assert not broken_promises(one, one)


@pytest.mark.parametrize("scales", [["1"], ["1", "1.0"], ["0", "1"]])
def test_a_ladder_needs_two_budgets(scales: list[str]) -> None:
    with pytest.raises(BadInput, match="scales"):
        ladder(*jealous(), scales)
