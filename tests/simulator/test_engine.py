from __future__ import annotations

from decimal import Decimal

import pytest

from captui.simulator.accounts import FEES
from captui.simulator.engine import Engine, LevelChanged
from captui.simulator.orders import Fill, OrderRefusedError, OrderRequest, OrderState, OrderType, Side, Trade
from tests.simulator.venues import NOW_MS, engine, limit, market_order, send, states


def refusal(made: Engine, request: OrderRequest, account: str = "ann") -> str:
    """The code of the refusal; the ledger must be as it was."""
    before = [made.ledger.available(account, currency) for currency in ("zar", "btc")]
    with pytest.raises(OrderRefusedError) as refused:
        made.submit(request, account=account, now_ms=NOW_MS)
    assert [made.ledger.available(account, currency) for currency in ("zar", "btc")] == before
    assert made.events == []
    return refused.value.code


def test_a_new_order_is_pending_and_has_locked_its_funds() -> None:
    made = engine()
    order = made.submit(limit(Side.BUY, "800000", "0.5"), account="ann", now_ms=NOW_MS)
    assert order.state is OrderState.PENDING
    assert made.ledger.locked("ann", "zar") == 400_000
    assert len(made.books["btczar"].bids) == 0


def test_a_limit_order_that_meets_nothing_waits_in_the_book() -> None:
    made = engine()
    order = send(made, "ann", limit(Side.SELL, "900000", "2"))
    assert states(made, order) == ["wait"]
    assert made.ledger.locked("ann", "btc") == 2
    assert LevelChanged("btczar", Side.SELL, Decimal(900_000)) in made.events


def test_fees_are_taken_from_what_is_received_maker_and_taker_apart() -> None:
    made = engine()
    maker = send(made, "ann", limit(Side.SELL, "800000", "1"))
    taker = send(made, "bob", limit(Side.BUY, "800000", "0.4"))
    assert made.ledger.available("bob", "btc") == Decimal(100) + Decimal("0.4") * Decimal("0.998")
    assert made.ledger.available("ann", "zar") == 10_000_000 + 320_000 * Decimal("0.999")
    assert made.ledger.available(FEES, "btc") == Decimal("0.0008")
    assert made.ledger.available(FEES, "zar") == 320
    assert (maker.state, maker.remaining, maker.executed) == (OrderState.WAIT, Decimal("0.6"), Decimal("0.4"))
    assert (taker.state, taker.trades_count, taker.average_price) == (OrderState.DONE, 1, Decimal(800_000))
    assert made.ledger.discrepancies() == {}


def test_a_better_price_gives_back_what_was_locked_for_a_worse_one() -> None:
    made = engine()
    send(made, "ann", limit(Side.SELL, "790000", "1"))
    order = send(made, "bob", limit(Side.BUY, "800000", "1"))
    assert order.average_price == 790_000
    assert made.ledger.available("bob", "zar") == 10_000_000 - 790_000
    assert made.ledger.locked("bob", "zar") == 0


def test_price_goes_before_time_and_time_before_size() -> None:
    made = engine()
    late = send(made, "ann", limit(Side.SELL, "801000", "1"))
    early = send(made, "ann", limit(Side.SELL, "801000", "5"))
    best = send(made, "ann", limit(Side.SELL, "800000", "1"))
    made.take_events()
    send(made, "bob", limit(Side.BUY, "802000", "1.5"))
    assert best.state is OrderState.DONE
    assert (late.executed, early.executed) == (Decimal("0.5"), Decimal(0))
    assert [event.price for event in made.events if isinstance(event, Trade)] == [800_000, 801_000]


def test_an_order_takes_what_it_can_get_and_rests_with_what_is_left() -> None:
    made = engine()
    send(made, "ann", limit(Side.SELL, "800000", "1"))
    order = send(made, "bob", limit(Side.BUY, "800000", "3"))
    assert (order.state, order.remaining) == (OrderState.WAIT, Decimal(2))
    assert made.ledger.locked("bob", "zar") == 1_600_000
    assert states(made, order) == ["wait", "wait"]
    best = made.books["btczar"].bids.best()
    assert best is not None
    assert (best.price, best.total) == (Decimal(800_000), Decimal(2))


def test_a_market_order_locks_exactly_its_cost_and_is_done_at_once() -> None:
    made = engine()
    send(made, "ann", limit(Side.SELL, "800000", "1"))
    send(made, "ann", limit(Side.SELL, "810000", "1"))
    order = made.submit(market_order(Side.BUY, "1.5"), account="bob", now_ms=NOW_MS)
    assert made.ledger.locked("bob", "zar") == 800_000 + 405_000
    made.process(order, now_ms=NOW_MS)
    assert order.state is OrderState.DONE
    assert made.ledger.locked("bob", "zar") == 0
    assert made.ledger.available("bob", "zar") == 10_000_000 - 1_205_000
    assert states(made, order) == ["wait", "wait", "done"]


def test_a_market_sale_goes_down_the_bids() -> None:
    made = engine()
    send(made, "ann", limit(Side.BUY, "800000", "1"))
    send(made, "ann", limit(Side.BUY, "790000", "1"))
    order = send(made, "bob", market_order(Side.SELL, "2"))
    assert (order.state, order.average_price) == (OrderState.DONE, Decimal(795_000))
    assert made.ledger.available("bob", "btc") == 98


def test_a_market_order_beyond_the_book_is_refused_and_leaves_no_trace() -> None:
    made = engine()
    send(made, "ann", limit(Side.SELL, "800000", "1"))
    made.take_events()
    assert refusal(made, market_order(Side.BUY, "1.00000001"), "bob") == "market.order.insufficient_market_liquidity"
    assert refusal(made, market_order(Side.SELL, "0.1"), "bob") == "market.order.insufficient_market_liquidity"


def test_a_market_order_stops_where_its_money_ends_when_the_book_moved_on() -> None:
    made = engine()
    cheap = send(made, "ann", limit(Side.SELL, "800000", "1"))
    order = made.submit(market_order(Side.BUY, "1"), account="bob", now_ms=NOW_MS)
    made.cancel(cheap, now_ms=NOW_MS)
    send(made, "ann", limit(Side.SELL, "810000", "1"))
    made.process(order, now_ms=NOW_MS)
    assert (order.state, order.executed) == (OrderState.CANCEL, Decimal(0))
    assert made.ledger.available("bob", "zar") == 10_000_000


def test_post_only_is_refused_where_it_would_match_and_rests_where_not() -> None:
    made = engine()
    send(made, "ann", limit(Side.SELL, "800000", "1"))
    made.take_events()
    assert refusal(made, limit(Side.BUY, "800000", "1", post_only=True), "bob") == "market.order.create_error"
    order = send(made, "bob", limit(Side.BUY, "799999.99", "1", post_only=True))
    assert order.state is OrderState.WAIT


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (limit(Side.BUY, "199999.99", "1"), "market.order.invalid_volume_or_price"),
        (limit(Side.SELL, "1200000.01", "1"), "market.order.invalid_volume_or_price"),
        (limit(Side.BUY, "800000.001", "1"), "market.order.invalid_volume_or_price"),
        (limit(Side.BUY, "800000", "0.000009"), "market.order.invalid_volume_or_price"),
        (limit(Side.BUY, "800000", "1.123456789"), "market.order.invalid_volume_or_price"),
        (OrderRequest("btczar", Side.BUY, Decimal(1)), "market.order.invalid_volume_or_price"),
        (
            OrderRequest("btczar", Side.BUY, Decimal(1), OrderType.MARKET, price=Decimal(800_000)),
            "market.order.market_order_price",
        ),
        (limit(Side.BUY, "800000", "1", market="dogezar"), "market.market.doesnt_exist"),
        (limit(Side.BUY, "800000", "12.50000001"), "market.account.insufficient_balance"),
        (limit(Side.SELL, "800000", "100.00000001"), "market.account.insufficient_balance"),
    ],
)
def test_rules_have_their_codes(request_: OrderRequest, code: str) -> None:
    assert refusal(engine(), request_) == code


def test_the_edges_of_the_rules_are_allowed() -> None:
    made = engine()
    assert send(made, "ann", limit(Side.BUY, "200000", "0.00001")).state is OrderState.WAIT
    assert send(made, "ann", limit(Side.SELL, "1200000.00", "0.00001000")).state is OrderState.WAIT
    assert send(made, "bob", limit(Side.BUY, "800000", "12.5")).state is OrderState.WAIT


def test_a_disabled_market_takes_no_orders_but_lets_them_go() -> None:
    made = engine()
    order = send(made, "ann", limit(Side.BUY, "800000", "1"))
    made.take_events()
    made.disabled.add("btczar")
    assert refusal(made, limit(Side.BUY, "800000", "1")) == "market.market.doesnt_exist"
    made.cancel(order, now_ms=NOW_MS)
    assert order.state is OrderState.CANCEL


def test_rules_do_not_hold_for_participants_but_their_funds_do() -> None:
    made = engine()
    made.ledger.deposit("maker", "zar", Decimal(100))
    assert send(made, "maker", limit(Side.BUY, "0.5", "200")).state is OrderState.WAIT
    made.take_events()
    assert refusal(made, limit(Side.BUY, "0.5", "1"), "maker") == "market.account.insufficient_balance"


def test_participants_are_not_told_of() -> None:
    made = engine()
    made.ledger.deposit("maker", "btc", Decimal(100))
    send(made, "maker", limit(Side.SELL, "800000", "1"))
    assert all(isinstance(event, LevelChanged) for event in made.events)


def test_cancelling_gives_the_rest_back_and_happens_once() -> None:
    made = engine()
    order = send(made, "ann", limit(Side.BUY, "800000", "2"))
    send(made, "bob", limit(Side.SELL, "800000", "0.5"))
    made.cancel(order, now_ms=NOW_MS + 5)
    assert (order.state, order.remaining, order.updated_ms) == (OrderState.CANCEL, Decimal("1.5"), NOW_MS + 5)
    assert made.ledger.locked("ann", "zar") == 0
    made.take_events()
    made.cancel(order, now_ms=NOW_MS + 9)
    assert made.events == []
    assert made.books["btczar"].bids.best() is None


def test_a_rejected_order_gets_its_money_back() -> None:
    made = engine()
    order = made.submit(limit(Side.BUY, "800000", "2"), account="ann", now_ms=NOW_MS)
    made.reject(order, now_ms=NOW_MS)
    assert states(made, order) == ["reject"]
    assert made.ledger.available("ann", "zar") == 10_000_000


def test_an_order_that_may_not_rest_is_cancelled_with_what_is_left() -> None:
    made = engine()
    send(made, "ann", limit(Side.SELL, "800000", "1"))
    order = made.submit(limit(Side.BUY, "800000", "3"), account="bob", now_ms=NOW_MS)
    made.process(order, now_ms=NOW_MS, rests=False)
    assert (order.state, order.executed) == (OrderState.CANCEL, Decimal(1))
    assert made.ledger.locked("bob", "zar") == 0
    assert made.books["btczar"].bids.best() is None


def test_trading_with_oneself_fills_both_orders_under_one_trade() -> None:
    made = engine()
    first = send(made, "ann", limit(Side.SELL, "800000", "1"))
    second = send(made, "ann", limit(Side.BUY, "800000", "1"))
    fills = [event for event in made.events if isinstance(event, Fill)]
    assert (first.state, second.state) == (OrderState.DONE, OrderState.DONE)
    assert [fill.order_id for fill in fills] == [first.id, second.id]
    assert len({fill.trade.id for fill in fills}) == 1
    assert made.ledger.available("ann", "zar") == 10_000_000 - 800
    assert made.ledger.available("ann", "btc") == 100 - Decimal("0.002")


def test_a_fill_tells_its_owner_side_fee_and_rate() -> None:
    made = engine()
    maker = send(made, "ann", limit(Side.BUY, "800000", "1"))
    taker = send(made, "bob", limit(Side.SELL, "800000", "0.25"))
    first, second = (event for event in made.events if isinstance(event, Fill))
    assert (first.order_id, first.side, first.fee_currency) == (maker.id, Side.BUY, "btc")
    assert (first.fee_rate, first.fee_amount) == (Decimal("0.001"), Decimal("0.00025"))
    assert (second.order_id, second.side, second.fee_currency) == (taker.id, Side.SELL, "zar")
    assert (second.fee_rate, second.fee_amount) == (Decimal("0.002"), Decimal(400))
    assert first.trade.taker_side is Side.SELL
    assert first.trade.total == 200_000


def test_a_custom_id_is_kept_and_may_come_twice() -> None:
    made = engine()
    request = OrderRequest("btczar", Side.BUY, Decimal(1), price=Decimal(800_000), custom_order_id="mine")
    first, second = send(made, "ann", request), send(made, "ann", request)
    assert (first.custom_order_id, second.custom_order_id) == ("mine", "mine")
    assert first.id != second.id
    assert first.uuid != second.uuid


def test_reducing_keeps_the_place_and_frees_the_funds() -> None:
    made = engine()
    first = send(made, "ann", limit(Side.BUY, "800000", "2"))
    send(made, "bob", limit(Side.BUY, "800000", "1"))
    made.reduce(first, Decimal("1.5"), now_ms=NOW_MS)
    assert made.ledger.locked("ann", "zar") == 400_000
    send(made, "bob", limit(Side.SELL, "800000", "0.5"))
    assert first.state is OrderState.DONE
    assert made.ledger.discrepancies() == {}


def test_reducing_by_everything_cancels() -> None:
    made = engine()
    order = send(made, "ann", limit(Side.SELL, "900000", "2"))
    made.reduce(order, Decimal(2), now_ms=NOW_MS)
    assert order.state is OrderState.CANCEL
    assert made.ledger.available("ann", "btc") == 100


def test_enlarging_locks_more() -> None:
    made = engine()
    order = send(made, "ann", limit(Side.BUY, "800000", "2"))
    made.enlarge(order, Decimal(1), now_ms=NOW_MS)
    assert (order.remaining, made.ledger.locked("ann", "zar")) == (Decimal(3), Decimal(2_400_000))
    made.cancel(order, now_ms=NOW_MS)
    assert made.ledger.available("ann", "zar") == 10_000_000


def test_a_hit_trades_with_one_order_wherever_it_stands() -> None:
    made = engine()
    made.ledger.deposit("crowd", "btc", Decimal(10))
    better = send(made, "bob", limit(Side.BUY, "810000", "1"))
    ours = send(made, "ann", limit(Side.BUY, "800000", "1"))
    made.hit(ours, Decimal("0.4"), account="crowd", now_ms=NOW_MS)
    assert (better.executed, ours.executed) == (Decimal(0), Decimal("0.4"))
    assert made.ledger.discrepancies() == {}


def test_the_same_seed_gives_the_same_uuids() -> None:
    one, other = (send(engine(), "ann", limit(Side.BUY, "800000", "1")).uuid for _ in range(2))
    assert one == other
    assert len(one) == 36
