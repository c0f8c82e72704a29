"""What the test programs share: a driver chosen by name, a key that says when everything is drawn, and a log that a test can read."""

from __future__ import annotations

import json
import time
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver

from captui.terminal.frugal_driver import FrugalDriver
from captui.terminal.leaving import Gone
from captui.terminal.plain_driver import PlainDriver

DRIVERS: dict[str, type[Driver]] = {"textual": LinuxDriver, "plain": PlainDriver, "frugal": FrugalDriver}
MARK_KEY = "\x1b[24~"
"""F12: the title becomes `drawn N` when all that was asked for before is on the screen."""


_QUIET_LOOKS = 6


class Driven(App[None]):
    """Mixed into an app."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f12", "mark", show=False, priority=True)]
    marks = 0
    log_path: Path | None = None

    def record(self, **what: Any) -> None:
        """One line of JSON with the monotonic time in seconds, which is the same in every process."""
        if self.log_path is not None:
            with self.log_path.open("a") as log:
                log.write(json.dumps({"at": time.monotonic()} | what) + "\n")

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            self.record(key=event.key)
        await super().on_event(event)

    def action_mark(self) -> None:
        self.marks += 1
        self._say_when_drawn(0)

    def _say_when_drawn(self, quiet: int) -> None:
        """Nobody has anything left to handle or to draw, several looks in a row."""
        driver = self._driver
        nodes = [self, *(node for screen in self.screen_stack for node in screen.walk_children(with_self=True))]
        waiting = sum(node._message_queue.qsize() + len(node._next_callbacks) for node in nodes)
        undrawn = bool(self.screen._dirty_widgets or self.screen._compositor._dirty_regions)
        unsent = isinstance(driver, PlainDriver) and not driver.is_settled
        quiet = 0 if waiting or undrawn or unsent else quiet + 1
        if quiet < _QUIET_LOOKS:
            self.set_timer(0.01, partial(self._say_when_drawn, quiet))
        elif driver is not None:
            driver.write(f"\x1b]2;drawn {self.marks}\x1b\\")
            driver.flush()

    def watch_line(self) -> None:
        """Puts what the driver says of the terminal into the log."""
        driver = self._driver
        if isinstance(driver, PlainDriver):
            driver.on_gone = self._gone
        if isinstance(driver, FrugalDriver):
            driver.on_slow = lambda slow: self.record(slow=slow)

    def _gone(self, why: Gone) -> None:
        self.record(gone=why.name)
        self.exit(return_code=why.exit_code)
