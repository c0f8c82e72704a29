"""The row at the top: the market and its price."""

from __future__ import annotations

from typing import ClassVar

from captui.core.types import Market, PublicTrade, Ticker
from captui.render.lines import Line
from captui.render.market_bar import draw_market_bar
from captui.session.views import BookView
from captui.widgets.line_pane import LinePane


class MarketBar(LinePane):
    DEFAULT_CSS: ClassVar[str] = """
    MarketBar { height: 1; }
    """

    _market: Market | None = None
    _ticker: Ticker | None = None
    _last: PublicTrade | None = None
    _book: BookView = BookView()
    _now_ms: int = 0

    def show(
        self, market: Market | None, ticker: Ticker | None, last_trade: PublicTrade | None, book: BookView, now_ms: int
    ) -> None:
        """All of it at once; repaints only when the row reads differently. `now_ms` is the time to show."""
        self._market, self._ticker, self._last, self._book, self._now_ms = market, ticker, last_trade, book, now_ms
        self.redraw()

    def lines(self, width: int, height: int) -> list[Line]:
        bar = draw_market_bar(
            self._market, self._ticker, self._last, self._book, now_ms=self._now_ms, tz=self._tz, width=width
        )
        return [bar, *[((" " * width, "text"),)] * (height - 1)]
