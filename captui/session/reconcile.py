"""After every (re)connect: what the exchange holds is fetched and merged before anything is called live.

The stream is subscribed first, so whatever happens meanwhile arrives as well; merging does not care about the order.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from captui.core.events import OrderState
from captui.errors import CaptuiError, UnauthorisedError
from captui.session.account import Account
from captui.session.balances import Balances
from captui.session.connection import Connection
from captui.session.context import SessionContext, retry_waits
from captui.session.lookups import Lookups
from captui.session.views import Phase, Severity, Topic

AGAIN_GAP_S = 1.0
"""An exchange whose every message is unreadable is not asked more often than this."""

log = logging.getLogger(__name__)


class Reconciler:
    """`on_done` is called whenever the account has been fetched."""

    def __init__(
        self,
        context: SessionContext,
        *,
        account: Account,
        balances: Balances,
        lookups: Lookups,
        connection: Connection,
    ) -> None:
        self._context = context
        self._account = account
        self._balances = balances
        self._lookups = lookups
        self._connection = connection
        self._task: asyncio.Task[None] | None = None
        self._wanted = False
        self._begun_at = float("-inf")
        self.on_done: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begins anew: what a running one has fetched so far may be from before a loss. Nothing without an open private stream."""
        if not self._connection.private or self._connection.phase not in (Phase.RECONCILING, Phase.LIVE):
            return
        self.stop()
        self._wanted = False
        self._begun_at = self._context.monotonic()
        self._task = self._context.tasks.spawn("reconcile", self._run())

    def again(self) -> None:
        """Something may have been missed: fetch once more, soon."""
        self._wanted = True

    def tick(self) -> None:
        """To be called about twice a second: fetches what was missed, and everything now and then."""
        running = self._task is not None and not self._task.done()
        since_s = self._context.monotonic() - self._begun_at
        due = since_s >= (AGAIN_GAP_S if self._wanted else self._context.settings.recheck_every_s)
        if due and not running and self._connection.phase is Phase.LIVE:
            self.start()

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        for wait_s in retry_waits():
            await asyncio.sleep(wait_s)
            try:
                await self._fetch()
            except UnauthorisedError as error:
                if self._connection.heed_refusal(error.sentence, error.codes, error.status):
                    return
                self._connection.say(error.sentence)
            except CaptuiError as error:
                log.warning("orders and balances could not be fetched: %s", error)
                self._connection.say(f"Orders and balances could not be fetched yet: {error.sentence}")
            else:
                break
        self._account.current = self._account.primed = self._balances.current = True
        self._context.mark(Topic.ORDERS, Topic.FILLS, Topic.BALANCES)
        self._connection.reconciled()
        self._lookups.search()
        self.on_done()

    async def _fetch(self) -> None:
        """Raises ExchangeError; what was merged until then is true all the same."""
        rest, account = self._context.rest, self._account
        believed_open = {order.id for order in account.open_orders() if order.id is not None}
        seen: set[int] = set()
        for state in (OrderState.WAIT, OrderState.PENDING):
            for record in (await rest.all_orders(state=state)).items:
                seen.add(record.id)
                account.observe(record)
        # The newest of any state: the history that is shown, and the ends of most orders that ended while we were away.
        newest = await rest.orders()
        for record in newest.items:
            seen.add(record.id)
            account.observe(record)
        for odd in newest.odd:
            self._context.notify(Severity.WARNING, f"Order {odd.id} of the exchange is not followed. {odd.reason}")
            # To fetch it by itself would fail for ever, and nothing would be called live.
            if odd.id.isdecimal():
                seen.add(int(odd.id))
        await self._lookups.read_new_fills()
        await self._balances.read()
        for order_id in sorted(believed_open - seen):
            order = account.by_id(order_id)
            if order is not None and order.status.is_open:
                await self._lookups.fetch_now(order_id)
