"""The tape: what everybody has traded, newest on top; still while the user looks further down."""

from __future__ import annotations

from datetime import tzinfo
from typing import ClassVar

from textual import events
from textual.binding import BindingType

from captui.actions import Scope, bindings
from captui.core.types import Market, PublicTrade
from captui.render.ladder import waiting
from captui.render.lines import Line
from captui.render.tape import cells_needed, draw_tape_header, draw_trade
from captui.session.views import Freshness, TapeView
from captui.widgets.line_pane import LinePane


class Tape(LinePane, can_focus=True):
    """Scrolled by trade, not by row: the topmost trade stays on top while newer ones arrive above it."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.TAPE)]
    BINDING_GROUP_TITLE = "Tape"

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
        disabled: bool = False,
        tz: tzinfo | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes, disabled=disabled, tz=tz)
        self._market: Market | None = None
        self._tape = TapeView()
        self._top_id: str | None = None
        """Id of the topmost trade while scrolled; None follows the newest."""
        self._price_cells = self._amount_cells = 0

    def show_market(self, market: Market | None) -> None:
        if market != self._market:
            self._market = market
            self._tape = TapeView()
            self._top_id = None
            self._price_cells = self._amount_cells = 0
            self.redraw()

    def show_tape(self, view: TapeView) -> None:
        if view is self._tape or self._market is None or (view.market and view.market != self._market.id):
            return
        self._tape = view
        self.redraw()

    def _first(self) -> int:
        if self._top_id is None:
            return 0
        found = (at for at, trade in enumerate(self._tape.trades) if trade.id == self._top_id)
        return next(found, max(0, len(self._tape.trades) - 1))

    def lines(self, width: int, height: int) -> list[Line]:
        market, tape = self._market, self._tape
        if market is None:
            return waiting("Waiting for the markets.", width, height)
        if not tape.trades:
            words = f"Waiting for the trades of {market.name}."
            if tape.freshness is Freshness.LIVE:
                words = f"Nobody has traded {market.name} yet."
            return waiting(words, width, height)
        first = self._first()
        shown = tape.trades[first : first + height - 1]
        price, amount = cells_needed(shown, market)
        self._price_cells, self._amount_cells = max(price, self._price_cells), max(amount, self._amount_cells)
        stale = tape.freshness is not Freshness.LIVE
        made = [draw_tape_header(width, note=self._note(first, stale), stale=stale)]
        made += [self._line(trade, market, width, stale) for trade in shown]
        return (made + [((" " * width, "text"),)] * height)[:height]

    def _line(self, trade: PublicTrade, market: Market, width: int, stale: bool) -> Line:
        return draw_trade(
            trade,
            market,
            width,
            price_cells=self._price_cells,
            amount_cells=self._amount_cells,
            stale=stale,
            tz=self._tz,
        )

    def _note(self, first: int, stale: bool) -> str:
        if stale:
            return "not live"
        if first:
            return f"▲ {first} newer"
        return "every few seconds" if self._tape.polled else ""

    def action_scroll(self, by: int) -> None:
        trades = self._tape.trades
        if not trades:
            return
        last = max(0, len(trades) - max(1, self.content_size.height - 1))
        at = max(0, min(last, self._first() + by))
        self._top_id = trades[at].id if at else None
        self.redraw()

    def on_mouse_scroll_up(self, _event: events.MouseScrollUp) -> None:
        self.action_scroll(-3)

    def on_mouse_scroll_down(self, _event: events.MouseScrollDown) -> None:
        self.action_scroll(3)

    def action_newest(self) -> None:
        self._top_id = None
        self.redraw()
