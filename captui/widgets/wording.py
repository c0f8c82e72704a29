"""How captui words money, ages and orders, for every pane and dialog alike."""

from __future__ import annotations

from decimal import Decimal

from captui.core.money import EXACT
from captui.core.text import grouped
from captui.core.types import Market, Order, OrderDraft, OrderStatus, OrderType, Side
from captui.render.numbers import fixed

SYMBOLS = {"zar": "R"}
"""Currencies with a sign of their own, written before the number; others follow it as a code."""

USUAL_PLACES = 4
"""Decimals that an amount is shown with even where they are zeros."""

STATES = {
    OrderStatus.SENDING: "sending",
    OrderStatus.UNKNOWN: "unknown",
    OrderStatus.PENDING: "pending",
    OrderStatus.WAIT: "wait",
    OrderStatus.CANCELLING: "cancelling",
    OrderStatus.DONE: "done",
    OrderStatus.CANCELLED: "cancelled",
    OrderStatus.REJECTED: "refused",
    OrderStatus.ABSENT: "never arrived",
}

STATE_SENTENCES = {
    OrderStatus.SENDING: "It is on its way to the exchange.",
    OrderStatus.UNKNOWN: "The answer was lost. It is being looked up and is never sent again.",
    OrderStatus.PENDING: "The exchange has accepted it and not placed it yet.",
    OrderStatus.WAIT: "It rests in the book.",
    OrderStatus.CANCELLING: "A cancel has been asked for; until the exchange confirms it, the order can still fill.",
    OrderStatus.DONE: "It is completely filled.",
    OrderStatus.CANCELLED: "It is cancelled.",
    OrderStatus.REJECTED: "The exchange refused it.",
    OrderStatus.ABSENT: "It was looked up for long enough and never found: it did not reach the exchange.",
}


def money(value: Decimal, currency: str, places: int = 2) -> str:
    """`R 8 341.00`, or `8 341.00 USDT` for a currency without a sign."""
    symbol = SYMBOLS.get(currency)
    return f"{symbol} {fixed(value, places)}" if symbol else f"{fixed(value, places)} {currency.upper()}"


def amount(value: Decimal, market: Market | None) -> str:
    """A volume with all its digits, and zeros up to a few places so that columns line up: `0.0100`, `0.00012345`."""
    shown = grouped(value)
    places = min(USUAL_PLACES, market.amount_precision) if market else 0
    return shown if len(shown.partition(".")[2]) >= places else grouped(value, places)


def amount_places(value: Decimal, market: Market | None) -> int:
    """How many decimals `amount` shows; far cheaper than asking it."""
    own = -int(EXACT.normalize(value).as_tuple().exponent)
    return max(0, own, min(USUAL_PLACES, market.amount_precision) if market else 0)


def price(value: Decimal | None, market: Market | None) -> str:
    """A price at the market's precision; `market` for an order that has none."""
    if value is None:
        return "market"
    return grouped(value) if market is None else grouped(value, market.price_precision)


def age(ms: int) -> str:
    """`3 s`, `12 m`, `5 h`, `2 d`: one unit, rounded down, never negative."""
    seconds = max(0, ms) // 1000
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def filled(order: Order) -> str:
    """Share executed, in whole percent rounded down, so that 100 % means all of it."""
    return f"{int(order.executed * 100 / order.volume) if order.volume else 0} %"


def kind(draft: OrderDraft | Order) -> str:
    if draft.type is OrderType.MARKET:
        return "market"
    return "post-only" if draft.post_only else "limit"


def what(draft: OrderDraft | Order, market: Market | None) -> str:
    """`Buy 0.0100 BTC at 834 100.00`: an order as the beginning of a sentence."""
    verb = "Buy" if draft.side is Side.BUY else "Sell"
    base = market.base.upper() if market else draft.market.upper()
    at = f"at {price(draft.price, market)}" if draft.price is not None else "at the market"
    return f"{verb} {amount(draft.volume, market)} {base} {at}"


def count(number: int, noun: str) -> str:
    """`1 order`, `2 orders`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
