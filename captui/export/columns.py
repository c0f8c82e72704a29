"""What the records of the exchange hold, column by column, under the exchange's field names (API document, Models)."""

from __future__ import annotations

from captui.core.events import OrderRecord
from captui.core.money import EXACT
from captui.core.types import Balance, Candle, Currency, Fill, Level, Market, PublicTrade, Ticker
from captui.export.values import Column, Moment, as_object

MARKETS: tuple[Column[Market], ...] = (
    Column("id", lambda market: market.id, "id"),
    Column("name", lambda market: market.name, "name"),
    Column("base_unit", lambda market: market.base),
    Column("quote_unit", lambda market: market.quote),
    Column("min_price", lambda market: market.min_price, "lowest price"),
    Column("max_price", lambda market: market.max_price, "highest price"),
    Column("min_amount", lambda market: market.min_amount, "smallest amount"),
    Column("amount_precision", lambda market: market.amount_precision, "amount digits"),
    Column("price_precision", lambda market: market.price_precision, "price digits"),
    Column("state", lambda market: "enabled" if market.enabled else "disabled", "state"),
)

CURRENCIES: tuple[Column[Currency], ...] = (
    Column("id", lambda currency: currency.id, "id"),
    Column("name", lambda currency: currency.name, "name"),
    Column("type", lambda currency: currency.kind, "type"),
    Column("precision", lambda currency: currency.precision, "digits"),
    Column("symbol", lambda currency: currency.symbol or None),
    Column("deposit_enabled", lambda currency: currency.deposit_enabled, "deposits"),
    Column("withdrawal_enabled", lambda currency: currency.withdrawal_enabled, "withdrawals"),
    Column("deposit_fee", lambda currency: currency.deposit_fee),
    Column("min_deposit_amount", lambda currency: currency.min_deposit_amount),
    Column("withdraw_fee", lambda currency: currency.withdraw_fee, "withdrawal fee"),
    Column("min_withdraw_amount", lambda currency: currency.min_withdraw_amount, "smallest withdrawal"),
    Column("withdraw_limit_24h", lambda currency: currency.withdraw_limit_24h),
    Column("withdraw_limit_72h", lambda currency: currency.withdraw_limit_72h),
    Column("min_confirmations", lambda currency: currency.min_confirmations),
    Column("explorer_transaction", lambda currency: currency.explorer_transaction or None),
    Column("explorer_address", lambda currency: currency.explorer_address or None),
)

TICKERS: tuple[Column[Ticker], ...] = (
    Column("market", lambda ticker: ticker.market, "market"),
    Column("last", lambda ticker: ticker.last, "last"),
    Column("price_change_percent", lambda ticker: f"{ticker.change_percent:+.2f}%", "24 h"),
    Column("open", lambda ticker: ticker.open, "open"),
    Column("low", lambda ticker: ticker.low, "low"),
    Column("high", lambda ticker: ticker.high, "high"),
    Column("volume", lambda ticker: ticker.volume, "volume"),
    Column("amount", lambda ticker: ticker.amount, "turnover", places=0),
    Column("at", lambda ticker: Moment(ticker.at_ms)),
)

CANDLES: tuple[Column[Candle], ...] = (
    Column("time", lambda candle: Moment(candle.time_ms), "time"),
    Column("open", lambda candle: candle.open, "open"),
    Column("high", lambda candle: candle.high, "high"),
    Column("low", lambda candle: candle.low, "low"),
    Column("close", lambda candle: candle.close, "close"),
    Column("volume", lambda candle: candle.volume, "volume"),
)

SidedLevel = tuple[str, Level]
"""`ask` or `bid`, and the level."""

LEVELS: tuple[Column[SidedLevel], ...] = (
    Column("side", lambda level: level[0], "side"),
    Column("price", lambda level: level[1].price, "price"),
    Column("amount", lambda level: level[1].amount, "amount"),
)

PUBLIC_TRADES: tuple[Column[PublicTrade], ...] = (
    Column("id", lambda trade: trade.id),
    Column("created_at", lambda trade: Moment(trade.time_ms), "time"),
    Column("market", lambda trade: trade.market),
    Column("taker_type", lambda trade: trade.taker.value, "taker"),
    Column("price", lambda trade: trade.price, "price"),
    Column("amount", lambda trade: trade.amount, "amount"),
    Column("total", lambda trade: EXACT.multiply(trade.price, trade.amount)),
)

BALANCES: tuple[Column[Balance], ...] = (
    Column("currency", lambda balance: balance.currency, "currency"),
    Column("available", lambda balance: balance.available, "available"),
    Column("locked", lambda balance: balance.locked, "locked"),
    Column("balance", lambda balance: balance.total, "total"),
)

ORDERS: tuple[Column[OrderRecord], ...] = (
    Column("id", lambda order: order.id, "id"),
    Column("uuid", lambda order: order.uuid or None),
    Column("custom_order_id", lambda order: order.custom_id or None),
    Column("created_at", lambda order: Moment(order.created_ms), "created"),
    Column("updated_at", lambda order: Moment(order.updated_ms)),
    Column("market", lambda order: order.market, "market"),
    Column("side", lambda order: order.side.value, "side"),
    Column("ord_type", lambda order: order.type.value, "type"),
    Column("post_only", lambda order: order.post_only),
    Column("price", lambda order: order.price, "price"),
    Column("avg_price", lambda order: order.average_price, "average", places=2),
    Column("origin_volume", lambda order: order.volume, "amount"),
    Column("executed_volume", lambda order: order.executed, "executed"),
    Column("remaining_volume", lambda order: order.remaining),
    Column("state", lambda order: order.state.value, "state"),
    Column("trades_count", lambda order: order.trades_count),
)

FILLS: tuple[Column[Fill], ...] = (
    Column("id", lambda fill: fill.id, "id"),
    Column("created_at", lambda fill: Moment(fill.time_ms), "time"),
    Column("market", lambda fill: fill.market, "market"),
    Column("side", lambda fill: fill.side.value, "side"),
    Column("price", lambda fill: fill.price, "price"),
    Column("amount", lambda fill: fill.amount, "amount"),
    Column("total", lambda fill: fill.total, "total", places=2),
    Column("fee_amount", lambda fill: fill.fee, "fee"),
    Column("fee_currency", lambda fill: fill.fee_currency or None, "fee in"),
    Column("taker_type", lambda fill: _taker(fill)),
    Column("order_id", lambda fill: fill.order_id, "order"),
    Column("custom_order_id", lambda fill: fill.custom_order_id or None),
)


def order_object(order: OrderRecord) -> dict[str, object]:
    """With the trades that the record carries."""
    return {**as_object(order, ORDERS), "trades": [as_object(fill, FILLS) for fill in order.fills]}


def levels(asks: tuple[Level, ...], bids: tuple[Level, ...]) -> list[SidedLevel]:
    """As a ladder: the highest ask first, the lowest bid last."""
    return [*(("ask", level) for level in reversed(asks)), *(("bid", level) for level in bids)]


def _taker(fill: Fill) -> str | None:
    if fill.maker is None:
        return None
    return (fill.side.opposite if fill.maker else fill.side).value
