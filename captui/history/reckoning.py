"""Positions from the recorded trades, kept so that a new trade costs only itself.

What is reckoned is put away in the file now and then, so that neither a start nor a trade that comes late begins with the first one.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from typing import Final

from captui.core.fifo import CostBasis, Position, trading_order
from captui.history.file import HistoryFile
from captui.history.trades import BEFORE_ALL, Trades, place_of, place_text

log = logging.getLogger(__name__)

BATCH: Final = 2000
"""Trades between two looks at the file, which other captui want to write to as well."""
PUT_AWAY_EVERY: Final = 1000
"""Trades, at least; more where there are more lots than that to write down."""
KEPT: Final = 2
"""Put-away states: where a late trade spoils the newest, the one before it serves."""


class Reckoning:
    """`home` is the currency of costs and profits."""

    def __init__(self, file: HistoryFile, trades: Trades, *, home: str) -> None:
        self._file = file
        self._trades = trades
        self._home = home
        self._basis = CostBasis(home)
        self._place = BEFORE_ALL
        self._epoch: int | None = None
        self._since_put_away = 0

    def positions(self, *, before_ms: int | None = None) -> dict[str, Position]:
        """With every settled trade before this time (None: with all). Never goes back. Raises HistoryError."""
        while True:
            with self._file.writing() as connection:
                self._heed_epoch(connection)
                batch = self._trades.settled_after(self._place, before_ms=before_ms, limit=BATCH)
                for trade in batch:
                    self._basis.apply(trade.fill, base=trade.base, quote=trade.quote)
                if batch:
                    self._place = trading_order(batch[-1].fill)
                    self._since_put_away += len(batch)
                    self._note_progress(connection)
                    if self._since_put_away >= max(PUT_AWAY_EVERY, self._basis.lot_count):
                        self._put_away(connection)
            if len(batch) < BATCH:
                return self._basis.positions()

    def _heed_epoch(self, connection: sqlite3.Connection) -> None:
        (epoch,) = connection.execute("SELECT epoch FROM scopes WHERE id = ?", (self._file.scope,)).fetchone()
        if epoch != self._epoch:
            self._epoch = epoch
            self._restore(connection)

    def _restore(self, connection: sqlite3.Connection) -> None:
        self._basis, self._place, self._since_put_away = CostBasis(self._home), BEFORE_ALL, 0
        found = connection.execute(
            "SELECT place, state FROM cost_bases WHERE scope = ? ORDER BY time_ms DESC, place DESC", (self._file.scope,)
        )
        for place, text in found.fetchall():
            try:
                state = json.loads(text)
                if state["home"] == self._home:
                    self._basis, self._place = CostBasis.restored(state), place_of(place)
                    return
            except (KeyError, AttributeError, ValueError, TypeError, ArithmeticError) as error:
                log.warning("a state of the positions could not be read: %s", error)

    def _note_progress(self, connection: sqlite3.Connection) -> None:
        """A trade that is settled later but belongs before this place has to begin a new epoch."""
        scope = self._file.scope
        (text,) = connection.execute("SELECT reckoned FROM scopes WHERE id = ?", (scope,)).fetchone()
        if not text or place_of(text) < self._place:
            connection.execute("UPDATE scopes SET reckoned = ? WHERE id = ?", (place_text(self._place), scope))

    def _put_away(self, connection: sqlite3.Connection) -> None:
        scope = self._file.scope
        connection.execute(
            "INSERT OR REPLACE INTO cost_bases (scope, time_ms, place, state) VALUES (?, ?, ?, ?)",
            (scope, self._place[0], place_text(self._place), json.dumps(self._basis.state(), separators=(",", ":"))),
        )
        connection.execute(
            "DELETE FROM cost_bases WHERE scope = ? AND (time_ms, place) NOT IN"
            " (SELECT time_ms, place FROM cost_bases WHERE scope = ? ORDER BY time_ms DESC, place DESC LIMIT ?)",
            (scope, scope, KEPT),
        )
        self._since_put_away = 0
