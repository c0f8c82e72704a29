"""Thousands of Textual's own compositor updates, whole and in part, over windows that come, go and move: the same picture in the end.

CAPTUI_FUZZ multiplies the number of frames; a failure names its seed.
"""

from __future__ import annotations

import random

import pytest
from rich.console import Console
from rich.control import Control
from rich.segment import Segment
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from captui.terminal.encoding import Encoder
from captui.terminal.pens import NotUnderstoodError
from captui.terminal.shadow import Shadow
from tests.terminal_driver.busy_app import WORDS, style
from tests.terminal_driver.judge import Judge, assert_same
from tests.terminal_driver.test_fuzz import MORE

FRAMES = 400
SIZES = ((40, 12), (23, 7), (61, 9))


class Windows:
    """A screen of rows of random text, drawn as Textual's compositor hands it to a driver."""

    def __init__(self, chance: random.Random, columns: int, lines: int) -> None:
        self.chance = chance
        self.columns, self.lines = columns, lines
        self._console = Console(force_terminal=True, color_system=chance.choice(("truecolor", "256", "standard")))
        self._rows = [self._text(columns) for _ in range(lines)]

    def _text(self, width: int) -> Strip:
        words = self.chance.choices(WORDS, k=self.chance.randrange(1, 12))
        return Strip([Segment(word, style(self.chance)) for word in words]).adjust_cell_length(width)

    def frame(self) -> str:
        draw = self.chance.choice((self._whole, self._rows_again, self._part, self._part, self._part))
        cursor = (self.chance.randrange(self.columns), self.chance.randrange(self.lines))
        return draw() + Control.move_to(*cursor).segment.text

    def _whole(self) -> str:
        self._rows = [self._text(self.columns) for _ in range(self.lines)]
        return LayoutUpdate([[row] for row in self._rows], Region(0, 0, self.columns, self.lines)).render_segments(
            self._console
        )

    def _rows_again(self) -> str:
        """What is there already, drawn once more."""
        strips: list[list[Strip]] = [[row] for row in self._rows]
        return LayoutUpdate(strips, Region(0, 0, self.columns, self.lines)).render_segments(self._console)  # type: ignore[arg-type]

    def _part(self) -> str:
        """A window in the middle: each line cut in three, and only the window drawn, or more."""
        left = self.chance.randrange(self.columns - 3)
        right = self.chance.randrange(left + 2, self.columns)
        top = self.chance.randrange(self.lines)
        bottom = self.chance.randrange(top, self.lines)
        chops: list[dict[int, Strip | None]] = []
        ends: list[list[int]] = []
        for y, row in enumerate(self._rows):
            before, _, behind = row.divide([left, right, self.columns])
            inside = self._text(right - left)
            if top <= y <= bottom:
                self._rows[y] = Strip.join([before, inside, behind])
            chops.append({0: before, left: inside, right: behind})
            ends.append([left, right, self.columns])
        wide = self.chance.random() < 0.3
        spans = [(y, 0, self.columns) if wide else (y, left, right) for y in range(top, bottom + 1)]
        return ChopsUpdate(chops, spans, ends).render_segments(self._console)


@pytest.mark.parametrize("seed", range(6))
def test_updates_end_in_the_same_picture(seed: int) -> None:
    chance = random.Random(seed)
    columns, lines = SIZES[seed % 3]
    windows = Windows(chance, columns, lines)
    plain, frugal = Judge(columns, lines), Judge(columns, lines)
    shadow, encoder = Shadow(columns, lines), Encoder()
    first = windows._whole() + "\x1b[H"
    for number in range(FRAMES * MORE):
        frame = first if not number else windows.frame()
        plain.feed(frame)
        try:
            shadow.absorb(frame)
        except NotUnderstoodError:
            frugal.feed(encoder.encode(shadow.take(), columns) + encoder.plain() + frame)
            encoder.lose()
            shadow.forget()
        if chance.random() < 0.02:
            shadow.lose()
            encoder.lose()
        if chance.random() < 0.25:
            frugal.feed(encoder.encode(shadow.take(), columns))
            assert_same(plain.picture, frugal.picture, f"seed {seed}, frame {number}")
    assert frugal.received < 0.7 * plain.received
