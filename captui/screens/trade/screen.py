"""The trade screen: what keys and panes ask for becomes a command to the session, a question, or one sentence.

Orders go to the session's queue at once and belong to nothing on this screen: closing a dialog or the screen cancels none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from captui.actions import Action, Scope, bindings
from captui.core.dataclass import dataclass
from captui.core.intervals import Interval
from captui.core.text import pair_name
from captui.core.types import OrderDraft, Side
from captui.render.lines import Line
from captui.screens.answer import Answer
from captui.screens.base import CaptuiScreen, PageName, Surroundings, footers
from captui.screens.trade import review
from captui.screens.trade.cancelling import Cancelling
from captui.screens.trade.feed import Feed
from captui.screens.trade.order_desk import Blocked, OrderDesk, Sent
from captui.screens.trade.workspace import TABLES, Workspace
from captui.session.commands import (
    CancelAll,
    CancelOrder,
    LoadOlderCandles,
    SelectInterval,
    SelectMarket,
)
from captui.session.views import Severity, Topic, Update
from captui.widgets.chart import Chart
from captui.widgets.draft import DraftView
from captui.widgets.ladder import Ladder
from captui.widgets.table import Table, TabTable
from captui.widgets.ticket import Ticket

if TYPE_CHECKING:
    from captui.screens.dialog import Dialog

SCOPES: dict[str, tuple[Scope, ...]] = {
    "ladder": (Scope.LADDER, Scope.STAGED),
    "chart": (Scope.CHART,),
    "ticket": (Scope.TICKET,),
    "tape": (Scope.TAPE,),
    **dict.fromkeys(TABLES, (Scope.ROWS, Scope.TABS)),
}
"""The scopes whose keys work in each pane."""
_ELSEWHERE = frozenset({Scope.PAGE, Scope.MARKETS, Scope.PORTFOLIO, Scope.HISTORY, Scope.FUNDING})
_FIRST_KEYS = frozenset({"ladder.stage_buy", "ladder.stage_sell", "ladder.cancel_here"})
_CANCEL = (Answer("x", "Cancel order", "cancel", "warning"),)
_STAGED_KEYS = ("staged.send", "staged.drop", "staged.price_up", "staged.size_up", "staged.post_only")
"""What the key bar names while an order is staged."""
_SEND = Answer("y", "Send", "send", "strong")
_SEND_ANYWAY = Answer("Y", "Send all the same", "send", "warning")
"""Another key than the usual one: what the hand does by habit must not agree to a risk."""


def _nothing(*_what: object) -> None:
    pass


def _answers(view: DraftView) -> tuple[Answer, ...]:
    return (_SEND_ANYWAY if view.findings else _SEND,)


@dataclass(frozen=True, slots=True)
class _Shaped:
    """Where a draft was shaped, so that nothing shaped by hand is lost: it is given back where it was not sent."""

    keep: Callable[[OrderDraft], None] = _nothing
    sent: Callable[[], None] = _nothing


class TradeScreen(CaptuiScreen):
    # It gives the keys to the ladder; Textual's own search for somebody to give them to takes as long as drawing five panes.
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.EVERYWHERE, Scope.TRADE)]

    def __init__(self, world: Surroundings) -> None:
        super().__init__(world)
        config = world.config
        self._session = world.session
        self._remember = world.remember
        self._tz = world.tz
        self.panes = Workspace(world.tz)
        self.desk = OrderDesk(
            world.session, limits=config.limits, fees=config.fees, now_ms=world.now_ms, new_id=world.new_id
        )
        self.feed = Feed(
            self.panes,
            self.desk,
            sizes=config.sizes,
            remembered=world.remembered,
            now_ms=world.now_ms,
            tz=world.tz,
            bytes_out=world.bytes_out,
        )
        self.panes.ladder.cumulative = world.remembered.get("cumulative") == "on"
        self._cancelling = Cancelling(world.session, ask=self._question, say=self.say)
        self._wanted_interval: Interval | None = None
        self._asked: tuple[Dialog, DraftView] | None = None
        """The question about an order that is open, and what it says."""
        self._details_of: tuple[Dialog, str, str] | None = None
        """The dialog about a row that is open, the row's table and its key."""
        self._missed: frozenset[Topic] = frozenset()
        """What has changed while another screen was shown."""
        self._is_styled = False

    def compose(self) -> ComposeResult:
        yield self.panes

    def update_node_styles(self, animate: bool = True) -> None:
        """As Textual's, but not when it is shown for the first time: everything on it was styled a moment before."""
        if self._is_styled:
            super().update_node_styles(animate)
        self._is_styled = True

    def on_mount(self) -> None:
        self.feed.show(self._session.views)
        self.panes.ladder.focus()

    def frame(self, update: Update, *, shown: bool) -> None:
        """Show what has happened since the last one. Called by the app; `shown` False while another screen is."""
        self.feed.add_notices(update.notices)
        self._missed |= update.dirty
        if not shown:
            return
        dirty, self._missed = self._missed, frozenset()
        if dirty:
            self.feed.show(self._session.views, dirty)
        if self.feed.tick() or dirty:
            # A draft's findings may be about time: an order sent a moment ago is its twin for some seconds.
            self._look_again()
        if dirty & {Topic.ORDERS, Topic.FILLS}:
            self._show_details()

    # Drafts and orders

    def _look_again(self) -> None:
        """The book or the balances have moved: so has what a draft would do."""
        staged, typed = self.panes.ladder.staged, self.panes.ticket.draft
        self.panes.ladder.show_draft(self.desk.look(staged) if staged else None)
        self.panes.ticket.show_draft(self.desk.look(typed) if typed else None)
        market = self._session.views.markets.market
        if self._asked is not None and market is not None:
            dialog, view = self._asked
            view = self.desk.look(view.draft)
            dialog.show(review.draft_items(view, market), _answers(view))
            self._asked = (dialog, view)

    @on(Ladder.DraftChanged)
    @on(Ticket.DraftChanged)
    def _draft_changed(self) -> None:
        self._look_again()
        self._show_keys()

    @on(Ladder.SendDraft)
    def _send_staged(self, message: Ladder.SendDraft) -> None:
        self._send(message.draft, frozenset(), _Shaped(keep=self.panes.ladder.restage))

    @on(Ticket.Review)
    def _review_ticket(self, message: Ticket.Review) -> None:
        view = self.desk.look(message.draft)
        can_trade, why_not = self.desk.allowed()
        if view.blocked or not can_trade:
            self.say(view.blocked or why_not)
        else:
            self._ask(view, _Shaped(sent=self.panes.ticket.clear))

    def _send(self, draft: OrderDraft, accepted: frozenset[str], shaped: _Shaped) -> None:
        result = self.desk.send(draft, accepted)
        if isinstance(result, Sent):
            shaped.sent()
        elif isinstance(result, Blocked):
            self.say(result.reason)
            shaped.keep(draft)
        else:
            self._ask(result.view, shaped)

    def _ask(self, view: DraftView, shaped: _Shaped) -> None:
        market = self._session.views.markets.of(view.draft.market)
        if market is None or self._asked is not None:
            return
        dialog = self._dialog(
            review.title(view.draft, market), review.draft_items(view, market), _answers(view), id="review"
        )
        self._asked = (dialog, view)
        self.app.push_screen(dialog, partial(self._answered, shaped))

    def _answered(self, shaped: _Shaped, answer: str | None) -> None:
        if self._asked is None:
            return
        view, self._asked = self._asked[1], None
        if answer != "send":
            shaped.keep(view.draft)
            self.say("Nothing was sent.", Severity.INFO)
            return
        # What was on the screen when the key was pressed is what was agreed to, and no more than that.
        seen = frozenset(finding.code for finding in view.findings if not finding.blocking)
        self._send(view.draft, seen, shaped)

    # Cancelling

    @on(Ladder.CancelOrders)
    def _cancel_at_price(self, message: Ladder.CancelOrders) -> None:
        self._cancelling.these(message.keys)

    @on(TabTable.Cancel)
    def _cancel_row(self, message: TabTable.Cancel) -> None:
        if message.table.id != "orders":
            self.say("Only open orders can be cancelled.")
        elif self.desk.is_repeat(message.key):
            # The row has gone and the cursor is on the next one: a key held down must not go on to that.
            self.say("Press x again to cancel this one too.", Severity.INFO)
        else:
            self._session.send(CancelOrder(message.key))

    def cancel_all(self) -> None:
        """Of every market; asks first where there are several."""
        self._cancelling.scope(CancelAll(), "orders")

    def action_cancel_market(self) -> None:
        self._cancelling.scope(CancelAll(self._selected), f"orders on {self._pair}")

    def action_cancel_side(self, side: str) -> None:
        self._cancelling.scope(CancelAll(self._selected, Side(side)), f"{side}s on {self._pair}")

    def _question(
        self,
        title: str,
        items: Sequence[Line],
        yes: str,
        then: Callable[[bool], None],
        *,
        id: str | None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        dialog = self._dialog(title, items, (Answer("y", yes, "yes", "warning"),), id=id)
        self.app.push_screen(dialog, lambda answer: then(bool(answer)))

    def _dialog(self, title: str, items: Sequence[Line], answers: Sequence[Answer], *, id: str | None = None) -> Dialog:  # noqa: A002
        # Imported when one is opened: the first frame does not wait for it.
        from captui.screens.dialog import Dialog

        return Dialog(title, items, answers, mode=self.mode, id=id)

    @on(Ladder.Declined)
    @on(Ticket.Declined)
    def _declined(self, message: Ladder.Declined | Ticket.Declined) -> None:
        self.say(message.reason)

    @on(Ladder.ViewChanged)
    def _ladder_changed(self) -> None:
        ladder = self.panes.ladder
        self._remember("cumulative", "on" if ladder.cumulative else "off")
        if self._selected:
            self._remember(f"grouping.{self._selected}", f"{ladder.grouping:f}")

    @on(Ticket.Left)
    def _ticket_left(self) -> None:
        self.panes.focus_pane("ladder")

    @on(Chart.NeedOlder)
    def _older_candles(self) -> None:
        self._session.send(LoadOlderCandles())

    @on(Workspace.Moved)
    def _moved(self) -> None:
        self.feed.show_tables()
        self._show_keys()

    @on(Table.Details)
    def _details(self, message: Table.Details) -> None:
        found = review.details(message.table.id or "", message.key, self._session.views, self.feed.notices, self._tz)
        if found is None:
            return
        title, items, can_cancel = found

        def answered(answer: str | None) -> None:
            self._details_of = None
            if answer:
                self._session.send(CancelOrder(message.key))

        dialog = self._dialog(title, items, _CANCEL if can_cancel else ())
        self._details_of = dialog, message.table.id or "", message.key
        self.app.push_screen(dialog, answered)

    def _show_details(self) -> None:
        """An order may end while somebody reads that it rests."""
        if self._details_of is None:
            return
        dialog, table, key = self._details_of
        found = review.details(table, key, self._session.views, self.feed.notices, self._tz)
        if found is not None:
            dialog.show(found[1], _CANCEL if found[2] else ())

    def on_screen_suspend(self) -> None:
        """Under a dialog: what these keys do is not what they would do now."""
        self.panes.key_bar.show((), ())

    def on_screen_resume(self) -> None:
        self._show_keys()

    def _show_keys(self) -> None:
        pane = self.panes.focused_pane
        if pane == "ladder" and self.panes.ladder.staged is not None:
            here = [action for name in _STAGED_KEYS for action in self.actions if action.id == name]
        else:
            scopes = SCOPES.get(pane, ())
            here = [action for action in self.actions if action.scope in scopes and action.footer]
            # The first ones are those that a narrow screen has room for.
            here.sort(key=lambda action: action.id not in _FIRST_KEYS)
        everywhere, always = footers(self.actions)
        self.panes.key_bar.show((*here, *everywhere), always)

    @property
    def page_name(self) -> PageName:
        return PageName.TRADE

    @property
    def scopes_here(self) -> tuple[Scope, ...]:
        return (*SCOPES.get(self.panes.focused_pane, ()), Scope.TRADE)

    def offers(self, action: Action) -> bool:
        return action.scope not in _ELSEWHERE

    async def perform(self, action: Action) -> None:
        """Do this action where it belongs, going to its pane first."""
        if action.scope in (Scope.EVERYWHERE, Scope.TRADE):
            await self.run_action(action.method)
            return
        pane = next(name for name, scopes in SCOPES.items() if action.scope in scopes)
        if action.scope in (Scope.TABS, Scope.ROWS):
            pane = self.panes.focused_pane if self.panes.focused_pane in TABLES else "orders"
        self.panes.focus_pane(pane)
        await self.panes.pane(pane).run_action(action.method)

    def action_move_pane(self, by: int) -> None:
        self.panes.next_pane(by)

    def action_focus_pane(self, name: str) -> None:
        self.panes.focus_pane(name)

    def action_maximise_pane(self) -> None:
        self.panes.toggle_maximised()

    def action_choose_market(self) -> None:
        views = self._session.views
        if not views.markets.markets:
            self.say("The markets are not known yet.")
            return

        def chosen(market: str | None) -> None:
            if market:
                self.show_market(market)

        from captui.screens.picker import market_picker

        self.app.push_screen(market_picker(views.markets, views.tickers, self.mode), chosen)

    def show_market(self, market: str) -> None:
        """Trade this one from now on. What is staged is dropped at once: the Enter that chose must not, pressed twice, send it."""
        self.panes.ladder.action_drop_staged()
        if market != self._selected:
            self._session.send(SelectMarket(market))
            self._remember("market", market)

    def action_choose_interval(self) -> None:
        def chosen(label: str | None) -> None:
            if label:
                self._select_interval(Interval.from_label(label))

        from captui.screens.picker import interval_picker

        self.app.push_screen(interval_picker(self._interval, self.mode), chosen)

    def action_step_interval(self, by: int) -> None:
        self._select_interval(self._interval.step(by))

    @property
    def _interval(self) -> Interval:
        """The one asked for last: the session shows it a moment later, and keys do not wait for that."""
        shown = self._session.views.chart.interval
        if self._wanted_interval is shown:
            self._wanted_interval = None
        return self._wanted_interval or shown

    def _select_interval(self, interval: Interval) -> None:
        if interval is not self._interval:
            self._wanted_interval = interval
            self._session.send(SelectInterval(interval))
            self._remember("interval", interval.label)

    def action_toggle_lock(self) -> None:
        self.desk.locked = not self.desk.locked
        self.panes.ladder.allow(*self.desk.allowed())
        self.feed.show_ages()
        self.say(
            "Trading is locked; cancelling still works." if self.desk.locked else "Trading is armed.", Severity.INFO
        )

    @property
    def _selected(self) -> str:
        return self._session.views.markets.selected

    @property
    def _pair(self) -> str:
        market = self._session.views.markets.market
        return pair_name(market.name if market else "", self._selected)
