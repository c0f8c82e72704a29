"""The selected market's book, chart and tape: exact, never another market's, and stale as soon as they are."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from captui.core.intervals import Interval
from captui.core.types import Candle, PublicTrade, Side
from captui.session.commands import LoadOlderCandles, SelectInterval, SelectMarket
from captui.session.market_data import TAPE_KEPT, Tape
from captui.session.views import Freshness, TapeView, Views
from captui.simulator.server import Endpoints
from tests.session.client import Client, exchange_process

Start = Callable[..., Endpoints]


def exact(client: Client, market: str) -> bool:
    """Whether the client's whole book is the exchange's, as of the same sequence."""
    theirs = client.control.state(full=True)["books"][market]
    book = client.views.book
    if book.market != market or book.sequence != theirs["sequence"]:
        return False

    def levels(side: list[list[str]]) -> list[tuple[Decimal, Decimal]]:
        return [(Decimal(price), Decimal(amount)) for price, amount in side]

    ours = [[(level.price, level.amount) for level in side] for side in (book.asks, book.bids)]
    return ours == [levels(theirs["asks"]), levels(theirs["bids"])]


def charted(interval: Interval) -> Callable[[Views], bool]:
    return lambda views: views.chart.interval is interval and views.chart.freshness is Freshness.LIVE


def all_live(views: Views, market: str) -> bool:
    return (
        views.book.market == views.chart.market == views.tape.market == market
        and views.connection.can_trade
        and views.chart.freshness is views.tape.freshness is Freshness.LIVE
        and len(views.chart.candles) >= 200
    )


def steps_of(candles: tuple[Candle, ...]) -> set[int]:
    return {later.time_ms - earlier.time_ms for earlier, later in pairwise(candles)}


@pytest.fixture(scope="module")
def busy() -> Iterator[Endpoints]:
    """An exchange whose makers trade, in a process of its own."""
    with exchange_process(seed=3) as endpoints:
        yield endpoints


def test_a_burst_of_a_thousand_changes_a_second_is_exact_and_never_dropped(tmp_path: Path) -> None:
    with (
        exchange_process(makers=True, seed=5) as endpoints,
        Client(endpoints, tmp_path / "journal.jsonl", settings={"publish_interval_s": 0.05}) as client,
    ):
        client.live()
        start = client.views.book.sequence
        published = 0

        def count(views: Views) -> bool:
            nonlocal published
            if views.book is not seen[-1]:
                seen.append(views.book)
                published += 1
            return views.book.sequence >= start + 10_000

        seen = [client.views.book]
        client.control.burst("btczar", per_second=1000, seconds=10)
        client.wait(count, "ten thousand changes", 40)
        client.session.send(SelectInterval(Interval.H1))
        # The makers go on: the two are compared at a moment at which they have the same sequence.
        client.wait(lambda _: exact(client, "btczar"), "the exact book", 20)

        assert client.control.state()["dropped"] == {}
        assert client.views.connection.can_trade
        assert not client.was_told("being fetched again")
        assert not client.was_told("was lost")
        # Views are built at the screen's pace, not at the messages'.
        assert published < 600


def test_a_gap_is_told_and_brings_a_new_book(client: Client) -> None:
    client.control.fault(kind="skip_sequence", market="btczar")
    client.control.burst("btczar", per_second=50, seconds=1)
    client.control.advance(100)
    client.told("The BTC/ZAR book is being fetched again: 1 change is missing")
    client.control.advance(1000)
    client.wait(lambda _: exact(client, "btczar"), "the exact book")


def test_a_repeat_that_disagrees_is_a_gap_and_one_that_agrees_is_nothing(client: Client) -> None:
    client.control.burst("btczar", per_second=50, seconds=1)
    client.control.advance(500)
    client.wait(lambda _: exact(client, "btczar"), "the exact book")
    client.control.fault(kind="repeat_increment", market="btczar")
    client.control.advance(500)
    client.wait(lambda _: exact(client, "btczar"), "the exact book")
    assert not client.was_told("being fetched again")

    client.control.fault(kind="repeat_increment", market="btczar", changed=True)
    client.told("being fetched again")
    client.wait(lambda _: exact(client, "btczar"), "the exact book")


def test_markets_and_intervals_are_switched_under_load_and_never_mixed(busy: Endpoints, tmp_path: Path) -> None:
    """Whatever is shown as a market's book has that market's prices; in the end everything is live and exact."""
    rng = random.Random(11)
    ranges = {"btczar": (400_000, 1_500_000), "ethzar": (20_000, 90_000), "xrpzar": (5, 30), "usdczar": (14, 29)}
    with Client(busy, tmp_path / "journal.jsonl") as client:
        client.live()
        for market in ranges:
            client.control.burst(market, per_second=150, seconds=12)
        shown: set[tuple[str, Freshness]] = set()

        def unmixed(views: Views) -> bool:
            book, chart, tape = views.book, views.chart, views.tape
            shown.add((book.market, book.freshness))
            for market, prices in (
                (book.market, [level.price for level in (*book.bids[:1], *book.asks[:1])]),
                (chart.market, [candle.close for candle in chart.candles[-1:]]),
                (tape.market, [trade.price for trade in tape.trades[:1]]),
            ):
                low, high = ranges[market]
                assert all(low < price < high for price in prices), (market, prices)
            assert all(trade.market == tape.market for trade in tape.trades)
            return True

        for _ in range(40):
            for _ in range(rng.randint(1, 4)):
                client.send(SelectMarket(rng.choice(list(ranges))))
                client.send(SelectInterval(rng.choice(list(Interval))))
            for _ in range(rng.randint(1, 12)):
                client.wait(unmixed, "no mixture")
        client.send(SelectInterval(Interval.M5))
        for market in ranges:
            client.send(SelectMarket(market))
            client.wait(lambda views: unmixed(views) and all_live(views, market), f"{market} live")  # noqa: B023
            client.wait(lambda _: exact(client, market), f"the exact book of {market}")  # noqa: B023
        assert {market for market, freshness in shown if freshness is Freshness.LIVE} == set(ranges)
        assert client.control.state()["websockets"] == 1
        assert not client.was_told("Something unexpected")


def test_every_interval_has_a_full_chart_that_ends_now(busy: Endpoints, tmp_path: Path) -> None:
    with Client(busy, tmp_path / "journal.jsonl") as client:
        client.live()
        for interval in Interval:
            client.send(SelectInterval(interval))
            views = client.wait(charted(interval), interval.label)
            candles = views.chart.candles
            assert len(candles) >= 200
            steps = steps_of(candles)
            assert steps == {interval.milliseconds}
            assert abs(client.control.state()["now_ms"] - candles[-1].time_ms) <= interval.milliseconds + 2000


def test_the_growing_candle_follows_the_trades(client: Client) -> None:
    client.send(SelectInterval(Interval.M1))
    client.wait(charted(Interval.M1), "the chart")
    client.control.trade("btczar", "buy", Decimal("0.5"))
    last = client.wait(lambda views: views.tape.trades, "a trade").tape.trades[0]

    client.wait(lambda views: views.chart.candles[-1].close == last.price, "the candle's close")


def test_older_candles_are_fetched_until_the_beginning(client: Client) -> None:
    client.send(SelectInterval(Interval.D1))
    views = client.wait(charted(Interval.D1), "the chart")
    while not views.chart.reached_start:
        before = views.chart
        client.send(LoadOlderCandles())
        views = client.wait(
            lambda views: views.chart is not before and not views.chart.loading_older,  # noqa: B023
            "older candles",
        )
        assert views.chart.reached_start or len(views.chart.candles) > len(before.candles)
    steps = steps_of(views.chart.candles)
    assert steps == {Interval.D1.milliseconds}


def test_the_tape_streams_where_the_server_streams_it(client: Client) -> None:
    client.control.trade("btczar", "buy", Decimal("0.00012"))
    views = client.wait(
        lambda views: views.tape.trades and views.tape.trades[0].amount == Decimal("0.00012"), "the trade"
    )
    assert views.tape.trades[0].taker is Side.BUY
    assert not views.tape.polled


def test_where_it_does_not_the_same_tape_and_tickers_are_polled(exchange: Start, tmp_path: Path) -> None:
    settings = {"tape_every_s": 0.2, "tickers_every_s": 0.2}
    with Client(exchange(streams="documented"), tmp_path / "journal.jsonl", settings=settings) as client:
        client.live()
        client.control.trade("btczar", "sell", Decimal("0.00013"))

        views = client.wait(
            lambda views: views.tape.trades and views.tape.trades[0].amount == Decimal("0.00013"), "the polled trade"
        )
        assert views.tape.polled
        assert len({trade.id for trade in views.tape.trades}) == len(views.tape.trades)
        price = views.tape.trades[0].price
        client.wait(lambda views: views.tickers.tickers["btczar"].last == price, "the polled ticker")


def test_an_unknown_market_is_refused_and_the_shown_one_stays(client: Client) -> None:
    client.send(SelectMarket("dogezar"))
    client.told("no market 'dogezar'")
    assert client.views.markets.selected == "btczar"
    assert client.views.connection.can_trade


@pytest.mark.parametrize(("wanted", "shown"), [("xrpzar", "xrpzar"), ("dogezar", "btczar")])
def test_the_market_to_start_with(exchange: Start, tmp_path: Path, wanted: str, shown: str) -> None:
    with Client(exchange(), tmp_path / "journal.jsonl", settings={"market": wanted}) as client:
        assert client.live().markets.selected == shown


def test_the_tape_keeps_each_trade_once_newest_first_and_not_for_ever() -> None:
    def trade(number: int, **changes: Any) -> PublicTrade:
        values: dict[str, Any] = {
            "id": str(number),
            "market": "btczar",
            "price": Decimal(1),
            "amount": Decimal(1),
            "taker": Side.BUY,
            "time_ms": 1000 * (number // 10),
        }
        return PublicTrade(**{**values, **changes})

    tape = Tape()
    numbers = list(range(1, 5001))
    random.Random(1).shuffle(numbers)
    for start in range(0, len(numbers), 50):
        tape.add([trade(number) for number in numbers[start : start + 50]])
        tape.newest_first()
    tape.add([trade(number) for number in range(4501, 5001)])

    shown = [int(one.id) for one in tape.newest_first()]
    assert shown == list(range(5000, 5000 - TAPE_KEPT, -1))
    assert TapeView(trades=tape.newest_first()).trades[0].id == "5000"
