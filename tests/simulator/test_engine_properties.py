"""Whatever users do, in whatever order: nothing is made or lost, nobody owes, the book is never crossed, and the first comes first."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from captui.simulator.accounts import FEES
from captui.simulator.engine import Engine
from captui.simulator.orders import Order, OrderRefusedError, OrderRequest, OrderState, OrderType, Side, Trade
from tests.simulator.venues import NOW_MS, engine

USERS = ("ann", "bob", "cyd")
prices = st.integers(79_990_00, 80_010_00).map(lambda cents: Decimal(cents) / 10)
volumes = st.integers(1000, 300_000_000).map(lambda units: Decimal(units).scaleb(-8))


def book_is_sound(made: Engine) -> None:
    for book in made.books.values():
        bid, ask = book.bids.best(), book.asks.best()
        assert bid is None or ask is None or bid.price < ask.price
        for side in (book.bids, book.asks):
            for level in side.levels():
                assert level.total == sum(order.remaining for order in level.orders.values())
                assert all(order.remaining > 0 and order.state is OrderState.WAIT for order in level.orders.values())
                assert list(level.orders) == sorted(level.orders), "orders of one level stand in order of arrival"


def money_is_sound(made: Engine, orders: list[Order]) -> None:
    assert made.ledger.discrepancies() == {}
    for user in (*USERS, FEES):
        for currency in ("zar", "btc"):
            assert made.ledger.available(user, currency) >= 0
            held = sum(
                (order.locked for order in orders if order.account == user and order.lock_currency == currency),
                Decimal(0),
            )
            assert made.ledger.locked(user, currency) == held
    for order in orders:
        if order.state.final:
            assert order.locked == 0
        elif order.side is Side.SELL:
            assert order.locked == order.remaining
        else:
            assert order.price is not None
            assert order.locked == order.price * order.remaining


class Trading(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.engine = engine(users=USERS, zar=3_000_000, btc=4)
        self.orders: list[Order] = []
        self.now_ms = NOW_MS

    @rule(
        user=st.sampled_from(USERS), side=st.sampled_from(Side), price=prices, volume=volumes, post_only=st.booleans()
    )
    def place_limit(self, user: str, side: Side, price: Decimal, volume: Decimal, post_only: bool) -> None:
        self.place(user, OrderRequest("btczar", side, volume, price=price, post_only=post_only))

    @rule(user=st.sampled_from(USERS), side=st.sampled_from(Side), volume=volumes)
    def place_market(self, user: str, side: Side, volume: Decimal) -> None:
        self.place(user, OrderRequest("btczar", side, volume, OrderType.MARKET))

    def place(self, user: str, request: OrderRequest) -> None:
        self.now_ms += 1
        known = len(self.engine.events)
        try:
            order = self.engine.submit(request, account=user, now_ms=self.now_ms)
        except OrderRefusedError:
            assert len(self.engine.events) == known, "a refusal leaves no trace"
            return
        self.orders.append(order)
        self.engine.process(order, now_ms=self.now_ms)
        trades = [event for event in self.engine.events[known:] if isinstance(event, Trade)]
        assert sum((trade.amount for trade in trades), Decimal(0)) == order.executed
        assert sum((trade.total for trade in trades), Decimal(0)) == order.executed_total
        walked = [trade.price for trade in trades]
        assert walked == sorted(walked, reverse=request.side is Side.SELL), "the best price comes first"
        assert not (request.post_only and trades)
        assert request.ord_type is OrderType.LIMIT or order.state is OrderState.DONE

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        if self.orders:
            order = data.draw(st.sampled_from(self.orders))
            before = order.state
            self.engine.cancel(order, now_ms=self.now_ms)
            assert order.state is (before if before.final else OrderState.CANCEL)

    @rule()
    def forget_events(self) -> None:
        self.engine.take_events()

    @invariant()
    def nothing_is_made_or_lost(self) -> None:
        money_is_sound(self.engine, self.orders)

    @invariant()
    def the_book_is_never_crossed(self) -> None:
        book_is_sound(self.engine)


Trading.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestTrading = Trading.TestCase


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(prices, volumes), min_size=1, max_size=12), volumes)
def test_who_stands_better_or_longer_is_served_first(resting: list[tuple[Decimal, Decimal]], wanted: Decimal) -> None:
    made = engine(users=USERS, zar=10**9, btc=10**4)
    asks = []
    for price, volume in resting:
        order = made.submit(OrderRequest("btczar", Side.SELL, volume, price=price), account="ann", now_ms=NOW_MS)
        made.process(order, now_ms=NOW_MS)
        asks.append(order)
    buyer = made.submit(
        OrderRequest("btczar", Side.BUY, wanted, price=Decimal(1_000_000)), account="bob", now_ms=NOW_MS
    )
    made.process(buyer, now_ms=NOW_MS)
    queue = sorted(asks, key=lambda order: (order.price or 0, order.id))
    left = wanted
    for order in queue:
        taken = min(left, order.origin)
        assert order.executed == taken
        left -= taken
    assert buyer.remaining == left
