"""Checks before an order leaves: when it is drafted, and again when it is sent. What is impossible blocks, what is risky asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from captui.core.dataclass import dataclass
from captui.core.fees import Fees
from captui.core.money import ceil_to, floor_to, is_sane, on_step, plain
from captui.core.preview import Preview, preview
from captui.core.text import grouped, pair_name
from captui.core.types import Level, Market, Order, OrderDraft, OrderType, Side


class Code(StrEnum):
    """Names of findings: stable, because a confirmation names the risks that were accepted."""

    WRONG_MARKET = "wrong-market"
    DISABLED = "market-disabled"
    SHAPE = "shape"
    """A limit order without a price, a market order with one, a number that is none."""
    VOLUME = "volume"
    TICK = "tick"
    MIN_PRICE = "min-price"
    MAX_PRICE = "max-price"
    LOT = "lot"
    MIN_AMOUNT = "min-amount"
    STALE = "stale"
    FUNDS = "funds"
    POST_ONLY = "post-only"
    OUTRUNS = "outruns-book"
    NO_BOOK = "no-book"
    DISTANCE = "distance"
    VALUE = "value"
    TWIN = "twin"
    OWN = "own-order"


_CENT = Decimal("0.01")
"""Quote currency in sentences: what is needed is rounded up to it and what there is down, so that too little never looks enough."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The user's own limits; beyond them an order has to be confirmed."""

    max_distance_percent: Decimal = Decimal(5)
    """Of a price, through or away from the best of the book."""
    max_value: Decimal = Decimal(250_000)
    """Of one order, in quote."""
    twin_window_ms: int = 10_000
    """An order equal to one sent this recently is likely a key pressed twice."""


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    """One of `Code`."""
    text: str
    """One sentence with the numbers that a person needs."""
    blocking: bool
    """True: it cannot be sent. False: it can, once confirmed."""


def check(
    draft: OrderDraft,
    *,
    market: Market,
    bids: Sequence[Level],
    asks: Sequence[Level],
    fresh: bool,
    available: Mapping[str, Decimal],
    limits: Limits,
    fees: Fees,
    recent: Sequence[tuple[OrderDraft, int]],
    now_ms: int,
    own: Sequence[Order] = (),
) -> tuple[Finding, ...]:
    """Everything that speaks against sending `draft`, the blocking findings first; empty where nothing does. Never raises.

    Both sides of the book are best first; `fresh` is False while the book is stale. `available` is by currency and empty while
    balances are not known. `recent` holds drafts sent and when (unix ms). `own` are the user's orders, whatever their market,
    side and state: those that this one could trade with are told.
    """
    shape = _shape(draft, market)
    if shape is not None:
        return (shape,)
    findings = [*_rules(draft, market)]
    if not fresh:
        findings.append(
            _blocking(
                Code.STALE, f"The book of {_pair(market)} is not up to date, so nothing can be checked against it."
            )
        )
    what = preview(draft, market=market, bids=bids, asks=asks, available=available, fees=fees)
    findings += _funds(what, market, available)
    findings += _matching(draft, what, market, bids, asks)
    findings += _risks(draft, what, market, bids, asks, limits)
    findings += _own(draft, what, market, own)
    findings += _twins(draft, market, recent, limits, now_ms)
    return tuple(sorted(findings, key=lambda finding: not finding.blocking))


def _shape(draft: OrderDraft, market: Market) -> Finding | None:
    """What makes every other question meaningless."""
    if draft.market != market.id:
        return _blocking(Code.WRONG_MARKET, f"This order is for {draft.market.upper()}, not for {_pair(market)}.")
    if draft.type is OrderType.LIMIT and draft.price is None:
        return _blocking(Code.SHAPE, "A limit order needs a price.")
    if draft.type is OrderType.MARKET and draft.price is not None:
        return _blocking(Code.SHAPE, "A market order cannot carry a price.")
    if draft.type is OrderType.MARKET and draft.post_only:
        return _blocking(Code.SHAPE, "A market order cannot be post-only: it always matches.")
    if draft.price is not None and not (is_sane(draft.price) and draft.price > 0):
        return _blocking(Code.SHAPE, "The price must be a number above zero.")
    if not (is_sane(draft.volume) and draft.volume > 0):
        return _blocking(Code.VOLUME, "The volume must be a number above zero.")
    return None


def _rules(draft: OrderDraft, market: Market) -> Iterator[Finding]:
    """The market's own (API document, Market)."""
    pair, base = _pair(market), market.base.upper()
    if not market.enabled:
        yield _blocking(Code.DISABLED, f"The exchange has switched off trading in {pair}.")
    price = draft.price
    if price is not None:
        if not on_step(price, market.tick):
            yield _blocking(
                Code.TICK, f"{grouped(price)} is off the tick: prices of {pair} move in steps of {plain(market.tick)}."
            )
        if price < market.min_price:
            yield _blocking(
                Code.MIN_PRICE, f"{grouped(price)} is below the lowest price of {pair}, {grouped(market.min_price)}."
            )
        if market.max_price and price > market.max_price:
            yield _blocking(
                Code.MAX_PRICE, f"{grouped(price)} is above the highest price of {pair}, {grouped(market.max_price)}."
            )
    if not on_step(draft.volume, market.lot):
        yield _blocking(
            Code.LOT,
            f"{grouped(draft.volume)} {base} is too fine: amounts of {pair} move in steps of {plain(market.lot)}.",
        )
    if draft.volume < market.min_amount:
        yield _blocking(
            Code.MIN_AMOUNT,
            f"{grouped(draft.volume)} {base} is below the smallest order of {pair}, {grouped(market.min_amount)} {base}.",
        )


def _funds(what: Preview, market: Market, available: Mapping[str, Decimal]) -> Iterator[Finding]:
    if not available:
        yield _blocking(Code.FUNDS, "Your balances are not known yet, so the funds cannot be checked.")
        return
    currency = what.spend_currency
    # The exchange leaves out currencies that were never held.
    have = available.get(currency, Decimal(0))
    if what.spends > have:
        yield _blocking(
            Code.FUNDS,
            f"This order needs {_at_least(what.spends, currency, market)}; {_at_most(have, currency, market)} is available.",
        )


def _matching(
    draft: OrderDraft, what: Preview, market: Market, bids: Sequence[Level], asks: Sequence[Level]
) -> Iterator[Finding]:
    opposite, word = (asks, "ask") if draft.side is Side.BUY else (bids, "bid")
    if draft.post_only and what.matches and draft.price is not None:
        yield _blocking(
            Code.POST_ONLY,
            f"{grouped(draft.price)} would match the best {word} at {grouped(opposite[0].price)}, and the order is post-only.",
        )
    if what.shortfall:
        yield _blocking(
            Code.OUTRUNS,
            f"The book holds only {_at_most(what.matched, market.base, market)} to match "
            f"{_at_least(draft.volume, market.base, market)} at the market.",
        )


def _risks(
    draft: OrderDraft, what: Preview, market: Market, bids: Sequence[Level], asks: Sequence[Level], limits: Limits
) -> Iterator[Finding]:
    buying = draft.side is Side.BUY
    opposite, own = (asks, bids) if buying else (bids, asks)
    if draft.price is not None and not opposite and not own:
        yield _risky(
            Code.NO_BOOK, f"The book of {_pair(market)} is empty: there is nothing to compare this price with."
        )
    worst = draft.price if draft.price is not None else (what.matches[-1].price if what.matches else None)
    if worst is not None:
        yield from _distance(worst, opposite, own, limits, buying=buying)
    if what.value > limits.max_value:
        yield _risky(
            Code.VALUE,
            f"This order is worth {_at_least(what.value, market.quote, market)}, "
            f"over your limit of {grouped(limits.max_value)} {market.quote.upper()}.",
        )


def _distance(
    price: Decimal, opposite: Sequence[Level], own: Sequence[Level], limits: Limits, *, buying: bool
) -> Iterator[Finding]:
    """Through: past the best of the opposite side, so that it trades at bad prices. Away: so far behind the best of its own side
    (or the opposite, where its own is empty) that it is more likely a slip of the hand than a wish."""
    opposite_word, own_word = ("ask", "bid") if buying else ("bid", "ask")
    towards = 1 if buying else -1
    if opposite:
        best = opposite[0].price
        through = (price - best) * towards / best * 100
        if through > limits.max_distance_percent:
            yield _far(price, through, "through", opposite_word, best, limits)
    reference, word = (own, own_word) if own else (opposite, opposite_word)
    if reference:
        best = reference[0].price
        away = (best - price) * towards / best * 100
        if away > limits.max_distance_percent:
            yield _far(price, away, "away from", word, best, limits)


def _far(price: Decimal, by: Decimal, how: str, side_word: str, best: Decimal, limits: Limits) -> Finding:
    return _risky(
        Code.DISTANCE,
        f"{grouped(price)} is {grouped(by, 2)} % {how} the best {side_word} at {grouped(best)}; "
        f"your limit is {grouped(limits.max_distance_percent)} %.",
    )


def _own(draft: OrderDraft, what: Preview, market: Market, own: Sequence[Order]) -> Iterator[Finding]:
    """Orders of the user's own that this one could trade with: the exchange lets it, and takes its fee from both.

    A limit order reaches as far as its price, whatever the book holds now; a market order as far as the last level that it takes.
    """
    if draft.post_only:
        # It never matches: the exchange refuses it instead.
        return
    limit = draft.price if draft.price is not None else (what.matches[-1].price if what.matches else None)
    if limit is None:
        return
    buying = draft.side is Side.BUY
    met = [
        (order.price, order.remaining)
        for order in own
        if order.market == draft.market
        and order.side is draft.side.opposite
        and order.status.is_open
        and order.remaining > 0
        and order.price is not None
        and (order.price <= limit if buying else order.price >= limit)
    ]
    if not met:
        return
    price, remaining = min(met) if buying else max(met)
    verb = "sell" if buying else "buy"
    others = f" and {len(met) - 1} more of your orders" if len(met) > 1 else ""
    # What fills before it gets that far trades with others, as far as the book can be trusted.
    last = limit if what.rests or not what.matches else what.matches[-1].price
    reaches = price <= last if buying else price >= last
    yield _risky(
        Code.OWN,
        f"This {'would' if reaches else 'could'} trade with your own {verb} of {_at_least(remaining, market.base, market)} "
        f"at {grouped(price, market.price_precision)}{others}: you would pay both fees.",
    )


def _twins(
    draft: OrderDraft, market: Market, recent: Sequence[tuple[OrderDraft, int]], limits: Limits, now_ms: int
) -> Iterator[Finding]:
    # A clock that stepped back must not hide a twin: both directions count.
    ages = [abs(now_ms - sent_ms) for sent, sent_ms in recent if sent == draft]
    if ages and min(ages) <= limits.twin_window_ms:
        seconds = grouped(Decimal(min(ages)) / 1000, 1)
        verb = "buy" if draft.side is Side.BUY else "sell"
        yield _risky(
            Code.TWIN,
            f"The same order to {verb} {grouped(draft.volume)} {market.base.upper()} was sent {seconds} s ago.",
        )


def _blocking(code: Code, text: str) -> Finding:
    return Finding(code, text, blocking=True)


def _risky(code: Code, text: str) -> Finding:
    return Finding(code, text, blocking=False)


def _at_least(value: Decimal, currency: str, market: Market) -> str:
    """An amount of one of the market's currencies in a sentence, rounded up where it is finer than anybody reads it."""
    if currency == market.base:
        return f"{grouped(_stepped(ceil_to, value, market.lot))} {currency.upper()}"
    return f"{grouped(_stepped(ceil_to, value, _CENT), 2)} {currency.upper()}"


def _at_most(value: Decimal, currency: str, market: Market) -> str:
    """As `_at_least`, rounded down."""
    if currency == market.base:
        return f"{grouped(_stepped(floor_to, value, market.lot))} {currency.upper()}"
    return f"{grouped(_stepped(floor_to, value, _CENT), 2)} {currency.upper()}"


def _stepped(rounded: Callable[[Decimal, Decimal], Decimal], value: Decimal, step: Decimal) -> Decimal:
    try:
        return rounded(value, step)
    except InvalidOperation:
        # Nobody owns a number as long as that; a sentence about one is no reason to raise.
        return value


def _pair(market: Market) -> str:
    return pair_name(market.name, market.id)
