"""The portfolio screen: what is held, what it is worth and what it cost, and how its value moved."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType

from captui.actions import Scope, bindings
from captui.core.holdings import Holding, HoldingOrder, Holdings, holdings, in_order
from captui.core.money import EXACT
from captui.core.portfolio import QUOTE
from captui.core.text import pair_name, printable
from captui.render.equity import Period
from captui.render.lines import Line, left
from captui.screens.answer import Answer
from captui.screens.base import PageName, Surroundings
from captui.screens.dialog import Dialog
from captui.screens.page import Page
from captui.session.commands import Watched
from captui.session.views import Freshness, Phase, Severity, Topic, Views
from captui.widgets.balances import sentence
from captui.widgets.equity_pane import EquityPane
from captui.widgets.holding_details import holding_items, markets_of, title
from captui.widgets.portfolio_rows import COLUMNS, decimals, holding_row
from captui.widgets.portfolio_summary import PortfolioSummary, Summary
from captui.widgets.table import Table

_TOPICS = frozenset({Topic.BALANCES, Topic.TICKERS, Topic.MARKETS, Topic.PORTFOLIO, Topic.CONNECTION})
_ROOM_FOR_BOTH = 30
"""Rows of the screen from which table and curve are shown together."""
_AROUND_THE_TABLE = 12
"""Rows of such a screen that are neither holdings nor the curve."""
_CURVE_LEAST, _CURVE_MOST = 10, 36


class PortfolioScreen(Page):
    NAME = PageName.PORTFOLIO
    SCOPE = Scope.PORTFOLIO
    WATCHED = Watched.PORTFOLIO
    FOCUS = ("holdings",)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.PORTFOLIO)]
    DEFAULT_CSS = """
    PortfolioScreen {
        #portfolio-summary { height: 3; margin-bottom: 1; }
        #holdings { height: 1fr; }
        #equity { height: 1fr; margin-top: 1; }
    }
    """

    def __init__(self, world: Surroundings) -> None:
        super().__init__(world)
        kept = world.remembered
        self.summary = PortfolioSummary(id="portfolio-summary", tz=world.tz)
        self.table = Table(COLUMNS, empty="Waiting for balances.", id="holdings")
        wanted = kept.get("portfolio.period", "")
        period = Period(wanted) if wanted in set(Period) else Period.MONTH
        self.equity = EquityPane(id="equity", period=period, tz=world.tz)
        by = kept.get("portfolio.sort", "")
        self._by = HoldingOrder(by) if by in set(HoldingOrder) else HoldingOrder.VALUE
        self._private = kept.get("portfolio.private") == "on"
        self._all = kept.get("portfolio.small") != "hidden"
        self._curve = kept.get("portfolio.curve") != "off"
        """Whether it stands below the table where there is room for both."""
        self._alone = False
        """Whether it stands in place of the table where there is not."""
        self._holdings: Holdings | None = None
        self._details: tuple[Dialog, str] | None = None
        """The one that is open, and the currency that it is about."""

    def compose_body(self) -> ComposeResult:
        yield self.summary
        yield self.table
        yield self.equity

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self._arrange()

    def show(self, views: Views, dirty: frozenset[Topic]) -> None:
        if not dirty & _TOPICS:
            return
        known = views.balances.freshness is not Freshness.WAITING
        before = len(self._holdings.all) if self._holdings else 0
        self._holdings = (
            holdings(
                [row.balance for row in views.balances.rows],
                views.tickers.tickers,
                views.markets.markets,
                views.portfolio.positions,
            )
            if known
            else None
        )
        self._draw()
        if before != (len(self._holdings.all) if self._holdings else 0):
            self._arrange()
        self._refresh_details()

    def tick(self) -> None:
        """The curve goes on to this moment, whatever moves."""
        self._show_value()

    # What is shown

    @property
    def _both(self) -> bool:
        """Whether there is room for the table and the curve together."""
        return self.size.height >= _ROOM_FOR_BOTH

    @property
    def _shows_curve(self) -> bool:
        return self._curve if self._both else self._alone

    def _arrange(self) -> None:
        """Room for both: the table has what its rows need and the curve the rest. Else one of them has it all."""
        curve = self._shows_curve
        self.equity.display = curve
        self.table.styles.display = "block" if self._both or not curve else "none"
        rows = len(self._holdings.all) if self._holdings else 0
        if curve and self._both:
            left = self.size.height - _AROUND_THE_TABLE - rows
            self.equity.styles.height = max(_CURVE_LEAST, min(_CURVE_MOST, left))
        else:
            self.equity.styles.height = "1fr"

    def _problem(self, views: Views) -> str:
        """Why the balances or their prices are not those of now; empty while they are."""
        if views.balances.freshness is Freshness.LIVE and views.connection.phase is Phase.LIVE:
            return ""
        return "not live"

    def _draw(self) -> None:
        views, found = self.session.views, self._holdings
        if found is None or not found.all:
            nothing = "The account is empty." if found is not None else sentence(views.connection, "what you own")
            self.table.show((), empty=nothing)
            self.summary.show(None)
        else:
            self._draw_holdings(views, found)
        self._show_value()

    def _show_value(self) -> None:
        views, found = self.session.views, self._holdings
        live = found is not None and not self._problem(views)
        total = found.total if found is not None and live else None
        self.equity.show(views.portfolio, total, self.world.now_ms(), private=self._private)

    def _draw_holdings(self, views: Views, found: Holdings) -> None:
        problem = self._problem(views)
        shown = [each for each in in_order(found.all, self._by) if self._all or not each.small]
        left_out = [each for each in found.all if each.small and not self._all]
        places = decimals(shown)
        self.table.show(
            [
                holding_row(
                    each,
                    places,
                    views.markets.currencies,
                    private=self._private,
                    live=not problem,
                    traded=views.portfolio.trades > 0,
                )
                for each in shown
            ],
            empty="All that is here is worth less than ten rand; d shows it.",
        )
        self.summary.show(
            Summary(
                found,
                views.portfolio,
                private=self._private,
                problem=problem,
                sort=self._by.value,
                hidden=len(left_out),
                hidden_value=_worth(left_out),
            )
        )

    # One holding

    @on(Table.Details)
    def _details_wanted(self, message: Table.Details) -> None:
        views, holding = self.session.views, self._holdings.of(message.key) if self._holdings else None
        if holding is None:
            return
        dialog = Dialog(
            title(holding, views.markets.currencies.get(holding.currency)),
            self._items(holding),
            self._answers(holding),
            mode=self.mode,
        )
        self._details = (dialog, holding.currency)
        markets = {market.id for market in views.markets.markets}

        def answered(answer: str | None) -> None:
            self._details = None
            if answer in markets:
                self.world.trade_market(answer)

        self.app.push_screen(dialog, answered)

    def _items(self, holding: Holding) -> list[Line]:
        views = self.session.views
        return holding_items(
            holding,
            views.markets.markets,
            views.tickers,
            self.world.tz,
            private=self._private,
            traded=views.portfolio.trades > 0,
            problem=self._problem(views),
        )

    def _answers(self, holding: Holding) -> tuple[Answer, ...]:
        found = markets_of(holding.currency, self.session.views.markets.markets)
        if not found or holding.currency == QUOTE:
            return ()
        name = printable(pair_name(found[0].name, found[0].id))
        return (Answer("t", f"Trade {left(name, 12).rstrip()}", found[0].id, "strong"),)

    def _refresh_details(self) -> None:
        """The dialog stays open while prices move."""
        if self._details is None or self._holdings is None:
            return
        dialog, currency = self._details
        holding = self._holdings.of(currency)
        if holding is not None and dialog.is_mounted:
            dialog.show(self._items(holding), self._answers(holding))

    # Keys

    def action_private(self) -> None:
        self._private = not self._private
        self.world.remember("portfolio.private", "on" if self._private else "off")
        self._draw()

    def action_sort(self) -> None:
        self._by = self._by.next()
        self.world.remember("portfolio.sort", self._by.value)
        self._draw()

    def action_small(self) -> None:
        self._all = not self._all
        self.world.remember("portfolio.small", "shown" if self._all else "hidden")
        self._draw()
        what = "Everything is shown." if self._all else "What is worth less than ten rand is left out."
        self.say(what, Severity.INFO)

    def action_curve(self) -> None:
        if self._both:
            self._curve = not self._curve
            self.world.remember("portfolio.curve", "on" if self._curve else "off")
        else:
            self._alone = not self._alone
        self._arrange()
        # A pane that is not there cannot have the keys.
        self.set_focus(self.table if self.table.display else None)

    def action_step_period(self, by: int) -> None:
        self._choose(self.equity.period.step(by))
        if not self._shows_curve:
            self.action_curve()

    @on(Table.TabMoved)
    def _arrow_pressed(self, message: Table.TabMoved) -> None:
        if self._shows_curve:
            self._choose(self.equity.period.step(message.by))

    @on(EquityPane.Chosen)
    def _period_clicked(self, message: EquityPane.Chosen) -> None:
        self._choose(message.period)

    def _choose(self, period: Period) -> None:
        self.equity.choose(period)
        self.world.remember("portfolio.period", period.value)


def _worth(found: list[Holding]) -> Decimal:
    total = Decimal(0)
    for holding in found:
        total = EXACT.add(total, holding.row.value or Decimal(0))
    return total
