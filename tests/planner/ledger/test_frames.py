"""Ledgers from data frames: every sane dtype, the header, the meta, and back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.findings import BadInput, Level
from planner.ledger.frames import check_frames
from planner.ledger.schema import columns
from planner.ledger.types import META_DEFAULTS, Ledger, Option, Patch, PatchKind, Status, Treatment
from tests.planner.ledger.tables import PATCH, options, patches, seen

DAY = dt.date(2023, 12, 11)


def test_the_least_ledger_has_the_defaults() -> None:
    ledger = Ledger.from_frames(pd.DataFrame([PATCH]))
    (patch,) = ledger.patches
    assert patch == Patch(
        patch="A-1",
        district="甲区",
        area_m2=20_000,
        treatment=Treatment.ARTIFICIAL,
        ever_licensed=True,
        cost_yuan=3_000_000,
    )
    assert (patch.kind, patch.tier, patch.status) == (PatchKind.ABANDONED_MINE, 3, Status.NOT_STARTED)
    assert ledger.options == ()
    assert ledger.meta == META_DEFAULTS
    assert ledger.source == ""


SAME: list[tuple[str, Any, Any]] = [
    ("area_m2", pd.Series([5], dtype="uint8"), 5),
    ("area_m2", pd.Series([5.0], dtype="float32"), 5),
    ("area_m2", pd.Series([5], dtype="Int64"), 5),
    ("area_m2", pd.Series(["5"], dtype="string"), 5),
    ("area_m2", pd.Series([np.int16(5)], dtype="object"), 5),
    ("cost_yuan", pd.Series([Decimal("5.00")]), 5),
    ("cost_yuan", pd.Series([10**12]), 10**12),
    ("patch", pd.Series([7]), "7"),
    ("patch", pd.Series(["007"]), "007"),
    ("ever_licensed", pd.Series([0]), False),
    ("ever_licensed", pd.Series([True], dtype="boolean"), True),
    ("ever_licensed", pd.Series(["true"]), True),
    ("ever_licensed", pd.Series([np.bool_(False)], dtype="object"), False),
    ("treatment", pd.Series(["natural"], dtype="category"), Treatment.NATURAL),
    ("treatment", pd.Series([Treatment.NATURAL], dtype="object"), Treatment.NATURAL),
    ("duration_years", pd.Series([2.0]), 2),
    ("duration_years", pd.Series([np.nan]), None),
    ("duration_years", pd.Series([pd.NA], dtype="Int64"), None),
    ("tier", pd.Series([None], dtype="object"), 3),
    ("tier", pd.Series([pd.NA], dtype="object"), 3),
    ("verified_on", pd.Series([DAY]), DAY),
    ("verified_on", pd.Series([pd.Timestamp(DAY)]), DAY),
    ("verified_on", pd.Series([pd.NaT]), None),
    ("verified_on", pd.Series([np.datetime64("2023-12-11")], dtype="object"), DAY),
    ("verified_on", pd.Series([np.datetime64("NaT")], dtype="object"), None),
    ("verified_on", pd.Series(["2023-12-11"]), DAY),
    ("benefit", pd.Series([np.float64(0.1)]), Decimal("0.1")),
    ("benefit", pd.Series([-3]), Decimal(-3)),
    ("longitude", pd.Series([np.nan]), None),
    ("district_shares", pd.Series([{"甲区": np.int64(60), "乙区": 40.5}]), (("甲区", 60), ("乙区", Decimal("40.5")))),
    ("district_shares", pd.Series([(("甲区", 1),)], dtype="object"), (("甲区", Decimal(1)),)),
    ("district_shares", pd.Series([None], dtype="object"), ()),
]


@pytest.mark.parametrize(("field", "series", "value"), SAME, ids=[f"{s[0]}-{s[1].dtype}-{s[2]}" for s in SAME])
def test_any_sane_dtype_is_read(field: str, series: pd.Series[Any], value: Any) -> None:
    frame = patches().assign(**{field: series})
    assert getattr(Ledger.from_frames(frame).patches[0], field) == value


@pytest.mark.parametrize(
    "cash",
    [[300, 200], (300, 200), np.array([300, 200]), np.array([300.0, 200.0]), pd.Series([300, 200]), "[300, 200]"],
    ids=lambda cash: type(cash).__name__,
)
def test_cash_in_any_form(cash: object) -> None:
    ledger = Ledger.from_frames(patches(), options({"cost_yuan": 500, "cash_yuan": cash}))
    assert ledger.options[0].cash_yuan == (300, 200)


def test_the_index_does_not_matter_and_rows_count_from_one() -> None:
    frame = patches({}, {"tier": 7})
    frame.index = pd.Index([40, 40])
    assert seen(check_frames(frame)) == [("tier_unknown", "patches", 2, "tier")]


def test_no_rows() -> None:
    assert seen(check_frames(patches().iloc[:0])) == [("no_rows", "patches", 0, "")]
    missing = [("column_missing", "patches", 0, name) for name in PATCH]
    assert sorted(seen(check_frames(pd.DataFrame()))) == sorted([("no_rows", "patches", 0, ""), *missing])


def test_options_without_rows_are_none() -> None:
    assert Ledger.from_frames(patches(), options().iloc[:0]) == Ledger.from_frames(patches())
    assert Ledger.from_frames(patches(), pd.DataFrame()).options == ()


def test_a_missing_column_is_one_finding_with_the_nearest_name() -> None:
    frame = patches({}, {}).rename(columns={"cost_yuan": "cost", "district": "where"})
    findings = check_frames(frame)
    assert seen(findings) == [
        ("column_unknown", "patches", 0, "where"),
        ("column_missing", "patches", 0, "district"),
        ("column_missing", "patches", 0, "cost_yuan"),
    ]
    nearest = {finding.column: finding.values.get("nearest") for finding in findings}
    assert nearest == {"district": "—", "cost_yuan": "cost", "where": None}
    assert seen(check_frames(patches(), options().drop(columns="option"))) == [
        ("column_missing", "options", 0, "option")
    ]


def test_an_unknown_column_that_looks_known_is_an_error_and_another_a_warning() -> None:
    findings = check_frames(patches().assign(tenure_clear_frm=2022, geometry="x"))
    assert seen(findings) == [
        ("column_misnamed", "patches", 0, "tenure_clear_frm"),
        ("column_unknown", "patches", 0, "geometry"),
    ]
    assert [finding.level for finding in findings] == [Level.ERROR, Level.WARNING]
    assert findings[0].values == {"expected": "tenure_clear_from"}
    assert Ledger.from_frames(patches().assign(geometry="x")).patches[0].patch == "A-1"


def test_a_name_like_a_known_column_that_is_there_is_no_slip() -> None:
    assert seen(check_frames(patches().assign(district_id=7))) == [("column_unknown", "patches", 0, "district_id")]


def test_a_doubled_column() -> None:
    frame = pd.concat([patches(), patches()[["cost_yuan"]]], axis=1)
    assert seen(check_frames(frame)) == [("column_twice", "patches", 0, "cost_yuan")]


def test_chinese_column_names_are_for_workbooks() -> None:
    """A frame is in yuan and m², which 万元 and 公顷 in a name would contradict."""
    renamed = patches().rename(columns={"cost_yuan": "投资估算(万元)"})
    assert ("column_missing", "patches", 0, "cost_yuan") in seen(check_frames(renamed))


def test_all_is_gathered_in_one_error() -> None:
    with pytest.raises(BadInput) as caught:
        Ledger.from_frames(patches({"tier": 7}, {"cost_yuan": -1}), options({"cost_yuan": None}))
    assert seen(caught.value.findings) == [
        ("tier_unknown", "patches", 1, "tier"),
        ("negative", "patches", 2, "cost_yuan"),
        ("required_empty", "options", 1, "cost_yuan"),
    ]


def test_what_is_no_frame_is_refused() -> None:
    with pytest.raises(TypeError, match="patches must be a pandas DataFrame, got list"):
        Ledger.from_frames([PATCH])  # type: ignore[arg-type]


META_CASES: list[tuple[str, dict[str, Any]]] = [
    ("meta_unknown", {"weather": "fine"}),
    ("meta_misnamed", {"titel": "x"}),
    ("unit_size_not_power_of_ten", {"money_unit_size": "5000"}),
    ("unit_size_not_power_of_ten", {"money_unit_size": "0"}),
    ("control_character", {"title": "a\x00"}),
    ("not_text", {"title": True}),
]


@pytest.mark.parametrize(("key", "meta"), META_CASES, ids=[case[0] for case in META_CASES])
def test_faults_of_the_meta(key: str, meta: dict[str, Any]) -> None:
    assert seen(check_frames(patches(), meta=meta)) == [(key, "meta", 0, *meta)]


def test_meta_replaces_defaults_and_an_empty_entry_is_one() -> None:
    meta = Ledger.from_frames(patches(), meta={"city": "某市", "money_unit_size": "1", "title": ""}).meta
    assert meta == {**META_DEFAULTS, "city": "某市", "money_unit_size": "1"}


def test_frames_hold_every_column_in_order() -> None:
    ledger = Ledger.from_frames(
        patches({"verified_on": DAY, "district_shares": {"甲区": 1}}), options({"cash_yuan": [3_000_000]})
    )
    first, second = ledger.to_frames()
    assert list(first) == list(columns(Patch))
    assert list(second) == list(columns(Option))
    assert first["treatment"].tolist() == ["artificial"]
    assert first["cost_yuan"].sum() == 3_000_000
    assert Ledger.from_frames(first, second) == ledger
