"""What a dialog says about an order: before it is sent, while it lives, and when it is to be cancelled. Text only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal

from captui.core.preview import Preview
from captui.core.text import pair_name, printable
from captui.core.types import Fill, Market, Order, OrderDraft, OrderStatus, Side
from captui.render.lines import Line
from captui.render.numbers import fixed, signed
from captui.session.views import MarketsView, Notice, Views
from captui.widgets import wording
from captui.widgets.draft import DraftView
from captui.widgets.rows import fill_key

_LABEL = 12
_MOST_LEVELS = 5
_MOST_ORDERS = 8


def title(draft: OrderDraft, market: Market | None) -> str:
    pair = pair_name(market.name if market else "", draft.market)
    return f"{'Buy' if draft.side is Side.BUY else 'Sell'} {pair}?"


def draft_items(view: DraftView, market: Market) -> list[Line]:
    """The order, what it would do, and what speaks against it."""
    draft, preview = view.draft, view.preview
    colour = "bid" if draft.side is Side.BUY else "ask"
    items: list[Line] = [
        (
            (f"{draft.side.value.upper()} ", colour),
            (f"{wording.amount(draft.volume, market)} {market.base.upper()} ", "strong"),
            ("at the market" if draft.price is None else f"at {wording.price(draft.price, market)}", "strong"),
            ("" if draft.price is None else f"   {wording.kind(draft)}", "dim"),
        ),
        _gap(),
    ]
    if view.findings:
        # First: on a low screen the end has to be scrolled to.
        items += [((finding.text, "error" if finding.blocking else "warning"),) for finding in view.findings]
        items.append(_gap())
    if preview is not None:
        items += _outcome(preview, market)
    return items


def _outcome(preview: Preview, market: Market) -> list[Line]:
    quote, base = market.quote, market.base.upper()
    role = "as maker" if preview.maker else "part taker, part maker" if preview.rests else "as taker"
    items = [
        _fact("value", wording.money(preview.value, quote)),
        _fact("fee", f"{wording.money(preview.fee_value, quote)}  {role}"),
    ]
    for level in preview.matches[:_MOST_LEVELS]:
        label = "takes" if level is preview.matches[0] else ""
        items.append(_fact(label, f"{wording.amount(level.amount, market)} at {wording.price(level.price, market)}"))
    if len(preview.matches) > _MOST_LEVELS:
        items.append(_fact("", f"and {wording.count(len(preview.matches) - _MOST_LEVELS, 'level')} more"))
    if preview.average_price is not None and len(preview.matches) > 1:
        items.append(_fact("on average", wording.price(preview.average_price, market)))
    if preview.rests:
        behind = f", behind {wording.amount(preview.ahead, market)}" if preview.ahead else ""
        items.append(_fact("rests", f"{wording.amount(preview.rests, market)} {base}{behind}"))
    if preview.distance_percent is not None:
        items.append(_fact("distance", f"{signed(preview.distance_percent, 2)} % from the middle"))
    if preview.left is not None:
        items.append(_fact("left after", _holding(preview.left, preview.spend_currency)))
    return items


def _holding(value: Decimal, currency: str) -> str:
    return (
        wording.money(value, currency)
        if currency == "zar"
        else f"{fixed(value, 8).rstrip('0').rstrip('.')} {currency.upper()}"
    )


def details(
    table: str, key: str, views: Views, notices: Iterable[tuple[int, Notice]], tz: tzinfo | None
) -> tuple[str, list[Line], bool] | None:
    """Title and words about one row of a table, and whether it is an order that can be cancelled; None for a row that has gone."""
    if table in ("orders", "history"):
        order = next((order for order in (*views.orders.open, *views.orders.closed) if order.key == key), None)
        if order is None:
            return None
        return "Order", order_items(order, views.fills.fills, views.markets, tz), order.status.is_open
    if table == "trades":
        fill = next((fill for fill in views.fills.fills if fill_key(fill) == key), None)
        return None if fill is None else ("Your trade", fill_items(fill, views.markets, tz), False)
    text = next((notice.text for number, notice in notices if str(number) == key), None)
    return None if text is None else ("Log", [((text, "text"),)], False)


def order_items(order: Order, fills: Sequence[Fill], markets: MarketsView, tz: tzinfo | None) -> list[Line]:
    """All that is known of an order, its trades last."""
    market = markets.of(order.market)
    base = market.base.upper() if market else ""
    state = wording.STATES[order.status]
    items: list[Line] = [
        ((wording.what(order, market), "strong"), (f"   {wording.kind(order)}", "dim")),
        _gap(),
        _fact("state", state, "warning" if order.status in (OrderStatus.UNKNOWN, OrderStatus.CANCELLING) else "strong"),
        ((wording.STATE_SENTENCES[order.status], "dim"),),
    ]
    if order.reason:
        items.append(((printable(order.reason), "warning"),))
    items += [
        _gap(),
        _fact("filled", f"{wording.amount(order.executed, market)} of {wording.amount(order.volume, market)} {base}"),
        _fact("remains", f"{wording.amount(order.remaining, market)} {base}"),
    ]
    if order.average_price is not None:
        items.append(_fact("on average", wording.price(order.average_price, market)))
    items += [
        _fact("made", _moment(order.created_ms, tz)),
        _fact("changed", _moment(order.updated_ms, tz)),
        _fact("number", str(order.id) if order.id is not None else "not known yet"),
    ]
    if order.custom_id:
        items.append(_fact("own number", printable(order.custom_id)))
    mine = [fill for fill in fills if _belongs(fill, order)]
    if mine:
        items.append(_gap())
    for fill in mine[:_MOST_ORDERS]:
        items.append(
            _fact(
                _moment(fill.time_ms, tz)[-8:],
                f"{wording.amount(fill.amount, market)} at {wording.price(fill.price, market)}{_fee(fill)}",
            )
        )
    return items


def fill_items(fill: Fill, markets: MarketsView, tz: tzinfo | None) -> list[Line]:
    """All that is known of one of the user's trades."""
    market = markets.of(fill.market)
    quote = market.quote if market else ""
    base = market.base.upper() if market else ""
    role = {True: "maker", False: "taker", None: "not said"}[fill.maker]
    return [
        _fact("side", fill.side.value, "bid" if fill.side is Side.BUY else "ask"),
        _fact("amount", f"{wording.amount(fill.amount, market)} {base}"),
        _fact("price", wording.price(fill.price, market)),
        _fact("total", wording.money(fill.total, quote)),
        _fact("fee", _fee(fill).removeprefix(", fee ") or "not said"),
        _fact("as", role),
        _fact("time", _moment(fill.time_ms, tz)),
        _fact("trade", printable(fill.id)),
        _fact("order", "not said" if fill.order_id is None else str(fill.order_id)),
    ]


def order_list(orders: Sequence[Order], markets: MarketsView, *, fresh: bool = True) -> list[Line]:
    """Orders that a question is about, a few of them by name; `fresh` False where there may be others by now."""
    items: list[Line] = []
    for order in orders[:_MOST_ORDERS]:
        market = markets.of(order.market)
        pair = pair_name(market.name if market else "", order.market)
        items.append(
            (
                (f"{order.side.value:<5}", "bid" if order.side is Side.BUY else "ask"),
                (f"{wording.amount(order.remaining, market):>12}", "text"),
                (f"{wording.price(order.price, market):>14}", "text"),
                (f"   {pair}", "dim"),
            )
        )
    if len(orders) > _MOST_ORDERS:
        items.append(((f"and {len(orders) - _MOST_ORDERS} more", "dim"),))
    if not fresh:
        text = "The orders are not up to date now; the exchange is asked to cancel whatever is open."
        items.append(((text, "warning"),))
    return items


def _belongs(fill: Fill, order: Order) -> bool:
    if order.custom_id and fill.custom_order_id == order.custom_id:
        return True
    return fill.order_id is not None and fill.order_id == order.id


def _fee(fill: Fill) -> str:
    if fill.fee is None:
        return ""
    fee = wording.money(fill.fee, "zar") if fill.fee_currency == "zar" else f"{fill.fee:f} {fill.fee_currency.upper()}"
    return f", fee {fee}"


def _moment(at_ms: int, tz: tzinfo | None) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, tz):%Y-%m-%d %H:%M:%S}"


def _fact(label: str, text: str, style: str = "text") -> Line:
    return ((f"{label:<{_LABEL}}", "label"), (text, style))


def _gap() -> Line:
    return ((" ", "text"), (" ", "text"))
