"""The value of the account over time, as lines of a pane. Geometry: what is drawn is floats, and none of it goes anywhere else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import tzinfo
from decimal import Decimal
from enum import StrEnum

from captui.core.dataclass import dataclass
from captui.core.text import grouped
from captui.render.axes import round_step, time_labels
from captui.render.lines import Line, Run, joined
from captui.render.numbers import signed
from captui.session.history_views import EquityPoint

_DAY_MS = 86_400_000
_GRIDS = (3_600_000, 900_000, 300_000, 60_000)
"""Milliseconds between the times that can have a label; every zone's days begin on one of each."""
_ROWS_PER_LABEL = 2


class Period(StrEnum):
    """How far back the curve reaches."""

    DAY = "1d"
    WEEK = "7d"
    MONTH = "30d"
    YEAR = "1y"
    ALL = "all"

    @property
    def milliseconds(self) -> int | None:
        """None for all that there is."""
        days = {"1d": 1, "7d": 7, "30d": 30, "1y": 365}.get(self.value)
        return None if days is None else days * _DAY_MS

    def step(self, by: int) -> Period:
        """The one that many places longer, held at the ends."""
        return _PERIODS[max(0, min(len(_PERIODS) - 1, _PERIODS.index(self) + by))]


_PERIODS = tuple(Period)


@dataclass(frozen=True, slots=True)
class Change:
    """Between the first and the last value of a period."""

    since_ms: int
    amount: Decimal
    percent: Decimal | None
    """None where the first value was nothing."""


def within(points: Sequence[EquityPoint], period: Period, now_ms: int) -> tuple[EquityPoint, ...]:
    """Those of the period that ends now."""
    length = period.milliseconds
    return tuple(point for point in points if length is None or point.at_ms >= now_ms - length)


def change(points: Sequence[EquityPoint]) -> Change | None:
    """None where there are fewer than two. `points` ascend in time."""
    if len(points) < 2:
        return None
    first, amount = points[0].value, points[-1].value - points[0].value
    return Change(points[0].at_ms, amount, (amount / first * 100).quantize(Decimal("0.01")) if first > 0 else None)


def thinned(points: Sequence[EquityPoint], most: int) -> tuple[EquityPoint, ...]:
    """About `most` points at even times, the last of each stretch and the very first: what a picture of that many cells can show."""
    if len(points) <= most:
        return tuple(points)
    start, span = points[0].at_ms, max(1, points[-1].at_ms - points[0].at_ms)
    kept: dict[int, EquityPoint] = {-1: points[0]}
    for point in points[1:]:
        kept[(point.at_ms - start) * (most - 2) // span] = point
    return tuple(kept.values())


def draw_equity(
    points: Sequence[EquityPoint], width: int, height: int, tz: tzinfo | None, *, private: bool, style: str
) -> list[Line]:
    """`height` lines of at most `width` cells. Needs two points at different times, 20 cells and 4 rows.

    `private` shows how the value moved in percent of the first instead of the value, where that was not nothing. `style` is that of the
    curve.
    """
    # Slow to import, and not needed before the first curve.
    from captui.render import plots

    shown = thinned(points, 2 * width)
    values = [float(point.value) for point in shown]
    if private:
        first = values[0] or 1.0
        values = [(value / first - 1) * 100 for value in values]
    start, end = shown[0].at_ms, shown[-1].at_ms
    labels = _value_labels(min(values), max(values), height, private=private)
    plot = max(1, width - max((len(text) for _, text in labels), default=0) - 1)
    rows = plots.curve(
        [(point.at_ms - start, value) for point, value in zip(shown, values, strict=True)],
        x_labels=_times(start, end, plot, tz),
        y_labels=labels,
        size=(width, height),
    )
    return [_coloured(row, style) for row in rows]


def _value_labels(low: float, high: float, height: int, *, private: bool) -> list[tuple[float, str]]:
    if high - low < 1e-9:
        return [(low, _label(low, 2, private))]
    step = round_step((high - low) / max(1.0, (height - 1) / _ROWS_PER_LABEL))
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    marks = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    return [(mark * step, _label(mark * step, places, private)) for mark in marks]


def _label(value: float, places: int, private: bool) -> str:
    rounded = Decimal(f"{value:.{places}f}")
    return f"{signed(rounded, places)} %" if private else grouped(rounded, places)


def _times(start: int, end: int, cells: int, tz: tzinfo | None) -> list[tuple[float, str]]:
    """Round local times, as far apart as their words are long."""
    cell = max(1, (end - start) // cells)
    # Finer than the cells, so that a label is of its round time and not of the cell that happens to hold it.
    grid = next(size for size in _GRIDS if size <= cell or size == _GRIDS[-1])
    times = list(range(-(-start // grid) * grid, end + 1, grid))
    found = [(times[index] - start, text) for index, text in time_labels(times, 1, cell, tz)]
    # A label stands in the middle under its time: one at an end would be cut.
    return [(at, text) for at, text in found if len(text) * cell // 2 < at < end - start - len(text) * cell // 2]


def _coloured(row: str, style: str) -> Line:
    runs: list[Run] = []
    for character in row:
        if "▀" <= character <= "▟":
            runs.append((character, style))
        elif "─" <= character <= "╿":
            runs.append((character, "grid"))
        else:
            runs.append((character, "dim"))
    return joined(runs)
