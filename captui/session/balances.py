"""The user's balances, from two sources that race: the stream's events and REST answers.

An event is newer than any answer to a request that was sent before it arrived, so an answer fills in only the currencies
that no event has touched meanwhile. Own activity without a balance event, and the end of any activity, bring another read:
whatever a server leaves out of its stream, the numbers end up equal to the exchange's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from decimal import Decimal

from captui.core.portfolio import value_in
from captui.core.types import Balance, Market, Ticker
from captui.errors import CaptuiError
from captui.session.context import SessionContext
from captui.session.views import BalanceRow, BalancesView, Freshness, Topic

log = logging.getLogger(__name__)

EVENT_PATIENCE_S = 0.25
"""How long after an own order or trade event its balance event may take before the balances are read."""
MIN_READ_GAP_S = 0.5
RETRY_READ_S = 2.0


class Balances:
    def __init__(self, context: SessionContext) -> None:
        self._context = context
        self._balances: dict[str, Balance] = {}
        self._known = False
        self.current = False
        """Read since the stream was last opened, and the stream still is."""
        self._events = 0
        self._event_of: dict[str, int] = {}
        """Currency to the number of its newest event."""
        self._event_at = float("-inf")
        self._activity = 0
        self._due_at: float | None = None
        self._due_for_want_of_event = False
        self._wake = asyncio.Event()
        self._read_at = float("-inf")

    @property
    def is_settled(self) -> bool:
        """No own trade is half told: both of its currencies have changed here, also where their events come one by one."""
        quiet_s = self._context.monotonic() - self._event_at
        return self.current and self._due_at is None and quiet_s >= self._context.settings.settle_after_s

    def available(self) -> dict[str, Decimal]:
        """By currency; empty while nothing is known."""
        return {currency: balance.available for currency, balance in self._balances.items()}

    def apply_event(self, balances: Iterable[Balance]) -> None:
        self._event_at = self._context.monotonic()
        for balance in balances:
            self._events += 1
            self._event_of[balance.currency] = self._events
            self._balances[balance.currency] = balance
        if self._due_for_want_of_event:
            # It came: what is left is the read at the end of the activity.
            self._due_for_want_of_event = False
            self._due(self._context.settings.settle_after_s)
        self._context.mark(Topic.BALANCES)

    def own_activity(self) -> None:
        """An own order or trade has just been heard of: a change of balances belongs to it."""
        self._activity += 1
        if self._due_at is None or not self._due_for_want_of_event:
            self._due_for_want_of_event = True
            self._due(EVENT_PATIENCE_S)

    async def read(self) -> None:
        """One read, merged with the events that overtook it. Raises ExchangeError."""
        events, activity = self._events, self._activity
        answer = await self._context.rest.balances()
        self._read_at = self._context.monotonic()
        for balance in answer:
            if self._event_of.get(balance.currency, 0) <= events:
                self._balances[balance.currency] = balance
        self._known = True
        self._context.mark(Topic.BALANCES)
        if self._activity != activity and self._due_at is None:
            self._due(EVENT_PATIENCE_S)

    async def keep_true(self) -> None:
        """Runs for as long as the session: the reads that activity asks for, spaced out."""
        while True:
            if self._due_at is None:
                self._wake.clear()
                await self._wake.wait()
                continue
            wait_s = max(self._due_at, self._read_at + MIN_READ_GAP_S) - self._context.monotonic()
            if wait_s > 0:
                self._wake.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), wait_s)
                continue
            self._due_at = None
            self._due_for_want_of_event = False
            if not self.current:
                continue
            try:
                await self.read()
            except CaptuiError as error:
                log.info("balances could not be read: %s", error)
                self._due(RETRY_READ_S)

    def view(self, tickers: Mapping[str, Ticker], markets: Iterable[Market]) -> BalancesView:
        quote = self._context.settings.quote
        valued, total = value_in(self._balances.values(), tickers, markets, quote)
        rows = [BalanceRow(balance=balance, value=value) for balance, value in valued]
        rows.sort(key=lambda row: (row.balance.currency != quote, -(row.value or Decimal(0)), row.balance.currency))
        seen = Freshness.STALE if self._known else Freshness.WAITING
        return BalancesView(rows=tuple(rows), total_value=total, freshness=Freshness.LIVE if self.current else seen)

    def _due(self, delay_s: float) -> None:
        self._due_at = self._context.monotonic() + delay_s
        self._wake.set()
