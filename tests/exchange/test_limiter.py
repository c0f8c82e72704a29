from __future__ import annotations

import asyncio

import pytest

from captui.exchange.limiter import RateLimiter


class FakeTime:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_leaves_at_once_and_the_next_waits_for_its_token() -> None:
    time = FakeTime()
    limiter = RateLimiter(10, 3, time)

    assert [limiter.take() for _ in range(3)] == [0, 0, 0]
    assert limiter.take() == pytest.approx(0.1)
    time.now += 0.1
    assert limiter.take() == 0
    assert limiter.take() > 0


def test_tokens_do_not_pile_up_beyond_the_burst() -> None:
    time = FakeTime()
    limiter = RateLimiter(10, 3, time)
    time.now += 3_600

    assert [limiter.take() == 0 for _ in range(4)] == [True, True, True, False]


def test_what_reads_leave_is_there_for_a_cancel() -> None:
    time = FakeTime()
    limiter = RateLimiter(10, 5, time)

    reads = [limiter.take(leaving=2) for _ in range(5)]

    assert [wait == 0 for wait in reads] == [True, True, True, False, False]
    assert [limiter.take() == 0 for _ in range(3)] == [True, True, False]


def test_leaving_more_than_the_burst_holds_still_gets_through() -> None:
    limiter = RateLimiter(10, 2, FakeTime())

    assert limiter.take(leaving=50) == 0


def test_a_pause_stops_everything_and_a_shorter_one_does_not_shorten_it() -> None:
    time = FakeTime()
    limiter = RateLimiter(10, 5, time)
    limiter.pause(30)
    limiter.pause(1)

    assert limiter.take() == pytest.approx(30)
    assert limiter.paused_for == pytest.approx(30)
    time.now += 30
    assert limiter.paused_for == 0
    assert limiter.take() == 0


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (1, 0)])
def test_a_limit_that_lets_nothing_through_is_a_mistake(rate: float, burst: int) -> None:
    with pytest.raises(ValueError, match="rate limit"):
        RateLimiter(rate, burst, FakeTime())


async def test_fifty_takers_at_once_share_one_bucket() -> None:
    """However they interleave, no more leave in a second than the rate and the burst allow."""
    time = FakeTime()
    limiter = RateLimiter(10, 5, time)
    left_at: list[float] = []

    async def taker() -> None:
        while limiter.take() > 0:  # noqa: ASYNC110  # the fake clock is what moves it
            await asyncio.sleep(0)
        left_at.append(time.now)

    takers = [asyncio.create_task(taker(), name=f"taker-{n}") for n in range(50)]
    while not all(task.done() for task in takers):
        await asyncio.sleep(0)
        time.now += 0.01

    assert len(left_at) == 50
    for start in left_at:
        assert sum(start <= at < start + 1 for at in left_at) <= 15
    # 45 tokens at 10 a second.
    assert left_at[-1] - 1_000 == pytest.approx(4.5, abs=0.05)
