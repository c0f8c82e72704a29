"""What the session keeps of the account on this machine, as one part of it: the local history, its filling, and the account's values."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from captui.core.types import Market
from captui.errors import HistoryError
from captui.session.account import Account
from captui.session.context import SessionContext
from captui.session.equity import Equity
from captui.session.history_reading import HistoryReading, pair_in
from captui.session.history_sync import HistorySync
from captui.session.history_views import PortfolioView
from captui.session.local_history import LocalHistory

log = logging.getLogger(__name__)


class Records:
    """`value` gives what everything is worth, or None while that is not to be relied upon; `markets` gives all markets."""

    def __init__(
        self,
        context: SessionContext,
        *,
        has_key: bool,
        account: Account,
        markets: Callable[[], tuple[Market, ...]],
        value: Callable[[], Decimal | None],
    ) -> None:
        self._context = context
        self._local = LocalHistory(context, has_key=has_key)
        self._equity = Equity(context, self._local, value=value)
        reading = HistoryReading(
            context, self._local, pair_of=lambda market: pair_in(markets(), market), order_of=account.by_id
        )
        self._sync = HistorySync(context, self._local, reading)
        self._local.on_open = self._opened
        account.on_fill = self._sync.fill_seen
        account.on_ended = self._sync.order_ended

    def begin(self, scope: str) -> None:
        """Opens the file in the background. `scope` as in the order journal."""
        self._local.begin(scope)

    def start(self) -> None:
        """The account is live."""
        self._sync.start()

    def stop(self) -> None:
        """The connection is lost."""
        self._sync.stop()

    def rebuild(self) -> None:
        self._sync.rebuild()

    def tick(self) -> None:
        self._equity.tick()

    def close(self) -> None:
        self._local.close()

    def view(self) -> PortfolioView:
        kept, recorded, progress = self._local.is_kept, self._sync.recorded, self._sync.progress
        return PortfolioView(
            equity=self._equity.points,
            positions=recorded.positions,
            since_ms=recorded.since_ms,
            trades=recorded.trades,
            sync=progress if kept else replace(progress, problem=self._local.problem),
            kept=kept,
        )

    def _opened(self) -> None:
        self._context.tasks.spawn("history: begin", self._begin())

    async def _begin(self) -> None:
        try:
            await self._sync.begin()
            await self._equity.read()
        except HistoryError as error:
            log.warning("the local history could not be read: %s", error)
