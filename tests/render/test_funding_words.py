"""Money in and out in words: exact amounts, addresses in groups, every state with what happens next."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core.funding import BeneficiaryState, DepositState, WithdrawalState
from captui.render import funding_words as words
from captui.render.lines import plain
from tests import samples
from tests import samples_funding as money

D = Decimal


@pytest.mark.parametrize(
    ("value", "currency", "shown"),
    [
        ("1500", "zar", "R 1 500.00"),
        ("74490.78466", "zar", "R 74 490.78466"),
        ("0.00150000", "btc", "0.0015 BTC"),
        ("1E-18", "eth", "0.000000000000000001 ETH"),
    ],
)
def test_amounts_are_exact(value: str, currency: str, shown: str) -> None:
    assert words.money(D(value), currency) == shown


def test_what_there_is_is_never_rounded_up() -> None:
    assert words.held(D("74490.789"), "zar") == "R 74 490.78"
    assert words.held(D("0.123456789"), "btc") == "0.12345678 BTC"


def test_satoshi_in_bitcoin_and_rand() -> None:
    assert words.sats_in_full(D(250_000), D("841039.73")) == "250 000 sat, 0.0025 BTC, about R 2 102.60"
    assert words.sats_in_full(D(1), None) == "1 sat, 0.00000001 BTC"


@given(
    st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=120), st.integers(1, 90)
)
def test_groups_hold_the_whole_address_and_fit(address: str, width: int) -> None:
    lines = words.in_groups(address, width)
    assert "".join(lines).replace(" ", "") == address
    assert all(len(line) <= max(width, 4) for line in lines)
    assert all(len(group) == 4 for line in lines for group in line.split(" ")[:-1])


@pytest.mark.parametrize("address", ["", "a b", "bc1\x1b[2J", "bс1", "bc1\n", "\u202ebc1"])
def test_what_is_no_address(address: str) -> None:
    assert not words.is_usable(address)


def test_an_address_is_one() -> None:
    assert words.is_usable(money.BTC_ADDRESS)
    assert words.is_usable(money.XRP_ADDRESS)


def test_a_tag_that_is_missing_is_said_where_addresses_have_one() -> None:
    assert "no destination tag" in words.missing_tag("XRP", "rExample")
    assert words.missing_tag("xrp", money.XRP_ADDRESS) == ""
    assert words.missing_tag("btc", money.BTC_ADDRESS) == ""


def test_tags() -> None:
    assert words.tag_of(money.XRP_ADDRESS) == ("destination tag", "104857")
    assert words.tag_of("cosmos1?memoId=12") == ("memo", "12")
    assert words.tag_of(money.BTC_ADDRESS) == ("", "")
    assert words.tag_of("r?other=1") == ("", "")


@pytest.mark.parametrize("state", DepositState)
def test_every_state_of_a_deposit_says_what_happens_next(state: DepositState) -> None:
    shown = words.deposit_state(money.deposit(1, "btc", "1", state.value, confirmations=1), 3)
    assert shown.word
    assert shown.then.endswith(".")


@pytest.mark.parametrize("state", WithdrawalState)
def test_every_state_of_a_withdrawal_says_what_happens_next(state: WithdrawalState) -> None:
    shown = words.withdrawal_state(money.withdrawal(1, "btc", "1", state.value, confirmations=1), 3)
    assert "does not know" not in shown.then
    assert shown.then.endswith(".")
    assert len(shown.word) <= 12


@pytest.mark.parametrize("state", BeneficiaryState)
def test_every_state_of_a_beneficiary(state: BeneficiaryState) -> None:
    assert words.beneficiary_state(replace(money.COLD, state=state.value)).word == state.value


def test_a_word_that_captui_has_not_met_is_shown_as_it_is() -> None:
    assert words.deposit_state(money.deposit(1, "btc", "1", "under\x1breview"), 3).word == "under review"
    assert words.withdrawal_state(money.withdrawal(1, "btc", "1", ""), 3).word == "?"
    assert words.beneficiary_state(replace(money.COLD, state="frozen")).style == "warning"


@pytest.mark.parametrize(
    ("confirmations", "needed", "word", "then"),
    [
        (1, 3, "arriving 1/3", "2 more confirmations, then it is credited."),
        (2, 3, "arriving 2/3", "1 more confirmation, then it is credited."),
        (3, 3, "arriving 3/3", "Credited any moment now."),
        (None, 3, "arriving 0/3", "3 more confirmations, then it is credited."),
        (1, None, "arriving", "Credited once the exchange has confirmed it."),
    ],
)
def test_confirmations(confirmations: int | None, needed: int | None, word: str, then: str) -> None:
    shown = words.deposit_state(money.deposit(1, "btc", "1", "submitted", confirmations=confirmations), needed)
    assert (shown.word, shown.then) == (word, then)


def test_an_invoice_is_open_expired_or_paid() -> None:
    invoice = money.invoice()
    assert words.invoice_state(invoice, samples.NOW_MS).word == "open 59 min"
    assert words.invoice_state(invoice, invoice.expires_ms).word == "expired"
    assert words.invoice_state(replace(invoice, paid_ms=1), invoice.expires_ms).word == "paid"


@pytest.mark.parametrize(
    ("ms", "shown"),
    [
        (-5, "0:00"),
        (89_999, "1:29"),
        (599_999, "9:59"),
        (600_000, "10 min"),
        (7_199_000, "119 min"),
        (7_200_000, "2 h"),
        (172_800_000, "2 d"),
    ],
)
def test_what_is_left(ms: int, shown: str) -> None:
    assert words.countdown(ms) == shown


def test_a_bank_account_shows_every_detail_whole() -> None:
    shown = "\n".join(plain(line) for line in words.destination_lines(money.CHEQUE, 60))
    for name, value in money.CHEQUE.data:
        assert name.replace("_", " ") in shown
        assert value in shown


def test_long_values_take_several_lines() -> None:
    lines = words.long_fact("note", "word " * 40, 40)
    assert len(lines) > 1
    assert all(len(plain(line)) <= 40 for line in lines)


def test_moments() -> None:
    assert words.moment(samples.NOW_MS, samples.TZ) == "20 Nov 2026, 14:03:22"
    assert words.moment(0, samples.TZ) == "–"
