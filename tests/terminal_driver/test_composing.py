"""The sparing compositor draws what Textual's own draws, and asks for little of it.

CAPTUI_FUZZ multiplies the number of updates; a failure names its seed.
"""

from __future__ import annotations

import random

import pytest
from textual._compositor import Compositor, CompositorUpdate
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from captui.terminal.cells import Cell, cells_of_strip
from captui.terminal.composing import PartialUpdate, SparingCompositor
from captui.terminal.shadow import Shadow
from tests.terminal_driver.busy_app import BusyApp
from tests.terminal_driver.test_fuzz import MORE

UPDATES = 30


def absorbed(app: BusyApp, update: CompositorUpdate) -> Shadow:
    shadow = Shadow(*app.size)
    shadow.absorb(update.render_segments(app.console))
    return shadow


def directly(app: BusyApp, update: PartialUpdate) -> Shadow:
    shadow = Shadow(*app.size)
    colours = app.console._color_system
    assert colours is not None
    for row, column, strip in update.pieces():
        shadow.put(row, column, cells_of_strip(strip, colours))
    return shadow


def regions(chance: random.Random, screen: Size) -> set[Region]:
    """Changes here and there."""
    return {
        Region(
            chance.randrange(screen.width),
            chance.randrange(screen.height),
            chance.randrange(1, screen.width),
            chance.choice((1, 1, 1, 2, 9)),
        ).intersection(screen.region)
        for _ in range(chance.choice((1, 2, 5)))
    }


def inside(shadow: Shadow, changed: set[Region]) -> dict[tuple[int, int], Cell | None]:
    places = {
        (x, y)
        for region in changed
        for x in range(max(0, region.x), min(shadow.width, region.right))
        for y in range(max(0, region.y), min(shadow.height, region.bottom))
    }
    return {(x, y): shadow._wanted[y][x] for x, y in sorted(places)}


@pytest.mark.parametrize("seed", range(3))
async def test_the_same_cells_wherever_something_has_changed(seed: int) -> None:
    chance = random.Random(seed)
    app = BusyApp(seed)
    async with app.run_test(size=(80, 24)) as pilot:
        for number in range(UPDATES * MORE):
            step = await app.step()
            await pilot.pause()
            compositor = app.screen._compositor
            changed = regions(chance, compositor.size)
            compositor._dirty_regions = set(changed)
            textual_s = Compositor.render_partial_update(compositor)
            compositor._dirty_regions = set(changed)
            ours = SparingCompositor.render_partial_update(compositor)  # type: ignore[arg-type]  # a modal screen's is Textual's own
            assert ours is not None
            assert textual_s is not None
            expected = inside(absorbed(app, textual_s), changed)
            where = f"seed {seed}, update {number} ({step})"
            assert None not in expected.values(), where
            assert inside(absorbed(app, ours), changed) == expected, where
            # Half of a wide character at an edge is a blank there; as strips it is whole.
            whole = inside(absorbed(app, Compositor.render_full_update(compositor)), changed)
            assert inside(directly(app, ours), changed) == whole, where


class _Counting:
    """Which lines of which widgets were asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[tuple[str, int]] = []
        original = Widget.render_lines

        def render_lines(widget: Widget, crop: Region) -> list[Strip]:
            self.asked.append((widget.id or type(widget).__name__, crop.height))
            return original(widget, crop)

        monkeypatch.setattr(Widget, "render_lines", render_lines)


async def test_only_what_is_in_front_and_changed_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    app = BusyApp(1)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        compositor = app.screen._compositor
        lines, field = app.lines.region, app.query_one("#field").region
        counting = _Counting(monkeypatch)
        compositor._dirty_regions = {Region(lines.x, lines.y + 1, lines.width, 1), Region(field.x, field.y, 4, 1)}
        assert compositor.render_partial_update() is not None
        assert sorted(counting.asked) == [("Lines", 1), ("field", 1)]
        compositor._dirty_regions = {Region(0, 100, 5, 1)}
        assert compositor.render_partial_update() is None
