from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from captui.history.values import HOUR_MS, MINUTE_MS
from captui.session.context import SessionContext
from captui.session.equity import Equity
from captui.session.history_views import EquityPoint
from captui.session.local_history import LocalHistory
from captui.session.settings import SessionSettings
from tests.history.made import opened

START_MS = 1_700_000_000_000 // HOUR_MS * HOUR_MS
SCOPE = "exchange.example/abcd1234"


class Bench:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "history.sqlite"
        self.now_ms = START_MS
        self.value: Decimal | None = Decimal(100)
        settings = SessionSettings(
            journal_path=folder / "journal.jsonl", history_path=self.path, now_ms=lambda: self.now_ms
        )
        self.context = SessionContext(settings)
        self.local = LocalHistory(self.context, has_key=True)
        self.equity = Equity(self.context, self.local, value=lambda: self.value)

    async def open(self) -> None:
        ready = asyncio.Event()
        self.local.on_open = ready.set
        self.local.begin(SCOPE)
        await asyncio.wait_for(ready.wait(), 5)
        await self.equity.read()

    async def tick(self, after_ms: int = 0) -> None:
        self.now_ms += after_ms
        self.equity.tick()
        await self.context.tasks.settle("history", 5)

    def points(self) -> list[tuple[int, Decimal]]:
        return [(point.at_ms - START_MS, point.value) for point in self.equity.points]


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    assert await bench.context.tasks.close(1.0) == ()
    bench.local.close()
    await asyncio.get_running_loop().run_in_executor(None, bench.local._executor.shutdown)


async def test_at_most_one_value_a_minute(bench: Bench) -> None:
    await bench.open()
    await bench.tick()
    bench.value = Decimal(101)
    await bench.tick(59_999)
    await bench.tick(1)
    assert bench.points() == [(0, Decimal(100)), (60_000, Decimal(101))]


async def test_what_is_not_to_be_relied_upon_is_not_recorded(bench: Bench) -> None:
    await bench.open()
    bench.value = None
    await bench.tick()
    assert bench.points() == []
    bench.value = Decimal(7)
    await bench.tick(20_000)
    assert bench.points() == [(20_000, Decimal(7))]


async def test_before_the_file_is_open_nothing_happens(bench: Bench) -> None:
    await bench.tick()
    assert bench.points() == []


async def test_another_captui_of_the_account_may_record_the_minute(bench: Bench) -> None:
    await bench.open()
    with opened(bench.path) as other:
        other.values.add(START_MS + 1, Decimal(55))
    await bench.tick(2)
    assert bench.points() == [(1, Decimal(55))]


async def test_each_hour_the_past_is_thinned(bench: Bench) -> None:
    with opened(bench.path) as earlier:
        for minute in range(120):
            earlier.values.add(START_MS - 26 * HOUR_MS + minute * MINUTE_MS, Decimal(minute))
    await bench.open()
    # Of the hours 26 to 24 before now, one is past whole by a day and one more.
    assert len(bench.equity.points) == 2
    assert bench.equity.points[0] == EquityPoint(START_MS - 25 * HOUR_MS - MINUTE_MS, Decimal(59))
    await bench.tick()
    await bench.tick(HOUR_MS)
    with opened(bench.path) as file:
        assert [at_ms for at_ms, _ in file.values.every()] == [point.at_ms for point in bench.equity.points]


async def test_what_was_seen_is_in_a_file_that_was_begun_anew(bench: Bench) -> None:
    await bench.open()
    await bench.tick()
    await bench.local.run(lambda history: history.start_over())
    await bench.equity.read()
    assert bench.points() == [(0, Decimal(100))]
    with opened(bench.path) as file:
        assert file.values.every() == ((START_MS, Decimal(100)),)
