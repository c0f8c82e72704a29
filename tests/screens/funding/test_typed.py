"""What is typed into the funding forms."""

from __future__ import annotations

from decimal import Decimal

import pytest

from captui.screens.funding import typed


@pytest.mark.parametrize(
    ("text", "value"), [("500", "500"), (" 1 500.50 ", "1500.50"), (".5", "0.5"), ("5.", "5"), ("1_000", "1000")]
)
def test_amounts_are_read_exactly(text: str, value: str) -> None:
    assert typed.amount(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "-1", "1,5", "1e3", "0", "0.00", "nan", "١", "1" * 41, "1.2.3", "½"])
def test_what_is_no_amount_is_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        typed.amount(text)
    assert typed.amount_or_none(text) is None


@pytest.mark.parametrize(
    ("text", "value"), [("", None), ("0", None), ("100", "1"), ("12.5 %", "0.125"), ("50%", "0.5")]
)
def test_percentages_are_parts(text: str, value: str | None) -> None:
    assert typed.percent(text) == (None if value is None else Decimal(value))


@pytest.mark.parametrize("text", ["101", "-1", "half", "5,5"])
def test_what_is_no_percentage(text: str) -> None:
    with pytest.raises(ValueError, match="from 0 to 100"):
        typed.percent(text)


def test_passwords_and_pins() -> None:
    assert typed.one_time_password("012345") == ""
    assert all(typed.one_time_password(text) for text in ("", "12345", "1234567", "12345a", "١٢٣٤٥٦"))
    assert typed.pin("271828") == ""
    assert all(typed.pin(text) for text in ("", "27a", "-1"))
