from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from captui.session.publish import NOTICES_KEPT, URGENT_GAP_S, Outbox, Publisher
from captui.session.views import BookView, Notice, OrdersView, Phase, Severity, Topic, Views

INTERVAL_S = 0.2


def notice(text: str) -> Notice:
    return Notice(0, Severity.INFO, text)


def fails() -> object:
    raise ValueError("cannot be built")


async def one_turn() -> None:
    """Lets the loop do what is due now."""
    await asyncio.sleep(0)
    await asyncio.sleep(0)


class Bench:
    def __init__(self) -> None:
        self.outbox = Outbox(Views())
        self.built: list[float] = []
        builders: dict[Topic, Callable[[], object]] = {
            Topic.BOOK: self._book,
            Topic.ORDERS: OrdersView,
            Topic.TAPE: fails,
        }
        self.publisher = Publisher(self.outbox, builders, interval_s=INTERVAL_S)

    def _book(self) -> BookView:
        self.built.append(time.monotonic())
        return BookView(market="btczar", sequence=len(self.built))


async def test_the_first_change_after_a_quiet_time_is_published_at_once() -> None:
    bench = Bench()
    bench.publisher.mark(Topic.BOOK)
    await one_turn()
    assert bench.outbox.views.book.sequence == 1
    assert bench.outbox.take().dirty == {Topic.BOOK}
    assert bench.outbox.take().dirty == frozenset()


async def test_ten_thousand_changes_are_a_few_views_and_the_last_one_counts() -> None:
    bench = Bench()
    started = time.monotonic()
    while time.monotonic() - started < 1.0:
        for _ in range(200):
            bench.publisher.mark(Topic.BOOK)
        await asyncio.sleep(0.002)
    bench.publisher.flush()
    assert 2 <= len(bench.built) <= 8
    assert bench.outbox.views.book.sequence == len(bench.built)
    gaps = [later - earlier for earlier, later in zip(bench.built, bench.built[1:], strict=False)]
    assert min(gaps[:-1]) >= INTERVAL_S * 0.9


async def test_what_somebody_waits_for_does_not_wait_for_the_interval() -> None:
    bench = Bench()
    loop = asyncio.get_running_loop()
    bench.publisher.flush()
    bench.publisher.mark(Topic.BOOK)
    await one_turn()
    bench.publisher.mark(Topic.BOOK)
    handle = bench.publisher._flush_handle
    assert handle is not None
    assert handle.when() > loop.time() + URGENT_GAP_S

    bench.publisher.mark(Topic.ORDERS)
    sooner = bench.publisher._flush_handle
    assert sooner is not None
    assert sooner.when() <= loop.time() + URGENT_GAP_S
    assert handle.cancelled()


async def test_a_view_that_cannot_be_built_keeps_its_last_value_and_no_other_back() -> None:
    bench = Bench()
    before = bench.outbox.views.tape
    bench.publisher.mark(Topic.TAPE)
    bench.publisher.mark(Topic.BOOK)
    bench.publisher.flush()
    assert bench.outbox.views.book.sequence == 1
    assert bench.outbox.views.tape is before


async def test_a_view_that_comes_out_as_it_was_is_no_news() -> None:
    bench = Bench()
    told: list[int] = []
    bench.outbox.on_news = lambda: told.append(1)
    before = bench.outbox.views.orders
    bench.publisher.mark(Topic.ORDERS)
    bench.publisher.flush()
    assert bench.outbox.take().dirty == frozenset()
    assert bench.outbox.views.orders is before
    assert not told
    bench.publisher.mark(Topic.BOOK)
    bench.publisher.mark(Topic.ORDERS)
    bench.publisher.flush()
    assert bench.outbox.take().dirty == {Topic.BOOK}
    assert bench.outbox.views.orders is before
    assert len(told) == 1
    bench.publisher.notify(notice("one"))
    bench.publisher.flush()
    assert len(told) == 2


def test_new_measurements_alone_are_no_news_but_can_be_taken() -> None:
    outbox = Outbox(Views())
    told: list[int] = []
    outbox.on_news = lambda: told.append(1)
    measured = replace(outbox.views.connection, round_trip_ms=3.0, bytes_in_per_second=7, last_heard_ms=5)
    outbox.put(replace(outbox.views, connection=measured), {Topic.CONNECTION}, [])
    assert not told
    assert outbox.views.connection is measured
    assert outbox.take().dirty == {Topic.CONNECTION}
    lost = replace(measured, phase=Phase.RECONNECTING)
    outbox.put(replace(outbox.views, connection=lost), {Topic.CONNECTION}, [])
    assert len(told) == 1
    outbox.put(replace(outbox.views, connection=measured), {Topic.CONNECTION, Topic.BOOK}, [])
    assert len(told) == 2


async def test_notices_come_with_the_views_that_they_speak_of() -> None:
    bench = Bench()
    bench.publisher.mark(Topic.BOOK)
    bench.publisher.notify(notice("one"))
    bench.publisher.notify(notice("two"))
    await one_turn()
    update = bench.outbox.take()
    assert [one.text for one in update.notices] == ["one", "two"]
    assert bench.outbox.views.book.sequence == 1
    assert bench.outbox.take().notices == ()


async def test_notices_that_nobody_takes_are_bounded() -> None:
    bench = Bench()
    for number in range(NOTICES_KEPT + 10):
        bench.publisher.notify(notice(str(number)))
    bench.publisher.flush()
    notices = bench.outbox.take().notices
    assert len(notices) == NOTICES_KEPT
    assert notices[-1].text == str(NOTICES_KEPT + 9)


def test_taking_from_another_thread_misses_nothing() -> None:
    outbox = Outbox(Views())
    taken: list[str] = []

    def put() -> None:
        for number in range(NOTICES_KEPT):
            outbox.put(outbox.views, {Topic.BOOK}, [notice(str(number))])
            if number % 50 == 0:
                time.sleep(0)

    thread = threading.Thread(target=put)
    thread.start()
    while thread.is_alive():
        taken += [one.text for one in outbox.take().notices]
    thread.join()
    taken += [one.text for one in outbox.take().notices]
    assert taken == [str(number) for number in range(NOTICES_KEPT)]
