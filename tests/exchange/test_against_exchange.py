"""Every endpoint and the stream against the embedded exchange: the other side of the protocol, written from the document alone."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal

import pytest

from captui.core.book import OrderBook
from captui.core.events import (
    BalanceUpdate,
    BookIncrement,
    BookSnapshot,
    CandleUpdate,
    Event,
    FillUpdate,
    OrderState,
    OrderUpdate,
)
from captui.core.intervals import Interval
from captui.core.outcome import Accepted, Refused, Unknown
from captui.core.secret import Credentials, Secret
from captui.core.types import OrderDraft, OrderType, Side
from captui.errors import RefusedError, UnauthorisedError
from captui.exchange.probe import Endpoints, Revision, find_revision
from captui.exchange.rest import RestClient
from captui.exchange.stream import Stream, StreamState
from captui.simulator.server import ExchangeOptions, ExchangeServer
from tests.exchange.conftest import wall_clock_ms
from tests.exchange.embedded import Running, client_of, started
from tests.exchange.http_server import until

MARKET = "btczar"


@pytest.fixture(scope="module", params=list(Revision))
def exchange(request: pytest.FixtureRequest) -> Iterator[Running]:
    """A still market: what changes in it, the tests change."""
    server = ExchangeServer(ExchangeOptions(port=0, seed=3, control=True, manual_clock=True))
    try:
        yield started(server, request.param)
    finally:
        server.stop()


@pytest.fixture
async def client(exchange: Running) -> AsyncIterator[RestClient]:
    async with client_of(exchange) as client:
        yield client
        await client.cancel_all()


class Watched:
    """A running stream and what it brought."""

    def __init__(self, exchange: Running, *, private: bool = True) -> None:
        self.events: list[Event] = []
        self.states: list[StreamState] = []
        self.stream = Stream(
            ws_url=exchange.endpoints.ws_url,
            credentials=exchange.credentials if private else None,
            clock=exchange.clock,
            nonces=exchange.nonces,
            now_ms=wall_clock_ms,
            on_event=lambda event, _received_ms: self.events.append(event),
            on_state=self.states.append,
            rng=random.Random(4),
            ping_every_s=0.1,
            dead_after_s=1.2,
            first_delay_s=0.05,
        )

    def of(self, *kinds: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kinds)]

    def opened(self) -> int:
        return [state.kind for state in self.states].count("open")


@asynccontextmanager
async def watching(watched: Watched, *streams: str) -> AsyncIterator[Watched]:
    watched.stream.set_streams(frozenset(streams))
    running = asyncio.create_task(watched.stream.run(), name="stream")
    try:
        await until(lambda: watched.opened() > 0)
        yield watched
    finally:
        await watched.stream.close()
        await running


async def resting_draft(client: RestClient, *, post_only: bool = False) -> OrderDraft:
    """A buy well below the best bid."""
    (market,) = (market for market in await client.markets() if market.id == MARKET)
    best = (await client.depth(MARKET)).bids[0].price
    price = (best * Decimal("0.97")).quantize(market.tick)
    return OrderDraft(MARKET, Side.BUY, OrderType.LIMIT, price, market.min_amount * 100, post_only)


async def test_the_probe_prefers_atlas(exchange: Running) -> None:
    base = exchange.endpoints.rest_url.rpartition("/")[0]
    candidates = [Endpoints(f"{base}/{revision}", "", revision) for revision in (Revision.ATLAS, Revision.TRADE)]

    assert await find_revision(candidates) is Revision.ATLAS


async def test_public_endpoints(client: RestClient) -> None:
    assert 0 < await client.alive() < 5_000
    markets = await client.markets()
    assert {market.id for market in markets} == {"btczar", "ethzar", "xrpzar", "usdczar"}
    currencies = {currency.id for currency in await client.currencies()}
    assert {unit for market in markets for unit in (market.base, market.quote)} <= currencies
    assert (await client.currency("btc")).id == "btc"
    assert {ticker.market for ticker in await client.tickers()} == {market.id for market in markets}
    ticker = await client.ticker(MARKET)
    assert ticker.low <= ticker.last <= ticker.high
    book = await client.depth(MARKET, 10)
    assert len(book.asks) == len(book.bids) == 10
    assert book.bids[0].price < book.asks[0].price
    trades = await client.public_trades(MARKET, limit=20)
    assert len(trades) == 20
    assert [trade.time_ms for trade in trades] == sorted((trade.time_ms for trade in trades), reverse=True)
    with pytest.raises(RefusedError):
        await client.ticker("nosuchzar")


@pytest.mark.parametrize("interval", list(Interval))
async def test_candles_of_every_interval(client: RestClient, interval: Interval) -> None:
    newest = await client.candles(MARKET, interval, limit=5)

    assert 0 < len(newest) <= 5
    assert all(candle.low <= candle.open <= candle.high for candle in newest)
    older = await client.candles(
        MARKET, interval, from_ms=newest[0].time_ms - 3 * interval.milliseconds, to_ms=newest[0].time_ms
    )
    assert all(candle.time_ms <= newest[0].time_ms for candle in older)


async def test_an_order_from_creation_to_cancel(client: RestClient) -> None:
    draft, custom_id = await resting_draft(client), str(uuid.uuid4())
    before = await client.balance("zar")
    created = await client.create_order(draft, custom_id)
    assert isinstance(created, Accepted)
    assert created.value.custom_id == custom_id
    order_id = created.value.id

    found = await client.order(order_id)
    assert (found.price, found.volume, found.state) == (draft.price, draft.volume, OrderState.WAIT)
    assert (await client.order(found.uuid)).id == order_id
    listed = await client.all_orders(market=MARKET, state="wait")
    assert [order.id for order in listed.items] == [order_id]
    assert draft.price is not None
    locked = await client.balance("zar")
    assert locked.locked - before.locked == draft.price * draft.volume
    assert locked.total == before.total

    cancelled = await client.cancel_order(order_id)
    assert isinstance(cancelled, Accepted)
    assert (await client.order(order_id)).state is OrderState.CANCEL
    after = await client.balance("zar")
    assert (after.available, after.locked) == (before.available, before.locked)
    assert not isinstance(await client.cancel_order(order_id), Unknown)


async def test_a_market_order_fills_and_its_fills_are_listed(client: RestClient) -> None:
    created = await client.create_order(
        OrderDraft(MARKET, Side.BUY, OrderType.MARKET, None, Decimal("0.001")), str(uuid.uuid4())
    )
    assert isinstance(created, Accepted)
    done = await client.order(created.value.id)
    assert (done.state, done.executed) == (OrderState.DONE, Decimal("0.001"))
    fills = (await client.all_fills(order_id=done.id)).items

    assert sum(fill.amount for fill in fills) == Decimal("0.001")
    assert {fill.order_id for fill in fills} == {done.id}
    assert all(fill.maker is False for fill in fills)


async def test_cancel_all_of_a_side(client: RestClient) -> None:
    draft = await resting_draft(client)
    for _ in range(3):
        assert isinstance(await client.create_order(draft, str(uuid.uuid4())), Accepted)
    assert isinstance(await client.cancel_all(market=MARKET, side=Side.SELL), Accepted)
    assert len((await client.orders(state="wait")).items) == 3
    gone = await client.cancel_all(market=MARKET, side=Side.BUY)

    assert isinstance(gone, Accepted)
    assert len(gone.value) == 3
    assert (await client.orders(state="wait")).items == ()


async def test_orders_are_found_by_the_time_of_their_creation(client: RestClient) -> None:
    created = await client.create_order(await resting_draft(client), str(uuid.uuid4()))
    assert isinstance(created, Accepted)
    at = (await client.order(created.value.id)).created_ms

    inside = await client.all_orders(from_ms=at - 60_000, to_ms=at + 60_000)
    assert created.value.id in {order.id for order in inside.items}
    before = await client.all_orders(from_ms=at - 120_000, to_ms=at - 60_000)
    assert created.value.id not in {order.id for order in before.items}


async def test_pages_hold_everything_once(client: RestClient) -> None:
    draft = await resting_draft(client)
    made = set()
    for _ in range(7):
        created = await client.create_order(draft, str(uuid.uuid4()))
        assert isinstance(created, Accepted)
        made.add(created.value.id)
    pages = [await client.orders(state="wait", page=page, limit=3) for page in (1, 2, 3)]

    assert [len(page.items) for page in pages] == [3, 3, 1]
    assert [page.has_more for page in pages] == [True, True, False]
    assert {order.id for page in pages for order in page.items} == made


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"volume": Decimal(500)}, "not enough money"),
        ({"market": "nosuchzar"}, "no such market"),
        ({"price": Decimal("0.01")}, "does not accept this volume or this price"),
    ],
)
async def test_refusals_come_in_words(client: RestClient, change: dict[str, object], words: str) -> None:
    draft = await resting_draft(client)
    fields = {name: getattr(draft, name) for name in OrderDraft.__dataclass_fields__}
    outcome = await client.create_order(OrderDraft(**{**fields, **change}), str(uuid.uuid4()))

    assert isinstance(outcome, Refused)
    assert words in outcome.reason
    assert outcome.codes


async def test_a_post_only_order_that_would_match_is_not_executed(client: RestClient) -> None:
    draft = await resting_draft(client)
    best_ask = (await client.depth(MARKET)).asks[0].price
    crossing = OrderDraft(MARKET, Side.BUY, OrderType.LIMIT, best_ask, draft.volume, post_only=True)
    outcome = await client.create_order(crossing, str(uuid.uuid4()))

    if isinstance(outcome, Accepted):
        record = await client.order(outcome.value.id)
        assert record.executed == 0
        assert record.state in {OrderState.CANCEL, OrderState.REJECT}
    else:
        assert isinstance(outcome, Refused)


async def test_a_wrong_secret_is_refused_in_words(exchange: Running) -> None:
    wrong = replace(exchange, credentials=Credentials(exchange.credentials.api_key, Secret("not-the-secret")))
    async with client_of(wrong) as client:
        with pytest.raises(UnauthorisedError, match="secret does not belong"):
            await client.balances()
    watched = Watched(wrong)
    running = asyncio.create_task(watched.stream.run(), name="stream")
    await until(lambda: any(state.kind == "refused" for state in watched.states))
    await watched.stream.close()
    await running
    assert "secret does not belong" in next(state.reason for state in watched.states if state.kind == "refused")


async def test_a_lost_answer_is_unknown_and_the_order_is_found_by_its_own_id(
    exchange: Running, client: RestClient
) -> None:
    draft = await resting_draft(client)
    for fault, is_there in (("lose_reply", True), ("lose_request", False)):
        custom_id = str(uuid.uuid4())
        await asyncio.to_thread(exchange.control.fault, kind=fault, request="create")

        assert isinstance(await client.create_order(draft, custom_id), Unknown)
        listed = await client.all_orders()
        assert (custom_id in {order.custom_id for order in listed.items}) is is_there


async def test_the_stream_tells_of_book_candle_order_fill_and_balance(exchange: Running, client: RestClient) -> None:
    streams = (f"{MARKET}.ob-inc", f"{MARKET}.kline-1m", "order", "trade", "balance")
    async with watching(Watched(exchange), *streams) as watched:
        await until(lambda: bool(watched.of(BookSnapshot)))
        created = await client.create_order(
            OrderDraft(MARKET, Side.SELL, OrderType.MARKET, None, Decimal("0.001")), str(uuid.uuid4())
        )
        assert isinstance(created, Accepted)
        for kind in (OrderUpdate, FillUpdate, BalanceUpdate, BookIncrement, CandleUpdate):
            await until(lambda kind=kind: bool(watched.of(kind)))  # type: ignore[misc]  # mypy on default arguments
        updates = [event.record for event in watched.events if isinstance(event, OrderUpdate)]
        await until(lambda: created.value.id in {record.id for record in updates})


async def test_the_book_of_the_stream_is_the_book_of_the_exchange(exchange: Running, client: RestClient) -> None:
    async with watching(Watched(exchange), f"{MARKET}.ob-inc") as watched:
        draft = await resting_draft(client)
        for n in range(20):
            changed = OrderDraft(
                MARKET, Side.BUY, OrderType.LIMIT, (draft.price or Decimal()) + n, draft.volume + n * Decimal("0.00001")
            )
            assert isinstance(await client.create_order(changed, str(uuid.uuid4())), Accepted)
        await client.cancel_all()

        def agrees() -> bool:
            book = OrderBook(MARKET)
            for event in watched.events:
                if isinstance(event, BookSnapshot | BookIncrement):
                    book.apply(event)
            return book.has_snapshot and not book.stale_reason and book.bids()[:100] == expected.bids[:100]

        expected = await client.depth(MARKET, 300)
        assert len(watched.of(BookIncrement)) >= 20
        await until(agrees)


async def test_markets_are_changed_and_snapshots_asked_for_on_one_connection(exchange: Running) -> None:
    async with watching(Watched(exchange, private=False), f"{MARKET}.ob-inc") as watched:
        await until(lambda: bool(watched.of(BookSnapshot)))
        watched.stream.set_streams(frozenset({"ethzar.ob-inc"}))
        await until(lambda: watched.stream.confirmed == {"ethzar.ob-inc"})
        await until(
            lambda: [book.market for book in watched.of(BookSnapshot) if isinstance(book, BookSnapshot)][-1] == "ethzar"
        )
        snapshots = len(watched.of(BookSnapshot))
        watched.stream.resubscribe("ethzar.ob-inc")
        await until(lambda: len(watched.of(BookSnapshot)) > snapshots)

        assert watched.opened() == 1


async def test_the_stream_comes_back_after_a_drop_and_after_a_freeze(exchange: Running) -> None:
    async with watching(Watched(exchange), f"{MARKET}.ob-inc", "order") as watched:
        for times, fault in ((2, {"kind": "drop_websockets"}), (3, {"kind": "freeze_websockets", "ms": 1500})):
            await asyncio.to_thread(exchange.control.fault, **fault)
            await until(lambda times=times: watched.opened() >= times, within_s=10)  # type: ignore[misc]  # mypy on defaults
        lost = [state.reason for state in watched.states if state.kind == "lost"]

    assert len(lost) >= 2
    assert "Nothing was heard from 127.0.0.1 for 1.2 s." in lost


async def test_a_quiet_stream_stays_open_and_measures_the_round_trip(exchange: Running) -> None:
    async with watching(Watched(exchange), "order") as watched:
        await asyncio.sleep(1.6)

        assert watched.opened() == 1
        assert watched.stream.round_trip_ms is not None


async def test_another_clock_and_other_units_are_adapted_to() -> None:
    """An exchange 40 s ahead that counts ranges in seconds."""
    server = ExchangeServer(ExchangeOptions(port=0, seed=3, control=True, clock_skew_ms=40_000, time_unit="s"))
    try:
        exchange = started(server, Revision.TRADE)
        async with client_of(exchange) as client:
            assert await client.balances()
            assert exchange.clock.offset_ms == pytest.approx(40_000, abs=1_500)
            (newest,) = await client.candles(MARKET, Interval.M1, limit=1)
            for _ in range(2):
                hour = await client.candles(
                    MARKET, Interval.M1, from_ms=newest.time_ms - 3_600_000, to_ms=newest.time_ms - 1_800_000
                )
                assert 25 <= len(hour) <= 32
                assert all(candle.time_ms <= newest.time_ms - 1_799_000 for candle in hour)
        async with watching(Watched(exchange), "order") as watched:
            assert [state.kind for state in watched.states][:2] == ["connecting", "open"]
    finally:
        server.stop()


async def test_being_told_to_slow_down_slows_down() -> None:
    server = ExchangeServer(ExchangeOptions(port=0, seed=3, control=True, rate_limit=20))
    try:
        exchange = started(server, Revision.ATLAS)
        async with client_of(exchange) as client:
            answers = await asyncio.gather(*(client.ticker(MARKET) for _ in range(60)))
        assert len(answers) == 60
    finally:
        server.stop()
