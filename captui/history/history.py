"""One account's local history: its parts over one file, and what is done with all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from captui.history.file import HistoryFile
from captui.history.marks import covered
from captui.history.orders import Orders
from captui.history.reckoning import Reckoning
from captui.history.trades import Trades
from captui.history.values import Values


class History:
    """Blocking, and for one thread: the one that opens it. `home` is the currency of costs, profits and values; `wait_s` as of
    HistoryFile."""

    def __init__(self, path: Path, *, scope: str, home: str = "zar", wait_s: float = 2.0) -> None:
        self.file: Final = HistoryFile(path, scope=scope, wait_s=wait_s)
        self._home = home
        self.trades: Final = Trades(self.file)
        self.orders: Final = Orders(self.file)
        self.values: Final = Values(self.file)
        self._begin()

    def open(self) -> bool:
        """False where a damaged file had to be set aside (`file.set_aside_path`). Raises HistoryError."""
        return self.file.open()

    def start_over(self) -> bool:
        """After damage: sets the file aside and begins a new one. False where there was none to set aside. Raises HistoryError."""
        self._begin()
        return self.file.start_over()

    def close(self) -> None:
        self.file.close()

    def covered_ms(self, kind: str) -> int | None:
        """Up to when the exchange's list of `trades` or `orders` is recorded without a hole. Raises HistoryError."""
        with self.file.reading() as connection:
            return covered(connection, self.file.scope, kind)

    def rebuild(self) -> None:
        """Throws this account's trades and orders away; its recorded values stay. Raises HistoryError."""
        with self.file.writing() as connection:
            for table in ("trades", "orders", "coverage", "cost_bases"):
                connection.execute(f"DELETE FROM {table} WHERE scope = ?", (self.file.scope,))  # noqa: S608  # our own words
            # Whoever else has the file open forgets what it has reckoned.
            connection.execute("UPDATE scopes SET epoch = epoch + 1, reckoned = '' WHERE id = ?", (self.file.scope,))

    def _begin(self) -> None:
        self.reckoning = Reckoning(self.file, self.trades, home=self._home)
