"""What a trade did to the account, in rand and in coin, exactly; and nothing claimed that cannot be told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from captui.core.types import Fill, Side
from captui.export import tax
from captui.export.columns import FILLS
from captui.export.funding_columns import DEPOSITS, WITHDRAWALS

BUY = Fill(
    id="9",
    market="btczar",
    side=Side.BUY,
    price=Decimal("840000.50"),
    amount=Decimal("0.002"),
    total=Decimal("1680.001"),
    fee=Decimal("0.000004"),
    fee_currency="btc",
    maker=False,
    order_id=1,
    custom_order_id="",
    # 22:30 on the last day of February in London, after midnight in Cape Town.
    time_ms=1_772_317_800_000,
)
SELL = replace(BUY, side=Side.SELL, fee=Decimal("3.360002"), fee_currency="zar")


def test_a_buy_pays_rand_and_receives_coin_less_the_fee() -> None:
    assert tax.units(BUY) == ("btc", "zar")
    assert tax.base_change(BUY) == Decimal("0.001996")
    assert tax.quote_change(BUY) == Decimal("-1680.001")
    assert tax.total_in_rand(BUY) == BUY.total
    assert tax.fee_in_rand(BUY) == Decimal("3.360002")


def test_a_sell_pays_coin_and_receives_rand_less_the_fee() -> None:
    assert tax.base_change(SELL) == Decimal("-0.002")
    assert tax.quote_change(SELL) == Decimal("1676.640998")
    assert tax.fee_in_rand(SELL) == SELL.fee


def test_nothing_is_rounded() -> None:
    long = Decimal("123456789012345678901234567890.123456789")
    assert tax.base_change(replace(SELL, amount=long)) == long.copy_negate()
    assert str(tax.fee_in_rand(replace(BUY, price=long))) == "493827156049382715604938.271560493827156"


@pytest.mark.parametrize(("fill", "expected"), [(BUY, ("eth", "btc")), (SELL, ("eth", "btc"))])
def test_a_market_against_coin_has_no_rand(fill: Fill, expected: tuple[str, str]) -> None:
    in_coin = replace(fill, market="ethbtc", fee_currency="eth" if fill.side is Side.BUY else "btc")
    assert tax.units(in_coin) == expected
    assert tax.total_in_rand(in_coin) is None
    assert tax.fee_in_rand(in_coin) is None
    assert tax.base_change(in_coin) is not None


@pytest.mark.parametrize("fee_currency", ["", "doge", "ethbtc"])
def test_what_cannot_be_told_is_left_empty(fee_currency: str) -> None:
    unclear = replace(BUY, market="ethbtc", fee_currency=fee_currency)
    assert tax.units(unclear) is None
    assert (tax.base_change(unclear), tax.quote_change(unclear)) == (None, None)
    without_fee = replace(BUY, fee=None, fee_currency="")
    assert (tax.base_change(without_fee), tax.fee_in_rand(without_fee)) == (None, None)
    assert tax.fee_in_rand(replace(BUY, fee_currency="doge")) is None


def test_the_day_is_that_of_south_africa() -> None:
    assert tax.local_time(BUY.time_ms) == "2026-03-01T00:30:00+02:00"
    assert tax.local_time(0) is None


def test_the_exchange_s_own_columns_come_first_and_keep_their_places() -> None:
    assert tax.TRADES[: len(FILLS)] == FILLS
    assert tax.DEPOSITS[: len(DEPOSITS)] == DEPOSITS
    assert tax.WITHDRAWALS[: len(WITHDRAWALS)] == WITHDRAWALS
