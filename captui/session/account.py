"""The user's orders and own trades: every fact that arrives is merged here, whatever its source and order of arrival.

The order stream carries only the exchange's id, a create request only ours. An event whose id is not known is kept: it belongs
either to a request of ours whose answer is still to come, or to an order that was made elsewhere.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import field, replace
from decimal import Decimal

from captui.core import orders as lifecycle
from captui.core.dataclass import dataclass
from captui.core.events import OrderRecord
from captui.core.orders import FillLedger, OrderEvent
from captui.core.types import Fill, Market, Order, OrderStatus
from captui.errors import LifecycleError
from captui.session import sentences
from captui.session.context import SessionContext
from captui.session.views import FillsView, Freshness, OrdersView, Severity, Topic

log = logging.getLogger(__name__)

CLOSED_KEPT = 500
FILLS_KEPT = 500
HELD_KEPT = 1000
"""Ids whose order is not known yet."""
HOLD_S = 2.0
"""How long an event may wait for the answer to a create request before its order is fetched by id."""
FILL_NOTICE_S = 0.15
"""Fills of one order that come within this time are told in one sentence."""
SLACK = 4
"""Memory is trimmed when it holds this many times what is kept."""

_UNRESOLVED = frozenset({OrderStatus.SENDING, OrderStatus.UNKNOWN})


@dataclass(slots=True)
class _Held:
    records: list[OrderRecord] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)


class Account:
    """Callbacks are set by whoever acts on them: `on_unmatched(id)` for an order to be fetched, `on_resolved(order)` when the fate
    of a create request becomes known, `on_identified(order)` when the exchange's id does, `on_ended(order)` when it is over,
    `on_fill(fill)` for an own trade that is news, `on_incomplete()` when own trades have to be read."""

    def __init__(
        self,
        context: SessionContext,
        *,
        on_activity: Callable[[], None],
        market_of: Callable[[str], Market | None],
    ) -> None:
        self._context = context
        self._on_activity = on_activity
        self._market_of = market_of
        self.on_unmatched: Callable[[int], None] = lambda _: None
        self.on_resolved: Callable[[Order], None] = lambda _: None
        self.on_identified: Callable[[Order], None] = lambda _: None
        self.on_ended: Callable[[Order], None] = lambda _: None
        self.on_fill: Callable[[Fill], None] = lambda _: None
        self.on_incomplete: Callable[[], None] = lambda: None
        self._orders: dict[str, Order] = {}
        self._key_of: dict[int, str] = {}
        self._ledger = FillLedger()
        self._fill_count = 0
        self._unproved: set[str] = set()
        """Keys of orders that were executed further in this session, until their trades account for it."""
        self._open: set[str] = set()
        self._sending: set[str] = set()
        self._closed_view: tuple[Order, ...] | None = None
        """None: to be made again. Hundreds of closed orders are not sorted for every change of an open one."""
        self._held: dict[int, _Held] = {}
        self._untold: dict[str, list[Fill]] = {}
        self._waiters: dict[str, list[asyncio.Future[None]]] = {}
        self.current = False
        """Fetched since the stream was last opened, and the stream still is."""
        self.primed = False
        """Fetched at least once: what is new from now on is news."""

    # Reading

    def get(self, key: str) -> Order | None:
        return self._orders.get(key)

    def by_id(self, order_id: int) -> Order | None:
        return self._orders.get(self._key_of.get(order_id, ""))

    def open_orders(self) -> tuple[Order, ...]:
        return tuple(self._orders[key] for key in self._open)

    def unknown_orders(self) -> tuple[Order, ...]:
        return tuple(order for order in self.open_orders() if order.status is OrderStatus.UNKNOWN)

    def incomplete(self) -> bool:
        """Whether something was executed in this session whose trade, or whose fee, is not known yet."""
        for key in tuple(self._unproved):
            order = self._orders.get(key)
            if order is None or order.id is None:
                self._unproved.discard(key)
                continue
            fills = self._ledger.of(order.id)
            if sum((fill.amount for fill in fills), Decimal(0)) < order.executed or any(
                fill.fee is None for fill in fills
            ):
                return True
            self._unproved.discard(key)
        return False

    async def wait_closed(self, key: str, timeout_s: float) -> bool:
        """Whether the order came to its end within the time."""
        order = self._orders.get(key)
        if order is None or order.status.is_final:
            return True
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.setdefault(key, []).append(future)
        try:
            await asyncio.wait_for(future, timeout_s)
        except TimeoutError:
            return False
        return True

    # Facts

    def draft(self, order: Order) -> None:
        """A new order of ours, not sent yet; or one of an earlier run, in flight."""
        self._put(None, order)

    def tell(self, key: str, event: OrderEvent, reason: str = "") -> Order | None:
        """An event of our own making. None where the order is gone, or its state has no place for the event."""
        before = self._orders.get(key)
        if before is None:
            return None
        try:
            after = lifecycle.apply(before, event, reason=reason, now_ms=self._context.now_ms())
        except LifecycleError as error:
            log.info("%s", error)
            return None
        self._put(before, after)
        return after

    def observe(self, record: OrderRecord) -> Order | None:
        """A record of the stream or of REST. None where it is not known yet whose it is: then it is kept."""
        key = self._key_for(record)
        if key is None:
            if record.custom_id is None:
                self._hold(record.id).records.append(record)
                return None
            before, after = None, lifecycle.from_record(record, ours=self._is_ours(record.custom_id))
            if after.key in self._orders:
                # Another client used the same custom id twice: two orders, so two keys.
                after = replace(after, key=f"#{record.id}")
        else:
            before = self._orders[key]
            after = lifecycle.observe(before, record)
        self._key_of[record.id] = after.key
        after = lifecycle.fill(after, self._ledger.of(record.id))
        self._put(before, after)
        for fill in record.fills:
            self.add_fill(replace(fill, order_id=record.id) if fill.order_id is None else fill)
        self._release(record.id)
        return self._orders.get(after.key)

    def identify(self, key: str, record: OrderRecord) -> None:
        """The answer to our own create request: this record is that order, whether or not the server repeats our id."""
        other, ours = self.by_id(record.id), self._orders.get(key)
        if other is not None and other.key != key and ours is not None:
            # It was fetched before the answer came, from a server that does not repeat our id: what was seen then stays true.
            del self._orders[other.key]
            self._open.discard(other.key)
            self._closed_view = None
            self._key_of[record.id] = key
            self._put(ours, replace(other, key=key, custom_id=key, ours=True))
        self.observe(replace(record, custom_id=key))

    def add_fill(self, fill: Fill, *, live: bool = True) -> bool:
        """Whether it told anything new. `live`: from the stream, so that an order that is not known is worth fetching."""
        key = self._key_of.get(fill.order_id) if fill.order_id is not None else None
        if key is None and live and fill.order_id is not None:
            self._hold(fill.order_id).fills.append(fill)
            return True
        known = next((one for one in self._ledger.of(fill.order_id) if one.id == fill.id), None)
        self._ledger.add(fill)
        self._context.mark(Topic.FILLS)
        if key is not None:
            before = self._orders[key]
            self._put(before, lifecycle.fill(before, self._ledger.of(fill.order_id)))
            if fill.fee is None:
                self._unproved.add(key)
                self.on_incomplete()
        if known is not None:
            return known.fee is None and fill.fee is not None
        self._fill_count += 1
        if self._fill_count > SLACK * FILLS_KEPT:
            self._trim_fills()
        if live or self.primed:
            self.on_fill(fill)
            self._on_activity()
            if key is not None:
                self._tell_fill(key, fill)
        return True

    def forget_unmatched(self, order_id: int) -> None:
        """The exchange does not know this id after all."""
        self._held.pop(order_id, None)

    # Views

    def orders_view(self) -> OrdersView:
        opened = sorted((self._orders[key] for key in self._open), key=_born, reverse=True)
        if self._closed_view is None:
            closed = sorted((o for o in self._orders.values() if o.status.is_final), key=_touched, reverse=True)
            self._closed_view = tuple(closed[:CLOSED_KEPT])
            if len(closed) > SLACK * CLOSED_KEPT:
                for order in closed[CLOSED_KEPT:]:
                    del self._orders[order.key]
                    self._key_of.pop(order.id or 0, None)
        return OrdersView(open=tuple(opened), closed=self._closed_view, freshness=self._freshness)

    def fills_view(self) -> FillsView:
        return FillsView(fills=self._ledger.newest(FILLS_KEPT), freshness=self._freshness)

    @property
    def _freshness(self) -> Freshness:
        if self.current:
            return Freshness.LIVE
        return Freshness.STALE if self.primed else Freshness.WAITING

    # Inside

    def _key_for(self, record: OrderRecord) -> str | None:
        key = self._key_of.get(record.id)
        if key is not None and key in self._orders:
            return key
        order = self._orders.get(record.custom_id) if record.custom_id else None
        return order.key if order is not None and order.id in (None, record.id) else None

    def _is_ours(self, custom_id: str) -> bool:
        journal = self._context.journal
        return bool(custom_id) and journal is not None and journal.knows(custom_id)

    def _put(self, before: Order | None, after: Order) -> None:
        if after == before:
            return
        self._orders[after.key] = after
        (self._sending.add if after.status is OrderStatus.SENDING else self._sending.discard)(after.key)
        (self._open.add if after.status.is_open else self._open.discard)(after.key)
        if after.status.is_final or (before is not None and before.status.is_final):
            self._closed_view = None
        self._context.mark(Topic.ORDERS)
        if before is None:
            if self.primed and not after.ours and after.status.is_open:
                self._context.notify(
                    Severity.INFO, sentences.elsewhere(after, self._market_of(after.market)), after.key
                )
            return
        if after.executed > before.executed:
            self._unproved.add(after.key)
            self.on_incomplete()
        if after.executed != before.executed or after.status is not before.status:
            self._on_activity()
        self._tell_change(before, after)
        if before.id is None and after.id is not None:
            self.on_identified(after)
        if before.status in _UNRESOLVED and after.status not in _UNRESOLVED:
            self.on_resolved(after)
        if before.status is OrderStatus.SENDING and after.status is not OrderStatus.SENDING:
            self._review_held()
        if after.status.is_final and not before.status.is_final:
            self.on_ended(after)
        if after.status.is_final:
            for future in self._waiters.pop(after.key, ()):
                if not future.done():
                    future.set_result(None)

    def _tell_change(self, before: Order, after: Order) -> None:
        market, notify = self._market_of(after.market), self._context.notify
        if after.status is before.status:
            return
        if after.status is OrderStatus.UNKNOWN:
            notify(Severity.WARNING, sentences.unknown(after, market, after.reason), after.key)
            return
        if after.status is OrderStatus.ABSENT:
            notify(Severity.WARNING, sentences.absent(after, market), after.key)
            return
        if before.id is None and after.id is not None:
            if before.status is OrderStatus.SENDING:
                notify(Severity.GOOD, sentences.accepted(after, market), after.key)
            else:
                notify(Severity.GOOD, sentences.found(after, market), after.key)
        if after.status is OrderStatus.REJECTED:
            notify(Severity.ERROR, sentences.refused(after, market, after.reason), after.key)
        elif after.status is OrderStatus.CANCELLED:
            notify(Severity.GOOD, sentences.cancelled(after, market), after.key)

    def _tell_fill(self, key: str, fill: Fill) -> None:
        if key not in self._untold:
            asyncio.get_running_loop().call_later(FILL_NOTICE_S, self._tell_fills, key)
        self._untold.setdefault(key, []).append(fill)

    def _tell_fills(self, key: str) -> None:
        order, fills = self._orders.get(key), self._untold.pop(key, [])
        if order is None or not fills:
            return
        ids = {fill.id for fill in fills}
        # The ledger may know the fees by now.
        known = [fill for fill in self._ledger.of(order.id) if fill.id in ids]
        self._context.notify(Severity.GOOD, sentences.filled(order, known, self._market_of(order.market)), order.key)

    # Events whose order is not known

    def _hold(self, order_id: int) -> _Held:
        held = self._held.get(order_id)
        if held is not None:
            return held
        while len(self._held) >= HELD_KEPT:
            self._held.pop(next(iter(self._held)))
        self._held[order_id] = held = _Held()
        if self._sending:
            asyncio.get_running_loop().call_later(HOLD_S, self._ask_for, order_id)
        else:
            self.on_unmatched(order_id)
        return held

    def _ask_for(self, order_id: int) -> None:
        if order_id in self._held:
            self.on_unmatched(order_id)

    def _review_held(self) -> None:
        if not self._sending:
            for order_id in self._held.keys() - self._key_of.keys():
                self.on_unmatched(order_id)

    def _release(self, order_id: int) -> None:
        held = self._held.pop(order_id, None)
        if held is None:
            return
        for record in held.records:
            self.observe(record)
        for fill in held.fills:
            self.add_fill(fill)

    def _trim_fills(self) -> None:
        """Keeps the newest, and all those of open orders: their sum is the orders' executed volume."""
        kept = {(fill.order_id, fill.id): fill for fill in self._ledger.newest(FILLS_KEPT)}
        for order in self.open_orders():
            kept |= {(fill.order_id, fill.id): fill for fill in self._ledger.of(order.id)}
        self._ledger = FillLedger()
        self._fill_count = len(kept)
        for fill in kept.values():
            self._ledger.add(fill)


def _born(order: Order) -> tuple[int, float]:
    """Ids tell what times cut to whole seconds do not; an order without one is the newest."""
    return order.created_ms, float("inf") if order.id is None else order.id


def _touched(order: Order) -> tuple[int, float]:
    return order.updated_ms, float("inf") if order.id is None else order.id
