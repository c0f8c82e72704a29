"""Rules of single records that the golden frames show only by one example each."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core import codec, funding_records, wire
from captui.core.money import plain
from captui.errors import ProtocolError

WITHDRAWAL = {"id": 1, "currency": "btc", "amount": "1", "state": "submitted"}
DEPOSIT = {"id": 1, "currency": "btc", "amount": "1", "state": "submitted"}
BENEFICIARY = {"id": 1, "currency": "btc", "name": "n", "state": "active"}


@given(st.decimals(min_value=0, max_value=10**12, places=18), st.booleans())
def test_amounts_survive_as_text_and_as_numbers(amount: Decimal, as_text: bool) -> None:
    digits = f"{amount:f}"
    written = f'"{digits}"' if as_text else digits
    body = f'[{{"id":1,"currency":"eth","amount":{written},"fee":{written},"state":"accepted"}}]'.encode()
    (deposit,) = codec.deposits(body)
    assert (deposit.amount, deposit.fee) == (amount, amount)
    assert plain(deposit.amount) == plain(amount)


@pytest.mark.parametrize("number", [0, 1, 2, "0", "1", "2"])
def test_numbered_states_of_beneficiaries_are_words(number: object) -> None:
    words = ("pending", "active", "archived")
    assert funding_records.beneficiary(BENEFICIARY | {"state": number}).state == words[int(str(number))]


def test_words_are_read_without_regard_to_case() -> None:
    assert funding_records.beneficiary(BENEFICIARY | {"state": "Active"}).is_active


@pytest.mark.parametrize(
    ("data", "details"),
    [
        (None, ()),
        ("", ()),
        ({}, ()),
        ({"a": None, "b": True, "c": 5, "d": {"e": [1]}}, (("a", ""), ("b", "true"), ("c", "5"), ("d", '{"e":[1]}'))),
        (' {"a": 1.50}', (("a", "1.5"),)),
        ("rExample?dt=7", (("address", "rExample?dt=7"),)),
    ],
)
def test_data_of_a_beneficiary_comes_in_many_shapes(data: object, details: tuple[tuple[str, str], ...]) -> None:
    assert funding_records.beneficiary(BENEFICIARY | {"data": data}).data == details


@pytest.mark.parametrize("data", ['{"address": "a\\u001b\\u202eb"}', {"address": "a\x1b\u202eb"}, "a\x1b\u202eb"])
def test_where_money_goes_is_shown_whole_even_where_it_cannot_be_seen(data: object) -> None:
    """A list that could not be read for one of its records would hide all the others, and how to remove that one."""
    assert funding_records.beneficiary(BENEFICIARY | {"data": data}).address == "a\\x1b\\u202eb"


def test_what_names_a_transaction_is_shown_whole_too() -> None:
    odd = funding_records.withdrawal(WITHDRAWAL | {"rid": "a\x1bb", "blockchain_txid": "c\nd"})
    assert (odd.rid, odd.txid) == ("a\\x1bb", "c\\nd")
    deposit = funding_records.deposit(DEPOSIT | {"txid": "a\x1bb", "tid": "c\nd"})
    assert (deposit.txid, deposit.tid) == ("a\\x1bb", "c\\nd")


@pytest.mark.parametrize("data", [[], 5, "{broken"])
def test_data_that_cannot_be_shown_is_refused(data: object) -> None:
    with pytest.raises(ProtocolError):
        funding_records.beneficiary(BENEFICIARY | {"data": data})


@pytest.mark.parametrize("name", ["id", "currency", "state"])
def test_what_identifies_a_record_cannot_be_missing(name: str) -> None:
    for read, record in (
        (funding_records.beneficiary, BENEFICIARY),
        (funding_records.withdrawal, WITHDRAWAL),
        (funding_records.deposit, DEPOSIT),
    ):
        with pytest.raises(ProtocolError, match=name):
            read({key: value for key, value in record.items() if key != name})


@pytest.mark.parametrize(("stated", "read"), [(3, 3), ("3", 3), ("N/A", None), (None, None), ("", None)])
def test_confirmations_may_be_unknown(stated: object, read: int | None) -> None:
    assert funding_records.withdrawal(WITHDRAWAL | {"confirmations": stated}).confirmations == read
    assert funding_records.deposit(DEPOSIT | {"confirmations": stated}).confirmations == read


def test_half_a_confirmation_is_none_of_the_shapes() -> None:
    with pytest.raises(ProtocolError, match="confirmations"):
        funding_records.deposit(DEPOSIT | {"confirmations": Decimal("1.5")})


@pytest.mark.parametrize("address", ["x" * wire.MAX_VERBATIM, "a b", "rExample?dt=7"])
def test_an_address_is_kept_to_the_letter(address: str) -> None:
    assert funding_records.deposit_address({"address": address}, "xrp").address == address


@pytest.mark.parametrize("address", ["x" * (wire.MAX_VERBATIM + 1), "a\x1b[2Jb", "a\u202eb", {"a": 1}, True])
def test_an_address_that_would_be_shown_otherwise_is_refused(address: object) -> None:
    with pytest.raises(ProtocolError, match="address"):
        funding_records.deposit_address({"address": address}, "xrp")


@pytest.mark.parametrize(
    "record", [{"currency": "eth"}, {"currencies": ["eth", "xrp"]}, {"currencies": "eth"}, {"currency_id": "ETH"}]
)
def test_an_address_of_another_currency_is_never_shown(record: dict[str, object]) -> None:
    with pytest.raises(ProtocolError):
        funding_records.deposit_address(record | {"address": "0xexample"}, "btc")


def test_an_address_without_its_currency_is_of_the_one_asked_for() -> None:
    assert funding_records.deposit_address([{"address": "a", "state": "Active"}], "btc") == (
        funding_records.deposit_address({"currencies": [], "address": "a", "state": "active"}, "btc")
    )


@pytest.mark.parametrize("change", [None, {}, ""])
def test_no_change_is_said_in_many_ways(change: object) -> None:
    assert funding_records.voucher_redemption({"amount": 1, "change_voucher": change}).change is None


@pytest.mark.parametrize(
    ("pin", "text"),
    [("0034 5678", "0034 5678"), (1234567890123456, "1234567890123456"), (Decimal("1.5E+15"), "15" + "0" * 14)],
)
def test_nothing_around_the_pin_of_the_change_can_cost_it(pin: object, text: str) -> None:
    redemption = funding_records.voucher_redemption(
        {
            "amount": "R 9.50",
            "origin_amount": [],
            "change_voucher": {"change_amount": "forty", "change_expiry": {"year": 2026}, "change_pin": pin},
        }
    )
    assert (redemption.amount, redemption.origin_amount) == (None, None)
    assert redemption.change is not None
    assert (redemption.change.amount, redemption.change.expiry) == (None, "")
    assert redemption.change.pin.reveal() == text


@pytest.mark.parametrize("pin", [None, "", [1], True, "1\x1b[2J"])
def test_change_without_a_pin_that_can_be_used_is_refused(pin: object) -> None:
    with pytest.raises(ProtocolError, match="change_pin"):
        funding_records.voucher_redemption({"amount": 1, "change_voucher": {"change_amount": 1, "change_pin": pin}})


def test_change_of_a_strange_kind_is_refused() -> None:
    with pytest.raises(ProtocolError, match="a change voucher"):
        funding_records.voucher_redemption({"amount": 1, "change_voucher": "40"})


def test_a_deleted_beneficiary_leaves_nothing_to_read() -> None:
    codec.nothing(b"")
    codec.nothing(b"not even JSON")
