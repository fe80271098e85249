"""The official baseline on the shipped ledger: every figure it must reproduce, and no slack at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner import PlanStatus, Scenario, audit, load_ledger, load_scenario, make_plan

SHIPPED = Path(__file__).parents[2] / "data" / "beijing"
HECTARE, WAN = 10_000, 10_000

LEDGER = load_ledger(SHIPPED / "ledger.xlsx")
BASE = load_scenario(SHIPPED / "scenarios" / "base.toml")
PURSES = sorted({(b.source, b.district) for b in BASE.budgets}, key=str)


def test_the_baseline_reproduces_every_official_figure() -> None:
    plan = make_plan(LEDGER, BASE, seconds=60)
    assert plan.status.has_plan
    assert audit(LEDGER, BASE, plan).clean
    metrics = plan.metrics
    assert metrics is not None
    assert 434 * HECTARE <= metrics.task_area_m2[2021] <= 456 * HECTARE
    assert 66_500 * WAN <= metrics.commitments_yuan[2021] <= 70_000 * WAN
    assert metrics.total_yuan == 190_000 * WAN
    assert metrics.artificial.finished == metrics.artificial.patches == 408
    assert metrics.comprehensive.finished == metrics.comprehensive.patches == 32
    assert sum(metrics.hazards_removed.values()) == 43
    assert 1 <= metrics.special_projects <= 2
    assert metrics.enterprise.scheduled == 12
    licensed = {patch.patch for patch in LEDGER.patches if patch.ever_licensed}
    assert {row.patch for row in plan.commitments if row.source == "municipal"} <= licensed
    assert not {row.patch for row in plan.commitments if row.source == "district"} & licensed
    for goal in plan.certificate.goals:
        assert goal.gap is not None
        assert goal.gap <= 0.01, goal.name


@pytest.mark.parametrize("purse", PURSES, ids=str)
def test_one_wan_less_in_any_purse_is_proved_impossible_and_short_by_just_that(purse: tuple[str, str | None]) -> None:
    data = BASE.model_dump(mode="json", serialize_as_any=True)
    budget = next(b for b in data["budgets"] if (b["source"], b["district"]) == purse and b["yuan"] >= WAN)
    budget["yuan"] -= WAN
    plan = make_plan(LEDGER, Scenario.model_validate(data), seconds=60)
    assert plan.status is PlanStatus.IMPOSSIBLE
    short = plan.certificate.shortfall
    assert short is not None
    assert (short.yuan, short.proved) == (WAN, True)
    assert {(m.source, m.district) for m in short.missing} == {purse}


def test_the_tight_scenario_is_impossible_by_exactly_two_hundred_million() -> None:
    trial = load_scenario(SHIPPED / "scenarios" / "tight.toml")
    assert trial.expected == "impossible"
    short = make_plan(LEDGER, trial, seconds=60).certificate.shortfall
    assert short is not None
    assert (short.yuan, short.proved) == (200_000_000, True)
