from __future__ import annotations

from decimal import Decimal

from captui.simulator.book import OrderBook
from captui.simulator.orders import Order, OrderType, Side


def order(number: int, side: Side, price: str, amount: str) -> Order:
    return Order(
        id=number,
        uuid="",
        account="ann",
        market="btczar",
        side=side,
        ord_type=OrderType.LIMIT,
        price=Decimal(price),
        origin=Decimal(amount),
        remaining=Decimal(amount),
        locked=Decimal(0),
        lock_currency="zar",
        post_only=False,
        custom_order_id=None,
        created_ms=0,
        updated_ms=0,
    )


def filled(*orders: Order) -> OrderBook:
    book = OrderBook()
    for each in orders:
        assert each.price is not None
        book.side(each.side).add(each.price, each)
    return book


def test_the_best_bid_is_the_highest_and_the_best_ask_the_lowest() -> None:
    book = filled(
        order(1, Side.BUY, "99", "1"),
        order(2, Side.BUY, "100", "1"),
        order(3, Side.SELL, "102", "1"),
        order(4, Side.SELL, "101", "1"),
    )
    assert [level.price for level in book.bids.levels()] == [100, 99]
    assert [level.price for level in book.asks.levels()] == [101, 102]
    assert [level.price for level in book.asks.levels(1)] == [101]


def test_an_empty_side_has_no_best_level_and_nothing_crosses_it() -> None:
    book = OrderBook()
    assert book.bids.best() is None
    assert not book.crosses(Side.SELL, Decimal(1))
    assert not book.crosses(Side.BUY, Decimal(10**9))


def test_orders_at_one_price_stand_in_order_of_arrival() -> None:
    first, second = order(1, Side.SELL, "100", "1"), order(2, Side.SELL, "100.00", "2")
    book = filled(first, second)
    level = book.asks.best()
    assert level is not None
    assert (level.total, level.first(), len(book.asks)) == (Decimal(3), first, 1)
    book.asks.remove(Decimal(100), first)
    assert (level.total, level.first()) == (Decimal(2), second)


def test_a_level_goes_with_its_last_order() -> None:
    only = order(1, Side.BUY, "100", "1")
    book = filled(only, order(2, Side.BUY, "90", "1"))
    book.bids.reduce(Decimal(100), only, Decimal("0.4"))
    level = book.bids.level(Decimal(100))
    assert level is not None
    assert level.total == Decimal("0.6")
    book.bids.reduce(Decimal(100), only, Decimal("0.6"))
    assert book.bids.level(Decimal(100)) is None
    assert [level.price for level in book.bids.levels()] == [90]


def test_enlarging_keeps_the_place_in_time() -> None:
    first, second = order(1, Side.SELL, "100", "1"), order(2, Side.SELL, "100", "1")
    book = filled(first, second)
    book.asks.enlarge(Decimal(100), first, Decimal(4))
    level = book.asks.best()
    assert level is not None
    assert (level.first(), level.total, first.remaining) == (first, Decimal(6), Decimal(5))


def test_crossing_means_meeting_or_passing_the_best_price() -> None:
    book = filled(order(1, Side.BUY, "99", "1"), order(2, Side.SELL, "101", "1"))
    assert book.crosses(Side.BUY, Decimal(101))
    assert not book.crosses(Side.BUY, Decimal("100.99"))
    assert book.crosses(Side.SELL, Decimal(99))
    assert not book.crosses(Side.SELL, Decimal("99.01"))


def test_the_cost_walks_the_levels_and_knows_when_they_end() -> None:
    book = filled(order(1, Side.SELL, "100", "1"), order(2, Side.SELL, "110", "2"))
    assert book.cost(Side.BUY, Decimal("0.5")) == 50
    assert book.cost(Side.BUY, Decimal(2)) == 210
    assert book.cost(Side.BUY, Decimal(3)) == 320
    assert book.cost(Side.BUY, Decimal("3.00000001")) is None
