from __future__ import annotations

from typing import Any

import pytest

from captui.simulator.beneficiaries import PIN, Beneficiaries
from captui.simulator.funding_records import Beneficiary, BeneficiaryState, FundingRefusedError
from tests.simulator.venues import venue


@pytest.fixture
def known() -> Beneficiaries:
    return Beneficiaries(venue())


def add(known: Beneficiaries, currency: str = "btc", **data: Any) -> Beneficiary:
    return known.create(currency, name="cold", description="", data=data or {"address": "bc1qcold"})


def test_it_is_pending_until_its_pin_is_given(known: Beneficiaries) -> None:
    made = add(known)
    with pytest.raises(FundingRefusedError, match="invalid_pin"):
        known.activate(made, PIN + 1)
    states = [made.state]
    known.activate(made, PIN)
    assert [*states, made.state] == [BeneficiaryState.PENDING, BeneficiaryState.ACTIVE]
    with pytest.raises(FundingRefusedError, match="cant_activate"):
        known.activate(made, PIN)


def test_a_deleted_one_is_gone_and_its_number_is_not_used_again(known: Beneficiaries) -> None:
    gone, stays = add(known), add(known, "zar", full_name="A. Person", account_number="1")
    known.delete(gone)
    assert known.known() == [stays]
    assert known.find(gone.id) is None
    assert known.find(stays.id) is stays
    again = add(known)
    assert len({gone.id, stays.id, again.id}) == 3


@pytest.mark.parametrize(
    ("currency", "data", "code"),
    [
        ("btc", {"addres": "bc1qcold"}, "missing_address_in_data"),
        ("btc", {"address": " "}, "missing_address_in_data"),
        ("btc", {"address": 7}, "missing_address_in_data"),
        ("btc", {"address": "bc1qhot"}, "duplicate_address"),
    ],
)
def test_a_coin_needs_an_address_of_its_own(
    known: Beneficiaries, currency: str, data: dict[str, Any], code: str
) -> None:
    add(known, "btc", address="bc1qhot")
    with pytest.raises(FundingRefusedError, match=code):
        add(known, currency, **data)
    assert len(known.records) == 1


def test_nothing_is_no_bank_account(known: Beneficiaries) -> None:
    with pytest.raises(FundingRefusedError, match="empty_data"):
        known.create("zar", name="bank", description="", data={})


def test_one_address_may_serve_two_currencies(known: Beneficiaries) -> None:
    add(known, "eth", address="0xabc")
    assert add(known, "usdc", address="0xabc").currency == "usdc"
