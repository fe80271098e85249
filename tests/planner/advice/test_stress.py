"""Stress against closed forms, and its book-keeping against that of the plan."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from fractions import Fraction
from math import erf, sqrt
from pathlib import Path

import numpy as np
import pytest

from executor import LocalProcesses
from planner.advice.risks import (
    BudgetCut,
    Correlation,
    FailedVerification,
    LateTranche,
    Overrun,
    Risks,
    Shape,
)
from planner.advice.stress import _World, booked, stress, wilson
from planner.advice.stress_accounts import grown
from planner.findings import BadInput
from planner.ledger import Ledger, Treatment, load_ledger
from planner.plan import Grant, Pick, PlanStatus
from planner.plan.accounts import Spend, keep_accounts
from planner.plan.works import Purse
from planner.scenario import load_scenario
from planner.units import half_up
from tests.planner.advice.plans import as_plan
from tests.planner.random_worlds import assignments, random_ledger, random_scenario
from tests.planner.worlds import FIRST, LAST, patch, scenario

DATA = Path(__file__).parents[3] / "data" / "beijing"
CALM = Risks.costs_only(Overrun(shape=Shape.TWO_POINT, up=0.0, chance=0.0))
OWN = Correlation(common=0.0, works_type=0.0, district=0.0)
DRAWS = 4000


def one_purse(yuan: int, *names: str, later: int = 0):  # type: ignore[no-untyped-def]
    """Patches of 1,000,000 yuan that start in the first year, one purse with so much money."""
    ledger = Ledger(tuple(patch(name, cost_yuan=1_000_000) for name in names))
    budgets = [
        {"source": "municipal", "year": FIRST, "yuan": yuan},
        {"source": "municipal", "year": LAST, "yuan": later},
    ]
    trial = scenario(clauses={"purse_accounts": "hard"}, budgets=budgets)
    return ledger, trial, as_plan(ledger, trial, [Pick(name, "standard", FIRST) for name in names])


def within_error(found: float, right: float) -> bool:
    """Within four standard errors of the draws."""
    return abs(found - right) <= 4 * sqrt(right * (1 - right) / DRAWS)


def test_two_points_normal_lognormal_and_triangular_hold_as_often_as_they_must() -> None:
    ledger, trial, plan = one_purse(1_050_000, "A")
    log = Overrun(shape=Shape.LOGNORMAL, mean=0.03, deviation=0.08)
    spread = sqrt(np.log1p((0.08 / 1.03) ** 2))
    for overrun, right in (
        (Overrun(shape=Shape.TWO_POINT, up=0.10, chance=0.3), 0.7),
        (Overrun(shape=Shape.NORMAL, mean=0.02, deviation=0.05), (1 + erf(0.6 / sqrt(2))) / 2),
        (log, (1 + erf((np.log(1.05 / 1.03) + spread**2 / 2) / spread / sqrt(2))) / 2),
        # triangle 0, 0, 0.2: what lies below 0.05 is 1 − (0.15 / 0.2)²
        (Overrun(shape=Shape.TRIANGULAR, low=0.0, mode=0.0, high=0.2), 1 - 0.75**2),
    ):
        found = stress(ledger, trial, plan, DRAWS, seed=7, risks=Risks.costs_only(overrun))
        own = next(row for row in found.years if row.year == FIRST)
        assert within_error(own.holds, right), overrun.shape
        assert own.low < right < own.high or abs(own.holds - right) < 0.03
        assert own.holds == found.all.holds


def test_the_amounts_of_a_two_point_overrun() -> None:
    """1,100,000 in 30 % of the draws, of which 50,000 are missing; else 1,000,000."""
    ledger, trial, plan = one_purse(1_050_000, "A")
    found = stress(
        ledger, trial, plan, DRAWS, seed=1, risks=Risks.costs_only(Overrun(shape=Shape.TWO_POINT, up=0.1, chance=0.3))
    ).all
    missing = round((1 - found.holds) * DRAWS)
    assert (found.need.p50, found.need.p80, found.need.p95) == (1_000_000, 1_100_000, 1_100_000)
    assert (found.overdrawn.p50, found.overdrawn.p80, found.overdrawn.p95) == (0, 50_000, 50_000)
    assert (
        found.overdrawn.mean == half_up(50_000 * missing // DRAWS)
        or abs(found.overdrawn.mean - 50_000 * missing / DRAWS) <= 0.5
    )
    assert found.planned == 1_000_000
    assert found.at_ten_percent == 50_000


@pytest.mark.parametrize(
    ("correlation", "right"), [(OWN, 0.7**2), (Correlation(common=1, works_type=0, district=0), 0.7)]
)
def test_what_costs_share_is_shared(correlation: Correlation, right: float) -> None:
    """Two purses that each hold in 70 % of the draws hold together in 49 % or, moved as one, in 70 %."""
    ledger = Ledger((patch("A", cost_yuan=1_000), patch("B", cost_yuan=1_000, ever_licensed=False)))
    budgets = [{"source": "municipal", "year": FIRST, "yuan": 1_050},
               {"source": "district", "district": "North", "year": FIRST, "yuan": 1_050}]  # fmt: skip
    trial = scenario(budgets=budgets)
    plan = as_plan(ledger, trial, [Pick("A", "standard", FIRST), Pick("B", "standard", FIRST)])
    risks = Risks.costs_only(Overrun(shape=Shape.TWO_POINT, up=0.1, chance=0.3), correlation)
    found = stress(ledger, trial, plan, DRAWS, seed=3, risks=risks)
    assert within_error(found.all.holds, right)
    assert all(within_error(purse.holds, 0.7) for purse in found.purses)


def test_money_that_is_late_or_cut_and_recovery_that_fails() -> None:
    ledger, trial, plan = one_purse(1_000_000, "A")
    for change, right in (
        ({"late_tranche": LateTranche(chance=0.25, part=1.0)}, 0.75),
        ({"budget_cut": BudgetCut(chance=0.4, part=0.01)}, 0.6),
    ):
        found = stress(ledger, trial, plan, DRAWS, seed=5, risks=CALM.model_copy(update=change))
        assert within_error(found.all.holds, right)
    wild = Ledger((*ledger.patches, patch("N", treatment=Treatment.NATURAL, cost_yuan=0)))
    rule = FailedVerification(chance=0.2, mine_yuan_per_hectare=500_000, year=LAST)
    risks = CALM.model_copy(update={"failed_verification": rule})
    found = stress(wild, trial, plan, DRAWS, seed=5, risks=risks)
    last = next(row for row in found.years if row.year == LAST)
    assert within_error(last.holds, 0.8)
    assert last.overdrawn.p95 == last.need.p95 == 500_000
    assert next(row for row in found.years if row.year == FIRST).holds == 1.0


def test_late_money_is_there_a_year_later() -> None:
    """All of the first year's money comes in the second: what starts in the second year is paid for."""
    ledger, trial, _ = one_purse(1_000_000, "A")
    plan = as_plan(ledger, trial, [Pick("A", "standard", FIRST + 1)])
    risks = CALM.model_copy(update={"late_tranche": LateTranche(chance=1.0, part=1.0)})
    assert stress(ledger, trial, plan, 10, risks=CALM).all.holds == 0.0
    assert stress(ledger, trial, plan, 10, risks=risks).all.holds == 1.0


def test_the_same_seed_gives_the_same_numbers_whoever_works() -> None:
    ledger, trial, plan = one_purse(2_100_000, "A", "B")
    alone = stress(ledger, trial, plan, 900, seed=11)
    with LocalProcesses(2) as executor:
        assert stress(ledger, trial, plan, 900, seed=11, executor=executor) == alone
    assert stress(ledger, trial, plan, 900, seed=12) != alone
    told: list[tuple[int, int]] = []
    stress(ledger, trial, plan, 600, on_progress=lambda done, of: told.append((done, of)))
    assert told == [(250, 600), (500, 600), (600, 600)]


@pytest.mark.parametrize("seed", range(25))
def test_the_books_are_the_plans_own(seed: int) -> None:
    """Random ledgers, budgets, bases and carry-over; costs raised by random parts per million, booked both ways."""
    rng = random.Random(f"books-{seed}")
    ledger = random_ledger(rng, patches=4)
    trial = random_scenario(rng, ledger, [])
    picks = rng.choice(list(assignments(ledger)))
    world = _World.of(ledger, trial, as_plan(ledger, trial, picks), CALM)
    events = world.events
    ppm = np.asarray([[rng.randrange(-200_000, 900_000) for _ in events.patches] for _ in range(5)], dtype=np.int64)
    budgets = np.broadcast_to(world.budgets, (5, *world.budgets.shape)).copy()
    need, short = booked(world, ppm.reshape(5, -1), np.zeros((5, 0), dtype=bool), budgets)
    for draw in range(5):
        spends = []
        for i in range(len(events.yuan)):
            own = int(events.patch[i])
            more = half_up(Fraction(int(events.owed[i]) * int(ppm[draw, own]), 1_000_000)) if own >= 0 else 0
            purse, year = events.purses[events.purse[i]], int(events.year[i])
            start = int(events.oldest[i]) if trial.carry.scope == "patch" else year
            spends.append(Spend(purse, year, str(i), start, int(events.yuan[i]) + more))
        _, accounts = keep_accounts(trial, spends)
        right = {(Purse(a.source, a.district), a.vintage): a.overdrawn for a in accounts if a.overdrawn}
        found = {
            (events.purses[k], world.years[y]): int(short[draw, k, y])
            for k in range(len(events.purses))
            for y in range(len(world.years))
            if short[draw, k, y]
        }
        assert found == right
        assert need[draw].sum() == sum(spend.yuan for spend in spends)


def test_grants_are_fixed_sums_and_the_overrun_falls_on_who_owed() -> None:
    ledger, trial, _ = one_purse(0, "A")
    trial = scenario(
        budgets=[
            {"source": "municipal", "year": FIRST, "yuan": 400_000},
            {"source": "central", "year": FIRST, "yuan": 600_000},
        ],
        sources=[{"source": "central"}],
    )
    grant = Grant(
        patch="A",
        year=FIRST,
        from_source="municipal",
        from_district=None,
        source="central",
        district=None,
        yuan=600_000,
    )
    plan = as_plan(ledger, trial, [Pick("A", "standard", FIRST)], [grant])
    found = {row.source: (row.planned, row.at_ten_percent) for row in stress(ledger, trial, plan, 1).purses}
    assert found == {"municipal": (400_000, 100_000), "central": (600_000, 0)}


def test_halves_go_away_from_zero() -> None:
    assert grown(np.asarray([5, 5, 15]), np.asarray([100_000, -100_000, 100_000])).tolist() == [1, -1, 2]


def test_wilsons_interval() -> None:
    """8 of 10: (0.490, 0.943), as in the textbooks; never outside 0 to 1."""
    assert wilson(8, 10) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    assert wilson(10, 10)[1] == 1.0
    assert wilson(0, 10)[0] == 0.0


def test_faults_are_named() -> None:
    ledger, trial, plan = one_purse(1, "A")
    with pytest.raises(BadInput, match="draws"):
        stress(ledger, trial, plan, 0)
    with pytest.raises(BadInput):
        stress(ledger, trial, plan.with_certificate(status=PlanStatus.IMPOSSIBLE), 1)
    big = Ledger((replace(ledger.patches[0], cost_yuan=10**13),))
    too_large = as_plan(big, trial, [Pick("A", "standard", FIRST)])
    with pytest.raises(OverflowError):
        stress(big, trial, too_large, 1)


def test_a_thousand_draws_of_the_city_take_seconds() -> None:
    """Every patch of the shipped ledger, the years by rotation: the books do not ask whether the plan is a good one."""
    ledger, trial = load_ledger(DATA / "ledger.xlsx"), load_scenario(DATA / "scenarios" / "contingency.toml")
    years = trial.horizon.years
    picks = [
        Pick(p.patch, ledger.options_of(p)[0].option, years[i % len(years)])
        for i, p in enumerate(ledger.patches)
        if p.treatment is not Treatment.NATURAL and not p.by_enterprise
    ]
    plan = as_plan(ledger, trial, picks)
    began = time.monotonic()
    found = stress(ledger, trial, plan, 1000, seed=7)
    assert time.monotonic() - began < 30
    assert found.all.planned == 1_900_000_000
    assert 1.9e9 < found.all.need.p50 < found.all.need.p80 < found.all.need.p95
