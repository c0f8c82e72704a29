"""How a request is made: queued in its lane, limited, slowed down when the exchange says so, and tried again if it only reads."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable
from typing import TypeVar

from captui.core.outcome import Outcome, Unknown
from captui.errors import ExchangeError, UnauthorisedError
from captui.exchange import answers
from captui.exchange.backoff import Backoff
from captui.exchange.limiter import RateLimiter
from captui.exchange.wire import Answer, Request, Wire, retry_after_s
from captui.exchange.worker import Lane, Worker

T = TypeVar("T")

READ_ATTEMPTS = 4
"""Of one read, the first included."""

READ_DEADLINE_S = 30.0
"""No new attempt of a read is begun after so long."""

LONGEST_PAUSE_S = 300.0
"""A longer `Retry-After` is asked about again after this: a slip in a header must not lock orders in for a day."""

FIRST_PAUSE_S = 1.0
LONGEST_UNTOLD_PAUSE_S = 30.0
"""A 429 without `Retry-After` pauses for the first, doubled with each further one in a row up to the second."""

_UNAVAILABLE = 503

log = logging.getLogger(__name__)


class Calls:
    """Reads and writes over one `Wire`. `now_ms` is the exchange's clock in unix milliseconds, for `Retry-After` dates."""

    def __init__(
        self, wire: Wire, *, limiter: RateLimiter, worker: Worker, now_ms: Callable[[], int], rng: random.Random
    ) -> None:
        self._wire = wire
        self._limiter = limiter
        self._worker = worker
        self._now_ms = now_ms
        self._rng = rng
        self._told_off = 0
        """Answers 429 in a row."""
        self._sent_at = float("-inf")
        """When something last took the way of the orders."""

    async def read(self, request: Request, decode: Callable[[bytes], T], what: str) -> T:
        """The decoded answer. `what` names it in the sentence of an error. Raises ExchangeError."""
        return answers.value(await self.answer(request), decode, what)

    async def answer(self, request: Request) -> Answer:
        """A successful answer to a request that changes nothing. Raises ExchangeError."""
        time = asyncio.get_running_loop().time
        deadline = time() + READ_DEADLINE_S
        backoff = Backoff(self._rng, base_s=0.25, cap_s=5.0)
        clock_corrected = False
        while True:
            try:
                answer = await self._worker.run(Lane.READ, lambda: self._send(request))
                if answer.is_success:
                    return answer
                raise answers.failure(answer, retry_after=self._retry_after_s(answer) or 0.0)
            except UnauthorisedError as error:
                if clock_corrected or answers.NONCE_EXPIRED not in error.codes:
                    raise
                clock_corrected = True
            except ExchangeError as error:
                hopeless = self._worker.is_closed or not answers.is_worth_retrying(error)
                if hopeless or backoff.failures >= READ_ATTEMPTS - 1:
                    raise
                delay = backoff.next()
                if time() + delay > deadline:
                    raise
                await asyncio.sleep(delay)

    async def write(self, lane: Lane, request: Request, decode: Callable[[bytes], T]) -> Outcome[T]:
        """Sent once or not at all. Raises nothing but what the cancellation of the caller raises."""
        try:
            answer = await self._worker.run(lane, lambda: self._send(request))
            return answers.outcome(answer, decode)
        except ExchangeError as error:
            return answers.unanswered(error)
        except Exception:
            # A mistake in this program must not turn "may have been done" into a traceback.
            log.exception("A write failed in an unforeseen way")
            return Unknown("Something unforeseen happened while it was being sent; the log has the details.")

    async def keep_warm(self, request: Request, every_s: float) -> None:
        """Make `request` whenever nothing took the way of the orders for `every_s`, for ever. What comes of it does not matter.

        A connection that was let go costs the next order several round trips, for TCP and TLS; and each answer tells the clock. A line of
        the orders' own is opened at once.
        """
        at_once = self._wire.has_order_line
        while True:
            if not at_once:
                await asyncio.sleep(every_s)
            if at_once or asyncio.get_running_loop().time() - self._sent_at >= every_s:
                at_once = False
                with contextlib.suppress(ExchangeError):
                    await self._worker.run(Lane.READ, lambda: self._send(request))

    async def _send(self, request: Request) -> Answer:
        if self._wire.is_order_line(request):
            self._sent_at = asyncio.get_running_loop().time()
        answer = await self._wire.exchange(request)
        retry_after = self._retry_after_s(answer)
        if answer.status == answers.TOO_MANY_REQUESTS:
            untold = min(FIRST_PAUSE_S * 2 ** min(self._told_off, 10), LONGEST_UNTOLD_PAUSE_S)
            self._told_off += 1
            self._limiter.pause(min(untold if retry_after is None else retry_after, LONGEST_PAUSE_S))
        else:
            self._told_off = 0
            if answer.status == _UNAVAILABLE and retry_after is not None:
                self._limiter.pause(min(retry_after, LONGEST_PAUSE_S))
        return answer

    def _retry_after_s(self, answer: Answer) -> float | None:
        return None if answer.is_success else retry_after_s(answer.headers, self._now_ms())
