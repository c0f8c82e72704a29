from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core.text import MAX_FOREIGN_TEXT, grouped, pair_name, percent, printable
from tests.core.strategies import amounts


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("843500", 2, "843 500.00"),
        ("843500.005", None, "843 500.005"),
        ("1234567.8900", None, "1 234 567.89"),
        ("0", None, "0"),
        ("-0.001", 2, "0.00"),
        ("-1234.5", 1, "-1 234.5"),
        ("1E+5", None, "100 000"),
        ("1E-8", None, "0.00000001"),
        ("999.999", 0, "1 000"),
        ("-100", None, "-100"),
        ("12345678901234567890123456789012345.12", None, "12 345 678 901 234 567 890 123 456 789 012 345.12"),
    ],
)
def test_thousands_are_grouped(value: str, places: int | None, expected: str) -> None:
    assert grouped(Decimal(value), places) == expected


@given(amounts(min_value=-(10**30)))
def test_grouping_only_adds_spaces(value: Decimal) -> None:
    assert Decimal(grouped(value).replace(" ", "")) == value


def test_percentages() -> None:
    assert percent(Decimal("-12345.6")) == "-12 345.60 %"
    assert percent(Decimal("1.24")) == "1.24 %"


@given(st.text(max_size=2 * MAX_FOREIGN_TEXT))
def test_foreign_text_becomes_printable_and_short(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert len(shown) <= MAX_FOREIGN_TEXT
    if text.isprintable() and len(text) <= MAX_FOREIGN_TEXT:
        assert shown == text


def test_a_market_without_a_name_is_called_by_its_id() -> None:
    assert pair_name("", "btczar") == "BTCZAR"
    assert pair_name("BTC/ZAR", "btczar") == "BTC/ZAR"
