"""Reading what was written gives the same ledger, through data frames and through workbooks."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.ledger import load_ledger, save_ledger
from planner.ledger.cells import clean_name, clean_text
from planner.ledger.faults import FIRST_YEAR, LAST_YEAR
from planner.ledger.schema import REQUIRED, Column, Kind, columns, defaults
from planner.ledger.table import file_readings
from planner.ledger.types import META_DEFAULTS, Ledger, Option, Patch, PatchKind, Status, Treatment
from tests.planner.ledger.tables import options, patches

ODD = [
    "=1+1",
    "007",
    "_x0041_",
    "a\nb",
    '"引"',
    "'x",
    "@SUM(A1)",
    "TRUE",
    "1E5",
    "<&>",
    "\x7f\x85é\u2028z",
    "-",
    "#N/A",
]
TEXTS = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=20).filter(
        lambda text: "x005F_" not in text
    ),
).map(clean_text)
NAMES = TEXTS.map(clean_name).filter(bool)  # ids and districts are kept half-width
MONEY = st.one_of(st.sampled_from([0, 1, 9_999, 10_001, 10**12, 10**12 - 1, 10**15]), st.integers(0, 10**12))
DECIMALS = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=6),
    st.sampled_from([Decimal("0.1"), Decimal("-1.2345678901234567890123456"), Decimal("1E-30"), Decimal("1E+3")]),
)
DATES = st.dates(dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 12, 31))
# What the checks across cells bind is drawn apart.
APART = {
    *("patch", "option", "district", "district_shares", "treatment", "kind", "cost_yuan", "ever_licensed", "tier"),
    *("patch_area_m2", "accepted_area_m2", "licence_until", "actual_start", "actual_finish", "accepted_date"),
    *("hazard_removal_yuan", "land_levelling_yuan", "revegetation_yuan", "rock_face_yuan", "core_reserve"),
    *("bottom_line", "resident_impact", "landscape_damage", "longitude", "latitude", "cash_yuan", "special"),
    *("first_start", "last_start"),
}


def values_of(column: Column) -> st.SearchStrategy[Any]:
    """Any value of a column."""
    return {
        Kind.TEXT: TEXTS,
        Kind.WHOLE: st.integers(FIRST_YEAR, LAST_YEAR),
        Kind.DECIMAL: DECIMALS,
        Kind.AREA: st.integers(1, 10**10),
        Kind.MONEY: MONEY,
        Kind.YES_NO: st.booleans(),
        Kind.DATE: DATES,
        Kind.CHOICE: st.sampled_from(list(column.choices or [None])),
    }[column.kind]


def free_fields(row_type: type[Any]) -> dict[str, st.SearchStrategy[Any]]:
    """The fields that no check across cells binds, each at its default half of the time."""
    default = defaults(row_type)
    return {
        name: st.one_of(st.just(default[name]), values_of(column)) if name in default else values_of(column)
        for name, column in columns(row_type).items()
        if name not in APART
    }


@st.composite
def a_patch(draw: st.DrawFn, name: str) -> Patch:
    """A sound patch."""
    fields = draw(st.fixed_dictionaries(free_fields(Patch)))
    parts = draw(st.one_of(st.none(), st.lists(MONEY.filter(lambda yuan: yuan < 10**14), min_size=4, max_size=4)))
    kind = draw(st.sampled_from(list(PatchKind)))
    if kind is PatchKind.CLOSED_OR_PRODUCING_MINE:
        parts = None
    district = draw(NAMES)
    others = draw(st.lists(NAMES.filter(lambda other: other != district), unique=True, max_size=2))
    weights = draw(st.lists(st.decimals("0.001", 1000, places=3), min_size=3, max_size=3))
    place = draw(st.one_of(st.none(), st.tuples(st.floats(-180, 180), st.floats(-90, 90))))
    days = sorted(draw(st.lists(DATES, min_size=3, max_size=3)))
    licensed = draw(st.booleans())
    treatment = draw(st.sampled_from([Treatment.NATURAL, Treatment.COMPREHENSIVE]))
    if treatment is Treatment.NATURAL and fields["status"] in (Status.ACCEPTED, Status.CLOSED):
        fields["verified_on"] = fields["verified_on"] or days[0]
    return Patch(
        **fields,
        patch=name,
        district=district,
        kind=kind,
        treatment=treatment,
        ever_licensed=licensed,
        licence_until=draw(st.one_of(st.none(), DATES)) if licensed else None,
        core_reserve=draw(st.booleans()),
        tier=draw(st.integers(1, 3)),
        bottom_line=draw(st.integers(0, 100)),
        cost_yuan=0 if kind is PatchKind.CLOSED_OR_PRODUCING_MINE else sum(parts) if parts else draw(MONEY),
        **dict(
            zip(
                ("hazard_removal_yuan", "land_levelling_yuan", "revegetation_yuan", "rock_face_yuan"),
                parts or [None] * 4,
                strict=True,
            )
        ),
        patch_area_m2=draw(st.one_of(st.none(), st.integers(fields["area_m2"], 10**11))),
        longitude=place[0] + 0.0 if place else None,
        latitude=place[1] + 0.0 if place else None,
        district_shares=tuple(zip([*others, district], weights, strict=False)) if others else (),
        actual_start=days[0],
        actual_finish=draw(st.sampled_from([None, days[1]])),
        accepted_date=draw(st.sampled_from([None, days[2]])),
    )


@st.composite
def an_option(draw: st.DrawFn, patch: Patch, name: str) -> Option:
    """A sound option of works."""
    fields = draw(st.fixed_dictionaries(free_fields(Option)))
    cash = draw(st.one_of(st.none(), st.lists(MONEY.filter(lambda yuan: yuan < 10**14), min_size=1, max_size=6)))
    if patch.by_enterprise:
        cash = [0]
    return Option(
        **fields,
        patch=patch.patch,
        option=name,
        cost_yuan=sum(cash) if cash else draw(MONEY),
        cash_yuan=tuple(cash) if cash else None,
        treatment=Treatment.COMPREHENSIVE,
        first_start=draw(st.sampled_from([None, 2021])),
        last_start=draw(st.sampled_from([None, 2021, 2200])),
        special=patch.special_candidate,
    )


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """A sound ledger with odd texts and extreme amounts."""
    names = draw(st.lists(NAMES, unique=True, min_size=1, max_size=3))
    rows = tuple(draw(a_patch(name)) for name in names)
    labels = draw(st.lists(NAMES, unique=True, max_size=2))
    treatments = tuple(draw(an_option(rows[0], label)) for label in labels)
    meta = draw(st.fixed_dictionaries({}, optional=dict.fromkeys(("title", "city", "note", "data_nature"), NAMES)))
    return Ledger(patches=rows, options=treatments, meta={**META_DEFAULTS, **meta})


SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(ledgers())
def test_through_data_frames(ledger: Ledger) -> None:
    again = Ledger.from_frames(*ledger.to_frames(), ledger.meta)
    assert again == ledger
    assert again.digest == ledger.digest


@SLOW
@given(ledgers())
def test_through_a_workbook(ledger: Ledger) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder, "first.xlsx"), Path(folder, "second.xlsx")
        save_ledger(ledger, first)
        again = load_ledger(first)
        assert again == ledger
        assert again.digest == ledger.digest
        assert again.source == str(first)
        save_ledger(again, second)
        assert first.read_bytes() == second.read_bytes()


def test_every_field_is_drawn() -> None:
    """A new field joins the round trip by itself, unless a check binds it."""
    for row_type in (Patch, Option):
        assert set(columns(row_type)) - APART <= set(free_fields(row_type))
    assert set(columns(Patch)) | set(columns(Option)) >= APART


@pytest.mark.parametrize("value", [1, 12_345_678_901, 10**12, 10**15])
def test_extreme_amounts_to_the_yuan(value: int, tmp_path: Path) -> None:
    rows: Mapping[str, Any] = {"cost_yuan": value, "area_m2": value}
    ledger = Ledger.from_frames(patches({**rows}), options({"cost_yuan": value, "cash_yuan": [value - 1, 1]}))
    save_ledger(ledger, tmp_path / "ledger.xlsx")
    assert load_ledger(tmp_path / "ledger.xlsx") == ledger


def test_readings_know_what_is_required() -> None:
    required = {name for name, reading in file_readings(Patch).items() if reading.required}
    assert required == {name for name in columns(Patch) if defaults(Patch).get(name, REQUIRED) is REQUIRED}
