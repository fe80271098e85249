"""Each kind of cell, good and bad."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from planner.ledger.cells import CellError, Reading, Unusable, is_missing, read, show
from planner.ledger.schema import Column, Kind
from planner.ledger.table import file_readings
from planner.ledger.types import MiningMethod, Option, Patch, Treatment

D = Decimal
DAY = dt.date(2023, 12, 11)


def plain(kind: Kind, **more: Any) -> Reading:
    """A column of a data frame."""
    choices = Treatment if kind is Kind.CHOICE else None
    return Reading(field="column", column=Column("列", kind, "", choices=choices), name="column", **more)


def scaled(kind: Kind, **more: Any) -> Reading:
    """A column of a workbook, in 公顷 or 万元."""
    more = {"scale": 10_000, "keeps_15_digits": True, **more}
    return Reading(field="column", column=Column("列", kind, "", yes="曾有", no="无"), name="列", **more)


GOOD: list[tuple[Reading, object, object]] = [
    (plain(Kind.TEXT), " 甲 区\r\n乙 ", "甲 区\n乙"),
    (plain(Kind.TEXT), "=1+1", "=1+1"),
    (plain(Kind.TEXT), 7, "7"),
    (plain(Kind.TEXT), 7.0, "7"),
    (plain(Kind.TEXT), 1.5, "1.5"),
    (plain(Kind.TEXT), DAY, "2023-12-11"),
    (plain(Kind.TEXT), 10**18, "1000000000000000000"),
    (plain(Kind.TEXT, keeps_15_digits=True), 10**15 - 1, "999999999999999"),
    (plain(Kind.TEXT), "字" * 32_767, "字" * 32_767),
    (plain(Kind.WHOLE), 3, 3),
    (plain(Kind.WHOLE), 3.0, 3),
    (plain(Kind.WHOLE), "3", 3),
    (plain(Kind.WHOLE), D("3.00"), 3),
    (plain(Kind.WHOLE), -1, -1),
    (plain(Kind.DECIMAL), 0.1, D("0.1")),
    (plain(Kind.DECIMAL), "-1.50", D("-1.5")),
    (plain(Kind.DECIMAL), "1e-3", D("0.001")),
    (plain(Kind.DECIMAL), -0.0, D(0)),
    (plain(Kind.DECIMAL, as_float=True), 116.123456789012345, 116.123456789012345),
    (plain(Kind.DECIMAL, as_float=True), 116, 116.0),
    (plain(Kind.DECIMAL, as_float=True), "39.9", 39.9),
    (plain(Kind.AREA), 1, 1),
    (plain(Kind.AREA), 1e4, 10_000),
    (plain(Kind.MONEY), "1e12", 10**12),
    (plain(Kind.MONEY), 10**15, 10**15),
    (plain(Kind.MONEY), 0, 0),
    (scaled(Kind.AREA), 0.1, 1_000),
    (scaled(Kind.AREA), 0.0001, 1),
    (scaled(Kind.AREA), 68.6, 686_000),
    (scaled(Kind.MONEY), "300.0001", 3_000_001),
    (scaled(Kind.MONEY), 10**8, 10**12),
    (scaled(Kind.MONEY), 99_999_999.9999, 10**12 - 1),
    (plain(Kind.MONEY_LIST), [3, 2.0, "1"], (3, 2, 1)),
    (plain(Kind.MONEY_LIST), (3,), (3,)),
    (plain(Kind.MONEY_LIST), "[3, 2]", (3, 2)),
    (plain(Kind.MONEY_LIST), "300;200", (300, 200)),
    (plain(Kind.MONEY_LIST), "300；200", (300, 200)),
    (plain(Kind.MONEY_LIST), 300, (300,)),
    (scaled(Kind.MONEY_LIST), "0.1;0.2;0", (1_000, 2_000, 0)),
    (scaled(Kind.MONEY_LIST), "[0.1, -0.2]", (1_000, -2_000)),
    *[(plain(Kind.YES_NO), raw, True) for raw in (True, 1, 1.0, "1", "true", "TRUE", " Yes ", "是")],
    *[(plain(Kind.YES_NO), raw, False) for raw in (False, 0, 0.0, "0", "False", "no", "否")],
    (scaled(Kind.YES_NO), "曾有", True),
    (scaled(Kind.YES_NO), "无", False),
    (plain(Kind.DATE), DAY, DAY),
    (plain(Kind.DATE), dt.datetime(2023, 12, 11), DAY),
    (plain(Kind.DATE), "2023-12-11", DAY),
    (plain(Kind.DATE), "2023-12-11T00:00:00", DAY),
    (plain(Kind.CHOICE), "natural", Treatment.NATURAL),
    (plain(Kind.CHOICE), " Natural", Treatment.NATURAL),
    (plain(Kind.CHOICE), "自然恢复", Treatment.NATURAL),
    (plain(Kind.CHOICE), Treatment.NATURAL, Treatment.NATURAL),
    (plain(Kind.SHARES), {"甲": 60, "乙": "40.5"}, (("甲", D(60)), ("乙", D("40.5")))),
    (plain(Kind.SHARES), (("甲", 60),), (("甲", D(60)),)),
    (plain(Kind.SHARES), "甲:60;乙:40", (("甲", D(60)), ("乙", D(40)))),
    (plain(Kind.SHARES), "甲：0.1；乙：0.2", (("甲", D("0.1")), ("乙", D("0.2")))),
    (plain(Kind.SHARES), "a:b:1", (("a:b", D(1)),)),
    (plain(Kind.SHARES), {"Ａ　区": 1}, (("A 区", D(1)),)),
    (plain(Kind.TEXT, required=True), "ＳＹＮ－１", "SYN-1"),
    (plain(Kind.TEXT), "ＳＹＮ－１", "ＳＹＮ－１"),
    (plain(Kind.SHARES), '{"甲": 60}', (("甲", D(60)),)),
]

BAD: list[tuple[Reading, object, str]] = [
    (plain(Kind.TEXT), True, "not_text"),
    (plain(Kind.TEXT), b"A", "not_text"),
    (plain(Kind.TEXT), "a\x07b", "control_character"),
    (plain(Kind.TEXT), "a\ud800b", "control_character"),
    (plain(Kind.TEXT), "字" * 32_768, "text_too_long"),
    (plain(Kind.TEXT), "𠮷" * 16_384, "text_too_long"),
    (plain(Kind.TEXT), 2.0**53, "digits_lost"),
    (plain(Kind.TEXT, keeps_15_digits=True), 10**15, "digits_lost"),
    (plain(Kind.TEXT, keeps_15_digits=True), 1.10109e17, "digits_lost"),
    (plain(Kind.TEXT), float("inf"), "not_finite"),
    (plain(Kind.TEXT, required=True), 7.5, "id_not_whole"),
    (plain(Kind.TEXT, required=True), "—", "required_empty"),
    (plain(Kind.WHOLE), 3.5, "not_whole"),
    (plain(Kind.WHOLE), True, "not_a_number"),
    (plain(Kind.WHOLE), "3 年", "not_a_number"),
    (plain(Kind.WHOLE), "1,000", "not_a_number"),
    (plain(Kind.WHOLE), "1_000", "not_a_number"),
    (plain(Kind.WHOLE), DAY, "not_a_number"),
    (plain(Kind.WHOLE), 10**400, "too_large"),
    (plain(Kind.DECIMAL), float("-inf"), "not_finite"),
    (plain(Kind.DECIMAL), "NaN", "not_finite"),
    (plain(Kind.DECIMAL), D("Infinity"), "not_finite"),
    (plain(Kind.DECIMAL), D("1E+999999"), "too_large"),
    (plain(Kind.DECIMAL), D("1E-999999"), "too_many_digits"),
    (plain(Kind.DECIMAL), "0." + "1" * 29, "too_many_digits"),
    (plain(Kind.DECIMAL, as_float=True), float("inf"), "not_finite"),
    (plain(Kind.AREA), 1.5, "not_whole_m2"),
    (plain(Kind.AREA), -1, "negative"),
    (plain(Kind.MONEY), 0.5, "not_whole_yuan"),
    (plain(Kind.MONEY), -1, "negative"),
    (plain(Kind.MONEY), 10**15 + 1, "too_large"),
    (scaled(Kind.MONEY), 10**12, "too_large"),
    (scaled(Kind.MONEY), 0.00001, "not_whole_yuan"),
    (scaled(Kind.MONEY), 0.1 + 0.2, "not_whole_yuan"),
    (scaled(Kind.AREA), "0.00005", "not_whole_m2"),
    (plain(Kind.MONEY_LIST), "300;;200", "bad_list"),
    (plain(Kind.MONEY_LIST), "[300, 200", "bad_list"),
    (plain(Kind.MONEY_LIST), "[]", "bad_list"),
    (plain(Kind.MONEY_LIST), [1, None], "bad_list"),
    (plain(Kind.MONEY_LIST), {"a": 1}, "bad_list"),
    (plain(Kind.MONEY_LIST), [0.5], "not_whole_yuan"),
    (plain(Kind.MONEY_LIST), "三百", "not_a_number"),
    (plain(Kind.YES_NO), 2, "not_yes_no"),
    (plain(Kind.YES_NO), "有", "not_yes_no"),
    (plain(Kind.YES_NO), "曾有", "not_yes_no"),
    (plain(Kind.DATE), 45271, "not_a_date"),
    (plain(Kind.DATE), "2023-02-30", "not_a_date"),
    (plain(Kind.DATE), "2023年12月11日", "not_a_date"),
    (plain(Kind.DATE), dt.datetime(2023, 12, 11, 8), "date_with_time"),
    (plain(Kind.CHOICE), "人工", "unknown_word"),
    (plain(Kind.CHOICE), 1, "unknown_word"),
    (plain(Kind.SHARES), "甲60", "bad_shares"),
    (plain(Kind.SHARES), "甲:60;", "bad_shares"),
    (plain(Kind.SHARES), {7: 60}, "bad_shares"),
    (plain(Kind.SHARES), "{", "bad_shares"),
    (plain(Kind.SHARES), '["甲"]', "bad_shares"),
    (plain(Kind.SHARES), 60, "bad_shares"),
    (plain(Kind.SHARES), "甲:六十", "not_a_number"),
    (plain(Kind.MONEY), Unusable("error_cell", "#DIV/0!"), "error_cell"),
    (plain(Kind.TEXT), Unusable("formula_without_result", "=A1"), "formula_without_result"),
]


@pytest.mark.parametrize(("reading", "raw", "value"), GOOD, ids=lambda x: repr(x)[:40])
def test_a_good_cell_is_read(reading: Reading, raw: object, value: object) -> None:
    got = read(raw, reading)
    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize(("reading", "raw", "value"), GOOD, ids=lambda x: repr(x)[:40])
def test_what_is_shown_reads_back(reading: Reading, raw: object, value: object) -> None:
    assert read(show(value, reading), reading) == value


@pytest.mark.parametrize(("reading", "raw", "key"), BAD, ids=lambda x: repr(x)[:40])
def test_a_bad_cell_is_named(reading: Reading, raw: object, key: str) -> None:
    with pytest.raises(CellError) as caught:
        read(raw, reading)
    assert caught.value.key == key


@pytest.mark.parametrize("raw", [None, "", " \n\u3000", float("nan"), D("NaN"), [], (), {}])
def test_an_empty_cell_is_missing(raw: object) -> None:
    assert is_missing(raw)


@pytest.mark.parametrize("raw", [0, 0.0, False, "0", "-", "nan", [0]])
def test_nothing_else_is_missing(raw: object) -> None:
    assert not is_missing(raw)


def test_words_of_a_fault_give_the_list_and_the_nearest() -> None:
    with pytest.raises(CellError) as caught:
        read("artificail", plain(Kind.CHOICE))
    assert caught.value.values == {"allowed": "natural、artificial、comprehensive", "nearest": "artificial"}
    with pytest.raises(CellError) as caught:
        read("人工恢复", file_readings(Patch)["treatment"])
    assert caught.value.values["allowed"] == "自然恢复、人工修复、综合利用"


def test_shares_of_a_district_with_a_semicolon_survive() -> None:
    shares = (("甲;乙", D("1.5")), ('"丙": ', D(2)))
    reading = file_readings(Patch)["district_shares"]
    assert read(show(shares, reading), reading) == (("甲;乙", D("1.5")), ('"丙":', D(2)))


def test_the_unit_is_the_one_that_the_name_says() -> None:
    patch, option = file_readings(Patch), file_readings(Option)
    assert read(1.5, patch["area_m2"]) == 15_000
    assert read("0.03;0.02", option["cash_yuan"]) == (300, 200)
    assert show((300, 200), option["cash_yuan"]) == "0.03;0.02"
    assert show(12_345_678_901, patch["cost_yuan"]) == "1234567.8901"
    assert show(MiningMethod.OPEN_PIT, patch["mining_method"]) == "露天"
