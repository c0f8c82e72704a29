"""A driver whose output goes to two judges: Textual's own bytes to one, what the frugal driver makes of them to the other."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.control import Control
from textual import events
from textual.geometry import Offset, Size

from captui.terminal.composing import PartialUpdate
from captui.terminal.frugal_driver import FrugalDriver
from captui.terminal.outlet import Outlet
from tests.terminal_driver.judge import Judge, assert_same


class _Sink(Outlet):
    """Takes everything at once, or, while `is_stuck`, keeps it."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self.is_stuck = False
        self._kept: list[bytes] = []

    @property
    def is_idle(self) -> bool:
        return not self._kept

    def put(self, data: bytes) -> bool:
        self._kept.append(data)
        if not self.is_stuck:
            self.release()
        return True

    def release(self) -> None:
        for data in self._kept:
            self._judge.feed(data.decode())
        self._kept.clear()

    def close(self, *, within_s: float, instead: bytes = b"") -> bool:
        self.release()
        return True


class TwoScreens(FrugalDriver):
    """Answers questions only when told to: `answer()`. Starts no thread and needs no terminal."""

    def __init__(self, app: Any, *, debug: bool = False, mouse: bool = True, size: Any = None) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        columns, lines = size
        self.plain = Judge(columns, lines)
        self.frugal = Judge(columns, lines)
        self.sink = _Sink(self.frugal)
        self.frames = 0
        self.where = self.frugal.where
        self._answered = 0

    def start_application_mode(self) -> None:
        self._outlet = self.sink
        assert self._size is not None
        self._tell_size(Size(*self._size))

    def stop_application_mode(self) -> None:
        self._outlet = None

    def close(self) -> None:
        pass

    def disable_input(self) -> None:
        pass

    def write(self, data: str) -> None:
        self.frames += data.startswith("\x1b[") and data[2].isdigit()
        self.plain.feed(data)
        super().write(data)

    def draw(self, update: PartialUpdate, cursor: Offset, console: Console) -> bool:
        self.frames += 1
        self.plain.feed(update.render_segments(console) + Control.move_to(*cursor).segment.text)
        return super().draw(update, cursor, console)

    def resize(self, columns: int, lines: int) -> None:
        self.plain.resize(columns, lines)
        self.frugal.resize(columns, lines)
        self._size = (columns, lines)
        self._resized(Size(columns, lines))
        self._tell_size(Size(columns, lines))

    def _tell_size(self, size: Size) -> None:
        self.send_message(events.Resize(size, size))

    def answer(self, number: int = 1) -> None:
        """As many open questions as that."""
        for _ in range(min(number, self.frugal.questions - self._answered)):
            self._answered += 1
            row, column = self.where[self._answered - 1]
            self.process_message(events.CursorPosition(column, row))

    def judge_now(self, what: str) -> None:
        """Lets everything go out, and compares the two screens."""
        self.sink.is_stuck = False
        self.sink.release()
        for _ in range(8):
            self._waits_for_size_until = 0.0
            while self.frugal.questions > self._answered:
                self._answered += 1
                self._pacer.heard(time.monotonic(), self.where[self._answered - 1])
            self._advance()
        assert self.is_settled, what
        assert_same(self.plain.picture, self.frugal.picture, what)


def disturb(driver: TwoScreens, chance: random.Random) -> None:
    """The terminal is slow, quick, or stands still for a while."""
    driver.sink.is_stuck = chance.random() < 0.2
    if not driver.sink.is_stuck:
        driver.sink.release()
    driver.answer(chance.choice((0, 1, 1, 2, 9)))


@contextmanager
def signals_kept() -> Iterator[None]:
    """A driver takes signals over; after the test they are whose they were."""
    numbers = (signal.SIGHUP, signal.SIGTERM, signal.SIGTSTP, signal.SIGCONT, signal.SIGWINCH)
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
