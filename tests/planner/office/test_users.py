"""A site that its user restores, and further sources with limits, in the workbook."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from planner.ledger import Ledger
from planner.office import export_workbook
from planner.office.figures import Book, flows
from planner.office.words import Words, source_words
from planner.plan import Grant, Plan, build_body
from planner.plan.works import USER
from planner.scenario import GoalName, Scenario
from planner.texts import catalogue
from tests.planner.office.handmade import (
    CASH_BUDGETS,
    HAND_BUDGETS,
    HAND_PICKS,
    cached,
    hand_ledger,
    hand_scenario,
    plan_of,
    row_of,
)
from tests.planner.office.test_recalculation import compare

TASK, TOTAL, YEAR, MUNICIPAL, DISTRICT, OTHER, REMARK = 8, 13, 14, 15, 16, 17, 21
SOURCE, ITEM, COMMITTED, FIRST_YEAR, SUM, TAIL, T2_REMARK = 3, 4, 5, 6, 9, 10, 11


def world(basis: str = "commitments") -> tuple[Ledger, Scenario, Plan]:
    """P2 (1,000,001 yuan, 2 ha, from 2032) is its user's; a programme pays 200,000 yuan of P1."""
    ledger = hand_ledger()
    rows = tuple(
        replace(p, urban_growth_boundary=True, named_user="某公司") if p.patch == "P2" else p for p in ledger.patches
    )
    ledger = Ledger(rows, ledger.options, ledger.meta)
    budgets = [
        {"source": source, "district": district, "year": year, "yuan": yuan}
        for (source, district), years in (CASH_BUDGETS if basis == "cash" else HAND_BUDGETS).items()
        for year, yuan in years.items()
    ]
    trial = hand_scenario(
        basis=basis,
        budgets=[*budgets, {"source": "programme:造林", "year": 2031, "yuan": 200_000}],
        sources=[{
            "source": "programme:造林", "treatments": ["artificial"], "kinds": ["abandoned_mine"], "hazard_free": True,
            "last_start": 2032, "require": {"ecological_redline": True}, "max_yuan_per_patch": 200_000,
        }],
    )  # fmt: skip
    plan = plan_of(ledger, trial, HAND_PICKS)
    grant = Grant(
        patch="P1", year=2031, from_source="municipal", from_district=None, source="programme:造林", district=None,
        yuan=200_000,
    )  # fmt: skip
    return ledger, trial, plan.model_copy(update=dict(build_body(ledger, trial, HAND_PICKS, (grant,)))).sealed()


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    return cached(export_workbook(*world(), tmp_path_factory.mktemp("users") / "计划.xlsx"))


def test_the_task_plan_shows_the_user_as_other_money(book: openpyxl.Workbook) -> None:
    sheet = book["甲区_2032"]
    row = row_of(sheet, 3, "P2")
    assert [sheet.cell(row, col).value for col in (TASK, TOTAL, YEAR, MUNICIPAL, DISTRICT, OTHER)] == [
        2, 100.0001, 100.0001, 0, 0, 100.0001,
    ]  # fmt: skip
    assert "使用主体 100.0001 万元" in sheet.cell(row, REMARK).value
    assert sheet.cell(4, TASK).value == 2


def test_the_funds_have_a_line_for_users_without_a_budget_of_their_own(book: openpyxl.Workbook) -> None:
    sheet = book["资金安排表"]
    row = row_of(sheet, SOURCE, "使用主体")
    lines = {sheet.cell(row + i, ITEM).value: row + i for i in range(6)}
    spent = next(at for item, at in lines.items() if item.startswith("实际支出"))
    assert [sheet.cell(spent, col).value for col in (COMMITTED, FIRST_YEAR, FIRST_YEAR + 1, SUM)] == [
        100.0001, 0, 100.0001, 100.0001,
    ]  # fmt: skip
    assert sheet.cell(lines["核对差额"], SUM).value == 0
    assert sheet.cell(row, T2_REMARK).value == "使用主体自筹，不设预算，按支出列示；不使用财政资金"
    remark = sheet.cell(row_of(sheet, SOURCE, "其他整合资金：造林"), T2_REMARK).value
    assert remark == (
        "适用：人工修复；单个图斑至多 100 %；图斑类型：废弃矿山；2032年底前开工的；无隐患的图斑；“生态保护红线”为是；"
        "单个图斑至多 20 万元"
    )


def test_the_reconciliation_agrees(book: openpyxl.Workbook) -> None:
    sheet = book["核对"]
    assert any("一致" in str(cell.value) for cell in sheet["B"] if cell.value)


@pytest.mark.parametrize("basis", ["commitments", "cash"])
def test_what_users_pay_stands_in_the_flows_to_the_yuan(basis: str) -> None:
    ledger, trial, plan = world(basis)
    flow = next(flow for flow in flows(Book(ledger, trial, plan, Words("zh", ledger.meta))) if flow.purse == USER)
    assert flow.committed == 1_000_001
    assert sum(flow.spent.values()) + (flow.tail if basis == "cash" else 0) == 1_000_001
    assert flow.budget == flow.spent
    assert not any(sum(series.values()) for series in (flow.carried_in, flow.carried_out, flow.lapsed, flow.overdrawn))


@pytest.mark.slow
@pytest.mark.parametrize("basis", ["commitments", "cash"])
def test_the_formulas_are_right(basis: str, tmp_path: Path) -> None:
    assert compare(export_workbook(*world(basis), tmp_path / "计划.xlsx"), tmp_path) > 100


def test_every_goal_and_source_has_its_words() -> None:
    for name in GoalName:
        assert f"office.goal_{name}" in catalogue(), name
        assert f"office.goal_note_{name}" in catalogue(), name
    assert [source_words("user", lang) for lang in ("zh", "en")] == ["使用主体", "land user"]


def test_a_cover_with_every_goal(tmp_path: Path) -> None:
    ledger, trial, _ = world()
    every = trial.model_copy(update={"goals": Scenario.model_validate(
        {"horizon": {"first": 2031, "last": 2033}, "goals": [{"name": name} for name in GoalName]}
    ).goals})  # fmt: skip
    book = cached(export_workbook(ledger, every, plan_of(ledger, every, HAND_PICKS), tmp_path / "计划.xlsx"))
    sheet = book["封面"]
    shown = {
        str(sheet.cell(row, 1).value).partition(". ")[2]: [sheet.cell(row, col).value for col in (2, 4)]
        for row in range(1, sheet.max_row + 1)
    }
    assert shown["较原计划的变动"] == [0, "个图斑"]
    assert shown["可自然恢复图斑上的工程"] == [0, "公顷"]
    assert shown["投向有现金流工程的财政资金"] == [0, "万元"]
    assert shown["完工面积"] == [1.5 + 2 + 5 + 0.8 + 4, "公顷"]
