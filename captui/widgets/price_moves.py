"""Which way each market's price went last: the memory behind the small arrows."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from captui.core.types import Ticker
from captui.widgets.market_rows import PriceMove

LIT_MS = 1_500
"""How long a change is lit: long enough to be seen, short enough that a busy market does not glow."""


class PriceMoves:
    def __init__(self) -> None:
        self._last: dict[str, Decimal] = {}
        self._moves: dict[str, tuple[bool, int]] = {}

    def note(self, tickers: Mapping[str, Ticker], now_ms: int) -> None:
        for market, ticker in tickers.items():
            before = self._last.get(market)
            if before is not None and ticker.last != before:
                self._moves[market] = (ticker.last > before, now_ms)
            self._last[market] = ticker.last

    def of(self, market: str, now_ms: int) -> PriceMove | None:
        """None while the price has not moved since it was first seen."""
        move = self._moves.get(market)
        return None if move is None else PriceMove(move[0], now_ms - move[1] < LIT_MS)

    def lit(self, now_ms: int) -> bool:
        """Whether any price is lit, or was at the last full second: then the rows are due to be drawn again."""
        return any(now_ms - at_ms < LIT_MS + 1_000 for _, at_ms in self._moves.values())
