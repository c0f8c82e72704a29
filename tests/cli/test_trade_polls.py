"""Looks at a market's trades: what the stream does not bring is found once, in order, and said once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import cast

import pytest

from captui.cli.trade_polls import TradePolls
from captui.core.events import Event, PublicTrades
from captui.core.types import PublicTrade, Side
from captui.errors import NoConnectionError
from captui.exchange.rest import RestClient

DEADLINE_S = 5.0


class Market:
    """The trades of an exchange, newest first, a hundred on a page."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.asked = 0
        self.broken = False
        self.changed = asyncio.Event()

    async def public_trades(self, market: str, *, limit: int, page: int) -> tuple[PublicTrade, ...]:
        self.asked += 1
        self.changed.set()
        if self.broken:
            raise NoConnectionError("No connection.", sent=False)
        newest = self.count - (page - 1) * limit
        return tuple(
            PublicTrade(str(number), market, Decimal(1), Decimal(1), Side.BUY, 1_700_000_000_000 + number)
            for number in range(newest, max(0, newest - limit), -1)
        )

    async def asked_again(self) -> None:
        """Returns after a look that began after the call has ended."""
        for _ in range(2):
            self.changed.clear()
            async with asyncio.timeout(DEADLINE_S):
                await self.changed.wait()


class Looking:
    def __init__(self, market: Market, *, listed: bool) -> None:
        self.found: list[int] = []
        self.delivered = asyncio.Event()
        self.polls = TradePolls(
            "btczar", cast("RestClient", market), listed=lambda: listed, deliver=self.deliver, every_s=0.005
        )

    def deliver(self, event: Event) -> None:
        assert isinstance(event, PublicTrades)
        self.found += [int(trade.id) for trade in event.trades]
        self.delivered.set()


@asynccontextmanager
async def looking(market: Market, *, listed: bool = False) -> AsyncIterator[Looking]:
    looks = Looking(market, listed=listed)
    task = asyncio.create_task(looks.polls.run())
    try:
        await market.asked_again()
        yield looks
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_was_there_before_is_not_delivered_and_the_rest_oldest_first() -> None:
    market = Market(50)
    async with looking(market) as looks:
        assert looks.found == []
        market.count = 53
        await market.asked_again()
        market.count = 54
        await market.asked_again()
        assert looks.found == [51, 52, 53, 54]


async def test_more_trades_than_a_page_are_followed_back_to_the_known_ones() -> None:
    market = Market(1000)
    async with looking(market) as looks:
        market.count = 1350
        await market.asked_again()
        assert [number for number in looks.found if number > 1000] == list(range(1001, 1351))
        # The page on which the known ones begin is whole; whoever writes them down leaves out what is known.
        assert min(looks.found) > 900 - 100


@pytest.mark.parametrize(("listed", "said"), [(False, 1), (True, 0)])
async def test_it_is_said_once_where_nothing_is_streamed(
    capsys: pytest.CaptureFixture[str], listed: bool, said: int
) -> None:
    market = Market(5)
    async with looking(market, listed=listed) as looks:
        market.count = 6
        await market.asked_again()
        assert looks.found == [6]
        assert capsys.readouterr().err.count("does not stream the trades of btczar") == said
        for market.count in (7, 8):
            await market.asked_again()
        assert capsys.readouterr().err.count("does not stream the trades of btczar") == 1 - said


async def test_a_stream_that_brings_them_is_relied_upon_until_the_connection_is_lost(
    capsys: pytest.CaptureFixture[str],
) -> None:
    market = Market(5)
    async with looking(market) as looks:
        looks.polls.streamed()
        async with asyncio.timeout(DEADLINE_S):
            asked = -1
            while asked != market.asked:
                asked = market.asked
                await asyncio.sleep(0.05)
        market.count = 9
        looks.polls.connected()
        async with asyncio.timeout(DEADLINE_S):
            await looks.delivered.wait()
        assert looks.found == [6, 7, 8, 9]
    assert capsys.readouterr().err == ""


async def test_a_look_that_fails_is_said_once_and_made_up_for(capsys: pytest.CaptureFixture[str]) -> None:
    market = Market(5)
    async with looking(market) as looks:
        market.broken, market.count = True, 7
        await market.asked_again()
        await market.asked_again()
        market.broken = False
        await market.asked_again()
        assert looks.found == [6, 7]
    assert capsys.readouterr().err.count("the trades of btczar could not be asked for: No connection.") == 1
