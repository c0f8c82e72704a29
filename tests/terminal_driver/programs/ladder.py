"""A ladder of 40 rows that changes all the time: `python -m tests.terminal_driver.programs.ladder DRIVER LOG [--rows 2] [--fps 20]`.

The first row tells when it was drawn (monotonic ms), and the last key. `p` stops and starts the changes, `c` crashes, `r` repaints, `s`
suspends as the shell does, `n` writes what no driver understands.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import time
from pathlib import Path

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from captui.terminal.plain_driver import PlainDriver
from tests.terminal_driver.programs.driven import DRIVERS, Driven

PRICE, TOTAL = Style(color="#c8c8c8", bgcolor="#101418"), Style(color="#707880", bgcolor="#101418")
SIZE = {True: Style(color="#3fb68b", bgcolor="#101418"), False: Style(color="#e0566f", bgcolor="#101418")}
ROWS = 40


class Ladder(Widget):
    DEFAULT_CSS = "Ladder { height: 1fr; width: 1fr; }"

    def __init__(self, changing: int) -> None:
        super().__init__()
        self.head = ""
        self._chance = random.Random(7)
        self._changing = changing
        self._sizes = [self._chance.randrange(1, 99_999) for _ in range(ROWS)]

    def change(self) -> None:
        for row in self._chance.sample(range(ROWS), self._changing):
            self._sizes[row] = self._chance.randrange(1, 99_999)
            self.refresh(Region(0, row + 1, self.size.width, 1))

    def say(self, head: str) -> None:
        self.head = head
        self.refresh(Region(0, 0, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        if not y or y > ROWS:
            return Strip([Segment(self.head if not y else "", PRICE)]).adjust_cell_length(self.size.width, PRICE)
        row = y - 1
        side = row < ROWS // 2
        size = f"{self._sizes[row] / 10_000:12.4f}"
        total = f"{self._sizes[row] * (row + 1) / 10_000:12.2f}"
        price = Segment(f"{841_000 - row * 17.5:14,.2f}", PRICE)
        blank = Segment(" " * 24, PRICE)
        own = [Segment(size, SIZE[side]), Segment(total, TOTAL)]
        return Strip([*own, price, blank] if side else [blank, price, *own]).adjust_cell_length(self.size.width, PRICE)


class LadderProgram(Driven):
    def __init__(self, log_path: Path, changing: int, fps: float, ticking: bool) -> None:
        super().__init__()
        self.log_path = log_path
        self.ladder = Ladder(changing)
        self._fps = fps
        self._ticking = ticking
        self._key = ""
        self._is_changing = True

    def compose(self) -> ComposeResult:
        yield self.ladder

    def on_mount(self) -> None:
        self.watch_line()
        self.set_interval(1 / self._fps, self._tick)
        self.set_interval(0.2, self._record_state)

    def _tick(self) -> None:
        if self._is_changing:
            self.ladder.change()
            if self._ticking:
                self.ladder.say(f"drawn {round(time.monotonic() * 1000)} key {self._key}.")

    def _record_state(self) -> None:
        driver = self._driver
        if isinstance(driver, PlainDriver):
            self.record(
                bytes=driver.meter.total,
                per_second=driver.bytes_per_second,
                round_trip=getattr(driver, "round_trip_s", None),
                cpu=time.process_time(),
            )

    def on_key(self, event: events.Key) -> None:
        self._key = event.key
        match event.key:
            case "p":
                self._is_changing = not self._is_changing
            case "c":
                raise RuntimeError("crashed, as it was told to")
            case "r" if isinstance(self._driver, PlainDriver):
                self._driver.repaint()
            case "s":
                os.kill(os.getpid(), signal.SIGTSTP)
            case "n" if self._driver is not None:
                self._driver.write("\x1b[3;3H\x1b[1KXYZ\x1b[2;1H\x1b[K")
        self.ladder.say(f"drawn {round(time.monotonic() * 1000)} key {self._key}.")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("driver", choices=DRIVERS)
    parser.add_argument("log", type=Path)
    parser.add_argument("--rows", type=int, default=2)
    parser.add_argument("--fps", type=float, default=20)
    parser.add_argument("--quiet", action="store_true", help="the first row does not change by itself")
    given = parser.parse_args()
    app = LadderProgram(given.log, given.rows, given.fps, not given.quiet)
    app.driver_class = DRIVERS[given.driver]
    app.run()
    raise SystemExit(app.return_code or 0)


if __name__ == "__main__":
    main()
