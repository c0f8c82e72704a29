"""Orders and fills in words, for notices: one clear sentence each."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from captui.core.text import grouped
from captui.core.types import Fill, Market, Order, OrderStatus, OrderType, Side

_ZERO = Decimal(0)

_STATUS_WORDS = {
    OrderStatus.PENDING: "accepted and not yet placed",
    OrderStatus.WAIT: "resting in the book",
    OrderStatus.CANCELLING: "still open, its cancel asked for",
    OrderStatus.DONE: "filled",
    OrderStatus.CANCELLED: "cancelled",
    OrderStatus.REJECTED: "rejected",
}


def what(order: Order, market: Market | None) -> str:
    """`buy 0.01 BTC at 840 000.00 ZAR`; works without the market's rules, with its id."""
    return _what(order.side, order.type, order.volume, order.price, order.market, market)


def named(order: Order, market: Market | None) -> str:
    """`Order 17 (buy 0.01 BTC at 840 000.00 ZAR)`, without the number while there is none."""
    return (
        f"Order {order.id} ({what(order, market)})" if order.id is not None else f"The order to {what(order, market)}"
    )


def accepted(order: Order, market: Market | None) -> str:
    return f"Order {order.id} accepted: {what(order, market)}."


def elsewhere(order: Order, market: Market | None) -> str:
    return f"Order {order.id} was made elsewhere: {what(order, market)}."


def refused(order: Order, market: Market | None, reason: str) -> str:
    # The reason first: a narrow screen cuts the end.
    return f"Refused: {_clause(reason)} ({_lower(named(order, market))})."


def unknown(order: Order, market: Market | None, reason: str) -> str:
    return (
        f"It is not known whether {_lower(named(order, market))} was accepted: {_clause(reason)}. "
        "It is being looked up and not sent again."
    )


def found(order: Order, market: Market | None) -> str:
    return f"{named(order, market)} was found again: it is {status_words(order)}."


def absent(order: Order, market: Market | None) -> str:
    return f"{named(order, market)} never reached the exchange: looked up for long enough and not found."


def cancelled(order: Order, market: Market | None) -> str:
    text = f"{named(order, market)} is cancelled"
    if order.executed:
        return f"{text}; {_amount(order.executed, market, order.market)} of it had been filled."
    return f"{text}."


def cancel_failed(order: Order, market: Market | None, reason: str) -> str:
    return f"{named(order, market)} was not cancelled: {_clause(reason)}. It is {status_words(order)}."


def filled(order: Order, fills: Sequence[Fill], market: Market | None) -> str:
    """For the fills of one order that came together; the price is their average."""
    amount = sum((fill.amount for fill in fills), _ZERO)
    value = sum((fill.amount * fill.price for fill in fills), _ZERO)
    average = value / amount if amount else _ZERO
    if any(fill.price != average for fill in fills) and market is not None:
        average = average.quantize(market.tick)
    verb = "bought" if order.side is Side.BUY else "sold"
    how_far = "filled" if order.status is OrderStatus.DONE else "part-filled"
    text = (
        f"Order {order.id} {how_far}: {verb} {_amount(amount, market, order.market)} "
        f"at {_price(average, market)}{_fees(fills)}"
    )
    if order.status is OrderStatus.DONE:
        return f"{text}."
    return f"{text}, {_amount(order.remaining, market, order.market)} left."


def status_words(order: Order) -> str:
    return _STATUS_WORDS.get(order.status, order.status.value)


def _fees(fills: Sequence[Fill]) -> str:
    """Empty where one fee is not known yet: half a sum would be wrong."""
    if not fills or any(fill.fee is None or not fill.fee_currency for fill in fills):
        return ""
    fees: dict[str, Decimal] = {}
    for fill in fills:
        fees[fill.fee_currency] = fees.get(fill.fee_currency, _ZERO) + (fill.fee or _ZERO)
    return f" (fee {', '.join(f'{grouped(fee)} {currency.upper()}' for currency, fee in fees.items())})"


def _what(
    side: Side, order_type: OrderType, volume: Decimal, price: Decimal | None, market_id: str, market: Market | None
) -> str:
    text = f"{side.value} {_amount(volume, market, market_id)}"
    if order_type is OrderType.MARKET or price is None:
        return f"{text} at the market"
    return f"{text} at {_price(price, market)}"


def _amount(amount: Decimal, market: Market | None, market_id: str) -> str:
    return f"{grouped(amount)} {market.base.upper() if market else market_id.upper()}"


def _price(price: Decimal, market: Market | None) -> str:
    if market is None:
        return grouped(price)
    return f"{grouped(price, market.price_precision)} {market.quote.upper()}"


def _clause(reason: str) -> str:
    """Without its full stop, so that it can stand inside a sentence."""
    return reason.strip().rstrip(".") or "no reason was given"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
