"""Keys, clocks and lost connections: what the session says of itself and what it then allows."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from captui.core.types import OrderStatus, Side
from captui.exchange.stream import Stream
from captui.session.commands import CancelAll, Reconnect, Refresh
from captui.session.views import Access, Freshness, Phase, Severity, Views
from captui.simulator.server import Endpoints, ExchangeOptions, ExchangeServer
from tests.session.client import Client

Start = Callable[..., Endpoints]


def market_data_is_live(views: Views) -> bool:
    return (
        views.book.freshness is Freshness.LIVE
        and views.chart.freshness is Freshness.LIVE
        and views.tape.freshness is Freshness.LIVE
        and bool(views.tickers.tickers)
    )


@pytest.mark.parametrize("revision", ["trade", "atlas"])
def test_both_revisions_come_alive_with_everything_known(exchange: Start, tmp_path: Path, revision: str) -> None:
    with Client(exchange(), tmp_path / "journal.jsonl", revision=revision) as client:
        views = client.live()
        client.wait(market_data_is_live, "market data")

        assert views.connection.phase is Phase.LIVE
        assert views.connection.revision == revision
        assert views.connection.access is Access.TRADING
        assert views.connection.why_not == ""
        assert [market.id for market in views.markets.markets] == ["btczar", "ethzar", "xrpzar", "usdczar"]
        assert views.markets.selected == "btczar"
        assert views.orders.freshness is views.fills.freshness is views.balances.freshness is Freshness.LIVE
        assert client.balances() == client.exchange_balances()
        assert views.balances.rows[0].balance.currency == "zar"
        assert views.balances.total_value is not None
        client.told("everything is live")


def test_without_a_key_market_data_is_live_and_trading_refuses_with_the_reason(exchange: Start, tmp_path: Path) -> None:
    with Client(exchange(), tmp_path / "journal.jsonl", credentials=False) as client:
        views = client.wait(market_data_is_live, "market data")

        assert views.connection.access is Access.NO_CREDENTIALS
        assert views.connection.phase is Phase.LIVE
        assert not views.connection.can_trade
        assert "no API key" in views.connection.why_not
        assert views.orders.freshness is views.balances.freshness is Freshness.WAITING
        assert views.book.best_bid is not None
        client.place(Side.BUY, views.book.best_bid.price, "0.01")
        assert "no API key" in client.told("Not sent").text
        client.send(CancelAll())
        client.told("Not cancelled: There is no API key")
        assert not client.journal_path.exists()


def test_read_only_shows_everything_and_sends_nothing(exchange: Start, tmp_path: Path) -> None:
    endpoints = exchange()
    with Client(endpoints, tmp_path / "one.jsonl") as trader:
        trader.live()
        order = trader.resting()
        with Client(endpoints, tmp_path / "two.jsonl", settings={"read_only": True}) as client:
            views = client.wait(lambda views: views.connection.phase is Phase.LIVE, "live")

            assert [open_order.id for open_order in views.orders.open] == [order.id]
            assert views.connection.access is Access.READ_ONLY
            assert "read-only" in views.connection.why_not
            assert order.price is not None
            client.place(Side.BUY, order.price, "0.01")
            client.told("Not sent: This session is read-only")
            client.cancel(views.orders.open[0].key)
            client.told("Not cancelled: This session is read-only")
            assert client.exchange_orders()[order.id or 0]["state"] == "wait"


def test_a_wrong_secret_is_refused_in_words_and_market_data_goes_on(exchange: Start, tmp_path: Path) -> None:
    with Client(exchange(), tmp_path / "journal.jsonl", secret="wrong") as client:
        views = client.wait(
            lambda views: views.connection.access is Access.REFUSED and market_data_is_live(views), "refused, data live"
        )

        assert views.connection.phase is Phase.REFUSED
        assert "secret" in views.connection.reason
        assert views.connection.why_not == views.connection.reason
        assert client.told("refused the signature").severity is Severity.ERROR
        assert views.balances.freshness is Freshness.WAITING


def test_a_key_revoked_while_trading_and_given_back(client: Client) -> None:
    order = client.resting()
    client.control.fault(kind="revoke_key")
    client.place(Side.BUY, order.price, "0.02")

    views = client.wait(
        lambda views: views.connection.access is Access.REFUSED and market_data_is_live(views), "refused, data live"
    )
    assert views.connection.phase is Phase.REFUSED
    assert views.orders.freshness is Freshness.STALE
    assert [open_order.id for open_order in views.orders.open] == [order.id]

    client.control.fault(kind="revoke_key", revoked=False)
    client.send(Reconnect())
    client.live()
    assert client.views.orders.freshness is Freshness.LIVE


@pytest.mark.parametrize("skew_ms", [-60_000, 60_000])
def test_a_clock_that_is_off_is_corrected_and_mentioned(exchange: Start, tmp_path: Path, skew_ms: int) -> None:
    with Client(exchange(clock_skew_ms=skew_ms), tmp_path / "journal.jsonl") as client:
        views = client.live()

        assert views.connection.clock_offset_ms is not None
        assert abs(views.connection.clock_offset_ms - skew_ms) <= 1000
        notice = client.told("This machine's clock is")
        assert ("behind" if skew_ms > 0 else "ahead of") in notice.text
        client.resting()


def test_a_clock_that_is_set_while_trading_costs_at_most_a_refusal(client: Client) -> None:
    client.resting()
    client.control.fault(kind="clock_skew", ms=30_000)
    client.control.fault(kind="drop_websockets")

    client.told("is back")
    client.live()
    client.resting(volume="0.02")


def test_what_happened_while_away_is_known_before_it_says_live(client: Client) -> None:
    cancelled, filled, kept = (client.resting(volume=volume) for volume in ("0.011", "0.012", "0.013"))
    control = client.control
    control.fault(kind="reply", status=503, path="/market/orders", method="GET", count=3)
    control.fault(kind="drop_websockets")
    client.wait(lambda views: views.connection.phase is Phase.RECONNECTING, "reconnecting")
    views = client.views
    assert not views.connection.can_trade
    assert views.book.freshness is views.orders.freshness is views.balances.freshness is Freshness.STALE
    assert len(views.orders.open) == 3

    client.cancel(cancelled.key)
    assert filled.price is not None
    control.trade("btczar", "sell", filled.volume, filled.price)

    def back(views: Views) -> bool:
        if views.connection.phase is not Phase.LIVE:
            return False
        # What is live is true at that very moment.
        theirs = {number for number, order in client.exchange_orders().items() if order["state"] == "wait"}
        assert {order.id for order in views.orders.open} == theirs
        return True

    client.wait(back, "live again")
    client.wait_status(cancelled.key, OrderStatus.CANCELLED)
    assert kept.id in {order.id for order in client.views.orders.open}
    assert client.balances() == client.exchange_balances()
    client.told("The connection was lost")
    client.told("is back and everything is up to date")


def test_a_stream_that_falls_silent_is_not_called_live(exchange: Start, tmp_path: Path) -> None:
    settings = {"ping_every_s": 0.2, "silent_after_s": 0.7, "dead_after_s": 30.0}
    with Client(exchange(), tmp_path / "journal.jsonl", settings=settings) as client:
        client.live()
        client.control.fault(kind="freeze_websockets")

        views = client.wait(lambda views: views.book.freshness is Freshness.STALE, "stale")
        assert "heard" in views.book.reason
        assert not views.connection.can_trade
        assert "heard" in views.connection.why_not

        client.control.fault(kind="release_websockets")
        client.live()
        assert client.views.book.freshness is Freshness.LIVE


def test_a_dead_stream_is_left_and_made_again(exchange: Start, tmp_path: Path) -> None:
    settings = {"ping_every_s": 0.2, "silent_after_s": 0.5, "dead_after_s": 1.0, "max_delay_s": 0.2}
    with Client(exchange(), tmp_path / "journal.jsonl", settings=settings) as client:
        client.live()
        client.control.fault(kind="freeze_websockets", ms=3000)

        client.told("The connection was lost")
        client.told("is back")
        client.live()


def test_an_exchange_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"127.0.0.1:{port}"
    server = ExchangeServer(ExchangeOptions(port=port, control=True, manual_clock=True))
    absent = Endpoints(
        rest_url=f"http://{base}/api/v2/trade",
        ws_url=f"ws://{base}/api/v2/stream",
        atlas_rest_url="",
        atlas_ws_url="",
        api_key="not",
        api_secret="known",
        control_url=f"http://{base}/control",
    )
    settings = {"max_delay_s": 0.3}
    with Client(absent, tmp_path / "journal.jsonl", credentials=False, settings=settings) as client:
        views = client.wait(lambda views: views.connection.attempt >= 1, "a first failure")
        assert views.connection.phase is Phase.CONNECTING
        assert "refuses connections" in views.connection.reason
        assert views.connection.why_not
        server.start()
        try:
            client.wait(market_data_is_live, "market data")
        finally:
            server.stop()


def test_maintenance_at_the_start_is_waited_out(exchange: Start, tmp_path: Path) -> None:
    endpoints = exchange()
    with Client(endpoints, tmp_path / "journal.jsonl", settings={"max_delay_s": 0.3}) as client:
        pass
    client = Client(endpoints, tmp_path / "journal.jsonl", settings={"max_delay_s": 0.3})
    client.control.fault(kind="reply", status=503, path="/public", count=6)
    with client:
        assert "maintenance" in client.told("cannot be reached yet").text
        client.live()


def test_refresh_fetches_everything_again(client: Client) -> None:
    order = client.resting()
    book = client.views.book

    client.control.deposit("eth", order.volume)
    client.send(Refresh())

    client.wait(lambda _: client.balances() == client.exchange_balances(), "the deposit")
    client.wait(lambda views: views.book.updated_ms > book.updated_ms, "a new snapshot")
    client.live()


def test_refresh_while_away_makes_nothing_look_live(client: Client) -> None:
    client.control.fault(kind="revoke_key")
    client.control.fault(kind="drop_websockets")
    client.wait(lambda views: not views.connection.can_trade, "not live")
    client.send(Refresh())
    views = client.wait(
        lambda views: views.connection.access is Access.REFUSED and market_data_is_live(views), "refused, data live"
    )
    assert views.orders.freshness is views.balances.freshness is Freshness.STALE
    client.send(Refresh())
    client.wait(lambda views: views.book.updated_ms > 0 and market_data_is_live(views), "market data")
    assert client.views.orders.freshness is Freshness.STALE


def test_reconnect_by_hand(client: Client) -> None:
    client.send(Reconnect())
    client.wait(lambda views: not views.connection.can_trade, "the old connection is left")
    client.live()
    client.wait(lambda _: client.control.state()["websockets"] == 1, "the old connection is closed")


def test_an_unusable_journal_refuses_orders_and_nothing_else(exchange: Start, tmp_path: Path) -> None:
    with Client(exchange(), tmp_path) as client:
        client.wait(market_data_is_live, "market data")
        client.wait(lambda views: views.connection.phase is Phase.LIVE, "live")
        client.told("cannot be opened")
        best = client.views.book.best_bid
        assert best is not None
        client.place(Side.BUY, best.price, "0.01")
        client.told("Not sent: The order journal")
        assert client.exchange_orders() == {}


def test_a_wish_to_reconnect_counts_while_the_stream_is_being_replaced(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = Stream.close

    async def slowly(self: Stream) -> None:
        await asyncio.sleep(0.3)
        await close(self)

    monkeypatch.setattr(Stream, "close", slowly)
    client.control.fault(kind="revoke_key")
    client.place(Side.BUY, Decimal(800_000), "0.01")
    client.wait(lambda views: views.connection.access is Access.REFUSED, "the key is refused")
    client.control.fault(kind="revoke_key", revoked=False)
    client.send(Reconnect())
    client.live()
    assert client.views.connection.access is Access.TRADING


def test_a_connection_without_the_book_is_not_called_up_to_date(exchange: Start, tmp_path: Path) -> None:
    with Client(exchange(), tmp_path / "journal.jsonl") as client:
        client.live()
        client.told("everything is live")
        client.control.fault(kind="freeze_websockets")
        client.control.fault(kind="drop_websockets")
        client.told("The connection was lost")
        client.wait(lambda views: views.connection.phase is Phase.LIVE, "orders and balances are known again")
        client.wait(lambda views: views.connection.why_not, "the reason why there is no trading")
        assert not client.was_told("is back and everything is up to date")
        client.control.fault(kind="release_websockets")
        client.told("is back and everything is up to date")
        assert client.views.connection.can_trade
