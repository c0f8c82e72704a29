from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core.money import MAX_DIGITS, ceil_to, floor_to, is_sane, nearest, on_step, parse, plain
from captui.errors import ProtocolError
from tests.core.strategies import amounts

steps = st.sampled_from(
    [Decimal("0.01"), Decimal("0.00000001"), Decimal("0.5"), Decimal(1), Decimal(25), Decimal("0.03")]
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("841039.73", "841039.73"),
        ("0.0", "0"),
        ("-0", "0"),
        ("1e-7", "0.0000001"),
        ("1E+5", "100000"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+1.24", "1.24"),
        (12345678901234567890, "12345678901234567890"),
        (Decimal("12345678901234567890.12345678901234567890"), "12345678901234567890.1234567890123456789"),
        ("100", "100"),
    ],
)
def test_numbers_are_read_exactly_and_written_plainly(value: str | int | Decimal, expected: str) -> None:
    assert plain(parse(value)) == expected


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        " ",
        " 1",
        "1 ",
        "nan",
        "NaN",
        "inf",
        "-Infinity",
        "1_0",
        "0x10",
        "１２",
        "1,5",
        "--1",
        "1e",
        "e5",
        "1e99999",
        "1e61",
        "1e-61",
        "9" * 62,
    ],
)
def test_garbage_is_refused_as_text(garbage: str) -> None:
    with pytest.raises(ProtocolError):
        parse(garbage)


@pytest.mark.parametrize(
    "garbage", [Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1e61"), True, 0.1, None, 10**62]
)
def test_garbage_is_refused_as_a_value(garbage: object) -> None:
    with pytest.raises(ProtocolError):
        parse(garbage)  # type: ignore[arg-type]


def test_the_sentence_about_garbage_is_printable_and_short() -> None:
    with pytest.raises(ProtocolError) as caught:
        parse("\x1b[2J" + "x" * 10_000)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


@given(amounts(min_value=-(10**30)))
def test_plain_text_reads_back_as_the_same_number(value: Decimal) -> None:
    text = plain(value)
    assert parse(text) == value
    assert "E" not in text
    assert text != "-0"
    assert not ("." in text and text.endswith(("0", ".")))


@given(amounts(min_value=-(10**30)), steps)
def test_rounding_lands_on_steps_and_brackets_the_value(value: Decimal, step: Decimal) -> None:
    below, above, near = floor_to(value, step), ceil_to(value, step), nearest(value, step)
    assert all(on_step(rounded, step) for rounded in (below, above, near))
    assert below <= value <= above
    assert above - below in (0, step)
    assert abs(near - value) * 2 <= step
    assert (below == above) == on_step(value, step)


@pytest.mark.parametrize(
    ("value", "step", "floor", "ceil", "near"),
    [
        ("843500.005", "0.01", "843500.00", "843500.01", "843500.01"),
        ("-1.005", "0.01", "-1.01", "-1.00", "-1.01"),
        ("7", "5", "5", "10", "5"),
        ("0.5", "0.5", "0.5", "0.5", "0.5"),
    ],
)
def test_rounding_by_example(value: str, step: str, floor: str, ceil: str, near: str) -> None:
    rounded = (floor_to, ceil_to, nearest)
    assert [str(f(Decimal(value), Decimal(step))) for f in rounded] == [floor, ceil, near]


def test_a_step_is_greater_than_zero() -> None:
    with pytest.raises(ValueError, match="greater than zero"):
        floor_to(Decimal(1), Decimal(0))


def test_sane_numbers_end_at_the_limit() -> None:
    assert is_sane(Decimal(1).scaleb(MAX_DIGITS))
    assert not is_sane(Decimal(1).scaleb(MAX_DIGITS + 1))
    assert not is_sane(Decimal("NaN"))
