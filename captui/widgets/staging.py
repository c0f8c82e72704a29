"""How a staged order's price and size move under the keys. Decimal arithmetic on the market's rules, nothing of the screen."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal

from captui.core.types import Market

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
