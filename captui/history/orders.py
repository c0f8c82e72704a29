"""Orders in the local history, each as it was last seen. One that has ended never changes again."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from captui.core.dataclass import dataclass
from captui.core.events import OrderRecord, OrderState
from captui.core.money import plain
from captui.core.types import Order, OrderStatus, OrderType, Side
from captui.history.file import HistoryFile
from captui.history.marks import cover

_ENDED = (OrderState.DONE.value, OrderState.CANCEL.value, OrderState.REJECT.value)
_ENDS = {
    OrderStatus.DONE: OrderState.DONE,
    OrderStatus.CANCELLED: OrderState.CANCEL,
    OrderStatus.REJECTED: OrderState.REJECT,
}
_COLUMNS = "id, uuid, custom_id, market, side, type, price, average_price, state, volume, executed, post_only, created_ms, updated_ms"
_PUT = (
    f"INSERT OR REPLACE INTO orders (scope, {_COLUMNS}) SELECT ?{', ?' * 14}"  # noqa: S608  # our own words
    " WHERE NOT EXISTS (SELECT 1 FROM orders WHERE scope = ? AND id = ? AND state IN (?, ?, ?))"
)


@dataclass(frozen=True, slots=True)
class RecordedOrder:
    id: int
    uuid: str
    custom_id: str
    """Empty where the order has none, or its source did not carry it."""
    market: str
    side: Side
    type: OrderType
    price: Decimal | None
    average_price: Decimal | None
    state: OrderState
    volume: Decimal
    executed: Decimal
    post_only: bool | None
    created_ms: int
    updated_ms: int


def of_record(record: OrderRecord) -> RecordedOrder:
    return RecordedOrder(
        id=record.id,
        uuid=record.uuid,
        custom_id=record.custom_id or "",
        market=record.market,
        side=record.side,
        type=record.type,
        price=record.price,
        average_price=record.average_price,
        state=record.state,
        volume=record.volume,
        executed=record.executed,
        post_only=record.post_only,
        created_ms=record.created_ms,
        updated_ms=record.updated_ms,
    )


def of_ended(order: Order) -> RecordedOrder | None:
    """None for one that the exchange never had, or that has not ended."""
    state = _ENDS.get(order.status)
    if order.id is None or state is None:
        return None
    return RecordedOrder(
        id=order.id,
        uuid=order.uuid,
        custom_id=order.custom_id,
        market=order.market,
        side=order.side,
        type=order.type,
        price=order.price,
        average_price=order.average_price,
        state=state,
        volume=order.volume,
        executed=order.executed,
        post_only=order.post_only,
        created_ms=order.created_ms,
        updated_ms=order.updated_ms,
    )


class Orders:
    def __init__(self, file: HistoryFile) -> None:
        self._file = file

    def put(self, orders: Iterable[RecordedOrder], *, covered_ms: int | None = None) -> None:
        """With how far the exchange's list, by time of creation, is then recorded without a hole. Raises HistoryError."""
        with self._file.writing() as connection:
            scope = self._file.scope
            for order in orders:
                connection.execute(_PUT, (*self._row(order), scope, order.id, *_ENDED))
            if covered_ms is not None:
                cover(connection, scope, "orders", covered_ms)

    def forget(self, order_id: int) -> None:
        """The exchange does not know it. Raises HistoryError."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM orders WHERE scope = ? AND id = ?", (self._file.scope, order_id))

    def open_ids(self) -> tuple[int, ...]:
        """Those that had not ended when they were last seen, oldest first. Raises HistoryError."""
        with self._file.reading() as connection:
            found = connection.execute(
                "SELECT id FROM orders WHERE scope = ? AND state IN (?, ?) ORDER BY id",
                (self._file.scope, OrderState.WAIT.value, OrderState.PENDING.value),
            )
            return tuple(order_id for (order_id,) in found)

    def every(self) -> tuple[RecordedOrder, ...]:
        """By time of creation. Raises HistoryError."""
        with self._file.reading() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM orders WHERE scope = ? ORDER BY created_ms, id",  # noqa: S608  # our own words
                (self._file.scope,),
            )
            return tuple(_order(row) for row in rows)

    def _row(self, order: RecordedOrder) -> tuple[object, ...]:
        return (
            self._file.scope,
            order.id,
            order.uuid,
            order.custom_id,
            order.market,
            order.side.value,
            order.type.value,
            _text(order.price),
            _text(order.average_price),
            order.state.value,
            plain(order.volume),
            plain(order.executed),
            None if order.post_only is None else int(order.post_only),
            order.created_ms,
            order.updated_ms,
        )


def _text(number: Decimal | None) -> str | None:
    return None if number is None else plain(number)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _order(row: tuple[Any, ...]) -> RecordedOrder:
    (
        order_id,
        uuid,
        custom_id,
        market,
        side,
        kind,
        price,
        average_price,
        state,
        volume,
        executed,
        post_only,
        created_ms,
        updated_ms,
    ) = row
    return RecordedOrder(
        id=order_id,
        uuid=uuid,
        custom_id=custom_id,
        market=market,
        side=Side(side),
        type=OrderType(kind),
        price=_number(price),
        average_price=_number(average_price),
        state=OrderState(state),
        volume=Decimal(volume),
        executed=Decimal(executed),
        post_only=None if post_only is None else bool(post_only),
        created_ms=created_ms,
        updated_ms=updated_ms,
    )
