"""Plans side by side, worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from planner.advice.answer import changed
from planner.advice.compare import Planned, compare, gini, measured
from planner.findings import BadInput
from planner.ledger import Ledger
from planner.plan import Pick, PlanStatus
from planner.scenario import Scenario
from planner.scenario.parts import Horizon
from tests.planner.advice.plans import as_plan
from tests.planner.worlds import FIRST, LAST, patch, scenario


def world() -> tuple[Ledger, Scenario]:
    ledger = Ledger(
        (
            patch("A"),
            patch("B", district="South", area_m2=20_000, cost_yuan=300),
            patch("C", district="South", ever_licensed=False),
        )
    )
    budgets = [
        {"source": "municipal", "year": FIRST, "yuan": 400},
        {"source": "municipal", "year": FIRST + 1, "yuan": 9},
    ]
    return ledger, scenario(budgets=budgets, goals=[{"name": "waiting"}, {"name": "cost"}])


def plan_of(ledger: Ledger, trial: Scenario, **starts: int) -> Planned:
    return Planned(ledger, trial, as_plan(ledger, trial, [Pick(p, "standard", y) for p, y in starts.items()]))


def test_the_same_plan_differs_in_nothing() -> None:
    ledger, trial = world()
    one = plan_of(ledger, trial, A=FIRST, B=FIRST)
    found = compare([one, one])
    assert not found.against[0].changes
    assert not found.against[0].funding
    assert found.sides[0].goals == found.sides[1].goals
    assert {row.verdict for row in found.sides[1].districts} == {"same"}
    assert not found.sides[1].incomparable


def test_moved_entered_left_and_who_gains() -> None:
    """B (2 ha) waits two years, not none, C (1 ha) none, not three: South waits (2 · 2 + 0) / 3 and not 1."""
    ledger, trial = world()
    found = compare([plan_of(ledger, trial, A=FIRST, B=FIRST), plan_of(ledger, trial, B=LAST, C=FIRST)])
    kinds = {change.patch: (change.kind, change.before, change.after) for change in found.against[0].changes}
    assert kinds == {
        "A": ("left", ("standard", FIRST), None),
        "B": ("moved", ("standard", FIRST), ("standard", LAST)),
        "C": ("entered", None, ("standard", FIRST)),
    }
    first, other = found.sides
    waited = {row.district: row.waited for row in first.districts}
    assert waited == {"North": 0.0, "South": 1.0}
    assert {row.district: row.waited for row in other.districts} == {"North": 3.0, "South": pytest.approx(4 / 3)}
    assert [row.verdict for row in other.districts] == ["loses", "loses"]
    assert (first.fairness.gini_waited, first.fairness.least_waited, first.fairness.most_waited) == (0.5, 0.0, 1.0)
    assert [row.yuan for row in other.districts] == [0, 400]
    funding = {(row.source, row.district, row.year): (row.before, row.after) for row in found.against[0].funding}
    assert funding == {
        ("municipal", None, FIRST): (400, 0), ("municipal", None, LAST): (0, 300),
        ("district", "South", FIRST): (0, 100),
    }  # fmt: skip


def test_what_starts_in_the_first_year_and_one_plan_alone() -> None:
    """North has A (1 ha) in the first year; South B (2 ha) then and C (1 ha) later."""
    ledger, trial = world()
    one = plan_of(ledger, trial, A=FIRST, B=FIRST, C=LAST)
    alone = measured(one)
    assert {row.district: (row.first_year_m2, row.area_m2) for row in alone.districts} == {
        "North": (10_000, 10_000), "South": (20_000, 30_000),
    }  # fmt: skip
    assert alone == compare([one, one]).sides[0].model_copy(update={"name": ""})


def test_one_yardstick_for_every_plan() -> None:
    """The other scenario weighs scores and prices its own way; both plans are valued by the first."""
    ledger, trial = world()
    dear = Scenario.model_validate(
        {**{k: getattr(trial, k) for k in type(trial).model_fields}, "contingency_percent": 50}
    )
    found = compare([plan_of(ledger, trial, A=FIRST), plan_of(ledger, dear, A=FIRST)])
    assert found.sides[1].goals == found.sides[0].goals
    assert [(c.kind, c.paid_before, c.paid_after) for c in found.against[0].changes] == [
        ("payer", {"municipal": 100}, {"municipal": 150})
    ]


def test_what_cannot_be_compared_is_said_and_the_rest_is() -> None:
    ledger, trial = world()
    other = Ledger((patch("A", cost_yuan=120), ledger.patches[1], patch("Z")))
    longer = changed(trial, horizon=Horizon(first=FIRST, last=LAST + 1))
    found = compare([plan_of(ledger, trial, A=FIRST), plan_of(other, longer, A=FIRST, B=LAST + 1, Z=FIRST)])
    said = {lack.kind: lack.items for lack in found.sides[1].incomparable}
    assert said == {
        "horizon": (f"{FIRST}–{LAST}", f"{FIRST}–{LAST + 1}"), "not_in_first": ("Z",), "only_in_first": ("C",),
        "years": ("B",), "differs": ("cost_yuan (1)", "options (1)"),
    }  # fmt: skip
    assert found.sides[1].planned == 1
    assert "waiting" not in found.sides[1].goals
    assert found.sides[1].goals["area"] == 10_000
    assert {change.patch for change in found.against[0].changes} == {"A", "B", "Z"}


def test_other_payers_are_told() -> None:
    ledger, trial = world()
    half = changed(trial, clauses={**trial.clauses, "payer": {"mode": "hard", "municipal_share_percent": 50}})
    found = compare([plan_of(ledger, trial, A=FIRST), plan_of(ledger, half, A=FIRST)])
    assert [(lack.kind, lack.items) for lack in found.sides[1].incomparable] == [("payers", ("A", "B"))]
    (change,) = found.against[0].changes
    assert (change.kind, change.paid_after) == ("payer", {"municipal": 50, "district/North": 50})


def test_gini() -> None:
    assert gini([Fraction(1)] * 4) == 0.0
    assert gini([Fraction(0), Fraction(0), Fraction(0), Fraction(1)]) == 0.75
    assert gini([Fraction(1), Fraction(3)]) == 0.25
    assert gini([]) == 0.0


def test_what_is_not_to_be_compared() -> None:
    ledger, trial = world()
    one = plan_of(ledger, trial, A=FIRST)
    with pytest.raises(BadInput):
        compare([one])
    without = one._replace(plan=one.plan.with_certificate(status=PlanStatus.IMPOSSIBLE))
    with pytest.raises(BadInput):
        compare([one, without])
