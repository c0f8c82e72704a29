"""The trading ladder: the book by price, the user's orders in it, and an order staged with keys before it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import tzinfo
from decimal import Decimal
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from captui.actions import Action, Scope, bindings, display
from captui.core.types import Market, Order, OrderDraft, OrderStatus, Side
from captui.render.ladder_rows import bucket, groupings, sensible_grouping
from captui.render.lines import Line
from captui.render.numbers import fixed
from captui.render.staged import SUMMARY_LINES, Keys, Staged, draw_ready, draw_staged
from captui.session.views import BookView
from captui.widgets.draft import DraftView
from captui.widgets.ladder_view import LadderView
from captui.widgets.line_pane import LinePane
from captui.widgets.staging import Stage, held_price, moved_size


class Ladder(LinePane, can_focus=True):
    """Nothing here reaches the exchange: a send or a cancel is a message to the screen, which checks once more."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.LADDER, Scope.STAGED)]
    BINDING_GROUP_TITLE = "Ladder"

    class _OfLadder(Message):
        def __init__(self, ladder: Ladder) -> None:
            super().__init__()
            self.ladder = ladder

        @property
        def control(self) -> Ladder:
            return self.ladder

    class DraftChanged(_OfLadder):
        """The staged order is another one now; None when there is none any more."""

        def __init__(self, ladder: Ladder, draft: OrderDraft | None) -> None:
            super().__init__(ladder)
            self.draft = draft

    class SendDraft(_OfLadder):
        """Enter was pressed. Posted once per staged order; the stage is empty before this is dealt with."""

        def __init__(self, ladder: Ladder, draft: OrderDraft) -> None:
            super().__init__(ladder)
            self.draft = draft

    class CancelOrders(_OfLadder):
        """`keys` are `Order.key`s, at least one."""

        def __init__(self, ladder: Ladder, keys: tuple[str, ...]) -> None:
            super().__init__(ladder)
            self.keys = keys

    class Declined(_OfLadder):
        """A trading key was pressed that can do nothing now; `reason` is a sentence."""

        def __init__(self, ladder: Ladder, reason: str) -> None:
            super().__init__(ladder)
            self.reason = reason

    class ViewChanged(_OfLadder):
        """The user chose another grouping, or cumulative sizes on or off."""

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
        disabled: bool = False,
        tz: tzinfo | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes, disabled=disabled, tz=tz)
        self._view = LadderView()
        self._stage: Stage | None = None
        self._grouping: Decimal | None = None
        self._draft_view: DraftView | None = None
        self._can_trade = False
        self._why_not = "Not connected yet."
        self._keys = Keys()

    # What the screen shows in it

    def show_market(self, market: Market | None, sizes: tuple[Decimal, ...] = ()) -> None:
        """Another market empties the ladder and drops the stage. Without `sizes` the presets follow from the price."""
        stage, view = self._stage, self._view
        if market == view.market and (stage is None or sizes == stage.sizes):
            return
        if market is not None and view.market is not None and stage is not None and market.id == view.market.id:
            view.market = stage.market = market
            stage.sizes = sizes
        else:
            self._put(None)
            self._stage = None if market is None else Stage(market, sizes, post_only=bool(stage and stage.post_only))
            self._view = LadderView(market=market, cumulative=view.cumulative, centre_key=self._keys.centre)
            self._grouping = None
            if market is not None:
                self._view.grouping = market.tick
        self.redraw()

    def show_trouble(self, reason: str) -> None:
        """Why nothing comes from the exchange; said here only while there is nothing else to show."""
        if reason != self._view.trouble:
            self._view.trouble = reason
            if self._view.market is None:
                self.redraw()

    def show_book(self, book: BookView) -> None:
        view = self._view
        if book is view.book or view.market is None or (book.market and book.market != view.market.id):
            return
        first = not (view.book.bids or view.book.asks) and bool(book.bids or book.asks)
        view.book = book
        if first:
            if self._grouping is None:
                view.grouping = sensible_grouping(view.market, book.bids, book.asks)
            view.centre()
        if view.at_home:
            view.go_home()
        if self._stage is not None:
            self._put(self._stage.followed(book))
        self.redraw()

    def show_last(self, price: Decimal | None, taker: Side | None) -> None:
        if (price, taker) != (self._view.last, self._view.taker):
            self._view.last, self._view.taker = price, taker
            self.redraw()

    def show_orders(self, orders: tuple[Order, ...], *, live: bool = True) -> None:
        """The open orders of this market; not `live` while they may have changed unseen."""
        if (orders, live) != (self._view.orders, self._view.orders_live):
            self._view.orders, self._view.orders_live = orders, live
            self.redraw()

    def show_keys(self, actions: Iterable[Action]) -> None:
        """The actions with the user's own keys, for the hints; before this they name the defaults."""
        keys = {action.id: display(action.keys[0]) for action in actions if action.keys}
        self._keys = Keys(
            keys.get("staged.send", "Enter"), keys.get("staged.drop", "Esc"), keys.get("ladder.centre", "c")
        )
        self._view.centre_key = self._keys.centre
        self.redraw()

    def show_draft(self, staged: DraftView | None) -> None:
        """What the screen worked out for the staged order; one for another draft is out of date and not shown."""
        if staged != self._draft_view:
            self._draft_view = staged
            self.redraw()

    def allow(self, can_trade: bool, why_not: str) -> None:
        if (can_trade, why_not) != (self._can_trade, self._why_not):
            self._can_trade, self._why_not = can_trade, why_not
            self.redraw()

    def restage(self, draft: OrderDraft) -> None:
        """Stages this order again, e.g. after the user has declined to confirm it."""
        if self._view.market is not None and draft.market == self._view.market.id:
            self._put(draft)

    @property
    def staged(self) -> OrderDraft | None:
        return self._stage.draft if self._stage else None

    @property
    def grouping(self) -> Decimal:
        """The step of the rows, in quote units; a whole number of ticks."""
        return self._view.grouping

    @grouping.setter
    def grouping(self, step: Decimal) -> None:
        if step <= 0 or self._view.market is None or step % self._view.market.tick:
            return
        self._regroup(step)

    @property
    def cumulative(self) -> bool:
        return self._view.cumulative

    @cumulative.setter
    def cumulative(self, on: bool) -> None:
        if on != self._view.cumulative:
            self._view.cumulative = on
            self.redraw()

    # Drawing

    def lines(self, width: int, height: int) -> list[Line]:
        foot = self._foot(width, height)
        made = self._view.lines(width, height - len(foot), focused=self.has_focus)
        return [*made, *foot][:height]

    def _foot(self, width: int, height: int) -> list[Line]:
        view, stage = self._view, self._stage
        if stage is None or height < 4:
            return []
        if stage.draft is None:
            size = stage.size(view.middle)
            looks = {"post_only": stage.post_only, "cumulative": view.cumulative}
            return [draw_ready(stage.market, size, view.grouping, **looks, width=width)]
        shown = self._draft_view if self._draft_view and self._draft_view.draft == stage.draft else None
        staged = Staged(
            stage.draft,
            shown.preview if shown else None,
            shown.findings if shown else (),
            "" if self._can_trade else self._why_not,
            stage.follows is not None,
            self._keys,
        )
        return draw_staged(staged, stage.market, width, max(SUMMARY_LINES, min(SUMMARY_LINES + 3, height // 2 - 1)))

    @property
    def _window(self) -> int:
        """Rows of prices on the screen."""
        width, height = self.content_size
        return height - 1 - len(self._foot(width, height))

    # Where the cursor and the window are

    def action_move(self, by: int) -> None:
        """Staged: the price, by one step of the grouping. Otherwise: the cursor, by one row."""
        if self.staged is None:
            self._step(by)
        elif self._stage is not None:
            self._stage.follows = None
            self._put(self._stage.moved(by, self._view.grouping))

    def action_page(self, by: int) -> None:
        """The cursor by half a screen; a staged order to the next level, since ticks are small and levels may be far apart."""
        stage, view = self._stage, self._view
        if self.staged is None:
            self._step(by * max(1, self._window // 2))
        elif stage is not None and view.cursor is not None:
            view.arrange(self._window)
            stage.follows = None
            self._put(replace(self.staged, price=held_price(view.neighbour(view.cursor, by), stage.market)))

    def _step(self, by: int) -> None:
        view = self._view
        if view.cursor is None:
            self.action_centre()
        else:
            view.settle(self._window)
            self._put_cursor(view.neighbour(view.cursor, by))

    def on_resize(self, _event: events.Resize) -> None:
        if self._view.at_home:
            self._view.centre()

    def action_centre(self) -> None:
        """The spread in the middle, and the ladder out of the user's hands again unless an order is staged."""
        view = self._view
        view.centre()
        view.arrange(self._window)
        if self.staged is not None and view.cursor is not None:
            view.hold(view.cursor, self._window)
        else:
            view.go_home()
        self.redraw()

    def _put_cursor(self, price: Decimal) -> None:
        self._view.at_home = False
        self._view.cursor = price
        self._view.arrange(self._window)
        self._view.hold(price, self._window)
        self.redraw()

    def action_group(self, by: int) -> None:
        market = self._view.market
        if market is None:
            return
        steps = groupings(market, self._view.middle)
        at = next((index for index, step in enumerate(steps) if step >= self._view.grouping), len(steps) - 1)
        self._regroup(steps[max(0, min(len(steps) - 1, at + by))])
        self.post_message(self.ViewChanged(self))

    def _regroup(self, step: Decimal) -> None:
        self._grouping = step
        if step != self._view.grouping:
            self._view.regroup(step)
            self.redraw()

    def action_cumulative(self) -> None:
        self.cumulative = not self.cumulative
        self.post_message(self.ViewChanged(self))

    def action_next_own(self) -> None:
        """Downwards from the cursor, and from the top again."""
        prices = self._view.own_prices()
        if not prices:
            self._decline("You have no open order on this market.")
        elif self.staged is None:
            cursor = self._view.cursor
            self._put_cursor(next((price for price in prices if cursor is not None and price < cursor), prices[0]))

    def on_click(self, event: events.Click) -> None:
        """Puts the cursor there. A staged order stays where it is: a mouse slips."""
        y = event.y - self.gutter.top - 1
        price = self._view.price_at(y) if 0 <= y < self._window else None
        if price is not None and self.staged is None:
            self._put_cursor(price)

    def on_mouse_scroll_up(self, _event: events.MouseScrollUp) -> None:
        if self.staged is None:
            self._step(1)

    def on_mouse_scroll_down(self, _event: events.MouseScrollDown) -> None:
        if self.staged is None:
            self._step(-1)

    # The staged order

    def action_stage(self, side: str) -> None:
        if self._view.cursor is None:
            self._decline("There is no price to stage an order at yet.")
        else:
            self._stage_at(Side(side), self.staged.price if self.staged and self.staged.price else self._view.cursor)

    def action_join(self, side: str) -> None:
        wanted = Side(side)
        best = self._view.book.best_bid if wanted is Side.BUY else self._view.book.best_ask
        if best is None:
            nobody = "Nobody is buying" if wanted is Side.BUY else "Nobody is selling"
            self._decline(f"{nobody} now: there is no best price to join.")
        else:
            self._stage_at(wanted, best.price, follow=wanted)

    def _stage_at(self, side: Side, price: Decimal, *, follow: Side | None = None) -> None:
        if self._stage is None or not self._can_trade:
            self._decline(self._why_not)
            return
        self._stage.follows = follow
        self._put(self._stage.placed(side, price, self._view.middle))

    def _put(self, draft: OrderDraft | None) -> None:
        """The one place where what is staged changes."""
        stage, view = self._stage, self._view
        self.redraw()
        if stage is None or draft == stage.draft:
            return
        stage.draft = draft
        if draft is None:
            stage.follows = None
            self._draft_view = None
            view.staged_price = None
            view.go_home()
        elif draft.price is not None:
            view.staged_price, view.staged_side, view.staged_volume = draft.price, draft.side, draft.volume
            self._put_cursor(bucket(draft.price, view.grouping, draft.side))
        self.post_message(self.DraftChanged(self, draft))

    def action_resize(self, by: int) -> None:
        if self._stage is not None:
            self._take_size(moved_size(self._stage.size(self._view.middle), by, self._stage.market))

    def action_preset(self, number: int) -> None:
        size = self._stage.preset(number, self._view.middle) if self._stage else None
        if size is not None:
            self._take_size(size)

    def _take_size(self, size: Decimal) -> None:
        if self._stage is not None:
            self._stage.chosen = size
            self._put(replace(self.staged, volume=size) if self.staged else None)

    def action_post_only(self) -> None:
        if self._stage is not None:
            self._stage.post_only = not self._stage.post_only
            self._put(replace(self.staged, post_only=self._stage.post_only) if self.staged else None)

    def action_send_staged(self) -> None:
        """Once per staged order: the stage is empty when this returns, so a held Enter finds nothing to send."""
        draft = self.staged
        if draft is None:
            return
        shown = self._draft_view
        blocked = shown.blocked if shown is not None and shown.draft == draft else ""
        if not self._can_trade or blocked:
            self._decline(blocked if self._can_trade else self._why_not)
            return
        # Straight to the screen and before anything is to be redrawn: on its way up it would wait for the drawing.
        self.screen.post_message(self.SendDraft(self, draft))
        self._put(None)

    def action_drop_staged(self) -> None:
        self._put(None)

    def action_cancel_here(self) -> None:
        """Allowed whenever there is something to cancel: getting out needs no fresh book."""
        view = self._view
        if view.cursor is None:
            return
        own = [order for order in view.own_at(view.cursor) if order.status is not OrderStatus.CANCELLING]
        if own:
            self.post_message(self.CancelOrders(self, tuple(order.key for order in own)))
        else:
            places = view.market.price_precision if view.market else 2
            self._decline(f"You have no order at {fixed(view.cursor, places)} to cancel.")

    def _decline(self, reason: str) -> None:
        self.post_message(self.Declined(self, reason))
