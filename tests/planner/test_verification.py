"""Natural recovery that fails its verification: what it becomes, what it costs, when its works may start."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import Any

import pytest

from planner.audit import audit_body
from planner.ledger import Ledger, Option, Patch, PatchKind, Recovery, Treatment
from planner.plan import PlanStatus, build_body
from planner.planning import make_plan
from planner.scenario import Scenario, overridden
from tests.planner.cases.base import pick
from tests.planner.in_process import in_process  # noqa: F401
from tests.planner.random_worlds import random_ledger, random_scenario
from tests.planner.test_enumeration import CLAUSES, clean_assignments, feasible_assignments
from tests.planner.worlds import ALL_ON, FIRST, LAST, patch, scenario

SEEN_ON = dt.date(FIRST + 1, 6, 1)


def failed(name: str = "N", **fields: Any) -> Patch:
    """Natural recovery that was verified in the second year and found poor; 1 ha, no cost of its own."""
    standard: dict[str, Any] = {
        "treatment": Treatment.NATURAL, "recovery": Recovery.POOR, "verified_on": SEEN_ON, "cost_yuan": 0,
    }  # fmt: skip
    return patch(name, **{**standard, **fields})


def as_seen(*patches: Patch, options: tuple[Option, ...] = (), **fields: Any) -> tuple[Ledger, Scenario]:
    trial = scenario(**fields)
    return overridden(Ledger(patches, options), trial), trial


@pytest.mark.parametrize(
    ("fields", "cost"),
    [
        ({}, 1_265_000),
        ({"area_m2": 12_345}, 1_561_643),  # 1.2345 ha · 1,265,000 = 1,561,642.5
        ({"kind": PatchKind.EXPOSED_ROCK_FACE, "area_m2": 5_000}, 1_320_000),
        ({"hazard_points": 2}, 1_265_000 + 2 * 2_860_000),
        ({"cost_yuan": 1}, 1),
        ({"kind": PatchKind.CLOSED_OR_PRODUCING_MINE}, 0),
        ({"core_reserve": True, "irreversible_damage": True}, 1_265_000),
    ],
)
def test_what_failed_is_artificial_at_its_own_cost_or_at_the_rates(fields: dict[str, Any], cost: int) -> None:
    before = failed(**fields)
    ledger, _ = as_seen(before)
    assert ledger.patches == (
        replace(before, treatment=Treatment.ARTIFICIAL, reclassified_from=Treatment.NATURAL, cost_yuan=cost),
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"verified_on": None},
        {"recovery": None},
        {"recovery": Recovery.GOOD},
        {"recovery": Recovery.VEGETATED},
        {"core_reserve": True},
        {"treatment": Treatment.COMPREHENSIVE},
    ],
)
def test_anything_else_stays_what_it_is(fields: dict[str, Any]) -> None:
    before = failed(**fields)
    ledger, _ = as_seen(before)
    assert ledger.patches == (before,)


def test_the_scenario_can_say_no_and_has_rates_of_its_own() -> None:
    ledger, _ = as_seen(failed(), failed_recovery={"to_artificial": False})
    assert ledger.patches == (failed(),)
    rates = {"mine_yuan_per_hectare": 10, "hazard_point_yuan": 3}
    ledger, _ = as_seen(failed(hazard_points=1, area_m2=25_000), failed_recovery=rates)
    assert ledger.patches[0].cost_yuan == 25 + 3


def test_an_override_counts_before_and_the_parts_of_a_cost_that_was_none_are_gone() -> None:
    found = {"patch": "N", "field": "recovery", "value": "poor", "reason": "field visit"}
    before = failed(recovery=Recovery.GOOD, revegetation_yuan=0)
    ledger, _ = as_seen(before, overrides=[found])
    assert ledger.patches[0].treatment is Treatment.ARTIFICIAL
    assert ledger.patches[0].revegetation_yuan is None
    assert ledger.patches[0].cost_yuan == 1_265_000


def test_options_of_works_stand_and_those_of_natural_recovery_go() -> None:
    works = Option(patch="N", option="works", cost_yuan=77, treatment=Treatment.ARTIFICIAL)
    enclosure = Option(patch="N", option="enclose", cost_yuan=5, treatment=Treatment.NATURAL)
    silent = Option(patch="N", option="silent", cost_yuan=6)
    ledger, _ = as_seen(failed(), options=(works, enclosure, silent))
    assert ledger.options == (works,)
    ledger, _ = as_seen(failed(), options=(enclosure, silent))
    assert [(o.option, o.cost_yuan) for o in ledger.options_of(ledger.patches[0])] == [("standard", 1_265_000)]


@pytest.mark.parametrize(
    ("verified", "start", "found"),
    [
        (SEEN_ON, FIRST + 1, []),
        (SEEN_ON, FIRST, [("A", 1, "year")]),
        (dt.date(LAST + 2, 1, 1), LAST, [("A", 2, "year")]),
        (None, LAST, [("A", 1, "patches")]),
    ],
)
def test_works_wait_for_the_verification(
    verified: dt.date | None, start: int, found: list[tuple[str, int, str]]
) -> None:
    ledger = Ledger((patch("A", reclassified_from=Treatment.NATURAL, verified_on=verified),))
    trial = scenario(clauses={"verification": "hard"})
    result = audit_body(ledger, trial, build_body(ledger, trial, [pick("A", start)]))
    assert [(f.place, f.amount, f.unit) for f in result.findings] == found
    assert ((pick("A", start),) in feasible_assignments(ledger, trial)) == (not found)


@pytest.mark.parametrize("former", [None, Treatment.ARTIFICIAL, Treatment.COMPREHENSIVE])
def test_only_former_natural_recovery_is_concerned(former: Treatment | None) -> None:
    ledger = Ledger((patch("A", reclassified_from=former),))
    trial = scenario(clauses={"verification": "hard"})
    assert len(feasible_assignments(ledger, trial)) == 1 + 3
    assert audit_body(ledger, trial, build_body(ledger, trial, [pick("A", FIRST)])).clean


@pytest.mark.usefixtures("in_process")
def test_a_plan_restores_what_failed_from_the_year_it_was_verified() -> None:
    """It costs what the rates say, needs money for it, and starts in the second year at the earliest."""
    ledger = Ledger((failed(hazard_points=1), patch("A")))
    fields: dict[str, Any] = {
        "clauses": {**ALL_ON, "verification": "hard"},
        "failed_recovery": {"mine_yuan_per_hectare": 40, "hazard_point_yuan": 9},
        "goals": [{"name": "waiting"}, {"name": "cost"}],
    }
    for yuan, status in ((149, PlanStatus.OPTIMAL), (148, PlanStatus.IMPOSSIBLE)):
        budgets = [{"source": "municipal", "year": FIRST, "yuan": yuan}]
        plan = make_plan(ledger, scenario(budgets=budgets, carry={"years": 1}, **fields))
        assert plan.status is status
        if status is PlanStatus.OPTIMAL:
            assert [(t.patch, t.treatment, t.start) for t in plan.schedule] == [
                ("A", "artificial", FIRST), ("N", "artificial", FIRST + 1),
            ]  # fmt: skip
            assert plan.certificate.audit.clean


@pytest.mark.parametrize("seed", range(12))
def test_programme_and_auditor_see_the_same_ledger(seed: int) -> None:
    """All clauses, over ledgers in which some natural recovery has failed and costs nothing but the rates."""
    rng = random.Random(f"failed-{seed}")
    drawn = random_ledger(rng, patches=2)
    fields: dict[str, Any] = {
        "hazard_points": rng.choice([0, 2]), "core_reserve": rng.random() < 0.3,
        "verified_on": rng.choice([None, SEEN_ON, SEEN_ON]), "kind": rng.choice(list(PatchKind)[:2]),
    }  # fmt: skip
    drawn = replace(drawn, patches=(*drawn.patches, failed(**fields)))
    trial = random_scenario(rng, drawn, [*rng.sample(CLAUSES, k=4), "verification", "purse_accounts"])
    ledger = overridden(drawn, trial)
    assert clean_assignments(ledger, trial) == feasible_assignments(ledger, trial)
