"""The trade screen on sample views that stand still: `python -m tests.terminal_driver.programs.trade_screen DRIVER`."""

from __future__ import annotations

import sys
from pathlib import Path

import captui.app
from captui.app import CaptuiApp
from captui.config import Config
from captui.watching import Watching
from tests import samples
from tests.terminal_driver.programs.driven import DRIVERS, Driven
from tests.ui.fake_session import FakeSession


class TradeScreenProgram(Driven, CaptuiApp):
    # Textual looks for it beside the subclass.
    CSS_PATH = str(Path(captui.app.__file__).with_name("captui.tcss"))


def main(driver: str) -> None:
    session = FakeSession(samples.views("live"))
    for notice in samples.notices():
        session.tell(notice.text, at_ms=notice.at_ms, severity=notice.severity)
    app = TradeScreenProgram(session, config=Config(), now_ms=lambda: samples.NOW_MS, tz=samples.TZ)
    app.driver_class = DRIVERS[driver]
    # The bytes a second are another number with every driver.
    app._watching = Watching(Config(), {})
    app.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
