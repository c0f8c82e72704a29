"""The things a spot exchange is made of, as values. No I/O, no clock, no wire shapes (those are the codec's).

Prices are in the quote currency for one base unit, volumes in the base currency, both exact `Decimal`. Times are unix
milliseconds, UTC, as `int`. All values are immutable, so that they can cross threads.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from captui.core.dataclass import dataclass


class Side(StrEnum):
    """Of an order; of a public trade, the taker's."""

    BUY = "buy"
    SELL = "sell"

    @property
    def opposite(self) -> Side:
        return Side.SELL if self is Side.BUY else Side.BUY


class OrderType(StrEnum):
    LIMIT = "limit"
    MARKET = "market"


class OrderStatus(StrEnum):
    """Where an order is in its life, as captui knows it. The exchange's own states are a subset (API document, States)."""

    SENDING = "sending"
    """Journalled and on its way; no answer yet."""
    UNKNOWN = "unknown"
    """The answer was lost: it may or may not have been accepted. Being looked up, never sent again."""
    PENDING = "pending"
    """Accepted by the exchange, not yet placed."""
    WAIT = "wait"
    """Resting in the book."""
    CANCELLING = "cancelling"
    """A cancel has been asked for; the order can still fill."""
    DONE = "done"
    """Completely filled."""
    CANCELLED = "cancel"
    """Cancelled; may have fills."""
    REJECTED = "reject"
    """Refused by the exchange, at once or later."""
    ABSENT = "absent"
    """Looked up for long enough and never found: it did not reach the exchange."""

    @property
    def is_final(self) -> bool:
        return self in _FINAL

    @property
    def is_open(self) -> bool:
        return self not in _FINAL


_FINAL = frozenset({OrderStatus.DONE, OrderStatus.CANCELLED, OrderStatus.REJECTED, OrderStatus.ABSENT})


@dataclass(frozen=True, slots=True)
class Market:
    """A pair and its rules (API document, Market)."""

    id: str
    name: str
    base: str
    quote: str
    min_price: Decimal
    max_price: Decimal
    """0 means no maximum."""
    min_amount: Decimal
    amount_precision: int
    price_precision: int
    enabled: bool

    @property
    def tick(self) -> Decimal:
        """The smallest step of a price."""
        return Decimal(1).scaleb(-self.price_precision)

    @property
    def lot(self) -> Decimal:
        """The smallest step of a volume."""
        return Decimal(1).scaleb(-self.amount_precision)


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency and the rules for moving it (API document, Currency). None: the exchange does not say.

    Fees, minima and limits are in units of the currency.
    """

    id: str
    name: str
    precision: int
    kind: str
    """`coin` or `fiat`."""
    symbol: str = ""
    deposit_enabled: bool | None = None
    withdrawal_enabled: bool | None = None
    deposit_fee: Decimal | None = None
    min_deposit_amount: Decimal | None = None
    withdraw_fee: Decimal | None = None
    min_withdraw_amount: Decimal | None = None
    withdraw_limit_24h: Decimal | None = None
    withdraw_limit_72h: Decimal | None = None
    base_factor: Decimal | None = None
    """Smallest units of the blockchain in one unit of the currency."""
    position: int | None = None
    min_confirmations: int | None = None
    explorer_transaction: str = ""
    """URL with a placeholder for the transaction id."""
    explorer_address: str = ""
    """URL with a placeholder for the address."""
    icon_url: str = ""


class Level(NamedTuple):
    """One price of a book with the total amount resting at it.

    A named tuple, because a busy feed makes tens of thousands a second and a frozen dataclass takes three times as long.
    """

    price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Ticker:
    """The last 24 hours of a market (API document, TickerEntry)."""

    market: str
    last: Decimal
    open: Decimal
    high: Decimal
    low: Decimal
    volume: Decimal
    """In base units."""
    amount: Decimal
    """In quote units, 0 where the exchange does not say."""
    change_percent: Decimal
    """Signed, in percent."""
    at_ms: int


@dataclass(frozen=True, slots=True)
class Candle:
    """`time_ms` is the start of the interval."""

    time_ms: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal


@dataclass(frozen=True, slots=True)
class PublicTrade:
    """One line of the tape."""

    id: str
    market: str
    price: Decimal
    amount: Decimal
    taker: Side
    time_ms: int


@dataclass(frozen=True, slots=True)
class Fill:
    """One of the user's own trades. Fee fields are None where the exchange did not send them (the older order stream)."""

    id: str
    market: str
    side: Side
    """The user's side."""
    price: Decimal
    amount: Decimal
    total: Decimal
    fee: Decimal | None
    """In `fee_currency` units."""
    fee_currency: str
    maker: bool | None
    order_id: int | None
    custom_order_id: str
    time_ms: int


@dataclass(frozen=True, slots=True)
class Balance:
    """Always the same meaning here, whichever the wire used (exchange notes, Balances): total = available + locked."""

    currency: str
    available: Decimal
    locked: Decimal
    updated_ms: int = 0
    """0 where the record carried no time."""

    @property
    def total(self) -> Decimal:
        return self.available + self.locked


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order as the user is shaping it: nothing has been journalled or sent. `price` is None for a market order."""

    market: str
    side: Side
    type: OrderType
    price: Decimal | None
    volume: Decimal
    post_only: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """One order through its whole life: what was asked for, and all that is known of it since."""

    key: str
    """Stable and unique in this session: the custom order id where there is one, else `#` and the exchange's id."""
    id: int | None
    uuid: str
    custom_id: str
    """Empty where the order was not given one."""
    market: str
    side: Side
    type: OrderType
    price: Decimal | None
    average_price: Decimal | None
    """None until something has been executed."""
    volume: Decimal
    """What was asked for."""
    executed: Decimal
    post_only: bool
    status: OrderStatus
    reason: str
    """Why it was refused or what is being done about it, in words; empty otherwise."""
    created_ms: int
    updated_ms: int
    ours: bool
    """Made by captui (this run or an earlier one)."""

    @property
    def remaining(self) -> Decimal:
        return self.volume - self.executed
