"""Orders, trades and the words for them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from captui.errors import CaptuiError
from captui.simulator.money import ZERO, average, minus


class Side(StrEnum):
    """Which way an order goes."""

    BUY = "buy"
    SELL = "sell"

    @property
    def opposite(self) -> Side:
        return Side.SELL if self is Side.BUY else Side.BUY


class OrderType(StrEnum):
    """The `ord_type` of the API."""

    LIMIT = "limit"
    MARKET = "market"


class OrderState(StrEnum):
    """The order states of the API document: pending becomes wait, done, cancel or reject; the last three are final."""

    PENDING = "pending"
    WAIT = "wait"
    DONE = "done"
    CANCEL = "cancel"
    REJECT = "reject"

    @property
    def final(self) -> bool:
        return self in (OrderState.DONE, OrderState.CANCEL, OrderState.REJECT)


class OrderRefusedError(CaptuiError):
    """The exchange understood the request and says no; `code` is the dotted error code that it answers with status 422."""

    def __init__(self, code: str) -> None:
        super().__init__(f"The embedded exchange refused the order: {code}.")
        self.code = code


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What a participant asks for. `price` is None for a market order."""

    market: str
    side: Side
    volume: Decimal
    ord_type: OrderType = OrderType.LIMIT
    price: Decimal | None = None
    post_only: bool = False
    custom_order_id: str | None = None


@dataclass(slots=True)
class Order:
    """One order as the engine keeps it. Times are unix milliseconds; `locked` is what it still holds in `lock_currency`."""

    id: int
    uuid: str
    account: str
    market: str
    side: Side
    ord_type: OrderType
    price: Decimal | None
    origin: Decimal
    remaining: Decimal
    locked: Decimal
    lock_currency: str
    post_only: bool
    custom_order_id: str | None
    created_ms: int
    updated_ms: int
    state: OrderState = OrderState.PENDING
    executed_total: Decimal = ZERO
    trades_count: int = 0

    @property
    def executed(self) -> Decimal:
        return minus(self.origin, self.remaining)

    @property
    def average_price(self) -> Decimal:
        return average(self.executed_total, self.executed)


@dataclass(frozen=True, slots=True)
class Trade:
    """One match, as the public tape shows it. `total` is price times amount, in the quote currency."""

    id: int
    market: str
    price: Decimal
    amount: Decimal
    total: Decimal
    taker_side: Side
    at_ms: int


@dataclass(frozen=True, slots=True)
class Fill:
    """One side of a trade, as its owner sees it: the fee is in the currency that was received."""

    trade: Trade
    order_id: int
    custom_order_id: str | None
    account: str
    side: Side
    fee_currency: str
    fee_rate: Decimal
    fee_amount: Decimal
