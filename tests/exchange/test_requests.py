from __future__ import annotations

from decimal import Decimal

import pytest

from captui.exchange.requests import amount_text, given, number_segment, order_segment, segment


def test_parameters_that_are_not_given_are_not_sent() -> None:
    assert given(market="btczar", page=2, state=None, note="") == {"market": "btczar", "page": "2", "note": ""}


@pytest.mark.parametrize(
    ("text", "quoted"), [("btc", "btc"), ("a/b", "a%2Fb"), ("a?b#c d", "a%3Fb%23c%20d"), ("...", "...")]
)
def test_a_part_of_a_path_stays_one_part(text: str, quoted: str) -> None:
    assert segment(text) == quoted


@pytest.mark.parametrize("text", ["", ".", ".."])
def test_what_would_change_the_path_is_no_part_of_it(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be part of a path"):
        segment(text)


@pytest.mark.parametrize("order_id", ["", " ", "a/b", "x" * 65])
def test_an_order_is_named_by_a_number_or_a_uuid(order_id: str) -> None:
    assert order_segment(7) == "7"
    assert order_segment("7e86a4fa-fcae-4953-b9bc-d6f328beea48") == "7e86a4fa-fcae-4953-b9bc-d6f328beea48"
    with pytest.raises(ValueError, match="neither a numeric order id nor a uuid"):
        order_segment(order_id)


@pytest.mark.parametrize("number", [0, -1, True])
def test_ids_are_counted_from_one(number: int) -> None:
    assert number_segment(12) == "12"
    with pytest.raises(ValueError, match="is no id"):
        number_segment(number)


@pytest.mark.parametrize(("amount", "text"), [("250.50", "250.5"), ("1E+3", "1000"), ("0.00000001", "0.00000001")])
def test_amounts_are_plain_digits(amount: str, text: str) -> None:
    assert amount_text(Decimal(amount)) == text


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity", "1E+99"])
def test_an_amount_that_cannot_be_meant_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="above zero"):
        amount_text(Decimal(amount))
