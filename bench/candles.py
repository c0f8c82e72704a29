"""A hundred candles on a hundred columns and thirty rows: drawn directly, and by plotext with its picture turned into lines of text."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC
from decimal import Decimal

import plotext
from rich.text import Text

from bench.row import Row
from captui.core.intervals import Interval
from captui.core.types import Candle
from captui.render.candles import DEFAULT_ZOOM, ZOOMS, Scene, axis_width, draw_chart

COUNT, COLUMNS, LINES = 100, 100, 30
_NOON_MS = 1_767_268_800_000


def candles(seed: int) -> tuple[Candle, ...]:
    rng = random.Random(seed)
    made, price = [], Decimal(840_000)
    for number in range(COUNT):
        close = price + rng.randint(-300_000, 300_000) / Decimal(100)
        high, low = max(price, close) + rng.randint(0, 900), min(price, close) - rng.randint(0, 900)
        made.append(Candle(_NOON_MS + number * 900_000, price, high, low, close, Decimal(rng.randint(1, 500)) / 100))
        price = close
    return tuple(made)


def by_plotext(shown: tuple[Candle, ...]) -> int:
    figure = plotext.figure
    figure.clear()
    figure.theme("simple")
    figure.plot_size(COLUMNS, LINES)
    columns = {
        "date": list(range(len(shown))),
        "open": [float(candle.open) for candle in shown],
        "high": [float(candle.high) for candle in shown],
        "low": [float(candle.low) for candle in shown],
        "close": [float(candle.close) for candle in shown],
    }
    figure.draw(figure.candlestick(columns))
    return len(Text.from_ansi(figure.build().string()).split())


def best_ms(draw: Callable[[], object], times: int) -> float:
    """Of processor time; the best, because other work on the machine only ever adds."""
    best = float("inf")
    for _ in range(times):
        start = time.thread_time()
        draw()
        best = min(best, time.thread_time() - start)
    return best * 1000


def rows(*, small: bool) -> Iterator[Row]:
    shown = candles(seed=1)
    scene = Scene(Interval.M15, shown, ZOOMS[DEFAULT_ZOOM], 2, 4, UTC)
    # The axis stands beside the candles' own columns.
    columns = COLUMNS + axis_width(shown, None, scene.price_places)
    ours = best_ms(lambda: draw_chart(scene, columns, LINES), 3 if small else 300)
    theirs = best_ms(lambda: by_plotext(shown), 1 if small else 20)
    yield Row("candles: 100 on 100×30", "ms", ours, "plotext, as text", theirs, goal=0.6)
