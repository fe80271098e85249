"""Small worlds whose documents are worked out by hand, and plans made without a solver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from planner.audit import soft_breaches
from planner.audit.case import Case
from planner.ledger import DataNature, Ledger, Option, Patch, PatchKind, Treatment
from planner.ledger.types import META_DEFAULTS
from planner.plan import AuditResult, Certificate, GoalResult, Pick, Plan, PlanStatus, build_body
from planner.scenario import Scenario, overridden

WEST, EAST = "甲区", "乙区"
BACK = ("图斑台账", "任务调整", "执行情况", "实际支付", "核对", "字典", "证书")
FORMULA = '=HYPERLINK("http://example.invalid","点我")'


def hand_ledger() -> Ledger:
    """Two districts, six patches: of one year and of two, shared, an enterprise's, with texts like formulas."""
    licensed: dict[str, Any] = {"ever_licensed": True}
    unlicensed: dict[str, Any] = {"ever_licensed": False}
    west: dict[str, Any] = {"district": WEST, "treatment": Treatment.ARTIFICIAL}
    east: dict[str, Any] = {"district": EAST, "treatment": Treatment.ARTIFICIAL}
    patches = (
        Patch(patch="P1", area_m2=15_000, cost_yuan=1_234_567, township="丙镇", tier=1, ecological_redline=True,
              assessed=True, patch_area_m2=20_000, works="植被复绿 1.5 公顷", data_nature=DataNature.SYNTHETIC,
              **licensed, **west),
        Patch(patch="P2", area_m2=20_000, cost_yuan=1_000_001, township="丁镇", tier=2,
              district_shares=((WEST, Decimal(60)), (EAST, Decimal(40))), **unlicensed, **west),
        Patch(patch="P3", area_m2=50_000, cost_yuan=3_000_000, township="丙镇", tier=1, hazard_points=2, tracked=True,
              special_candidate=True, **licensed, **(west | {"treatment": Treatment.COMPREHENSIVE})),
        Patch(patch="P4", area_m2=8_000, cost_yuan=700_000, name=FORMULA, township="+1+1", remark="@SUM(A1)",
              works="-2+3", **unlicensed, **east),
        Patch(patch="P5", area_m2=100_000, cost_yuan=0, kind=PatchKind.CLOSED_OR_PRODUCING_MINE, **licensed, **east),
        Patch(patch="P6", area_m2=40_000, cost_yuan=2_000_000, focal=True, **unlicensed, **east),
    )  # fmt: skip
    options = (
        Option(patch="P3", option="basic", cost_yuan=3_000_000),
        Option(patch="P3", option="special", cost_yuan=3_000_000, special=True, other_yuan=500_000),
    )
    return Ledger(patches, options, META_DEFAULTS | {"city": "某市", "data_nature": "合成", "note": "手工样例"})


HAND_PICKS = (
    Pick("P1", "standard", 2031), Pick("P2", "standard", 2032), Pick("P3", "special", 2031),
    Pick("P4", "standard", 2033), Pick("P5", "standard", 2032), Pick("P6", "standard", 2032),
)  # fmt: skip

HAND_BUDGETS = {
    ("municipal", None): {2031: 5_000_000, 2032: 100_000},
    ("district", WEST): {2031: 300_000, 2032: 400_000},
    ("district", EAST): {2032: 2_400_000, 2033: 800_000},
}
CASH_BUDGETS = {
    ("municipal", None): {2031: 2_400_000, 2032: 1_500_000, 2033: 400_000},
    ("district", WEST): {2032: 500_000, 2033: 150_000},
    ("district", EAST): {2032: 1_300_000, 2033: 1_500_000},
}


def hand_scenario(**changes: Any) -> Scenario:
    """Three years, carry-over of one; with ``basis="cash"`` budgets that cover the payments."""
    budgets = CASH_BUDGETS if changes.get("basis") == "cash" else HAND_BUDGETS
    return Scenario.model_validate(
        {
            "name": "hand",
            "title": {"zh": "手工方案", "en": "By hand"},
            "horizon": {"first": 2031, "last": 2033},
            "carry": {"years": 1},
            "budgets": [
                {"source": source, "district": district, "year": year, "yuan": yuan}
                for (source, district), years in budgets.items()
                for year, yuan in years.items()
            ],
            "clauses": {
                "first_year_task": {"min_area_m2": 60_000, "max_area_m2": 70_000, "max_yuan": 4_234_567},
                "hazards": {"required_points": 2},
                "special_project": {"mode": "hard", "minimum": 1, "maximum": 2},
            },
            "goals": [{"name": "waiting", "tolerance": 0.001}, {"name": "cost"}],
            **changes,
        }
    )


def plan_of(ledger: Ledger, scenario: Scenario, picks: Iterable[Pick], **certificate: Any) -> Plan:
    """A sealed plan of these picks whose certificate claims each goal to be proved, or what is given."""
    seen = overridden(ledger, scenario)
    body = build_body(seen, scenario, picks)
    breaches = soft_breaches(Case(seen, scenario, body))
    body = body.model_copy(update={"auxiliary": body.auxiliary.model_copy(update={"breaches": breaches})})
    assert body.metrics is not None
    values = {"soft": sum(b.amount * 1_000_000 / max(1, b.target) for b in breaches), **body.metrics.goals}
    goals = tuple(
        GoalResult(name=goal.name, value=values[goal.name], bound=values[goal.name], gap=0.0, tolerance=goal.tolerance,
                   reached=values[goal.name], proved=True)
        for goal in scenario.ordered_goals
    )  # fmt: skip
    facts: dict[str, Any] = {
        "status": PlanStatus.OPTIMAL, "goals": goals, "solver": "hand", "solver_version": "1", "seconds": 1.5,
        "ledger_digest": ledger.digest, "scenario_digest": scenario.digest, "scenario": scenario.name,
        "data_nature": ledger.meta.get("data_nature", ""), "product_version": "0", "run_id": "0123456789abcdef",
        "made_at": "2031-01-02T03:04:05+00:00", "audit": AuditResult(clean=True),
    }  # fmt: skip
    return Plan(**dict(body), certificate=Certificate(**(facts | certificate))).sealed()


def hand_plan(**changes: Any) -> tuple[Ledger, Scenario, Plan]:
    """Ledger, scenario and plan of the small world."""
    ledger, scenario = hand_ledger(), hand_scenario(**changes)
    return ledger, scenario, plan_of(ledger, scenario, HAND_PICKS)


def cached(path: Path) -> openpyxl.Workbook:
    """The workbook with the values that its formulas were written with."""
    return openpyxl.load_workbook(path, data_only=True)


def row_of(sheet: Worksheet, col: int, value: object, after: int = 1) -> int:
    """The first row, from `after` on, with a value in a column (from 1)."""
    for row in range(after, sheet.max_row + 1):
        if sheet.cell(row, col).value == value:
            return row
    raise AssertionError(f"{sheet.title}: no {value!r} in column {col}")


def texts(book: openpyxl.Workbook) -> Iterator[tuple[str, str, str]]:
    """Every text: sheet, cell, value."""
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    yield sheet.title, cell.coordinate, cell.value
