"""Keeps the local history complete: everything the first time, then only what is new; and what it says of the account as a whole."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import field, replace
from typing import TYPE_CHECKING

from captui.core.dataclass import dataclass
from captui.core.fifo import Position
from captui.core.types import Fill, Order
from captui.errors import CaptuiError, HistoryError
from captui.session.context import SessionContext
from captui.session.history_reading import HistoryReading
from captui.session.history_views import SyncProgress
from captui.session.history_walk import Step
from captui.session.local_history import LocalHistory
from captui.session.views import Severity, Topic

if TYPE_CHECKING:
    from captui.history.history import History

log = logging.getLogger(__name__)

SETTLE_S = 2.0
"""After an own trade the exchange's list is read so much later: it has the fee, and most of a burst."""
RETRY_WAITS_S = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Waits before each try after one that failed; the last repeats, and a page that was read begins them anew."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the file says as a whole."""

    positions: dict[str, Position] = field(default_factory=dict)
    trades: int = 0
    since_ms: int | None = None
    unplaced: tuple[str, ...] = ()
    """Markets whose currencies nobody tells."""


class HistorySync:
    def __init__(self, context: SessionContext, local: LocalHistory, reading: HistoryReading) -> None:
        self._context = context
        self._local = local
        self._reading = reading
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._live = False
        self._failures = 0
        self._told_fills: list[Fill] = []
        self._ended: list[Order] = []
        self._writing = False
        self._told_unplaced: frozenset[str] = frozenset()
        self.recorded = Recorded()
        self.progress = SyncProgress()

    def start(self) -> None:
        """The account has been fetched and is live: what is missing can be read."""
        self._live = True
        self._restart()

    def stop(self) -> None:
        """The connection is lost."""
        self._live = False
        self._cancel()
        self._show(
            replace(self.progress, done=False, problem="The connection was lost; reading goes on when it is back.")
        )

    async def begin(self) -> None:
        """The file is open, or a new one: shows what earlier runs recorded, then reads what is missing. Raises HistoryError."""
        # Up to the mark and what bears its very time: that is what was shown last.
        await self._reckon(beyond_ms=1)
        if self._live:
            self._restart()

    def rebuild(self) -> None:
        """Throws the recorded trades and orders away and reads them anew."""
        if not self._local.is_open:
            problem = self._local.problem or "It is not open yet."
            self._context.notify(Severity.WARNING, f"The local history cannot be read anew. {problem}")
            return
        self._cancel()
        self._context.tasks.spawn("history: rebuild", self._rebuild())

    def fill_seen(self, fill: Fill) -> None:
        """The stream has told of an own trade, or it was found."""
        if self._local.is_open:
            self._told_fills.append(fill)
            self._write_soon()
        self._wake.set()

    def order_ended(self, order: Order) -> None:
        if self._local.is_open:
            self._ended.append(order)
            self._write_soon()

    def _restart(self) -> None:
        self._cancel()
        if self._local.is_open:
            self._task = self._context.tasks.spawn("history: sync", self._keep())

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _rebuild(self) -> None:
        try:
            await self._local.run(lambda history: history.rebuild())
            self.progress = SyncProgress()
            await self._reckon()
        except HistoryError as error:
            self._show(replace(self.progress, problem=error.sentence))
            self._context.notify(Severity.ERROR, str(error))
        else:
            self._context.notify(Severity.INFO, "The local history is being read anew.")
        if self._live:
            self._restart()

    # Reading

    async def _keep(self) -> None:
        """Everything once, then what each new trade brings."""
        self._wake.clear()
        self._show(replace(self.progress, done=False, problem=""))
        first = await self._until_read(self._is_first)
        await self._until_read(self._trades)
        await self._until_read(self._orders)
        self._show(replace(self.progress, done=True))
        if first and self.recorded.trades:
            self._context.notify(
                Severity.INFO, f"All {self.recorded.trades} of your trades are in the local history now."
            )
        while True:
            await self._wake.wait()
            await asyncio.sleep(SETTLE_S)
            self._wake.clear()
            await self._until_read(self._trades)

    async def _until_read(self, read: Callable[[], Awaitable[bool]]) -> bool:
        self._failures = 0
        while True:
            try:
                return await read()
            except CaptuiError as error:
                log.warning("the local history could not be filled: %s", error)
                self._show(replace(self.progress, problem=error.sentence))
            wait_s = RETRY_WAITS_S[min(self._failures, len(RETRY_WAITS_S) - 1)]
            self._failures += 1
            await asyncio.sleep(wait_s)

    async def _is_first(self) -> bool:
        return await self._local.run(lambda history: history.covered_ms("trades")) is None

    async def _trades(self) -> bool:
        async def on_page(new: int, step: Step[Fill]) -> None:
            await self._reckon(whole=step.last)
            self._read_on(trades=new)

        await self._reading.trades(on_page)
        return True

    async def _orders(self) -> bool:
        async def on_page(new: int) -> None:
            self._read_on(orders=new)

        await self._reading.orders(on_page)
        return True

    def _read_on(self, *, trades: int = 0, orders: int = 0) -> None:
        self._failures = 0
        now = self.progress
        self._show(replace(now, trades=now.trades + trades, orders=now.orders + orders, problem=""))

    async def _reckon(self, *, whole: bool = False, beyond_ms: int = 0) -> None:
        """With everything where that is `whole`, else with what lies before the mark (and `beyond_ms` after it): further on something may
        still be missing, and what comes late has to be reckoned with from its place on. Raises HistoryError."""

        def read(history: History) -> Recorded:
            before_ms = None if whole else (history.covered_ms("trades") or 0) + beyond_ms
            return Recorded(
                positions=history.reckoning.positions(before_ms=before_ms),
                trades=history.trades.count(),
                since_ms=history.trades.oldest_ms(),
                unplaced=history.trades.unplaced_markets(),
            )

        self.recorded = await self._local.run(read)
        self._context.mark(Topic.PORTFOLIO)
        new = frozenset(self.recorded.unplaced) - self._told_unplaced
        if new:
            self._told_unplaced |= new
            self._context.notify(
                Severity.WARNING,
                f"Own trades of {', '.join(sorted(new))} are recorded but not in cost and profit: "
                "the exchange no longer says which currencies those are.",
            )

    # Writing

    def _write_soon(self) -> None:
        if not self._writing:
            self._writing = True
            self._context.tasks.spawn("history: write", self._write())

    async def _write(self) -> None:
        """All that has gathered while the last write was on its way, in one."""
        try:
            while self._told_fills or self._ended:
                fills, self._told_fills = self._told_fills, []
                ended, self._ended = self._ended, []
                count = await self._reading.write(fills, ended)
                self.recorded = replace(self.recorded, trades=count)
                self._context.mark(Topic.PORTFOLIO)
        except HistoryError as error:
            # Nothing is lost: the exchange's lists are read from the mark on.
            log.warning("a trade or an order could not be recorded: %s", error)
        finally:
            self._writing = False

    def _show(self, progress: SyncProgress) -> None:
        if progress != self.progress:
            self.progress = progress
            self._context.mark(Topic.PORTFOLIO)
