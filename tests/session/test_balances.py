"""Two sources that race, and one truth. The REST client is the test's own; the wire is not the point here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from captui.core.types import Balance
from captui.errors import NoConnectionError
from captui.exchange.rest import RestClient
from captui.session import balances as module
from captui.session.balances import Balances
from captui.session.context import SessionContext
from captui.session.settings import SessionSettings
from captui.session.views import Freshness


def balance(currency: str, available: str) -> Balance:
    return Balance(currency, Decimal(available), Decimal(0))


class Rest:
    """Answers with what is at the exchange when the answer is let go."""

    def __init__(self) -> None:
        self.held = [balance("zar", "100"), balance("btc", "1")]
        self.reads = 0
        self.failures = 0
        self.read = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def balances(self) -> tuple[Balance, ...]:
        self.reads += 1
        self.read.set()
        answer = tuple(self.held)
        await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise NoConnectionError("Nothing came back.", sent=True)
        return answer


class Bench:
    def __init__(self, path: Path) -> None:
        self.rest = Rest()
        context = SessionContext(SessionSettings(journal_path=path, settle_after_s=0.1))
        context.rest = cast("RestClient", self.rest)
        self.balances = Balances(context)
        self.balances.current = True

    async def reads(self, count: int) -> None:
        async with asyncio.timeout(5):
            while self.rest.reads < count:
                self.rest.read.clear()
                await self.rest.read.wait()


@pytest.fixture
async def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    monkeypatch.setattr(module, "EVENT_PATIENCE_S", 0.03)
    monkeypatch.setattr(module, "MIN_READ_GAP_S", 0.01)
    monkeypatch.setattr(module, "RETRY_READ_S", 0.02)
    bench = Bench(tmp_path / "journal.jsonl")
    task = asyncio.create_task(bench.balances.keep_true())
    yield bench
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_an_answer_does_not_overwrite_an_event_that_overtook_it(bench: Bench) -> None:
    bench.rest.gate.clear()
    reading = asyncio.create_task(bench.balances.read())
    await bench.reads(1)
    bench.balances.apply_event([balance("zar", "90")])
    bench.rest.gate.set()
    await reading
    assert bench.balances.available() == {"zar": Decimal(90), "btc": Decimal(1)}


async def test_an_answer_overwrites_events_from_before_its_request(bench: Bench) -> None:
    bench.balances.apply_event([balance("zar", "90")])
    await bench.balances.read()
    assert bench.balances.available()["zar"] == Decimal(100)


async def test_own_activity_without_an_event_brings_a_read(bench: Bench) -> None:
    bench.rest.held = [balance("zar", "42")]
    bench.balances.own_activity()
    await bench.reads(1)
    await asyncio.sleep(0)
    assert bench.balances.available() == {"zar": Decimal(42)}


async def test_with_its_event_one_read_follows_when_it_has_settled(bench: Bench) -> None:
    loop = asyncio.get_running_loop()
    for number in range(10):
        bench.balances.own_activity()
        bench.balances.apply_event([balance("zar", str(number))])
        await asyncio.sleep(0.005)
    last = loop.time()
    await bench.reads(1)
    assert loop.time() - last >= 0.09
    # What the stream left out is known now.
    assert bench.balances.available() == {"zar": Decimal(100), "btc": Decimal(1)}


async def test_activity_during_a_read_brings_another(bench: Bench) -> None:
    bench.rest.gate.clear()
    reading = asyncio.create_task(bench.balances.read())
    await bench.reads(1)
    bench.rest.held = [balance("zar", "7")]
    bench.balances.own_activity()
    bench.rest.gate.set()
    await reading
    await bench.reads(2)
    await asyncio.sleep(0)
    assert bench.balances.available()["zar"] == Decimal(7)


async def test_a_read_that_fails_is_tried_again(bench: Bench) -> None:
    bench.rest.failures = 2
    bench.balances.own_activity()
    await bench.reads(3)
    await asyncio.sleep(0)
    assert bench.balances.available()["zar"] == Decimal(100)


async def test_while_disconnected_nothing_is_read_and_nothing_is_called_live(bench: Bench) -> None:
    view = bench.balances.view({}, [])
    assert view.freshness is Freshness.LIVE
    await bench.balances.read()
    bench.balances.current = False
    bench.balances.own_activity()
    await asyncio.sleep(0.1)
    assert bench.rest.reads == 1
    assert bench.balances.view({}, []).freshness is Freshness.STALE


async def test_rand_comes_first_then_the_most_valuable(bench: Bench) -> None:
    bench.rest.held = [balance("btc", "1"), balance("aaa", "0"), balance("zar", "5")]
    await bench.balances.read()
    view = bench.balances.view({}, [])
    assert [row.balance.currency for row in view.rows] == ["zar", "aaa", "btc"]
    assert view.rows[0].value == Decimal(5)
    assert view.rows[2].value is None


async def test_they_are_settled_once_nothing_is_under_way(bench: Bench) -> None:
    def settled() -> bool:
        return bench.balances.is_settled

    await bench.balances.read()
    assert settled()
    bench.balances.own_activity()
    assert not settled()
    await bench.reads(2)
    await asyncio.sleep(0)
    assert settled()
    # The first of two events of one trade.
    bench.balances.apply_event([balance("zar", "50")])
    assert not settled()
    await asyncio.sleep(0.11)
    assert settled()
    bench.balances.current = False
    assert not settled()
