"""Every endpoint against a real server on loopback: what is asked, and what is made of the answer."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from captui.core.events import OrderState
from captui.core.intervals import Interval
from captui.core.outcome import Accepted, Unknown
from captui.core.types import Balance, Level, OrderDraft, OrderType, Side
from captui.errors import CaptuiError, ConfigError, ExchangeError, NoConnectionError, RefusedError, UnauthorisedError
from tests.exchange import records
from tests.exchange.conftest import KEY, SECRET, OpenClient, wall_clock_ms
from tests.exchange.http_server import HttpServer, Received, Reply, json_reply


class Script:
    """Answers by method and path; what is not in it is 404 as the exchange says it."""

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {}

    async def handle(self, received: Received) -> Reply:
        missing = json_reply({"errors": ["record.not_found"]}, 404)
        return self.replies.get(f"{received.method} {received.path}", missing)


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
async def server(script: Script) -> AsyncIterator[HttpServer]:
    async with HttpServer(script.handle) as server:
        yield server


DRAFT = OrderDraft("btczar", Side.SELL, OrderType.LIMIT, Decimal("800000.00"), Decimal("0.00001"), post_only=True)
CUSTOM_ID = "302b0494-1a06-4089-846c-0c6b13f1b661"


async def test_alive_measures_the_round_trip(server: HttpServer, script: Script, open_client: OpenClient) -> None:
    script.replies["GET public/health/alive"] = Reply(200)

    async with open_client(server.url) as client:
        assert 0 < await client.alive() < 5_000


async def test_public_reads_carry_no_key(server: HttpServer, script: Script, open_client: OpenClient) -> None:
    script.replies = {
        "GET public/markets": json_reply([records.MARKET]),
        "GET public/currencies": json_reply([records.CURRENCY]),
        "GET public/currencies/btc": json_reply(records.CURRENCY),
        "GET public/markets/tickers": json_reply({"btczar": records.TICKER}),
        "GET public/markets/btczar/tickers": json_reply(records.TICKER),
        "GET public/markets/btczar/depth": json_reply({"timestamp": 1, "asks": [["2", "1"]], "bids": [["1", "3.5"]]}),
        "GET public/markets/btczar/trades": json_reply([records.PUBLIC_TRADE]),
        "GET public/markets/btczar/k-line": json_reply([[1702022400, 1, 4, 0.5, 3, "10.1"]]),
    }

    async with open_client(server.url) as client:
        assert [market.id for market in await client.markets()] == ["btczar"]
        assert [currency.id for currency in await client.currencies()] == ["btc"]
        assert (await client.currency("btc")).id == "btc"
        assert [ticker.last for ticker in await client.tickers()] == [Decimal("843500.5")]
        assert (await client.ticker("btczar")).market == "btczar"
        book = await client.depth("btczar", 50)
        assert (book.asks, book.bids) == ((Level(Decimal(2), Decimal(1)),), (Level(Decimal(1), Decimal("3.5")),))
        assert [trade.price for trade in await client.public_trades("btczar", limit=5, page=2)] == [Decimal(843000)]
        (candle,) = await client.candles("btczar", Interval.M15, limit=1)
        assert (candle.time_ms, candle.volume) == (1_702_022_400_000, Decimal("10.1"))

    assert not any("x-auth-apikey" in received.headers for received in server.received)
    queries = {received.path: received.query for received in server.received}
    assert queries["public/markets"] == {"limit": "100", "page": "1"}
    assert queries["public/markets/btczar/depth"] == {"limit": "50"}
    assert queries["public/markets/btczar/trades"] == {"limit": "5", "page": "2"}
    assert queries["public/markets/btczar/k-line"] == {"period": "15", "limit": "1"}


async def test_private_reads_are_signed_with_a_nonce_of_now(
    server: HttpServer, script: Script, open_client: OpenClient
) -> None:
    script.replies = {
        "GET account/balances": json_reply([{"currency": "zar", "balance": "100.5", "locked": "10"}]),
        "GET account/balances/zar": json_reply({"currency": "zar", "balance": "100.5", "locked": "10"}),
        "GET market/orders": json_reply([records.ORDER]),
        "GET market/orders/173757": json_reply(records.ORDER),
        "GET market/trades": json_reply([records.FILL]),
    }

    async with open_client(server.url) as client:
        assert await client.balances() == (Balance("zar", Decimal("100.5"), Decimal(10)),)
        assert (await client.balance("zar")).total == Decimal("110.5")
        assert (await client.orders(market="btczar", state="wait")).items[0].custom_id == CUSTOM_ID
        assert (await client.order(173757)).state is OrderState.PENDING
        assert (await client.fills(ascending=True)).items[0].fee == Decimal("1.6")

    for received in server.received:
        nonce = received.headers["x-auth-nonce"]
        assert received.headers["x-auth-apikey"] == KEY
        expected = hmac.new(SECRET.encode(), f"{nonce}{KEY}".encode(), hashlib.sha256).hexdigest()
        assert received.headers["x-auth-signature"] == expected
        assert abs(int(nonce) - wall_clock_ms()) < 5_000
    nonces = [received.headers["x-auth-nonce"] for received in server.received]
    assert len(set(nonces)) == len(nonces)
    assert server.received[2].query == {"market": "btczar", "state": "wait", "page": "1", "limit": "100"}
    assert server.received[4].query == {"page": "1", "limit": "100", "order_by": "asc"}


async def test_order_filters_have_the_documents_names(
    server: HttpServer, script: Script, open_client: OpenClient
) -> None:
    script.replies["GET market/orders"] = json_reply([records.ORDER])

    async with open_client(server.url) as client:
        await client.orders(
            page=3, limit=20, from_ms=1_702_000_000_000, to_ms=1_703_000_000_000, type=OrderType.LIMIT, side=Side.SELL
        )

    assert server.received[0].query == {
        "page": "3",
        "limit": "20",
        "time_from": "1702000000000",
        "time_to": "1703000000000",
        "ord_type": "limit",
        "type": "sell",
    }


async def test_a_created_order_comes_back_accepted(server: HttpServer, script: Script, open_client: OpenClient) -> None:
    script.replies["POST market/orders"] = json_reply(records.ORDER, 201)

    async with open_client(server.url) as client:
        outcome = await client.create_order(DRAFT, CUSTOM_ID)

    assert isinstance(outcome, Accepted)
    assert (outcome.value.id, outcome.value.state) == (173757, OrderState.PENDING)
    (received,) = server.received
    assert received.headers["content-type"].startswith("application/json")
    assert received.json() == {
        "market": "btczar",
        "side": "sell",
        "volume": "0.00001",
        "ord_type": "limit",
        "price": "800000",
        "post_only": True,
        "custom_order_id": CUSTOM_ID,
    }


async def test_cancels_name_the_order_or_what_to_cancel(
    server: HttpServer, script: Script, open_client: OpenClient
) -> None:
    uuid = "7e86a4fa-fcae-4953-b9bc-d6f328beea48"
    script.replies = {
        "POST market/orders/173757/cancel": json_reply(records.ORDER, 201),
        f"POST market/orders/{uuid}/cancel": json_reply(records.ORDER, 201),
        "POST market/orders/cancel": json_reply([records.ORDER], 201),
    }

    async with open_client(server.url) as client:
        for order_id in (173757, uuid):
            outcome = await client.cancel_order(order_id)
            assert isinstance(outcome, Accepted)
            assert outcome.value.id == 173757
        assert isinstance(await client.cancel_all(), Accepted)
        both = await client.cancel_all(market="btczar", side=Side.BUY)
        assert isinstance(both, Accepted)
        assert [order.id for order in both.value] == [173757]

    assert [received.json() for received in server.received[:2]] == [{}, {}]
    # The API document wants these two as form data.
    assert [received.body for received in server.received[2:]] == [b"", b"market=btczar&side=buy"]
    assert server.received[3].headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("order_id", ["", ".", "..", "a/b", "1?x=1", "#", "17 3", "\n", "x" * 65])
async def test_what_is_no_order_id_never_becomes_a_path(
    server: HttpServer, open_client: OpenClient, order_id: str
) -> None:
    """`POST market/orders//cancel` is "cancel all" to a server that tidies paths."""
    async with open_client(server.url) as client:
        with pytest.raises(ValueError, match="neither a numeric order id nor a uuid"):
            await client.cancel_order(order_id)
        with pytest.raises(ValueError, match="neither a numeric order id nor a uuid"):
            await client.order(order_id)

    assert server.received == []


@pytest.mark.parametrize("market", ["", ".", ".."])
async def test_what_is_no_market_never_becomes_a_path(server: HttpServer, open_client: OpenClient, market: str) -> None:
    async with open_client(server.url) as client:
        with pytest.raises(ValueError, match="cannot be part of a path"):
            await client.ticker(market)

    assert server.received == []


async def test_an_order_without_an_id_of_its_own_is_never_sent(server: HttpServer, open_client: OpenClient) -> None:
    async with open_client(server.url) as client:
        with pytest.raises(ValueError, match="could not be looked up"):
            await client.create_order(DRAFT, "")

    assert server.received == []


async def test_lists_are_read_to_their_end(server: HttpServer, open_client: OpenClient) -> None:
    """130 orders in pages of 100, with the pagination headers of revision `atlas`."""
    listed = [{**records.ORDER, "id": number} for number in range(130)]

    async def handle(received: Received) -> Reply:
        page, limit = int(received.query["page"]), int(received.query["limit"])
        part = listed[(page - 1) * limit : page * limit]
        return json_reply(part, headers={"Page": str(page), "Per-Page": str(limit), "Total": str(len(listed))})

    server.handler = handle
    async with open_client(server.url) as client:
        first = await client.orders()
        everything = await client.all_orders(state="wait")
        some = await client.all_orders(max_pages=1)

    assert (len(first.items), first.total, first.has_more) == (100, 130, True)
    assert [order.id for order in everything.items] == list(range(130))
    assert not everything.has_more
    assert (len(some.items), some.has_more) == (100, True)


async def test_a_page_of_everybody_s_trades_says_what_the_server_says_of_more(
    server: HttpServer, script: Script, open_client: OpenClient
) -> None:
    """The server holds pages shorter than were asked for, and says so: a short page is not the end."""
    script.replies["GET public/markets/btczar/trades"] = json_reply(
        [records.PUBLIC_TRADE], headers={"Page": "1", "Per-Page": "1", "Total": "3"}
    )
    async with open_client(server.url) as client:
        page = await client.public_trades_page("btczar", page=1, limit=50)
    assert (len(page.items), page.total, page.has_more) == (1, 3, True)
    assert server.received[0].query == {"page": "1", "limit": "50"}


async def test_markets_beyond_the_first_page_are_not_lost(server: HttpServer, open_client: OpenClient) -> None:
    listed = [{**records.MARKET, "id": f"m{number}zar"} for number in range(150)]

    async def handle(received: Received) -> Reply:
        page = int(received.query["page"])
        return json_reply(listed[(page - 1) * 100 : page * 100])

    server.handler = handle
    async with open_client(server.url) as client:
        assert len(await client.markets()) == 150


async def test_fills_of_one_order_are_filtered_where_the_server_does_not(
    server: HttpServer, open_client: OpenClient
) -> None:
    """Revision `trade` ignores `order_id`; the wanted fill is on its second page."""
    listed = [{**records.FILL, "id": number, "order_id": 1} for number in range(100)]
    listed += [{**records.FILL, "id": 100, "order_id": 2}]

    async def handle(received: Received) -> Reply:
        page = int(received.query["page"])
        return json_reply(listed[(page - 1) * 100 : page * 100])

    server.handler = handle
    async with open_client(server.url) as client:
        assert (await client.fills(order_id=2)).items == ()
        assert [fill.id for fill in (await client.all_fills(order_id=2)).items] == ["100"]
        assert len((await client.all_fills()).items) == 101


async def test_candles_from_a_server_that_speaks_seconds(server: HttpServer, open_client: OpenClient) -> None:
    row_at = 1_702_022_400

    async def handle(received: Received) -> Reply:
        low, high = int(received.query["time_from"]), int(received.query["time_to"])
        return json_reply([[row_at, 1, 1, 1, 1, 1]] if low <= row_at <= high else [])

    server.handler = handle
    async with open_client(server.url) as client:
        for _ in range(2):
            candles = await client.candles(
                "btczar", Interval.M1, from_ms=row_at * 1000 - 60_000, to_ms=row_at * 1000 + 60_000
            )
            assert [candle.time_ms for candle in candles] == [row_at * 1000]

    assert [len(received.query["time_from"]) for received in server.received] == [13, 10, 10]


async def test_one_connection_serves_one_request_after_another(
    server: HttpServer, script: Script, open_client: OpenClient
) -> None:
    script.replies["GET public/health/alive"] = Reply(200)

    async with open_client(server.url) as client:
        for _ in range(10):
            await client.alive()

    assert server.connections == 1


async def test_a_currency_that_is_not_there_is_named(server: HttpServer, open_client: OpenClient) -> None:
    async with open_client(server.url) as client:
        with pytest.raises(RefusedError, match="The exchange has no currency 'DOGE'") as caught:
            await client.currency("doge")

    assert (caught.value.status, caught.value.codes) == (404, ("record.not_found",))


async def test_a_refused_read_raises_with_the_exchanges_reason(server: HttpServer, open_client: OpenClient) -> None:
    async with open_client(server.url) as client:
        with pytest.raises(RefusedError, match="no such record") as caught:
            await client.order(1)

    assert (caught.value.status, caught.value.codes) == (404, ("record.not_found",))
    assert len(server.received) == 1


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[1]", b'[{"id": 3}]', b"\xff\xfe", b"[" * 100_000])
async def test_an_unreadable_answer_to_a_read_is_an_exchange_error(
    server: HttpServer, script: Script, open_client: OpenClient, body: bytes
) -> None:
    script.replies["GET public/markets"] = Reply(200, body)

    async with open_client(server.url) as client:
        with pytest.raises(ExchangeError, match="answer for markets cannot be read"):
            await client.markets()


async def test_an_answer_without_end_is_not_read_and_of_a_write_nothing_is_known(
    server: HttpServer, script: Script, open_client: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("captui.exchange.wire.LARGEST_BODY", 1000)
    monkeypatch.setattr("captui.exchange.calls.READ_ATTEMPTS", 1)
    endless = Reply(200, b" " * 1001)
    script.replies |= {"GET public/markets": endless, "POST market/orders/7/cancel": endless}

    async with open_client(server.url) as client:
        with pytest.raises(NoConnectionError, match="was not read"):
            await client.markets()
        outcome = await client.cancel_order(7)
    assert isinstance(outcome, Unknown)
    assert "was not read" in outcome.reason


async def test_without_a_key_private_parts_say_so_and_send_nothing(
    server: HttpServer, script: Script, open_client: OpenClient
) -> None:
    async with open_client(server.url, credentials=None) as client:
        with pytest.raises(UnauthorisedError, match="needs an API key"):
            await client.balances()
        outcome = await client.create_order(DRAFT, CUSTOM_ID)

    assert not isinstance(outcome, Accepted)
    assert "needs an API key" in outcome.reason
    assert server.received == []


async def test_a_base_url_that_is_none_is_a_setting_to_correct(open_client: OpenClient) -> None:
    with pytest.raises(ConfigError, match="not an http"):
        async with open_client("trade.capecrypto.com/api"):
            pass


async def test_a_closed_client_says_so(server: HttpServer, open_client: OpenClient) -> None:
    async with open_client(server.url) as client:
        pass
    with pytest.raises(CaptuiError, match="closed"):
        await client.alive()
    assert json.dumps(server.paths) == "[]"
