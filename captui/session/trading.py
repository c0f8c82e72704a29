"""Placing and cancelling: checked, journalled, sent once, and followed until what became of it is known."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable

from captui.core import checks
from captui.core import orders as lifecycle
from captui.core.events import OrderRecord
from captui.core.orders import OrderEvent
from captui.core.outcome import Accepted, Outcome, Refused, Unknown
from captui.core.types import Market, Order, OrderDraft, OrderStatus, Side
from captui.errors import JournalError
from captui.session import sentences
from captui.session.account import Account
from captui.session.balances import Balances
from captui.session.commands import PlaceOrder
from captui.session.connection import Connection
from captui.session.context import SessionContext
from captui.session.journalling import Journalling
from captui.session.lookups import Lookups
from captui.session.market_data import MarketData
from captui.session.views import Freshness, Severity

log = logging.getLogger(__name__)

RECENT_KEPT = 200
"""Drafts remembered for finding twins."""
CUSTOM_IDS_KEPT = 100_000


class Trading:
    def __init__(
        self,
        context: SessionContext,
        *,
        account: Account,
        balances: Balances,
        data: MarketData,
        lookups: Lookups,
        connection: Connection,
        journalling: Journalling,
        market_of: Callable[[str], Market | None],
    ) -> None:
        self._context = context
        self._account = account
        self._balances = balances
        self._data = data
        self._lookups = lookups
        self._connection = connection
        self._journalling = journalling
        self._market_of = market_of
        self._seen: dict[str, None] = {}
        """Custom ids that were ever asked for, refused ones included."""
        self._recent: deque[tuple[OrderDraft, int]] = deque(maxlen=RECENT_KEPT)
        self._cancel_when_known: set[str] = set()
        self._cancelling: set[str] = set()
        account.on_identified = self._identified
        account.on_resolved = self._resolved

    # Placing

    def place(self, command: PlaceOrder) -> None:
        """Refuses with a notice, or starts; what becomes of it is told by the order's status and notices."""
        draft, custom_id = command.draft, command.custom_id
        refusal = self._refusal(command)
        if refusal:
            self._context.notify(Severity.ERROR, f"Not sent: {refusal}", custom_id)
            return
        now_ms = self._context.now_ms()
        self._recent.append((draft, now_ms))
        self._account.draft(lifecycle.drafted(draft, custom_id, now_ms))
        self._context.tasks.spawn(f"write: create {custom_id}", self._create(draft, custom_id))

    def _refusal(self, command: PlaceOrder) -> str:
        custom_id, journal = command.custom_id, self._context.journal
        if not custom_id:
            return "An order needs an id of its own before it is sent."
        if custom_id in self._seen or (journal is not None and journal.knows(custom_id)):
            return "This very order was already given; it is never sent twice."
        self._seen[custom_id] = None
        if len(self._seen) > CUSTOM_IDS_KEPT:
            del self._seen[next(iter(self._seen))]
        if self._connection.order_refusal:
            return self._connection.order_refusal
        if self._journalling.failure:
            return self._journalling.failure
        return self._findings(command)

    def _findings(self, command: PlaceOrder) -> str:
        draft, data = command.draft, self._data
        market = self._market_of(draft.market)
        if market is None:
            return f"The exchange has no market {draft.market!r}."
        if draft.market != data.market_id:
            return f"The book of {market.name} is not being watched: select that market first."
        findings = checks.check(
            draft,
            market=market,
            bids=data.book.bids(),
            asks=data.book.asks(),
            fresh=data.book_freshness[0] is Freshness.LIVE,
            available=self._balances.available(),
            limits=self._context.settings.limits,
            fees=self._context.settings.fees,
            recent=tuple(self._recent),
            now_ms=self._context.now_ms(),
            own=self._account.open_orders(),
        )
        standing = [finding for finding in findings if finding.blocking or finding.code not in command.confirmed]
        return " ".join(finding.text for finding in standing)

    async def _create(self, draft: OrderDraft, custom_id: str) -> None:
        try:
            await self._journalling.create(draft, custom_id)
        except JournalError as error:
            self._account.tell(custom_id, OrderEvent.REFUSED, f"It was not sent: {error}")
            return
        outcome: Outcome[OrderRecord] = await self._context.rest.create_order(draft, custom_id)
        match outcome:
            case Accepted(record):
                # The answer is to this very request, so it is this order, whether or not the server repeats our id.
                self._account.identify(custom_id, record)
            case Refused(reason, codes, status):
                self._tell_unseen(custom_id, OrderEvent.REFUSED, reason)
                self._connection.heed_refusal(reason, codes, status)
            case Unknown(reason):
                order = self._tell_unseen(custom_id, OrderEvent.LOST, reason)
                if order is not None:
                    self._journalling.outcome(order)
                    self._lookups.search()

    def _tell_unseen(self, key: str, event: OrderEvent, reason: str) -> Order | None:
        """Of an order that the stream or a look-up has seen at the exchange, a lost or strange answer says nothing."""
        order = self._account.get(key)
        if order is None or order.id is not None:
            log.info("order %s was seen before its answer: %s, %s", key, event.value, reason)
            return None
        return self._account.tell(key, event, reason)

    # Cancelling

    def cancel(self, key: str) -> None:
        order = self._account.get(key)
        refusal = self._connection.write_refusal
        if order is None:
            self._context.notify(Severity.WARNING, "There is no such order to cancel.", key)
        elif refusal:
            self._context.notify(Severity.ERROR, f"Not cancelled: {refusal}", key)
        elif order.status.is_final:
            text = (
                f"{sentences.named(order, self._market_of(order.market))} is already {sentences.status_words(order)}."
            )
            self._context.notify(Severity.INFO, text, key)
        elif order.id is None:
            self._remember(order)
        elif key not in self._cancelling:
            self._start_cancel(order)

    def cancel_all(self, market: str | None, side: Side | None) -> None:
        refusal = self._connection.write_refusal
        if refusal:
            self._context.notify(Severity.ERROR, f"Not cancelled: {refusal}")
            return
        known: list[str] = []
        for order in self._account.open_orders():
            if (market is None or order.market == market) and (side is None or order.side is side):
                if order.id is None:
                    self._remember(order)
                else:
                    self._account.tell(order.key, OrderEvent.CANCEL_ASKED)
                    known.append(order.key)
        self._context.tasks.spawn("write: cancel all", self._cancel_all(market, side, tuple(known)))

    def _remember(self, order: Order) -> None:
        if order.key in self._cancel_when_known:
            return
        self._cancel_when_known.add(order.key)
        text = f"{sentences.named(order, self._market_of(order.market))} is cancelled as soon as the exchange's id for it is known."
        self._context.notify(Severity.INFO, text, order.key)

    def _identified(self, order: Order) -> None:
        if order.key in self._cancel_when_known:
            self._cancel_when_known.discard(order.key)
            if order.status.is_open:
                self._start_cancel(order)

    def _resolved(self, order: Order) -> None:
        self._cancel_when_known.discard(order.key)
        if order.status is OrderStatus.PENDING:
            self._lookups.await_placed(order.key)
        self._journalling.outcome(order)

    def _start_cancel(self, order: Order) -> None:
        self._cancelling.add(order.key)
        self._account.tell(order.key, OrderEvent.CANCEL_ASKED)
        self._context.tasks.spawn(f"write: cancel {order.key}", self._cancel(order))

    async def _cancel(self, order: Order) -> None:
        try:
            assert order.id is not None
            await self._journalling.cancel(order)
            outcome = await self._context.rest.cancel_order(order.id)
        finally:
            self._cancelling.discard(order.key)
        if isinstance(outcome, Accepted):
            self._account.observe(outcome.value)
            self._follow((order.key,), None)
        else:
            self._follow((order.key,), outcome)

    async def _cancel_all(self, market: str | None, side: Side | None, keys: tuple[str, ...]) -> None:
        await self._journalling.cancel_all(market, side)
        outcome = await self._context.rest.cancel_all(market=market, side=side)
        if isinstance(outcome, Accepted):
            for record in outcome.value:
                self._account.observe(record)
            self._follow(keys, None)
            return
        if not keys:
            self._context.notify(Severity.ERROR, f"Cancelling failed: {outcome.reason}")
        self._follow(keys, outcome)

    def _follow(self, keys: tuple[str, ...], failure: Refused | Unknown | None) -> None:
        """Sees to it that each order's end is learnt; the connection hears of a refused key."""
        match failure:
            case Refused(reason, codes, status):
                self._connection.heed_refusal(reason, codes, status)
            case Unknown(reason):
                reason = f"the answer was lost ({reason.rstrip('.')})"
            case None:
                reason = "the exchange took the request and has not acted on it yet"
        for key in keys:
            self._context.tasks.spawn(
                f"look-up: cancel {key}", self._see_cancelled(key, reason, refused=isinstance(failure, Refused))
            )

    async def _see_cancelled(self, key: str, reason: str, *, refused: bool) -> None:
        order = await self._lookups.await_cancel(key, refused=refused)
        if order is not None and order.status is OrderStatus.CANCELLING:
            order = self._account.tell(key, OrderEvent.CANCEL_FAILED)
        if order is not None and (order.status.is_open or refused):
            text = sentences.cancel_failed(order, self._market_of(order.market), reason)
            severity = Severity.ERROR if order.status.is_open else Severity.WARNING
            self._context.notify(severity, text, key)
