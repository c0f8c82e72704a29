"""What a trader wants to know of one market before going there: its day, its rules, and what of one's own is in it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from captui.core.market_summary import MarketSummary
from captui.core.money import EXACT, plain
from captui.core.text import grouped, printable
from captui.core.types import Balance, Currency, Market
from captui.render.fields import Field, draw_fields
from captui.render.lines import Line, Run, joined, right, spread
from captui.render.numbers import fixed, percent, price_runs, short, signed
from captui.render.spark import area, range_bar
from captui.widgets import wording
from captui.widgets.line_pane import LinePane

_BAR_LEAST, _BAR_MOST = 12, 60
_PICTURE_LEAST = 5
"""Rows below which the day is not drawn: fewer show nothing that the small line beside the market does not."""


WITH_PICTURE = _PICTURE_LEAST + 4
"""Rows that the picture and the lines below it want."""


class MarketDetail(LinePane):
    """Three lines: the day, what is mine, the rules; a lower pane leaves out from the end. A higher one draws the day above them."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._summary: MarketSummary | None = None
        self._closes: tuple[Decimal, ...] | None = None
        self._currency: Currency | None = None
        self._held: Balance | None = None
        self._live = True
        self._private = False

    def show(
        self,
        summary: MarketSummary | None,
        closes: Sequence[Decimal] | None,
        *,
        currency: Currency | None,
        held: Balance | None,
        live: bool,
        private: bool = False,
    ) -> None:
        """`closes` are of the last 24 hours, oldest first; None where they are not known yet.

        `currency` and `held` are those of the market's base; `held` None where it is not known.
        `private`: nothing is told of amounts that are one's own.
        """
        self._summary, self._closes = summary, None if closes is None else tuple(closes)
        self._currency, self._held, self._live, self._private = currency, held, live, private
        self.redraw()

    def lines(self, width: int, height: int) -> list[Line]:
        summary = self._summary
        if summary is None:
            return []
        made = [self._day(summary, width), self._own(summary, width), self._rules(summary.market, width)]
        rows = height - len(made) - 1
        if rows < _PICTURE_LEAST:
            return made[:height]
        return [*self._picture(summary, width, rows), (), *made]

    def _picture(self, summary: MarketSummary, width: int, height: int) -> list[Line]:
        """The day's prices, with the highest and the lowest of them at the right edge, and the hours below."""
        market, ticker = summary.market, summary.ticker
        if not self._closes:
            reading = self._closes is None
            waiting = "Reading" if self._live else "Waiting for"
            words = f"{waiting} the prices of" if reading else "Nothing was traded in"
            return [((f" {words} the last 24 hours.", "dim"),), *[()] * (height - 1)]
        values = [*self._closes, ticker.last if ticker else self._closes[-1]]
        falls = ticker.change_percent < 0 if ticker else values[-1] < values[0]
        style = "stale" if not self._live else "ask" if falls else "bid"
        top, bottom = fixed(max(values), market.price_precision), fixed(min(values), market.price_precision)
        axis = max(len(top), len(bottom)) + 2
        shape = area(values, width - axis - 2, height - 1, style)
        labels = {0: top, len(shape) - 1: bottom}
        made: list[Line] = [
            joined(((" ", "text"), *line, (right(labels.get(row, ""), axis), "dim"))) for row, line in enumerate(shape)
        ]
        return [*made, spread(((" 24 hours ago", "dim"),), (("now", "dim"), (" " * (axis + 1), "text")), width)]

    def _day(self, summary: MarketSummary, width: int) -> Line:
        market, ticker = summary.market, summary.ticker
        name = self._currency.name if self._currency else ""
        fields = [Field(((printable(summary.name), "strong"),), 0)]
        if name and name.lower() != market.base.lower():
            fields.append(Field(((printable(name), "dim"),), 1))
        if not market.enabled:
            fields.append(Field((("trading is halted", "warning"),), 9))
        if ticker is None:
            return draw_fields([*fields, Field((("no price yet", "dim"),), 8)], width)
        places = market.price_precision
        tint = "text" if self._live else "stale"
        low, high = fixed(ticker.low, places), fixed(ticker.high, places)
        bar = max(_BAR_LEAST, min(_BAR_MOST, width - len(low) - len(high) - 58))
        fields.append(
            Field(
                (
                    ("low ", "label"),
                    *price_runs(low, tint),
                    (" ", "text"),
                    *range_bar(ticker.low, ticker.high, ticker.last, bar),
                    (" ", "text"),
                    *price_runs(high, tint),
                    (" high", "label"),
                ),
                8,
            )
        )
        moved = EXACT.subtract(ticker.last, ticker.open)
        fields.append(
            Field(
                (
                    ("24 h ", "label"),
                    (signed(moved, places), tint),
                    (f"  {percent(ticker.change_percent)}", "dim"),
                ),
                4,
            )
        )
        return draw_fields(fields, width)

    def _own(self, summary: MarketSummary, width: int) -> Line:
        market, ticker = summary.market, summary.ticker
        base, quote = market.base, market.quote
        fields: list[Field] = []
        if self._private:
            fields.append(Field((("amounts are hidden", "dim"),), 0))
        elif self._held is not None:
            total = self._held.total
            held: list[Run] = [("you hold ", "label"), (f"{wording.amount(total, market)} {base.upper()}", "text")]
            if total and ticker is not None:
                worth = wording.money(EXACT.multiply(total, ticker.last), quote)
                held.append((f"  {printable(worth)}", "dim"))
            fields.append(Field(_clean(held), 0))
        if summary.orders:
            parts = [
                f"{grouped(summary.base_in_orders)} {base.upper()}" if summary.base_in_orders else "",
                wording.money(summary.quote_in_orders, quote) if summary.quote_in_orders else "",
            ]
            inside = " and ".join(part for part in parts if part)
            told = f"  {inside}" if inside and not self._private else ""
            runs = [(wording.count(summary.orders, "open order"), "own"), (told, "text")]
            fields.append(Field(_clean(runs), 5))
        else:
            fields.append(Field((("no open orders", "dim"),), 3))
        if ticker is not None:
            volume = [("volume ", "label"), (f"{short(ticker.volume)} {base.upper()}", "dim")]
            fields.append(Field(_clean(volume), 1))
        return draw_fields(fields, width)

    def _rules(self, market: Market, width: int) -> Line:
        base = printable(market.base.upper())
        lowest = grouped(market.min_price)
        prices = f"{lowest} to {grouped(market.max_price)}" if market.max_price else f"from {lowest}"
        limits: tuple[tuple[str, str, int], ...] = (
            ("smallest order", f"{_number(market.min_amount)} {base}", 9),
            ("tick", _number(market.tick), 8),
            ("amount step", _number(market.lot), 5),
            ("prices", prices, 3),
        )
        return draw_fields(
            [Field(((f"{name} ", "label"), (text, "dim")), weight) for name, text, weight in limits], width
        )


def _number(value: Decimal) -> str:
    return plain(value)


def _clean(runs: list[Run]) -> tuple[Run, ...]:
    """Names of currencies come from the exchange."""
    return tuple((printable(text), style) for text, style in runs)
