"""The sparing compositor draws what Textual's own draws, and asks for little of it.

CAPTUI_FUZZ multiplies the number of updates; a failure names its seed.
"""

from __future__ import annotations

import random

import pytest
from rich.cells import split_graphemes
from rich.style import Style
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from captui.terminal.composing import SparingCompositor
from tests.terminal_driver.busy_app import BusyApp
from tests.terminal_driver.test_fuzz import MORE

UPDATES = 30


Seen = dict[tuple[int, int], tuple[str, Style | None]]
"""By column and row: the character and how it is drawn."""


def seen(update: ChopsUpdate, changed: set[Region]) -> Seen:
    """What it draws of these regions."""
    cells: Seen = {}
    for y in {y for y, _, _ in update.spans}:
        for x, strip in update.chops[y].items():
            column = x
            for text, style, _ in strip or ():
                for start, end, width in split_graphemes(text)[0]:
                    for half in range(width):
                        cells[column + half, y] = (text[start:end] if half == 0 else "", style)
                    column += width
    return {(x, y): cell for (x, y), cell in cells.items() if any(region.contains(x, y) for region in changed)}


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
            expected = seen(textual_s, changed)
            assert len(expected) == len({place for region in changed for place in places(region)})
            assert seen(ours, changed) == expected, f"seed {seed}, update {number} ({step})"


def places(region: Region) -> list[tuple[int, int]]:
    return [(x, y) for y in region.line_range for x in region.column_range]


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
