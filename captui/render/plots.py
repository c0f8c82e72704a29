"""Pictures: candles, depth, shares for the command line, a curve for panes. The only module that knows plotext, which keeps one
figure for the process.

Drawing is for the eye: numbers become floats here, and nothing goes back from here.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from itertools import accumulate
from math import floor, log10
from shutil import get_terminal_size
from typing import Any, TextIO

import plotext

from captui.core.dataclass import dataclass
from captui.core.text import grouped, printable
from captui.core.types import Candle, Level

_TICKS = 6
_HIGHEST = 30
_WIDEST = 160


@dataclass(frozen=True, slots=True)
class Picture:
    coloured: str
    plain: str


def show(picture: Picture, stream: TextIO) -> None:
    """Coloured where it goes to a terminal and `NO_COLOR` is not set."""
    coloured = stream.isatty() and not os.environ.get("NO_COLOR")
    stream.write(picture.coloured if coloured else picture.plain)


def candles(
    found: Sequence[Candle], *, title: str, zone: tzinfo | None, size: tuple[int, int] | None = None
) -> Picture:
    """As many of the newest as fit. `size` is columns and rows, None that of the terminal; `zone` None is the local one."""
    figure = _figure(title, size)
    columns = figure.size()[0]
    # Beside the axis there is room for one candle in every two columns.
    shown = found[-max(1, (columns - 14) // 2) :]
    places = list(range(len(shown)))
    figure.draw(
        figure.candlestick(
            {
                "date": places,
                "open": [float(each.open) for each in shown],
                "high": [float(each.high) for each in shown],
                "low": [float(each.low) for each in shown],
                "close": [float(each.close) for each in shown],
            }
        )
    )
    labelled = places[:: max(1, -(-len(places) // _TICKS))]
    form = "%d %b" if len(shown) > 1 and shown[1].time_ms - shown[0].time_ms >= 86_400_000 else "%d %b %H:%M"
    labels = [datetime.fromtimestamp(shown[place].time_ms / 1000, zone).strftime(form) for place in labelled]
    figure.ruler("x").ticks(labelled, labels)
    if shown:
        _label(figure, "y", min(float(each.low) for each in shown), max(float(each.high) for each in shown))
    return _picture(figure)


def depth(asks: Sequence[Level], bids: Sequence[Level], *, title: str, size: tuple[int, int] | None = None) -> Picture:
    """What is bid and asked, added up from the spread. Both sides best first."""
    # No legend: its box would stand before the bids.
    figure = _figure(f"{title}  bids left, asks right", size)
    for side in (bids, asks):
        if side:
            sums = [float(total) for total in accumulate(level.amount for level in side)]
            signal = figure.signal([float(level.price) for level in side], sums)
            signal.lines()
            figure.draw(signal)
    prices = [float(level.price) for level in (*bids, *asks)]
    if prices:
        _label(figure, "x", min(prices), max(prices))
    return _picture(figure)


def shares(parts: Sequence[tuple[str, Decimal]], *, title: str, size: tuple[int, int] | None = None) -> Picture:
    """One bar for each name."""
    figure = _figure(title, size)
    figure.draw(figure.bar([printable(name) for name, _ in parts], [float(value) for _, value in parts]))
    _label(figure, "y", 0.0, max((float(value) for _, value in parts), default=0.0))
    return _picture(figure)


def curve(
    points: Sequence[tuple[float, float]],
    *,
    x_labels: Sequence[tuple[float, str]],
    y_labels: Sequence[tuple[float, str]],
    size: tuple[int, int],
) -> list[str]:
    """A line through at least two points, `x` ascending, as rows of text without colour: blocks, an axis at the left, labels.

    Each row has at most `size[0]` cells, and there are `size[1]` rows. For panes, which have colours of their own.
    """
    figure = plotext.figure
    figure.clear()
    figure.theme("simple")
    figure.plot_size(*size)
    line = figure.signal([x for x, _ in points], [y for _, y in points])
    line.lines()
    figure.draw(line)
    figure.axes(False, axis="both", side=1)
    figure.axes(False, axis="x", side=0)
    figure.ruler("x").ticks([x for x, _ in x_labels], [text for _, text in x_labels])
    figure.ruler("y").ticks([y for y, _ in y_labels], [text for _, text in y_labels])
    figure.ruler("x").lim(points[0][0], points[-1][0])
    return [row[: size[0]].rstrip() for row in figure.build().string(colorless=True).split("\n")[: size[1]]]


def _label(figure: Any, axis: str, low: float, high: float) -> None:
    """Numbers as they are written everywhere else, with as many decimals as tell one from the next."""
    if not high > low:
        return
    step = (high - low) / (_TICKS - 2)
    places = max(0, 1 - floor(log10(step)))
    places_at = [low + number * step for number in range(_TICKS - 1)]
    figure.ruler(axis).ticks(places_at, [grouped(Decimal(place), places) for place in places_at])


def _figure(title: str, size: tuple[int, int] | None) -> Any:
    if size is None:
        terminal = get_terminal_size()
        size = min(terminal.columns, _WIDEST), min(terminal.lines - 2, _HIGHEST)
    figure = plotext.figure
    figure.clear()
    figure.theme("simple")
    figure.plot_size(max(size[0], 30), max(size[1], 10))
    figure.title(printable(title))
    return figure


def _picture(figure: Any) -> Picture:
    matrix = figure.build()
    coloured, plain = matrix.string(), matrix.string(colorless=True)
    return Picture(f"{coloured.rstrip()}\n", "".join(f"{line.rstrip()}\n" for line in plain.rstrip("\n").split("\n")))
