from __future__ import annotations

from decimal import Decimal

import pytest

from captui.simulator.accounts import FEES
from captui.simulator.funding_records import DepositState
from captui.simulator.markets import CURRENCIES
from captui.simulator.venue import USER_FUNDS, BalanceNotice
from tests.simulator.venues import NOW_MS, Till, listen


@pytest.fixture
def till() -> Till:
    return Till()


def test_the_past_adds_up_to_what_the_user_starts_with(till: Till) -> None:
    past = list(till.funding.deposits.records.values())
    for currency, funds in USER_FUNDS.items():
        collected = [each for each in past if each.currency == currency and each.state is DepositState.COLLECTED]
        assert sum((each.amount for each in collected), Decimal(0)) == funds
        assert len(collected) == 3
    assert sorted(each.state for each in past if each.state is not DepositState.COLLECTED) == ["rejected", "skipped"]


def test_the_past_lies_behind_and_in_order(till: Till) -> None:
    past = list(till.funding.deposits.records.values())
    assert [each.id for each in past] == sorted(each.id for each in past)
    moments = [each.created_ms for each in past]
    assert moments == sorted(moments)
    assert moments[-1] < NOW_MS
    assert all((each.completed_ms is None) is (each.state is not DepositState.COLLECTED) for each in past)
    assert all((each.txid is None) is (each.currency == "zar") for each in past)
    assert len({each.tid for each in past}) == len(past)


@pytest.mark.parametrize("currency", ["btc", "eth", "xrp", "usdc"])
def test_a_coin_is_credited_with_its_last_confirmation(till: Till, currency: str) -> None:
    before, _ = till.held(currency)
    needed = CURRENCIES[currency].min_confirmations
    made = till.funding.deposits.arrive(currency, Decimal(3))
    for confirmed in range(needed):
        assert (made.state, made.confirmations) == (DepositState.SUBMITTED, confirmed)
        assert till.held(currency) == (before, Decimal(0))
        till.wait(1_000)
    assert (made.state, made.confirmations, made.completed_ms) == (
        DepositState.ACCEPTED,
        needed,
        NOW_MS + needed * 1_000,
    )
    assert till.held(currency)[0] == before + 3
    till.wait(2_000)
    assert made.state is DepositState.COLLECTED
    till.wait(60_000)
    assert till.held(currency)[0] == before + 3
    assert till.venue.ledger.discrepancies() == {}


def test_rand_is_there_after_one_step_and_the_balance_is_told(till: Till) -> None:
    heard = listen(till.venue)
    made = till.funding.deposits.arrive("zar", Decimal(500))
    till.wait(1_000)
    assert (made.state, made.txid, made.confirmations) == (DepositState.ACCEPTED, None, 0)
    assert heard == [BalanceNotice("zar", Decimal(250_500), Decimal(0))]


def test_too_little_is_skipped_and_never_credited(till: Till) -> None:
    made = till.funding.deposits.arrive("xrp", Decimal("0.5"))
    till.wait(60_000)
    assert (made.state, made.completed_ms) == (DepositState.SKIPPED, None)
    assert till.held("xrp")[0] == 10_000


def test_a_fee_goes_to_the_exchange(till: Till) -> None:
    till.funding.deposits.credit("zar", Decimal(97), fee=Decimal(3))
    assert till.held("zar")[0] == 250_097
    assert till.venue.ledger.available(FEES, "zar") == 3
    assert till.venue.ledger.discrepancies() == {}


@pytest.mark.parametrize("currency", ["btc", "eth", "xrp", "usdc"])
def test_an_address_is_there_three_seconds_after_it_was_first_asked_for(till: Till, currency: str) -> None:
    deposits = till.funding.deposits
    assert deposits.address(currency) == ""
    till.wait(2_999)
    assert deposits.address(currency) == ""
    till.wait(1)
    made = deposits.address(currency)
    assert made.startswith("bcrt1q") or "PLAYMONEY" in made
    till.wait(60_000)
    assert deposits.address(currency) == made


def test_the_same_seed_gives_the_same_past() -> None:
    one, other = (Till().funding.deposits.records for _ in range(2))
    assert one == other
