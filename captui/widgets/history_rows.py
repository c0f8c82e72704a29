"""Records of the past as table rows: columns, cells and the key of each record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal

from captui.core.events import OrderRecord, OrderState
from captui.core.funding import Deposit, Withdrawal
from captui.core.text import pair_name, printable
from captui.core.types import Fill, OrderDraft, OrderStatus, OrderType, Side
from captui.render.funding_words import StateWords, code, deposit_state, withdrawal_state
from captui.render.lines import Line
from captui.render.numbers import amount_runs, fixed, price_runs
from captui.session.commands import RecordKind
from captui.session.history_views import Record
from captui.session.views import MarketsView
from captui.widgets import rows, wording
from captui.widgets.table import Column, LazyRows, Row

_TIME = Column("time", 15, right=True, keep=8)

COLUMNS: dict[RecordKind, tuple[Column, ...]] = {
    RecordKind.ORDERS: (
        _TIME,
        Column("market", 7, keep=5),
        Column("side", 4),
        Column("type", 9, keep=2),
        Column("price", 12, right=True),
        Column("amount", 10, right=True),
        Column("filled", 6, right=True, keep=7),
        Column("average", 12, right=True, keep=1),
        Column("state", 9),
    ),
    RecordKind.TRADES: (
        _TIME,
        Column("market", 7, keep=5),
        Column("side", 4),
        Column("price", 12, right=True),
        Column("amount", 10, right=True),
        Column("total", 13, right=True, keep=7),
        Column("fee", 14, right=True, keep=3),
        Column("as", 5, keep=2),
    ),
    RecordKind.DEPOSITS: (
        _TIME,
        Column("", 4),
        Column("amount", 18, right=True),
        Column("fee", 12, right=True, keep=3),
        Column("state", 12, keep=7),
        Column("transaction", 16, keep=4),
    ),
    RecordKind.WITHDRAWALS: (
        _TIME,
        Column("", 4),
        Column("amount", 18, right=True),
        Column("fee", 12, right=True, keep=3),
        Column("state", 10, keep=7),
        Column("to", 18, keep=5),
        Column("note", 10, keep=2),
    ),
}
"""The unnamed column holds the currency, which says by itself what it is."""

_AMOUNT_AT = {kind: [column.title for column in columns].index("amount") for kind, columns in COLUMNS.items()}
_ORDER_STYLES = {
    OrderState.DONE: "bid",
    OrderState.REJECT: "error",
    OrderState.CANCEL: "dim",
    OrderState.WAIT: "own",
    OrderState.PENDING: "dim",
}
_PLACES = 8
"""Decimals that amounts of different currencies are lined up by; a longer one is shown whole and stands out of the line."""


def key_of(record: Record) -> str:
    """Of its row. A trade with oneself is two fills of one id: one of each order."""
    return rows.fill_key(record) if isinstance(record, Fill) else str(record.id)


def time_of(record: Record) -> int:
    """Of creation."""
    return record.time_ms if isinstance(record, Fill) else record.created_ms


def time_text(at_ms: int, now_ms: int, tz: tzinfo | None) -> str:
    """`14:03:22` today, `19 Nov 14:03:22` in this year, else `19 Nov 2025 14:03`; a dash where it is not known."""
    if not at_ms:
        return "–"
    at, now = datetime.fromtimestamp(at_ms / 1000, tz), datetime.fromtimestamp(now_ms / 1000, tz)
    if at.date() == now.date():
        return f"{at:%H:%M:%S}"
    return f"{at.day} {at:%b %H:%M:%S}" if at.year == now.year else f"{at.day} {at:%b %Y %H:%M}"


def draft_of(order: OrderRecord) -> OrderDraft:
    """What was asked for; an order that does not say whether it was post-only is shown as one that was not."""
    return OrderDraft(order.market, order.side, order.type, order.price, order.volume, bool(order.post_only))


def table_rows(
    records: Sequence[Record],
    markets: MarketsView,
    now_ms: int,
    tz: tzinfo | None,
    *,
    stale: bool = False,
    outdated: frozenset[str] = frozenset(),
) -> LazyRows:
    """Records of one kind as rows. `stale`: they are faded, because they are read anew. `outdated` are the keys of those whose state is
    no longer true: in its place stands that it has changed.
    """
    places = [_places(record, markets) for record in records]
    most = max(places, default=0)

    def made(index: int) -> Row:
        row = _row(records[index], markets, lambda at_ms: time_text(at_ms, now_ms, tz))
        row = _moved_left(row, records[index], most - places[index])
        if row.key in outdated:
            row = Row(row.key, (*row.cells[:-1], (("changed", "warning"),)))
        return _faded(row) if stale else row

    return LazyRows([key_of(record) for record in records], made)


def _faded(row: Row) -> Row:
    return Row(row.key, tuple(tuple((text, "stale") for text, _ in cell) for cell in row.cells))


def _row(record: Record, markets: MarketsView, shown: Callable[[int], str]) -> Row:
    time: Line = ((shown(time_of(record)), "dim"),)
    if isinstance(record, OrderRecord):
        cells = _order(record, markets)
    elif isinstance(record, Fill):
        cells = _trade(record, markets)
    elif isinstance(record, Deposit):
        cells = _deposit(record, markets)
    else:
        cells = _withdrawal(record, markets)
    return Row(key_of(record), (time, *cells))


def _places(record: Record, markets: MarketsView) -> int:
    """Cells from the decimal point of its amount on; 0 where there is none, or all are lined up by themselves (see `lined_up`)."""
    if isinstance(record, OrderRecord):
        places = wording.amount_places(record.volume, markets.of(record.market))
    elif isinstance(record, Fill):
        places = wording.amount_places(record.amount, markets.of(record.market))
    else:
        return 0
    return places + 1 if places else 0


def _moved_left(row: Row, record: Record, by: int) -> Row:
    """Amounts of several markets have their decimals in places of their own; they are one column all the same."""
    if not isinstance(record, OrderRecord | Fill):
        return row
    at = _AMOUNT_AT[RecordKind.ORDERS if isinstance(record, OrderRecord) else RecordKind.TRADES]
    return Row(row.key, (*row.cells[:at], (*row.cells[at], (" " * by, "text")), *row.cells[at + 1 :]))


def _order(order: OrderRecord, markets: MarketsView) -> tuple[Line, ...]:
    market = markets.of(order.market)
    price = order.average_price if order.type is OrderType.MARKET else order.price
    share = int(order.executed * 100 / order.volume) if order.volume else 0
    return (
        _pair(order.market, markets),
        _side(order.side),
        ((wording.kind(draft_of(order)), "dim"),),
        (("market", "dim"),) if price is None else price_runs(wording.price(price, market), "text"),
        amount_runs(wording.amount(order.volume, market), "text"),
        ((f"{share} %", "text" if order.executed else "dim"),),
        price_runs(wording.price(order.average_price, market), "text") if order.average_price else _nothing(),
        ((wording.STATES[OrderStatus(order.state.value)], _ORDER_STYLES[order.state]),),
    )


def _trade(fill: Fill, markets: MarketsView) -> tuple[Line, ...]:
    market = markets.of(fill.market)
    role = {True: "maker", False: "taker", None: ""}[fill.maker]
    return (
        _pair(fill.market, markets),
        _side(fill.side),
        price_runs(wording.price(fill.price, market), "text"),
        amount_runs(wording.amount(fill.amount, market), "text"),
        ((wording.money(fill.total, market.quote if market else ""), "text"),),
        _fee(fill),
        ((role, "dim"),),
    )


def _fee(fill: Fill) -> Line:
    if fill.fee is None:
        return _nothing()
    if fill.fee_currency == "zar":
        return ((wording.money(fill.fee, "zar"), "dim"),)
    return ((f"{fill.fee.normalize():f} {code(fill.fee_currency)}", "dim"),)


def _deposit(deposit: Deposit, markets: MarketsView) -> tuple[Line, ...]:
    return (
        ((code(deposit.currency), "text"),),
        lined_up(deposit.amount, deposit.currency, "strong"),
        lined_up(deposit.fee, deposit.currency, "dim") if deposit.fee else _nothing(),
        _state(deposit_state(deposit, confirmations_needed(deposit.currency, markets))),
        ((printable(deposit.txid or deposit.tid), "dim"),),
    )


def _withdrawal(withdrawal: Withdrawal, markets: MarketsView) -> tuple[Line, ...]:
    return (
        ((code(withdrawal.currency), "text"),),
        lined_up(withdrawal.amount, withdrawal.currency, "strong"),
        lined_up(withdrawal.fee, withdrawal.currency, "dim") if withdrawal.fee else _nothing(),
        _state(withdrawal_state(withdrawal, confirmations_needed(withdrawal.currency, markets))),
        ((_short(printable(withdrawal.rid), 18), "dim"),),
        ((printable(withdrawal.note), "dim"),),
    )


def confirmations_needed(currency: str, markets: MarketsView) -> int | None:
    known = markets.currencies.get(currency)
    return known.min_confirmations if known else None


def lined_up(value: Decimal, currency: str, style: str) -> Line:
    """An amount with its decimal point under those of the others, whatever their currencies; nothing is rounded away."""
    places = max(2 if currency == "zar" else 0, -int(value.normalize().as_tuple().exponent))
    text = fixed(value, places)
    behind = _PLACES - places + (1 if not places else 0)
    return ((text, style), (" " * max(0, behind), "text"))


def _short(text: str, room: int) -> str:
    """Both ends of a long address: the beginning alone is the same for many."""
    if len(text) <= room:
        return text
    return f"{text[: room // 2]}…{text[-(room - room // 2 - 1) :]}"


def _pair(market_id: str, markets: MarketsView) -> Line:
    market = markets.of(market_id)
    return ((printable(pair_name(market.name if market else "", market_id)), "text"),)


def _side(side: Side) -> Line:
    return ((side.value, "bid" if side is Side.BUY else "ask"),)


def _state(words: StateWords) -> Line:
    return ((words.word, words.style),)


def _nothing() -> Line:
    return (("–", "faint"),)
