"""Small pictures of one row: a line of prices, and where a price stands in its range."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from captui.render.lines import Line, joined

_EIGHTHS = "▁▂▃▄▅▆▇█"
_FLAT = "▄"


def spark(values: Sequence[Decimal], width: int) -> str:
    """The values, oldest first, as `width` block characters between the lowest and the highest; empty where there are none.

    With more values than cells each cell is the newest of its share; with fewer, values are repeated.
    """
    if not values or width < 1:
        return ""
    count = len(values)
    picked = [values[-(-(cell + 1) * count // width) - 1] for cell in range(width)]
    low, high = min(picked), max(picked)
    if low == high:
        return _FLAT * width
    # Not the full block: the line above must not grow out of this one.
    steps = len(_EIGHTHS) - 2
    return "".join(_EIGHTHS[round((value - low) * steps / (high - low))] for value in picked)


def area(values: Sequence[Decimal], width: int, height: int, style: str) -> list[Line]:
    """The values as a filled shape of `height` rows, between the lowest and the highest: the edge in `style`, below it quieter.

    Between two values the edge goes straight. Empty where there are fewer than two. `style` is `bid` or `ask`, or one without a quieter
    one: then all of it is in that.
    """
    if len(values) < 2 or width < 1 or height < 1:
        return []
    low, high = min(values), max(values)
    levels = [_level(values, cell, width, low, high, 8 * height - 1) + 1 for cell in range(width)]
    fill = f"{style}-edge" if style in ("bid", "ask") else style
    made: list[Line] = []
    for row in range(height):
        below = 8 * (height - 1 - row)
        runs: list[tuple[str, str]] = []
        for level in levels:
            eighths = level - below
            runs.append(
                (" ", "text") if eighths <= 0 else (_EIGHTHS[eighths - 1], style) if eighths <= 8 else ("█", fill)
            )
        made.append(joined(runs))
    return made


def _level(values: Sequence[Decimal], cell: int, width: int, low: Decimal, high: Decimal, most: int) -> int:
    if low == high:
        return most // 2
    at = Decimal(cell) * (len(values) - 1) / max(1, width - 1)
    index = min(int(at), len(values) - 2)
    value = values[index] + (values[index + 1] - values[index]) * (at - index)
    return round((value - low) * most / (high - low))


def range_bar(low: Decimal, high: Decimal, at: Decimal, width: int) -> Line:
    """`├───●──┤`: where `at` stands between the two, held at the ends; in the middle where both are one. At least 5 cells."""
    room = max(5, width) - 3
    place = room // 2 if high <= low else round((min(max(at, low), high) - low) * room / (high - low))
    return (("├" + "─" * place, "grid"), ("●", "strong"), ("─" * (room - place) + "┤", "grid"))
