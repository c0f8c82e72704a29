"""Draws a ladder's rows: columns mine | bid | price | ask | mine, bars growing from the price outwards."""

from __future__ import annotations

from decimal import Decimal

from captui.core.dataclass import dataclass
from captui.core.types import Side
from captui.render.ladder_rows import Row
from captui.render.lines import Line, Run, cut, joined, left, on, padded, right, wrapped
from captui.render.numbers import amount_runs, fixed, price_runs

_BAR_STEPS = tuple(map(Decimal, ("1", "1.5", "2", "3", "5", "7", "10")))
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
    gap: int = 2
    """Between the bids and the price."""

    @property
    def bar(self) -> int:
        """The longest bar: from the price to the outer edge, own amounts included."""
        return self.area + 1 + self.mine


def columns(width: int, *, price: int, amount: int, mine: int) -> Columns:
    """Shares out `width`: bars get what is left. Without room for all digits the gap goes first, then own amounts become dots."""
    digits = price + 2 * amount
    for gap, own in ((2, mine), (1, mine), (2, NARROW_MINE)):
        spare = width - (1 + 2 + gap + 2 + digits + 2 * own)
        if spare >= 0:
            break
    return Columns(width, own, amount, amount + min(max(0, spare) // 2, 3 * amount), price, gap)


@dataclass(frozen=True, slots=True)
class Mine:
    """The user's own orders at one price and side, added up, as they are to be read."""

    text: str
    mark: str = ""
    """`…` on its way, `?` unknown, `×` being cancelled, `~` rounded, an arrow when staged; empty when it rests and is exact."""
    staged: bool = False
    live: bool = True
    """False while the orders themselves are what was true once."""


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
    """The next of 1, 1.5, 2, 3, 5, 7 × 10ⁿ, so that bars keep their measure while amounts come and go."""
    if largest <= 0:
        return Decimal(1)
    unit = Decimal(1).scaleb(largest.adjusted())
    return next(unit * step for step in _BAR_STEPS if unit * step >= largest)


def draw_row(look: RowLook, at: Columns) -> Line:
    """Exactly `at.width` cells."""
    ground = "cursor" if look.cursor and look.focused else ""
    runs: list[Run] = [("▌" if look.cursor else " ", "cursor" if ground else "accent")]
    bids = [*_mine(look.mine_bid, at), (" ", "text"), *_amount(look.bid, at, look.stale, at_left=False)]
    runs += _barred(bids, at.bar, at.bar - look.bid_bar // 2, "bid-bar", half=look.bid_bar % 2 == 1, from_right=True)
    runs.append((" " * at.gap, "text"))
    runs += _price(look, at)
    runs.append(("  " if look.last is None else {Side.BUY: "▴ ", Side.SELL: "▾ "}[look.last], "dim"))
    asks = [*_amount(look.ask, at, look.stale, at_left=True), (" ", "text"), *_mine(look.mine_ask, at)]
    runs += _barred(asks, at.bar, look.ask_bar // 2, "ask-bar", half=look.ask_bar % 2 == 1, from_right=False)
    # Every piece before it is as wide as it is asked to be.
    rest = at.width - (1 + at.bar + at.gap + at.price + 2 + at.bar)
    line = (*runs, (" " * rest, "text")) if rest >= 0 else cut(tuple(runs), at.width)
    return joined(on(line, ground) if ground else line)


def _mine(mine: Mine | None, at: Columns) -> list[Run]:
    if mine is None:
        return [(" " * at.mine, "text")]
    name = "staged" if mine.staged else "own" if mine.live else "stale"
    if at.mine <= NARROW_MINE:
        return [(left("▸" if mine.staged else (mine.mark or "•"), at.mine), name)]
    return [(right(mine.text + (mine.mark or " "), at.mine), name)]


def _amount(amount: str, at: Columns, stale: bool, *, at_left: bool) -> list[Run]:
    """The digits on the side of the area that is nearer to the price."""
    body = right(amount, at.amount)
    gap = (" " * (at.area - at.amount), "text")
    digits = [(body, "stale")] if stale else list(amount_runs(body, "text"))
    return [*digits, gap] if at_left else [gap, *digits]


def _barred(cells: list[Run], size: int, edge: int, ground: str, *, half: bool, from_right: bool) -> list[Run]:
    """`cells` with the bar behind them: from cell `edge` to the end, or up to it from the start.

    The last half of a bar can only be drawn where no digit is in its way.
    """
    before, after = _split(cells, edge)
    bare, barred = (before, after) if from_right else (after, before)
    # Faint digits are lost on a bar, and what looks like no digit reads as another number.
    barred = [(text, "dim" if name == "faint" else name) for text, name in barred]
    if half and from_right and bare and bare[-1][0].endswith(" "):
        bare = [*_split(bare, edge - 1)[0], ("▐", ground.replace("bar", "edge"))]
    elif half and not from_right and edge < size and bare[0][0].startswith(" "):
        bare = [("▌", ground.replace("bar", "edge")), *_split(bare, 1)[1]]
    return [*bare, *on(barred, ground)] if from_right else [*on(barred, ground), *bare]


def _price(look: RowLook, at: Columns) -> list[Run]:
    text = right(look.price, at.price)
    row = look.row
    if look.stale:
        return [(text, "stale")]
    if any(mine is not None and mine.staged for mine in (look.mine_bid, look.mine_ask)):
        return list(price_runs(text, "staged"))
    name = "bid" if row.bid else "ask" if row.ask else "faint"
    runs = price_runs(text, name, fine="dim" if row.bid or row.ask else "faint")
    return list(on(runs, "lit")) if look.last is not None else list(runs)


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
        (" " * at.gap, "text"),
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
    span = 2 * at.bar + at.gap + at.price + 2
    # The digits of the spread end under the digits of the prices.
    whole = fixed(spread, places) if spread is not None else text
    lead = max(1, at.bar + at.gap + at.price - len(whole) - 1)
    rule: Line = (
        (" ", "text"),
        ("─" * lead, "grid"),
        (f" {text} ", name),
        ("─" * span, "grid"),
    )
    return joined(padded(cut(rule, 1 + span), at.width))


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
