"""Budgets as text: what a cell says, what is refused, a pasted block, cuts and delays; figures by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.ledger.types import META_DEFAULTS
from planner.office.words import Words
from planner.plan import Purse
from planner.units import decimal_text
from planner.web.funding_cells import (
    Cell,
    Unread,
    amount,
    as_block,
    cut,
    delayed,
    fault,
    money_of,
    pasted,
    purses_of,
    shown,
    with_money,
    years_of,
)

WORDS = Words("zh", META_DEFAULTS)
CITY, NORTH = Purse("municipal", None), Purse("district", "北区")
FIRST, LAST = 2031, 2033


def plain(**more: Any) -> dict[str, Any]:
    budgets = [
        {"source": "municipal", "district": None, "year": FIRST, "yuan": 1_000_003},
        {"source": "municipal", "district": None, "year": LAST, "yuan": 500_000},
        {"source": "district", "district": "北区", "year": FIRST + 1, "yuan": 20_000},
    ]
    return {"horizon": {"first": FIRST, "last": LAST}, "budgets": budgets, "sources": [], **more}


class TestAmount:
    @pytest.mark.parametrize(
        ("said", "yuan"),
        [
            ("12", 120_000), ("12.5", 125_000), ("1,234.5678", 12_345_678), ("１，２３４．５", 12_345_000),
            (" 19 000 ", 190_000_000), ("19\u00a0000", 190_000_000), ("12万元", 120_000), ("12 10k yuan", 120_000),
            ("0", 0), ("-", 0), ("–", 0), ("＋3", 30_000), ("12.50000", 125_000), ("7.", 70_000), ("0012", 120_000),
        ],
    )  # fmt: skip
    def test_reads(self, said: str, yuan: int) -> None:
        assert amount(said, WORDS) == yuan

    @pytest.mark.parametrize("said", [None, "", "  ", "\u3000", "万元"])
    def test_nothing(self, said: str | None) -> None:
        assert amount(said, WORDS) is None

    @pytest.mark.parametrize(
        ("said", "why"),
        [
            ("abc", "not_a_number"), ("1,23", "not_a_number"), ("12,3456", "not_a_number"), ("1.2.3", "not_a_number"),
            ("1e5", "not_a_number"), ("12元", "not_a_number"), ("1.5亿元", "not_a_number"), ("=1+1", "not_a_number"),
            (".", "not_a_number"), ("５％", "not_a_number"), ("-3", "negative"), ("−3", "negative"),
            ("(3)", "negative"), ("0.00001", "too_fine"),
        ],
    )  # fmt: skip
    def test_guesses_nothing(self, said: str, why: str) -> None:
        assert amount(said, WORDS) == Unread(why)

    @given(st.integers(0, 10**13))
    def test_what_is_shown_is_read_again(self, yuan: int) -> None:
        assert amount(decimal_text(yuan, WORDS.size), WORDS) == yuan

    @given(st.text(max_size=12))
    def test_any_text_is_read_or_refused(self, said: str) -> None:
        read = amount(said, WORDS)
        assert read is None or isinstance(read, Unread) or read >= 0

    def test_what_is_wrong_names_purse_year_value_and_repair(self) -> None:
        found = fault(Cell(NORTH, FIRST), "abc", Unread("not_a_number"), WORDS)
        said = found.wrong("zh") + found.repair("zh")
        assert all(part in said for part in ("北区", str(FIRST), "abc", "万元"))


def test_a_cell_is_found_again_by_its_name() -> None:
    for cell in (Cell(CITY, FIRST), Cell(NORTH, LAST), Cell(Purse("programme:绿|化", None), FIRST)):
        assert Cell.of(cell.id) == cell


def test_the_grid_is_purses_by_years() -> None:
    assert purses_of(plain()) == (CITY, NORTH)
    assert years_of(plain()) == (FIRST, FIRST + 1, LAST)
    assert shown(plain(), {Cell(NORTH, LAST).id: "x"}, WORDS) == {
        CITY: {FIRST: "100.0003", FIRST + 1: "", LAST: "50"},
        NORTH: {FIRST: "", FIRST + 1: "2", LAST: "x"},
    }


def test_money_of_an_earlier_year_has_a_column() -> None:
    earlier = {"source": "municipal", "district": None, "year": FIRST - 1, "yuan": 1}
    assert years_of(plain(budgets=[*plain()["budgets"], earlier])) == (FIRST - 1, FIRST, FIRST + 1, LAST)


def test_a_new_cell_stands_behind_its_purse_s_others() -> None:
    changed = with_money(plain(), {Cell(CITY, FIRST + 1).id: 7, Cell(NORTH, FIRST + 1).id: 8})
    assert [(entry["source"], entry["year"], entry["yuan"]) for entry in changed["budgets"]] == [
        ("municipal", FIRST, 1_000_003), ("municipal", LAST, 500_000), ("municipal", FIRST + 1, 7),
        ("district", FIRST + 1, 8),
    ]  # fmt: skip
    assert money_of(plain())[Cell(NORTH, FIRST + 1).id] == 20_000  # what was given stays as it is


def test_a_cut_is_rounded_down_to_the_yuan() -> None:
    # 1,000,003 × 0.95 = 950,002.85; cells without a budget stay without one
    assert cut(plain(), [CITY, NORTH], [FIRST, FIRST + 1], -50) == {
        Cell(CITY, FIRST).id: 950_002, Cell(NORTH, FIRST + 1).id: 19_000,
    }  # fmt: skip
    assert cut(plain(), [CITY], [LAST], 25) == {Cell(CITY, LAST).id: 512_500}


def test_delayed_money_comes_a_year_later_or_not_within_the_horizon() -> None:
    changed, lost = delayed(plain(), [CITY], [FIRST, LAST], 50)
    # 1,000,003 · 50 % = 500,001 down; the last year's 250,000 falls behind the horizon
    assert changed == {
        Cell(CITY, FIRST).id: 500_002, Cell(CITY, FIRST + 1).id: 500_001, Cell(CITY, LAST).id: 250_000,
    }  # fmt: skip
    assert lost == 250_000


@given(st.lists(st.integers(0, 10**9), min_size=3, max_size=3), st.integers(0, 100))
def test_a_delay_loses_nothing_but_what_it_says(yuan: list[int], percent: int) -> None:
    years = range(FIRST, LAST + 1)
    given_money = [
        {"source": "municipal", "district": None, "year": y, "yuan": m} for y, m in zip(years, yuan, strict=True)
    ]
    before = plain(budgets=given_money)
    changed, lost = delayed(before, [CITY], list(years), percent)
    assert sum((money_of(before) | changed).values()) + lost == sum(yuan)
    assert all(one >= 0 for one in changed.values())


class TestBlock:
    def test_goes_out_and_comes_back(self) -> None:
        block = as_block(plain(), {}, WORDS, "资金账户")
        assert block.split("\n")[0] == "资金账户\t2031\t2032\t2033"
        found = pasted(block.replace("50", "６０"), plain(), WORDS)
        assert not found.faults
        assert found.money == money_of(plain()) | {Cell(CITY, LAST).id: 600_000}

    def test_empty_cells_change_nothing_and_years_may_be_few(self) -> None:
        found = pasted(f"\t2033年\t2032 年度\r\n{WORDS.purse(NORTH)}\t\t3\r\n\r\n", plain(), WORDS)
        assert (found.money, found.faults) == ({Cell(NORTH, FIRST + 1).id: 30_000}, ())

    def test_tells_every_fault_at_once(self) -> None:
        block = f"x\t2031\t2040\n{WORDS.purse(CITY)}\tabc\t1\n南区区级财政\t5\n"
        found = pasted(block, plain(), WORDS)
        assert [one.id for one in found.faults] == ["no_such_year", "not_a_number", "no_such_purse"]
        assert found.money == {}

    def test_nothing_is_nothing(self) -> None:
        assert pasted(" \n", plain(), WORDS) == pasted("", plain(), WORDS)
