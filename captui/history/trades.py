"""Own trades in the local history.

A trade is *settled* once the exchange's list has shown it. What the stream told is kept until then, but it may lack the fee, and its
time may be cut to whole seconds: nothing is reckoned from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Final

from captui.core.dataclass import dataclass
from captui.core.fifo import trading_order
from captui.core.money import plain
from captui.core.types import Fill, Side
from captui.history.file import HistoryFile
from captui.history.marks import cover

PairOf = Callable[[str], tuple[str, str]]
"""Market id to base and quote currency, both empty where they cannot be told."""

Place = tuple[int, int, str, str, int]
"""Of a trade among all (`trading_order`)."""

STRAY_MS: Final = 60_000
"""The stream's times may differ from the list's; by no more than this."""

BEFORE_ALL: Place = (-1, 0, "", "", 0)

_COLUMNS = (
    "id, side, order_id, market, base, quote, price, amount, total, fee, fee_currency, maker, custom_order_id, time_ms"
)
_INSERT = f"INSERT OR IGNORE INTO trades (scope, settled, {_COLUMNS}) VALUES (?, ?{', ?' * 14})"  # noqa: S608  # our own words
_SAME = "scope = ? AND id = ? AND side = ? AND order_id = ?"


@dataclass(frozen=True, slots=True)
class Trade:
    fill: Fill
    base: str
    quote: str


class Trades:
    def __init__(self, file: HistoryFile) -> None:
        self._file = file

    def tell(self, fills: Iterable[Fill], pair_of: PairOf) -> None:
        """What the stream says, as it says it. Raises HistoryError."""
        with self._file.writing() as connection:
            for fill in fills:
                connection.execute(_INSERT, self._row(fill, pair_of, settled=False))

    def settle(self, fills: Iterable[Fill], pair_of: PairOf, *, covered_ms: int | None = None) -> None:
        """What the exchange lists, and how far its list is then recorded without a hole. Raises HistoryError.

        A settled trade never changes. One that comes after later ones were reckoned with begins a new epoch. What was only told is
        forgotten where the list, long past it, has not shown it.
        """
        with self._file.writing() as connection:
            scope = self._file.scope
            (reckoned_to,) = connection.execute("SELECT reckoned FROM scopes WHERE id = ?", (scope,)).fetchone()
            earliest_late: Place | None = None
            for fill in sorted(fills, key=trading_order):
                same = (scope, fill.id, fill.side.value, fill.order_id or 0)
                found = connection.execute(f"SELECT settled FROM trades WHERE {_SAME}", same).fetchone()  # noqa: S608
                if found is not None and found[0]:
                    continue
                # The stream may have told of it without naming the order.
                forget = (
                    "DELETE FROM trades WHERE scope = ? AND id = ? AND side = ? AND order_id IN (0, ?) AND settled = 0"
                )
                connection.execute(forget, same)
                connection.execute(_INSERT, self._row(fill, pair_of, settled=True))
                place = trading_order(fill)
                if earliest_late is None and reckoned_to and place <= place_of(reckoned_to):
                    earliest_late = place
            if earliest_late is not None:
                connection.execute("UPDATE scopes SET epoch = epoch + 1 WHERE id = ?", (scope,))
                # What was put away from its time on was reckoned without it.
                connection.execute("DELETE FROM cost_bases WHERE scope = ? AND time_ms >= ?", (scope, earliest_late[0]))
            if covered_ms is not None:
                cover(connection, scope, "trades", covered_ms)
                connection.execute(
                    "DELETE FROM trades WHERE scope = ? AND settled = 0 AND time_ms < ?", (scope, covered_ms - STRAY_MS)
                )

    def settled_after(self, place: Place, *, before_ms: int | None, limit: int) -> tuple[Trade, ...]:
        """In `trading_order`, those of known markets; `before_ms` is the end of the range, None: no end. Raises HistoryError."""
        with self._file.reading() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM trades"  # noqa: S608  # our own words
                " WHERE scope = ? AND settled = 1 AND base <> '' AND time_ms >= ? AND time_ms < ?"
                " AND (time_ms, length(id), id, side, order_id) > (?, ?, ?, ?, ?)"
                " ORDER BY time_ms, length(id), id, side, order_id LIMIT ?",
                (self._file.scope, place[0], 2**62 if before_ms is None else before_ms, *place, limit),
            )
            return tuple(_trade(row) for row in rows)

    def count(self) -> int:
        """Settled or not. Raises HistoryError."""
        with self._file.reading() as connection:
            found = connection.execute("SELECT count(*) FROM trades WHERE scope = ?", (self._file.scope,))
            return int(found.fetchone()[0])

    def oldest_ms(self) -> int | None:
        """Of the settled ones. Raises HistoryError."""
        with self._file.reading() as connection:
            found = connection.execute(
                "SELECT min(time_ms) FROM trades WHERE scope = ? AND settled = 1", (self._file.scope,)
            ).fetchone()[0]
            return None if found is None else int(found)

    def unplaced_markets(self) -> tuple[str, ...]:
        """Markets whose currencies could not be told: their trades are recorded but nothing is reckoned from them. Raises HistoryError."""
        with self._file.reading() as connection:
            found = connection.execute(
                "SELECT DISTINCT market FROM trades WHERE scope = ? AND base = ''", (self._file.scope,)
            )
            return tuple(sorted(market for (market,) in found))

    def _row(self, fill: Fill, pair_of: PairOf, *, settled: bool) -> tuple[object, ...]:
        base, quote = pair_of(fill.market)
        return (
            self._file.scope,
            int(settled),
            fill.id,
            fill.side.value,
            fill.order_id or 0,
            fill.market,
            base,
            quote,
            plain(fill.price),
            plain(fill.amount),
            plain(fill.total),
            None if fill.fee is None else plain(fill.fee),
            fill.fee_currency,
            None if fill.maker is None else int(fill.maker),
            fill.custom_order_id,
            fill.time_ms,
        )


def place_text(place: Place) -> str:
    """For the file; `place_of` reads it."""
    return f"{place[0]} {place[3]} {place[4]} {place[2]}"


def place_of(text: str) -> Place:
    time_ms, side, order_id, trade_id = text.split(" ", 3)
    return int(time_ms), len(trade_id), trade_id, side, int(order_id)


def _trade(row: tuple[Any, ...]) -> Trade:
    (
        trade_id,
        side,
        order_id,
        market,
        base,
        quote,
        price,
        amount,
        total,
        fee,
        fee_currency,
        maker,
        custom_id,
        time_ms,
    ) = row
    fill = Fill(
        id=trade_id,
        market=market,
        side=Side(side),
        price=Decimal(price),
        amount=Decimal(amount),
        total=Decimal(total),
        fee=None if fee is None else Decimal(fee),
        fee_currency=fee_currency,
        maker=None if maker is None else bool(maker),
        order_id=order_id or None,
        custom_order_id=custom_id,
        time_ms=time_ms,
    )
    return Trade(fill, base, quote)
