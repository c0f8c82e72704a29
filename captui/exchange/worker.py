"""Which request leaves next: cancels before creates before payments before reads, a lane for each, all under one rate limit.

Lanes rather than one request at a time, because an answer can take as long as the time limit: a cancel must never wait for the
answer to a read or to a create. Within a lane requests leave in the order in which they were asked for. Nonces need no order
among each other, only to be different and near the exchange's clock (exchange notes, Authentication), so lanes may overlap.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from enum import IntEnum
from typing import Any, Final, TypeVar

from captui.core.dataclass import dataclass
from captui.errors import NoConnectionError, RateLimitedError
from captui.exchange.limiter import RateLimiter

T = TypeVar("T")


class Lane(IntEnum):
    """In order of priority."""

    CANCEL = 0
    CREATE = 1
    MOVE = 2
    """Money in and out: withdrawals, payments and what belongs to them."""
    READ = 3


@dataclass(frozen=True, slots=True)
class LaneRule:
    width: int
    """Requests that may await their answers at the same time."""
    patience_s: float
    """A request that has not left after so long is given up, unsent."""
    leaves: int
    """Tokens of the rate limit that it does not touch."""


RULES: Final[dict[Lane, LaneRule]] = {
    # Three, so that "cancel everything" does not stand behind the silence after a single cancel. Late is better than never.
    Lane.CANCEL: LaneRule(width=3, patience_s=30.0, leaves=0),
    # One, so that orders leave as they were given and none is sent into a silence. An order that comes late is not the order
    # that was meant: the market has moved.
    Lane.CREATE: LaneRule(width=1, patience_s=5.0, leaves=0),
    # Of its own, so that no order stands behind a payment; one, so that two withdrawals never overlap. One-time passwords and
    # pins grow old: what cannot leave soon is given up.
    Lane.MOVE: LaneRule(width=1, patience_s=10.0, leaves=0),
    Lane.READ: LaneRule(width=2, patience_s=30.0, leaves=4),
}


@dataclass(slots=True)
class _Job:
    """`run` gives the types: what `call` returns is what `future` brings."""

    call: Callable[[], Awaitable[Any]]
    future: asyncio.Future[Any]
    expiry: asyncio.TimerHandle | None = None


class Worker:
    """Starts the calls given to `run` when it is their turn; owns the tasks in which they are made.

    A write that has left goes on to its end although its caller is cancelled: a cancelled wait takes no order back.
    """

    def __init__(self, limiter: RateLimiter, *, rules: dict[Lane, LaneRule] = RULES) -> None:
        self._limiter = limiter
        self._rules = rules
        self._queues: dict[Lane, deque[_Job]] = {lane: deque() for lane in Lane}
        self._tasks: dict[Lane, set[asyncio.Task[None]]] = {lane: set() for lane in Lane}
        self._timer: asyncio.TimerHandle | None = None
        self._closed = True

    @property
    def is_closed(self) -> bool:
        return self._closed

    def start(self) -> None:
        self._closed = False

    async def run(self, lane: Lane, call: Callable[[], Awaitable[T]]) -> T:
        """What `call` returns or raises.

        Raises RateLimitedError or NoConnectionError (`sent` False) where it was given up before it was started, and
        NoConnectionError (`sent` True) where it was abandoned on the way because the worker was stopped.
        """
        if self._closed:
            raise NoConnectionError("The connection is closed.", sent=False)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        job = _Job(call, future)
        job.expiry = loop.call_later(self._rules[lane].patience_s, self._expire, lane, job)
        self._queues[lane].append(job)
        self._dispatch()
        try:
            return await future
        finally:
            job.expiry.cancel()

    async def stop(self, *, grace_s: float = 2.0) -> None:
        """Give up what is queued, let writes on their way end for `grace_s`, then abandon them."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        for queue in self._queues.values():
            while queue:
                _fail(
                    queue.popleft(), NoConnectionError("It was not sent: the connection is being closed.", sent=False)
                )
        for task in self._tasks[Lane.READ]:
            task.cancel()
        tasks = set().union(*self._tasks.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _dispatch(self) -> None:
        """Start all that may start now, and come back when the rate limit allows the next."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._closed:
            return
        for lane in Lane:
            queue, rule = self._queues[lane], self._rules[lane]
            while queue:
                if queue[0].future.done():
                    queue.popleft()
                    continue
                if len(self._tasks[lane]) >= rule.width:
                    break
                wait = self._limiter.take(leaving=rule.leaves)
                if wait > 0:
                    # Nothing of a lower lane may take the token that this one waits for.
                    self._timer = asyncio.get_running_loop().call_later(wait, self._dispatch)
                    return
                self._begin(lane, queue.popleft())

    def _begin(self, lane: Lane, job: _Job) -> None:
        if job.expiry is not None:
            job.expiry.cancel()
        task = asyncio.get_running_loop().create_task(self._perform(job), name=f"captui-{lane.name.lower()}")
        self._tasks[lane].add(task)
        task.add_done_callback(lambda done: self._end(lane, job, done))

    def _end(self, lane: Lane, job: _Job, task: asyncio.Task[None]) -> None:
        self._tasks[lane].discard(task)
        # A task that is cancelled before its first step never gets to answer its caller.
        _fail(job, NoConnectionError("It was not sent: the connection is being closed.", sent=False))
        self._dispatch()

    async def _perform(self, job: _Job) -> None:
        try:
            result = await job.call()
        except asyncio.CancelledError:
            _fail(job, NoConnectionError("The connection was closed before the answer came.", sent=True))
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is belongs to the caller, not to this task
            _fail(job, error)
        else:
            if not job.future.done():
                job.future.set_result(result)

    def _expire(self, lane: Lane, job: _Job) -> None:
        patience = self._rules[lane].patience_s
        paused = self._limiter.paused_for
        if paused > 0:
            sentence = f"It was not sent: the exchange has asked for a pause, of which {paused:.0f} s are left."
            _fail(job, RateLimitedError(sentence, retry_after=paused))
        else:
            sentence = f"It was not sent: requests before it were not answered within {patience:g} s."
            _fail(job, NoConnectionError(sentence, sent=False))


def _fail(job: _Job, error: Exception) -> None:
    if not job.future.done():
        job.future.set_exception(error)
