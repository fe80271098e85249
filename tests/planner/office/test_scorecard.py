"""The appraisal's workbook, by hand: every figure of the small case, what a district may see, and hostile names."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.cycle import Cycle, Ground
from planner.findings import BadInput
from planner.office.scorecard import export_scorecard, scorecard_bytes
from tests.planner.cycle import tiny
from tests.planner.cycle.clerk import Clerk
from tests.planner.cycle.test_hand import day
from tests.planner.cycle.test_hand import story as story
from tests.planner.cycle.tiny import FIRST
from tests.planner.office.test_recalculation import recalculated

END = day(1, 20, FIRST + 1)


def rows(path: Path, sheet: str) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(path, data_only=True)
    return [tuple(c for c in row if c is not None) for row in book[sheet].iter_rows(min_row=4, values_only=True)]


def starting(found: list[tuple[Any, ...]], *first: Any) -> tuple[Any, ...]:
    (one,) = (row for row in found if row[: len(first)] == first)
    return one[len(first) :]


@pytest.fixture
def told(story: Clerk) -> Clerk:
    """And in January 2032 a site D of 0.5 ha and 80 yuan is added in North; C is to cost 260 instead of 200."""
    story.wait(day(1, 12, FIRST + 1))
    values = {
        "area_m2": 5_000, "treatment": "artificial", "ever_licensed": True, "cost_yuan": 80
    }  # fmt: skip
    changes = [
        {"op": "add", "patch": "D", "reason": "found", "values": values},
        {"op": "change", "patch": "C", "reason": "measured", "values": {"cost_yuan": 260}},
    ]
    story.do("propose", "North", FIRST + 1, number="P1", changes=changes)
    story.do("adopt", "North", FIRST + 1, number="P1-ok", proposal="P1")
    return story


def test_every_figure_by_hand(told: Clerk, tmp_path: Path) -> None:
    path = export_scorecard(told.cycle, END, tmp_path, lang="en")
    assert path.name == "appraisal_2032-01-20.xlsx"
    scores = rows(path, "By district and year")
    # tasks to closed; ha issued, started, finished, accepted; hazards; yuan issued, committed, paid, given back; due...
    north = (2, 2, 1, 1, 1, 3.0, 3.0, 1.0, 0.95, 1, 1, 0.15, 0.162, 0.135, 0.002, 1, 1, 1, 1, 0, 83.33, 100, 100)
    assert starting(scores, "North", FIRST) == north
    assert starting(scores, "North", "all years") == north
    south = (1, 0, 0, 0, 0, 1.0, 0, 0, 0, 0, 0, 0.03, 0.03, 0, 0, 1, 0, 1, 0, 1, 0, 0, "–")
    assert starting(scores, "South", FIRST) == south
    city = (3, 2, 1, 1, 1, 4.0, 3.0, 1.0, 0.95, 1, 1, 0.18, 0.192, 0.135, 0.002, 2, 1, 2, 1, 1, 70.31, 50, 100)
    assert starting(scores, "total", "all years") == city
    assert starting(scores, "whole city", FIRST) == city
    assert starting(scores, "whole city", FIRST + 1) == (0,) * 20 + ("–",) * 3


def test_targets_late_money_and_ledger_by_hand(told: Clerk, tmp_path: Path) -> None:
    path = export_scorecard(told.cycle, END, tmp_path / "a.xlsx", lang="en")
    targets = {row[3]: row[4:10] for row in rows(path, "Targets and results") if len(row) > 10}
    assert targets["task area of the first year (2031)"] == ("≥ 4", "ha", "to be filled in", 4, 3, "not met")
    assert targets["hazards removed (2033)"] == ("≥ 1", "points", "to be filled in", 1, 1, "met")
    assert targets["money in all (2033)"] == ("≤ 0.38", "10k yuan", "to be filled in", 0.192, 0.135, "met")
    assert targets["accepted of finished (2033)"][3:] == ("–", 100, "–")
    assert starting(rows(path, "Overdue"), 1) == (
        "South", "S", "land not cleared", dt.datetime(FIRST, 4, 1), dt.datetime(FIRST, 12, 31), 20,
    )  # fmt: skip
    assert rows(path, "Checks due")[0] == ("none",)
    later = export_scorecard(told.cycle, day(12, 6, FIRST + 1), tmp_path / "later.xlsx", lang="en")
    assert starting(rows(later, "Checks due"), 1) == ("North", "A", 1, dt.datetime(FIRST + 1, 12, 5), 1)
    accounts = rows(path, "Accounts")
    # promised, later, late, budget, issued, changed, committed, paid, given back, open: B and S are not closed
    assert starting(accounts, "municipal budget", FIRST) == (0.2, 0, 0, 0.2, 0.13, 0.012, 0.142, 0.11, 0.002, 0.03)
    assert starting(accounts, "district budget, North", FIRST) == (0.08, 0, 0, 0.08, 0.05, 0, 0.05, 0.025, 0, 0.025)
    changes = rows(path, "Ledger changes")
    before, after, difference = (3, 4.0, 0.17), (4, 4.5, 0.184), (1, 0.5, 0.014)
    found = next(row for row in changes if row[0] == "North" and len(row) == 11 and row[2] == 3)
    assert found[2:] == (*before, *after, *difference)
    assert ("North", "D", "added") in changes
    assert ("North", "C", "changed", "cost_yuan", "0.02", "0.026") in changes
    earlier = rows(
        export_scorecard(told.cycle, day(1, 11, FIRST + 1), tmp_path / "b.xlsx", lang="en"), "Ledger changes"
    )
    assert not any("D" in row for row in earlier)


def test_a_district_has_only_its_own_rows(told: Clerk, tmp_path: Path) -> None:
    path = export_scorecard(told.cycle, END, tmp_path, lang="zh", district="North")
    assert path.name == "North_绩效考核_2032-01-20.xlsx"
    book = openpyxl.load_workbook(path, data_only=True)
    said = {str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None}
    assert not any("South" in words or "land not cleared" in words or "市级" in words for words in said)
    assert {"North", "D"} <= said
    targets = {row[3]: row[4:10] for row in rows(path, "绩效目标完成情况") if len(row) > 9}
    assert targets["下达面积通过验收（2031年）"] == ("≥ 3", "公顷", "待填", 3, 0.95, "未满足")
    assert targets["支付不超过承诺（2031年）"] == ("≤ 0.162", "万元", "待填", 0.15, 0.135, "满足")
    with pytest.raises(BadInput, match="North、South"):
        export_scorecard(told.cycle, END, tmp_path, district="Nowhere")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_recalculation_changes_nothing(told: Clerk, tmp_path: Path, lang: Any) -> None:
    path = export_scorecard(told.cycle, END, tmp_path / "a.xlsx", lang=lang)
    again, first = recalculated(path, tmp_path), openpyxl.load_workbook(path, data_only=True)
    formulas = 0
    for sheet, live in zip(first, openpyxl.load_workbook(path), strict=True):
        for row, source in zip(sheet.iter_rows(), live.iter_rows(), strict=True):
            for cell, formula in zip(row, source, strict=True):
                if formula.data_type == "f":
                    formulas += 1
                    now = again[sheet.title][cell.coordinate].value
                    assert now == (pytest.approx(cell.value, abs=1e-9) if cell.data_type == "n" else cell.value)
    assert formulas == 196


def test_the_same_day_gives_the_same_bytes(told: Clerk) -> None:
    assert scorecard_bytes(told.cycle, END) == scorecard_bytes(told.cycle, END)
    assert scorecard_bytes(told.cycle, END) != scorecard_bytes(told.cycle, END, lang="en")


def test_names_are_never_formulas(tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://x")'
    at = tiny.issued(tiny.clerk(), "South")
    at.do("track", "South", FIRST, "S", remark=evil, due="2031-01-31")
    path = export_scorecard(at.cycle, day(12, 31), tmp_path)
    live = openpyxl.load_workbook(path)["挂账督办"]
    assert live["D4"].value == evil
    assert live["D4"].data_type == "s"


def test_without_a_plan_there_is_nothing_to_appraise(told: Clerk) -> None:
    bare = replace(told.cycle, ground=Ground(told.cycle.ground.ledger, told.cycle.ground.scenario))
    assert isinstance(bare, Cycle)
    with pytest.raises(BadInput, match="no plan is in force"):
        scorecard_bytes(bare, END)
