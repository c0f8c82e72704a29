from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest

from captui.simulator.engine import OrderChanged
from captui.simulator.orders import Fill, OrderRefusedError, OrderState, Side
from captui.simulator.venue import BalanceNotice, BookUpdate, CandlesGrown, IncrementShape, Tape
from tests.simulator.venues import limit, listen, market_order, venue


def test_the_answer_is_pending_while_the_order_has_met_the_book() -> None:
    made = venue()
    pending = made.place(limit(Side.BUY, "800000", "0.1"))
    assert pending.state is OrderState.PENDING
    assert made.orders[pending.id].state is OrderState.WAIT


def test_a_cancel_answers_with_the_order_as_it_stood() -> None:
    made = venue()
    order = made.orders[made.place(limit(Side.BUY, "800000", "0.1")).id]
    assert made.cancel(order).state is OrderState.WAIT
    assert order.state is OrderState.CANCEL
    assert made.cancel(order).state is OrderState.CANCEL


def test_a_rejected_order_was_pending_first() -> None:
    made = venue()
    pending = made.place(limit(Side.BUY, "800000", "0.1"), rejected=True)
    assert pending.state is OrderState.PENDING
    assert made.orders[pending.id].state is OrderState.REJECT
    assert made.balance("zar") == BalanceNotice("zar", Decimal(250_000), Decimal(0))


def test_what_happened_is_published_in_a_natural_order() -> None:
    made = venue()
    made.place(limit(Side.SELL, "850000", "0.1"))
    heard = listen(made)
    assert made.take("btczar", Side.BUY, Decimal("0.04")) == Decimal("0.04")
    kinds = [type(notice) for notice in heard]
    assert kinds == [BookUpdate, Tape, OrderChanged, Fill, BalanceNotice, BalanceNotice, CandlesGrown]
    update, tape, changed, fill = heard[:4]
    assert isinstance(update, BookUpdate)
    assert (update.asks, update.bids, update.flat) == ((("850000.0", "0.06"),), (), False)
    assert isinstance(tape, Tape)
    assert (tape.price, tape.amount, tape.taker_side) == ("850000.0", "0.04", Side.BUY)
    assert isinstance(changed, OrderChanged)
    assert (changed.order.state, changed.order.executed) == (OrderState.WAIT, Decimal("0.04"))
    assert isinstance(fill, Fill)
    assert made.fills == [fill]


def test_sequences_go_up_by_one_in_each_market() -> None:
    made = venue()
    heard = listen(made)
    for price in ("800000", "800001", "800002"):
        made.place(limit(Side.BUY, price, "0.01"))
    made.place(limit(Side.BUY, "40000", "0.1", market="ethzar"))
    sequences = [(each.market, each.sequence) for each in heard if isinstance(each, BookUpdate)]
    assert sequences == [("btczar", 1), ("btczar", 2), ("btczar", 3), ("ethzar", 1)]


def test_a_nested_update_holds_all_changes_and_empties_mean_gone() -> None:
    made = venue()
    for price in ("850000", "850001"):
        made.place(limit(Side.SELL, price, "0.1"))
    heard = listen(made)
    made.place(limit(Side.BUY, "850001", "0.25"))
    update = heard[0]
    assert isinstance(update, BookUpdate)
    assert set(update.asks) == {("850000.0", ""), ("850001.0", "")}
    assert update.bids == (("850001.0", "0.05"),)


def test_flat_updates_have_one_level_each_and_removals_first() -> None:
    made = venue(shape=IncrementShape.FLAT)
    for price in ("850000", "850001"):
        made.place(limit(Side.SELL, price, "0.1"))
    heard = listen(made)
    made.place(limit(Side.BUY, "850001", "0.25"))
    updates = [each for each in heard if isinstance(each, BookUpdate)]
    assert all(each.flat and len(each.asks) + len(each.bids) == 1 for each in updates)
    assert [each.asks or each.bids for each in updates] == [
        (("850000.0", "0.0"),),
        (("850001.0", "0.0"),),
        (("850001.0", "0.05"),),
    ]
    assert all(later.sequence == earlier.sequence + 1 for earlier, later in pairwise(updates))


def test_mixed_updates_take_turns() -> None:
    made = venue(shape=IncrementShape.MIXED)
    heard = listen(made)
    for price in ("800000", "800001"):
        order = made.orders[made.place(limit(Side.BUY, price, "0.01")).id]
        made.cancel(order)
    updates = [each for each in heard if isinstance(each, BookUpdate)]
    assert [each.flat for each in updates] == [False, True, False, True]
    assert [each.bids[0][1] for each in updates] == ["0.01", "0", "0.01", "0"]


def test_open_orders_can_be_narrowed_down() -> None:
    made = venue()
    buy = made.place(limit(Side.BUY, "800000", "0.01"))
    sell = made.place(limit(Side.SELL, "900000", "0.01"))
    other = made.place(limit(Side.BUY, "40000", "0.1", market="ethzar"))
    gone = made.place(limit(Side.BUY, "800001", "0.01"))
    made.cancel(made.orders[gone.id])
    assert [order.id for order in made.open_orders()] == [buy.id, sell.id, other.id]
    assert [order.id for order in made.open_orders(market="btczar")] == [buy.id, sell.id]
    assert [order.id for order in made.open_orders(side=Side.BUY)] == [buy.id, other.id]


def test_a_participant_takes_at_a_limit_and_drops_the_rest() -> None:
    made = venue()
    made.place(limit(Side.SELL, "850000", "0.1"))
    made.place(limit(Side.SELL, "860000", "0.1"))
    assert made.take("btczar", Side.BUY, Decimal(1), price=Decimal(850_000)) == Decimal("0.1")
    assert made.take("btczar", Side.BUY, Decimal(1), price=Decimal(850_000)) == 0
    assert made.depth("btczar", Side.BUY, None) == []


def test_a_participant_cannot_take_more_than_there_is() -> None:
    made = venue()
    with pytest.raises(OrderRefusedError) as refused:
        made.take("btczar", Side.BUY, Decimal(1))
    assert refused.value.code == "market.order.insufficient_market_liquidity"


def test_a_deposit_is_told() -> None:
    made = venue()
    heard = listen(made)
    made.deposit("zar", Decimal("12.5"))
    assert heard == [BalanceNotice("zar", Decimal("250012.5"), Decimal(0))]
    assert made.ledger.discrepancies() == {}


def test_a_skipped_sequence_leaves_a_gap() -> None:
    made = venue()
    heard = listen(made)
    made.place(limit(Side.BUY, "800000", "0.01"))
    made.skip_sequence("btczar")
    made.place(limit(Side.BUY, "800001", "0.01"))
    assert [each.sequence for each in heard if isinstance(each, BookUpdate)] == [1, 3]


def test_depth_is_written_best_first() -> None:
    made = venue()
    for price in ("850002", "850000.5", "850001"):
        made.place(limit(Side.SELL, price, "0.1"))
    assert made.depth("btczar", Side.SELL, 2) == [("850000.5", "0.1"), ("850001.0", "0.1")]


def test_trades_reach_tape_and_candles() -> None:
    made = venue()
    made.place(limit(Side.SELL, "850000", "0.1"))
    made.place(market_order(Side.BUY, "0.05"))
    feed = made.feeds["btczar"]
    assert [(trade.price, trade.amount) for trade in feed.tape] == [(Decimal(850_000), Decimal("0.05"))]
    assert feed.candles.newest(1)[4:] == (850000.0, 0.05)
    assert len(made.fills) == 2, "the user traded with itself: one fill per order"
