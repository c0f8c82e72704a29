"""Orders, trades and notices as table rows: columns and cells, in the words and order that every table of captui uses."""

from __future__ import annotations

from datetime import datetime, tzinfo
from decimal import Decimal

from captui.core.text import pair_name, printable
from captui.core.types import Fill, Order, OrderStatus, OrderType, Side
from captui.render.lines import Line
from captui.render.numbers import amount_runs, price_runs
from captui.session.views import MarketsView, Notice, Severity
from captui.widgets import wording
from captui.widgets.table import Column, Row

OPEN_COLUMNS = (
    Column("market", 7, keep=5),
    Column("side", 4),
    Column("type", 9, keep=3),
    Column("price", 12, right=True),
    Column("amount", 10, right=True),
    Column("filled", 6, right=True, keep=7),
    Column("age", 4, right=True, keep=2),
    Column("state", 10),
)
HISTORY_COLUMNS = (
    Column("time", 8, keep=5),
    Column("market", 7, keep=4),
    Column("side", 4),
    Column("type", 9, keep=2),
    Column("price", 12, right=True),
    Column("amount", 10, right=True),
    Column("filled", 6, right=True, keep=7),
    Column("average", 12, right=True, keep=1),
    Column("state", 10),
)
FILL_COLUMNS = (
    Column("time", 8, keep=5),
    Column("market", 7, keep=4),
    Column("side", 4),
    Column("price", 12, right=True),
    Column("amount", 10, right=True),
    Column("total", 12, right=True, keep=3),
    Column("fee", 14, right=True, keep=6),
    Column("as", 5),
)
LOG_COLUMNS = (Column("time", 8, keep=1), Column("what happened", 20))

_STATE_STYLES = {
    OrderStatus.SENDING: "dim",
    OrderStatus.UNKNOWN: "warning",
    OrderStatus.PENDING: "dim",
    OrderStatus.CANCELLING: "warning",
    OrderStatus.DONE: "bid",
    OrderStatus.REJECTED: "error",
    OrderStatus.ABSENT: "error",
}
_SEVERITY_STYLES = {Severity.INFO: "text", Severity.GOOD: "bid", Severity.WARNING: "warning", Severity.ERROR: "error"}


def severity_style(severity: Severity) -> str:
    return _SEVERITY_STYLES[severity]


def clock_text(at_ms: int, now_ms: int, tz: tzinfo | None) -> str:
    """`14:03:22` today, `21 Nov` on another day; `tz` None is the machine's own zone."""
    at, now = datetime.fromtimestamp(at_ms / 1000, tz), datetime.fromtimestamp(now_ms / 1000, tz)
    return f"{at:%H:%M:%S}" if at.date() == now.date() else f"{at.day} {at:%b}"


def open_order(order: Order, markets: MarketsView, now_ms: int, *, fresh: bool = True) -> Row:
    """`fresh` False: true once, and drawn so that nobody takes it for now."""
    market = markets.of(order.market)
    return _row(
        order.key,
        fresh,
        (
            _pair(order.market, markets),
            _side(order.side),
            ((wording.kind(order), "dim"),),
            price_runs(wording.price(order.price, market), "text"),
            amount_runs(wording.amount(order.volume, market), "text"),
            ((wording.filled(order), "text" if order.executed else "dim"),),
            ((wording.age(now_ms - order.created_ms), "dim"),),
            _state(order),
        ),
    )


def closed_order(order: Order, markets: MarketsView, now_ms: int, tz: tzinfo | None, *, fresh: bool = True) -> Row:
    market = markets.of(order.market)
    price = order.average_price if order.type is OrderType.MARKET else order.price
    average = (
        price_runs(wording.price(order.average_price, market), "text") if order.average_price else (("–", "faint"),)
    )
    return _row(
        order.key,
        fresh,
        (
            ((clock_text(order.updated_ms, now_ms, tz), "dim"),),
            _pair(order.market, markets),
            _side(order.side),
            ((wording.kind(order), "dim"),),
            # A market order asks for no price: what it got is the price it has, and the word stays under "type".
            (("market", "dim"),) if price is None else price_runs(wording.price(price, market), "text"),
            amount_runs(wording.amount(order.volume, market), "text"),
            ((wording.filled(order), "text" if order.executed else "dim"),),
            average,
            _state(order),
        ),
    )


def fill_key(fill: Fill) -> str:
    """Of its row. A trade with oneself is two fills of one id: one of each order, one of each side."""
    return f"{fill.side if fill.order_id is None else fill.order_id} {fill.id}"


def fill(fill: Fill, markets: MarketsView, now_ms: int, tz: tzinfo | None, *, fresh: bool = True) -> Row:
    market = markets.of(fill.market)
    quote = market.quote if market else ""
    role = {True: "maker", False: "taker", None: ""}[fill.maker]
    return _row(
        fill_key(fill),
        fresh,
        (
            ((clock_text(fill.time_ms, now_ms, tz), "dim"),),
            _pair(fill.market, markets),
            _side(fill.side),
            price_runs(wording.price(fill.price, market), "text"),
            amount_runs(wording.amount(fill.amount, market), "text"),
            ((wording.money(fill.total, quote), "text"),),
            _fee(fill.fee, fill.fee_currency),
            ((role, "dim"),),
        ),
    )


def notice(notice: Notice, number: int, now_ms: int, tz: tzinfo | None) -> Row:
    return Row(
        str(number),
        (
            ((clock_text(notice.at_ms, now_ms, tz), "dim"),),
            ((printable(notice.text), severity_style(notice.severity)),),
        ),
    )


def _row(key: str, fresh: bool, cells: tuple[Line, ...]) -> Row:
    return Row(key, cells if fresh else tuple(tuple((text, "stale") for text, _ in cell) for cell in cells))


def _pair(market_id: str, markets: MarketsView) -> Line:
    market = markets.of(market_id)
    return ((pair_name(market.name if market else "", market_id), "text" if market_id == markets.selected else "dim"),)


def _side(side: Side) -> Line:
    return ((side.value, "bid" if side is Side.BUY else "ask"),)


def _state(order: Order) -> Line:
    words = wording.STATES[order.status]
    shown: Line = ((words, _STATE_STYLES.get(order.status, "text")),)
    return (*shown, (f"  {printable(order.reason)}", "dim")) if order.reason else shown


def _fee(fee: Decimal | None, currency: str) -> Line:
    if fee is None:
        return (("–", "faint"),)
    if currency == "zar":
        return ((wording.money(fee, currency), "dim"),)
    return ((f"{fee.normalize():f} {currency.upper()}", "dim"),)
