"""What has happened since a list was read, as far as the stream of orders and trades tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from captui.core.dataclass import dataclass
from captui.core.events import OrderRecord, OrderState
from captui.core.types import Fill, Order, OrderStatus
from captui.session.commands import HistoryFilter, RecordKind
from captui.session.history_views import HistoryView, Record
from captui.session.views import FillsView, Freshness, OrdersView
from captui.widgets.history_rows import key_of

_OF_THE_EXCHANGE = {
    OrderStatus.PENDING: "pending",
    OrderStatus.WAIT: "wait",
    # The exchange has no word for an order whose cancelling is under way.
    OrderStatus.CANCELLING: "wait",
    OrderStatus.DONE: "done",
    OrderStatus.CANCELLED: "cancel",
    OrderStatus.REJECTED: "reject",
}


@dataclass(frozen=True, slots=True)
class News:
    """Each by a text that is another one when the same record changes again."""

    new: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.new or self.changed)

    def without(self, heeded: News) -> News:
        known = heeded.new | heeded.changed
        return News(self.new - known, self.changed - known)

    @property
    def changed_keys(self) -> frozenset[str]:
        """Of the rows that are no longer true."""
        return frozenset(known.partition(" ")[0] for known in self.changed)

    @property
    def words(self) -> str:
        """`3 new, 1 changed`"""
        parts = ((len(self.new), "new"), (len(self.changed), "changed"))
        return ", ".join(f"{number} {word}" for number, word in parts if number)


def news(view: HistoryView, orders: OrdersView, fills: FillsView) -> News:
    """Of the list that `view` is. Deposits and withdrawals are not streamed: nothing is known of those."""
    wanted = view.filter
    if wanted is None or not view.read_ms:
        return News()
    if wanted.kind is RecordKind.TRADES and fills.freshness is Freshness.LIVE:
        return _new_trades(view, wanted, fills.fills)
    if wanted.kind is RecordKind.ORDERS and orders.freshness is Freshness.LIVE:
        return _orders(view, wanted, (*orders.open, *orders.closed))
    return News()


def _new_trades(view: HistoryView, wanted: HistoryFilter, fills: Sequence[Fill]) -> News:
    shown = {key_of(row) for row in view.rows}
    since = max((row.time_ms for row in view.rows if isinstance(row, Fill)), default=0)
    return News(
        frozenset(
            key_of(fill)
            for fill in fills
            if fill.time_ms >= since
            and wanted.market in ("", fill.market)
            and wanted.side in (None, fill.side)
            and _in_time(fill.time_ms, wanted)
            and key_of(fill) not in shown
        )
    )


def _orders(view: HistoryView, wanted: HistoryFilter, orders: Sequence[Order]) -> News:
    shown = {row.id: row for row in view.rows if isinstance(row, OrderRecord)}
    since = max((row.created_ms for row in shown.values()), default=0)
    new, changed = set(), set()
    for order in orders:
        state = _OF_THE_EXCHANGE.get(order.status)
        if order.id is None or state is None:
            continue
        row = shown.get(order.id)
        known = f"{order.id} {state} {order.executed:f}"
        if row is not None:
            # What was seen of an order may be older than the list: nothing moves backwards.
            if order.updated_ms >= row.updated_ms and (row.state.value, row.executed) != (state, order.executed):
                changed.add(known)
        elif (
            order.created_ms >= since
            and wanted.market in ("", order.market)
            and wanted.side in (None, order.side)
            and wanted.state in ("", state)
            and _in_time(order.created_ms, wanted)
        ):
            new.add(known)
    return News(frozenset(new), frozenset(changed))


def _in_time(at_ms: int, wanted: HistoryFilter) -> bool:
    return (wanted.from_ms is None or at_ms >= wanted.from_ms) and (wanted.to_ms is None or at_ms < wanted.to_ms)


def current(record: Record, orders: OrdersView) -> Record:
    """The record as the stream tells it by now, where that is later than the list that it was read with."""
    if not isinstance(record, OrderRecord) or orders.freshness is not Freshness.LIVE:
        return record
    if record.state not in (OrderState.WAIT, OrderState.PENDING):
        # What has ended stays as it is.
        return record
    for order in (*orders.open, *orders.closed):
        state = _OF_THE_EXCHANGE.get(order.status)
        later = order.updated_ms >= record.updated_ms and order.executed >= record.executed
        if order.id == record.id and state is not None and later:
            return replace(
                record,
                state=OrderState(state),
                executed=order.executed,
                remaining=order.remaining,
                average_price=order.average_price,
                updated_ms=order.updated_ms,
            )
    return record
