"""Events of the stream as JSON objects, under the exchange's field names and with the stream that they came from."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from captui.core.events import (
    BalanceUpdate,
    BookIncrement,
    BookSnapshot,
    CandleUpdate,
    Event,
    FillUpdate,
    OrderUpdate,
    PublicTrades,
    Tickers,
)
from captui.core.money import plain
from captui.core.types import Level
from captui.export import columns
from captui.export.values import as_object


def objects(event: Event) -> list[dict[str, object]]:
    """One for each thing that the event tells; none for what is no data (answers, pongs, errors, unknown frames)."""
    match event:
        case BookSnapshot(market=market):
            return [{"stream": f"{market}.ob-snap", **_book(event)}]
        case BookIncrement(market=market):
            return [{"stream": f"{market}.ob-inc", **_book(event)}]
        case CandleUpdate(market, interval, candle):
            return [{"stream": f"{market}.kline-{interval.label}", **as_object(candle, columns.CANDLES)}]
        case PublicTrades(market, trades):
            return [{"stream": f"{market}.trades", **as_object(trade, columns.PUBLIC_TRADES)} for trade in trades]
        case OrderUpdate(record):
            return [{"stream": "order", **as_object(record, columns.ORDERS)}]
        case FillUpdate(fill):
            return [{"stream": "trade", **as_object(fill, columns.FILLS)}]
        case BalanceUpdate(balances):
            return [{"stream": "balance", **as_object(balance, columns.BALANCES)} for balance in balances]
        case Tickers(tickers):
            return [{"stream": "global.tickers", **as_object(ticker, columns.TICKERS)} for ticker in tickers]
        case _:
            return []


def pairs(levels: Iterable[Level]) -> list[list[str]]:
    """As the document writes book levels; a level that is gone has the amount `""`."""
    return [[plain(level.price), amount_text(level.amount)] for level in levels]


def amount_text(amount: Decimal) -> str:
    return plain(amount) if amount else ""


def _book(book: BookSnapshot | BookIncrement) -> dict[str, object]:
    return {"asks": pairs(book.asks), "bids": pairs(book.bids), "sequence": book.sequence}
