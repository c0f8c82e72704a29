"""The life of an order: a table of (status, event) -> status, and pure functions that apply what is learnt of it.

Facts arrive from REST and the stream in any order, more than once. They are merged so that any order of arrival ends in the same
`Order`: executed never goes down, the exchange's final states never leave, every fill is counted once (exchange notes, The websocket).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum

from captui.core.events import OrderRecord, OrderState
from captui.core.money import EXACT
from captui.core.types import Fill, Order, OrderDraft, OrderStatus
from captui.errors import LifecycleError


class OrderEvent(StrEnum):
    """What can happen to an order: answers to our own requests, and observations of it at the exchange."""

    LOST = "lost"
    """The answer to the create request was lost."""
    REFUSED = "refused"
    """The create request was refused, or certainly never left."""
    ABSENT = "absent"
    """Looked up for long enough and never found."""
    CANCEL_ASKED = "cancel asked"
    CANCEL_FAILED = "cancel failed"
    """The cancel was refused, or its answer was lost and the order was then found still open."""
    PENDING = "pending"
    """Observed at the exchange, not yet placed; the answer to an accepted create request is this."""
    PLACED = "placed"
    """Observed resting in the book, or partly executed."""
    FILLED = "filled"
    """Observed completely executed."""
    CANCELLED = "cancelled"
    REJECTED = "rejected"


_S = OrderStatus
_E = OrderEvent

TRANSITIONS: dict[tuple[OrderStatus, OrderEvent], OrderStatus] = {
    (_S.SENDING, _E.LOST): _S.UNKNOWN,
    (_S.SENDING, _E.REFUSED): _S.REJECTED,
    (_S.SENDING, _E.PENDING): _S.PENDING,
    # The stream may tell of a later state before the answer to the request arrives.
    (_S.SENDING, _E.PLACED): _S.WAIT,
    (_S.SENDING, _E.FILLED): _S.DONE,
    (_S.SENDING, _E.CANCELLED): _S.CANCELLED,
    (_S.SENDING, _E.REJECTED): _S.REJECTED,
    # An earlier run was killed between journalling and sending: the look-up found nothing.
    (_S.SENDING, _E.ABSENT): _S.ABSENT,
    # A second lost answer (of the look-up) says nothing new.
    (_S.UNKNOWN, _E.LOST): _S.UNKNOWN,
    # The answer was late, not lost, and it is no.
    (_S.UNKNOWN, _E.REFUSED): _S.REJECTED,
    (_S.UNKNOWN, _E.ABSENT): _S.ABSENT,
    (_S.UNKNOWN, _E.PENDING): _S.PENDING,
    (_S.UNKNOWN, _E.PLACED): _S.WAIT,
    (_S.UNKNOWN, _E.FILLED): _S.DONE,
    (_S.UNKNOWN, _E.CANCELLED): _S.CANCELLED,
    (_S.UNKNOWN, _E.REJECTED): _S.REJECTED,
    # The stream told of it first; then the answer to the request was lost, refused by a proxy, or a look-up looked in vain.
    # An order that was seen exists.
    (_S.PENDING, _E.LOST): _S.PENDING,
    (_S.PENDING, _E.REFUSED): _S.PENDING,
    (_S.PENDING, _E.ABSENT): _S.PENDING,
    (_S.PENDING, _E.CANCEL_ASKED): _S.CANCELLING,
    # The order was asked to be cancelled before an older observation was merged: the failure changes nothing.
    (_S.PENDING, _E.CANCEL_FAILED): _S.PENDING,
    (_S.PENDING, _E.PENDING): _S.PENDING,
    (_S.PENDING, _E.PLACED): _S.WAIT,
    (_S.PENDING, _E.FILLED): _S.DONE,
    (_S.PENDING, _E.CANCELLED): _S.CANCELLED,
    (_S.PENDING, _E.REJECTED): _S.REJECTED,
    (_S.WAIT, _E.LOST): _S.WAIT,
    (_S.WAIT, _E.REFUSED): _S.WAIT,
    (_S.WAIT, _E.ABSENT): _S.WAIT,
    (_S.WAIT, _E.CANCEL_ASKED): _S.CANCELLING,
    (_S.WAIT, _E.CANCEL_FAILED): _S.WAIT,
    # The answer to the create request, overtaken by the stream.
    (_S.WAIT, _E.PENDING): _S.WAIT,
    (_S.WAIT, _E.PLACED): _S.WAIT,
    (_S.WAIT, _E.FILLED): _S.DONE,
    (_S.WAIT, _E.CANCELLED): _S.CANCELLED,
    # The matching engine can still reject what it had announced.
    (_S.WAIT, _E.REJECTED): _S.REJECTED,
    (_S.CANCELLING, _E.LOST): _S.CANCELLING,
    (_S.CANCELLING, _E.REFUSED): _S.CANCELLING,
    (_S.CANCELLING, _E.ABSENT): _S.CANCELLING,
    # Asked twice, by hand and by "cancel all".
    (_S.CANCELLING, _E.CANCEL_ASKED): _S.CANCELLING,
    (_S.CANCELLING, _E.CANCEL_FAILED): _S.WAIT,
    # The answer to a cancel is the order as it stood: not yet cancelled.
    (_S.CANCELLING, _E.PENDING): _S.CANCELLING,
    (_S.CANCELLING, _E.PLACED): _S.CANCELLING,
    # It filled before the cancel reached it.
    (_S.CANCELLING, _E.FILLED): _S.DONE,
    (_S.CANCELLING, _E.CANCELLED): _S.CANCELLED,
    (_S.CANCELLING, _E.REJECTED): _S.REJECTED,
    # ABSENT is our own conclusion, not the exchange's word: an order that turns up after all is shown, whatever we had thought.
    (_S.ABSENT, _E.LOST): _S.ABSENT,
    (_S.ABSENT, _E.REFUSED): _S.REJECTED,
    (_S.ABSENT, _E.ABSENT): _S.ABSENT,
    (_S.ABSENT, _E.PENDING): _S.PENDING,
    (_S.ABSENT, _E.PLACED): _S.WAIT,
    (_S.ABSENT, _E.FILLED): _S.DONE,
    (_S.ABSENT, _E.CANCELLED): _S.CANCELLED,
    (_S.ABSENT, _E.REJECTED): _S.REJECTED,
}

# The exchange's final states stay, whatever arrives late. Only asking to cancel such an order is a mistake of ours, and has no row.
TRANSITIONS |= {
    (final, event): final
    for final in (_S.DONE, _S.CANCELLED, _S.REJECTED)
    for event in OrderEvent
    if event is not OrderEvent.CANCEL_ASKED
}

_OBSERVED = {
    OrderState.PENDING: OrderEvent.PENDING,
    OrderState.WAIT: OrderEvent.PLACED,
    OrderState.DONE: OrderEvent.FILLED,
    OrderState.CANCEL: OrderEvent.CANCELLED,
    OrderState.REJECT: OrderEvent.REJECTED,
}

_ZERO = Decimal(0)


def after(status: OrderStatus, event: OrderEvent) -> OrderStatus:
    """Raises LifecycleError, naming both, for a pair that has no row."""
    try:
        return TRANSITIONS[status, event]
    except KeyError:
        raise LifecycleError(f"An order that is {status.value!r} cannot be told {event.value!r}.") from None


def drafted(draft: OrderDraft, custom_id: str, now_ms: int) -> Order:
    """The order as it is journalled and sent: nothing is known of it yet."""
    if not custom_id:
        raise ValueError("every order of captui has a custom id, made before it is sent")
    return Order(
        key=custom_id,
        id=None,
        uuid="",
        custom_id=custom_id,
        market=draft.market,
        side=draft.side,
        type=draft.type,
        price=draft.price,
        average_price=None,
        volume=draft.volume,
        executed=_ZERO,
        post_only=draft.post_only,
        status=OrderStatus.SENDING,
        reason="",
        created_ms=now_ms,
        updated_ms=now_ms,
        ours=True,
    )


def from_record(record: OrderRecord, *, ours: bool) -> Order:
    """An order that is met for the first time at the exchange."""
    blank = Order(
        key=record.custom_id or f"#{record.id}",
        id=None,
        uuid="",
        custom_id=record.custom_id or "",
        market=record.market,
        side=record.side,
        type=record.type,
        price=record.price,
        average_price=None,
        volume=record.volume,
        executed=_ZERO,
        post_only=False,
        status=OrderStatus.UNKNOWN,
        reason="",
        created_ms=0,
        updated_ms=0,
        ours=ours,
    )
    return observe(blank, record)


def observe(order: Order, record: OrderRecord) -> Order:
    """What one record adds to what is known. Its `fills` are not counted here: give them to a FillLedger, then to `fill`.

    Raises ValueError when the record is of another order.
    """
    if order.id is not None and order.id != record.id:
        raise ValueError(f"a record of order {record.id} given to order {order.id}")
    status = order.status
    first = order.id is None
    if first and status is OrderStatus.REJECTED:
        # We took an answer for a refusal (a proxy's, perhaps), yet here the order is: the exchange's record counts.
        status = OrderStatus.UNKNOWN
    seen = after(status, _OBSERVED[record.state])
    reason = "" if status in _RESOLVED_BY_SIGHT else order.reason
    if seen is OrderStatus.REJECTED and not reason:
        # Neither the records nor the stream say why.
        reason = "The exchange rejected the order."
    average = order.average_price
    if record.executed > order.executed or average is None:
        average = record.average_price if record.executed >= order.executed else average
    return _settled(
        replace(
            order,
            id=record.id,
            uuid=order.uuid or record.uuid,
            custom_id=order.custom_id or record.custom_id or "",
            price=record.price if order.price is None else order.price,
            average_price=average,
            executed=max(order.executed, record.executed),
            post_only=order.post_only or bool(record.post_only),
            status=seen,
            reason=reason,
            created_ms=record.created_ms if first else min(order.created_ms, record.created_ms),
            updated_ms=record.updated_ms if first else max(order.updated_ms, record.updated_ms),
        )
    )


def apply(order: Order, event: OrderEvent, *, reason: str = "", now_ms: int) -> Order:
    """What becomes of an order that is told of `event`. Raises LifecycleError where the table has no row.

    `reason` is kept where it explains the status; an event that changes nothing changes no reason either.
    """
    status = after(order.status, event)
    if status is order.status and (not reason or status.is_final or _is_old_news(order, event)):
        return order
    return replace(order, status=status, reason=reason, updated_ms=max(order.updated_ms, now_ms))


def _is_old_news(order: Order, event: OrderEvent) -> bool:
    """What became of the create request no longer matters once the order has been seen."""
    return order.id is not None and event in (OrderEvent.LOST, OrderEvent.REFUSED, OrderEvent.ABSENT)


def fill(order: Order, fills: Iterable[Fill]) -> Order:
    """The order after these fills: all that are known of it, each once (`FillLedger.of`).

    The executed volume is the larger of what records and fills say; where the fills account for all of it, the average price is
    theirs, exactly.
    """
    amount = value = _ZERO
    newest_ms = 0
    for one in fills:
        amount = EXACT.add(amount, one.amount)
        value = EXACT.add(value, EXACT.multiply(one.price, one.amount))
        newest_ms = max(newest_ms, one.time_ms)
    if amount < order.executed or not amount:
        return order
    return _settled(
        replace(
            order,
            executed=amount,
            average_price=value / amount,
            updated_ms=max(order.updated_ms, newest_ms),
        )
    )


class FillLedger:
    """Every fill once, by order and trade id: the two sides of a trade with oneself share the trade's id."""

    def __init__(self) -> None:
        self._by_order: dict[int | None, dict[str, Fill]] = {}

    def add(self, fill: Fill) -> bool:
        """True when it was not known. A later copy completes what the first one lacked (fees, in the older stream)."""
        fills = self._by_order.setdefault(fill.order_id, {})
        known = fills.get(fill.id)
        fills[fill.id] = fill if known is None else _completed(known, fill)
        return known is None

    def of(self, order_id: int | None) -> tuple[Fill, ...]:
        """Oldest first."""
        return tuple(sorted(self._by_order.get(order_id, {}).values(), key=_age))

    def newest(self, count: int) -> tuple[Fill, ...]:
        """Of all orders, newest first."""
        every = [fill for fills in self._by_order.values() for fill in fills.values()]
        return tuple(sorted(every, key=_age, reverse=True)[:count])


_RESOLVED_BY_SIGHT = frozenset({OrderStatus.UNKNOWN, OrderStatus.SENDING, OrderStatus.ABSENT})


def _settled(order: Order) -> Order:
    """What the executed volume alone says of the status: an order with a fill exists, and one filled completely is done."""
    if order.executed >= order.volume > 0:
        return replace(order, status=OrderStatus.DONE)
    if order.executed and order.status in _BEFORE_THE_BOOK:
        return replace(order, status=OrderStatus.WAIT)
    return order


_BEFORE_THE_BOOK = frozenset({OrderStatus.SENDING, OrderStatus.UNKNOWN, OrderStatus.ABSENT, OrderStatus.PENDING})


def _completed(known: Fill, copy: Fill) -> Fill:
    return replace(
        known,
        fee=copy.fee if known.fee is None else known.fee,
        fee_currency=known.fee_currency or copy.fee_currency,
        maker=copy.maker if known.maker is None else known.maker,
        custom_order_id=known.custom_order_id or copy.custom_order_id,
    )


def _age(fill: Fill) -> tuple[int, int, str]:
    return fill.time_ms, len(fill.id), fill.id
