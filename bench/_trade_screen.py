"""The trade screen over a made-up book that changes when told to: `python -m bench._trade_screen DRIVER PORT [--levels 2] [--steps]`.

F10 begins the changes, twenty a second; the amount of one of the levels that change, the bid of STAMPED, is the time of the change. With
`--steps` each F10 is one change, and the changes are the same ones for every driver.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver

from bench._probed import Probed
from captui.config import Config
from captui.core.types import Level
from captui.terminal.frugal_driver import FrugalDriver
from captui.terminal.plain_driver import PlainDriver
from captui.watching import Watching
from tests import samples
from tests.ui.fake_session import FakeSession

DRIVERS: dict[str, type[Driver]] = {"textual": LinuxDriver, "plain": PlainDriver, "frugal": FrugalDriver}
F10 = "\x1b[21~"
FPS = 20
CHANGES_PER_S = 20
STAMPED = Decimal("834900")
_STAMP_WRAPS_MS = 90_000
_SHOWN_A_SIDE = 14
_LARGEST = Decimal(12)
"""Of one level that does not change: the bars of the others keep their scale."""


def stamp(now_s: float) -> Decimal:
    """A time as an amount: its ten-thousandths are milliseconds, and the first digit is never 0."""
    return Decimal(int(now_s * 1000) % _STAMP_WRAPS_MS + 10_000) / 10_000


def age_s(shown: Decimal, now_s: float) -> float:
    """How long ago this amount was a stamp; less than 90 s."""
    return (int(now_s * 1000) - int(shown * 10_000) + 10_000) % _STAMP_WRAPS_MS / 1000


class Moving(FakeSession):
    """Tells of its changes, as the session does."""

    def on_news(self, tell: Callable[[], object]) -> None:
        self._tell = tell

    def change(self, **views: Any) -> None:
        super().change(**views)
        self._tell()


class TradeScreen(Probed):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f10", "begin", show=False)]

    def __init__(self, session: FakeSession, levels: int, in_steps: bool) -> None:
        super().__init__(session, config=Config(fps=FPS), now_ms=lambda: samples.NOW_MS, tz=samples.TZ)
        # The bytes a second are another number with every driver, and would be a third row that changes.
        self._watching = Watching(Config(), {})
        self._fake = session
        self._levels = levels
        self._in_steps = in_steps
        self._chance = random.Random(7)

    def action_begin(self) -> None:
        if self._in_steps:
            self._change()
        else:
            self.set_interval(1 / CHANGES_PER_S, self._change)

    def _change(self) -> None:
        book = self._fake.views.book
        sides = list(book.bids), list(book.asks)
        stamped = next(at for at, level in enumerate(book.bids) if level.price == STAMPED)
        others = [(side, at) for side in (0, 1) for at in range(_SHOWN_A_SIDE) if (side, at) != (0, stamped)]
        for side, at in self._chance.sample(others, self._levels - 1):
            sides[side][at] = Level(sides[side][at].price, Decimal(self._chance.randrange(1, 50_000)) / 10_000)
        amount = Decimal(self._chance.randrange(1, 50_000)) / 10_000 if self._in_steps else stamp(time.monotonic())
        sides[0][stamped] = Level(STAMPED, amount)
        self._fake.change(book=replace(book, bids=tuple(sides[0]), asks=tuple(sides[1])))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("driver", choices=DRIVERS)
    parser.add_argument("port", type=int)
    parser.add_argument("--levels", type=int, default=2, help="from 1 to 28")
    parser.add_argument("--steps", action="store_true")
    given = parser.parse_args()
    views = samples.views("live")
    bids = list(views.book.bids)
    bids[_SHOWN_A_SIDE] = Level(bids[_SHOWN_A_SIDE].price, _LARGEST)
    session = Moving(replace(views, book=replace(views.book, bids=tuple(bids))))
    TradeScreen.connect(given.port)
    app = TradeScreen(session, given.levels, given.steps)
    app.driver_class = DRIVERS[given.driver]
    app.run()


if __name__ == "__main__":
    main()
