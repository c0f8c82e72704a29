"""Records and events as the exchange writes them: plain dictionaries, ready for JSON.

REST writes numbers as strings and times as ISO 8601 with the offset of South Africa; the websocket's order and trade events write unix
seconds, and leave out uuid and custom order id.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

from captui.simulator.candles import DayFigures
from captui.simulator.markets import Currency, Market
from captui.simulator.money import ZERO, average, plus, text
from captui.simulator.orders import Fill, Order, Side, Trade
from captui.simulator.venue import BalanceNotice, BookUpdate, LevelText, Tape

Record = dict[str, Any]

_SOUTH_AFRICA = timezone(timedelta(hours=2))


class Revision(StrEnum):
    """The two revisions of the API: `trade` is the document of 2023, `atlas` the one published since November 2025."""

    TRADE = "trade"
    ATLAS = "atlas"


def iso(at_ms: int) -> str:
    """ISO 8601 to the second, with offset."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(_SOUTH_AFRICA).isoformat()


def market(rules: Market, *, enabled: bool) -> Record:
    return {
        "id": rules.id,
        "name": rules.name,
        "base_unit": rules.base,
        "quote_unit": rules.quote,
        "min_price": text(rules.min_price),
        "max_price": text(rules.max_price),
        "min_amount": text(rules.min_amount),
        "amount_precision": rules.amount_precision,
        "price_precision": rules.price_precision,
        "state": "enabled" if enabled else "disabled",
    }


def currency(facts: Currency, *, deposits: bool, withdrawals: bool) -> Record:
    """`deposits` and `withdrawals` tell whether they are open."""
    return {
        "id": facts.id,
        "name": facts.name,
        "symbol": facts.symbol,
        "explorer_transaction": "" if facts.kind == "fiat" else f"https://explorer.invalid/{facts.id}/tx/#{{txid}}",
        "explorer_address": "" if facts.kind == "fiat" else f"https://explorer.invalid/{facts.id}/address/#{{address}}",
        "type": facts.kind,
        "deposit_enabled": deposits,
        "withdrawal_enabled": withdrawals,
        "deposit_fee": "0.0",
        "min_deposit_amount": text(facts.min_deposit),
        "withdraw_fee": text(facts.withdraw_fee),
        "min_withdraw_amount": text(facts.min_withdraw),
        "withdraw_limit_24h": text(facts.withdraw_limit_24h),
        "withdraw_limit_72h": text(facts.withdraw_limit_72h),
        "base_factor": facts.base_factor,
        "precision": facts.precision,
        "position": facts.position,
        "icon_url": "",
        "min_confirmations": facts.min_confirmations,
    }


def ticker(day: DayFigures, *, at_ms: int) -> Record:
    """`amount` is in the base currency; `volume` and its alias `vol` are in the quote."""
    change = (day.last - day.open) / day.open * 100 if day.open else ZERO
    entry = {
        "low": text(day.low),
        "high": text(day.high),
        "open": text(day.open),
        "last": text(day.last),
        "volume": text(day.volume),
        "amount": text(day.amount),
        "vol": text(day.volume),
        "avg_price": text(average(day.volume, day.amount)),
        "price_change_percent": f"{change:+.2f}%",
        "at": at_ms // 1000,
    }
    return {"at": at_ms // 1000, "ticker": entry}


def public_trade(trade: Trade) -> Record:
    return {
        "id": str(trade.id),
        "price": text(trade.price),
        "amount": text(trade.amount),
        "total": text(trade.total),
        "market": trade.market,
        "created_at": iso(trade.at_ms),
        "taker_type": trade.taker_side.value,
    }


def order(record: Order, *, revision: Revision) -> Record:
    """A REST order. The custom order id is there only where one was given; `post_only` came with the newer revision."""
    written: Record = {
        "id": record.id,
        "uuid": record.uuid,
        "side": record.side.value,
        "ord_type": record.ord_type.value,
        "price": None if record.price is None else text(record.price),
        "avg_price": text(record.average_price),
        "state": record.state.value,
        "market": record.market,
        "created_at": iso(record.created_ms),
        "updated_at": iso(record.updated_ms),
        "origin_volume": text(record.origin),
        "remaining_volume": text(record.remaining),
        "executed_volume": text(record.executed),
        "trades_count": record.trades_count,
    }
    if record.custom_order_id is not None:
        written["custom_order_id"] = record.custom_order_id
    if revision is Revision.ATLAS:
        written["post_only"] = record.post_only
    return written


def own_trade(fill: Fill) -> Record:
    """A REST trade of the user. `fee` is the rate."""
    written = {
        **public_trade(fill.trade),
        "fee_currency": fill.fee_currency,
        "fee": text(fill.fee_rate),
        "fee_amount": text(fill.fee_amount),
        "side": fill.side.value,
        "order_id": fill.order_id,
    }
    if fill.custom_order_id is not None:
        written["custom_order_id"] = fill.custom_order_id
    return written


def balance(held: BalanceNotice) -> Record:
    """A REST balance: `balance` leaves out what is locked."""
    return {"currency": held.currency, "balance": text(held.available), "locked": text(held.locked)}


def balance_event(held: BalanceNotice, *, newer: bool) -> Record:
    """A websocket balance: in the newer shape `balance` is the total, in the older one it leaves out what is locked."""
    if not newer:
        return {"balance": balance(held)}
    total = text(plus(held.available, held.locked))
    return {
        "balance": {
            "currency": held.currency,
            "balance": total,
            "available": text(held.available),
            "locked": text(held.locked),
        }
    }


def order_event(record: Order) -> Record:
    return {
        "order": {
            "id": record.id,
            "market": record.market,
            "kind": "bid" if record.side is Side.BUY else "ask",
            "side": record.side.value,
            "ord_type": record.ord_type.value,
            "price": None if record.price is None else text(record.price),
            "avg_price": text(record.average_price),
            "state": record.state.value,
            "origin_volume": text(record.origin),
            "remaining_volume": text(record.remaining),
            "executed_volume": text(record.executed),
            "at": record.created_ms // 1000,
            "created_at": record.created_ms // 1000,
            "updated_at": record.updated_ms // 1000,
            "trades_count": record.trades_count,
        }
    }


def trade_event(fill: Fill, *, fees: bool) -> Record:
    written: Record = {
        "id": fill.trade.id,
        "price": text(fill.trade.price),
        "amount": text(fill.trade.amount),
        "total": text(fill.trade.total),
        "market": fill.trade.market,
        "side": fill.side.value,
        "taker_type": fill.trade.taker_side.value,
        "created_at": fill.trade.at_ms // 1000,
        "order_id": fill.order_id,
    }
    if fees:
        written |= {
            "fee_currency": fill.fee_currency,
            "fee": text(fill.fee_rate),
            "fee_amount": text(fill.fee_amount),
        }
    return {"trade": written}


def book_snapshot(market_id: str, *, asks: Iterable[LevelText], bids: Iterable[LevelText], sequence: int) -> Record:
    return {f"{market_id}.ob-snap": {"asks": list(asks), "bids": list(bids), "sequence": sequence}}


def book_increment(update: BookUpdate) -> Record:
    """Nested: both sides as arrays of pairs. Flat: the one changed side as one pair, the other missing."""
    if update.flat:
        sides: Record = {"asks": update.asks[0]} if update.asks else {"bids": update.bids[0]}
    else:
        sides = {"asks": update.asks, "bids": update.bids}
    return {f"{update.market}.ob-inc": {**sides, "sequence": update.sequence}}


def tape_event(trade: Tape) -> Record:
    return {
        f"{trade.market}.trades": {
            "trades": [
                {
                    "tid": trade.tid,
                    "taker_type": trade.taker_side.value,
                    "price": trade.price,
                    "amount": trade.amount,
                    "created_at": trade.created_at,
                }
            ]
        }
    }
