"""What the stream tells, decoded: facts, frozen, free of wire shapes.

The two book events are msgspec structs because they are made a thousand times a second and a struct costs a tenth of a
frozen dataclass; they are as immutable as the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

import msgspec

from captui.core.dataclass import dataclass
from captui.core.intervals import Interval
from captui.core.types import Balance, Candle, Fill, Level, OrderType, PublicTrade, Side, Ticker


class OrderState(StrEnum):
    """The exchange's own words for where an order is (API document, States)."""

    PENDING = "pending"
    WAIT = "wait"
    DONE = "done"
    CANCEL = "cancel"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """One observation of an order, from REST or from the stream. A source may lack some of it."""

    id: int
    uuid: str
    """Empty where the source does not carry it (the older order stream)."""
    custom_id: str | None
    """None: this source does not carry it. Empty: the order has none."""
    market: str
    side: Side
    type: OrderType
    price: Decimal | None
    """None for a market order."""
    average_price: Decimal | None
    """None while nothing has been executed."""
    state: OrderState
    volume: Decimal
    remaining: Decimal
    executed: Decimal
    post_only: bool | None
    """None: this source does not carry it."""
    created_ms: int
    updated_ms: int
    trades_count: int
    fills: tuple[Fill, ...] = ()


class BookSnapshot(msgspec.Struct, frozen=True):
    """The whole book of a market. Sides are in no order that may be relied upon."""

    market: str
    asks: Sequence[Level]
    bids: Sequence[Level]
    sequence: int
    """0 where the source does not number its books (REST depth)."""


class BookIncrement(msgspec.Struct, frozen=True):
    """The levels that changed. An amount is the level's new total; 0 removes it."""

    market: str
    asks: Sequence[Level]
    bids: Sequence[Level]
    sequence: int


@dataclass(frozen=True, slots=True)
class CandleUpdate:
    """The candle of this interval as it now stands; repeated while it grows."""

    market: str
    interval: Interval
    candle: Candle


@dataclass(frozen=True, slots=True)
class OrderUpdate:
    record: OrderRecord


@dataclass(frozen=True, slots=True)
class FillUpdate:
    fill: Fill


@dataclass(frozen=True, slots=True)
class BalanceUpdate:
    balances: tuple[Balance, ...]


@dataclass(frozen=True, slots=True)
class PublicTrades:
    """In the order in which the exchange sent them."""

    market: str
    trades: tuple[PublicTrade, ...]


@dataclass(frozen=True, slots=True)
class Tickers:
    tickers: tuple[Ticker, ...]


@dataclass(frozen=True, slots=True)
class Subscribed:
    """All that this connection is now subscribed to, as the server lists it."""

    streams: frozenset[str]


@dataclass(frozen=True, slots=True)
class StreamError:
    """The server's answer to a message that it did not like, made printable."""

    text: str


@dataclass(frozen=True, slots=True)
class UnreadableFrame:
    """A message that the codec does not accept; `text` says why."""

    text: str
    key: str
    """What the message seems to be about: its first key, made printable; empty where not even that can be told."""


@dataclass(frozen=True, slots=True)
class Pong:
    pass


@dataclass(frozen=True, slots=True)
class UnknownFrame:
    """Keys that the codec does not know, made printable: to be counted, never fatal."""

    keys: tuple[str, ...]


Event = (
    BookSnapshot
    | BookIncrement
    | CandleUpdate
    | OrderUpdate
    | FillUpdate
    | BalanceUpdate
    | PublicTrades
    | Tickers
    | Subscribed
    | StreamError
    | UnreadableFrame
    | Pong
    | UnknownFrame
)
