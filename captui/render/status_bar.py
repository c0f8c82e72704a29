"""Draws the status bar: whose money this is, whether what is shown is true now, and whether keys trade."""

from __future__ import annotations

from decimal import Decimal

from captui.render.fields import Field, draw_fields
from captui.render.lines import Line, Run
from captui.render.numbers import age, rate, signed
from captui.session.views import Access, BookView, ConnectionView, Freshness, Phase

OFFSET_WORTH_SAYING_MS = 250
"""A smaller difference between the clocks cannot hurt: the exchange's window for a nonce is seconds wide."""

MODE_STYLES = {"LIVE": "live", "DEMO": "demo", "READ-ONLY": "read-only", "LOOK": "read-only"}
"""What the mode looks like, on every screen."""
_PHASES = {
    Phase.CONNECTING: "connecting",
    Phase.RECONCILING: "fetching orders and balances",
    Phase.RECONNECTING: "reconnecting",
    Phase.REFUSED: "key refused",
    Phase.STOPPED: "stopped",
}
_TRYING = (Phase.CONNECTING, Phase.RECONNECTING)


def draw_mode(mode: str) -> Line:
    """` LIVE ` and the others on their colour: the same on every screen."""
    return ((f" {mode} ", MODE_STYLES[mode]),)


def draw_status_bar(
    connection: ConnectionView,
    book: BookView,
    *,
    now_ms: int,
    locked: bool,
    bytes_out_per_second: int | None,
    width: int,
    lock_key: str = "a",
) -> Line:
    """One row. The mode, what is wrong with the connection or the book, and whether trading is armed are never left out."""
    fields = [Field(draw_mode(connection.mode), 0)]
    fields.append(Field(_phase(connection, now_ms), 0))
    fields.append(Field(_book(book, now_ms), 9))
    if connection.round_trip_ms is not None and connection.phase is Phase.LIVE:
        slow = connection.round_trip_ms >= 1000
        fields.append(Field(((f"{connection.round_trip_ms:4.0f} ms", "warning" if slow else "dim"),), 6))
    offset = connection.clock_offset_ms
    if offset is not None and abs(offset) >= OFFSET_WORTH_SAYING_MS:
        fields.append(Field((("clock ", "dim"), (f"{signed(Decimal(offset), 0)} ms", "warning")), 4))
    fields.append(Field(_trading(connection, lock_key if locked else ""), 0))
    if connection.phase is Phase.LIVE:
        fields.append(Field(_traffic(connection, bytes_out_per_second), 3, align_right=True))
    if connection.exchange:
        fields.append(Field(((connection.exchange, "faint"),), 1, align_right=True))
    return draw_fields(fields, width)


def _phase(connection: ConnectionView, now_ms: int) -> tuple[Run, ...]:
    words = _PHASES.get(connection.phase)
    if words is None:
        return ()
    if connection.phase in _TRYING and connection.next_attempt_ms is not None:
        wait = max(0, connection.next_attempt_ms - now_ms + 999) // 1000
        words += f" in {wait} s" if wait else " now"
    if connection.phase in _TRYING and connection.attempt > 1:
        words += f", try {connection.attempt}"
    severe = connection.phase in (Phase.RECONNECTING, Phase.REFUSED, Phase.STOPPED)
    return ((words, "error" if severe else "warning"),)


def _book(book: BookView, now_ms: int) -> tuple[Run, ...]:
    """The age is of the newest change: a quiet market is an old book and a live one."""
    if book.freshness is Freshness.WAITING:
        return (("no book yet", "dim"),)
    old = age(now_ms - book.updated_ms) if book.updated_ms else "–"
    if book.freshness is Freshness.STALE:
        return (("book not live ", "warning"), (old.rjust(5), "warning"))
    return (("book ", "dim"), (old.rjust(5), "text"))


def _trading(connection: ConnectionView, unlock_key: str) -> tuple[Run, ...]:
    """`unlock_key` is empty when trading is not locked by the user."""
    if connection.access is Access.NO_CREDENTIALS:
        return (("no API key", "warning"),)
    if connection.access is Access.READ_ONLY:
        return (("orders are refused", "warning"),)
    if unlock_key:
        return (("trading locked", "warning"), (f" {unlock_key} arms it", "dim"))
    if not connection.can_trade:
        return (("no trading now", "warning"),)
    return (("trading armed", "dim"),)


def _traffic(connection: ConnectionView, bytes_out_per_second: int | None) -> tuple[Run, ...]:
    runs: list[Run] = [("↓ ", "faint"), (rate(connection.bytes_in_per_second).rjust(8), "dim")]
    if bytes_out_per_second is not None:
        runs += [("  ↑ ", "faint"), (rate(bytes_out_per_second).rjust(8), "dim")]
    return tuple(runs)
