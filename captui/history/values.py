"""What the account was worth, as captui saw it: by the minute for a day, by the hour for a month, by the day for ever (UTC)."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from captui.core.money import plain
from captui.history.file import HistoryFile

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS
MINUTES_KEPT_MS: Final = DAY_MS
HOURS_KEPT_MS: Final = 30 * DAY_MS


class Values:
    def __init__(self, file: HistoryFile) -> None:
        self._file = file

    def add(self, at_ms: int, value: Decimal) -> bool:
        """False where this minute has a value already, perhaps another captui's. Raises HistoryError."""
        minute = at_ms - at_ms % MINUTE_MS
        with self._file.writing() as connection:
            done = connection.execute(
                "INSERT INTO account_values (scope, at_ms, value) SELECT ?, ?, ? WHERE NOT EXISTS"
                " (SELECT 1 FROM account_values WHERE scope = ? AND at_ms >= ? AND at_ms < ?)",
                (self._file.scope, at_ms, plain(value), self._file.scope, minute, minute + MINUTE_MS),
            )
            return done.rowcount > 0

    def every(self) -> tuple[tuple[int, Decimal], ...]:
        """Times and values, ascending. Raises HistoryError."""
        with self._file.reading() as connection:
            rows = connection.execute(
                "SELECT at_ms, value FROM account_values WHERE scope = ? ORDER BY at_ms", (self._file.scope,)
            )
            return tuple((at_ms, Decimal(value)) for at_ms, value in rows)

    def thin(self, now_ms: int) -> None:
        """Of each hour before the last day, and of each day before the last month, only the last value stays. Raises HistoryError.

        Only hours and days that are past whole: what is thinned once is not thinned again to something else.
        """
        with self._file.writing() as connection:
            for kept_ms, step_ms in ((MINUTES_KEPT_MS, HOUR_MS), (HOURS_KEPT_MS, DAY_MS)):
                end_ms = (now_ms - kept_ms) // step_ms * step_ms
                connection.execute(
                    "DELETE FROM account_values WHERE scope = ? AND at_ms < ? AND at_ms NOT IN"
                    " (SELECT max(at_ms) FROM account_values WHERE scope = ? AND at_ms < ? GROUP BY at_ms / ?)",
                    (self._file.scope, end_ms, self._file.scope, end_ms, step_ms),
                )
