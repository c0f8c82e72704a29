"""Filling the local history from an exchange that is the test's own: what is asked for, what is told, what is tried again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from captui.core.events import OrderRecord, OrderState
from captui.core.types import Fill, Order, OrderStatus, OrderType, Side
from captui.errors import CaptuiError, NoConnectionError, ProtocolError, RefusedError
from captui.exchange.pages import Page
from captui.exchange.rest import RestClient
from captui.session import history_reading, history_sync
from captui.session.context import SessionContext
from captui.session.history_reading import HistoryReading
from captui.session.history_sync import HistorySync
from captui.session.local_history import LocalHistory
from captui.session.publish import Outbox, Publisher
from captui.session.settings import SessionSettings
from captui.session.views import Topic, Views
from tests.history.made import SCOPE, fill, opened, pair_of

HOUR_MS = 3_600_000


def record(order_id: int, state: OrderState = OrderState.DONE) -> OrderRecord:
    one = Decimal(1)
    return OrderRecord(
        id=order_id,
        uuid=f"u{order_id}",
        custom_id="",
        market="btczar",
        side=Side.BUY,
        type=OrderType.LIMIT,
        price=one,
        average_price=None,
        state=state,
        volume=one,
        remaining=one,
        executed=Decimal(0),
        post_only=None,
        created_ms=order_id * HOUR_MS,
        updated_ms=order_id * HOUR_MS,
        trades_count=0,
    )


def order(order_id: int, status: OrderStatus) -> Order:
    one = Decimal(1)
    return Order(
        key=f"#{order_id}",
        id=order_id,
        uuid="",
        custom_id="",
        market="btczar",
        side=Side.BUY,
        type=OrderType.LIMIT,
        price=one,
        average_price=None,
        volume=one,
        executed=Decimal(0),
        post_only=False,
        status=status,
        reason="",
        created_ms=order_id * HOUR_MS,
        updated_ms=order_id * HOUR_MS,
        ours=False,
    )


class Rest:
    def __init__(self) -> None:
        self.trades: list[Fill] = []
        self.listed: list[OrderRecord] = []
        self.errors: list[CaptuiError] = []
        self.single: dict[int, OrderRecord | CaptuiError] = {}
        self.asked: list[str] = []

    async def fills(self, *, from_ms: int | None, page: int, limit: int, ascending: bool) -> Page[Fill]:
        self.asked.append(f"trades {from_ms} {page}")
        if self.errors:
            raise self.errors.pop(0)
        assert ascending
        found = [one for one in self.trades if from_ms is None or one.time_ms >= from_ms]
        part = tuple(found[(page - 1) * limit : page * limit])
        return Page(part, None, len(part) == limit)

    async def orders(self, *, from_ms: int | None, page: int, limit: int, ascending: bool) -> Page[OrderRecord]:
        self.asked.append(f"orders {from_ms} {page}")
        found = [one for one in self.listed if from_ms is None or one.created_ms >= from_ms]
        part = tuple(found[(page - 1) * limit : page * limit])
        return Page(part, None, len(part) == limit)

    async def order(self, order_id: int) -> OrderRecord:
        self.asked.append(f"order {order_id}")
        found = self.single[order_id]
        if isinstance(found, CaptuiError):
            raise found
        return found


class Bench:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "history.sqlite"
        self.rest = Rest()
        self.outbox = Outbox(Views())
        self.context = SessionContext(SessionSettings(journal_path=folder / "j", history_path=self.path))
        self.context.rest = cast("RestClient", self.rest)
        self.context.publisher = Publisher(self.outbox, dict.fromkeys(Topic, Views), interval_s=0.001)
        self.local = LocalHistory(self.context, has_key=True)
        self.known: dict[int, Order] = {}
        reading = HistoryReading(self.context, self.local, pair_of=pair_of, order_of=self.known.get)
        self.sync = HistorySync(self.context, self.local, reading)
        self.notices: list[str] = []

    async def begin(self) -> None:
        ready = asyncio.Event()
        self.local.on_open = ready.set
        self.local.begin(SCOPE)
        await asyncio.wait_for(ready.wait(), 5)
        await self.sync.begin()

    async def until(self, condition: Callable[[], object], what: str) -> None:
        for _ in range(5000):
            if condition():
                return
            await asyncio.sleep(0.001)
        raise AssertionError(f"{what}: {self.sync.progress} {self.rest.asked[-5:]}")

    async def done(self) -> None:
        await self.until(lambda: self.sync.progress.done, "done")

    def told(self) -> list[str]:
        assert self.context.publisher is not None
        self.context.publisher.flush()
        self.notices += [notice.text for notice in self.outbox.take().notices]
        return self.notices


@pytest.fixture
async def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    monkeypatch.setattr(history_reading, "PAGE", 10)
    monkeypatch.setattr(history_reading, "PAUSE_S", 0.0)
    monkeypatch.setattr(history_sync, "SETTLE_S", 0.001)
    monkeypatch.setattr(history_sync, "RETRY_WAITS_S", (0.001,))
    bench = Bench(tmp_path)
    yield bench
    assert await bench.context.tasks.close(1.0) == ()
    bench.local.close()
    await asyncio.get_running_loop().run_in_executor(None, bench.local._executor.shutdown)


async def test_errors_do_not_end_it_and_what_is_recorded_is_not_read_again(bench: Bench) -> None:
    bench.rest.trades = [fill(number, at=number * HOUR_MS) for number in range(1, 36)]
    lost = NoConnectionError("Nothing came back.", sent=True)
    bench.rest.errors = [lost, lost]
    await bench.begin()
    bench.sync.start()
    await bench.until(lambda: bench.sync.recorded.trades >= 10, "a page")
    bench.rest.errors = [lost]
    await bench.done()
    assert bench.sync.progress.problem == ""
    assert bench.sync.recorded.trades == 35
    assert bench.sync.recorded.since_ms == HOUR_MS
    assert bench.sync.recorded.positions["btc"].amount == 35
    begun_anew = [asked for asked in bench.rest.asked if asked == "trades None 1"]
    assert len(begun_anew) == 3
    assert bench.told() == ["All 35 of your trades are in the local history now."]


async def test_a_problem_is_shown_while_it_lasts(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_sync, "RETRY_WAITS_S", (0.05,))
    bench.rest.errors = [RefusedError("The exchange refused it.", status=403)]
    await bench.begin()
    bench.sync.start()
    await bench.until(lambda: bench.sync.progress.problem == "The exchange refused it.", "the problem")
    assert not bench.sync.progress.done
    await bench.done()
    assert bench.sync.progress.problem == ""


async def test_nothing_is_read_before_the_account_is_live_nor_after_the_line_is_lost(bench: Bench) -> None:
    await bench.begin()
    assert bench.rest.asked == []
    bench.sync.start()
    await bench.done()
    bench.sync.stop()
    assert not bench.sync.progress.done
    assert "connection was lost" in bench.sync.progress.problem
    asked = len(bench.rest.asked)
    bench.sync.fill_seen(fill(1))
    await bench.until(lambda: bench.sync.recorded.trades == 1, "the trade")
    assert len(bench.rest.asked) == asked
    bench.sync.start()
    await bench.done()


async def test_live_before_the_file_is_open_it_begins_when_it_is(bench: Bench) -> None:
    bench.rest.trades = [fill(1, at=HOUR_MS)]
    bench.sync.start()
    bench.sync.fill_seen(fill(1, at=HOUR_MS))
    bench.sync.order_ended(order(1, OrderStatus.DONE))
    assert bench.rest.asked == []
    await bench.begin()
    await bench.done()
    assert bench.sync.recorded.trades == 1


async def test_a_burst_of_trades_is_one_look_at_the_list(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    await bench.begin()
    bench.sync.start()
    await bench.done()
    bench.rest.asked.clear()
    monkeypatch.setattr(history_sync, "SETTLE_S", 0.05)
    made = [fill(number, at=number) for number in range(1, 9)]
    for one in made:
        bench.sync.fill_seen(replace(one, fee=None))
        await asyncio.sleep(0)
    bench.rest.trades = made
    await bench.until(lambda: bench.sync.recorded.positions, "reckoned")
    assert bench.rest.asked == ["trades None 1"]
    assert bench.sync.recorded.positions["btc"].amount == 8
    assert bench.sync.progress.done


async def test_an_order_that_was_open_is_looked_up_unless_the_session_knows_it(bench: Bench) -> None:
    bench.rest.listed = [record(number, OrderState.WAIT) for number in range(1, 6)]
    bench.known[1] = order(1, OrderStatus.WAIT)
    bench.known[2] = order(2, OrderStatus.CANCELLED)
    bench.rest.single = {
        3: record(3),
        4: RefusedError("There is none.", status=404),
        5: ProtocolError("The exchange sent a word that is not known."),
    }
    await bench.begin()
    bench.sync.start()
    await bench.done()
    with opened(bench.path) as history:
        states = {one.id: one.state for one in history.orders.every()}
    assert states == {1: OrderState.WAIT, 2: OrderState.CANCEL, 3: OrderState.DONE, 5: OrderState.WAIT}
    assert sorted(asked for asked in bench.rest.asked if asked.startswith("order ")) == [
        "order 3",
        "order 4",
        "order 5",
    ]
    assert bench.sync.progress.orders == 5


async def test_the_end_of_an_order_is_recorded_when_it_is_heard(bench: Bench) -> None:
    await bench.begin()
    bench.sync.order_ended(order(7, OrderStatus.REJECTED))
    await bench.context.tasks.settle("history: write", 5)
    with opened(bench.path) as history:
        assert [(one.id, one.state) for one in history.orders.every()] == [(7, OrderState.REJECT)]


async def test_trades_of_a_market_that_nobody_knows_are_told_once_and_not_reckoned_with(bench: Bench) -> None:
    bench.rest.trades = [replace(fill(1, at=HOUR_MS), market="gone"), fill(2, at=2 * HOUR_MS)]
    await bench.begin()
    bench.sync.start()
    await bench.done()
    bench.sync.start()
    await bench.done()
    assert bench.sync.recorded.trades == 2
    assert bench.sync.recorded.positions["btc"].amount == 1
    assert len([text for text in bench.told() if "gone" in text]) == 1


async def test_rebuilding_reads_everything_again(bench: Bench) -> None:
    bench.rest.trades = [fill(1, at=HOUR_MS)]
    await bench.begin()
    bench.sync.start()
    await bench.done()
    bench.rest.trades = [fill(2, at=HOUR_MS, amount="5")]
    bench.sync.rebuild()
    await bench.until(
        lambda: bench.sync.recorded.trades == 0 or bench.sync.recorded.positions["btc"].amount == 5, "anew"
    )
    await bench.until(lambda: bench.sync.progress.done and bench.sync.recorded.trades == 1, "done again")
    assert bench.sync.recorded.positions["btc"].amount == 5
    assert "The local history is being read anew." in bench.told()


async def test_without_a_file_rebuilding_says_why_not(bench: Bench) -> None:
    bench.sync.rebuild()
    assert bench.told() == ["The local history cannot be read anew. It is not open yet."]


async def test_the_next_start_shows_all_that_was_recorded_before_anything_is_read(bench: Bench, tmp_path: Path) -> None:
    bench.rest.trades = [fill(number, at=number * HOUR_MS) for number in range(1, 25)]
    await bench.begin()
    bench.sync.start()
    await bench.done()
    following = Bench(tmp_path)
    await following.begin()
    assert following.rest.asked == []
    assert following.sync.recorded == bench.sync.recorded
    assert following.sync.recorded.positions["btc"].amount == 24
    following.sync.start()
    await following.done()
    # Nothing of it is read again but the last minute.
    assert following.rest.asked == [f"trades {24 * HOUR_MS - 60_000} 1", "orders None 1"]
    await following.context.tasks.close(1.0)
    following.local.close()
    await asyncio.get_running_loop().run_in_executor(None, following.local._executor.shutdown)
