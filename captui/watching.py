"""The app's side of its terminal: what it tells of the line, and word of fills for people who are not looking."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.driver import Driver

from captui.config import Config
from captui.core.money import plain
from captui.core.text import pair_name
from captui.core.types import Fill, Side
from captui.session.views import Freshness, Views
from captui.terminal.attention import BELL, Notify, fitting, notification
from captui.terminal.frugal_driver import FrugalDriver
from captui.terminal.leaving import Gone
from captui.terminal.plain_driver import PlainDriver


class Watching:
    """One app's. Without a driver of captui's own (tests, pictures) it does nothing."""

    def __init__(self, config: Config, environment: Mapping[str, str]) -> None:
        self._config = config
        self._notify = fitting(environment) if config.notify == "auto" else Notify(config.notify)
        self._in_tmux = "TMUX" in environment
        self._driver: PlainDriver | None = None
        self._seen: frozenset[str] | None = None
        """Trade ids of the fills told of, or there before."""
        self._newest_ms = 0

    def attach(
        self, driver: Driver | None, *, on_gone: Callable[[Gone], object], on_slow: Callable[[bool], object]
    ) -> None:
        """Both callbacks are called on the event loop."""
        if isinstance(driver, PlainDriver):
            self._driver = driver
            driver.on_gone = on_gone
        if isinstance(driver, FrugalDriver):
            driver.on_slow = on_slow

    def bytes_out(self) -> int | None:
        """Bytes a second to the terminal."""
        return None if self._driver is None else self._driver.bytes_per_second

    @property
    def round_trip_s(self) -> float | None:
        """From a frame to the terminal's word that it is drawn."""
        return self._driver.round_trip_s if isinstance(self._driver, FrugalDriver) else None

    def repaint(self) -> bool:
        """Draws the whole screen again. False where there is no driver that could."""
        if self._driver is not None:
            self._driver.repaint()
        return self._driver is not None

    def look(self, views: Views) -> None:
        """Tells of fills that have come since the last look. Those that were there before are no news."""
        if views.fills.freshness is not Freshness.LIVE:
            return
        fills = views.fills.fills
        if self._seen is not None:
            new = [fill for fill in fills if fill.id not in self._seen and fill.time_ms >= self._newest_ms]
            if new:
                self._tell(new, views)
        self._seen = frozenset(fill.id for fill in fills)
        self._newest_ms = max([self._newest_ms, *(fill.time_ms for fill in fills)])

    def _tell(self, fills: list[Fill], views: Views) -> None:
        if self._driver is None:
            return
        if self._config.bell:
            self._driver.write(BELL)
        text = told(fills, views)
        sequence = notification(self._notify, "captui", text, in_tmux=self._in_tmux)
        if sequence:
            self._driver.write(sequence)


def told(fills: list[Fill], views: Views) -> str:
    """One line for these fills, the newest first."""
    newest = fills[0]
    market = views.markets.of(newest.market)
    pair = pair_name(market.name if market else "", newest.market)
    verb = "Bought" if newest.side is Side.BUY else "Sold"
    more = f" (and {len(fills) - 1} more)" if len(fills) > 1 else ""
    return f"{verb} {plain(newest.amount)} at {plain(newest.price)} on {pair}{more}"
