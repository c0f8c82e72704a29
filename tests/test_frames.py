"""Frames come when there is news and once a second, never faster than they may, and nothing wakes up between."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from unittest.mock import patch

import pytest

from captui.frames import Frames

whose: ContextVar[str] = ContextVar("whose", default="nobody's")


class Handle:
    def __init__(self, when: float, call: Callable[[], None]) -> None:
        self._when = when
        self.call = call
        self.is_cancelled = False

    def when(self) -> float:
        return self._when

    def cancel(self) -> None:
        self.is_cancelled = True


class Loop:
    """Time goes on only with `until`; `calls` from other threads wait until then."""

    def __init__(self) -> None:
        self.now = 100.0
        self.handles: list[Handle] = []
        self.calls: list[Callable[[], None]] = []
        self.is_closed = False

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, call: Callable[[], None], *, context: object) -> Handle:
        self.handles.append(Handle(when, lambda: context.run(call)))  # type: ignore[attr-defined]
        return self.handles[-1]

    def call_soon_threadsafe(self, call: Callable[[], None], *, context: object) -> None:
        if self.is_closed:
            raise RuntimeError("Event loop is closed")
        self.calls.append(lambda: context.run(call))  # type: ignore[attr-defined]

    @property
    def waiting(self) -> list[Handle]:
        return [handle for handle in self.handles if not handle.is_cancelled]

    def until(self, when: float) -> None:
        while True:
            for call in self.calls:
                call()
            self.calls.clear()
            due = [handle for handle in self.waiting if handle.when() <= when]
            if not due:
                break
            first = min(due, key=Handle.when)
            self.handles.remove(first)
            self.now = max(self.now, first.when())
            first.call()
        self.now = when


class Bench:
    def __init__(self) -> None:
        self.loop = Loop()
        self.drawn: list[float] = []
        self.frames = Frames(self._draw, now_ms=lambda: round(self.loop.now * 1000))
        self.drawn_for: list[str] = []

    def start(self, per_second: int = 10) -> None:
        with patch("asyncio.get_running_loop", return_value=self.loop):
            self.frames.start(per_second)

    def _draw(self) -> None:
        self.drawn.append(round(self.loop.now, 3))
        self.drawn_for.append(whose.get())


def test_without_news_there_is_one_frame_at_each_full_second() -> None:
    bench = Bench()
    bench.loop.now = 100.3
    bench.start()
    bench.loop.until(103.5)
    assert bench.drawn == [100.3, 101.0, 102.0, 103.0]
    assert len(bench.loop.waiting) == 1


def test_news_after_a_quiet_time_is_drawn_at_once() -> None:
    bench = Bench()
    bench.start()
    bench.loop.until(100.4)
    bench.frames.news()
    bench.loop.until(100.41)
    assert bench.drawn == [100.0, 100.4]


def test_a_thousand_news_a_second_are_ten_frames() -> None:
    bench = Bench()
    bench.start()
    for number in range(1000):
        bench.frames.news()
        bench.loop.until(100 + number / 1000)
    gaps = [later - earlier for earlier, later in zip(bench.drawn, bench.drawn[1:], strict=False)]
    assert len(bench.drawn) == 10
    assert min(gaps) == pytest.approx(0.1)


def test_the_loop_is_called_once_for_news_that_it_has_not_heard_yet() -> None:
    bench = Bench()
    bench.start()
    bench.loop.until(100.5)
    for _ in range(50):
        bench.frames.news()
    assert len(bench.loop.calls) == 1
    bench.loop.until(100.51)
    bench.frames.news()
    assert len(bench.loop.calls) == 1


def test_another_rate_counts_from_now_on() -> None:
    bench = Bench()
    bench.start()
    bench.start(4)
    for number in range(1, 500):
        bench.frames.news()
        bench.loop.until(100 + number / 1000)
    assert bench.drawn == [100.0, 100.25]


def test_after_the_end_nothing_is_drawn_and_nobody_complains() -> None:
    bench = Bench()
    bench.frames.news()
    bench.start()
    bench.loop.until(100.2)
    bench.frames.news()
    bench.frames.stop()
    bench.loop.until(105)
    bench.frames.news()
    assert bench.drawn == [100.0]
    assert bench.loop.waiting == []


def test_a_loop_that_is_closed_is_left_alone() -> None:
    bench = Bench()
    bench.start()
    bench.loop.is_closed = True
    bench.frames.news()
    assert bench.loop.calls == []


def test_frames_are_drawn_in_the_context_of_the_start() -> None:
    bench = Bench()
    token = whose.set("the app's")
    bench.start()
    whose.reset(token)
    bench.frames.news()
    bench.loop.until(101.5)
    assert bench.drawn_for == ["the app's", "the app's"]
