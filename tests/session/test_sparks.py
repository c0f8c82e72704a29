from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from captui.core.intervals import Interval
from captui.core.types import Candle
from captui.errors import NoConnectionError
from captui.exchange.rest import RestClient
from captui.session import sparks as sparks_module
from captui.session.commands import Watch, Watched
from captui.session.context import SessionContext
from captui.session.settings import SessionSettings
from captui.session.sparks import HOURS, Sparks, closes
from captui.simulator.server import Endpoints
from tests.session.client import Client
from tests.session.test_feeds import market

HOUR_MS = 3_600_000
NOW_MS = 1_700_000_000_000
THIS_HOUR_MS = NOW_MS // HOUR_MS * HOUR_MS


def candle(hours_ago: int, close: int, volume: int = 1) -> Candle:
    price = Decimal(close)
    return Candle(THIS_HOUR_MS - hours_ago * HOUR_MS, price, price, price, price, Decimal(volume))


def test_one_close_an_hour_oldest_first() -> None:
    made = [candle(hours_ago, 100 - hours_ago) for hours_ago in range(48)]
    assert closes(made, NOW_MS) == tuple(Decimal(100 - hours_ago) for hours_ago in range(23, -1, -1))


def test_an_hour_without_a_trade_carries_the_close_before_also_that_of_an_older_day() -> None:
    found = closes([candle(30, 7), candle(20, 9), candle(2, 5)], NOW_MS)
    assert found == (*[Decimal(7)] * 3, *[Decimal(9)] * 18, *[Decimal(5)] * 3)
    assert len(found) == HOURS


def test_before_the_first_known_price_there_is_nothing() -> None:
    assert closes([candle(2, 5), candle(0, 6)], NOW_MS) == (Decimal(5), Decimal(5), Decimal(6))


@pytest.mark.parametrize("made", [[], [candle(30, 7)], [candle(30, 7), candle(1, 7, volume=0)]])
def test_a_day_without_a_trade_is_empty(made: list[Candle]) -> None:
    assert closes(made, NOW_MS) == ()


class Rest:
    def __init__(self) -> None:
        self.asked: list[str] = []
        self.failing: set[str] = set()

    async def candles(self, market: str, interval: Interval, *, limit: int | None = None) -> tuple[Candle, ...]:
        assert interval is Interval.H1
        self.asked.append(market)
        if market in self.failing:
            raise NoConnectionError("Nothing came back.", sent=True)
        return (candle(1, 1), candle(0, 2))


class Bench:
    def __init__(self, path: Path) -> None:
        self.rest = Rest()
        self.context = SessionContext(SessionSettings(journal_path=path, now_ms=lambda: NOW_MS))
        self.context.rest = cast("RestClient", self.rest)
        self.connected = True
        self.sparks = Sparks(
            self.context, markets=lambda: (market("one"), market("two")), connected=lambda: self.connected
        )

    async def until(self, condition: Callable[[], object]) -> None:
        for _ in range(5000):
            if condition():
                return
            await asyncio.sleep(0.001)
        raise AssertionError("it did not happen")

    async def turns(self) -> None:
        """So many turns of the loop that whatever could happen at once has."""
        for _ in range(200):
            await asyncio.sleep(0)


@pytest.fixture
async def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    monkeypatch.setattr(sparks_module, "PAUSE_S", 0.0)
    monkeypatch.setattr(sparks_module, "RETRY_S", 0.01)
    bench = Bench(tmp_path / "journal.jsonl")
    yield bench
    assert await bench.context.tasks.close(1.0) == ()


async def test_nothing_is_read_while_nobody_looks_and_not_again_before_it_is_due(bench: Bench) -> None:
    await bench.turns()
    assert bench.rest.asked == []
    bench.sparks.watch(True)
    await bench.until(lambda: len(bench.sparks.view().closes) == 2)
    assert bench.sparks.view().closes["one"] == (Decimal(1), Decimal(2))
    await bench.turns()
    for _ in range(3):
        bench.sparks.watch(False)
        bench.sparks.watch(True)
        bench.sparks.watch(True)
        await bench.turns()
    assert bench.rest.asked == ["one", "two"]


async def test_it_is_read_again_in_time(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparks_module, "EVERY_S", 0.01)
    bench.sparks.watch(True)
    await bench.until(lambda: len(bench.rest.asked) >= 6)


async def test_a_market_that_cannot_be_read_does_not_hold_the_others_back(bench: Bench) -> None:
    bench.rest.failing = {"one"}
    bench.sparks.watch(True)
    await bench.until(lambda: "two" in bench.sparks.view().closes)
    assert "one" not in bench.sparks.view().closes
    bench.rest.failing = set()
    await bench.until(lambda: "one" in bench.sparks.view().closes)


async def test_without_a_connection_it_waits(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparks_module, "CONNECTION_S", 0.01)
    bench.connected = False
    bench.sparks.watch(True)
    await bench.turns()
    assert bench.rest.asked == []
    bench.connected = True
    await bench.until(lambda: len(bench.sparks.view().closes) == 2)


def test_every_market_of_a_real_exchange_has_its_day(exchange: Callable[..., Endpoints], tmp_path: Path) -> None:
    with Client(exchange(), tmp_path / "journal.jsonl", credentials=False) as client:
        client.send(Watch(Watched.MARKETS))
        views = client.wait(
            lambda views: (
                views.markets.markets and set(views.sparks.closes) == {each.id for each in views.markets.markets}
            ),
            "sparks",
        )
        for market_id, found in views.sparks.closes.items():
            assert len(found) == HOURS
            assert abs(found[-1] / views.tickers.tickers[market_id].last - 1) < Decimal("0.2")
