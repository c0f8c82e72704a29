"""Cancelling in its scopes: the orders at a price, one side, one market, everything. More than one order is asked about first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from captui.core.types import Order
from captui.render.lines import Line
from captui.screens.trade import review
from captui.screens.trade.order_desk import covered
from captui.session.commands import CancelAll, CancelOrder
from captui.session.views import Access, Freshness, SessionPort, Severity
from captui.widgets import wording

EVERYTHING = "cancel-all"
"""Id of the question whether to cancel everything: the key that asks it also answers it."""


class Ask(Protocol):
    """Opens a question and calls `then` with whether it was agreed to."""

    def __call__(
        self,
        title: str,
        items: Sequence[Line],
        yes: str,
        then: Callable[[bool], None],
        *,
        id: str | None,  # noqa: A002
    ) -> None: ...


class Cancelling:
    def __init__(self, session: SessionPort, *, ask: Ask, say: Callable[[str, Severity], None]) -> None:
        self._session = session
        self._ask = ask
        self._say = say

    def these(self, keys: Sequence[str]) -> None:
        """The orders at one price of the ladder."""
        orders = [order for order in self._session.views.orders.open if order.key in keys]

        def cancel(agreed: bool) -> None:
            if agreed:
                for order in orders:
                    self._session.send(CancelOrder(order.key))
            else:
                self._nothing_done(orders)

        if len(orders) > 1:
            items = review.order_list(orders, self._session.views.markets)
            question = f"Cancel {wording.count(len(orders), 'order')} at this price?"
            self._ask(question, items, "Cancel them", cancel, id=None)
        else:
            cancel(True)

    def scope(self, command: CancelAll, what: str) -> None:
        """`what` names the orders in words: `orders`, `buys on BTC/ZAR`."""
        views = self._session.views
        if views.connection.access is not Access.TRADING:
            self._say(views.connection.why_not, Severity.WARNING)
            return
        orders, fresh = covered(views.orders.open, command), views.orders.freshness is Freshness.LIVE
        if fresh and not orders:
            self._say(f"There are no open {what}.", Severity.INFO)
            return
        if fresh and len(orders) == 1:
            self._session.send(CancelOrder(orders[0].key))
            return

        def cancel(agreed: bool) -> None:
            if agreed:
                self._session.send(command)
            else:
                self._nothing_done(orders)

        items = review.order_list(orders, views.markets, fresh=fresh)
        whole = EVERYTHING if command == CancelAll() else None
        self._ask(f"Cancel all {what}?", items, "Cancel them", cancel, id=whole)

    def _nothing_done(self, orders: Sequence[Order]) -> None:
        stay = "it stays" if len(orders) == 1 else "they stay"
        self._say(f"Nothing was cancelled: {wording.count(len(orders), 'order')}, {stay} open.", Severity.WARNING)
