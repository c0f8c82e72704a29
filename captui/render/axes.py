"""Round values for the axes of the chart. Geometry: floats are allowed here, and nothing that is computed is ever sent anywhere."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, tzinfo

from captui.core.dataclass import dataclass

_MINUTE = 60_000
_DAY = 1440 * _MINUTE
_TIME_STEPS = tuple(
    minutes * _MINUTE for minutes in (5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440, 2880, 10080, 20160)
)
_MONTH = 30 * _DAY
_LABEL_CELLS = 12
"""Between the starts of two time labels, at least."""
_ROWS_PER_LABEL = 3


@dataclass(frozen=True, slots=True)
class PriceScale:
    """From price to half rows: `low` is the lowest half row's price and `high` the topmost's, both round."""

    low: float
    high: float
    step: float
    """Between two labels."""

    def half_row(self, price: float, rows: int) -> int:
        """0 is the top half of the topmost row."""
        return round((self.high - price) * (2 * rows - 1) / (self.high - self.low))

    @property
    def decimals(self) -> int:
        """Decimals that the labels need."""
        return max(0, -math.floor(math.log10(self.step) + 1e-9))


def round_step(size: float) -> float:
    """The next of 1, 2, 5 × 10ⁿ that is not smaller."""
    unit = 10.0 ** math.floor(math.log10(size))
    return next(unit * step for step in (1, 2, 5, 10) if unit * step >= size * (1 - 1e-9))


def price_scale(low: float, high: float, rows: int, *, tick: float, before: PriceScale | None = None) -> PriceScale:
    """A scale on which all of `low` to `high` is seen. `before` is kept while it still fits, so that candles do not breathe."""
    if (
        before is not None
        and before.low <= low
        and high <= before.high
        and (high - low) >= (before.high - before.low) * 0.5
    ):
        return before
    if high - low < tick:
        low, high = low - 2 * tick, high + 2 * tick
    step = max(tick, round_step((high - low) / max(1.0, rows / _ROWS_PER_LABEL)))
    edge = step / 4
    return PriceScale(math.floor(low / edge - 0.2) * edge, math.ceil(high / edge + 0.2) * edge, step)


def price_labels(scale: PriceScale, rows: int) -> dict[int, float]:
    """Row → the round price that belongs to it."""
    first = math.ceil(scale.low / scale.step - 1e-9)
    last = math.floor(scale.high / scale.step + 1e-9)
    return {scale.half_row(n * scale.step, rows) // 2: n * scale.step for n in range(first, last + 1)}


def time_labels(times: list[int], cells: int, interval_ms: int, tz: tzinfo | None) -> list[tuple[int, str]]:
    """(cell, text) for a row of candles at these unix milliseconds, `cells` apart, in local time.

    A label stands at the first candle of a round hour, day or month; where a day begins, its date takes the place of 0:00.
    """
    if not times:
        return []
    wanted = _LABEL_CELLS * interval_ms / cells
    step = next((step for step in _TIME_STEPS if step >= wanted), _MONTH)
    offset = datetime.fromtimestamp(times[-1] / 1000, tz).astimezone(tz).utcoffset() or timedelta()
    shift = round(offset.total_seconds() * 1000)
    made: list[tuple[int, str]] = []
    free = 0
    previous = None
    for index, time_ms in enumerate(times):
        at = index * cells
        local = time_ms + shift
        # Round steps of more than a day are counted from Monday 5 January 1970.
        mark = (local - 4 * _DAY) // step if step > _DAY else local // step
        begins = mark != previous and (previous is not None or local % min(step, _DAY) == 0)
        previous = mark
        if not begins or at < free:
            continue
        text = _time_text(time_ms, tz, step)
        made.append((at, text))
        free = at + len(text) + 2
    return made


def _time_text(time_ms: int, tz: tzinfo | None, step: int) -> str:
    local = datetime.fromtimestamp(time_ms / 1000, tz)
    if step >= _MONTH:
        return f"{local:%b %Y}"
    if step >= _DAY or (local.hour == 0 and local.minute == 0):
        return f"{local.day} {local:%b}"
    return f"{local:%H:%M}"
