from __future__ import annotations

from decimal import Decimal, Inexact

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.simulator.money import average, decimals, minus, plus, text, times

amounts = st.decimals(min_value=0, max_value=10**9, places=8)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("800000", "800000.0"),
        ("800000.00", "800000.0"),
        ("0.00001", "0.00001"),
        ("1E-8", "0.00000001"),
        ("1E+3", "1000.0"),
        ("0", "0.0"),
        ("845402.10", "845402.1"),
        ("-2.50", "-2.5"),
    ],
)
def test_numbers_are_written_plainly_with_at_least_one_decimal(value: str, written: str) -> None:
    assert text(Decimal(value)) == written


@given(amounts)
def test_what_is_written_is_the_number(value: Decimal) -> None:
    assert Decimal(text(value)) == value


@given(amounts, amounts)
def test_sums_and_differences_undo_each_other(one: Decimal, other: Decimal) -> None:
    assert minus(plus(one, other), other) == one


def test_a_product_that_would_need_rounding_raises_instead() -> None:
    long = Decimal("1." + "1" * 40)
    with pytest.raises(Inexact):
        times(long, long)


def test_an_average_is_rounded_half_to_even() -> None:
    assert average(Decimal(1), Decimal(3)) == Decimal("0.33333333")
    assert average(Decimal("0.00000001"), Decimal(2)) == Decimal("0.00000000")
    assert average(Decimal("0.00000003"), Decimal(2)) == Decimal("0.00000002")


def test_the_average_of_nothing_is_zero() -> None:
    assert average(Decimal(0), Decimal(0)) == 0


@pytest.mark.parametrize(("value", "count"), [("1", 0), ("1.50", 1), ("0.00001", 5), ("1E+2", 0), ("0.0", 0)])
def test_decimals_counts_what_is_needed(value: str, count: int) -> None:
    assert decimals(Decimal(value)) == count
