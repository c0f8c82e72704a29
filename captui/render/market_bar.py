"""Draws the market bar: the pair, where it is, and its last day."""

from __future__ import annotations

from datetime import tzinfo
from decimal import Decimal

from captui.core.types import Market, PublicTrade, Side, Ticker
from captui.render.fields import Field, draw_fields
from captui.render.lines import Line, Run
from captui.render.numbers import clock, fixed, percent, price_runs, short
from captui.session.views import BookView, Freshness


def draw_market_bar(
    market: Market | None,
    ticker: Ticker | None,
    last: PublicTrade | None,
    book: BookView,
    *,
    now_ms: int,
    tz: tzinfo | None,
    width: int,
) -> Line:
    """One row; what a narrow one leaves out, in this order: time, volume, high and low, per cent of the spread, spread, change."""
    time = Field(((clock(now_ms, tz), "dim"),), 1, align_right=True)
    if market is None:
        return draw_fields([Field((("Waiting for the markets", "dim"),), 0), time], width)
    stale = book.freshness is not Freshness.LIVE
    fields = [Field(((market.name, "strong"),), 0), *_last(market, ticker, last, stale=stale)]
    if not market.enabled:
        fields.append(Field((("trading is suspended", "warning"),), 9))
    if ticker is not None:
        places = market.price_precision
        traded = (last.price,) if last is not None else ()
        high, low = max((ticker.high, *traded)), min((ticker.low, *traded))
        fields.append(Field((("H ", "dim"), *price_runs(fixed(high, places), "text")), 4))
        fields.append(Field((("L ", "dim"), *price_runs(fixed(low, places), "text")), 4))
        fields.append(Field((("V ", "dim"), (f"{short(ticker.volume)} {market.base.upper()}", "text")), 2))
    fields += _spread(market, book, stale=stale)
    return draw_fields([*fields, time], width)


def _last(market: Market, ticker: Ticker | None, last: PublicTrade | None, *, stale: bool) -> list[Field]:
    price = last.price if last is not None else ticker.last if ticker is not None else None
    if price is None:
        return []
    name, arrow = "strong", " "
    if last is not None:
        name, arrow = ("bid", "▲") if last.taker is Side.BUY else ("ask", "▼")
    if stale:
        name = "stale"
    runs: list[Run] = [*price_runs(fixed(price, market.price_precision), name), (f" {arrow}", name)]
    made = [Field(tuple(runs), 0)]
    if ticker is not None:
        change = _change(ticker, price)
        look = "stale" if stale else "bid" if change > 0 else "ask" if change < 0 else "text"
        made.append(Field(((percent(change).rjust(8), look),), 6))
    return made


def _change(ticker: Ticker, price: Decimal) -> Decimal:
    """In per cent, of the price that is shown: the ticker's own belongs to its last price, which may be seconds older."""
    if price == ticker.last or ticker.open <= 0:
        return ticker.change_percent
    return (price - ticker.open) / ticker.open * 100


def _spread(market: Market, book: BookView, *, stale: bool) -> list[Field]:
    spread, middle = book.spread, book.mid
    if spread is None or not middle:
        return []
    name = "stale" if stale else "text"
    amount = fixed(spread, market.price_precision)
    return [
        Field((("spread ", "dim"), (amount, name)), 5),
        Field(((f"{fixed(spread * Decimal(100) / middle, 2)} %", "stale" if stale else "dim"),), 3),
    ]
