"""One JSON record to one value: markets, tickers, candles, trades, orders, fills, balances.

Both documented shapes of each are read (exchange notes, REST and Balances). Every function raises ProtocolError.
"""

from __future__ import annotations

from decimal import Decimal

from captui.core import wire
from captui.core.events import OrderRecord, OrderState
from captui.core.listed import OddRecord
from captui.core.money import EXACT
from captui.core.times import to_ms
from captui.core.types import Balance, Candle, Currency, Fill, Market, OrderType, PublicTrade, Side, Ticker
from captui.core.wire import Record
from captui.errors import ProtocolError, UnknownWordError

_ZERO = Decimal(0)


def market(value: object) -> Market:
    fields = wire.record(value, "a market")
    return Market(
        id=wire.text(fields, "id"),
        name=wire.optional_text(fields, "name"),
        base=wire.text(fields, "base_unit").lower(),
        quote=wire.text(fields, "quote_unit").lower(),
        min_price=wire.optional_number(fields, "min_price") or _ZERO,
        max_price=wire.optional_number(fields, "max_price") or _ZERO,
        min_amount=wire.optional_number(fields, "min_amount") or _ZERO,
        amount_precision=_precision(fields, "amount_precision"),
        price_precision=_precision(fields, "price_precision"),
        enabled=wire.optional_text(fields, "state") == "enabled",
    )


def currency(value: object) -> Currency:
    """Trading needs its first four fields only: of the others, one that cannot be read counts as one that is not there."""
    fields = wire.record(value, "a currency")
    identity = wire.text(fields, "id").lower()
    return Currency(
        id=identity,
        name=wire.optional_text(fields, "name") or identity.upper(),
        precision=_precision(fields, "precision") if fields.get("precision") is not None else 8,
        kind=wire.optional_text(fields, "type") or "coin",
        symbol=wire.told(wire.optional_text, fields, "symbol") or "",
        deposit_enabled=wire.told(wire.flag, fields, "deposit_enabled"),
        withdrawal_enabled=wire.told(wire.flag, fields, "withdrawal_enabled"),
        deposit_fee=wire.told(wire.optional_number, fields, "deposit_fee"),
        min_deposit_amount=wire.told(wire.optional_number, fields, "min_deposit_amount"),
        withdraw_fee=wire.told(wire.optional_number, fields, "withdraw_fee"),
        min_withdraw_amount=wire.told(wire.optional_number, fields, "min_withdraw_amount"),
        withdraw_limit_24h=wire.told(wire.optional_number, fields, "withdraw_limit_24h"),
        withdraw_limit_72h=wire.told(wire.optional_number, fields, "withdraw_limit_72h"),
        base_factor=wire.told(wire.optional_number, fields, "base_factor"),
        position=wire.told(wire.optional_whole, fields, "position"),
        min_confirmations=wire.told(wire.optional_whole, fields, "min_confirmations"),
        explorer_transaction=wire.told(wire.optional_text, fields, "explorer_transaction") or "",
        explorer_address=wire.told(wire.optional_text, fields, "explorer_address") or "",
        icon_url=wire.told(wire.optional_text, fields, "icon_url") or "",
    )


def ticker(value: object, market_id: str) -> Ticker:
    """Flat, or nested as `{"at": …, "ticker": {…}}` (API document, Ticker)."""
    outer = wire.record(value, "a ticker")
    inner = wire.record(outer["ticker"], "a ticker") if "ticker" in outer else outer
    change = wire.optional_text(inner, "price_change_percent").strip().removesuffix("%").strip()
    last = wire.number(inner, "last")
    volume, amount = _base_and_quote(
        wire.optional_number(inner, "volume", "vol") or _ZERO,
        wire.optional_number(inner, "amount") or _ZERO,
        wire.optional_number(inner, "avg_price") or last,
    )
    return Ticker(
        market=market_id,
        last=last,
        open=wire.optional_number(inner, "open") or _ZERO,
        high=wire.optional_number(inner, "high") or _ZERO,
        low=wire.optional_number(inner, "low") or _ZERO,
        volume=volume,
        amount=amount,
        change_percent=wire.as_number(change) if change else _ZERO,
        at_ms=wire.time_ms(inner, "at") or wire.time_ms(outer, "at"),
    )


def _base_and_quote(volume: Decimal, amount: Decimal, price: Decimal) -> tuple[Decimal, Decimal]:
    """The document does not say which of `volume` and `amount` counts base units and which quote units, and servers differ.

    The one that is the other times the price is in quote units, whatever it is called.
    """
    if volume and amount and abs(amount * price - volume) < abs(volume * price - amount):
        return amount, volume
    return volume, amount


def ticker_market(value: object) -> str:
    """The market that an entry of an array of tickers speaks of: `market`, `id`, or the name `BTC/ZAR`."""
    fields = wire.record(value, "a ticker")
    inner = fields.get("ticker")
    named = wire.optional_text(fields, "market", "id", "name")
    if not named and isinstance(inner, dict):
        named = wire.optional_text(inner, "market", "id", "name")
    if not named:
        raise ProtocolError("The exchange sent a ticker without saying of which market.")
    return named.replace("/", "").lower()


def candle(value: object) -> Candle | None:
    """A row `[time, open, high, low, close, volume]`; None for the row of an interval without prices."""
    if not isinstance(value, list) or len(value) < 6:
        raise ProtocolError("The exchange sent a candle that is not a row of six numbers.")
    time, *prices, volume = value[:6]
    if not isinstance(time, str | int | Decimal) or isinstance(time, bool):
        raise ProtocolError("The exchange sent a candle without a time.")
    time_ms = to_ms(time)
    if any(price is None or price == "" for price in prices):
        return None
    open_, high, low, close = (wire.as_number(price) for price in prices)
    if min(open_, high, low, close) <= 0:
        return None
    return Candle(time_ms, open_, high, low, close, _ZERO if volume in (None, "") else wire.as_number(volume))


def public_trade(value: object, market_id: str) -> PublicTrade:
    fields = wire.record(value, "a trade")
    return PublicTrade(
        id=wire.text(fields, "tid", "id"),
        market=wire.optional_text(fields, "market") or market_id,
        price=wire.number(fields, "price"),
        amount=wire.number(fields, "amount"),
        taker=wire.side(fields, "taker_type", "side", "type"),
        time_ms=wire.time_ms(fields, "date", "created_at", "at"),
    )


def order(value: object) -> OrderRecord:
    """From REST, or from either order stream: the older one has neither uuid nor custom id (exchange notes, The websocket).

    Raises UnknownWordError for a state or a type that the API document does not list.
    """
    fields = wire.record(value, "an order")
    state = wire.text(fields, "state")
    if state not in _STATES:
        raise UnknownWordError(f"The exchange sent an order in a state that captui does not know: {state!r}.")
    kind = wire.text(fields, "ord_type")
    if kind not in _TYPES:
        raise UnknownWordError(f"The exchange sent an order of a type that captui does not know: {kind!r}.")
    volume = wire.number(fields, "origin_volume", "volume")
    remaining = wire.optional_number(fields, "remaining_volume")
    executed = wire.optional_number(fields, "executed_volume")
    if executed is None:
        executed = _ZERO if remaining is None else EXACT.subtract(volume, remaining)
    if remaining is None:
        remaining = EXACT.subtract(volume, executed)
    type_ = _TYPES[kind]
    price = wire.optional_number(fields, "price")
    average = wire.optional_number(fields, "avg_price")
    created_ms = wire.time_ms(fields, "created_at", "at")
    post_only = fields.get("post_only")
    identity = wire.whole(fields, "id")
    market_id = wire.text(fields, "market")
    side = wire.side(fields, "side", "kind")
    custom_id = wire.optional_text(fields, "custom_order_id")
    return OrderRecord(
        id=identity,
        uuid=wire.optional_text(fields, "uuid"),
        custom_id=custom_id if "custom_order_id" in fields else None,
        market=market_id,
        side=side,
        type=type_,
        price=price if type_ is OrderType.LIMIT else None,
        average_price=average if average and executed else None,
        state=_STATES[state],
        volume=volume,
        remaining=remaining,
        executed=executed,
        post_only=post_only if isinstance(post_only, bool) else None,
        created_ms=created_ms,
        updated_ms=wire.time_ms(fields, "updated_at") or created_ms,
        trades_count=wire.optional_whole(fields, "trades_count") or 0,
        fills=tuple(
            fill(
                trade,
                market_id=market_id,
                own_side=side,
                order_id=identity,
                custom_id=custom_id,
            )
            for trade in wire.rows(fields.get("trades"), "trades")
        ),
    )


def odd_order(value: object, reason: str) -> OddRecord:
    """What can still be told of an order that `order` refused with an UnknownWordError."""
    fields = wire.record(value, "an order")
    return OddRecord(
        id=wire.optional_text(fields, "id"), custom_id=wire.optional_text(fields, "custom_order_id"), reason=reason
    )


def fill(
    value: object,
    *,
    market_id: str = "",
    own_side: Side | None = None,
    order_id: int | None = None,
    custom_id: str = "",
) -> Fill:
    """One of the user's own trades; the keyword arguments are what the order around it says, where there is one.

    `fee` of the wire is a percentage and `fee_amount` the money (API document, Trade): the fill carries the money.
    """
    fields = wire.record(value, "a trade")
    price = wire.number(fields, "price")
    amount = wire.number(fields, "amount")
    total = wire.optional_number(fields, "total")
    side = own_side or wire.side(fields, "side")
    taker = wire.optional_side(fields, "taker_type")
    identity = wire.optional_whole(fields, "order_id")
    market = wire.optional_text(fields, "market") or market_id
    if not market:
        raise ProtocolError("The exchange left out 'market'.")
    return Fill(
        id=wire.text(fields, "id", "tid"),
        market=market,
        side=side,
        price=price,
        amount=amount,
        total=EXACT.multiply(price, amount) if total is None else total,
        fee=wire.optional_number(fields, "fee_amount"),
        fee_currency=wire.optional_text(fields, "fee_currency").lower(),
        maker=None if taker is None else taker is not side,
        order_id=order_id if identity is None else identity,
        custom_order_id=wire.optional_text(fields, "custom_order_id") or custom_id,
        time_ms=wire.time_ms(fields, "created_at", "date", "at"),
    )


def balance(value: object) -> Balance:
    """Total = `balance` where the record carries `available`, else available = `balance` (exchange notes, Balances)."""
    fields = wire.record(value, "a balance")
    currency_id = wire.text(fields, "currency", "currency_id").lower()
    stated = wire.number(fields, "balance")
    available = wire.optional_number(fields, "available")
    if available is None:
        available = stated
        locked = wire.optional_number(fields, "locked") or _ZERO
    else:
        locked = EXACT.subtract(stated, available)
    if locked < 0:
        raise ProtocolError(f"The exchange sent a balance of {currency_id.upper()} that does not add up.")
    return Balance(currency_id, available, locked, wire.time_ms(fields, "updated_at", "at"))


_STATES = {state.value: state for state in OrderState}
_TYPES = {type_.value: type_ for type_ in OrderType}


def _precision(fields: Record, name: str) -> int:
    digits = wire.whole(fields, name)
    if not 0 <= digits <= 30:
        raise ProtocolError(f"The exchange sent {digits} as {name!r}.")
    return digits
