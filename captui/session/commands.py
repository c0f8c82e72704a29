"""What may be asked of a session: plain immutable data, no answers. The answers are views and notices."""

from __future__ import annotations

from dataclasses import dataclass

from captui.core.intervals import Interval
from captui.core.types import OrderDraft, Side


@dataclass(frozen=True, slots=True)
class SelectMarket:
    """Show this market's book, chart and tape; subscribes and unsubscribes on the same connection."""

    market: str


@dataclass(frozen=True, slots=True)
class SelectInterval:
    interval: Interval


@dataclass(frozen=True, slots=True)
class LoadOlderCandles:
    """Fetch one more screenful before the oldest candle known."""


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """Check once more, journal, send. `confirmed` names the risky findings that the user has seen and accepted (`Finding.code`)."""

    custom_id: str
    """A new uuid (text), made by whoever asks, never used twice: sending the same command again is refused, not repeated."""
    draft: OrderDraft
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CancelOrder:
    key: str
    """`Order.key`."""


@dataclass(frozen=True, slots=True)
class CancelAll:
    """Everything, or one market, or one side of it."""

    market: str | None = None
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Refresh:
    """Fetch orders, trades and balances again, and a new snapshot of the book."""


@dataclass(frozen=True, slots=True)
class Reconnect:
    """Do not wait for the back-off; also tries a refused key again."""


Command = SelectMarket | SelectInterval | LoadOlderCandles | PlaceOrder | CancelOrder | CancelAll | Refresh | Reconnect
