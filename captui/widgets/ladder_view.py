"""The ladder's memory of what it shows and where: book, own orders, cursor, and the price that stands still.

`LadderView` turns that into lines. It holds no keys and posts nothing; `Ladder` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from decimal import Decimal

from captui.core.dataclass import dataclass
from captui.core.types import Market, Order, OrderStatus, Side
from captui.render.ladder import (
    Columns,
    Mine,
    RowLook,
    bar_length,
    columns,
    draw_header,
    draw_note,
    draw_row,
    draw_spread,
    round_scale,
    waiting,
)
from captui.render.ladder_rows import ZERO, Row, above, amount_places, bucket, ladder_rows
from captui.render.lines import Line, wrapped
from captui.render.numbers import fixed, rough
from captui.session.views import BookView, Freshness

_MARKS = {
    OrderStatus.SENDING: "…",
    OrderStatus.PENDING: "…",
    OrderStatus.UNKNOWN: "?",
    OrderStatus.CANCELLING: "×",
}
_BLANK = Row(ZERO)


@dataclass(slots=True)
class Widths:
    """Cells that numbers have needed so far on this market: they only grow, so that columns do not twitch."""

    price: int = 6
    amount: int = 6
    mine: int = 7

    def fit(self, *, price: Iterable[str], amount: Iterable[str], mine: Iterable[str]) -> None:
        """Own amounts have a cell more, for a mark beside them."""
        self.price = max(self.price, *map(len, price), 0)
        self.amount = max(self.amount, *map(len, amount), 0)
        self.mine = max(self.mine, *(len(text) + 1 for text in mine), 0)


@dataclass(slots=True)
class LadderView:
    """`anchor` is a price and the screen row on which it stays: until the user moves or centres the ladder, or the inside leaves it."""

    market: Market | None = None
    book: BookView = field(default_factory=BookView)
    grouping: Decimal = Decimal(1)
    cumulative: bool = False
    orders: tuple[Order, ...] = ()
    last: Decimal | None = None
    taker: Side | None = None
    orders_live: bool = True
    trouble: str = ""
    """Why there is no market yet, in a sentence."""
    centre_key: str = "c"
    staged_price: Decimal | None = None
    staged_side: Side = Side.BUY
    staged_volume: Decimal = ZERO
    cursor: Decimal | None = None
    at_home: bool = True
    """The user has no hold of the ladder: the cursor stays on the best bid, and the spread comes back by itself when it leaves."""
    anchor: tuple[Decimal, int] | None = None
    widths: Widths = field(default_factory=Widths)
    rows: list[Row] = field(default_factory=list)
    """As of the last `arrange`: highest price first."""
    first: int = 0
    """Index in `rows` of the topmost row on the screen; negative where the screen begins above the book."""
    _settled: tuple[int, bool] = (0, False)
    """The height of the window when it was last settled, and whether the inside was in it."""
    _old: dict[Decimal, tuple[RowLook, Columns, Line]] = field(default_factory=dict)
    _new: dict[Decimal, tuple[RowLook, Columns, Line]] = field(default_factory=dict)
    _own: dict[tuple[Decimal, Side], list[Order]] = field(default_factory=dict)
    """Open orders by row, as of the last `arrange`."""

    @property
    def middle(self) -> Decimal | None:
        if self.book.mid is not None:
            return self.book.mid
        best = self.book.best_bid or self.book.best_ask
        return best.price if best else self.last

    @property
    def _price_places(self) -> int:
        """Decimals that prices of rows can have: whole rands need none."""
        exponent = self.grouping.normalize().as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0

    def own_at(self, price: Decimal) -> tuple[Order, ...]:
        """Open orders of the user on the row of this price."""
        return tuple(order for order in self.orders if self._row_price(order) == price)

    def own_prices(self) -> list[Decimal]:
        """Prices of the rows that hold an own order, highest first."""
        return sorted({price for order in self.orders if (price := self._row_price(order)) is not None}, reverse=True)

    def _row_price(self, order: Order) -> Decimal | None:
        return None if order.price is None else bucket(order.price, self.grouping, order.side)

    def arrange(self, height: int) -> None:
        """Works out the rows and which of them are on the screen; centres the first time."""
        middle = self.middle
        if middle is None:
            self.rows = []
            return
        if self.anchor is None:
            # The spread in the middle, held there by a price with a row of its own: the middle itself wanders with every quote.
            best = self.book.best_bid if self.book.asks else None
            self.anchor = (
                (middle, height // 2)
                if best is None
                else (bucket(best.price, self.grouping, Side.BUY), height // 2 + 1)
            )
        price, row = self.anchor
        row = min(row, height - 1)
        self._own = {}
        for order in self.orders:
            found = self._row_price(order)
            if found is not None:
                self._own.setdefault((found, order.side), []).append(order)
        extra = {found for found, _ in self._own}
        if self.staged_price is not None:
            extra.add(bucket(self.staged_price, self.grouping, self.staged_side))
        if self.cursor is not None:
            extra.add(self.cursor)
        self.rows = ladder_rows(
            self.book.bids, self.book.asks, self.grouping, extra=extra, around=price, reach=height + 1
        )
        self.first = above(self.rows, price) - row

    def settle(self, height: int) -> None:
        """As `arrange`, and moves the window where it may not stand still.

        Out of the user's hands it goes after the inside as soon as that has left it. A staged order's row is always in it, and the
        inside too where both fit; a resize loses the inside only when it was not there before.
        """
        self.arrange(height)
        if not self.rows or height < 1:
            return
        resized = height != self._settled[0] and self._settled[1]
        if self.at_home and not self._has_inside(height):
            self.centre()
            self.arrange(height)
            self._fit(self._inside(), height)
        elif self.staged_price is not None and self.cursor is not None:
            self._keep_staged(self.cursor, height)
        elif resized and not self._has_inside(height):
            inside = self._inside()
            if self.cursor is None or not self._fit([self.cursor, *inside], height):
                self._fit(inside, height)
        elif self.cursor is not None and self.is_visible(self.cursor, height):
            self._fit([self.cursor], height, self._beside_hint(self.cursor, height))
        self._settled = (height, self._has_inside(height))

    def _inside(self) -> list[Decimal]:
        """The rows of the best bid, the best ask and the spread between them; those of them that there are."""
        made = [row.price for row in self.rows if row.is_spread]
        for best, side in ((self.book.best_bid, Side.BUY), (self.book.best_ask, Side.SELL)):
            if best is not None:
                made.append(bucket(best.price, self.grouping, side))
        return made

    def _has_inside(self, height: int) -> bool:
        return all(self.is_visible(price, height) for price in self._inside())

    def _keep_staged(self, staged: Decimal, height: int) -> None:
        """With the whole inside, or else the nearer half of it, or else alone."""
        inside = self._inside()
        if not inside or self._fit([staged, *inside], height):
            return
        room = self._beside_hint(staged, height)
        nearer = min(inside, key=lambda price: abs(price - staged))
        if not self._fit([staged, nearer], height, room):
            self._fit([staged], height, room)

    def _beside_hint(self, price: Decimal, height: int) -> tuple[int, int]:
        """The lines of the window, first and end, where `price` can be without the hint that says where the market went upon it.

        While the spread is in the window these are all that a price on this side of it can have.
        """
        spread = next((at for at, row in enumerate(self.rows) if row.is_spread), None)
        if height < 2 or spread is None:
            return 0, height
        return (1, height) if spread < above(self.rows, price) else (0, height - 1)

    def _fit(self, prices: list[Decimal], height: int, lines: tuple[int, int] | None = None) -> bool:
        """Moves the window, if it must, until all these rows are on `lines` of it (first, end; all by default); False if they are too many.

        Room that is left is shared out above and below, so that the next change need not move it again.
        """
        start, end = lines or (0, height)
        at = [above(self.rows, price) for price in prices]
        if not at or max(at) - min(at) >= end - start:
            return False
        if min(at) - self.first < start or max(at) - self.first >= end:
            if len(set(at)) == 1:
                row = max(start, min(end - 1, at[0] - self.first))
            else:
                row = start + (end - start - 1 - max(at) + min(at)) // 2 + at[0] - min(at)
            self.anchor = (prices[0], row)
            self.arrange(height)
        return True

    def centre(self) -> None:
        self.anchor = None

    def hold(self, price: Decimal, height: int) -> None:
        """Keeps `price` where it is, or brings it in from the nearer edge, and lets everything else move around it."""
        if height < 1:
            return
        row = above(self.rows, price) - self.first
        self.anchor = (price, max(0, min(height - 1, row)))

    def is_visible(self, price: Decimal, height: int) -> bool:
        return 0 <= above(self.rows, price) - self.first < height

    def price_at(self, y: int) -> Decimal | None:
        """The price of the row at this line of the window; None for the spread and where there is no row."""
        at = self.first + y
        return self.rows[at].price if 0 <= at < len(self.rows) and not self.rows[at].is_spread else None

    def go_home(self) -> None:
        """The cursor on the best bid (or ask), and along with it until the user moves it: never left behind on the wrong side."""
        self.at_home = True
        for best, side in ((self.book.best_bid, Side.BUY), (self.book.best_ask, Side.SELL)):
            if best is not None:
                self.cursor = bucket(best.price, self.grouping, side)
                return

    def regroup(self, step: Decimal) -> None:
        """Other rows, the cursor on the one that holds what it was on, the spread in the middle again."""
        self.grouping = step
        self.widths.price = 0
        if self.staged_price is not None:
            self.cursor = bucket(self.staged_price, step, self.staged_side)
        elif self.cursor is not None:
            side = Side.BUY if self.middle is None or self.cursor < self.middle else Side.SELL
            self.cursor = bucket(self.cursor, step, side)
        self.centre()

    def neighbour(self, price: Decimal, by: int) -> Decimal:
        """The price `by` rows further (up is positive), not counting the spread; the outermost where there are no more."""
        prices = [row.price for row in self.rows if not row.is_spread]
        if not prices:
            return price
        at = above([row for row in self.rows if not row.is_spread], price)
        if by < 0 and (at >= len(prices) or prices[at] != price):
            at -= 1
        return prices[max(0, min(len(prices) - 1, at - by))]

    def lines(self, width: int, height: int, *, focused: bool) -> list[Line]:
        """The header and `height - 1` rows, or a sentence while there is nothing to show."""
        market = self.market
        if market is None:
            return waiting(f"Waiting for the markets. {self.trouble}".strip(), width, height)
        self.settle(height - 1)
        if not self.rows:
            words = self.book.reason or f"Waiting for the order book of {market.name}."
            return waiting(words, width, height)
        return self._draw(market, width, height - 1, focused)

    def _draw(self, market: Market, width: int, height: int, focused: bool) -> list[Line]:
        places = amount_places(market, self.middle)
        shown = [self.rows[at] if 0 <= at < len(self.rows) else _BLANK for at in range(self.first, self.first + height)]
        stale = self.book.freshness is not Freshness.LIVE
        takers = self._last_takers()
        looks = [self._look(row, places, focused, stale, takers) for row in shown]
        own = (mine.text for look in looks for mine in (look.mine_bid, look.mine_ask) if mine)
        self.widths.fit(
            price=(look.price for look in looks),
            amount=(text for look in looks for text in (look.bid, look.ask)),
            mine=own,
        )
        at = columns(width, price=self.widths.price, amount=self.widths.amount, mine=self.widths.mine)
        scale = round_scale(max((self._amount(row, side) for row in shown for side in Side), default=ZERO))
        header = draw_header(at, cumulative=self.cumulative)
        self._old, self._new = self._new, {}
        made = [header]
        for look in looks:
            if look.row is _BLANK:
                made.append(((" " * width, "text"),))
            elif look.row.is_spread:
                made.append(self._spread(look.row, at, market, stale))
            else:
                made.append(self._drawn(self._with_bars(look, scale, at), at))
        if stale:
            reason = wrapped(self.book.reason or "Not live yet.", width - 2, 3)
            made[: len(reason)] = [draw_note(line, width, "warning") for line in reason]
        return self._with_hint(made, market, width)

    def _drawn(self, look: RowLook, at: Columns) -> Line:
        """Most rows look as they did a frame ago; those are not drawn again."""
        key = look.row.price
        kept = self._old.get(key)
        line = kept[2] if kept is not None and kept[0] == look and kept[1] == at else draw_row(look, at)
        self._new[key] = (look, at, line)
        return line

    def _amount(self, row: Row, side: Side) -> Decimal:
        if row.is_spread:
            return ZERO
        if side is Side.BUY:
            return row.bid_total if self.cumulative and row.bid else row.bid
        return row.ask_total if self.cumulative and row.ask else row.ask

    def _look(self, row: Row, places: int, focused: bool, stale: bool, takers: Mapping[Decimal, Side]) -> RowLook:
        if row.is_spread or row is _BLANK:
            return RowLook(row, "")
        bid, ask = self._amount(row, Side.BUY), self._amount(row, Side.SELL)
        return RowLook(
            row,
            fixed(row.price, self._price_places),
            rough(bid, places) if bid else "",
            rough(ask, places) if ask else "",
            mine_bid=self._mine(row, Side.BUY, places),
            mine_ask=self._mine(row, Side.SELL, places),
            last=takers.get(row.price),
            cursor=row.price == self.cursor,
            focused=focused,
            stale=stale,
        )

    def _last_takers(self) -> dict[Decimal, Side]:
        """The side that took the last trade, by the price of its row: a buy took an ask, and grouped they lie in their own rows."""
        if self.last is None:
            return {}
        takers = (Side.SELL, Side.BUY) if self.taker is None else (self.taker,)
        return {bucket(self.last, self.grouping, taker.opposite): taker for taker in takers}

    def _mine(self, row: Row, side: Side, places: int) -> Mine | None:
        staged = self.staged_price if side is self.staged_side else None
        if staged is not None and bucket(staged, self.grouping, side) == row.price:
            text, mark = _amount_text(self.staged_volume, places)
            return Mine(text, mark or ("▸" if side is Side.BUY else "◂"), staged=True)
        own = self._own.get((row.price, side))
        if not own:
            return None
        text, mark = _amount_text(sum((order.remaining for order in own), ZERO), places)
        mark = next((_MARKS[order.status] for order in own if order.status in _MARKS), mark)
        return Mine(text, mark, live=self.orders_live)

    def _with_bars(self, look: RowLook, scale: Decimal, at: Columns) -> RowLook:
        if look.stale or not (look.bid or look.ask):
            return look
        return RowLook(
            look.row,
            look.price,
            look.bid,
            look.ask,
            bar_length(self._amount(look.row, Side.BUY), scale, 2 * at.bar),
            bar_length(self._amount(look.row, Side.SELL), scale, 2 * at.bar),
            look.mine_bid,
            look.mine_ask,
            look.last,
            look.cursor,
            look.focused,
            look.stale,
        )

    def _spread(self, row: Row, at: Columns, market: Market, stale: bool) -> Line:
        missing = "" if self.book.bids and self.book.asks else "no asks" if self.book.bids else "no bids"
        return draw_spread(
            at,
            spread=self.book.spread,
            middle=row.price,
            places=market.price_precision,
            missing=missing,
            stale=stale,
        )

    def _with_hint(self, made: list[Line], market: Market, width: int) -> list[Line]:
        """Says where the market went when it has left the window."""
        at = next((index for index, row in enumerate(self.rows) if row.is_spread), None)
        middle = self.middle
        if at is None or middle is None or len(made) < 3:
            return made
        where = at - self.first
        if 0 <= where < len(made) - 1:
            return made
        arrow, y = ("▲", 1) if where < 0 else ("▼", len(made) - 1)
        price = fixed(middle, market.price_precision)
        made[y] = draw_note(f"{arrow} market at {price}: {self.centre_key} brings it back", width, "warning")
        return made


def _amount_text(amount: Decimal, places: int) -> tuple[str, str]:
    """With the decimals of the column; `~` beside it where there are more: the tables show all of them."""
    exact = amount == round(amount, places)
    return (fixed(amount, places), "") if exact else (rough(amount, places), "~")
