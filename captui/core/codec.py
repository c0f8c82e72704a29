"""Everything that crosses the wire, as text and back: stream frames, REST answers, order bodies, subscriptions.

Both revisions and both documented shapes of each frame are read. Nothing here knows of sockets. Every reading function raises
ProtocolError for text that is not JSON or whose known part is broken; unknown frames are an event, not an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

import msgspec

from captui.core import book_frames, funding_records, levels, records, wire
from captui.core.events import (
    BalanceUpdate,
    BookIncrement,
    BookSnapshot,
    CandleUpdate,
    Event,
    FillUpdate,
    OrderRecord,
    OrderUpdate,
    Pong,
    PublicTrades,
    StreamError,
    Subscribed,
    Tickers,
    UnknownFrame,
)
from captui.core.funding import (
    Beneficiary,
    Deposit,
    DepositAddress,
    LightningInvoice,
    LightningPayment,
    PaymentMethod,
    VoucherRedemption,
    Withdrawal,
    WithdrawalQuote,
)
from captui.core.intervals import Interval
from captui.core.listed import Listed, OddRecord
from captui.core.money import plain
from captui.core.text import printable
from captui.core.types import Balance, Candle, Currency, Fill, Market, OrderDraft, OrderType, PublicTrade, Ticker
from captui.errors import ProtocolError, UnknownWordError

MAX_MESSAGE_BYTES = 511
"""The server drops a client that sends a longer message (exchange notes, The websocket)."""

T = TypeVar("T")

_FIRST_KEY = re.compile(rb'\s*\{\s*"([^"\\]{1,64})"')


def decode_frame(raw: str | bytes) -> tuple[Event, ...]:
    """The events of one websocket message: usually one, none for an empty object."""
    # The key is the first thing in the message: further in, the text is content.
    if isinstance(raw, bytes) and raw.find(b".ob-", 0, 64) > 0:
        book = book_frames.read(raw)
        if book is not None:
            return (book,)
    elif len(raw) < 16 and raw.strip() in ("pong", b"pong"):
        return (Pong(),)
    known: list[Event] = []
    unknown: list[str] = []
    frame = wire.record(wire.tree(raw), "a frame")
    for key, value in frame.items():
        event = _event(key, value)
        if event is None:
            unknown.append(printable(key))
        else:
            known.append(event)
    if unknown and "error" not in frame:
        known.append(UnknownFrame(tuple(unknown)))
    return tuple(known)


def seeming_key(raw: bytes) -> str:
    """The first key of a message that `decode_frame` does not accept, as far as it can be told."""
    found = _FIRST_KEY.match(raw)
    return printable(found[1].decode(errors="replace")) if found else ""


def _event(key: str, value: object) -> Event | None:
    """None for a key that is not known."""
    whole = _WHOLE_KEYS.get(key)
    if whole is not None:
        return whole(value)
    market, dot, topic = key.rpartition(".")
    if not dot or not market:
        return None
    if topic in {"ob-inc", "ob-snap"}:
        return _book(market, topic, value)
    if topic == "trades":
        return PublicTrades(market, _public_trades(value, market))
    if topic.startswith("kline-"):
        return _candle_update(market, topic.removeprefix("kline-"), value)
    return None


def _book(market: str, topic: str, value: object) -> Event:
    fields = wire.record(value, "a book")
    asks, bids = levels.from_tree(fields.get("asks")), levels.from_tree(fields.get("bids"))
    sequence = wire.whole(fields, "sequence")
    return (
        BookIncrement(market, asks, bids, sequence) if topic == "ob-inc" else BookSnapshot(market, asks, bids, sequence)
    )


def _candle_update(market: str, label: str, value: object) -> Event | None:
    try:
        interval = Interval.from_label(label)
    except ValueError:
        return None
    candle = records.candle(value)
    if candle is None:
        raise ProtocolError("The exchange sent a candle without prices.")
    return CandleUpdate(market, interval, candle)


def _subscribed(value: object) -> Event:
    streams = wire.record(value, "an answer").get("streams")
    return Subscribed(frozenset(printable(str(name)) for name in wire.rows(streams, "streams")))


def _stream_error(value: object) -> Event:
    if isinstance(value, dict) and isinstance(value.get("message"), str):
        value = value["message"]
    return StreamError(printable(value if isinstance(value, str) else str(value)))


def _ticker_events(value: object) -> Event:
    return Tickers(_tickers(value))


_WHOLE_KEYS: dict[str, Callable[[object], Event]] = {
    "success": _subscribed,
    "error": _stream_error,
    "order": lambda value: OrderUpdate(records.order(value)),
    "trade": lambda value: FillUpdate(records.fill(value)),
    "balance": lambda value: BalanceUpdate(_each(value, "balances", records.balance)),
    "global.tickers": _ticker_events,
}


# REST answers


def markets(body: bytes) -> tuple[Market, ...]:
    return _each(wire.tree(body), "markets", records.market)


def currencies(body: bytes) -> tuple[Currency, ...]:
    return _each(wire.tree(body), "currencies", records.currency)


def currency(body: bytes) -> Currency:
    return records.currency(wire.tree(body))


def ticker(body: bytes, market: str) -> Ticker:
    return records.ticker(wire.tree(body), market)


def tickers(body: bytes) -> tuple[Ticker, ...]:
    """From an object keyed by market id, or from an array whose entries name their market."""
    return _tickers(wire.tree(body))


def candles(body: bytes) -> tuple[Candle, ...]:
    """Ascending, one for each time (the later row wins). Rows without prices are left out."""
    found: dict[int, Candle] = {}
    for row in wire.rows(wire.tree(body), "candles"):
        candle = records.candle(row)
        if candle is not None:
            found[candle.time_ms] = candle
    return tuple(found[time] for time in sorted(found))


def depth(body: bytes, market: str) -> BookSnapshot:
    """Asks ascending, bids descending, whatever order they came in; `sequence` is 0 where the answer has none."""
    fields = wire.record(wire.tree(body), "a book")
    asks = sorted(levels.from_tree(fields.get("asks")), key=lambda level: level.price)
    bids = sorted(levels.from_tree(fields.get("bids")), key=lambda level: level.price, reverse=True)
    return BookSnapshot(
        market,
        tuple(level for level in asks if level.amount),
        tuple(level for level in bids if level.amount),
        wire.optional_whole(fields, "sequence") or 0,
    )


def public_trades(body: bytes, market: str) -> tuple[PublicTrade, ...]:
    """In the order of the answer."""
    return _public_trades(wire.tree(body), market)


def order(body: bytes) -> OrderRecord:
    return _rest_order(wire.tree(body))


def _rest_order(value: object) -> OrderRecord:
    """REST says all that there is of an order: without the field it was made without a custom id, unlike in the older stream."""
    record = records.order(value)
    return record if record.custom_id is not None else replace(record, custom_id="")


def orders(body: bytes) -> Listed[OrderRecord]:
    """An order of a type or in a state that captui does not know is set aside, the others are read all the same."""
    known: list[OrderRecord] = []
    odd: list[OddRecord] = []
    for row in wire.rows(wire.tree(body), "orders"):
        try:
            known.append(_rest_order(row))
        except UnknownWordError as error:
            odd.append(records.odd_order(row, error.sentence))
    return Listed(tuple(known), tuple(odd))


def fills(body: bytes) -> tuple[Fill, ...]:
    return _each(wire.tree(body), "trades", records.fill)


def balances(body: bytes) -> tuple[Balance, ...]:
    return _each(wire.tree(body), "balances", records.balance)


def balance(body: bytes) -> Balance:
    return records.balance(wire.tree(body))


def beneficiaries(body: bytes) -> tuple[Beneficiary, ...]:
    return _each(wire.tree(body), "beneficiaries", funding_records.beneficiary)


def beneficiary(body: bytes) -> Beneficiary:
    return funding_records.beneficiary(wire.tree(body))


def withdrawals(body: bytes) -> tuple[Withdrawal, ...]:
    return _each(wire.tree(body), "withdrawals", funding_records.withdrawal)


def created_withdrawal(body: bytes) -> Withdrawal | None:
    """None for an empty answer: the document gives the creation of a withdrawal no schema."""
    value = wire.tree(body) if body.strip() else None
    return funding_records.withdrawal(value) if value else None


def withdrawal_quote(body: bytes, currency: str) -> WithdrawalQuote:
    return funding_records.withdrawal_quote(wire.tree(body), currency)


def deposits(body: bytes) -> tuple[Deposit, ...]:
    return _each(wire.tree(body), "deposits", funding_records.deposit)


def deposit(body: bytes) -> Deposit:
    return funding_records.deposit(wire.tree(body))


def deposit_address(body: bytes, currency: str) -> DepositAddress:
    return funding_records.deposit_address(wire.tree(body) if body.strip() else None, currency)


def payment_methods(body: bytes) -> tuple[PaymentMethod, ...]:
    return _each(wire.tree(body), "deposit methods", funding_records.payment_method)


def voucher_redemption(body: bytes) -> VoucherRedemption:
    return funding_records.voucher_redemption(wire.tree(body))


def lightning_invoice(body: bytes) -> LightningInvoice:
    return funding_records.lightning_invoice(wire.tree(body))


def lightning_payment(body: bytes) -> LightningPayment:
    return funding_records.lightning_payment(wire.tree(body))


def nothing(_body: bytes) -> None:
    """For answers whose status says all (204)."""


def error_codes(body: bytes) -> tuple[str, ...]:
    """The exchange's words `{"errors": ["code.with.dots", …]}`, made printable; empty for HTML and anything else. Never raises."""
    try:
        answer = wire.tree(body)
    except ProtocolError:
        return ()
    if not isinstance(answer, dict):
        return ()
    stated = answer.get("errors", answer.get("error"))
    words = stated if isinstance(stated, list) else [stated]
    return tuple(printable(word) for word in words if isinstance(word, str) and word)


# What captui sends


def order_body(draft: OrderDraft, custom_id: str) -> dict[str, object]:
    """Body of a create request: numbers as text and `ord_type` always, which is right for both revisions (exchange notes)."""
    body: dict[str, object] = {
        "market": draft.market,
        "side": draft.side.value,
        "volume": plain(draft.volume),
        "ord_type": draft.type.value,
        "custom_order_id": custom_id,
    }
    if draft.type is OrderType.LIMIT:
        if draft.price is None:
            raise ValueError("a limit order has a price")
        body["price"] = plain(draft.price)
        body["post_only"] = draft.post_only
    return body


def subscribe(streams: Iterable[str]) -> list[str]:
    """Messages that subscribe to all of these, each short enough for the server. Raises ValueError for a name that cannot be."""
    return _requests("subscribe", streams)


def unsubscribe(streams: Iterable[str]) -> list[str]:
    return _requests("unsubscribe", streams)


def _requests(event: str, streams: Iterable[str]) -> list[str]:
    messages: list[str] = []
    batch: list[str] = []
    for stream in streams:
        if batch and len(_request(event, [*batch, stream])) > MAX_MESSAGE_BYTES:
            messages.append(_request(event, batch).decode())
            batch = []
        batch.append(stream)
        if len(_request(event, batch)) > MAX_MESSAGE_BYTES:
            raise ValueError(f"the stream name {printable(stream)!r} is too long for one message")
    if batch:
        messages.append(_request(event, batch).decode())
    return messages


def _request(event: str, streams: list[str]) -> bytes:
    return msgspec.json.encode({"event": event, "streams": streams})


def _each(value: object, what: str, read: Callable[[object], T]) -> tuple[T, ...]:
    return tuple(read(row) for row in wire.rows(value, what))


def _public_trades(value: object, market: str) -> tuple[PublicTrade, ...]:
    if isinstance(value, dict) and "trades" in value:
        value = value["trades"]
    return tuple(records.public_trade(row, market) for row in wire.rows(value, "trades"))


def _tickers(value: object) -> tuple[Ticker, ...]:
    if isinstance(value, dict):
        return tuple(records.ticker(entry, market) for market, entry in value.items())
    return tuple(records.ticker(entry, records.ticker_market(entry)) for entry in wire.rows(value, "tickers"))
