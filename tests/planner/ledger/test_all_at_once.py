"""A ledger with a dozen planted faults gives exactly those, by row and column, whichever way it comes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from planner.findings import BadInput
from planner.ledger import check_ledger, load_ledger
from planner.ledger.frames import check_frames
from planner.ledger.types import Ledger
from tests.planner.ledger.tables import ZH, ZH_OPTION, seen, workbook

COLUMNS = [
    *("patch", "district", "area_m2", "treatment", "ever_licensed", "cost_yuan"),
    *("tier", "actual_start", "core_reserve", "special_candidate", "longitude", "latitude", "kind"),
]
OPTION_COLUMNS = ["patch", "option", "cost_yuan", "cash_yuan", "first_start", "last_start", "special"]
E = None
PATCHES: list[list[Any]] = [
    ["A-1", "甲", 1.5, "综合利用", "曾有", 300, 1, E, "否", "是", 116.4, 39.9, E],
    ["A-2", "甲", 1.5, "人工修复", "无", 0.00005, 2, E, "否", "否", E, E, E],  # 1 cost
    ["A-3", "乙", -1, "人工修复", "无", 300, 3, E, "否", "否", E, E, E],  # 2 area
    ["A-3", "乙", 2, "人工修复", "无", 300, 3, E, "否", "否", E, E, E],  # 3 id
    ["A-5", E, 2, "人工修复", "无", 300, 9, E, "否", "否", E, E, E],  # 4 district, 5 tier
    ["A-6", "乙", 2, "人工修复", "无", 300, 3, "明年", "是", "否", E, E, E],  # 6 treatment in a core zone, 7 date
    ["A-7", "乙", 2, "人工", "无", 300, 3, E, "是", "否", 116.4, E, E],  # 8 treatment, 9 latitude
    ["A-8", "乙", 2, "人工修复", "曾有", 1, 3, E, "否", "否", E, E, "关停及生产矿山"],  # 10 cost
    ["A-9", "乙", 2, "自然恢复", "无", 0, 3, E, "是", "否", E, E, E],
]
OPTIONS: list[list[Any]] = [
    ["A-1", "a", 300, "200;100", 2021, 2025, "是"],
    ["A-1", "b", 300, "200;99", 2021, 2025, "否"],  # 11 cash
    ["A-4", "a", 300, E, 2025, 2021, "是"],  # 12 patch, 13 window
]
PLANTED = [
    ("not_whole_yuan", 0, 2, "cost_yuan"),
    ("negative", 0, 3, "area_m2"),
    ("patch_twice", 0, 4, "patch"),
    ("required_empty", 0, 5, "district"),
    ("tier_unknown", 0, 5, "tier"),
    ("core_reserve_works", 0, 6, "treatment"),
    ("not_a_date", 0, 6, "actual_start"),
    ("unknown_word", 0, 7, "treatment"),
    ("coordinate_alone", 0, 7, "latitude"),
    ("enterprise_cost", 0, 8, "cost_yuan"),
    ("cash_does_not_sum", 1, 2, "cash_yuan"),
    ("option_of_no_patch", 1, 3, "patch"),
    ("start_window_empty", 1, 3, "last_start"),
]


def test_in_a_workbook(tmp_path: Path) -> None:
    rows = [["台账"], [ZH[name] for name in COLUMNS], *PATCHES]
    treatments = [["方案"], [ZH_OPTION[name] for name in OPTION_COLUMNS], *OPTIONS]
    path = workbook(tmp_path / "a.xlsx", {"图斑台账": rows, "治理方案": treatments})
    expected = [
        (key, ("图斑台账", "治理方案")[sheet], row + 2, (ZH, ZH_OPTION)[sheet][name])
        for key, sheet, row, name in PLANTED
    ]
    assert seen(check_ledger(path)) == expected
    with pytest.raises(BadInput) as caught:
        load_ledger(path)
    assert seen(caught.value.findings) == expected


def test_in_frames() -> None:
    first = pd.DataFrame(PATCHES, columns=COLUMNS, dtype="object")
    second = pd.DataFrame(OPTIONS, columns=OPTION_COLUMNS, dtype="object")
    for name in ("area_m2", "cost_yuan"):
        first[name] = [value if abs(value) < 0.001 else value * 10_000 for value in first[name]]
    first["ever_licensed"] = first["ever_licensed"] == "曾有"
    second["cost_yuan"] = second["cost_yuan"] * 10_000
    second["cash_yuan"] = pd.Series([[2_000_000, 1_000_000], [2_000_000, 990_000], None])
    expected = [(key, ("patches", "options")[sheet], row, name) for key, sheet, row, name in PLANTED]
    assert seen(check_frames(first, second)) == expected
    with pytest.raises(BadInput) as caught:
        Ledger.from_frames(first, second)
    assert seen(caught.value.findings) == expected
    message = str(caught.value)
    assert message.count("\n") == len(PLANTED) - 1
    assert "patches · 第 4 行 · patch" in message
    assert "[patch_twice]" in message
