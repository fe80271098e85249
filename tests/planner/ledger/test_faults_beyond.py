"""Checks that need many rows, several sheets or a city's places: no false alarm, then the fault and its repair."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from planner import shipped
from planner.findings import Level
from planner.ledger import check_ledger
from planner.ledger.excel import examine_ledger
from planner.ledger.gazetteer import Gazetteer, gazetteer_of, read_gazetteer
from planner.ledger.sample.geometry import District
from planner.ledger.schema import columns
from planner.ledger.types import Patch
from tests.planner.ledger.tables import ZH, seen, workbook

Ring = tuple[tuple[float, float], ...]
SHEET = "图斑台账"


def square(west: float, south: float) -> Ring:
    return ((west, south), (west + 0.2, south), (west + 0.2, south + 0.2), (west, south + 0.2))


# two districts side by side: 116.0 to 116.2 and 116.2 to 116.4, 40.0 to 40.2
CITY = Gazetteer(
    {"甲区": District("甲区", (square(116.0, 40.0),)), "乙区": District("乙区", (square(116.2, 40.0),))},
    {"甲区": frozenset(["一镇", "二镇"])},
)
FIELDS = [
    *("patch", "district", "township", "area_m2", "treatment", "ever_licensed", "cost_yuan", "licence_number", "kind"),
    *("longitude", "latitude", "actual_start", "actual_finish", "accepted_date", "status", "district_shares"),
    *("recovery", "hazard_points", "special_candidate"),
]
PLAIN: dict[str, Any] = {
    "district": "甲区", "township": "一镇", "area_m2": 2.0, "treatment": "人工修复", "ever_licensed": "曾有",
    "cost_yuan": 300.0, "longitude": 116.1, "latitude": 40.1,
}  # fmt: skip


def rows(count: int = 24, **changed: dict[str, Any]) -> list[dict[str, Any]]:
    """Patches whose costs per hectare lie between 130 and 176; ``r3`` are the changes of row 3, the second one."""
    made = []
    for i in range(count):
        area = 1.0 + 0.25 * (i % 5)
        own = {
            "patch": f"A-{i}",
            "area_m2": area,
            "cost_yuan": round(area * (130 + 2 * i), 4),
            "latitude": 40.05 + i / 1000,
        }
        made.append({**PLAIN, **own, **changed.get(f"r{i + 2}", {})})
    return made


def write(path: Path, made: list[dict[str, Any]], extra: dict[str, list[Any]] | None = None) -> Path:
    extra = extra or {}
    header = [ZH[name] for name in FIELDS] + list(extra)
    body = [[row.get(name) for name in FIELDS] + [cells[i] for cells in extra.values()] for i, row in enumerate(made)]
    return workbook(path, {SHEET: [header, *body]})


@dataclass(frozen=True)
class Case:
    """What is changed in the sound rows, and what must be found: id, row and field."""

    expected: tuple[str, int, str]
    rows: list[dict[str, Any]]
    level: Level = Level.WARNING
    mend: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, list[Any]] | None = None


AHEAD = dt.date.today() + dt.timedelta(days=2)
"""A day to come, even if midnight passes before a test is run."""

CASES = [
    Case(("district_unknown", 4, "district"), rows(r4={"district": "甲曲"}), Level.ERROR, {"B4": "甲区"}),
    Case(("township_unknown", 4, "township"), rows(r4={"township": "一真"}), mend={"C4": "一镇"}),
    Case(("point_outside_district", 4, "longitude"), rows(r4={"longitude": 116.25})),
    Case(("same_point", 4, "longitude"), rows(r4={"latitude": 40.05})),
    # 20 mu under the heading of hectares: 15 times too large, and 15 times too cheap
    Case(("unit_mixed_up", 4, "area_m2"), rows(r4={"area_m2": 22.5, "cost_yuan": 201.0}), mend={"D4": 1.5}),
    Case(("unit_mixed_up", 4, "area_m2"), rows(r4={"area_m2": 15_000, "cost_yuan": 201.0}), mend={"D4": 1.5}),
    Case(("unit_mixed_up", 4, "cost_yuan"), rows(r4={"area_m2": 1.5, "cost_yuan": 2_010_000}), mend={"G4": 201}),
    Case(("cost_outlier", 4, "cost_yuan"), rows(r4={"area_m2": 1.5, "cost_yuan": 201.0 * 60})),
    Case(("areas_implausible", 2, "area_m2"), [{**row, "area_m2": row["area_m2"] * 10_000} for row in rows()]),
    Case(
        ("date_in_future", 4, "actual_start"), rows(r4={"actual_start": AHEAD, "status": "在建"}),
    ),
    Case(
        ("accepted_before_start", 4, "accepted_date"),
        rows(r4={"actual_start": dt.date(2021, 5, 2), "accepted_date": dt.date(2021, 5, 1), "status": "在建"}),
        Level.ERROR,
    ),
    Case(
        ("licence_number_without", 4, "licence_number"),
        rows(r4={"ever_licensed": "无", "licence_number": "C1100002009"}),
        mend={"F4": "曾有"},
    ),
    Case(
        ("payer_contradicts_licence", 4, "ever_licensed"),
        rows(r4={"ever_licensed": "无"}),
        extra={"市级资金": [10, None, 10, *["-"] * 21], "区级资金": [None, "/", 5, *[0] * 21]},
    ),
    Case(("shares_not_whole", 4, "district_shares"), rows(r4={"district_shares": "甲区:60;乙区:30"})),
    Case(("shares_not_whole", 4, "district_shares"), rows(r4={"district_shares": "甲区:0.6;乙区:0.41"})),
    Case(
        ("category_contradicted", 4, "treatment"), rows(r4={"special_candidate": "是"}), mend={"E4": "综合利用"},
    ),
]  # fmt: skip
ALSO = {
    "accepted_before_start": {"status_behind_dates"},  # one date alone cannot say what is done
}


def test_no_false_alarm(tmp_path: Path) -> None:
    made = rows(
        r2={"district_shares": "甲区:2;乙区:1"},
        r3={"district_shares": "甲区:0.6;乙区:0.4", "licence_number": "C1"},
        r4={"district_shares": "甲区:60;乙区:40", "ever_licensed": "无", "licence_number": "无"},
        r5={"longitude": 116.209},  # less than a kilometre outside
        r6={"hazard_points": 3, "cost_yuan": 5000.0},  # hazards cost what they cost
        r7={"longitude": None, "latitude": None},
        r8={"township": None},
        r9={"actual_start": dt.date.today(), "status": "在建"},
    )
    extra = {"市级资金": [1, 1, 0, *[1] * 21], "区级资金": [0, None, 9, *["—"] * 21]}
    findings = check_ledger(write(tmp_path / "a.xlsx", made, extra), gazetteer=CITY)
    assert seen(findings) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.expected[0])
def test_the_fault_alone(case: Case, tmp_path: Path) -> None:
    findings = check_ledger(write(tmp_path / "a.xlsx", case.rows, case.extra), gazetteer=CITY)
    id, row, name = case.expected
    findings = [finding for finding in findings if finding.id not in ALSO.get(id, set())]
    assert seen(findings) == [(id, SHEET, row, columns(Patch)[name].zh)]
    (finding,) = findings
    assert finding.level is case.level
    assert {change.cell: change.new for change in finding.mend} == case.mend
    assert finding.cell.rstrip("0123456789") in "ABCDEFGHIJKLMNOPQRS"


def test_coordinates_the_wrong_way_round(tmp_path: Path) -> None:
    """In a city whose longitudes are latitudes too; elsewhere a latitude above 90 says it."""
    city = Gazetteer({"甲区": District("甲区", (square(36.0, 40.0),))})
    made = rows()
    for i, row in enumerate(made):
        row["longitude"], row["latitude"] = 36.1, 40.05 + i / 1000
    made[2]["longitude"], made[2]["latitude"] = 40.15, 36.1
    (finding,) = check_ledger(write(tmp_path / "a.xlsx", made), gazetteer=city)
    assert (finding.id, finding.row, finding.level) == ("coordinates_swapped", 4, Level.WARNING)
    assert [(change.cell, change.new) for change in finding.mend] == [("J4", 36.1), ("K4", 40.15)]
    (finding,) = check_ledger(write(tmp_path / "b.xlsx", rows(r4={"longitude": 40.1, "latitude": 116.1})))
    assert finding.id == "coordinate_out_of_range"
    assert [(change.cell, change.new) for change in finding.mend] == [("J4", 116.1), ("K4", 40.1)]


def test_few_rows_say_nothing_of_what_is_usual(tmp_path: Path) -> None:
    made = rows(19, r4={"area_m2": 22.5, "cost_yuan": 201.0})
    assert check_ledger(write(tmp_path / "a.xlsx", made)) == []


def test_a_patch_in_two_sheets(tmp_path: Path) -> None:
    header = [ZH[name] for name in FIELDS]
    pages = {f"{district}区": [header, *([row.get(name) for name in FIELDS] for row in rows(2))] for district in "东西"}
    findings = check_ledger(workbook(tmp_path / "a.xlsx", pages))
    twice = [finding for finding in findings if finding.id == "patch_in_two_sheets"]
    assert seen(twice) == [
        ("patch_in_two_sheets", "西区", 2, "图斑编号"),
        ("patch_in_two_sheets", "西区", 3, "图斑编号"),
    ]
    assert twice[0].wrong("zh") == "图斑编号“A-0”重复，首次在工作表“东区”第 2 行"


def test_the_shipped_city_is_found_by_its_name() -> None:
    city = gazetteer_of("北京市")
    assert city is not None
    assert "房山区" in city.districts
    assert gazetteer_of("某市") is None
    assert gazetteer_of("") is None
    again = read_gazetteer(shipped.path("data") / "beijing" / "places.toml")
    assert again.districts.keys() == city.districts.keys()


def test_the_shipped_ledger_gives_no_finding() -> None:
    examined = examine_ledger(shipped.path("data") / "beijing" / "ledger.xlsx")
    assert examined.findings == []
    assert examined.ledger is not None
    assert examined.ledger.extra == {}


def test_far_from_a_boundary_by_hand() -> None:
    """A degree of latitude is 111.2 km: 0.01 north of the edge is 1.1 km, and 0.02 is 2.2 km."""
    city = Gazetteer({"甲区": District("甲区", (square(116.0, 40.0),))})
    outside = city.outside("甲区", [116.1, 116.1, 116.1], [40.1, 40.21, 40.22])
    assert outside.tolist() == [False, False, True]
    assert Decimal("0.01") * Decimal("111.2") < Decimal("1.5") < Decimal("0.02") * Decimal("111.2")
