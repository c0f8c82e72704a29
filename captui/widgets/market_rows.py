"""Markets as table rows: columns for a width, and cells."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from captui.core.dataclass import dataclass
from captui.core.market_summary import MarketSummary
from captui.core.text import printable
from captui.render.lines import Line, left
from captui.render.numbers import fixed, percent, price_runs, short
from captui.render.spark import spark
from captui.widgets import wording
from captui.widgets.table import Column, Row

_SPARK_LEAST, _SPARK_MOST = 12, 48
_ALL_BUT_THE_SPARK = 104
"""Cells that all other columns want: what a wider pane has left goes to the price line."""

_NAME_MOST, _CODE_MOST = 13, 6
"""Cells of what the exchange named: one endless name must not push the numbers off the screen."""


def spark_width(width: int) -> int:
    """Cells for the prices of 24 hours in a pane of this width."""
    return max(_SPARK_LEAST, min(_SPARK_MOST, width - _ALL_BUT_THE_SPARK))


def columns(width: int) -> tuple[Column, ...]:
    return (
        Column("", 1),
        Column("market", 9),
        Column("last  ", 14, right=True),
        Column("change", 9, right=True),
        Column("24 hours", spark_width(width), keep=5),
        Column("low – high", 23, right=True, keep=2),
        Column("volume", 12, right=True, keep=3),
        Column("in rand", 9, right=True, keep=6),
        Column("", 9),
    )


@dataclass(frozen=True, slots=True)
class PriceMove:
    """Which way a price went last."""

    up: bool
    fresh: bool
    """So short a time ago that it is still lit."""


@dataclass(frozen=True, slots=True)
class Shown:
    """All that one row is made of."""

    summary: MarketSummary
    closes: Sequence[Decimal] | None
    """Of the last 24 hours, oldest first; None where they are not known yet."""
    favourite: bool = False
    selected: bool = False
    """The one on the trade screen."""
    move: PriceMove | None = None
    live: bool = True


def market_row(shown: Shown, width: int, places: int) -> Row:
    """`width` is that of the pane; `places` the most decimals that a price of the table has, so that the points are in one column."""
    summary = shown.summary
    market, ticker = summary.market, summary.ticker
    name = "dim" if not market.enabled else "strong" if shown.selected else "text"
    star: Line = (("★", "own"),) if shown.favourite else ()
    pair: Line = ((left(printable(summary.name), _NAME_MOST).rstrip(), name),)
    cells: tuple[Line, ...]
    if ticker is None:
        none: Line = (("–", "faint"),)
        cells = (star, pair, (("–  ", "faint"),), none, (), none, none, none, _state(summary))
    else:
        decimals = market.price_precision
        cells = (
            star,
            pair,
            last_price(shown, places),
            (change(ticker.change_percent),),
            line_of_prices(shown, spark_width(width)),
            ((f"{fixed(ticker.low, decimals)} – {fixed(ticker.high, decimals)}", "dim"),),
            ((short(ticker.volume), "text"), (f" {left(printable(market.base.upper()), _CODE_MOST).rstrip()}", "dim")),
            turnover(summary),
            _state(summary),
        )
    if not shown.live:
        cells = tuple(tuple((text, "stale") for text, _ in cell) for cell in cells)
    return Row(market.id, cells)


def last_price(shown: Shown, places: int) -> Line:
    """The price, as wide as one with so many decimals, and the direction that it went last: lit for a moment, then quiet."""
    ticker, market, move = shown.summary.ticker, shown.summary.market, shown.move
    if ticker is None:
        return (("–", "faint"),)
    text = fixed(ticker.last, market.price_precision)
    gap = " " * (places - market.price_precision + (not market.price_precision and places > 0))
    if move is None:
        return (*price_runs(text, "text"), (gap + "  ", "text"))
    side = "bid" if move.up else "ask"
    return (*price_runs(text, side if move.fresh else "text"), (gap, "text"), (" ▲" if move.up else " ▼", side))


def change(value: Decimal) -> tuple[str, str]:
    """In percent; the sign says what the colour does."""
    return percent(value), "bid" if value > 0 else "ask" if value < 0 else "dim"


def line_of_prices(shown: Shown, width: int) -> Line:
    """The closes and the last price after them; a sentence where nothing was traded, nothing where they are not known yet."""
    if shown.closes is None:
        return ()
    if not shown.closes:
        return (("no trades", "faint"),)
    ticker = shown.summary.ticker
    if ticker is None:
        return ((spark(shown.closes, width), "dim"),)
    # The colour of the change beside it: the first close is an hour younger than the price that the change is counted from.
    return ((spark((*shown.closes, ticker.last), width), change(ticker.change_percent)[1]),)


def turnover(summary: MarketSummary) -> Line:
    if summary.turnover is None:
        return (("–", "faint"),)
    about = "≈ " if summary.estimated else ""
    return ((f"{about}R ", "dim"), (short(summary.turnover), "text"))


def _state(summary: MarketSummary) -> Line:
    own: Line = ((wording.count(summary.orders, "order"), "own"),) if summary.orders else ()
    if summary.market.enabled:
        return own
    return (("halted", "warning"), *((("  ", "text"), *own) if own else ()))
