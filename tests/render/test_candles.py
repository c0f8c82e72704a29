"""How the chart is drawn."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from captui.core.intervals import Interval
from captui.core.types import Candle, Side
from captui.render.axes import PriceScale
from captui.render.candles import ZOOMS, OrderLine, Scene, axis_width, draw_chart, draw_header, merged
from captui.render.lines import Line, plain, width_of
from tests import samples

D = Decimal
STEP = Interval.M15.milliseconds
SCALE = PriceScale(100.0, 107.0, 2.0)
"""On four rows, one rand is one half row: 107 is the top half of the topmost."""


def candle(index: int, opened: str, high: str, low: str, close: str, volume: str = "1") -> Candle:
    return Candle(samples.NOW_MS // STEP * STEP + index * STEP, D(opened), D(high), D(low), D(close), D(volume))


def scene(*candles: Candle, zoom: int = 3) -> Scene:
    return Scene(Interval.M15, candles, ZOOMS[zoom], 2, 4, samples.TZ)


def plot(shown: Scene, *, width: int = 30) -> list[str]:
    """The four rows of the plot, without header, axes and volume."""
    lines, scale = draw_chart(shown, width, 6, SCALE)
    assert scale is SCALE
    return [plain(line)[: width - axis_width(shown.candles, shown.last, 2)].rstrip() for line in lines[1:5]]


def styles_of(line: Line, glyph: str) -> set[str]:
    return {name for text, name in line if glyph in text}


WHOLE = candle(0, "101", "107", "100", "106")


def test_wick_and_body_have_half_a_cell_each() -> None:
    assert plot(scene(WHOLE)) == ["╽", "┃", "┃", "╿"]


def test_a_wick_alone_is_thin() -> None:
    assert plot(scene(candle(0, "101", "107", "100", "100"), WHOLE))[:2] == ["│╽", "│┃"]


def test_half_rows_at_the_ends() -> None:
    short = candle(0, "104", "104", "103", "103")
    assert plot(replace(scene(WHOLE, short))) == ["╽", "┃╻", "┃╹", "╿"]


def test_wide_candles_have_the_wick_in_their_middle() -> None:
    rows = plot(scene(candle(0, "101", "107", "100", "103"), WHOLE, zoom=5))
    assert rows[0].startswith(" │ ")
    assert rows[2].startswith("███ ███")


def test_rising_and_falling_have_the_colours_of_the_sides() -> None:
    lines, _ = draw_chart(
        scene(candle(0, "101", "107", "100", "106"), candle(1, "106", "107", "100", "101")), 30, 6, SCALE
    )
    assert styles_of(lines[2], "┃") == {"bid", "ask"}


def test_every_line_is_as_wide_as_the_pane_at_every_size_and_zoom() -> None:
    candles = samples.candles(count=400)
    for zoom in ZOOMS:
        for width, height in ((12, 3), (30, 8), (59, 20), (120, 50)):
            shown = merged(candles, zoom.merged, Interval.M15)
            fits = max(1, (width - 12 if width >= 20 else width) // zoom.cells)
            base = Scene(Interval.M15, shown[-fits:], zoom, 2, 4, samples.TZ, D("841039.73"))
            for drawn in (base, replace(base, crosshair=0, orders=(OrderLine(D("841500"), Side.SELL),))):
                lines, _ = draw_chart(drawn, width, height)
                assert len(lines) == height
                assert {width_of(line) for line in lines} == {width}


def test_own_orders_are_dashed_lines_with_their_price_on_the_axis() -> None:
    lines, _ = draw_chart(replace(scene(WHOLE), orders=(OrderLine(D("104.5"), Side.BUY),)), 30, 6, SCALE)
    row = next(line for line in lines if "╌" in plain(line))
    assert plain(row).endswith("◂104.50")
    assert plain(row).startswith("┃╌")
    assert styles_of(row, "╌") == {"own"}


def test_an_order_off_the_scale_is_not_drawn_at_a_wrong_price() -> None:
    lines, _ = draw_chart(replace(scene(WHOLE), orders=(OrderLine(D("150"), Side.SELL),)), 30, 6, SCALE)
    assert not any("╌" in plain(line) or "150" in plain(line) for line in lines)


def test_the_last_price_stands_on_the_axis() -> None:
    lines, _ = draw_chart(replace(scene(WHOLE), last=D("103")), 30, 6, SCALE)
    assert plain(lines[3]).endswith("◂103.00")


def test_the_crosshair_and_the_values_under_it() -> None:
    two = replace(scene(candle(0, "101", "107", "100", "100"), WHOLE), crosshair=0)
    header = plain(draw_header(two, 80))
    assert "20 Nov 14:00" in header
    assert "O 101.00" in header
    assert "C 100.00" in header
    newest = plain(draw_header(replace(two, crosshair=None), 80))
    assert "C 106.00" in newest


def test_a_narrow_header_drops_whole_values() -> None:
    header = plain(draw_header(scene(WHOLE), 25))
    assert header.rstrip() == "15m  H 107.00  C 106.00"


def test_a_chart_that_is_not_live_has_no_colour_and_says_so() -> None:
    stale = replace(scene(WHOLE), stale=True, last=D("103"), note="not live")
    lines, _ = draw_chart(stale, 40, 6, SCALE)
    assert "not live" in plain(lines[0])
    names = {name for line in lines[1:] for text, name in line if text.strip()}
    assert names <= {"stale", "dim", "faint", "text"}


def test_volume_grows_from_the_bottom() -> None:
    shown = scene(*(candle(n, "101", "107", "100", "106", volume) for n, volume in enumerate(("0", "1", "8", "4"))))
    lines, _ = draw_chart(shown, 30, 10)
    assert plain(lines[8])[:4] == " ▁█▄"


def test_merging_keeps_the_extremes_and_the_sum() -> None:
    start = samples.NOW_MS // (4 * STEP) * (4 * STEP)
    four = [
        replace(candle(0, "5", str(6 + n), str(4 - n), str(5 + n), "2"), time_ms=start + n * STEP) for n in range(4)
    ]
    (one,) = merged(four, 4, Interval.M15)
    assert one == Candle(start, D(5), D(9), D(1), D(8), D(8))


def test_merged_groups_stay_the_same_when_a_candle_is_added() -> None:
    candles = samples.candles(count=41)
    assert (
        merged(candles[:-1], 4, Interval.M15)[:-1]
        == merged(candles, 4, Interval.M15)[: len(merged(candles[:-1], 4, Interval.M15)) - 1]
    )


@pytest.mark.parametrize("places", [2, 0])
def test_a_market_that_never_moved_can_be_drawn(places: int) -> None:
    flat = candle(0, "100", "100", "100", "100", "0")
    lines, _ = draw_chart(replace(scene(flat), price_places=places), 30, 12)
    assert len(lines) == 12
