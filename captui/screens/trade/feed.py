"""Takes the session's views to the panes: only topics that changed, and tables only while somebody can see them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from decimal import Decimal

from captui.core.types import Order, Side
from captui.screens.trade.arrangement import TAB_PANES
from captui.screens.trade.order_desk import OrderDesk, available_of
from captui.screens.trade.workspace import Workspace
from captui.session.views import BookView, Freshness, Notice, Severity, Topic, Views
from captui.widgets import rows
from captui.widgets.balances import sentence
from captui.widgets.rows import clock_text

KEPT_NOTICES = 1_000
_SAME_WITHIN_MS = 2_000
_EVERYTHING = frozenset(Topic)


class Feed:
    """What the panes were last shown. `sizes` are the user's ladder presets by market id."""

    def __init__(
        self,
        workspace: Workspace,
        desk: OrderDesk,
        *,
        sizes: Mapping[str, tuple[Decimal, ...]],
        remembered: Mapping[str, str],
        now_ms: Callable[[], int],
        tz: tzinfo | None,
        bytes_out: Callable[[], int | None],
    ) -> None:
        self._bytes_out = bytes_out
        self._panes = workspace
        self._desk = desk
        self._sizes = sizes
        self._remembered = remembered
        self._now_ms = now_ms
        self._tz = tz
        self._grouped_for = ""
        self._second = 0
        self._count = 0
        self.views = Views()
        self.notices: deque[tuple[int, Notice]] = deque(maxlen=KEPT_NOTICES)
        """Newest first, each with a number of its own."""

    def book_here(self) -> BookView:
        """The book of the market on the screen; an empty one while only another market's is known."""
        return self.views.book if self.views.book.market == self.views.markets.selected else BookView()

    def orders_here(self) -> tuple[Order, ...]:
        """Open orders of the market on the screen."""
        return tuple(order for order in self.views.orders.open if order.market == self.views.markets.selected)

    def show(self, views: Views, dirty: frozenset[Topic] = _EVERYTHING) -> None:
        self.views = views
        panes, market = self._panes, views.markets.market
        if Topic.CONNECTION in dirty:
            panes.ladder.show_trouble(views.connection.reason)
        if Topic.MARKETS in dirty:
            panes.ladder.show_market(market, self._sizes.get(market.id, ()) if market else ())
            panes.chart.show_market(market)
            panes.tape.show_market(market)
            panes.ticket.show_market(market)
        if Topic.BOOK in dirty or Topic.MARKETS in dirty:
            self._restore_grouping(views)
            panes.ladder.show_book(self.book_here())
        if Topic.CHART in dirty:
            panes.chart.show_chart(views.chart)
        if Topic.TAPE in dirty:
            panes.tape.show_tape(views.tape)
        if dirty & {Topic.ORDERS, Topic.MARKETS}:
            panes.ladder.show_orders(self.orders_here())
            panes.chart.show_orders(self.orders_here())
        if dirty & {Topic.BOOK, Topic.TAPE, Topic.TICKERS, Topic.MARKETS}:
            price, taker = self.last()
            panes.ladder.show_last(price, taker)
            panes.chart.show_last(price)
            panes.ticket.show_prices(self.book_here(), price)
        if Topic.BALANCES in dirty:
            panes.ticket.show_available(available_of(views))
        if dirty & {Topic.BALANCES, Topic.MARKETS, Topic.CONNECTION}:
            panes.balances.show(views.balances, views.markets, views.connection)
        if dirty & {Topic.ORDERS, Topic.FILLS, Topic.MARKETS, Topic.CONNECTION}:
            self.show_tables()
        panes.ladder.allow(*self._desk.allowed())
        if dirty:
            self.show_ages()

    def last(self) -> tuple[Decimal | None, Side | None]:
        """Price and taker of the newest trade on this market, from the tape or else the ticker."""
        selected = self.views.markets.selected
        if self.views.tape.market == selected and self.views.tape.trades:
            newest = self.views.tape.trades[0]
            return newest.price, newest.taker
        ticker = self.views.tickers.tickers.get(selected)
        return (ticker.last if ticker else None), None

    def tick(self) -> bool:
        """Everything that grows older by itself, once a second. Whether another second has begun."""
        second = self._now_ms() // 1000
        if second == self._second:
            return False
        # What lies back a day or more is told with its date.
        another_minute = second // 60 != self._second // 60
        self._second = second
        self.show_ages()
        for name in TAB_PANES:
            if self._panes.current.shows(name) and (name == "orders" or another_minute):
                self._show_table(name)
        self._panes.message.expire(self._now_ms())
        return True

    def show_ages(self) -> None:
        views, now = self.views, self._now_ms()
        ticker = views.tickers.tickers.get(views.markets.selected)
        newest = views.tape.trades[0] if views.tape.market == views.markets.selected and views.tape.trades else None
        self._panes.market_bar.show(views.markets.market, ticker, newest, self.book_here(), now)
        self._panes.status_bar.show(views.connection, self.book_here(), now, self._desk.locked, self._bytes_out())

    def add_notices(self, notices: Sequence[Notice]) -> None:
        """To the log, and the newest to the message line above the status."""
        for notice in notices:
            self._count += 1
            self.notices.appendleft((self._count, notice))
        if notices:
            newest, now = notices[-1], self._now_ms()
            self._panes.message.show(newest, clock_text(newest.at_ms, now, self._tz), now)
            if self._panes.current.shows("log"):
                self._show_table("log")

    def say(self, text: str, severity: Severity) -> None:
        """A notice of the screen's own. A key held down says its sentence once."""
        now = self._now_ms()
        newest = self.notices[0][1] if self.notices else None
        if newest is None or newest.text != text or now - newest.at_ms > _SAME_WITHIN_MS:
            self.add_notices((Notice(now, severity, text),))

    def show_tables(self) -> None:
        """The strips, and the tables that are on the screen."""
        panes = self._panes
        shown, focused = panes.current, panes.focused_pane
        tab = next((name for name in shown.tabs if shown.shows(name)), "")
        counts = {"orders": len(self.views.orders.open)}
        panes.tab_strip.show(shown.tabs, tab, counts, focused=focused == tab)
        panes.orders_strip.show(("orders",), "orders", counts, focused=focused == "orders")
        for name in TAB_PANES:
            if shown.shows(name):
                self._show_table(name)

    def _show_table(self, name: str) -> None:
        panes, views, markets, now = self._panes, self.views, self.views.markets, self._now_ms()
        fresh = (views.fills if name == "trades" else views.orders).freshness is not Freshness.STALE
        if name == "orders":
            made = [rows.open_order(order, markets, now, fresh=fresh) for order in views.orders.open]
            panes.orders.show(made, empty=self._empty("No open orders.", views.orders.freshness, "your orders"))
        elif name == "history":
            made = [rows.closed_order(order, markets, now, self._tz, fresh=fresh) for order in views.orders.closed]
            panes.history.show(made, empty=self._empty("No finished orders.", views.orders.freshness, "your orders"))
        elif name == "trades":
            made = [rows.fill(fill, markets, now, self._tz, fresh=fresh) for fill in views.fills.fills]
            panes.trades.show(made, empty=self._empty("You have not traded yet.", views.fills.freshness, "your trades"))
        elif name == "log":
            panes.log_table.show([rows.notice(notice, number, now, self._tz) for number, notice in self.notices])

    def _empty(self, nothing: str, freshness: Freshness, what: str) -> str:
        return sentence(self.views.connection, what) if freshness is Freshness.WAITING else nothing

    def _restore_grouping(self, views: Views) -> None:
        """The grouping of last time, once for each visit to a market; the ladder refuses one that does not fit it."""
        market = views.markets.market
        if market is None or market.id == self._grouped_for:
            return
        self._grouped_for = market.id
        step = self._remembered.get(f"grouping.{market.id}", "")
        if step.replace(".", "", 1).isdigit():
            self._panes.ladder.grouping = Decimal(step)
