"""Answers that come late, or not at first. The REST client is the test's own; the wire is not the point here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from captui.core.intervals import Interval
from captui.core.types import Candle, Market, PublicTrade, Side, Ticker
from captui.errors import NoConnectionError
from captui.exchange.rest import RestClient
from captui.session import context as context_module
from captui.session.context import SessionContext
from captui.session.feeds import TICKERS_LAST, MarketFeeds
from captui.session.market_data import MarketData
from captui.session.settings import SessionSettings

START_MS = 1_700_000_040_000


def market(market_id: str) -> Market:
    return Market(market_id, market_id, "b", "zar", Decimal(1), Decimal(0), Decimal(1), 8, 2, enabled=True)


class Rest:
    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.failures = 0
        self.calls: list[str] = []
        self.beginning_ms = START_MS

    async def candles(
        self,
        market: str,
        interval: Interval,
        *,
        from_ms: int | None = None,
        to_ms: int | None = None,
        limit: int | None = None,
    ) -> tuple[Candle, ...]:
        self.calls.append(f"candles {market}")
        await self._answer()
        one = Decimal(1)
        if from_ms is None or to_ms is None:
            return (Candle(START_MS, one, one, one, one, one),)
        times = (START_MS - 700 * 60_000,) if from_ms <= START_MS - 700 * 60_000 >= self.beginning_ms else ()
        return tuple(Candle(time_ms, one, one, one, one, one) for time_ms in times if time_ms < to_ms)

    async def public_trades(self, market: str, *, limit: int | None = None) -> tuple[PublicTrade, ...]:
        self.calls.append(f"trades {market}")
        await self._answer()
        return (PublicTrade("1", market, Decimal(1), Decimal(1), Side.BUY, START_MS),)

    async def tickers(self) -> tuple[Ticker, ...]:
        self.calls.append("tickers")
        return ()

    async def _answer(self) -> None:
        await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise NoConnectionError("Nothing came back.", sent=True)


class Bench:
    def __init__(self, path: Path) -> None:
        self.rest = Rest()
        self.context = SessionContext(SessionSettings(journal_path=path))
        self.context.rest = cast("RestClient", self.rest)
        self.data = MarketData(Interval.M1)
        self.data.select_market(market("one"))
        self.data.opened()
        self.feeds = MarketFeeds(self.context, self.data)

    def is_loading(self) -> bool:
        return self.data.loading_older

    async def until(self, condition: Callable[[], object]) -> None:
        for _ in range(10_000):
            if condition():
                return
            await asyncio.sleep(0)
        raise AssertionError("it did not happen")


@pytest.fixture
async def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    monkeypatch.setattr(context_module, "RETRY_WAITS_S", (0.0, 0.001))
    bench = Bench(tmp_path / "journal.jsonl")
    yield bench
    assert await bench.context.tasks.close(1.0) == ()


@pytest.mark.parametrize("stream_open", [True, False])
async def test_an_answer_for_the_market_that_was_shown_before_goes_nowhere(bench: Bench, stream_open: bool) -> None:
    bench.feeds.refetch()
    await bench.until(lambda: {"candles one", "trades one"} <= set(bench.rest.calls))
    bench.data.select_market(market("two"))
    if stream_open:
        bench.feeds.refetch()
    else:
        bench.data.lost("The connection was lost.")
    bench.rest.gate.set()
    await bench.until(lambda: not stream_open or bench.data.tape.newest_first())
    for _ in range(100):
        await asyncio.sleep(0)

    assert {trade.market for trade in bench.data.tape.newest_first()} == ({"two"} if stream_open else set())
    assert len(bench.data.series) == int(stream_open)
    assert bench.data.history_current is bench.data.tape_current is stream_open


async def test_what_fails_at_first_is_tried_until_it_is_there(bench: Bench) -> None:
    bench.rest.gate.set()
    bench.rest.failures = 4
    bench.feeds.refetch()
    async with asyncio.timeout(5):
        await bench.context.tasks.settle("feed: candles", 5)
        await bench.until(lambda: bench.data.history_current)
    assert bench.rest.failures == 0


async def test_a_hole_in_a_thin_market_is_not_its_beginning(bench: Bench) -> None:
    bench.rest.gate.set()
    bench.rest.beginning_ms = 0
    bench.feeds.refetch()
    await bench.context.tasks.settle("feed: candles", 5)
    bench.feeds.load_older()
    assert bench.is_loading()
    bench.feeds.load_older()
    await bench.context.tasks.settle("feed: older", 5)

    assert bench.data.series.oldest_ms == START_MS - 700 * 60_000
    assert not bench.data.reached_start
    assert not bench.is_loading()
    # The first screenful was empty, the second reach found it.
    assert bench.rest.calls.count("candles one") == 3


async def test_the_beginning_is_where_nothing_is_found_far_and_wide(bench: Bench) -> None:
    bench.rest.gate.set()
    bench.feeds.refetch()
    await bench.context.tasks.settle("feed: candles", 5)
    bench.feeds.load_older()
    await bench.context.tasks.settle("feed: older", 5)
    assert bench.data.reached_start
    calls = len(bench.rest.calls)
    bench.feeds.load_older()
    assert len(bench.rest.calls) == calls


async def test_tickers_are_fresh_for_a_while_after_they_were_heard_or_read(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fresh() -> bool:
        return bench.feeds.tickers_are_fresh

    now = 1000.0
    monkeypatch.setattr(bench.context, "monotonic", lambda: now)
    lasts_s = TICKERS_LAST * bench.context.settings.tickers_every_s
    assert not fresh()
    bench.feeds.tickers_heard()
    assert fresh()
    now += lasts_s + 1
    assert not fresh()
    bench.feeds.refetch()
    await bench.until(lambda: "tickers" in bench.rest.calls)
    assert fresh()
    bench.rest.gate.set()
