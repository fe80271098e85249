"""Moves against an earlier plan, and the goals that lean: by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from planner import BadInput, make_plan
from planner.audit import audit_body
from planner.audit.case import Case
from planner.audit.goals import goal_value
from planner.ledger import Ledger, Option, PatchKind, Recovery, Treatment
from planner.model import formulate
from planner.plan import Breach, PlanStatus, build_body
from planner.scenario import GoalName
from tests.planner.cases.base import pick
from tests.planner.in_process import in_process  # noqa: F401
from tests.planner.worlds import FIRST, LAST, patch, scenario

pytestmark = pytest.mark.usefixtures("in_process")

PLANNED = Ledger(
    (
        patch("A", planned_year=FIRST), patch("B", planned_year=FIRST), patch("C"),
        patch("D", planned_year=FIRST - 1, cost_yuan=0), patch("N", planned_year=FIRST, treatment=Treatment.NATURAL),
        patch("M", planned_year=LAST, kind=PatchKind.CLOSED_OR_PRODUCING_MINE, cost_yuan=0),
    )
)  # fmt: skip


def moving(maximum: int, mode: str = "hard", **fields: Any) -> Any:
    """Money for one patch a year: of A and B one has to move; D was planned before the horizon and has moved anyway."""
    return scenario(
        clauses={
            "completion": "hard", "purse_accounts": "hard", "enterprise_mines": "hard", "natural_recovery": "hard",
            "moves": {"mode": mode, "maximum": maximum},
        },
        budgets=[{"source": "municipal", "year": year, "yuan": 100} for year in range(FIRST, LAST + 1)],
        **{"goals": [{"name": "waiting"}], **fields},
    )  # fmt: skip


@pytest.mark.parametrize(("maximum", "status"), [(2, PlanStatus.OPTIMAL), (1, PlanStatus.IMPOSSIBLE)])
def test_at_most_so_many_leave_their_year(maximum: int, status: PlanStatus) -> None:
    plan = make_plan(PLANNED, moving(maximum))
    assert plan.status is status
    if plan.metrics:
        starts = {task.patch: task.start for task in plan.schedule}
        assert FIRST in (starts["A"], starts["B"])
        assert starts["M"] == LAST
        assert plan.metrics.goals["moves"] == 2


def test_one_moved_too_many_is_told() -> None:
    picks = (pick("A", FIRST + 1), pick("B", FIRST), pick("M", LAST))
    trial = scenario(clauses={"moves": {"maximum": 1}})
    (finding,) = audit_body(PLANNED, trial, build_body(PLANNED, trial, picks)).findings
    assert (finding.clause, finding.place, finding.amount, finding.unit) == ("moves", f"{FIRST}-{LAST}", 1, "patches")
    enough = scenario(clauses={"moves": {"maximum": 2}})
    assert audit_body(PLANNED, enough, build_body(PLANNED, enough, picks)).clean


def test_one_left_out_has_moved() -> None:
    trial = scenario(clauses={"moves": {"maximum": 1}})
    picks = (pick("A", FIRST), pick("B", FIRST))
    told = [(f.clause, f.amount) for f in audit_body(PLANNED, trial, build_body(PLANNED, trial, picks)).findings]
    assert told == [("moves", 1)]  # M and D


def test_softly_the_fewest_move() -> None:
    plan = make_plan(PLANNED, moving(0, "soft"))
    assert plan.status is PlanStatus.OPTIMAL
    assert plan.auxiliary.breaches == (
        Breach(clause="moves", place=f"{FIRST}-{LAST}", amount=2, target=0, unit="patches"),
    )
    assert plan.certificate.goals[0].value == 2_000_000


def test_where_no_patch_has_a_year_there_is_no_row() -> None:
    trial = scenario(clauses={"moves": "hard"})
    ledger = Ledger((patch("A"), patch("N", planned_year=FIRST, treatment=Treatment.NATURAL)))
    assert not [name for name in formulate(ledger, trial).problem(GoalName.COST).row_names if "moves" in name]
    assert audit_body(ledger, trial, build_body(ledger, trial, ())).clean


def test_named_alone_it_lets_nobody_move_and_unnamed_it_is_off() -> None:
    assert scenario(clauses={"moves": "hard"}).clause("moves").maximum == 0
    assert not scenario().clause("moves").on
    with pytest.raises(BadInput, match="maximum"):
        scenario(clauses={"moves": {"maximum": -1}})
    with pytest.raises(BadInput, match="maximum"):
        scenario(clauses={"moves": {"maximum": "all"}})


def test_the_goal_moves_as_few_as_can_be() -> None:
    plan = make_plan(PLANNED, moving(9, goals=[{"name": "moves"}]))
    assert plan.certificate.goals[0].value == 2
    assert plan.certificate.goals[0].proved


VERIFIED = dt.date(FIRST - 1, 9, 1)


def values(ledger: Ledger, picks: tuple[Any, ...], *goals: GoalName) -> list[Any]:
    """What plan and auditor both say of goals."""
    trial = scenario()
    body = build_body(ledger, trial, picks)
    assert body.metrics is not None
    for name in goals:
        assert goal_value(Case(ledger, trial, body), name, ()) == body.metrics.goals[str(name)]
    return [body.metrics.goals[str(name)] for name in goals]


def test_waiting_for_arable_land_and_corridors() -> None:
    """Score 50 on a hectare: two years until LAST, three where nothing is planned; A is both, C neither."""
    ledger = Ledger(
        (patch("A", arable_potential=True, corridor="廊道一"), patch("B", corridor="节点二"), patch("C"),
         patch("N", treatment=Treatment.NATURAL, arable_potential=True))
    )  # fmt: skip
    names = (GoalName.WAITING_ARABLE, GoalName.WAITING_CORRIDORS)
    assert values(ledger, (pick("A", LAST),), *names) == [1_000_000, 1_000_000 + 1_500_000]
    assert values(ledger, (pick("A", FIRST), pick("B", FIRST)), *names) == [0, 0]


@pytest.mark.parametrize(
    ("fields", "counted"),
    [
        ({"recovery": Recovery.GOOD, "verified_on": VERIFIED}, 10_000),
        ({"recovery": Recovery.VEGETATED, "verified_on": VERIFIED}, 10_000),
        ({"recovery": Recovery.POOR, "verified_on": VERIFIED}, 0),
        ({"recovery": Recovery.GOOD}, 0),  # nobody has looked yet
        ({"verified_on": VERIFIED}, 0),
    ],
)
def test_works_where_nature_could_do_it(fields: dict[str, Any], counted: int) -> None:
    ledger = Ledger((patch("A", **fields), patch("B")))
    assert values(ledger, (pick("A", FIRST), pick("B", FIRST)), GoalName.AVOIDABLE_WORKS) == [counted]
    assert values(ledger, (pick("B", FIRST),), GoalName.AVOIDABLE_WORKS) == [0]


def test_a_natural_option_spares_its_works() -> None:
    ledger = Ledger(
        (patch("A"),),
        (Option(patch="A", option="works", cost_yuan=100),
         Option(patch="A", option="rest", cost_yuan=0, treatment=Treatment.NATURAL)),
    )  # fmt: skip
    assert values(ledger, (pick("A", FIRST, "works"),), GoalName.AVOIDABLE_WORKS) == [10_000]
    assert values(ledger, (pick("A", FIRST, "rest"),), GoalName.AVOIDABLE_WORKS) == [0]
    goal = formulate(ledger, scenario()).objective(GoalName.AVOIDABLE_WORKS)
    assert goal.coefficients.tolist() == [10_000] * 3 + [0] * 3


def test_rationed_money_leaves_avoidable_works_out() -> None:
    ledger = Ledger((patch("A", recovery=Recovery.GOOD, verified_on=VERIFIED), patch("B")))
    trial = scenario(
        clauses={"completion": "hard", "purse_accounts": "hard", "first_year_task": {"min_area_m2": 10_000}},
        mode="rationed", budgets=[{"source": "municipal", "year": FIRST, "yuan": 200}],
        goals=[{"name": "avoidable_works"}],
    )  # fmt: skip
    plan = make_plan(ledger, trial)
    assert [task.patch for task in plan.schedule] == ["B"]


def test_social_capital_is_led_to_works_that_earn() -> None:
    """60 yuan of social capital may fund either; the goal sends it to the patch with cash flow. A user's money is no
    public money, nor is an enterprise's."""
    ledger = Ledger(
        (patch("A", cash_flow=True), patch("B"),
         patch("U", cash_flow=True, urban_growth_boundary=True, named_user="用地单位"))
    )  # fmt: skip
    trial = scenario(
        clauses={"completion": "hard", "purse_accounts": "hard"}, sources=[{"source": "social"}],
        budgets=[{"source": "municipal", "year": FIRST, "yuan": 200}, {"source": "social", "year": FIRST, "yuan": 60}],
        goals=[{"name": "cash_flow_money"}, {"name": "cost"}],
    )  # fmt: skip
    plan = make_plan(ledger, trial)
    assert [(g.patch, g.yuan) for g in plan.auxiliary.grants] == [("A", 60)]
    assert [goal.value for goal in plan.certificate.goals] == [40, 140]
