"""The trading ladder: the book by price, the user's orders in it, and an order staged with keys before it is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo
from decimal import Decimal
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from captui.actions import Scope, bindings
from captui.core.types import Market, Order, OrderDraft, OrderStatus, OrderType, Side
from captui.render.ladder_rows import above, bucket, groupings, sensible_grouping
from captui.render.lines import Line
from captui.render.numbers import fixed
from captui.render.staged import SUMMARY_LINES, Staged, draw_ready, draw_staged
from captui.session.views import BookView
from captui.widgets.draft import DraftView
from captui.widgets.ladder_view import LadderView
from captui.widgets.line_pane import LinePane
from captui.widgets.staging import held_price, held_size, moved_price, moved_size, preset_sizes


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
        """Enter was pressed. Posted once per staged order; the stage is already empty."""

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
        self._sizes: tuple[Decimal, ...] = ()
        self._next_size = Decimal(0)
        self._post_only = False
        self._grouping: Decimal | None = None
        self._draft: OrderDraft | None = None
        self._follows: Side | None = None
        self._draft_view: DraftView | None = None
        self._can_trade = False
        self._why_not = "Not connected yet."

    # What the screen shows in it

    def show_market(self, market: Market | None, sizes: tuple[Decimal, ...] = ()) -> None:
        """Another market empties the ladder and drops the stage. Without `sizes` the presets follow from the price."""
        if market == self._view.market and sizes == self._sizes:
            return
        same = market is not None and self._view.market is not None and market.id == self._view.market.id
        self._sizes = sizes
        if same:
            self._view.market = market
            self.redraw()
            return
        if self._draft is not None:
            self._stage(None)
        self._view = LadderView(market=market, cumulative=self._view.cumulative)
        self._grouping = None
        self._next_size = Decimal(0)
        if market is not None:
            self._view.grouping = market.tick
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
        if view.cursor is None and book.best_bid is not None:
            view.cursor = bucket(book.best_bid.price, view.grouping, Side.BUY)
        self._follow()
        self.redraw()

    def show_last(self, price: Decimal | None, taker: Side | None) -> None:
        if (price, taker) != (self._view.last, self._view.taker):
            self._view.last, self._view.taker = price, taker
            self.redraw()

    def show_orders(self, orders: tuple[Order, ...]) -> None:
        """The open orders of this market."""
        if orders != self._view.orders:
            self._view.orders = orders
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
            self._stage(draft)

    @property
    def staged(self) -> OrderDraft | None:
        return self._draft

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
        market = self._view.market
        if market is None or height < 4:
            return []
        if self._draft is None:
            ready = draw_ready(
                market,
                self._size_now(),
                self._view.grouping,
                post_only=self._post_only,
                cumulative=self._view.cumulative,
                width=width,
            )
            return [ready]
        shown = self._draft_view if self._draft_view and self._draft_view.draft == self._draft else None
        staged = Staged(
            self._draft,
            shown.preview if shown else None,
            shown.findings if shown else (),
            "" if self._can_trade else self._why_not,
            self._follows is not None,
        )
        return draw_staged(staged, market, width, max(SUMMARY_LINES, min(SUMMARY_LINES + 3, height // 2 - 1)))

    @property
    def _window(self) -> int:
        """Rows of prices on the screen."""
        width, height = self.content_size
        return height - 1 - len(self._foot(width, height))

    # Where the cursor and the window are

    def action_move(self, by: int) -> None:
        """Staged: the price, by one step of the grouping. Otherwise: the cursor, by one row."""
        view = self._view
        if self._draft is not None:
            self._move_price(by)
        elif view.cursor is None:
            self.action_centre()
        else:
            self._put_cursor(view.neighbour(view.cursor, by))

    def action_page(self, by: int) -> None:
        """The cursor by half a screen; a staged order to the next level, since ticks are small and levels may be far apart."""
        view, market, draft = self._view, self._view.market, self._draft
        if view.cursor is None or market is None:
            return
        if draft is None:
            self._put_cursor(view.neighbour(view.cursor, by * max(1, self._window // 2)))
        elif draft.price is not None:
            self._follows = None
            self._stage(replace(draft, price=held_price(view.neighbour(view.cursor, by), market)))

    def action_centre(self) -> None:
        view = self._view
        view.centre()
        view.arrange(self._window)
        if self._draft is None:
            view.cursor = self._visible_cursor()
        elif view.cursor is not None:
            view.hold(view.cursor, self._window)
        self.redraw()

    def _visible_cursor(self) -> Decimal | None:
        """The cursor where it is if that is on the screen, else the best bid (or ask)."""
        view = self._view
        if view.cursor is not None and 0 <= above(view.rows, view.cursor) - view.first < self._window:
            return view.cursor
        if view.book.best_bid is not None:
            return bucket(view.book.best_bid.price, view.grouping, Side.BUY)
        if view.book.best_ask is not None:
            return bucket(view.book.best_ask.price, view.grouping, Side.SELL)
        return view.cursor

    def _put_cursor(self, price: Decimal) -> None:
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
        view = self._view
        self._grouping = step
        if step == view.grouping:
            return
        view.grouping = step
        if view.cursor is not None:
            middle = view.middle
            side = Side.BUY if middle is None or view.cursor < middle else Side.SELL
            view.cursor = bucket(view.cursor, step, side)
        view.centre()
        self.redraw()

    def action_cumulative(self) -> None:
        self.cumulative = not self.cumulative
        self.post_message(self.ViewChanged(self))

    def action_next_own(self) -> None:
        """Downwards from the cursor, and from the top again."""
        prices = self._view.own_prices()
        if not prices:
            self._decline("You have no open order on this market.")
        elif self._draft is None:
            cursor = self._view.cursor
            self._put_cursor(next((price for price in prices if cursor is not None and price < cursor), prices[0]))

    # The staged order

    def action_stage(self, side: str) -> None:
        view = self._view
        if view.cursor is None:
            self._decline("There is no price to stage an order at yet.")
        else:
            price = self._draft.price if self._draft and self._draft.price is not None else view.cursor
            self._stage_at(Side(side), price)

    def action_join(self, side: str) -> None:
        wanted = Side(side)
        best = self._view.book.best_bid if wanted is Side.BUY else self._view.book.best_ask
        if best is None:
            self._decline(
                f"Nobody is {'buying' if wanted is Side.BUY else 'selling'} now: there is no best price to join."
            )
        elif self._stage_at(wanted, best.price):
            self._follows = wanted
            self.redraw()

    def _stage_at(self, side: Side, price: Decimal) -> bool:
        market = self._view.market
        if market is None or not self._can_trade:
            self._decline(self._why_not)
            return False
        volume = self._draft.volume if self._draft else self._size_now()
        self._follows = None
        self._stage(OrderDraft(market.id, side, OrderType.LIMIT, held_price(price, market), volume, self._post_only))
        return True

    def _stage(self, draft: OrderDraft | None) -> None:
        """The one place where the stage changes."""
        if draft == self._draft:
            return
        self._draft = draft
        view = self._view
        if draft is None:
            self._follows = None
            self._draft_view = None
            view.staged_price = None
        elif draft.price is not None:
            view.staged_price, view.staged_side, view.staged_volume = draft.price, draft.side, draft.volume
            view.cursor = bucket(draft.price, view.grouping, draft.side)
            view.arrange(self._window)
            view.hold(view.cursor, self._window)
        self.redraw()
        self.post_message(self.DraftChanged(self, draft))

    def _move_price(self, by: int) -> None:
        market, draft = self._view.market, self._draft
        if market is not None and draft is not None and draft.price is not None:
            self._follows = None
            self._stage(replace(draft, price=moved_price(draft.price, by, self._view.grouping, market)))
            self.redraw()

    def _follow(self) -> None:
        """Moves a joined order that nobody has touched along with the best price."""
        if self._draft is None or self._follows is None:
            return
        best = self._view.book.best_bid if self._follows is Side.BUY else self._view.book.best_ask
        if best is not None:
            self._stage(replace(self._draft, price=best.price))

    def action_resize(self, by: int) -> None:
        market = self._view.market
        if market is not None:
            self._take_size(moved_size(self._draft.volume if self._draft else self._size_now(), by, market))

    def action_preset(self, number: int) -> None:
        presets = self._presets()
        if self._view.market is not None and number <= len(presets):
            self._take_size(held_size(presets[number - 1], self._view.market))

    def _take_size(self, size: Decimal) -> None:
        self._next_size = size
        if self._draft is not None:
            self._stage(replace(self._draft, volume=size))
        self.redraw()

    def _presets(self) -> tuple[Decimal, ...]:
        if self._sizes or self._view.market is None:
            return self._sizes
        return preset_sizes(self._view.market, self._view.middle)

    def _size_now(self) -> Decimal:
        """The size of the next order: what was used last, at first the second preset."""
        presets = self._presets()
        if self._next_size:
            return self._next_size
        return presets[min(1, len(presets) - 1)] if presets else Decimal(0)

    def action_post_only(self) -> None:
        self._post_only = not (self._draft.post_only if self._draft else self._post_only)
        if self._draft is not None:
            self._stage(replace(self._draft, post_only=self._post_only))
        self.redraw()

    def action_send_staged(self) -> None:
        """Once per staged order: the stage is empty before the message goes out, so a held Enter finds nothing to send."""
        draft = self._draft
        if draft is None:
            return
        if not self._can_trade:
            self._decline(self._why_not)
            return
        if self._draft_view is not None and self._draft_view.draft == draft and self._draft_view.blocked:
            self._decline(self._draft_view.blocked)
            return
        self._stage(None)
        self.post_message(self.SendDraft(self, draft))

    def action_drop_staged(self) -> None:
        self._stage(None)

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
