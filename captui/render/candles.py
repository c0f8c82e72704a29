"""Draws candles, volume and axes as lines: half a cell per step of price, one to four cells per candle.

Drawn directly and not with a plotting library, because this is what repaints ten times a second: see the measurements of the design.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from decimal import Decimal

from captui.core.dataclass import dataclass
from captui.core.intervals import Interval
from captui.core.types import Candle, Side
from captui.render.axes import PriceScale, price_labels, price_scale, time_labels
from captui.render.lines import Line, Run, joined, padded, width_of
from captui.render.numbers import fixed, short

# Index: 3 × the top half of the cell + its bottom half; 0 nothing, 1 wick, 2 body.
_THIN = (" ", "╷", "╻", "╵", "│", "╽", "╹", "╿", "┃")
# No character is a wide body with a wick out of it: the body takes the whole cell there, so that wick and body are not torn apart.
_WIDE_MIDDLE = (" ", "╷", "▄", "╵", "│", "█", "▀", "█", "█")
_WIDE_SIDE = (" ", " ", "▄", " ", " ", "█", "▀", "█", "█")
_EIGHTHS = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Zoom:
    """`merged` candles in one, each `cells` wide."""

    merged: int
    cells: int


ZOOMS = (Zoom(8, 1), Zoom(4, 1), Zoom(2, 1), Zoom(1, 1), Zoom(1, 2), Zoom(1, 4))
DEFAULT_ZOOM = 3


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An own open order across the chart."""

    price: Decimal
    side: Side


@dataclass(frozen=True, slots=True)
class Scene:
    """What one picture of the chart is made from. `candles` are those on the screen, oldest first, merged already."""

    interval: Interval
    candles: tuple[Candle, ...]
    zoom: Zoom
    price_places: int
    amount_places: int
    tz: tzinfo | None
    last: Decimal | None = None
    orders: tuple[OrderLine, ...] = ()
    crosshair: int | None = None
    """Index in `candles`."""
    stale: bool = False
    note: str = ""
    """At the end of the header: loading, the beginning of history, how far from now."""


def merged(candles: Sequence[Candle], by: int, interval: Interval) -> tuple[Candle, ...]:
    """Each `by` candles made one, in groups that stay the same as time goes on."""
    if by == 1:
        return tuple(candles)
    span = by * interval.milliseconds
    groups: dict[int, list[Candle]] = {}
    for candle in candles:
        groups.setdefault(candle.time_ms // span * span, []).append(candle)
    return tuple(
        Candle(
            start,
            group[0].open,
            max(candle.high for candle in group),
            min(candle.low for candle in group),
            group[-1].close,
            sum((candle.volume for candle in group), Decimal(0)),
        )
        for start, group in groups.items()
    )


def axis_width(candles: Sequence[Candle], last: Decimal | None, places: int) -> int:
    """Cells for the prices at the right edge, with a gap before them and none after."""
    highest = max([candle.high for candle in candles], default=Decimal(0))
    return 2 + len(fixed(max(highest, last or highest), places))


def draw_chart(
    scene: Scene, width: int, height: int, before: PriceScale | None = None
) -> tuple[list[Line], PriceScale]:
    """`height` lines of `width` cells, and the scale used, to be given back next time. Needs at least one candle."""
    axis = axis_width(scene.candles, scene.last, scene.price_places)
    if width < axis + 8:
        axis = 0
    plot = width - axis
    volume_rows = 0 if height < 9 else max(1, min(5, height // 7))
    rows = max(1, height - 2 - volume_rows)
    lows, highs = [float(c.low) for c in scene.candles], [float(c.high) for c in scene.candles]
    tick = 10.0**-scene.price_places
    scale = price_scale(min(lows), max(highs), rows, tick=tick, before=before)
    cells = _plot(scene, scale, rows, plot)
    labels = _axis(scene, scale, rows, axis)
    lines = [draw_header(scene, width)]
    lines += [joined((*_runs(cells[y]), *labels[y])) for y in range(rows)]
    lines += [padded(line, width) for line in _volume(scene, volume_rows, plot)]
    lines.append(_times(scene, plot, width))
    return lines[:height], scale


_Cell = tuple[str, str]


def _plot(scene: Scene, scale: PriceScale, rows: int, plot: int) -> list[list[_Cell]]:
    empty: _Cell = (" ", "text")
    grid: list[list[_Cell]] = [[empty] * plot for _ in range(rows)]
    for order in scene.orders:
        y = scale.half_row(float(order.price), rows)
        if 0 <= y < 2 * rows:
            grid[y >> 1] = [("╌", "own")] * plot
    cells = scene.zoom.cells
    if scene.crosshair is not None:
        x = scene.crosshair * cells + (1 if cells == 4 else 0)
        for row in grid:
            if row[x][0] == " ":
                row[x] = ("┊", "accent")
    factor = (2 * rows - 1) / (scale.high - scale.low)
    high = scale.high
    for index, candle in enumerate(scene.candles):
        opened, closed = float(candle.open), float(candle.close)
        up = closed >= opened
        top, bottom = (closed, opened) if up else (opened, closed)
        # int(x + 0.5) is round() for what is never negative, several times faster.
        wick_top = int((high - float(candle.high)) * factor + 0.5)
        wick_bottom = int((high - float(candle.low)) * factor + 0.5)
        body_top = int((high - top) * factor + 0.5)
        body_bottom = int((high - bottom) * factor + 0.5)
        name = "stale" if scene.stale else "bid" if up else "ask"
        x = index * cells
        for y in range(wick_top >> 1, (wick_bottom >> 1) + 1):
            upper, lower = 2 * y, 2 * y + 1
            state = 0
            if wick_top <= upper <= wick_bottom:
                state = 6 if body_top <= upper <= body_bottom else 3
            if wick_top <= lower <= wick_bottom:
                state += 2 if body_top <= lower <= body_bottom else 1
            row = grid[y]
            if cells < 4:
                row[x] = (_THIN[state], name)
                continue
            row[x + 1] = (_WIDE_MIDDLE[state], name)
            if _WIDE_SIDE[state] != " ":
                row[x] = row[x + 2] = (_WIDE_SIDE[state], name)
    return grid


def _runs(cells: list[_Cell]) -> list[Run]:
    made: list[Run] = []
    text, name = "", ""
    for glyph, style in cells:
        # A blank looks the same in every style: it joins whatever run it is in.
        if style == name or glyph == " ":
            text += glyph
            name = name or style
        else:
            if text:
                made.append((text, name))
            text, name = glyph, style
    made.append((text, name))
    return made


def _axis(scene: Scene, scale: PriceScale, rows: int, axis: int) -> list[list[Run]]:
    if not axis:
        return [[] for _ in range(rows)]
    blank: list[Run] = [(" " * axis, "text")]
    made = [blank] * rows
    for y, price in price_labels(scale, rows).items():
        text = fixed(Decimal(repr(round(price, scale.decimals))), scale.decimals)
        # The label's units stand above the units of the full prices of the other marks.
        decimals = scene.price_places - scale.decimals
        tail = " " * (decimals + (1 if scale.decimals == 0 and scene.price_places else 0)) if decimals > 0 else ""
        made[y] = [((text + tail).rjust(axis), "stale" if scene.stale else "dim")]
    for order in scene.orders:
        y = scale.half_row(float(order.price), rows)
        if 0 <= y < 2 * rows:
            made[y >> 1] = _mark(order.price, scene.price_places, axis, "own", "own")
    if scene.last is not None:
        y = scale.half_row(float(scene.last), rows)
        if 0 <= y < 2 * rows:
            rising = not scene.candles or scene.candles[-1].close >= scene.candles[-1].open
            name = "stale" if scene.stale else "bid" if rising else "ask"
            made[y >> 1] = _mark(scene.last, scene.price_places, axis, name, name if scene.stale else f"{name}@lit")
    return made


def _mark(price: Decimal, places: int, axis: int, arrow: str, name: str) -> list[Run]:
    return [(" ", "text"), ("◂", arrow), (fixed(price, places).rjust(axis - 2), name)]


def _volume(scene: Scene, rows: int, plot: int) -> list[Line]:
    """Bars from the bottom; all in one quiet colour, because volume has no side."""
    largest = max((candle.volume for candle in scene.candles), default=Decimal(0))
    if not rows or largest <= 0:
        return [((" " * plot, "text"),)] * rows
    factor = 8 * rows / float(largest)
    heights = [float(candle.volume) * factor for candle in scene.candles]
    steps = [max(1, int(size + 0.5)) if size > 0 else 0 for size in heights]
    wide = scene.zoom.cells
    made: list[Line] = []
    for row in range(rows - 1, -1, -1):
        text = ""
        for size in steps:
            glyph = _EIGHTHS[max(0, min(8, size - 8 * row))]
            text += glyph * 3 + " " if wide == 4 else glyph + " " * (wide - 1)
        made.append(((text[:plot].ljust(plot), "faint"),))
    return made


def _times(scene: Scene, plot: int, width: int) -> Line:
    interval_ms = scene.interval.milliseconds * scene.zoom.merged
    text = ""
    labels = time_labels([candle.time_ms for candle in scene.candles], scene.zoom.cells, interval_ms, scene.tz)
    for at, label in labels:
        if at + len(label) <= plot:
            text = text.ljust(at) + label
    return ((text.ljust(width)[:width], "dim"),)


def draw_header(scene: Scene, width: int) -> Line:
    """The interval and the values of the candle under the crosshair, else of the newest; without room go V, O, L, H, C in turn."""
    candle = scene.candles[-1 if scene.crosshair is None else scene.crosshair]
    places = scene.price_places if candle.high < 1000 else 0
    name = "stale" if scene.stale else "text"
    runs: list[Run] = [(f"{scene.interval.label} ", "title")]
    if scene.zoom.merged > 1:
        runs.append((f"×{scene.zoom.merged} ", "dim"))
    if scene.crosshair is not None:
        local = datetime.fromtimestamp(candle.time_ms / 1000, scene.tz)
        runs.append((f"{local.day} {local:%b %H:%M} ", "accent"))
    parts: list[tuple[int, list[Run]]] = []
    if scene.note:
        parts.append((0, [(f" {scene.note} ", "warning" if scene.stale else "dim")]))
    fields = ((4, "O", candle.open), (2, "H", candle.high), (3, "L", candle.low), (1, "C", candle.close))
    for weight, label, value in fields:
        parts.append((weight, [(f" {label} ", "dim"), (f"{fixed(value, places)} ", name)]))
    parts.append((5, [(" V ", "dim"), (f"{short(candle.volume)} ", name)]))
    room = width - width_of(runs)
    kept: set[int] = set()
    for weight, part in sorted(parts, key=lambda part: part[0]):
        room -= width_of(part)
        if room < 0:
            break
        kept.add(weight)
    for weight, part in parts:
        if weight in kept:
            runs += part
    return joined(padded(tuple(runs), width))
