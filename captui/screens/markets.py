"""The markets screen: every pair live, to look over and to choose from."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType

from captui.actions import Scope, bindings
from captui.core.market_summary import MarketSummary, SortBy, found_by, ordered, summaries
from captui.screens.base import PageName, Surroundings
from captui.screens.page import Page
from captui.session.commands import Watched
from captui.session.views import Freshness, Phase, Severity, Topic, Views
from captui.widgets.market_detail import WITH_PICTURE, MarketDetail
from captui.widgets.market_rows import Shown
from captui.widgets.markets_head import Head, MarketsHead
from captui.widgets.markets_table import MarketsTable
from captui.widgets.price_moves import PriceMoves
from captui.widgets.table import Table

_SORT_EVERY_MS = 5_000
"""Rows change places no more often than this by themselves, and not while the cursor is being moved."""
_AROUND_THE_TABLE = 11
"""Rows of the screen that are neither markets nor the detail: the bars, the headings, and the space between."""
_DETAIL_LEAST, _DETAIL_MOST = 3, 18
_SORT_WORDS = {SortBy.NAME: "name", SortBy.CHANGE: "change", SortBy.TURNOVER: "volume in rand", SortBy.PRICE: "price"}
_TOPICS = frozenset(
    {Topic.MARKETS, Topic.TICKERS, Topic.SPARKS, Topic.ORDERS, Topic.BALANCES, Topic.CONNECTION, Topic.BOOK}
)


class MarketsScreen(Page):
    NAME = PageName.MARKETS
    SCOPE = Scope.MARKETS
    WATCHED = Watched.MARKETS
    FOCUS = ("markets",)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.MARKETS)]
    DEFAULT_CSS = """
    MarketsScreen {
        #markets-head { height: 1; margin-bottom: 1; }
        #markets { height: 1fr; }
        #market-detail { height: 3; margin-top: 1; }
    }
    """

    def __init__(self, world: Surroundings) -> None:
        super().__init__(world)
        self.head = MarketsHead(id="markets-head")
        self.table = MarketsTable(id="markets")
        self.detail = MarketDetail(id="market-detail")
        self._moves = PriceMoves()
        known = world.remembered.get("markets.favourites", "")
        self._favourites = frozenset(filter(None, known.split(",")))
        self._by, self._descending = _remembered_sort(world.remembered.get("markets.sort", ""))
        self._tab = ""
        """Quote currency, `★`, or empty for all."""
        self._summaries: dict[str, MarketSummary] = {}
        self._order: tuple[str, ...] = ()
        """The market ids as they stand."""
        self._sorted_ms = 0
        self._moved_ms = 0
        self._first = True

    def compose_body(self) -> ComposeResult:
        yield self.head
        yield self.table
        yield self.detail

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self._share_height()

    def _share_height(self) -> None:
        """The table has what its rows need, the picture of the day the rest, within reason."""
        left = self.size.height - _AROUND_THE_TABLE - len(self._summaries)
        self.detail.styles.height = _DETAIL_LEAST if left < WITH_PICTURE else min(_DETAIL_MOST, left)

    def show(self, views: Views, dirty: frozenset[Topic]) -> None:
        if not dirty & _TOPICS:
            return
        if Topic.TICKERS in dirty and _live(views):
            self._moves.note(views.tickers.tickers, self.world.now_ms())
        found = summaries(views.markets.markets, views.tickers.tickers, views.orders.open)
        same = {summary.market.id for summary in found} == self._summaries.keys()
        self._summaries = {summary.market.id: summary for summary in found}
        if not same:
            self._share_height()
        self._draw(sort=not same)
        if self._first and found:
            self._first = False
            self.table.go_to(views.markets.selected)

    def tick(self) -> None:
        now = self.world.now_ms()
        due = self._by is not SortBy.NAME and min(now - self._sorted_ms, now - self._moved_ms) >= _SORT_EVERY_MS
        if due or self._moves.lit(now):
            self._draw(sort=due)

    # What is shown

    def _tabs(self) -> tuple[str, ...]:
        quotes = dict.fromkeys(summary.market.quote for summary in self._summaries.values())
        return ("", "★", *(quotes if len(quotes) > 1 else ()))

    def _in_tab(self, summary: MarketSummary, tab: str) -> bool:
        return tab in ("", summary.market.quote) or (tab == "★" and summary.market.id in self._favourites)

    def _sort(self) -> None:
        self._sorted_ms = self.world.now_ms()
        lines = ordered(self._summaries.values(), self._by, descending=self._descending, favourites=self._favourites)
        self._order = tuple(summary.market.id for summary in lines)

    def _draw(self, *, sort: bool) -> None:
        views, now = self.session.views, self.world.now_ms()
        if sort:
            self._sort()
        if self._tab not in self._tabs():
            self._tab = ""
        live, selected = _live(views), views.markets.selected
        shown = [
            Shown(
                summary,
                views.sparks.closes.get(summary.market.id),
                favourite=summary.market.id in self._favourites,
                selected=summary.market.id == selected,
                move=self._moves.of(summary.market.id, now),
                live=live,
            )
            for summary in (self._summaries[market] for market in self._order)
            if self._in_tab(summary, self._tab) and found_by(summary, self.table.typed)
        ]
        self.table.show_markets(shown, empty=self._why_empty(views))
        self._show_head()
        self._show_detail()

    def _why_empty(self, views: Views) -> str:
        if not self._summaries:
            return views.connection.reason or "Waiting for the markets."
        if self.table.typed:
            return "No market has that in its name. Esc shows all again."
        return "No favourites yet: f puts the market under the cursor among them. The arrow to the left shows all."

    def _show_head(self) -> None:
        tabs = self._tabs()
        counts = [sum(self._in_tab(summary, tab) for summary in self._summaries.values()) for tab in tabs]
        titles = [{"": "All", "★": "★ Favourites"}.get(tab, tab.upper()) for tab in tabs]
        views = self.session.views
        self.head.show(
            Head(
                tuple(zip(titles, counts, strict=True)),
                tabs.index(self._tab),
                self.table.typed,
                self.table.typing,
                f"by {_SORT_WORDS[self._by]} {'↓' if self._descending else '↑'}",
                "" if _live(views) or not self._summaries else "not live",
            )
        )

    def _show_detail(self) -> None:
        views = self.session.views
        summary = self._summaries.get(self.table.cursor_key)
        base = summary.market.base if summary else ""
        known = views.balances.freshness is not Freshness.WAITING
        self.detail.show(
            summary,
            views.sparks.closes.get(summary.market.id) if summary else None,
            currency=views.markets.currencies.get(base),
            held=views.balances.of(base) if known else None,
            live=_live(views),
            # Whoever hides amounts on the portfolio screen does not want to read them here.
            private=self.world.remembered.get("portfolio.private") == "on",
        )

    # Keys

    @on(Table.Marked)
    def _marked(self) -> None:
        self._moved_ms = self.world.now_ms()
        self._show_detail()

    @on(Table.Details)
    def _entered(self) -> None:
        self.action_trade()

    @on(Table.TabMoved)
    def _tab_moved(self, message: Table.TabMoved) -> None:
        tabs = self._tabs()
        self._go_to_tab((tabs.index(self._tab) + message.by) % len(tabs))

    @on(MarketsHead.Chosen)
    def _tab_clicked(self, message: MarketsHead.Chosen) -> None:
        self._go_to_tab(message.index)

    def _go_to_tab(self, index: int) -> None:
        self._tab = self._tabs()[index]
        self._draw(sort=True)

    @on(MarketsTable.Typed)
    def _typed(self, message: MarketsTable.Typed) -> None:
        self._draw(sort=False)
        if message.text:
            self.table.action_end(-1)

    def action_trade(self) -> None:
        market = self.table.cursor_key
        if market:
            self.table.clear()
            self.world.trade_market(market)

    def action_search(self) -> None:
        self.table.search()
        self._show_head()

    def action_favourite(self) -> None:
        summary = self._summaries.get(self.table.cursor_key)
        if summary is None:
            return
        self._favourites ^= {summary.market.id}
        self.world.remember("markets.favourites", ",".join(sorted(self._favourites)))
        self._draw(sort=True)
        among = "is a favourite now" if summary.market.id in self._favourites else "is no favourite any more"
        self.say(f"{summary.name} {among}.", Severity.INFO)

    def action_sort(self) -> None:
        self._by = self._by.next()
        self._descending = self._by.descending_first
        self._sort_anew()

    def action_reverse(self) -> None:
        self._descending = not self._descending
        self._sort_anew()

    def _sort_anew(self) -> None:
        self.world.remember("markets.sort", f"{self._by} {'down' if self._descending else 'up'}")
        self._draw(sort=True)

    def action_move_pane(self, by: int) -> None:
        """There is one pane only; Tab ends the typing and keeps what was found."""
        if self.table.typing:
            self.table.keep()
            self._show_head()
        else:
            super().action_move_pane(by)

    def action_back(self) -> None:
        """First out of the search, then to the trade screen."""
        if self.table.typing or self.table.typed:
            self.table.clear()
            self._show_head()
        else:
            super().action_back()

    def on_click(self, event: events.Click) -> None:
        self._moved_ms = self.world.now_ms()
        if event.chain == 2 and event.widget is self.table and event.y > 0:
            self.action_trade()


def _live(views: Views) -> bool:
    """Whether the prices are. Without a key, or with one that is refused, the public part can be live all the same."""
    return views.connection.phase is Phase.LIVE or (
        views.connection.phase is Phase.REFUSED and views.book.freshness is Freshness.LIVE
    )


def _remembered_sort(text: str) -> tuple[SortBy, bool]:
    """By turnover, the largest first, where nothing that makes sense is remembered."""
    name, _, direction = text.partition(" ")
    if name in set(SortBy) and direction in ("up", "down"):
        return SortBy(name), direction == "down"
    return SortBy.TURNOVER, True
