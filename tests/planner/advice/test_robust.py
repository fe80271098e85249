"""A robust plan and its price, by hand."""

from __future__ import annotations

import pytest

from planner.advice.risks import Overrun, Risks, Shape
from planner.advice.robust import robust
from planner.audit import audit
from planner.findings import BadInput
from planner.ledger import Ledger
from planner.plan import PlanStatus
from planner.scenario import Scenario
from tests.planner.worlds import FIRST, patch, scenario

UP = Risks.costs_only(Overrun(shape=Shape.TWO_POINT, up=0.1, chance=0.5))


def two(first: int, second: int) -> tuple[Ledger, Scenario]:
    ledger = Ledger((patch("A", bottom_line=90), patch("B")))
    budgets = [{"source": "municipal", "year": FIRST + i, "yuan": yuan} for i, yuan in enumerate((first, second))]
    clauses = {"purse_accounts": "hard", "completion": "hard"}
    return ledger, scenario(clauses=clauses, budgets=budgets, goals=[{"name": "waiting"}])


def test_one_patch_waits_a_year_so_that_the_purse_withstands(in_process: None) -> None:
    """200 yuan pay for both at once, not for one of them at 110; B (score 50) then waits a year: 50 · 10,000."""
    ledger, trial = two(200, 110)
    found = robust(ledger, trial, gamma=1, percent=10, draws=200, risks=UP)
    assert [task.start for task in found.nominal_plan.schedule] == [FIRST, FIRST]
    assert {task.patch: task.start for task in found.plan.schedule} == {"A": FIRST, "B": FIRST + 1}
    assert found.price == {"waiting": 500_000}
    assert not found.short
    assert audit(ledger, found.scenario, found.plan).clean
    assert found.stressed is not None
    assert found.stressed_nominal is not None
    assert found.stressed.all.holds == 1.0
    assert found.stressed_nominal.all.holds < 0.9


def test_where_nothing_withstands_it_the_nearest_plan_says_what_is_missing(in_process: None) -> None:
    """105 and 105 yuan: either way a year lacks 5 of its 110 (one overrun at a time)."""
    ledger, trial = two(105, 105)
    found = robust(ledger, trial, gamma=1, percent=10, draws=20, risks=UP)
    assert found.status is PlanStatus.OPTIMAL
    assert [(breach.place, breach.amount) for breach in found.short] == [("municipal", 5)]
    assert not audit(ledger, found.scenario, found.plan).findings


def test_a_reserve_that_covers_four_draws_in_five(in_process: None) -> None:
    """Both works cost 10 % more in all draws: of 220 yuan needed 20 are the reserve, 9.1 %, so 10 %."""
    ledger, trial = two(230, 230)
    always = Risks.costs_only(Overrun(shape=Shape.TWO_POINT, up=0.1, chance=1.0))
    found = robust(ledger, trial, quantile=0.8, draws=20, risks=always)
    assert found.reserve_percent == 10
    assert found.stressed is not None
    assert found.stressed.all.holds == 1.0
    assert found.scenario.clause("purse_accounts").reserve_percent == 10


@pytest.mark.parametrize("asked", [{}, {"gamma": 1, "quantile": 0.5}, {"gamma": -1}, {"quantile": 1.0}])
def test_what_cannot_be_asked(asked: dict[str, float]) -> None:
    with pytest.raises(BadInput):
        robust(*two(1, 1), **asked)  # type: ignore[arg-type]
