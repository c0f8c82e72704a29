from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from captui.errors import NoConnectionError, RateLimitedError, RefusedError
from captui.exchange.limiter import RateLimiter
from captui.exchange.worker import RULES, Lane, LaneRule, Worker
from tests.exchange.http_server import until


class Calls:
    """Calls that note when they start and wait to be let go."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.ended: list[str] = []
        self._gates: dict[str, asyncio.Event] = {}

    def make(self, name: str) -> Callable[[], Awaitable[str]]:
        gate = self._gates.setdefault(name, asyncio.Event())

        async def call() -> str:
            self.started.append(name)
            await gate.wait()
            self.ended.append(name)
            return f"answer to {name}"

        return call

    def let_go(self, *names: str) -> None:
        for name in names:
            self._gates[name].set()


def limiter(rate: float = 1_000, burst: int = 1_000) -> RateLimiter:
    return RateLimiter(rate, burst, time.monotonic)


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    worker = Worker(limiter())
    worker.start()
    yield worker
    await worker.stop(grace_s=0.0)


@pytest.fixture
def calls() -> Calls:
    return Calls()


def ask(worker: Worker, lane: Lane, calls: Calls, name: str) -> asyncio.Task[str]:
    return asyncio.create_task(worker.run(lane, calls.make(name)), name=f"caller of {name}")


async def test_the_caller_gets_what_the_call_returns(worker: Worker, calls: Calls) -> None:
    caller = ask(worker, Lane.READ, calls, "book")
    await until(lambda: calls.started == ["book"])
    calls.let_go("book")

    assert await caller == "answer to book"


async def test_the_caller_gets_what_the_call_raises(worker: Worker) -> None:
    async def refuse() -> None:
        raise RefusedError("No.")

    with pytest.raises(RefusedError, match=r"No\."):
        await worker.run(Lane.CREATE, refuse)


async def test_a_cancel_overtakes_unanswered_and_queued_reads_and_creates(worker: Worker, calls: Calls) -> None:
    callers = [ask(worker, Lane.READ, calls, f"read {n}") for n in range(5)]
    callers += [ask(worker, Lane.CREATE, calls, f"create {n}") for n in range(3)]
    await until(lambda: len(calls.started) == 3)
    callers.append(ask(worker, Lane.CANCEL, calls, "cancel"))
    await until(lambda: len(calls.started) == 4)

    assert calls.started == ["read 0", "read 1", "create 0", "cancel"]
    for caller in callers:
        caller.cancel()
    await asyncio.gather(*callers, return_exceptions=True)


async def test_creates_leave_one_at_a_time_in_the_order_they_were_asked_for(worker: Worker, calls: Calls) -> None:
    callers = [ask(worker, Lane.CREATE, calls, str(n)) for n in range(4)]
    for n in range(4):
        await until(lambda n=n: calls.started == [str(i) for i in range(n + 1)])  # type: ignore[misc]  # mypy on default arguments
        calls.let_go(str(n))

    assert await asyncio.gather(*callers) == [f"answer to {n}" for n in range(4)]


async def test_when_tokens_are_short_the_highest_lane_gets_the_next_one(calls: Calls) -> None:
    worker = Worker(limiter(rate=20, burst=1))
    worker.start()
    # All in one go: a token that came back in between would go to whoever asks next.
    first = ask(worker, Lane.READ, calls, "first read")
    callers = [
        ask(worker, Lane.READ, calls, "read"),
        ask(worker, Lane.MOVE, calls, "payment"),
        ask(worker, Lane.CREATE, calls, "create"),
        ask(worker, Lane.CANCEL, calls, "cancel"),
    ]
    await until(lambda: len(calls.started) == 5)

    assert calls.started == ["first read", "cancel", "create", "payment", "read"]
    calls.let_go("first read", "read", "payment", "create", "cancel")
    await asyncio.gather(first, *callers)
    await worker.stop()


async def test_a_create_that_cannot_leave_in_time_never_leaves(calls: Calls) -> None:
    rules = {**RULES, Lane.CREATE: LaneRule(width=1, patience_s=0.05, leaves=0)}
    worker = Worker(limiter(), rules=rules)
    worker.start()
    stuck = ask(worker, Lane.CREATE, calls, "stuck")
    late = ask(worker, Lane.CREATE, calls, "late")

    with pytest.raises(NoConnectionError, match="was not sent") as caught:
        await late
    assert not caught.value.sent
    calls.let_go("stuck")
    assert await stuck == "answer to stuck"
    after = ask(worker, Lane.CREATE, calls, "after")
    calls.let_go("after")
    assert await after == "answer to after"
    assert calls.started == ["stuck", "after"]
    await worker.stop()


async def test_giving_up_during_a_pause_says_so(calls: Calls) -> None:
    limit = limiter()
    worker = Worker(limit, rules={**RULES, Lane.CREATE: LaneRule(width=1, patience_s=0.05, leaves=0)})
    worker.start()
    limit.pause(40)

    with pytest.raises(RateLimitedError, match=r"asked for a pause, of which (40|39|38) s are left") as caught:
        await worker.run(Lane.CREATE, calls.make("order"))
    assert caught.value.retry_after == pytest.approx(40, abs=3)
    assert calls.started == []
    await worker.stop()


async def test_a_queued_request_whose_caller_is_cancelled_never_leaves(worker: Worker, calls: Calls) -> None:
    first = ask(worker, Lane.CREATE, calls, "first")
    second = ask(worker, Lane.CREATE, calls, "second")
    await until(lambda: calls.started == ["first"])
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    calls.let_go("first", "second")
    await first
    third = ask(worker, Lane.CREATE, calls, "third")
    calls.let_go("third")
    await third

    assert calls.started == ["first", "third"]


async def test_a_write_on_its_way_goes_on_when_its_caller_is_cancelled(worker: Worker, calls: Calls) -> None:
    caller = ask(worker, Lane.CREATE, calls, "order")
    await until(lambda: calls.started == ["order"])
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    calls.let_go("order")

    await until(lambda: calls.ended == ["order"])


async def test_stopping_gives_up_what_is_queued_and_lets_writes_end(calls: Calls) -> None:
    worker = Worker(limiter())
    worker.start()
    sent = ask(worker, Lane.CREATE, calls, "sent")
    queued = ask(worker, Lane.CREATE, calls, "queued")
    read = ask(worker, Lane.READ, calls, "read")
    await until(lambda: len(calls.started) == 2)
    stopping = asyncio.create_task(worker.stop(grace_s=5))

    for caller, was_sent in ((queued, False), (read, True)):
        with pytest.raises(NoConnectionError) as caught:
            await caller
        assert caught.value.sent is was_sent
    calls.let_go("sent")
    assert await sent == "answer to sent"
    await stopping
    with pytest.raises(NoConnectionError) as caught:
        await worker.run(Lane.CANCEL, calls.make("too late"))
    assert not caught.value.sent


async def test_stopping_abandons_writes_that_are_not_answered_in_time(calls: Calls) -> None:
    worker = Worker(limiter())
    worker.start()
    silent = ask(worker, Lane.CREATE, calls, "silent")
    await until(lambda: calls.started == ["silent"])
    await worker.stop(grace_s=0.01)

    with pytest.raises(NoConnectionError) as caught:
        await silent
    assert caught.value.sent
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("captui-")]


async def test_stopping_answers_a_caller_whose_request_had_not_begun(calls: Calls) -> None:
    worker = Worker(limiter())
    worker.start()
    caller = ask(worker, Lane.READ, calls, "read")
    await asyncio.sleep(0)
    # The request's task exists and has not had its first step.
    await worker.stop(grace_s=0.0)

    async with asyncio.timeout(5):
        with pytest.raises(NoConnectionError):
            await caller


async def test_every_task_has_a_name(worker: Worker, calls: Calls) -> None:
    callers = [ask(worker, lane, calls, lane.name) for lane in Lane]
    await until(lambda: len(calls.started) == len(Lane))

    names = {task.get_name() for task in asyncio.all_tasks()}

    assert {"captui-cancel", "captui-create", "captui-move", "captui-read"} <= names
    calls.let_go(*(lane.name for lane in Lane))
    await asyncio.gather(*callers)
