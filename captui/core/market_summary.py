"""What there is to say of each market on one line, and the orders in which the lines can stand. Exact throughout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from enum import StrEnum

from captui.core.dataclass import dataclass
from captui.core.money import EXACT
from captui.core.text import pair_name
from captui.core.types import Market, Order, Side, Ticker

HOME = "zar"
"""The currency that turnovers are compared in."""


class SortBy(StrEnum):
    NAME = "name"
    CHANGE = "change"
    TURNOVER = "volume"
    PRICE = "price"

    @property
    def descending_first(self) -> bool:
        """The direction that people mean when they say no more than the name of the column."""
        return self is not SortBy.NAME

    def next(self) -> SortBy:
        return _SORTS[(_SORTS.index(self) + 1) % len(_SORTS)]


_SORTS = tuple(SortBy)


@dataclass(frozen=True, slots=True)
class MarketSummary:
    market: Market
    ticker: Ticker | None
    """None where the exchange has not told one."""
    turnover: Decimal | None
    """Of 24 hours in rand; None where the quote currency has no price in rand."""
    estimated: bool
    """The turnover is the volume at the last price, because the exchange does not tell the sum of its trades."""
    orders: int
    """Own open ones."""
    base_in_orders: Decimal
    """What own sells still offer, in base units."""
    quote_in_orders: Decimal
    """What own buys still bid, in quote units and before fees."""

    @property
    def name(self) -> str:
        return pair_name(self.market.name, self.market.id)


def rand_prices(markets: Iterable[Market], tickers: Mapping[str, Ticker]) -> dict[str, Decimal]:
    """By currency, what one unit costs in rand at last prices; `tickers` is by market id."""
    prices = {
        market.base: tickers[market.id].last
        for market in markets
        if market.quote == HOME and market.id in tickers and tickers[market.id].last > 0
    }
    return prices | {HOME: Decimal(1)}


def summaries(
    markets: Sequence[Market], tickers: Mapping[str, Ticker], orders: Iterable[Order]
) -> tuple[MarketSummary, ...]:
    """One for each market, in their order. `orders` are the own ones that are open, of all markets."""
    prices = rand_prices(markets, tickers)
    own: dict[str, list[Order]] = {}
    for order in orders:
        own.setdefault(order.market, []).append(order)
    return tuple(_summary(market, tickers.get(market.id), prices, own.get(market.id, [])) for market in markets)


def _summary(
    market: Market, ticker: Ticker | None, prices: Mapping[str, Decimal], own: Sequence[Order]
) -> MarketSummary:
    turnover, estimated = None, False
    if ticker is not None and market.quote in prices:
        estimated = not ticker.amount and bool(ticker.volume)
        amount = EXACT.multiply(ticker.volume, ticker.last) if estimated else ticker.amount
        turnover = EXACT.multiply(amount, prices[market.quote])
    base = quote = Decimal(0)
    for order in own:
        if order.side is Side.SELL:
            base = EXACT.add(base, order.remaining)
        elif order.price is not None:
            quote = EXACT.add(quote, EXACT.multiply(order.remaining, order.price))
    return MarketSummary(market, ticker, turnover, estimated, len(own), base, quote)


def ordered(
    found: Iterable[MarketSummary], by: SortBy, *, descending: bool, favourites: AbstractSet[str]
) -> tuple[MarketSummary, ...]:
    """Favourites (market ids) first; within both parts sorted, and by name where equal. What is not known stands last either way."""

    def value(summary: MarketSummary) -> Decimal | None:
        match by:
            case SortBy.CHANGE:
                return summary.ticker.change_percent if summary.ticker else None
            case SortBy.PRICE:
                return summary.ticker.last if summary.ticker else None
            case _:
                return summary.turnover

    by_name = sorted(found, key=lambda summary: summary.name)
    if by is SortBy.NAME:
        if descending:
            by_name.reverse()
    else:
        known = [summary for summary in by_name if value(summary) is not None]
        unknown = [summary for summary in by_name if value(summary) is None]
        known.sort(key=lambda summary: value(summary) or Decimal(0), reverse=descending)
        by_name = [*known, *unknown]
    return tuple(sorted(by_name, key=lambda summary: summary.market.id not in favourites))


def found_by(summary: MarketSummary, typed: str) -> bool:
    """Whether every typed word is in its names: `btc/zar`, `btc zar` and `btczar` are one."""
    market = summary.market
    words = f"{summary.name} {market.id} {market.base} {market.quote}".lower()
    return all(word in words for word in typed.lower().replace("/", " ").split())
