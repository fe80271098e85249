"""Inside the urban growth boundary the user whom the ledger names pays: task area, but nobody's budget."""

from __future__ import annotations

from typing import Any

import pytest

from planner import BadInput, audit, make_plan
from planner.audit import audit_body
from planner.ledger import Ledger, PatchKind
from planner.plan import Grant, Pick, PlanStatus, build_body
from planner.scenario import Scenario
from tests.planner.cases.base import pick
from tests.planner.in_process import in_process  # noqa: F401
from tests.planner.worlds import FIRST, LAST, patch, scenario

pytestmark = pytest.mark.usefixtures("in_process")

CLAUSES = {"completion": "hard", "purse_accounts": "hard"}
INSIDE: dict[str, Any] = {"urban_growth_boundary": True, "named_user": "合成用地单位"}
LEDGER = Ledger((patch("A", **INSIDE), patch("B")))


def world(**fields: Any) -> Scenario:
    """Money for one of the two patches."""
    return scenario(**{
        "clauses": CLAUSES, "budgets": [{"source": "municipal", "year": FIRST, "yuan": 100}],
        "goals": [{"name": "waiting"}, {"name": "cost"}], "holding": {
            "cover_yuan_per_hectare_year": 7, "aftercare_yuan_per_hectare_year": 11, "aftercare_years": 1,
            "mobilisation_yuan": 5,
        }, **fields,
    })  # fmt: skip


def test_the_user_pays_whole_and_the_area_is_a_task() -> None:
    plan = make_plan(LEDGER, world())
    assert plan.status is PlanStatus.OPTIMAL
    assert {(c.patch, c.source, c.district, c.vintage, c.yuan) for c in plan.commitments} == {
        ("A", "user", None, None, 100), ("B", "municipal", None, FIRST, 100),
    }  # fmt: skip
    assert {(c.patch, c.source) for c in plan.cash} == {("A", "user"), ("B", "municipal")}
    assert [(a.source, a.used) for a in plan.accounts] == [("municipal", {FIRST: 100})]
    metrics = plan.metrics
    assert metrics is not None
    assert metrics.task_area_m2[FIRST] == 20_000
    assert metrics.commitments_by_source == {
        "municipal": {FIRST: 100, FIRST + 1: 0, LAST: 0}, "user": {FIRST: 100, FIRST + 1: 0, LAST: 0},
    }  # fmt: skip
    assert metrics.total_yuan == 200
    # B alone: its works, a year of aftercare and setting up; the user holds and sets up at their own cost
    assert metrics.goals["cost"] == 100 + 11 + 5
    assert metrics.goals["scattered"] == 1


def test_a_site_of_a_user_that_waits_costs_the_government_nothing() -> None:
    body = build_body(LEDGER, world(), (pick("B", FIRST),))
    assert body.metrics is not None
    assert body.metrics.cover_yuan == 0
    assert body.metrics.goals["cost"] == 100 + 11 + 5


@pytest.mark.parametrize(
    "fields",
    [{"urban_growth_boundary": True}, {"named_user": "合成用地单位"}, {**INSIDE, "named_user": "无"},
     {**INSIDE, "named_user": "—"}],
)  # fmt: skip
def test_it_takes_both_the_boundary_and_a_name(fields: dict[str, Any]) -> None:
    ledger = Ledger((patch("A", **fields), patch("B")))
    plan = make_plan(ledger, world())
    assert plan.status is PlanStatus.IMPOSSIBLE
    assert plan.certificate.shortfall is not None
    assert plan.certificate.shortfall.yuan == 100


def test_the_setting_switches_it_off() -> None:
    off = world(clauses={**CLAUSES, "payer": {"user_pays": False}})
    assert make_plan(LEDGER, off).status is PlanStatus.IMPOSSIBLE
    rich = world(
        clauses={**CLAUSES, "payer": {"user_pays": False}},
        budgets=[{"source": "municipal", "year": FIRST, "yuan": 200}],
    )
    plan = make_plan(LEDGER, rich)
    assert {c.source for c in plan.commitments} == {"municipal"}
    assert plan.metrics is not None
    assert plan.metrics.goals["cost"] == 200 + 22 + 10


def test_an_enterprise_mine_stays_the_enterprises() -> None:
    ledger = Ledger((patch("M", kind=PatchKind.CLOSED_OR_PRODUCING_MINE, cost_yuan=0, **INSIDE),))
    plan = make_plan(ledger, world(clauses={**CLAUSES, "enterprise_mines": "hard"}))
    assert plan.metrics is not None
    assert plan.metrics.total_area_m2 == 0


@pytest.mark.parametrize("basis", ["commitments", "cash"])
def test_the_money_of_a_first_year_task_is_that_of_all_payers(basis: str) -> None:
    """200 yuan start in the first year, 100 of them the user's; 199 allow one patch only."""
    for most, started in ((200, 2), (199, 1)):
        trial = world(
            clauses={**CLAUSES, "first_year_task": {"mode": "hard", "max_yuan": most}}, basis=basis,
            budgets=[{"source": "municipal", "year": year, "yuan": 100} for year in (FIRST, FIRST + 1)],
        )  # fmt: skip
        plan = make_plan(LEDGER, trial)
        assert sum(task.start == FIRST for task in plan.schedule) == started


def test_social_money_counts_in_the_first_year_task_too() -> None:
    trial = world(
        clauses={**CLAUSES, "first_year_task": {"mode": "hard", "min_yuan": 200}},
        sources=[{"source": "social"}], budgets=[{"source": "social", "year": FIRST, "yuan": 100}],
    )  # fmt: skip
    assert make_plan(LEDGER, trial).status is PlanStatus.OPTIMAL


def test_no_source_funds_a_users_site() -> None:
    trial = world(sources=[{"source": "central"}], budgets=[
        {"source": "central", "year": FIRST, "yuan": 200}, {"source": "municipal", "year": FIRST, "yuan": 200},
    ])  # fmt: skip
    assert {g.patch for g in make_plan(LEDGER, trial).auxiliary.grants} <= {"B"}
    grant = Grant(
        patch="A", year=FIRST, from_source="user", from_district=None, source="central", district=None, yuan=40
    )
    result = audit_body(LEDGER, trial, build_body(LEDGER, trial, (pick("A", FIRST), pick("B", FIRST)), (grant,)))
    told = [(f.clause, f.place, f.amount) for f in result.findings]
    assert ("payer", "commitments/A/central", 40) in told
    assert ("auxiliary", "auxiliary.grants[0]", 40) in told


def test_a_user_has_no_budget() -> None:
    with pytest.raises(BadInput) as caught:
        scenario(budgets=[{"source": "user", "year": FIRST, "yuan": 1}])
    assert [f.key for f in caught.value.findings] == ["scenario.user_budget"]
    with pytest.raises(BadInput) as caught:
        scenario(sources=[{"source": "user"}])
    assert [f.key for f in caught.value.findings] == ["scenario.bad_source"]


@pytest.mark.parametrize(("old", "new", "place"), [("user", "municipal", "A"), ("municipal", "user", "B")])
def test_a_patch_moved_to_another_payer_is_refused(old: str, new: str, place: str) -> None:
    plan = make_plan(LEDGER, world())
    moved = plan.model_copy(update={
        series: tuple(row.model_copy(update={"source": new}) if row.source == old else row for row in rows)
        for series, rows in (("commitments", plan.commitments), ("cash", plan.cash))
    })  # fmt: skip
    told = [(f.clause, f.place, f.amount) for f in audit(LEDGER, world(), moved.sealed()).findings]
    assert ("payer", f"commitments/{place}/{new}", 100) in told
    assert ("payer", f"cash/{place}/{new}", 100) in told


def test_charged_holding_leaves_users_alone() -> None:
    """Cover of two waiting years for B only, and its setting up; A's waiting charges nobody."""
    trial = world(
        charge_holding=True, clauses={"purse_accounts": "hard"},
        budgets=[{"source": "municipal", "year": year, "yuan": 200} for year in range(FIRST, LAST + 1)]
        + [{"source": "district", "district": "North", "year": LAST, "yuan": 5}],
    )  # fmt: skip
    body = build_body(LEDGER, trial, (pick("A", LAST), pick("B", LAST)))
    within = [(row.kind, row.place, row.source, row.year, row.yuan) for row in body.holding if row.year <= LAST]
    assert sorted(within) == [
        ("cover", "B", "municipal", FIRST, 7), ("cover", "B", "municipal", FIRST + 1, 7),
        ("mobilisation", "North/B", "district", LAST, 5),
    ]  # fmt: skip
    assert audit_body(LEDGER, trial, body).clean
    assert make_plan(LEDGER, trial).status.has_plan


def test_picks_by_hand_agree_with_the_programme() -> None:
    plan = make_plan(LEDGER, world())
    again = build_body(LEDGER, world(), [Pick(t.patch, t.option, t.start) for t in plan.schedule])
    assert again.commitments == plan.commitments
