"""The staged order, and how its price and size move under the keys. Decimal arithmetic on the market's rules, nothing of the screen."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal

from captui.core.dataclass import dataclass
from captui.core.types import Market, OrderDraft, OrderType, Side
from captui.session.views import BookView

_STEPS = (1, 2, 5, 10)
_PRESET_VALUES = (100, 500, 1_000, 5_000, 10_000)
"""Default size presets are worth about so many rand (or other quote units)."""


def moved_price(price: Decimal, by: int, step: Decimal, market: Market) -> Decimal:
    """The price `by` steps away (up is positive), on multiples of `step`, held inside the market's own range."""
    if by == 0:
        return price
    rounding = ROUND_FLOOR if by > 0 else ROUND_CEILING
    moved = ((price / step).to_integral_value(rounding=rounding) + by) * step
    return held_price(moved, market)


def held_price(price: Decimal, market: Market) -> Decimal:
    """The nearest price that the market allows."""
    lowest = max(market.min_price, market.tick)
    price = max(price, (lowest / market.tick).to_integral_value(rounding=ROUND_CEILING) * market.tick)
    if market.max_price > 0:
        price = min(price, (market.max_price / market.tick).to_integral_value(rounding=ROUND_FLOOR) * market.tick)
    return price


def moved_size(size: Decimal, by: int, market: Market) -> Decimal:
    """The next size along 1, 2, 5 × 10ⁿ above (positive) or below, never under the market's minimum, always whole lots."""
    for _ in range(abs(by)):
        size = _next_size(size, up=by > 0)
    return held_size(size, market)


def _next_size(size: Decimal, *, up: bool) -> Decimal:
    unit = Decimal(1).scaleb(size.adjusted())
    if up:
        return next(unit * step for step in _STEPS if unit * step > size)
    below = [unit * step for step in _STEPS if unit * step < size]
    return below[-1] if below else unit / 2


def held_size(size: Decimal, market: Market) -> Decimal:
    """The nearest size, downwards, that the market allows; its minimum where that is larger."""
    lots = (size / market.lot).to_integral_value(rounding=ROUND_DOWN) * market.lot
    least = (market.min_amount / market.lot).to_integral_value(rounding=ROUND_CEILING) * market.lot
    return max(lots, least, market.lot)


def preset_sizes(market: Market, price: Decimal | None) -> tuple[Decimal, ...]:
    """Five sizes for the number keys where the user has set none: round amounts worth roughly R 100 to R 10 000."""
    if not price or price <= 0:
        return tuple(held_size(market.min_amount * step, market) for step in (1, 2, 5, 10, 20))
    made: list[Decimal] = []
    for value in _PRESET_VALUES:
        raw = value / price
        unit = Decimal(1).scaleb(raw.adjusted())
        made.append(held_size(max(unit * step for step in _STEPS if unit * step <= raw), market))
    return tuple(made)


@dataclass(slots=True)
class Stage:
    """What is staged now, if anything, and what the next order would be like."""

    market: Market
    sizes: tuple[Decimal, ...] = ()
    """The user's presets; empty for ones that follow from the price."""
    draft: OrderDraft | None = None
    follows: Side | None = None
    """Joined to the best price of this side, and not touched since."""
    post_only: bool = False
    chosen: Decimal | None = None
    """The size last chosen on this market."""

    def presets(self, price: Decimal | None) -> tuple[Decimal, ...]:
        return self.sizes or preset_sizes(self.market, price)

    def preset(self, number: int, price: Decimal | None) -> Decimal | None:
        """None where there are fewer presets than that."""
        presets = self.presets(price)
        return held_size(presets[number - 1], self.market) if 1 <= number <= len(presets) else None

    def size(self, price: Decimal | None) -> Decimal:
        """Of the staged order or the next one: what was chosen last, at first the second preset."""
        if self.draft is not None:
            return self.draft.volume
        presets = self.presets(price)
        return self.chosen or held_size(presets[min(1, len(presets) - 1)], self.market)

    def placed(self, side: Side, price: Decimal, near: Decimal | None) -> OrderDraft:
        """A limit order at this price, as large as the staged one or the next."""
        return OrderDraft(
            self.market.id, side, OrderType.LIMIT, held_price(price, self.market), self.size(near), self.post_only
        )

    def moved(self, by: int, step: Decimal) -> OrderDraft | None:
        if self.draft is None or self.draft.price is None:
            return self.draft
        return replace(self.draft, price=moved_price(self.draft.price, by, step, self.market))

    def followed(self, book: BookView) -> OrderDraft | None:
        """The staged order where the best price has gone since it joined it; as it is where it did not, or there is none."""
        if self.draft is None or self.follows is None:
            return self.draft
        best = book.best_bid if self.follows is Side.BUY else book.best_ask
        return self.draft if best is None else replace(self.draft, price=best.price)
