"""What is drawn in runs is what pyte draws character by character."""

from __future__ import annotations

import random

import pyte
import pytest

from tests.terminal.emulator import Screen

PIECES = (
    *(
        "plain text",
        "│└─┐░▓",
        "日本語",
        "é́x",
        "🚀",
        " " * 30,
        "x" * 45,
        "ñ",
        "\x1b[38;2;1;2;3m",
        "\x1b[1;7m",
        "\x1b[m",
        "\x1b[4;35;44m",
    ),
    *(
        "\r\n",
        "\x1b[3;37H",
        "\x1b[2;1H",
        "\x1b[?7l",
        "\x1b[?7h",
        "\x1b[4h",
        "\x1b[4l",
        "\x1b(0",
        "\x1b(B",
        "\x0e",
        "\x0f",
        "\x1b[K",
        "\x1b[2J",
    ),
)


@pytest.mark.parametrize("seed", range(4))
def test_it_draws_as_pyte_does(seed: int) -> None:
    chance = random.Random(seed)
    screens = Screen(40, 6), pyte.Screen(40, 6)
    streams = [pyte.Stream(screen) for screen in screens]
    for step in range(300):
        piece = chance.choice(PIECES)
        for stream in streams:
            stream.feed(piece)
        ours, theirs = screens
        assert (ours.cursor.x, ours.cursor.y, ours.dirty) == (theirs.cursor.x, theirs.cursor.y, theirs.dirty), (
            step,
            piece,
        )
        assert all(ours.buffer[y][x] == theirs.buffer[y][x] for y in range(6) for x in range(40)), (step, piece)
        assert ours.display == theirs.display
