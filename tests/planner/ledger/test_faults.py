"""Every check across cells: no false alarm, then its fault alone, by row and column."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from planner.findings import Level
from planner.ledger.check import CHECKS
from planner.ledger.frames import check_frames
from planner.ledger.types import Ledger
from tests.planner.ledger import test_faults_beyond
from tests.planner.ledger.tables import options, patches, seen

DAY = dt.date(2021, 6, 1)
NEXT = dt.date(2021, 6, 2)
MINE = {"kind": "closed_or_producing_mine", "cost_yuan": 0}
POTENTIAL = {"treatment": "comprehensive", "special_candidate": True}
CORE = {"core_reserve": True, "treatment": "natural"}
Rows = list[dict[str, Any]]

SOUND: dict[str, tuple[Rows, Rows]] = {
    "the least": ([{}], []),
    "least amounts": ([{"area_m2": 1, "cost_yuan": 0}], [{"cost_yuan": 0, "cash_yuan": [0]}]),
    "bounds": (
        [
            {"tier": 1, "bottom_line": 0, "resident_impact": 100, "hazard_points": 0, "duration_years": 1},
            {"tier": 3, "longitude": 180, "latitude": -90, "closure_year": 1900, "planned_year": 2200},
        ],
        [{"first_start": 2021, "last_start": 2021, "duration_years": 1}],
    ),
    "same option id of two patches": ([{}, {}], [{"option": "s"}, {"option": "s", "patch": "A-2"}]),
    "whole area equals the unrestored": ([{"patch_area_m2": 20_000, "accepted_area_m2": 20_000}], []),
    "accepted out of the whole": ([{"patch_area_m2": 20_001, "accepted_area_m2": 20_001}], []),
    "parts that sum": ([{"hazard_removal_yuan": 1, "rock_face_yuan": 2_999_999}], []),
    "a part of nothing": ([{"cost_yuan": 0, "revegetation_yuan": 0}], []),
    "enterprise mine": ([MINE], [{"cost_yuan": 0, "other_yuan": 5}]),
    "core zone": (
        [
            {"core_reserve": True, "treatment": "natural"},
            {"core_reserve": True, "irreversible_damage": True},
        ],
        [{"patch": "A-2", "treatment": "artificial"}, {"patch": "A-1", "treatment": "comprehensive"}],
    ),
    "licence": ([{"licence_until": DAY}], []),
    "dates on one day": (
        [{"actual_start": DAY, "actual_finish": DAY, "accepted_date": DAY, "status": "closed"}],
        [],
    ),
    "under way": ([{"actual_start": DAY, "status": "under_way"}], []),
    "finished": ([{"actual_start": DAY, "actual_finish": NEXT, "status": "finished"}], []),
    "natural recovery verified, then closed": (
        [
            {
                "treatment": "natural",
                "verified_on": DAY,
                "actual_start": DAY,
                "actual_finish": DAY,
                "accepted_date": DAY,
                "status": "closed",
            },
            {"treatment": "natural"},
        ],
        [],
    ),
    "shares": ([{"district_shares": {"乙区": 0.1, "甲区": 60}}], []),
    "cash": ([{}], [{"cash_yuan": [3_000_000]}, {"cash_yuan": [0, 1, 2_999_999]}]),
    "special": (
        [
            {"special_candidate": True, "treatment": "comprehensive"},
            {**POTENTIAL},
        ],
        [{"special": True}, {"patch": "A-2", "special": True, "treatment": "comprehensive"}],
    ),
}

# id, patches, options, and where it must be found: sheet, row, column
CASES: list[tuple[str, Rows, Rows, tuple[str, int, str]]] = [
    ("patch_twice", [{}, {"patch": "A-1"}], [], ("patches", 2, "patch")),
    ("option_twice", [{}], [{"option": "x"}, {}, {"option": "x"}], ("options", 3, "option")),
    ("option_of_no_patch", [{}], [{"patch": "A-9"}], ("options", 1, "patch")),
    ("area_too_small", [{"area_m2": 0}], [], ("patches", 1, "area_m2")),
    ("tier_unknown", [{}, {"tier": 0}], [], ("patches", 2, "tier")),
    ("tier_unknown", [{}, {"tier": 4}], [], ("patches", 2, "tier")),
    ("score_out_of_range", [{"bottom_line": -1}], [], ("patches", 1, "bottom_line")),
    ("score_out_of_range", [{"resident_impact": 101}], [], ("patches", 1, "resident_impact")),
    ("score_out_of_range", [{"landscape_damage": 101}], [], ("patches", 1, "landscape_damage")),
    ("count_negative", [{"hazard_points": -1}], [], ("patches", 1, "hazard_points")),
    ("duration_too_short", [{"duration_years": 0}], [], ("patches", 1, "duration_years")),
    ("duration_too_short", [{}], [{"duration_years": 0}], ("options", 1, "duration_years")),
    ("coordinate_out_of_range", [{"longitude": 180.1, "latitude": 0}], [], ("patches", 1, "longitude")),
    ("coordinate_out_of_range", [{"longitude": 39.9, "latitude": 116.4}], [], ("patches", 1, "latitude")),
    ("coordinate_alone", [{"longitude": 116.4}], [], ("patches", 1, "latitude")),
    ("coordinate_alone", [{"latitude": 0}], [], ("patches", 1, "longitude")),
    ("year_implausible", [{"closure_year": 1899}], [], ("patches", 1, "closure_year")),
    ("year_implausible", [{"tenure_clear_from": 2201}], [], ("patches", 1, "tenure_clear_from")),
    ("year_implausible", [{"planned_year": 21}], [], ("patches", 1, "planned_year")),
    ("year_implausible", [{}], [{"first_start": 21}], ("options", 1, "first_start")),
    ("year_implausible", [{}], [{"last_start": 20210}], ("options", 1, "last_start")),
    ("year_implausible", [{"verified_on": dt.date(1899, 12, 31)}], [], ("patches", 1, "verified_on")),
    ("patch_area_below_unrestored", [{"patch_area_m2": 19_999}], [], ("patches", 1, "patch_area_m2")),
    ("accepted_area_above_patch", [{"accepted_area_m2": 20_001}], [], ("patches", 1, "accepted_area_m2")),
    (
        "accepted_area_above_patch",
        [{"patch_area_m2": 30_000, "accepted_area_m2": 30_001}],
        [],
        ("patches", 1, "accepted_area_m2"),
    ),
    ("parts_do_not_sum", [{"land_levelling_yuan": 2_999_999}], [], ("patches", 1, "cost_yuan")),
    ("parts_do_not_sum", [{"land_levelling_yuan": 0}], [], ("patches", 1, "cost_yuan")),
    ("enterprise_cost", [{**MINE, "cost_yuan": 1}], [], ("patches", 1, "cost_yuan")),
    ("enterprise_option_cost", [MINE], [{"cost_yuan": 1}], ("options", 1, "cost_yuan")),
    ("core_reserve_works", [{"core_reserve": True}], [], ("patches", 1, "treatment")),
    (
        "core_reserve_option",
        [CORE],
        [{"treatment": "comprehensive"}, {"treatment": "artificial"}],
        ("options", 2, "treatment"),
    ),
    ("licence_never_held", [{"ever_licensed": False, "licence_until": DAY}], [], ("patches", 1, "licence_until")),
    (
        "finish_before_start",
        [{"actual_start": NEXT, "actual_finish": DAY, "status": "finished"}],
        [],
        ("patches", 1, "actual_finish"),
    ),
    (
        "accepted_before_finish",
        [{"actual_start": DAY, "actual_finish": NEXT, "accepted_date": DAY, "status": "accepted"}],
        [],
        ("patches", 1, "accepted_date"),
    ),
    ("status_without_date", [{"status": "under_way"}], [], ("patches", 1, "actual_start")),
    ("status_without_date", [{"status": "finished", "actual_start": DAY}], [], ("patches", 1, "actual_finish")),
    (
        "status_without_date",
        [{"status": "closed", "actual_start": DAY, "actual_finish": DAY}],
        [],
        ("patches", 1, "accepted_date"),
    ),
    *(
        (
            "closed_without_verification",
            [
                {
                    "treatment": "natural",
                    "status": status,
                    "actual_start": DAY,
                    "actual_finish": DAY,
                    "accepted_date": DAY,
                }
            ],
            [],
            ("patches", 1, "verified_on"),
        )
        for status in ("accepted", "closed")
    ),
    ("id_rewritten", [{"patch": "101.0"}], [], ("patches", 1, "patch")),
    ("id_rewritten", [{}, {"patch": "'0102"}], [], ("patches", 2, "patch")),
    ("status_behind_dates", [{"actual_start": DAY}], [], ("patches", 1, "status")),
    (
        "status_behind_dates",
        [{"actual_start": DAY, "actual_finish": DAY, "status": "under_way"}],
        [],
        ("patches", 1, "status"),
    ),
    ("share_not_positive", [{"district_shares": {"甲区": 1, "乙区": 0}}], [], ("patches", 1, "district_shares")),
    ("share_not_positive", [{"district_shares": {"甲区": -0.1}}], [], ("patches", 1, "district_shares")),
    ("share_twice", [{"district_shares": [("甲区", 1), ("甲区", 2)]}], [], ("patches", 1, "district_shares")),
    ("share_without_own", [{"district_shares": {"乙区": 1}}], [], ("patches", 1, "district_shares")),
    ("cash_does_not_sum", [{}], [{"cash_yuan": [2_999_999]}], ("options", 1, "cash_yuan")),
    ("payment_negative", [{}], [{"cash_yuan": [3_000_001, -1]}], ("options", 1, "cash_yuan")),
    ("start_window_empty", [{}], [{"first_start": 2022, "last_start": 2021}], ("options", 1, "last_start")),
    ("natural_option", [{}], [{"treatment": "natural"}], ("options", 1, "treatment")),
    ("natural_option", [{"treatment": "natural"}], [{}], ("options", 1, "treatment")),
    ("special_not_candidate", [{"treatment": "comprehensive"}], [{"special": True}], ("options", 1, "special")),
    (
        "special_not_comprehensive",
        [{"special_candidate": True, "treatment": "comprehensive"}],
        [{"special": True, "treatment": "artificial"}],
        ("options", 1, "special"),
    ),
]
WARNINGS = {"status_without_date", "status_behind_dates", "id_rewritten"}


@pytest.mark.parametrize(("rows", "treatments"), SOUND.values(), ids=list(SOUND))
def test_no_false_alarm(rows: Rows, treatments: Rows) -> None:
    assert not check_frames(patches(*rows), options(*treatments) if treatments else None)


@pytest.mark.parametrize(("key", "rows", "treatments", "where"), CASES, ids=[case[0] for case in CASES])
def test_the_fault_alone(key: str, rows: Rows, treatments: Rows, where: tuple[str, int, str]) -> None:
    findings = check_frames(patches(*rows), options(*treatments) if treatments else None)
    assert seen(findings) == [(key, *where)]
    assert findings[0].level == (Level.WARNING if key in WARNINGS else Level.ERROR)


def test_every_check_has_a_case() -> None:
    beyond = {case.expected[0] for case in test_faults_beyond.CASES}
    of_their_own = {"patch_in_two_sheets", "coordinates_swapped"}
    assert {check.id for check in CHECKS} == {case[0] for case in CASES} | beyond | of_their_own


def test_a_warning_does_not_stop_the_ledger() -> None:
    assert Ledger.from_frames(patches({"status": "under_way"})).patches[0].status == "under_way"


def test_words_show_values_as_the_table_does() -> None:
    (finding,) = check_frames(patches(), options({"cash_yuan": [1_000_000, 1_999_999]}))
    assert finding.wrong("zh") == "分年付款合计 2999999，与“cost_yuan” 3000000 不符，相差 1"
    assert finding.value == "1000000;1999999"
    (finding,) = check_frames(patches(), options({"patch": "A_1"}))
    assert finding.wrong("en") == "there is no patch 'A_1' in the ledger (nearest id: A-1)"


def test_one_bad_cell_is_one_finding() -> None:
    """Checks that need a cell which could not be read keep silent."""
    rows = patches({"treatment": "art", "core_reserve": True, "cost_yuan": "x", "rock_face_yuan": 5})
    findings = check_frames(rows, options({"special": True, "cash_yuan": "x"}))
    assert seen(findings) == [
        ("unknown_word", "patches", 1, "treatment"),
        ("not_a_number", "patches", 1, "cost_yuan"),
        ("not_a_number", "options", 1, "cash_yuan"),
        ("special_not_candidate", "options", 1, "special"),
    ]
