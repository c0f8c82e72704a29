"""Draws the tape: one public trade per line, newest on top."""

from __future__ import annotations

from datetime import tzinfo

from captui.core.types import Market, PublicTrade, Side
from captui.render.ladder_rows import amount_places
from captui.render.lines import Line, Run, joined, padded, right, spread
from captui.render.numbers import amount_runs, clock, fixed, price_runs, rough


def draw_trade(
    trade: PublicTrade,
    market: Market,
    width: int,
    *,
    price_cells: int,
    amount_cells: int,
    stale: bool,
    tz: tzinfo | None,
) -> Line:
    """Time, amount, price; the taker's side is the colour of the price and a mark beside it. The time goes first when room is short."""
    side = "stale" if stale else "bid" if trade.taker is Side.BUY else "ask"
    text = "stale" if stale else "text"
    amount = right(rough(trade.amount, amount_places(market, trade.price)), amount_cells)
    price = right(fixed(trade.price, market.price_precision), price_cells)
    runs: list[Run] = []
    if width >= 8 + 2 + amount_cells + 2 + price_cells + 2:
        runs += [(clock(trade.time_ms, tz), "stale" if stale else "dim"), ("  ", "text")]
    runs += amount_runs(amount, text, fine="stale" if stale else "faint")
    runs += [("  ", "text"), *price_runs(price, side, fine="stale" if stale else "dim")]
    runs.append((" ▴" if trade.taker is Side.BUY else " ▾", side))
    return joined(padded(tuple(runs), width))


def draw_tape_header(width: int, *, note: str, stale: bool) -> Line:
    return padded(spread((("Tape", "title"),), ((note, "warning" if stale else "dim"),), width), width)


def cells_needed(trades: tuple[PublicTrade, ...], market: Market) -> tuple[int, int]:
    """Cells of the widest price and amount."""
    price = max((len(fixed(trade.price, market.price_precision)) for trade in trades), default=0)
    amount = max((len(fixed(trade.amount, amount_places(market, trade.price))) for trade in trades), default=0)
    return price, amount
