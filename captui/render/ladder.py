"""Draws a ladder's rows: columns mine | bid | price | ask | mine, bars growing from the price outwards."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from captui.core.types import Side
from captui.render.ladder_rows import Row
from captui.render.lines import Line, Run, cut, joined, left, on, padded, right, wrapped
from captui.render.numbers import amount_runs, fixed, price_runs

NARROW_MINE = 2
"""Where own amounts do not fit, a dot says that there is an order."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells of each column. The whole is `width`; the price column does not move while the pane keeps its size."""

    width: int
    mine: int
    amount: int
    """The digits of an amount; `area` may be wider, for the bar."""
    area: int
    price: int

    @property
    def room(self) -> int:
        """What is left over at the right edge."""
        return self.width - (1 + 2 * self.mine + 2 + 2 * self.area + 4 + self.price)


def columns(width: int, *, price: int, amount: int, mine: int) -> Columns:
    """Shares out `width`: bars get what is left when all digits have room; when they do not, own amounts become dots."""
    frame = 1 + 2 + 4 + price
    spare = width - frame - 2 * amount - 2 * mine
    if spare < 0:
        mine = NARROW_MINE
        spare = max(0, width - frame - 2 * amount - 2 * mine)
    return Columns(width, mine, amount, amount + min(spare // 2, 3 * amount), price)


@dataclass(frozen=True, slots=True)
class Mine:
    """The user's own orders at one price and side, added up, as they are to be read."""

    text: str
    mark: str = ""
    """`…` on its way, `?` unknown, `×` being cancelled; empty when it rests."""
    staged: bool = False


@dataclass(frozen=True, slots=True)
class RowLook:
    """All that decides how one row looks."""

    row: Row
    price: str
    bid: str = ""
    ask: str = ""
    bid_bar: int = 0
    """Half cells."""
    ask_bar: int = 0
    mine_bid: Mine | None = None
    mine_ask: Mine | None = None
    last: Side | None = None
    """The taker's side, where the last trade was at this price."""
    cursor: bool = False
    focused: bool = False
    stale: bool = False


def bar_length(amount: Decimal, scale: Decimal, half_cells: int) -> int:
    """Half cells for `amount` when `scale` fills `half_cells`; anything at all is at least one."""
    if amount <= 0 or scale <= 0:
        return 0
    return max(1, min(half_cells, int(amount * half_cells / scale)))


def round_scale(largest: Decimal) -> Decimal:
    """The next of 1, 2, 5 × 10ⁿ, so that bars keep their measure while amounts come and go."""
    if largest <= 0:
        return Decimal(1)
    unit = Decimal(1).scaleb(largest.adjusted())
    return next(unit * step for step in (1, 2, 5, 10) if unit * step >= largest)


def draw_row(look: RowLook, at: Columns) -> Line:
    """Exactly `at.width` cells."""
    ground = "cursor" if look.cursor and look.focused else ""
    runs: list[Run] = [("▌" if look.cursor else " ", "cursor" if ground else "accent")]
    runs += [*_mine(look.mine_bid, at, look.stale), (" ", "text")]
    runs += _side(look.bid, look.bid_bar, "bid-bar", at, stale=look.stale, towards_right=True)
    runs.append(("  ", "text"))
    runs += _price(look, at)
    runs.append(("  " if look.last is None else {Side.BUY: "▴ ", Side.SELL: "▾ "}[look.last], "dim"))
    runs += _side(look.ask, look.ask_bar, "ask-bar", at, stale=look.stale, towards_right=False)
    runs += [(" ", "text"), *_mine(look.mine_ask, at, look.stale)]
    line = padded(tuple(runs), at.width)
    return joined(on(line, ground) if ground else line)


def _mine(mine: Mine | None, at: Columns, stale: bool) -> list[Run]:
    if mine is None:
        return [(" " * at.mine, "text")]
    name = "staged" if mine.staged else "stale" if stale and mine.mark else "own"
    if at.mine <= NARROW_MINE:
        return [(left("▸" if mine.staged else (mine.mark or "•"), at.mine), name)]
    return [(right(mine.text + (mine.mark or " "), at.mine), name)]


def _price(look: RowLook, at: Columns) -> list[Run]:
    text = right(look.price, at.price)
    row = look.row
    if look.stale:
        return [(text, "stale")]
    name = "bid" if row.bid else "ask" if row.ask else "faint"
    runs = price_runs(text, name, fine="dim" if row.bid or row.ask else "faint")
    return list(on(runs, "lit")) if look.last is not None else list(runs)


def _side(amount: str, bar: int, ground: str, at: Columns, *, stale: bool, towards_right: bool) -> list[Run]:
    """The amount against the price, the bar behind it; `towards_right` where the price stands to the right."""
    body = right(amount, at.amount)
    gap = " " * (at.area - at.amount)
    if stale or not amount:
        text = gap + body if towards_right else body + gap
        return [(text, "stale" if stale else "text")]
    digits = amount_runs(body, "text")
    cells: list[Run] = [(gap, "text"), *digits] if towards_right else [*digits, (gap, "text")]
    full, half = divmod(bar, 2)
    if towards_right:
        bare, barred = _split(cells, at.area - full)
        if half and bare and bare[-1][0].endswith(" "):
            bare = [*_split(bare, at.area - full - 1)[0], ("▐", ground.replace("bar", "edge"))]
        return [*bare, *on(barred, ground)]
    barred, bare = _split(cells, full)
    if half and bare and bare[0][0].startswith(" "):
        bare = [("▌", ground.replace("bar", "edge")), *_split(bare, 1)[1]]
    return [*on(barred, ground), *bare]


def _split(runs: list[Run], cells: int) -> tuple[list[Run], list[Run]]:
    """The runs before and after this many cells; all text here is one cell per character."""
    before: list[Run] = []
    after: list[Run] = []
    for text, name in runs:
        if cells >= len(text):
            before.append((text, name))
        else:
            if cells > 0:
                before.append((text[:cells], name))
            after.append((text[max(0, cells) :], name))
        cells -= len(text)
    return [run for run in before if run[0]], [run for run in after if run[0]]


def draw_header(at: Columns, *, cumulative: bool) -> Line:
    """The names of the columns, each over its digits."""
    sum_of = "Σ " if cumulative else ""
    mine = "mine " if at.mine > NARROW_MINE else ""
    runs: list[Run] = [
        (" ", "text"),
        (right(mine, at.mine), "label"),
        (" ", "text"),
        (right(f"{sum_of}bid", at.area), "title"),
        ("  ", "text"),
        (right("price", at.price), "title"),
        ("  ", "text"),
        (left(right(f"{sum_of}ask", at.amount), at.area), "title"),
        (" ", "text"),
        (right(mine, at.mine), "label"),
    ]
    return joined(padded(tuple(runs), at.width))


def draw_spread(
    at: Columns, *, spread: Decimal | None, middle: Decimal, places: int, missing: str, stale: bool
) -> Line:
    """A rule under the best ask with the spread in it, absolute and in per cent of the middle; `missing` says which side is empty."""
    name = "stale" if stale else "dim"
    if spread is None:
        text = missing
    else:
        text = f"{fixed(spread, places)}  {fixed(spread * 100 / middle, 2)} %" if middle else fixed(spread, places)
    start = 1 + at.mine + 1
    span = 2 * at.area + 4 + at.price
    # The digits of the spread end under the digits of the prices.
    whole = fixed(spread, places) if spread is not None else text
    lead = max(1, at.area + 2 + at.price - len(whole) - 1)
    rule: Line = (
        (" " * start, "text"),
        ("─" * lead, "grid"),
        (f" {text} ", name),
        ("─" * span, "grid"),
    )
    return joined(padded(cut(rule, start + span), at.width))


def draw_note(text: str, width: int, name: str) -> Line:
    """One sentence in place of a row."""
    return joined(padded(((left(f" {text}", width), name),), width))


def waiting(text: str, width: int, height: int) -> list[Line]:
    """An empty pane that says what it is waiting for."""
    blank: Line = ((" " * width, "text"),)
    words = [draw_note(line, width, "dim") for line in wrapped(text, width - 2, height)]
    before = max(0, (height - len(words)) // 3)
    made = [blank] * before + words
    return (made + [blank] * height)[:height]
