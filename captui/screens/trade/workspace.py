"""The panes of the trade screen, placed: which of them are on the screen, and which one has the keys."""

from __future__ import annotations

from datetime import tzinfo
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Offset, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.message import Message
from textual.widget import Widget

from captui.actions import ACTIONS
from captui.screens.trade.arrangement import FOCUS_ORDER, TAB_PANES, Arrangement, arrange
from captui.widgets import rows
from captui.widgets.balances import Balances
from captui.widgets.bars import KeyBar, MessageLine, TabStrip
from captui.widgets.chart import Chart
from captui.widgets.ladder import Ladder
from captui.widgets.market_bar import MarketBar
from captui.widgets.status_bar import StatusBar
from captui.widgets.table import Table, TabTable
from captui.widgets.tape import Tape
from captui.widgets.ticket import Ticket

TABLES = ("orders", "history", "trades", "log")
"""Panes that are tables."""
_TAB_KEYS: list[BindingType] = [action.binding() for action in ACTIONS if action.id in ("tabs.left", "tabs.right")]


class _Placed(Layout):
    """Puts every pane where the arrangement says; a pane that it does not name is not on the screen."""

    name = "arranged"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:  # noqa: ARG002 - Textual's signature
        assert isinstance(parent, Workspace)
        regions = parent.place(size.width, size.height).regions
        none, flat = Offset(0, 0), Spacing()
        return [
            WidgetPlacement(regions[child.id], none, flat, child)
            for child in children
            if child.id in regions and regions[child.id].area
        ]


class Workspace(Widget):
    """All panes, each made once and moved about as the terminal's size and the focus ask."""

    BINDINGS: ClassVar[list[BindingType]] = _TAB_KEYS

    class Moved(Message):
        """Another pane has the keys, another tab is shown, or the size has changed."""

    def __init__(self, tz: tzinfo | None) -> None:
        super().__init__(id="workspace")
        self._placed = _Placed()
        self.market_bar = MarketBar(id="market-bar", tz=tz)
        self.ladder = Ladder(id="ladder", tz=tz)
        self.chart = Chart(id="chart", tz=tz)
        self.ticket = Ticket(id="ticket")
        self.balances = Balances(id="balances")
        self.tape = Tape(id="tape", tz=tz)
        self.tab_strip = TabStrip(id="tab-strip")
        self.orders_strip = TabStrip(id="orders-strip")
        self.orders = TabTable(rows.OPEN_COLUMNS, empty="", id="orders")
        self.history = TabTable(rows.HISTORY_COLUMNS, empty="", id="history", follows_top=True)
        self.trades = TabTable(rows.FILL_COLUMNS, empty="", id="trades", follows_top=True)
        self.log_table = TabTable(
            rows.LOG_COLUMNS, empty="Nothing has happened yet.", id="log", wraps=True, follows_top=True
        )
        self.message = MessageLine(id="message")
        self.status_bar = StatusBar(id="status-bar")
        self.key_bar = KeyBar(id="key-bar")
        self.tab = "orders"
        self.maximised = False
        self._focused = "ladder"
        self._last_placed: Arrangement | None = None
        self._all: tuple[Widget, ...] = (
            *(self.market_bar, self.ladder, self.chart, self.ticket, self.balances, self.tape),
            *(self.tab_strip, self.orders_strip, self.orders, self.history, self.trades, self.log_table),
            *(self.message, self.status_bar, self.key_bar),
        )
        self._hidden: list[Widget] = []
        """Panes that are not mounted yet, for the first frame does not show them."""

    def compose(self) -> ComposeResult:
        """What is on the screen at this size; the rest is for `complete`."""
        shown = self.arranged(*self.app.size)
        self._hidden = [pane for pane in self._all if not shown.shows(pane.id or "")]
        yield from (pane for pane in self._all if pane not in self._hidden)

    def complete(self) -> None:
        """Mounts what is not mounted yet."""
        hidden, self._hidden = self._hidden, []
        if hidden:
            self.mount(*hidden)

    @property
    def layout(self) -> Layout:
        return self._placed

    def arranged(self, width: int, height: int) -> Arrangement:
        return arrange(width, height, focus=self._focused, tab=self.tab, maximised=self.maximised)

    def place(self, width: int, height: int) -> Arrangement:
        """For the layout: where the panes are from now on."""
        self._last_placed = self.arranged(width, height)
        return self._last_placed

    @property
    def current(self) -> Arrangement:
        return self.arranged(self.size.width, self.size.height)

    @property
    def focused_pane(self) -> str:
        """Id of the pane that has the keys."""
        return self._focused

    def pane(self, name: str) -> Widget:
        self.complete()
        return self.query_one(f"#{name}")

    def focus_pane(self, name: str) -> None:
        """Bring the pane onto the screen and give it the keys."""
        if name in self.current.tabs:
            self.tab = name
        self._focused = name
        self._place()
        # Not `focus()`: that waits its turn, and the next key would still go to the pane before.
        self.screen.set_focus(self.pane(name))

    def next_pane(self, by: int) -> None:
        shown = [name for name in FOCUS_ORDER if self.current.shows(name)]
        if self.maximised or self._focused not in shown:
            self.maximised = False
            self._place()
            shown = [name for name in FOCUS_ORDER if self.current.shows(name)]
        at = shown.index(self._focused) if self._focused in shown else 0
        self.focus_pane(shown[(at + by) % len(shown)])

    def action_tab(self, by: int) -> None:
        """The tab to the left or right; the keys go along when the tab has them."""
        tabs = self.current.tabs
        name = tabs[(tabs.index(self.tab) + by) % len(tabs)] if self.tab in tabs else tabs[0]
        if self._focused in tabs:
            self.focus_pane(name)
        else:
            self.tab = name
            self._place()

    def toggle_maximised(self) -> None:
        self.maximised = not self.maximised
        self._place()

    def on_table_tab_moved(self, message: Table.TabMoved) -> None:
        message.stop()
        self.action_tab(message.by)

    def on_tab_strip_chosen(self, message: TabStrip.Chosen) -> None:
        message.stop()
        self.focus_pane(message.pane)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        name = event.widget.id or ""
        if name in FOCUS_ORDER and name != self._focused:
            self._focused = name
            self._place()
        self.post_message(self.Moved())

    def on_resize(self) -> None:
        # A pane that has no place at the new size cannot keep the keys.
        if not self.current.shows(self._focused):
            self.focus_pane("orders" if self._focused in TAB_PANES else "ladder")
        self.post_message(self.Moved())

    def _place(self) -> None:
        """Lay the panes out again where that makes a difference: a new layout is a whole new picture for the terminal."""
        placed = self.current
        if placed == self._last_placed:
            self.post_message(self.Moved())
            return
        # Asked of a child: a container that asks for itself keeps the arrangement that it has.
        self.key_bar.refresh(repaint=False, layout=True)
        self.post_message(self.Moved())
