"""The order journal: what was about to be sent, on disk before it is sent, so that a crash cannot lose an order or a payment.

One JSON object per line, only ever appended. Every line has `t` (unix ms), `kind` and `scope`; the scope names the exchange and
the key (host and key fingerprint, never the key), so that one file can serve several accounts and several running sessions.

- `create`: custom_id, market, side, type, price, volume, post_only. Synced before the request leaves.
- `cancel`: custom_id, id. Synced before the request leaves.
- `cancel_all`: market, side (null: all). Synced before the request leaves.
- `outcome`: custom_id, outcome (`accepted`, `refused`, `absent`, `unknown`), id, reason.
- `move`: key, what (a `SentKind`), currency, amount, to. Synced before the request leaves. Never a pin or a one-time password.
- `move_outcome`: key, outcome (a `Fate`), id (of the withdrawal, null: not known), reason.

A create without an outcome, or whose newest outcome is `unknown`, is in flight: its fate has to be asked of the exchange. So it is
with a move.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

from captui import private_files
from captui.core.dataclass import dataclass
from captui.core.money import plain
from captui.core.moves import Fate, JournalledMove, SentKind, SentMove
from captui.core.types import OrderDraft, OrderType, Side
from captui.errors import JournalError

_RESOLVED = frozenset({"accepted", "refused", "absent"})


@dataclass(frozen=True, slots=True)
class InFlight:
    """An order of an earlier run whose fate the journal does not know."""

    custom_id: str
    draft: OrderDraft
    created_ms: int


class Journal:
    """Blocking and safe to call from any thread: whoever must not wait for the disk calls it on another thread.

    Every method but `knows` and `knows_move` raises JournalError when the file cannot be read or written.
    """

    def __init__(self, path: Path, *, scope: str) -> None:
        self._path = path
        self._scope = scope
        self._lock = threading.Lock()
        self._file: int | None = None
        self._torn = False
        self._custom_ids: set[str] = set()
        self._moves: dict[str, JournalledMove] = {}
        self._move_keys: set[str] = set()
        self.damaged_lines = 0
        """Lines of the file that could not be read: a torn last line after a crash, or foreign text."""

    def open(self) -> tuple[InFlight, ...]:
        """Reads what earlier runs left, opens the file for appending and returns the orders in flight, oldest first."""
        try:
            in_flight, self._moves = self._read()
            self._move_keys = set(self._moves)
            private_files.own_folder(self._path.parent)
            existed = self._path.exists()
            self._file = private_files.open_file(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            if not existed:
                _sync_folder(self._path.parent)
        except OSError as error:
            raise self._error("opened", error) from error
        return tuple(in_flight.values())

    def close(self) -> None:
        with self._lock:
            if self._file is not None:
                os.close(self._file)
                self._file = None

    @property
    def open_moves(self) -> tuple[SentMove, ...]:
        """Money that earlier runs sent and whose fate was not known when the journal was opened, oldest first."""
        return tuple(move.sent for move in self._moves.values() if move.is_open)

    def moves(self) -> tuple[JournalledMove, ...]:
        """Reads all money that was ever sent for this exchange and key, oldest first, other running sessions' included."""
        try:
            return tuple(self._read()[1].values())
        except OSError as error:
            raise self._error("read", error) from error

    def orders_since(self, since_ms: int) -> tuple[tuple[OrderDraft, int], ...]:
        """Reads the orders journalled at or after a time (our clock) and not refused, each with its time; other sessions' included."""
        found: dict[str, tuple[OrderDraft, int]] = {}
        try:
            for entry in self._entries():
                custom_id, at_ms = entry.get("custom_id"), entry.get("t")
                if not isinstance(custom_id, str) or not isinstance(at_ms, int) or at_ms < since_ms:
                    continue
                if entry.get("kind") == "create" and (order := _in_flight(custom_id, entry)) is not None:
                    found[custom_id] = (order.draft, at_ms)
                elif entry.get("kind") == "outcome" and entry.get("outcome") in ("refused", "absent"):
                    found.pop(custom_id, None)
        except OSError as error:
            raise self._error("read", error) from error
        return tuple(found.values())

    def knows_move(self, key: str) -> bool:
        """Whether money was journalled under this key, in this run or an earlier one."""
        return key in self._move_keys

    def knows(self, custom_id: str) -> bool:
        """Whether an order of this id was journalled for this exchange and key, in this run or an earlier one."""
        return custom_id in self._custom_ids

    def create(self, draft: OrderDraft, custom_id: str, *, now_ms: int) -> None:
        """To be called, and to have returned, before the order is sent."""
        self._append(
            {
                "t": now_ms,
                "kind": "create",
                "custom_id": custom_id,
                "market": draft.market,
                "side": draft.side.value,
                "type": draft.type.value,
                "price": None if draft.price is None else format(draft.price, "f"),
                "volume": format(draft.volume, "f"),
                "post_only": draft.post_only,
            },
            sync=True,
        )
        self._custom_ids.add(custom_id)

    def cancel(self, *, custom_id: str, order_id: int, now_ms: int) -> None:
        self._append({"t": now_ms, "kind": "cancel", "custom_id": custom_id, "id": order_id}, sync=True)

    def cancel_all(self, *, market: str | None, side: Side | None, now_ms: int) -> None:
        side_name = None if side is None else side.value
        self._append({"t": now_ms, "kind": "cancel_all", "market": market, "side": side_name}, sync=True)

    def outcome(self, custom_id: str, outcome: str, *, order_id: int | None, reason: str, now_ms: int) -> None:
        """Not synced: losing this line costs one look-up at the next start."""
        self._append(
            {
                "t": now_ms,
                "kind": "outcome",
                "custom_id": custom_id,
                "outcome": outcome,
                "id": order_id,
                "reason": reason,
            },
            sync=False,
        )

    def move_sent(self, key: str, kind: SentKind, currency: str, amount: Decimal, to: str, now_ms: int) -> None:
        """To be called, and to have returned, before the money is sent. `to` is for people and holds nothing secret."""
        self._append(
            {
                "t": now_ms,
                "kind": "move",
                "key": key,
                "what": kind.value,
                "currency": currency,
                "amount": plain(amount),
                "to": to,
            },
            sync=True,
        )
        self._move_keys.add(key)

    def move_outcome(self, key: str, outcome: Fate, reason: str, now_ms: int, *, record_id: int | None = None) -> None:
        """Not synced: losing this line costs one look-up at the next start. `record_id` is of the withdrawal that it became."""
        self._append(
            {
                "t": now_ms,
                "kind": "move_outcome",
                "key": key,
                "outcome": outcome.value,
                "id": record_id,
                "reason": reason,
            },
            sync=False,
        )

    def _append(self, entry: dict[str, object], *, sync: bool) -> None:
        line = (json.dumps({**entry, "scope": self._scope}, separators=(",", ":")) + "\n").encode()
        with self._lock:
            if self._file is None:
                raise JournalError("The order journal is not open.")
            try:
                # One write per line: lines of sessions that share the file do not mix.
                written = os.write(self._file, b"\n" + line if self._torn else line)
                self._torn = written < len(line)
                if self._torn:
                    raise OSError("the disk took only a part of the line")
                if sync:
                    os.fsync(self._file)
            except OSError as error:
                raise self._error("written", error) from error

    def _read(self) -> tuple[dict[str, InFlight], dict[str, JournalledMove]]:
        """Orders in flight by custom id, and all moves by key. Raises OSError."""
        in_flight: dict[str, InFlight] = {}
        moves: dict[str, JournalledMove] = {}
        self.damaged_lines = 0
        for entry in self._entries():
            readable = (
                _read_move(entry, moves)
                if entry.get("kind") in ("move", "move_outcome")
                else self._read_order(entry, in_flight)
            )
            if not readable:
                self.damaged_lines += 1
        return in_flight, moves

    def _read_order(self, entry: Mapping[str, object], in_flight: dict[str, InFlight]) -> bool:
        """False for a create that cannot be read."""
        custom_id = entry.get("custom_id")
        if not isinstance(custom_id, str):
            return True
        if entry.get("kind") == "create":
            order = _in_flight(custom_id, entry)
            if order is None:
                return False
            self._custom_ids.add(custom_id)
            in_flight[custom_id] = order
        elif entry.get("kind") == "outcome" and entry.get("outcome") in _RESOLVED:
            in_flight.pop(custom_id, None)
        return True

    def _entries(self) -> Iterator[Mapping[str, object]]:
        try:
            file = self._path.open("rb")
        except FileNotFoundError:
            return
        with file:
            for line in file:
                # Without a newline the line was torn by a crash: what is appended next must not be glued to it.
                self._torn = not line.endswith(b"\n")
                if line.isspace():
                    continue
                try:
                    entry = json.loads(line)
                except ValueError:
                    entry = None
                if not isinstance(entry, dict):
                    self.damaged_lines += 1
                elif entry.get("scope") == self._scope:
                    yield entry

    def _error(self, what: str, error: OSError) -> JournalError:
        return JournalError(
            f"The order journal {self._path} cannot be {what}: {error.strerror or error}.",
            advice="Without it no order is sent.",
        )


def _in_flight(custom_id: str, entry: Mapping[str, object]) -> InFlight | None:
    price, created_ms = entry.get("price"), entry.get("t")
    if not isinstance(created_ms, int):
        return None
    try:
        draft = OrderDraft(
            market=str(entry["market"]),
            side=Side(str(entry["side"])),
            type=OrderType(str(entry["type"])),
            price=None if price is None else Decimal(str(price)),
            volume=Decimal(str(entry["volume"])),
            post_only=entry.get("post_only") is True,
        )
    except (KeyError, ValueError, InvalidOperation):
        return None
    return InFlight(custom_id=custom_id, draft=draft, created_ms=created_ms)


def _read_move(entry: Mapping[str, object], moves: dict[str, JournalledMove]) -> bool:
    """False for a line that cannot be read."""
    key, at_ms = entry.get("key"), entry.get("t")
    if not isinstance(key, str) or not isinstance(at_ms, int):
        return False
    try:
        if entry.get("kind") == "move_outcome":
            record_id = entry.get("id")
            if key in moves:
                fate = Fate(str(entry["outcome"]))
                moves[key] = replace(moves[key], fate=fate, record_id=record_id if isinstance(record_id, int) else None)
            return True
        sent = SentMove(
            key=key,
            kind=SentKind(str(entry["what"])),
            currency=str(entry["currency"]),
            amount=Decimal(str(entry["amount"])),
            to=str(entry["to"]),
            sent_ms=at_ms,
        )
    except (KeyError, ValueError, InvalidOperation):
        return False
    moves[key] = JournalledMove(sent, fate=None, record_id=None)
    return True


def _sync_folder(folder: Path) -> None:
    """A new file survives a power cut only once its folder is on disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
