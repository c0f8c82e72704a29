"""Numbers as people read them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from captui.render.numbers import (
    age,
    amount_runs,
    clock,
    fixed,
    money,
    percent,
    price_runs,
    rate,
    rough,
    short,
    signed,
    trimmed,
)
from tests import samples

D = Decimal


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("843500", 2, "843 500.00"),
        ("-1234.5", 1, "−1 234.5"),
        ("0", 2, "0.00"),
        ("-0.001", 2, "0.00"),
        ("999", 0, "999"),
        ("123456789012345678.12345678", 8, "123 456 789 012 345 678.12345678"),
    ],
)
def test_fixed_groups_thousands_and_keeps_every_digit(value: str, places: int, text: str) -> None:
    assert fixed(D(value), places) == text


def test_what_rounds_to_nothing_is_still_something() -> None:
    assert rough(D("0.00001"), 4) == "<.0001"
    assert len(rough(D("0.00001"), 4)) == len(rough(D("0.0001"), 4))
    assert rough(D("0.00006"), 4) == "0.0001"
    assert rough(D(0), 4) == "0.0000"
    assert rough(D("0.4"), 0) == "0"


def test_trimmed_has_no_zeros_at_the_end_but_all_in_the_middle() -> None:
    assert trimmed(D("0.01000000"), 8) == "0.01"
    assert trimmed(D("1000"), 2) == "1 000"
    assert trimmed(D("1000"), 0) == "1 000"


def test_a_sign_stands_only_where_there_is_something() -> None:
    assert signed(D("1.24"), 2) == "+1.24"
    assert signed(D("-1.24"), 2) == "−1.24"
    assert signed(D("0.001"), 2) == "0.00"
    assert percent(D("1.24")) == "+1.24 %"


def test_money_in_rand_and_in_coins() -> None:
    assert money(D("8341"), "zar") == "R 8 341.00"
    assert money(D("0.0100"), "btc") == "0.01 BTC"


def test_the_cents_of_a_large_price_are_set_apart() -> None:
    assert price_runs("841 039.73", "bid") == (("841 039", "bid"), (".73", "dim"))


def test_a_small_price_keeps_its_decimals() -> None:
    assert price_runs("11.57", "bid") == (("11.57", "bid"),)
    assert price_runs("11.50", "bid") == (("11.5", "bid"), ("0", "dim"))
    assert price_runs("841039", "bid") == (("841039", "bid"),)


def test_zeros_after_the_last_digit_of_an_amount_are_faint() -> None:
    assert amount_runs("0.0100", "text") == (("0.01", "text"), ("00", "faint"))
    assert amount_runs("  2.0000", "text") == (("  2", "text"), (".0000", "faint"))
    assert amount_runs("0.1564", "text") == (("0.1564", "text"),)
    assert amount_runs("", "text") == (("", "text"),)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("12.41", "12.41"),
        ("0.4213", "0.421"),
        ("1204.2", "1 204"),
        ("35200", "35.20k"),
        ("35200000", "35.20M"),
        ("0", "0.000"),
    ],
)
def test_short_numbers_have_a_unit_of_thousands(value: str, text: str) -> None:
    assert short(D(value)) == text


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "0.0 s"),
        (120, "0.1 s"),
        (9_949, "9.9 s"),
        (12_000, "12 s"),
        (61_000, "1 m"),
        (7_200_000, "2 h"),
        (5 * 86_400_000, "5 d"),
        (-5, "0.0 s"),
    ],
)
def test_ages(milliseconds: int, text: str) -> None:
    assert age(milliseconds) == text


def test_rates() -> None:
    assert [rate(840), rate(2_140), rate(1_400_000)] == ["840 B/s", "2.1 kB/s", "1.4 MB/s"]


def test_the_clock_is_local() -> None:
    assert clock(samples.NOW_MS, samples.TZ) == "14:03:22"
