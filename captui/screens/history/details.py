"""All that is known of one record of the past, as the words of a dialog; and what of it can be copied."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo

from captui.core.dataclass import dataclass
from captui.core.events import OrderRecord, OrderState
from captui.core.funding import Deposit, Withdrawal
from captui.core.text import pair_name, printable
from captui.core.types import Fill, OrderStatus, Side
from captui.render.funding_words import code, deposit_state, fact, gap, long_fact, money, withdrawal_state
from captui.render.lines import Line
from captui.session.history_views import Record
from captui.session.views import MarketsView
from captui.widgets import wording
from captui.widgets.history_rows import confirmations_needed, draft_of

_ROOM = 60
"""Cells between the edges of a dialog, on every terminal that captui takes."""
_PIECE = 46
"""Characters of an id in one line of it."""
_MOST_TRADES = 8


@dataclass(frozen=True, slots=True)
class Copied:
    """Something that goes to the clipboard to the letter."""

    key: str
    """The one that does it in the dialog."""
    label: str
    what: str
    """As in "Copied the number of the order"."""
    text: str


@dataclass(frozen=True, slots=True)
class Details:
    title: str
    items: tuple[Line, ...]
    copies: tuple[Copied, ...]
    """The number of the record first; then its transaction on a blockchain, where there is one."""


def details(record: Record, markets: MarketsView, fills: Iterable[Fill], tz: tzinfo | None) -> Details:
    """`fills` are the user's own trades that are known, for those of an order."""
    if isinstance(record, OrderRecord):
        return _order(record, markets, fills, tz)
    if isinstance(record, Fill):
        return _trade(record, markets, tz)
    return _deposit(record, markets, tz) if isinstance(record, Deposit) else _withdrawal(record, markets, tz)


def trades_of(order: OrderRecord, fills: Iterable[Fill]) -> list[Fill]:
    """Those of the order that are known, each once, oldest first."""
    found: dict[str, Fill] = {fill.id: fill for fill in order.fills}
    for fill in fills:
        if fill.order_id == order.id and fill.market == order.market:
            found.setdefault(fill.id, fill)
    return sorted(found.values(), key=lambda fill: (fill.time_ms, len(fill.id), fill.id))


def _order(order: OrderRecord, markets: MarketsView, fills: Iterable[Fill], tz: tzinfo | None) -> Details:
    market = markets.of(order.market)
    base = market.base.upper() if market else ""
    status = OrderStatus(order.state.value)
    remains = order.remaining if order.state in (OrderState.WAIT, OrderState.PENDING) else None
    draft = draft_of(order)
    items: list[Line] = [
        ((printable(wording.what(draft, market)), "strong"), (f"   {wording.kind(draft)}", "dim")),
        gap(),
        fact("state", wording.STATES[status], "strong"),
        ((wording.STATE_SENTENCES[status], "dim"),),
        gap(),
        fact("market", printable(pair_name(market.name if market else "", order.market))),
        fact("filled", f"{wording.amount(order.executed, market)} of {wording.amount(order.volume, market)} {base}"),
    ]
    if remains is not None:
        items.append(fact("remains", f"{wording.amount(remains, market)} {base}"))
    if order.average_price is not None:
        items.append(fact("on average", wording.price(order.average_price, market)))
    items += [
        fact("post-only", {True: "yes", False: "no", None: "not said"}[order.post_only]),
        *moments("made", order.created_ms, tz),
        *moments("changed", order.updated_ms, tz),
        fact("number", str(order.id)),
        *_id("uuid", order.uuid),
        *_id("own number", order.custom_id or ""),
    ]
    mine = trades_of(order, fills)
    if order.trades_count or mine:
        items += [gap(), fact("trades", _how_many(order, mine))]
    for fill in mine[:_MOST_TRADES]:
        amount = f"{wording.amount(fill.amount, market)} at {wording.price(fill.price, market)}"
        items.append(fact(_when(fill.time_ms, order.created_ms, tz), f"{amount}{_fee(fill)}"))
    if len(mine) > _MOST_TRADES:
        items.append(fact("", f"and {len(mine) - _MOST_TRADES} more", "dim"))
    copies = [Copied("y", "Copy number", "the number of the order", str(order.id))]
    if order.custom_id:
        copies.append(Copied("o", "Copy own number", "your own number of the order", order.custom_id))
    return Details("Order", tuple(items), tuple(copies))


def _when(at_ms: int, made_ms: int, tz: tzinfo | None) -> str:
    """Of a trade: the time on the day on which its order was made, otherwise the day as well."""
    at, made = datetime.fromtimestamp(at_ms / 1000, tz), datetime.fromtimestamp(made_ms / 1000, tz)
    return f"{at:%H:%M:%S}" if at.date() == made.date() else f"{at.day} {at:%b %H:%M}"


def _how_many(order: OrderRecord, mine: list[Fill]) -> str:
    """An order may have more trades than are known here, and a source may not count them."""
    if order.trades_count <= len(mine):
        return str(len(mine))
    known = {0: "not known here", 1: "1 of them known here"}.get(len(mine), f"{len(mine)} of them known here")
    return f"{order.trades_count}, {known}"


def _trade(fill: Fill, markets: MarketsView, tz: tzinfo | None) -> Details:
    market = markets.of(fill.market)
    verb = "Bought" if fill.side is Side.BUY else "Sold"
    base = market.base.upper() if market else printable(fill.market).upper()
    items: list[Line] = [
        (
            (f"{verb} {wording.amount(fill.amount, market)} {base} at {wording.price(fill.price, market)}", "strong"),
            ("", "text"),
        ),
        gap(),
        fact("market", printable(pair_name(market.name if market else "", fill.market))),
        fact("side", fill.side.value, "bid" if fill.side is Side.BUY else "ask"),
        fact("price", wording.price(fill.price, market)),
        fact("amount", f"{wording.amount(fill.amount, market)} {base}"),
        fact("total", money(fill.total, market.quote) if market else f"{fill.total:f}"),
        fact("fee", _fee(fill).removeprefix(", fee ") or "not said"),
        fact("as", {True: "maker", False: "taker", None: "not said"}[fill.maker]),
        *moments("time", fill.time_ms, tz),
        *_id("trade", fill.id),
        fact("order", "not said" if fill.order_id is None else str(fill.order_id)),
        *_id("own number", fill.custom_order_id),
    ]
    copies = [Copied("y", "Copy number", "the number of the trade", fill.id)]
    if fill.order_id is not None:
        copies.append(Copied("o", "Copy order's number", "the number of its order", str(fill.order_id)))
    return Details("Your trade", tuple(items), tuple(copies))


def _deposit(deposit: Deposit, markets: MarketsView, tz: tzinfo | None) -> Details:
    words = deposit_state(deposit, confirmations_needed(deposit.currency, markets))
    items: list[Line] = [
        ((f"{money(deposit.amount, deposit.currency)} in", "strong"), ("", "text")),
        gap(),
        fact("state", words.word, words.style),
        ((words.then, "dim"),),
        gap(),
        fact("currency", code(deposit.currency)),
        fact("amount", money(deposit.amount, deposit.currency)),
        fact("fee", money(deposit.fee, deposit.currency)),
        *_confirmations(deposit.confirmations),
        *moments("made", deposit.created_ms, tz),
        *moments("completed", deposit.completed_ms, tz),
        fact("number", str(deposit.id)),
        *_id("reference", deposit.tid),
        *_id("transaction", deposit.txid),
        *long_fact("state's word", printable(deposit.state), _ROOM, "dim", most=2),
    ]
    copies = [Copied("y", "Copy number", "the number of the deposit", str(deposit.id))]
    if deposit.txid:
        copies.append(Copied("t", "Copy transaction", "the transaction of the deposit", deposit.txid))
    return Details("Deposit", tuple(items), tuple(copies))


def _withdrawal(withdrawal: Withdrawal, markets: MarketsView, tz: tzinfo | None) -> Details:
    words = withdrawal_state(withdrawal, confirmations_needed(withdrawal.currency, markets))
    items: list[Line] = [
        ((f"{money(withdrawal.amount, withdrawal.currency)} out", "strong"), ("", "text")),
        gap(),
        fact("state", words.word, words.style),
        ((words.then, "dim"),),
        gap(),
        fact("currency", f"{code(withdrawal.currency)}  {printable(withdrawal.kind)}"),
        fact("amount", money(withdrawal.amount, withdrawal.currency)),
        fact("fee", money(withdrawal.fee, withdrawal.currency)),
        *_id("to", withdrawal.rid),
        *(long_fact("note", printable(withdrawal.note), _ROOM, most=4) if withdrawal.note else ()),
        *_confirmations(withdrawal.confirmations),
        *moments("made", withdrawal.created_ms, tz),
        *moments("changed", withdrawal.updated_ms, tz),
        *moments("done", withdrawal.done_ms, tz),
        fact("number", str(withdrawal.id)),
        *_id("transaction", withdrawal.txid),
        *long_fact("state's word", printable(withdrawal.state), _ROOM, "dim", most=2),
    ]
    copies = [Copied("y", "Copy number", "the number of the withdrawal", str(withdrawal.id))]
    if withdrawal.txid:
        copies.append(Copied("t", "Copy transaction", "the transaction of the withdrawal", withdrawal.txid))
    return Details("Withdrawal", tuple(items), tuple(copies))


def moments(label: str, at_ms: int, tz: tzinfo | None) -> list[Line]:
    """Local time, and below it the same in UTC; one line where they are the same, none where the time is not known."""
    if not at_ms:
        return []
    utc = datetime.fromtimestamp(at_ms / 1000, UTC)
    local = utc.astimezone(tz)
    if not local.utcoffset():
        return [fact(label, f"{_moment(utc)} UTC")]
    return [fact(label, f"{_moment(local)} {local:%Z}"), fact("", f"{_moment(utc)} UTC", "dim")]


def _moment(at: datetime) -> str:
    return f"{at.day} {at:%b %Y, %H:%M:%S}"


def _confirmations(number: int | None) -> list[Line]:
    return [] if number is None else [fact("confirmed", f"by {wording.count(number, 'block')}")]


def _id(label: str, text: str) -> list[Line]:
    """Whole, in as many lines as it needs; nothing where there is none."""
    shown = printable(text)
    pieces = [shown[at : at + _PIECE] for at in range(0, len(shown), _PIECE)]
    return [fact(label if number == 0 else "", piece) for number, piece in enumerate(pieces)]


def _fee(fill: Fill) -> str:
    return "" if fill.fee is None else f", fee {money(fill.fee, fill.fee_currency)}"
