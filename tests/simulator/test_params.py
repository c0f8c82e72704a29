from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from captui.simulator.params import (
    ParameterError,
    amount,
    integer,
    one_of,
    page_of,
    required,
    required_amount,
    required_integer,
    time_range,
    word,
)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("0.00001", Decimal("0.00001")),
        ("1e-5", Decimal("0.00001")),
        (3, Decimal(3)),
        (Decimal("0.1"), Decimal("0.1")),
        ("0", None),
        ("-1", None),
        ("", None),
        ("ten", None),
        ("Infinity", None),
        ("NaN", None),
        ("1e25", None),
        ("1e-25", None),
        ("1." + "1" * 30, None),
        (True, None),
        (None, None),
        ([1], None),
        (0.1, None),
    ],
)
def test_amounts_are_positive_decimals_of_a_sensible_size(value: Any, number: Decimal | None) -> None:
    assert amount(value) == number


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("-7", -7), ("", None)])
def test_integers_are_read(text: str, number: int | None) -> None:
    assert integer({"x": text}, "x", scope="s") == number


@pytest.mark.parametrize("text", ["seven", "1.5", "٣", "--1", "9" * 19])
def test_other_numbers_are_refused(text: str) -> None:
    with pytest.raises(ParameterError) as refused:
        integer({"x": text}, "x", scope="s")
    assert refused.value.code == "s.non_integer_x"


def test_words_come_from_a_list() -> None:
    assert one_of({}, "order_by", ("asc",), scope="s") is None
    assert one_of({"order_by": "asc"}, "order_by", ("asc",), scope="s") == "asc"
    with pytest.raises(ParameterError):
        one_of({"order_by": "up"}, "order_by", ("asc",), scope="s")


def test_a_page_is_cut_and_described() -> None:
    items = list(range(250))
    assert page_of(items, {}, scope="s") == (items[:100], {"Page": "1", "Per-Page": "100", "Total": "250"})
    assert page_of(items, {"page": "3"}, scope="s")[0] == items[200:]
    assert page_of(items, {"page": "4"}, scope="s")[0] == []


def test_a_range_is_in_milliseconds_whatever_its_unit() -> None:
    query = {"time_from": "5", "time_to": "7"}
    assert time_range(query, scope="s", unit_ms=1000) == (5000, 7000)
    assert time_range({}, scope="s", unit_ms=1) == (None, None)


def test_a_word_that_is_no_text_is_one_that_nobody_knows() -> None:
    assert word({"side": "buy"}, "side") == "buy"
    assert word({"side": ""}, "side") is None
    assert word({}, "side") is None
    assert word({"side": ["buy"]}, "side") == "['buy']"


@pytest.mark.parametrize(
    ("given", "code"),
    [({}, "s.missing_x"), ({"x": ""}, "s.empty_x"), ({"x": "  "}, "s.empty_x"), ({"y": "1"}, "s.missing_x")],
)
@pytest.mark.parametrize("read", [required, required_integer, required_amount])
def test_what_must_be_there_must_be_there(read: Any, given: dict[str, str], code: str) -> None:
    with pytest.raises(ParameterError) as refused:
        read(given, "x", scope="s")
    assert refused.value.code == code


def test_what_must_be_there_is_read() -> None:
    given = {"x": "7"}
    assert required(given, "x", scope="s") == "7"
    assert required_integer(given, "x", scope="s") == 7
    assert required_amount({"x": "7.50"}, "x", scope="s") == Decimal("7.5")


def test_what_must_be_a_number_must_be_one() -> None:
    with pytest.raises(ParameterError, match=r"s\.non_integer_x"):
        required_integer({"x": "7.0"}, "x", scope="s")
    with pytest.raises(ParameterError, match=r"s\.non_positive_x"):
        required_amount({"x": "-7"}, "x", scope="s")


def test_a_list_may_have_shorter_pages() -> None:
    assert page_of([1, 2], {"limit": "100"}, scope="s", most=100)[0] == [1, 2]
    with pytest.raises(ParameterError, match=r"s\.invalid_limit"):
        page_of([1, 2], {"limit": "101"}, scope="s", most=100)
