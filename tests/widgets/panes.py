"""An app with only the live panes in it, as a screen would feed them: for tests, and to be looked at.

python -m tests.widgets.panes [live|stale|reconnecting|no-credentials] [theme] [deep]
"""

from __future__ import annotations

import sys
from dataclasses import replace

from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message

from captui.core.checks import Limits, check
from captui.core.fees import Fees
from captui.core.preview import preview
from captui.session.views import Freshness, Views
from captui.themes import DEFAULT_THEME, THEMES, VARIABLE_DEFAULTS
from captui.widgets.chart import Chart
from captui.widgets.draft import DraftView
from captui.widgets.ladder import Ladder
from captui.widgets.market_bar import MarketBar
from captui.widgets.status_bar import StatusBar
from captui.widgets.tape import Tape
from tests import samples


class Panes(App[None]):
    """Shows `views`, works out drafts as the trade screen does, and keeps every message that the panes post."""

    CSS = """
    Horizontal { height: 1fr; }
    Ladder { width: 46; }
    Chart { width: 1fr; padding: 0 1; }
    Tape { width: 34; }
    """

    def __init__(self, views: Views, *, theme: str = DEFAULT_THEME) -> None:
        super().__init__()
        self.views = views
        self.heard: list[Message] = []
        for known in THEMES:
            self.register_theme(known)
        self.theme = theme

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return VARIABLE_DEFAULTS

    def compose(self) -> ComposeResult:
        yield MarketBar(tz=samples.TZ)
        with Horizontal():
            yield Ladder(tz=samples.TZ)
            with Vertical():
                yield Chart(tz=samples.TZ)
            yield Tape(tz=samples.TZ)
        yield StatusBar(tz=samples.TZ)

    def on_mount(self) -> None:
        self.show(self.views)
        self.query_one(Ladder).focus()

    def on_resize(self) -> None:
        self.query_one(Tape).display = self.size.width >= 110
        self.query_one(Chart).display = self.size.width >= 90

    def show(self, views: Views) -> None:
        """Pushes everything, as one frame of the trade screen would."""
        self.views = views
        market = views.markets.market
        connection = views.connection
        ladder, chart, tape = self.query_one(Ladder), self.query_one(Chart), self.query_one(Tape)
        last = views.tape.trades[0] if views.tape.trades else None
        own = tuple(order for order in views.orders.open if market and order.market == market.id)
        for pane in (chart, tape):
            pane.show_market(market)
        ladder.show_market(market)
        ladder.allow(connection.can_trade, connection.why_not)
        ladder.show_book(views.book)
        ladder.show_orders(own, live=views.orders.freshness is Freshness.LIVE)
        ladder.show_last(last.price if last else None, last.taker if last else None)
        chart.show_chart(views.chart)
        chart.show_orders(own)
        chart.show_last(last.price if last else None)
        tape.show_tape(views.tape)
        ticker = views.tickers.tickers.get(market.id) if market else None
        self.query_one(MarketBar).show(market, ticker, last, views.book, samples.NOW_MS)
        self.query_one(StatusBar).show(connection, views.book, samples.NOW_MS, False, 640)
        self.work_out()

    def work_out(self) -> None:
        """The preview and the checks of what is staged."""
        ladder = self.query_one(Ladder)
        draft, market, book = ladder.staged, self.views.markets.market, self.views.book
        if draft is None or market is None:
            ladder.show_draft(None)
            return
        available = {row.balance.currency: row.balance.available for row in self.views.balances.rows}
        shown = preview(draft, market=market, bids=book.bids, asks=book.asks, available=available, fees=Fees())
        found = check(
            draft,
            market=market,
            bids=book.bids,
            asks=book.asks,
            fresh=book.freshness is Freshness.LIVE,
            available=available,
            limits=Limits(),
            fees=Fees(),
            recent=(),
            now_ms=samples.NOW_MS,
        )
        ladder.show_draft(DraftView(draft, shown, found))

    def on_ladder_draft_changed(self, message: Ladder.DraftChanged) -> None:
        self.heard.append(message)
        self.work_out()

    def on_ladder_send_draft(self, message: Ladder.SendDraft) -> None:
        self.heard.append(message)

    def on_ladder_cancel_orders(self, message: Ladder.CancelOrders) -> None:
        self.heard.append(message)

    def on_ladder_declined(self, message: Ladder.Declined) -> None:
        self.heard.append(message)

    def on_ladder_view_changed(self, message: Ladder.ViewChanged) -> None:
        self.heard.append(message)

    def on_chart_need_older(self, message: Chart.NeedOlder) -> None:
        self.heard.append(message)


def main(arguments: list[str]) -> None:
    states = ("live", "stale", "reconnecting", "no-credentials")
    views = samples.views(next((word for word in arguments if word in states), "live"))
    if "deep" in arguments:
        views = replace(views, book=samples.deep_book())
    names = {theme.name for theme in THEMES}
    theme = next((word for word in arguments if word in names), DEFAULT_THEME)
    Panes(views, theme=theme).run()


if __name__ == "__main__":
    main(sys.argv[1:])
