from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core.refusals import sentence
from tests.paths import SHARED, needed


def test_every_code_of_the_notes_has_words_of_its_own() -> None:
    notes = needed(SHARED / "docs" / "exchange-notes.md").read_text()
    codes = set(re.findall(r"`((?:authz|market|record)\.[a-z_.0-9]+)`", notes)) | {"authz.nonce_expired"}
    assert len(codes) >= 15
    for code in codes:
        words = sentence((code,), 422)
        assert code not in words, f"{code} is shown as it is"
        assert words.endswith(".")


def test_unknown_codes_are_shown() -> None:
    assert sentence(("market.order.moon_phase",), 422) == (
        "The exchange understood the request and refused it (market.order.moon_phase)."
    )


def test_known_and_unknown_codes_are_both_told() -> None:
    words = sentence(("market.account.insufficient_balance", "x.y"), 422)
    assert words.startswith("There is not enough money")
    assert "(x.y)" in words


def test_the_same_words_are_not_said_twice() -> None:
    words = sentence(("market.order.invaild_id_or_uuid", "market.order.invalid_id_or_uuid"), 422)
    assert words == "The exchange does not accept this order id."


@pytest.mark.parametrize(
    ("status", "part"),
    [(429, "fewer"), (503, "maintenance"), (404, "nothing"), (418, "refused"), (599, "not available"), (502, "proxy")],
)
def test_without_codes_the_status_speaks(status: int, part: str) -> None:
    words = sentence((), status)
    assert part in words
    assert str(status) in words


def test_without_anything_it_is_still_a_sentence() -> None:
    assert sentence((), 0) == "The exchange refused the request."


@given(st.lists(st.text(max_size=40), max_size=4), st.integers(0, 999))
def test_whatever_comes_it_is_printable(codes: list[str], status: int) -> None:
    words = sentence(tuple(codes), status)
    assert words.isprintable()
    assert words.endswith(".")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("account.withdraw.invalid_otp", "one-time password"),
        ("account.beneficiary.invalid_state_for_withdrawal", "not been activated"),
        ("account.withdraw.insufficient_balance", "not enough money"),
    ],
)
def test_refusals_of_money_in_and_out_have_words(code: str, words: str) -> None:
    assert words in sentence((code,), 422)
