"""What the account is worth, recorded once a minute: only when balances and prices are live, and no trade is half told."""

from __future__ import annotations

import logging
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from captui.errors import HistoryError
from captui.session.context import SessionContext
from captui.session.history_views import EquityPoint
from captui.session.local_history import LocalHistory
from captui.session.views import Topic

if TYPE_CHECKING:
    from captui.history.history import History

log = logging.getLogger(__name__)

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


class Equity:
    """`value` gives what everything is worth, in the session's quote currency, or None while that is not to be relied upon."""

    def __init__(self, context: SessionContext, local: LocalHistory, *, value: Callable[[], Decimal | None]) -> None:
        self._context = context
        self._local = local
        self._value = value
        self._minute = 0
        self._thinned_hour = 0
        self.points: tuple[EquityPoint, ...] = ()

    async def read(self) -> None:
        """What earlier runs recorded. What this one has seen already is put into a file that was begun anew. Raises HistoryError."""
        seen, now_ms = self.points, self._context.now_ms()
        self._thinned_hour = now_ms // HOUR_MS

        def read_all(history: History) -> tuple[tuple[int, Decimal], ...]:
            for point in seen:
                history.values.add(point.at_ms, point.value)
            history.values.thin(now_ms)
            return history.values.every()

        self._show(await self._local.run(read_all))

    def tick(self) -> None:
        """To be called every second or so."""
        now_ms = self._context.now_ms()
        if not self._local.is_open or now_ms // MINUTE_MS == self._minute:
            return
        value = self._value()
        if value is not None:
            self._minute = now_ms // MINUTE_MS
            self._context.tasks.spawn("history: value", self._record(now_ms, value))

    async def _record(self, at_ms: int, value: Decimal) -> None:
        try:
            if await self._local.run(lambda history: history.values.add(at_ms, value)):
                self.points = (*self.points, EquityPoint(at_ms, value))
                self._context.mark(Topic.PORTFOLIO)
                if at_ms // HOUR_MS == self._thinned_hour:
                    return
            # Another captui of the same account recorded this minute, or an hour has passed.
            await self.read()
        except HistoryError as error:
            log.warning("the value of the account could not be recorded: %s", error)

    def _show(self, values: tuple[tuple[int, Decimal], ...]) -> None:
        self.points = tuple(EquityPoint(at_ms, value) for at_ms, value in values)
        self._context.mark(Topic.PORTFOLIO)
