from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from captui.core.types import Fill, Market, Order, OrderStatus, OrderType, Side
from captui.session import sentences

MARKET = Market("btczar", "BTC/ZAR", "btc", "zar", Decimal(1), Decimal(0), Decimal("0.00001"), 8, 2, enabled=True)
ORDER = Order(
    key="a",
    id=17,
    uuid="",
    custom_id="a",
    market="btczar",
    side=Side.BUY,
    type=OrderType.LIMIT,
    price=Decimal("843500.5"),
    average_price=None,
    volume=Decimal("0.010"),
    executed=Decimal(0),
    post_only=False,
    status=OrderStatus.WAIT,
    reason="",
    created_ms=0,
    updated_ms=0,
    ours=True,
)
DONE = replace(ORDER, executed=Decimal("0.010"), status=OrderStatus.DONE)


def fill(price: str, amount: str, fee: str | None = "0.00001") -> Fill:
    return Fill(
        "1",
        "btczar",
        Side.BUY,
        Decimal(price),
        Decimal(amount),
        Decimal(price) * Decimal(amount),
        None if fee is None else Decimal(fee),
        "btc",
        None,
        17,
        "",
        0,
    )


def test_an_order_in_words() -> None:
    assert sentences.accepted(ORDER, MARKET) == "Order 17 accepted: buy 0.01 BTC at 843 500.50 ZAR."
    market_order = replace(ORDER, type=OrderType.MARKET, price=None, side=Side.SELL)
    assert sentences.accepted(market_order, MARKET) == "Order 17 accepted: sell 0.01 BTC at the market."


def test_without_the_market_s_rules_its_id_serves() -> None:
    assert sentences.accepted(ORDER, None) == "Order 17 accepted: buy 0.01 BTCZAR at 843 500.5."


def test_before_it_has_a_number() -> None:
    order = replace(ORDER, id=None)
    assert sentences.refused(order, MARKET, "No.") == "Refused: No (the order to buy 0.01 BTC at 843 500.50 ZAR)."
    text = sentences.unknown(order, MARKET, "The answer did not come.")
    assert text.startswith(
        "It is not known whether the order to buy 0.01 BTC at 843 500.50 ZAR was accepted: The answer"
    )
    assert text.endswith("not sent again.")


def test_a_reason_is_never_missing() -> None:
    assert "no reason was given" in sentences.refused(ORDER, MARKET, "")


def test_fills_at_one_price() -> None:
    text = sentences.filled(DONE, [fill("843500.5", "0.01")], MARKET)
    assert text == "Order 17 filled: bought 0.01 BTC at 843 500.50 ZAR (fee 0.00001 BTC)."


def test_fills_at_several_prices_are_one_sentence_with_their_average() -> None:
    order = replace(ORDER, executed=Decimal("0.006"))
    fills = [fill("843500", "0.002"), fill("843400", "0.004")]
    text = sentences.filled(order, fills, MARKET)
    assert text == "Order 17 part-filled: bought 0.006 BTC at 843 433.33 ZAR (fee 0.00002 BTC), 0.004 BTC left."


def test_half_a_fee_is_no_fee() -> None:
    text = sentences.filled(DONE, [fill("1", "0.005"), fill("1", "0.005", fee=None)], MARKET)
    assert "fee" not in text


def test_what_a_cancelled_order_had_filled_is_told() -> None:
    order = replace(ORDER, status=OrderStatus.CANCELLED, executed=Decimal("0.004"))
    assert sentences.cancelled(order, MARKET).endswith("is cancelled; 0.004 BTC of it had been filled.")
    assert sentences.cancelled(replace(order, executed=Decimal(0)), MARKET).endswith("is cancelled.")


def test_a_cancel_that_failed_says_how_the_order_stands() -> None:
    assert sentences.cancel_failed(ORDER, MARKET, "The exchange refused.").endswith(
        "was not cancelled: The exchange refused. It is resting in the book."
    )


def test_every_status_has_words() -> None:
    assert all(sentences.status_words(replace(ORDER, status=status)) for status in OrderStatus)


def test_words_of_the_exchange_are_data() -> None:
    assert "[red]{0}%s" in sentences.refused(ORDER, MARKET, "[red]{0}%s")
