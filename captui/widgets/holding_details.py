"""All that is known of one holding, as the lines of a dialog."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal

from captui.core.holdings import Holding
from captui.core.money import floor_to, plain
from captui.core.portfolio import QUOTE
from captui.core.text import grouped, pair_name, printable
from captui.core.types import Currency, Market, Ticker
from captui.render.lines import Line, Run
from captui.render.numbers import fixed, percent
from captui.session.views import TickersView
from captui.widgets import wording
from captui.widgets.portfolio_rows import HIDDEN, gain, gain_percent, price_places, rand

_LABEL = 15
_MOST_PLACES = 18
_GAP: Line = ((" ", "text"), (" ", "text"))


def markets_of(currency: str, markets: Sequence[Market]) -> tuple[Market, ...]:
    """Those where it is traded: against rand first, then where it is what is traded, then where it is what is paid with."""
    found = [market for market in markets if currency in (market.base, market.quote)]
    return tuple(sorted(found, key=lambda market: (market.quote != QUOTE, market.base != currency, market.id)))


def title(holding: Holding, currency: Currency | None) -> str:
    code = holding.currency.upper()
    named = currency is not None and currency.name and currency.name.upper() != code
    return printable(f"{currency.name} ({code})" if currency is not None and named else code)


def holding_items(
    holding: Holding,
    markets: Sequence[Market],
    tickers: TickersView,
    tz: tzinfo | None,
    *,
    private: bool,
    traded: bool,
    problem: str,
) -> list[Line]:
    """`problem` says why the numbers are not live, `traded` whether own trades are known."""
    row, code = holding.row, printable(holding.currency.upper())

    def amount(value: Decimal) -> str:
        return HIDDEN if private else f"{_exact(value)} {code}"

    items: list[Line] = []
    if problem:
        items += [((printable(problem), "warning"),), _GAP]
    items += [
        _fact("available", (amount(row.available), "text")),
        _fact("locked", (amount(row.locked), "text")),
        _fact("total", (amount(row.total), "strong")),
        _fact(
            "in rand", ("no market against rand" if row.value is None else rand(row.value, private=private), "strong")
        ),
    ]
    if row.share is not None:
        items.append(_fact("share", (f"{fixed(row.share, 2)} % of everything", "text")))
    if holding.currency != QUOTE and row.price is not None:
        items.append(
            _fact(
                "price",
                (f"R {fixed(row.price, price_places(row.price))}", "text"),
                ("  ", "text"),
                gain_percent(holding.change_percent),
            )
        )
    if holding.currency != QUOTE and traded:
        items += [_GAP, *_cost(holding, amount, tz, private=private)]
    found = markets_of(holding.currency, markets)
    if found:
        items.append(_GAP)
    items += [_market(market, tickers.tickers.get(market.id)) for market in found]
    return items


def _cost(holding: Holding, amount: Callable[[Decimal], str], tz: tzinfo | None, *, private: bool) -> list[Line]:
    position = holding.position
    items: list[Line] = []
    average = holding.average
    if average is not None:
        items += [
            _fact("cost known of", (amount(holding.known), "text")),
            _fact("cost", (rand(holding.cost, private=private), "text")),
            _fact("cost of one", (f"R {fixed(average, price_places(average))}", "text")),
            _fact(
                "unrealised",
                gain(holding.unrealised, private=private),
                ("  ", "text"),
                gain_percent(holding.unrealised_percent),
            ),
        ]
    if position.first_ms is not None:
        at = datetime.fromtimestamp(position.first_ms / 1000, tz)
        items.append(_fact("oldest bought", (f"{at:%Y-%m-%d %H:%M}", "text")))
    items.append(_fact("realised", gain(position.realised, private=private)))
    if holding.unknown > 0:
        items.append(
            _note(
                f"The cost of {amount(holding.unknown)} is not known: it came as a deposit, or before the oldest own trade."
            )
        )
    if holding.gone > 0:
        items.append(
            _note(f"Own trades bought {amount(holding.gone)} more than is here now: it was sent away, or went in fees.")
        )
    if position.uncosted > 0:
        items.append(_note(f"{amount(position.uncosted)} were sold whose cost is not known: that is in no profit."))
    return items


def _market(market: Market, ticker: Ticker | None) -> Line:
    name = printable(pair_name(market.name, market.id))
    if not market.enabled:
        return _fact(name, ("trading is halted", "warning"))
    if ticker is None:
        return _fact(name, ("no price yet", "dim"))
    shown = wording.price(ticker.last, market)
    return _fact(name, (shown, "text"), (f"  {percent(ticker.change_percent)}", "dim"))


def _exact(value: Decimal) -> str:
    """With all digits that an exchange can keep."""
    whole = floor_to(value, Decimal(1).scaleb(-_MOST_PLACES))
    return grouped(Decimal(plain(whole)))


def _fact(label: str, *runs: Run) -> Line:
    return ((f"{label:<{_LABEL}}", "label"), *runs)


def _note(text: str) -> Line:
    """A line of one run is wrapped by the dialog."""
    return ((text, "dim"),)
