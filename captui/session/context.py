"""What every part of a running session shares: settings, clocks, tasks, and the ways to say that something changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator

from captui.exchange.clock import ServerClock
from captui.exchange.rest import RestClient
from captui.journal import Journal
from captui.session.publish import Publisher
from captui.session.settings import SessionSettings
from captui.session.tasks import OwnedTasks
from captui.session.views import Notice, Severity, Topic

log = logging.getLogger(__name__)


RETRY_WAITS_S = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Waits before each try of something that has to succeed in the end; the last repeats."""


def retry_waits() -> Iterator[float]:
    yield from RETRY_WAITS_S
    while True:
        yield RETRY_WAITS_S[-1]


class SessionContext:
    """Made on the session's loop. `rest` and `journal` exist from the moment that the endpoints are known.

    `on_left` is to be called whenever a request that changes something has been handed to the network.
    """

    def __init__(self, settings: SessionSettings, *, on_left: Callable[[], None] = lambda: None) -> None:
        self.settings = settings
        self.on_left = on_left
        self.clock = ServerClock()
        self.tasks = OwnedTasks(self._failed)
        self.publisher: Publisher | None = None
        self._rest: RestClient | None = None
        self._journal: Journal | None = None

    @property
    def rest(self) -> RestClient:
        if self._rest is None:
            raise RuntimeError("there is no REST client before the endpoints are known")
        return self._rest

    @rest.setter
    def rest(self, client: RestClient) -> None:
        self._rest = client

    @property
    def has_rest(self) -> bool:
        return self._rest is not None

    @property
    def journal(self) -> Journal | None:
        """None without credentials: then nothing is ever written."""
        return self._journal

    @journal.setter
    def journal(self, journal: Journal) -> None:
        self._journal = journal

    def now_ms(self) -> int:
        """This machine's clock."""
        return self.settings.now_ms()

    def exchange_ms(self) -> int:
        """The exchange's clock, as far as it is known."""
        return self.clock.now_ms(self.settings.now_ms())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    def mark(self, *topics: Topic) -> None:
        if self.publisher is not None:
            for topic in topics:
                self.publisher.mark(topic)

    def notify(self, severity: Severity, text: str, order_key: str = "") -> None:
        """One clear sentence for the log pane. May hold words of the exchange: it is data."""
        log.info("notice (%s): %s", severity.value, text)
        if self.publisher is not None:
            self.publisher.notify(Notice(self.now_ms(), severity, text, order_key))

    def guarded(self, what: str, action: Callable[[], None]) -> None:
        """Runs a handler whose failure must not end the session."""
        try:
            action()
        except Exception:
            # The session outlives any one handler.
            log.exception("%s failed", what)
            self._failed(what)

    def _failed(self, what: str) -> None:
        self.notify(Severity.ERROR, f"Something unexpected went wrong ({what}); the log file has the details.")
