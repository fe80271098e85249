"""Exact quantities."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.units import decimal_text, half_up, half_up_part, hectares, split, two_digits

WEIGHTS = st.lists(st.fractions(min_value=0, max_value=1_000, max_denominator=50), min_size=1, max_size=8)


def test_half_up_rounds_halves_away_from_zero() -> None:
    assert [half_up(Fraction(n, 2)) for n in (-3, -1, 1, 3, 5)] == [-2, -1, 1, 2, 3]
    assert half_up(Decimal("2.4999")) == 2
    with pytest.raises(TypeError, match=r"2\.5"):
        half_up(2.5)  # type: ignore[arg-type]


def test_two_digits_go_half_up_where_a_float_would_not() -> None:
    """222.945 ha: the baseline's third year, which a float writes as 222.94."""
    assert two_digits(2_229_450, 10_000, least=2) == "222.95"
    assert [two_digits(m2, 10_000, least=2) for m2 in (0, 49, 50, 12_345_678)] == ["0.00", "0.00", "0.01", "1,234.57"]
    assert two_digits(2_832_000, 10_000) == "283.2"
    assert (two_digits(1_700, 1, least=2), two_digits(-50, 10_000)) == ("1,700.00", "-0.01")


@given(st.integers(-(10**15), 10**15), st.integers(-(10**6), 10**6), st.integers(1, 10**6))
def test_half_up_part_is_half_up_of_the_fraction(amount: int, numerator: int, denominator: int) -> None:
    assert half_up_part(amount, numerator, denominator) == half_up(Fraction(amount * numerator, denominator))


def test_split_by_hand() -> None:
    assert split(100, [80, 17, 0, 3]) == (80, 17, 0, 3)
    assert split(10, [1, 1, 1]) == (4, 3, 3)
    assert split(0, [0, 0]) == (0, 0)
    with pytest.raises(ValueError, match="zero"):
        split(1, [0])
    with pytest.raises(ValueError, match="negative"):
        split(1, [2, -1])


@given(total=st.integers(0, 10**12), weights=WEIGHTS)
def test_split_gives_whole_parts_within_one_of_their_quota_that_sum_to_the_total(
    total: int, weights: list[Fraction]
) -> None:
    if not sum(weights):
        return
    parts = split(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / sum(weights)) < 1
        assert weight or not part


@given(value=st.integers(-(10**14), 10**14))
def test_decimal_text_loses_no_digit(value: int) -> None:
    assert Decimal(decimal_text(value, 10_000).replace(",", "")) * 10_000 == value


def test_decimal_text_by_hand() -> None:
    assert decimal_text(12_345_000, 10_000) == "1,234.5"
    assert decimal_text(-1, 10_000) == "-0.0001"
    assert decimal_text(70_000_000, 10_000, least=2) == "7,000.00"
    assert hectares(4_340_000) == "434"
