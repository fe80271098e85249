"""Plan folders for the page, made without a solver: picks that are known to keep every clause."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from planner import shipped
from planner.ledger import Ledger, Treatment, load_ledger
from planner.ledger.sample import read_calibration, reference_schedule
from planner.ledger.types import META_DEFAULTS
from planner.office.folder import save_folder
from planner.plan import (
    AuditResult,
    Body,
    Certificate,
    GoalResult,
    Missing,
    Pick,
    Plan,
    PlanStatus,
    Shortfall,
    build_body,
)
from planner.scenario import Scenario, load_scenario
from tests.planner.worlds import FIRST, LAST, patch, scenario

RUN = "0123456789abcdef0123456789abcdef"
SHAPE = (700_000_000, 300_000_000, 300_000_000, 300_000_000, 300_000_000)


def certified(ledger: Ledger, under: Scenario, body: Body, status: PlanStatus, **more: Any) -> Plan:
    """A body with a certificate that is true; goals stand 1 % above their bound unless they are proved."""
    proved = status is PlanStatus.OPTIMAL
    goals = []
    if body.metrics is not None:
        for goal in under.ordered_goals:
            value = body.metrics.goals.get(goal.name, 0)  # nothing here breaks a soft clause in a stored plan
            bound = value if proved else int(value * 0.99)
            goals.append(
                GoalResult(name=goal.name, value=value, bound=bound, gap=abs(value - bound) / max(1, abs(value)),
                           tolerance=goal.tolerance, reached=value, proved=proved)
            )  # fmt: skip
    certificate = Certificate(
        status=status, goals=tuple(goals), solver="none", solver_version="1", seconds=1.0, ledger_digest=ledger.digest,
        scenario_digest=under.digest, scenario=under.name, data_nature=ledger.meta["data_nature"], product_version="0",
        run_id=RUN, made_at="2030-01-02T03:04:05+00:00", audit=AuditResult(clean=True), **more,
    )  # fmt: skip
    return Plan(**dict(body), certificate=certificate).sealed()


def shipped_baseline(path: Path) -> Plan:
    """The shipped ledger under the baseline, planned as its budgets were made."""
    data = shipped.path("data") / "beijing"
    ledger, under = load_ledger(data / "ledger.xlsx"), load_scenario(data / "scenarios" / "base.toml")
    starts = reference_schedule(read_calibration(data / "calibration.toml"), ledger, SHAPE)
    last = under.horizon.last
    picks, special = [], False
    for row in ledger.patches:
        if row.treatment is Treatment.NATURAL and not row.by_enterprise:
            continue
        start = starts.get(row.patch, last)
        options = {option.option: option for option in ledger.options_of(row)}
        chosen = next(name for name, option in options.items() if not option.special)
        for name, option in options.items():
            if option.special and not special and start + (option.duration_years or 2) - 1 <= last:
                chosen, special = name, True
        picks.append(Pick(row.patch, chosen, start))
    plan = certified(ledger, under, build_body(ledger, under, picks), PlanStatus.WITHIN_GAP)
    save_folder(path, ledger, under, plan)
    return plan


def small_world() -> tuple[Ledger, Scenario]:
    """Three patches and a mine, English names, crowns, a further source, budgets that carry over."""
    meta = META_DEFAULTS | {
        "title": "Ledger", "city": "Aldrun", "data_nature": "surveyed", "money_unit_size": "1",
        "money_unit_zh": "克朗", "money_unit_en": "crowns", "currency_zh": "克朗", "currency_en": "crown",
    }  # fmt: skip
    rows = (
        replace(
            patch("P1", cost_yuan=1_000, area_m2=12_345, hazard_points=2, tier=1, township="=1+1"), name="@SUM(A1)"
        ),
        patch("P2", cost_yuan=2_000, area_m2=20_000, district="South", ever_licensed=False, tier=2),
        patch("P3", cost_yuan=500, area_m2=10_001, treatment=Treatment.COMPREHENSIVE, district="South"),
        patch("P4", cost_yuan=0, area_m2=5_000, treatment=Treatment.NATURAL),
    )
    under = scenario(
        name="small", title={"zh": "小方案", "en": "Small <b>scenario</b>"}, carry={"years": 1},
        budgets=[
            {"source": "municipal", "year": FIRST, "yuan": 1_600},
            {"source": "municipal", "year": FIRST + 1, "yuan": 100},
            {"source": "district", "district": "South", "year": FIRST + 1, "yuan": 2_000},
        ],
        clauses={
            "completion": "hard", "basic_treatment": "hard", "purse_accounts": "hard", "natural_recovery": "hard",
            "hazards": {"mode": "hard", "required_points": 2, "by_year": LAST - 1},
            "first_year_task": {"mode": "hard", "min_area_m2": 12_000, "max_yuan": 1_500},
        },
    )  # fmt: skip
    return Ledger(rows, (), meta), under


def small_plan(path: Path, status: PlanStatus = PlanStatus.OPTIMAL) -> Plan:
    """The small world's plan: P3 is paid with money carried over."""
    ledger, under = small_world()
    picks = [Pick("P1", "standard", FIRST), Pick("P2", "standard", FIRST + 1), Pick("P3", "standard", FIRST + 1)]
    plan = certified(ledger, under, build_body(ledger, under, picks), status)
    save_folder(path, ledger, under, plan)
    return plan


def no_plan(path: Path, status: PlanStatus) -> Plan:
    """The small world's outcome without a plan; impossible ones are 120 crowns short in two purses."""
    ledger, under = small_world()
    plan = without_plan(ledger, under, status)
    save_folder(path, ledger, under, plan)
    return plan


def without_plan(ledger: Ledger, under: Scenario, status: PlanStatus) -> Plan:
    """An outcome without a plan of the small world."""
    missing = (
        Missing(source="municipal", district=None, year=FIRST, yuan=20),
        Missing(source="district", district="South", year=FIRST + 1, yuan=100),
    )
    short = Shortfall(yuan=120, proved=True, missing=missing) if status is PlanStatus.IMPOSSIBLE else None
    return certified(ledger, under, Body(), status, shortfall=short)


def tampered(path: Path) -> Plan:
    """The small world's plan with one crown more in its first commitment, sealed again."""
    plan = small_plan(path)
    first = plan.commitments[0].model_copy(update={"yuan": plan.commitments[0].yuan + 1})
    lying = plan.model_copy(update={"commitments": (first, *plan.commitments[1:])}).sealed()
    (path / "plan.json").write_text(lying.to_json(), encoding="utf-8")
    return lying
